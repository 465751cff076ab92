from django.urls import path

from coproduce.decisions import views

app_name = "decisions"
urlpatterns = [
    path("", views.decisions, name="decisions"),
    path("propose/", views.propose, name="propose"),
    path("charter/", views.propose_charter, name="propose_charter"),
    path("<uuid:pk>/", views.proposal, name="proposal"),
    path("<uuid:pk>/position/", views.position, name="position"),
    path("<uuid:pk>/through/", views.through, name="through"),
    path("<uuid:pk>/through/end/", views.no_longer_through, name="no_longer_through"),
    path("<uuid:pk>/time/", views.time, name="time"),
    path("<uuid:pk>/speak/", views.speak, name="speak"),
    path("<uuid:pk>/voices/<uuid:voice>/", views.answer, name="answer"),
    path("<uuid:pk>/suggest/", views.suggest, name="suggest"),
    path("<uuid:pk>/suggested/<uuid:amendment>/", views.suggestion, name="suggestion"),
    path("<uuid:pk>/ask/", views.ask, name="ask"),
    path("<uuid:pk>/asked/<uuid:asked>/", views.heard, name="heard"),
    path("<uuid:pk>/amend/", views.amend, name="amend"),
    path("<uuid:pk>/hand-on/", views.hand_on, name="hand_on"),
    path("<uuid:pk>/move/", views.move, name="move"),
    path("<uuid:pk>/changes/", views.changes, name="changes"),
    path("<uuid:pk>/close/", views.close, name="close"),
    path("<uuid:pk>/again/", views.again, name="again"),
    path("<uuid:pk>/rung/", views.rung, name="rung"),
]
