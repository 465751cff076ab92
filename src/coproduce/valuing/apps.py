from django.apps import AppConfig


class ValuingConfig(AppConfig):
    name = "coproduce.valuing"
    label = "valuing"
