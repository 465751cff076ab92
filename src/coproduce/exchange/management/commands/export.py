import json
import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coproduce.errors import Refused
from coproduce.exchange.queries import space_named, space_records


class Command(BaseCommand):
    help = "Write a whole space to a file: export space SLUG --out FILE (one JSON record a line)."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="what", required=True)
        space = kinds.add_parser("space", help="a whole space, with its people and its history")
        space.add_argument("slug")
        space.add_argument("--out", required=True, help="the file to write, or - for standard output")

    def handle(self, *args: Any, slug: str, out: str, **options: Any) -> None:
        try:
            space = space_named(slug)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        if out == "-":
            for record in space_records(space):
                sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
            return
        # Written beside its place and moved there when whole: a half-written file never looks like a backup.
        file = Path(out)
        part = file.with_name(file.name + ".part")
        count = 0
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as lines:
            for record in space_records(space):
                lines.write(json.dumps(record, ensure_ascii=False) + "\n")
                count += 1
            lines.flush()
            os.fsync(lines.fileno())
        part.replace(file)
        self.stderr.write(
            f"{count} records of “{space.name}” are in {file}. They hold people's names, addresses and private words: "
            "keep the file as carefully as the server."
        )
