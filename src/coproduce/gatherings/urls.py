from django.urls import URLPattern, path

from coproduce.gatherings import views

app_name = "gatherings"
urlpatterns: list[URLPattern] = [
    path("", views.gatherings, name="gatherings"),
    path("arrange/", views.arrange, name="arrange"),
    path("<uuid:pk>/", views.gathering, name="gathering"),
    path("<uuid:pk>/change/", views.change, name="change"),
]
