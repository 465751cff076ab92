from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "coproduce.suggestions"
    label = "suggestions"
