from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "coproduce.ballots"
    label = "ballots"
