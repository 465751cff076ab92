from django.urls import URLPattern, path

from coproduce.finding import views

urlpatterns: list[URLPattern] = [path("find/", views.find, name="find")]
