from django.urls import path

from coproduce.deliberation import views

app_name = "deliberation"
urlpatterns = [
    path("", views.statements, name="statements"),
    path("all/", views.all_statements, name="all_statements"),
    path("draw/", views.draw_statement, name="draw_statement"),
    path("say/", views.say, name="say"),
    path("say/<uuid:pk>/", views.say_to, name="say_to"),
    path("say/<uuid:pk>/skip/", views.skip, name="skip"),
    path("<uuid:pk>/", views.statement, name="statement"),
    path("<uuid:pk>/hide/", views.hide, name="hide"),
    path("<uuid:pk>/show/", views.show, name="show"),
]
