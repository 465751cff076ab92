"""Addresses of conversation. The list of what was brought and the page of a theme are here too: see ``config.urls``."""

from django.urls import path

from coproduce.conversation import views

app_name = "conversation"
urlpatterns = [
    path("quiet/", views.quiet, name="quiet"),
    path("quiet/fold/", views.fold, name="fold"),
    path("quiet/<uuid:pk>/show/", views.show_again, name="show_again"),
    path("quiet/who-may-ask/", views.who_may_ask, name="who_may_ask"),
    path("brought/<uuid:pk>/follow/", views.follow_words, name="follow_words"),
    path("brought/<uuid:pk>/meant-for/", views.mean_for, name="mean_for"),
    path("themes/<uuid:pk>/follow/", views.follow_theme, name="follow_theme"),
    path("a-few/", views.a_few, name="a_few"),
    path("ask/", views.ask, name="ask"),
    path("asked/", views.asked_of_me, name="asked_of_me"),
    path("asked/in-person/", views.to_ask, name="to_ask"),
    path("asked/<uuid:pk>/", views.asked, name="asked"),
    path("asked/<uuid:pk>/answer/", views.answer_ask, name="answer_ask"),
    path("asked/<uuid:pk>/not-now/", views.decline, name="decline"),
    path("asked/<uuid:pk>/take-back/", views.take_back_ask, name="take_back_ask"),
]
