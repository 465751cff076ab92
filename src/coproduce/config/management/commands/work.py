"""``coproduce work``: do what waits in the background. ``serve`` and ``demo`` start one of these by themselves."""

import os
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coproduce.config import serving
from coproduce.work.worker import BEATS_EVERY, LOOKS_EVERY, QuietWorker


class Command(BaseCommand):
    help = "Do what waits in the background, until stopped. Start it apart where COPRODUCE_WORKERS is 0."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", action="store_true", help="end when nothing waits any more")
        parser.add_argument("--interval", type=float, default=LOOKS_EVERY, help="seconds between two looks")
        parser.add_argument("--beat", type=float, default=BEATS_EVERY, help="seconds between two signs of life")
        parser.add_argument("--end-with", type=int, default=0, help="end when this process does")

    def handle(self, *args: Any, batch: bool, interval: float, beat: float, end_with: int, **options: Any) -> None:
        try:
            serving.require_database(make=False)
        except serving.CannotStart as why:
            raise CommandError(str(why)) from why
        os.nice(10)  # people who read and write come first
        if end_with:
            threading.Thread(target=serving.end_with, args=(end_with,), daemon=True).start()
        worker = QuietWorker(interval=interval, beat=beat, batch=batch)
        worker.configure_signals()
        worker.run()
