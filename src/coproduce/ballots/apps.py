from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "coproduce.ballots"
    label = "ballots"

    def ready(self) -> None:
        from coproduce.ballots.guards import install_guards

        install_guards()
