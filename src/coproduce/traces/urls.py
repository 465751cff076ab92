from django.urls import path

from coproduce.traces import views

app_name = "traces"
urlpatterns = [
    path("<slug:kind>/<uuid:pk>/from/", views.came_from, name="came_from"),
    path("<slug:kind>/<uuid:pk>/from/all/", views.all_from, name="all_from"),
    path("<slug:kind>/<uuid:pk>/to/", views.led_to, name="led_to"),
    path("<slug:kind>/<uuid:pk>/to/all/", views.all_to, name="all_to"),
]
