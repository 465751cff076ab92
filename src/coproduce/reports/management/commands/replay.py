from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coproduce.reports.queries.kept import Verdict, replayed
from coproduce.spaces.models import Space


class Command(BaseCommand):
    help = "Work out again every kept account, map of views, count of values and priorities; say what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--space", metavar="SLUG", help="only this space")

    def handle(self, *args: Any, space: str | None = None, **options: Any) -> None:
        only = Space.objects.filter(slug=space).first() if space else None
        if space and only is None:
            raise CommandError(f"There is no space called “{space}” here.")
        found: Counter[Verdict] = Counter()
        for each in replayed(only):
            found[each.verdict] += 1
            said = self.stderr if each.verdict.is_wrong else self.stdout
            said.write(f"{each.space}  {each.made_at:%Y-%m-%d %H:%M}  {each.method:<12}  {each.verdict.value}")
        wrong = sum(count for verdict, count in found.items() if verdict.is_wrong)
        if wrong:
            raise CommandError(f"{wrong} of {found.total()} numbers do not hold.", returncode=1)
        self.stdout.write(f"{found[Verdict.SAME]} of {found.total()} came out the same; none came out otherwise.")
