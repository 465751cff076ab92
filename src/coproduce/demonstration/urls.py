"""Only where the demonstration runs."""

from django.urls import path

from coproduce.demonstration import views

app_name = "demonstration"
urlpatterns = [
    path("", views.people, name="people"),
    path("<slug:key>/", views.part, name="part"),
]
