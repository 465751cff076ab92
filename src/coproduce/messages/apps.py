from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "coproduce.messages"
    label = "coproduce_messages"  # Django's own notices are called messages too
