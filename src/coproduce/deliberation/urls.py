from django.urls import path

from coproduce.deliberation import opened, rounds, saying, views, wording

app_name = "deliberation"
urlpatterns = [
    path("", views.statements, name="statements"),
    path("all/", views.all_statements, name="all_statements"),
    path("held/", opened.held, name="held"),
    path("how/", opened.how_made, name="how_made"),
    path("map/<int:number>/", opened.map_group, name="map_group"),
    path("draw/", views.draw_statement, name="draw_statement"),
    path("say/", saying.say, name="say"),
    path("say/<uuid:pk>/", saying.say_to, name="say_to"),
    path("say/<uuid:pk>/skip/", saying.skip, name="skip"),
    path("say/<uuid:pk>/stand/", saying.let_stand, name="let_stand"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/open/", rounds.open_round, name="open_round"),
    path("rounds/<uuid:pk>/", rounds.round_page, name="round"),
    path("rounds/<uuid:pk>/close/", rounds.close_round, name="close_round"),
    path("rounds/<uuid:pk>/paper/", rounds.paper, name="paper"),
    path("rounds/<uuid:pk>/enter/", rounds.enter_paper, name="enter_paper"),
    path("wording/<uuid:pk>/answer/", wording.answer_talk, name="answer_talk"),
    path("wording/<uuid:pk>/take-back/", wording.take_back_talk, name="take_back_talk"),
    path("<uuid:pk>/", views.statement, name="statement"),
    path("<uuid:pk>/counted/<slug:row>/", opened.counted, name="counted"),
    path("<uuid:pk>/wording/", wording.wording, name="wording"),
    path("<uuid:pk>/reword/", wording.reword, name="reword"),
    path("<uuid:pk>/talk/", wording.talk, name="talk"),
    path("<uuid:pk>/hide/", views.hide, name="hide"),
    path("<uuid:pk>/show/", views.show, name="show"),
]
