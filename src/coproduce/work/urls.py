"""Addresses of pieces of work."""

from django.urls import URLPattern, path

from coproduce.work import views

app_name = "work"
urlpatterns: list[URLPattern] = [
    path("work/<uuid:pk>/", views.piece, name="piece"),
    path("work/<uuid:pk>/so-far/", views.so_far, name="so_far"),
    path("work/<uuid:pk>/stop/", views.stop, name="stop"),
]
