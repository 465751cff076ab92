"""``coproduce send_letters``: write to those who asked for it and for whom something is due. Run it every hour."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from coproduce.messages.actions import write_to_everybody_due


class Command(BaseCommand):
    """Quiet hours are kept: what is due then waits for the next run."""

    help = "Send the bundled messages and notes of letters that are due. Run it every hour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", help="where this installation is reached, if not at its first host")

    def handle(self, *args: Any, **options: Any) -> None:
        host = settings.ALLOWED_HOSTS[0].lstrip(".")
        address = options["address"] or (f"https://{host}" if settings.SECURE else f"http://{host}:8000")
        sent = write_to_everybody_due(address=address.rstrip("/"))
        self.stdout.write(f"{sent} sent")
