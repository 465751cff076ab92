from django.apps import AppConfig


class PrioritiesConfig(AppConfig):
    name = "coproduce.priorities"
    label = "priorities"
