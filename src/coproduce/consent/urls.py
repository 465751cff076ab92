from django.urls import URLPattern, path

from coproduce.consent import views

app_name = "consent"
urlpatterns: list[URLPattern] = [
    path("", views.agreements, name="agreements"),
    path("for/<uuid:pk>/", views.agreements_for, name="agreements_for"),
]
