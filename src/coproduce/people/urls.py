"""Signing in, and *You*. The pages that allauth gives us are in ``urls_of_allauth``."""

from django.urls import path

from coproduce.people import views

app_name = "people"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", views.code, name="code"),
    path("sign-in/link/<str:token>/", views.link, name="link"),
    path("sign-in/name/", views.name, name="name"),
    path("still-you/", views.again, name="again"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("signed-out/", views.signed_out, name="signed_out"),
    path("session/stay", views.stay, name="stay"),
    path("whose-words/", views.whose_words, name="whose_words"),
    path("me/", views.me, name="me"),
    path("me/about/", views.about_you, name="about_you"),
    path("me/password/", views.password, name="password"),
]
