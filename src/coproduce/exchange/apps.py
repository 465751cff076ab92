from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "coproduce.exchange"
    label = "exchange"
