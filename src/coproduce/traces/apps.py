from django.apps import AppConfig


class TracesConfig(AppConfig):
    name = "coproduce.traces"
    label = "traces"
