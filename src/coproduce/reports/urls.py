from django.urls import path

from coproduce.reports import views

app_name = "reports"
urlpatterns = [
    path("weave/", views.weave, name="weave"),
    path("account/", views.account, name="account"),
    path("account/<slug:what>/", views.rows, name="rows"),
    path("did/", views.did, name="did"),
    path("did/<uuid:pk>/", views.words_did, name="words_did"),
]
