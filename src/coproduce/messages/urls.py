"""Mail that the demonstration keeps."""

from django.urls import path

from coproduce.messages import views

app_name = "messages"
urlpatterns = [
    path("mail/", views.mails, name="mails"),
    path("mail/<uuid:pk>/", views.mail, name="mail"),
]
