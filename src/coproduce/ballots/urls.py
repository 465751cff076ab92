from django.urls import path

from coproduce.ballots import views

app_name = "ballots"
urlpatterns = [
    path("", views.ballots, name="ballots"),
    path("<uuid:pk>/", views.ballot, name="ballot"),
    path("<uuid:pk>/vote/", views.vote, name="vote"),
    path("<uuid:pk>/check/", views.check, name="check"),
    path("<uuid:pk>/votes/", views.votes, name="votes"),
    path("<uuid:pk>/votes/file/", views.votes_file, name="votes_file"),
    path("<uuid:pk>/register/", views.register, name="register"),
    path("<uuid:pk>/close/", views.close, name="close"),
    path("<uuid:pk>/slips/", views.slips, name="slips"),
    path("<uuid:pk>/envelope/", views.envelope, name="envelope"),
    path("<uuid:pk>/enter/", views.enter, name="enter"),
]
