from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coproduce.deliberation.actions import compute_opinion_map
from coproduce.spaces.models import Space


class Command(BaseCommand):
    help = "Make the map of opinion again in every space (or one) where answers have changed since."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--space", metavar="SLUG", help="only this space")

    def handle(self, *args: Any, space: str | None = None, **options: Any) -> None:
        spaces = Space.objects.order_by("slug")
        if space:
            spaces = spaces.filter(slug=space)
            if not spaces.exists():
                raise CommandError(f"There is no space called “{space}” here.")
        for each in spaces.iterator():
            made = compute_opinion_map(actor=None, space=each)
            said = f"{made.result['k']} groups" if made.result["worth_showing"] else "not shown: too little to go by"
            self.stdout.write(f"{each.slug}: {made.result['n_responses']} answers, {said}")
