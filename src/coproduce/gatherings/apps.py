from django.apps import AppConfig


class GatheringsConfig(AppConfig):
    name = "coproduce.gatherings"
    label = "gatherings"
