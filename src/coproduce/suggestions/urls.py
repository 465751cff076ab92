"""Addresses of suggestions, below ``/s/<slug>/suggestions/``."""

from django.urls import URLPattern, path

from coproduce.suggestions import views

app_name = "suggestions"
urlpatterns: list[URLPattern] = [
    path("", views.suggestions, name="suggestions"),
    path("ask/", views.ask, name="ask"),
    path("decide/", views.decide, name="decide"),
    path("decided/", views.decided, name="decided"),
    path("<uuid:pk>/name/", views.group, name="group"),
    path("<uuid:pk>/refuse/", views.refuse_group, name="refuse_group"),
    path("<uuid:pk>/again/", views.again, name="again"),
]
