from django.urls import path

from coproduce.priorities.views import choosing, exercise, meeting, words

app_name = "priorities"
urlpatterns = [
    path("", exercise.exercises, name="exercises"),
    path("propose/", exercise.propose, name="propose"),
    path("<uuid:pk>/", exercise.exercise, name="exercise"),
    path("<uuid:pk>/change/", exercise.change, name="change"),
    path("<uuid:pk>/carried-by/", exercise.steering, name="steering"),
    path("<uuid:pk>/move/", exercise.move, name="move"),
    path("<uuid:pk>/words/", words.words, name="words"),
    path("<uuid:pk>/words/gather/", words.gather, name="gather"),
    path("<uuid:pk>/words/<uuid:uncertainty>/out/", words.out, name="out"),
    path("<uuid:pk>/words/<uuid:uncertainty>/back-in/", words.back_in, name="back_in"),
    path("<uuid:pk>/questions/", words.questions, name="questions"),
    path("<uuid:pk>/questions/draw/", words.draw, name="draw"),
    path("<uuid:pk>/questions/<uuid:question>/", words.question, name="question"),
    path("<uuid:pk>/questions/<uuid:question>/words/", words.behind, name="behind"),
    path("<uuid:pk>/questions/<uuid:question>/reword/", words.reword, name="reword"),
    path("<uuid:pk>/questions/<uuid:question>/check/", words.check, name="check"),
    path("<uuid:pk>/choose/", choosing.choose, name="choose"),
    path("<uuid:pk>/choose/paper/", choosing.paper, name="paper"),
    path("<uuid:pk>/chosen/", choosing.results, name="results"),
    path("<uuid:pk>/short-list/", meeting.shortlist, name="shortlist"),
    path("<uuid:pk>/tables/", meeting.tables, name="tables"),
    path("<uuid:pk>/tables/seat/", meeting.seat, name="seat"),
    path("<uuid:pk>/tables/cards/", meeting.cards, name="cards"),
    path("<uuid:pk>/tables/seats/<uuid:seat>/", meeting.move_seat, name="move_seat"),
    path("<uuid:pk>/tables/<int:number>/<int:table>/", meeting.rank, name="rank"),
    path("<uuid:pk>/tables/count/", meeting.count, name="count"),
    path("<uuid:pk>/tables/change/", meeting.change_place, name="change_place"),
    path("<uuid:pk>/top/", meeting.top, name="top"),
]
