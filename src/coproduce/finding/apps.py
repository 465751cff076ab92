from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate


class FindingConfig(AppConfig):
    name = "coproduce.finding"
    label = "finding"

    def ready(self) -> None:
        from coproduce.finding import index

        # As with the guards of the record: SQLite cannot rebuild a table that a trigger elsewhere reads.
        pre_migrate.connect(index.remove_before_migrate, sender=self)
        post_migrate.connect(index.install_after_migrate, sender=self)
        register(index.check_index, Tags.database)
