"""Whether we write to somebody, and mail that the demonstration keeps."""

from django.urls import path

from coproduce.messages import views

app_name = "messages"
urlpatterns = [
    path("letters/", views.letters, name="letters"),
    path("letters/stop/<str:token>/", views.stop, name="stop"),
    path("mail/", views.mails, name="mails"),
    path("mail/<uuid:pk>/", views.mail, name="mail"),
]
