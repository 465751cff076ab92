from django.urls import path

from coproduce.valuing import views

app_name = "valuing"
urlpatterns = [
    path("", views.values, name="values"),
    path("give/", views.give, name="give"),
    path("room/", views.room, name="room"),
    path("paper/", views.paper, name="paper"),
    path("how/", views.how, name="how"),
    path("list/", views.value_list, name="value_list"),
    path("list/add/", views.add_value, name="add_value"),
    path("list/<slug:value>/", views.value, name="value"),
    path("list/<slug:value>/change/", views.change_value, name="change_value"),
    path("meaning/", views.meaning, name="meaning"),
    path("meaning/say/", views.say_meaning, name="say_meaning"),
    path("tensions/", views.tensions, name="tensions"),
    path("tensions/name/", views.name_tension, name="name_tension"),
    path("tensions/<uuid:pk>/take-back/", views.take_back, name="take_back"),
]
