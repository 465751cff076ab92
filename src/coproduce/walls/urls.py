"""Addresses of walls: below their gathering, and the short one that is typed or scanned in the room."""

from django.urls import URLPattern, URLResolver, include, path

from coproduce.walls import views

app_name = "walls"
urlpatterns: list[URLPattern | URLResolver] = [
    path("wall/", views.type_code, name="type_code"),
    path("wall/<str:code>/", views.come, name="come"),
    path(
        "s/<slug:slug>/gatherings/<uuid:pk>/wall/",
        include(
            [
                path("", views.wall, name="wall"),
                path("open/", views.open_one, name="open"),
                path("close/", views.close, name="close"),
                path("card/", views.card, name="card"),
                path("pass-round/", views.pass_round, name="pass_round"),
                path("projector/", views.projector, name="projector"),
                path("paper/", views.paper, name="paper"),
                path("group/", views.group, name="group"),
                path("group/<uuid:group_pk>/", views.rename, name="rename"),
                path("group/<uuid:group_pk>/take-down/", views.take_down, name="take_down"),
                path("group/<uuid:group_pk>/theme/", views.theme, name="theme"),
                path("move/<uuid:card_pk>/", views.move, name="move"),
            ]
        ),
    ),
]
