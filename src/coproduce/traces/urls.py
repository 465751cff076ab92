from django.urls import path

from coproduce.traces import views, views_across

app_name = "traces"
urlpatterns = [
    path("<slug:kind>/<uuid:pk>/from/", views.came_from, name="came_from"),
    path("<slug:kind>/<uuid:pk>/from/all/", views.all_from, name="all_from"),
    path("<slug:kind>/<uuid:pk>/to/", views.led_to, name="led_to"),
    path("<slug:kind>/<uuid:pk>/to/all/", views.all_to, name="all_to"),
    path("<slug:kind>/<uuid:pk>/across/", views_across.ask_for, name="ask_across"),
    path("across/", views_across.across, name="across"),
    path("across/<uuid:pk>/", views_across.across_one_page, name="across_one"),
    path("across/<uuid:pk>/agree/", views_across.agree, name="agree_across"),
    path("across/<uuid:pk>/end/", views_across.end, name="end_across"),
]
