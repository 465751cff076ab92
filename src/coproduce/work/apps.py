from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "coproduce.work"
    label = "work"
