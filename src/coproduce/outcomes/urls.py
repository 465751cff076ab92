from django.urls import path

from coproduce.outcomes import views

app_name = "outcomes"
urlpatterns = [
    path("", views.outcomes, name="outcomes"),
    path("tell/", views.tell, name="tell"),
    path("<uuid:pk>/", views.outcome, name="outcome"),
    path("<uuid:pk>/state/", views.say_state, name="say_state"),
    path("<uuid:pk>/promise/", views.commit, name="commit"),
    path("<uuid:pk>/good-enough/", views.good_enough, name="good_enough"),
    path("promise/<uuid:pk>/", views.keep, name="keep"),
]
