from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    name = "coproduce.demonstration"
    label = "demonstration"
