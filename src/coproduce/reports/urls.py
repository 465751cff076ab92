from django.urls import path

from coproduce.reports import arose, letter, views

app_name = "reports"
urlpatterns = [
    path("weave/", views.weave, name="weave"),
    path("not-on-our-agenda/", arose.not_on_agenda, name="not_on_agenda"),
    path("account/", views.account, name="account"),
    path("account/keep/", views.keep, name="keep"),
    path("account/how/", views.how, name="how"),
    path("account/kept/<uuid:pk>/", views.kept, name="kept"),
    path("account/<slug:what>/", views.rows, name="rows"),
    path("letter/", letter.newest_letter, name="letter"),
    path("letter/<slug:code>/", letter.letter, name="season_letter"),
    path("did/", views.did, name="did"),
    path("did/<uuid:pk>/", views.words_did, name="words_did"),
]
