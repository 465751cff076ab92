from django.apps import AppConfig


class WallsConfig(AppConfig):
    name = "coproduce.walls"
    label = "walls"
