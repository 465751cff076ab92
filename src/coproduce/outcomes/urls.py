from django.urls import path

from coproduce.outcomes import keeping_views, noticing_views, views

app_name = "outcomes"
urlpatterns = [
    path("", views.outcomes, name="outcomes"),
    path("tell/", views.tell, name="tell"),
    path("happened/", views.happened, name="happened"),
    path("unanswered/", keeping_views.unanswered, name="unanswered"),
    path("mine/", keeping_views.mine, name="mine"),
    path("to-tell/", keeping_views.to_tell, name="to_tell"),
    path("<uuid:pk>/", views.outcome, name="outcome"),
    path("<uuid:pk>/state/", views.say_state, name="say_state"),
    path("<uuid:pk>/from/", views.say_where_from, name="say_where_from"),
    path("<uuid:pk>/effect/", noticing_views.tell_effect, name="tell_effect"),
    path("<uuid:pk>/evidence/", noticing_views.bring_evidence, name="bring_evidence"),
    path("<uuid:pk>/evidence/choose/", noticing_views.choose_evidence, name="choose_evidence"),
    path("<uuid:pk>/take-on/", keeping_views.take_on, name="take_on"),
    path("<uuid:pk>/let-go/", keeping_views.let_go, name="let_go"),
    path("<uuid:pk>/hand-on/", keeping_views.hand_on, name="hand_on"),
    path("<uuid:pk>/promise/", views.commit, name="commit"),
    path("<uuid:pk>/good-enough/", views.good_enough, name="good_enough"),
    path("<uuid:pk>/told/<uuid:person>/", keeping_views.told, name="told"),
    path("<uuid:pk>/card/<uuid:person>/", keeping_views.card, name="card"),
    path("promise/<uuid:pk>/", views.keep, name="keep"),
    path("promise/<uuid:pk>/hand-on/", keeping_views.hand_on_promise, name="hand_on_promise"),
    path("handing/<uuid:pk>/", keeping_views.answer_handing, name="answer_handing"),
]
