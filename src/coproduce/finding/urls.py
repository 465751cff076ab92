from django.urls import URLPattern, URLResolver, include, path

from coproduce.finding import views

in_a_space = [path("s/<slug:slug>/brought/<uuid:pk>/alike/", views.alike, name="alike")]
urlpatterns: list[URLPattern | URLResolver] = [
    path("find/", views.find, name="find"),
    path("", include((in_a_space, "finding"))),
]
