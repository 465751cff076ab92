from django.urls import path

from coproduce.decisions import views

app_name = "decisions"
urlpatterns = [
    path("", views.decisions, name="decisions"),
    path("propose/", views.propose, name="propose"),
    path("<uuid:pk>/", views.proposal, name="proposal"),
    path("<uuid:pk>/position/", views.position, name="position"),
    path("<uuid:pk>/amend/", views.amend, name="amend"),
    path("<uuid:pk>/hand-on/", views.hand_on, name="hand_on"),
    path("<uuid:pk>/changes/", views.changes, name="changes"),
    path("<uuid:pk>/close/", views.close, name="close"),
]
