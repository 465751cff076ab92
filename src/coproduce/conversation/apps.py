from django.apps import AppConfig


class ConversationConfig(AppConfig):
    name = "coproduce.conversation"
    label = "conversation"
