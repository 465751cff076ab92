"""Addresses of what people bring. Those that show what became of words stand in ``config.urls``."""

from django.urls import URLPattern, URLResolver, include, path

from coproduce.contributions import files, views

app_name = "contributions"
urlpatterns: list[URLPattern | URLResolver] = [
    path("join/<str:code>/bring/", views.bring_first, name="bring_first"),
    path("kept/<str:token>/", views.kept, name="kept"),
    path("kept/<str:token>/whose/", views.whose, name="whose"),
    path(
        "s/<slug:slug>/brought/",
        include(
            [
                path("close/", views.close_words, name="close_words"),
                path("bring/", views.bring, name="bring"),
                path("write-down/", views.write_down, name="write_down"),
                path("drafts/", files.draft, name="draft"),
                path("drafts/<uuid:pk>/throw-away/", files.discard, name="discard"),
                path("<uuid:pk>/answer/", views.answer, name="answer"),
                path("<uuid:pk>/changed-my-thinking/", views.acknowledge, name="acknowledge"),
                path("<uuid:pk>/changes/", views.changes, name="changes"),
                path("<uuid:pk>/reframe/", views.reframe_from, name="reframe_from"),
            ]
        ),
    ),
]
