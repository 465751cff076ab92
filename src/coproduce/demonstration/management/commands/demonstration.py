import sys
from typing import Any

from django.core.management.base import BaseCommand

from coproduce.demonstration.loading import load_demonstration
from coproduce.suggestions.actions import ask_for_suggestions


class Command(BaseCommand):
    help = "Fill this installation with the demonstration: all of it or nothing. Safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        space, is_new = load_demonstration(progress=self.show)
        if is_new:
            # It takes the computer some seconds: the worker that starts with the server does it.
            ask_for_suggestions(actor=space.opened_by, space=space)
            self.stdout.write(f"The demonstration is at /s/{space.slug}/")
        else:
            self.stdout.write(f"The demonstration is there already, at /s/{space.slug}/. Nothing was changed.")

    def show(self, done: int, of: int) -> None:
        """How much of the story is told, where somebody is watching."""
        if sys.stderr.isatty() and (done % 25 == 0 or done == of):
            self.stderr.write(f"\r{100 * done // of} %", ending="\n" if done == of else "")
