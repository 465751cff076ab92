from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from coproduce.demonstration.loading import load_demonstration


class Command(BaseCommand):
    help = "Fill this installation with the demonstration. Safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        space, is_new = load_demonstration()
        if is_new:
            self.stdout.write(f"The demonstration is at /s/{space.slug}/")
        else:
            self.stdout.write(f"The demonstration is there already, at /s/{space.slug}/. Nothing was changed.")
