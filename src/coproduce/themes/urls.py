"""Addresses of themes, below ``/s/<slug>/themes/``."""

from django.urls import URLPattern, path

from coproduce.themes import views

app_name = "themes"
urlpatterns: list[URLPattern] = [
    path("", views.themes, name="themes"),
    path("name/", views.name_theme, name="name_theme"),
    path("link/<uuid:contribution>/", views.link, name="link"),
    path("<uuid:pk>/", views.theme, name="theme"),
    path("<uuid:pk>/rename/", views.rename, name="rename"),
    path("<uuid:pk>/merge/", views.merge, name="merge"),
    path("<uuid:pk>/split/", views.split, name="split"),
    path("<uuid:pk>/links/<uuid:link>/end/", views.end_link, name="end_link"),
]
