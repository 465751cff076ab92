from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate


class HistoryConfig(AppConfig):
    name = "coproduce.history"
    label = "history"

    def ready(self) -> None:
        from coproduce.history import triggers

        # Django rebuilds SQLite tables when they change and drops their triggers without a word.
        pre_migrate.connect(triggers.remove_before_migrate, sender=self)
        post_migrate.connect(triggers.install_after_migrate, sender=self)
        register(triggers.check_triggers, Tags.database)
