import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coproduce.errors import Refused
from coproduce.exchange.provenance import FORMATS, write_prov
from coproduce.exchange.queries import space_named, space_records
from coproduce.exchange.research.writing import write_qdc, write_qdpx
from coproduce.exchange.tables import write_csv, write_xlsx
from coproduce.spaces.access import Place
from coproduce.spaces.models import Space

KINDS = {
    "space": "a whole space, with its people and its history",
    "qdpx": "a REFI-QDA project: the words that may be studied, with what they were put to",
    "qdc": "a REFI-QDA codebook: the themes",
    "xlsx": "the shared copy as a workbook",
    "csv": "the shared copy as CSV files in a zip",
    "prov": "what came from what, as PROV-JSON of the W3C",
    "provld": "the same as PROV-JSONLD",
}


class Command(BaseCommand):
    help = "Write a space to a file: the whole of it (space), or what people agreed may leave (the others)."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="what", required=True)
        for what, words in KINDS.items():
            kind = kinds.add_parser(what, help=words)
            kind.add_argument("slug")
            standard = ", or - for standard output" if what == "space" else ""
            kind.add_argument("--out", required=True, help=f"the file to write{standard}")

    def handle(self, *args: Any, what: str, slug: str, out: str, **options: Any) -> None:
        try:
            space = space_named(slug)
            if out == "-" and what == "space":
                for record in space_records(space):
                    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
            elif what == "space":
                self._space(space, Path(out))
            else:
                self._shared(space, what, Path(out))
        except Refused as refused:
            raise CommandError(str(refused)) from None

    def _space(self, space: Space, file: Path) -> None:
        count = 0
        with _whole(file) as out:
            for record in space_records(space):
                out.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
                count += 1
        self.stderr.write(
            f"{count} records of “{space.name}” are in {file}. They hold people's names, addresses and private words: "
            "keep the file as carefully as the server."
        )

    def _shared(self, space: Space, what: str, file: Path) -> None:
        place = Place(space, None, None)
        with _whole(file) as out:
            if what == "qdpx":
                write_qdpx(space, out)
            elif what == "qdc":
                write_qdc(space, out)
            elif what in FORMATS:
                write_prov(space, what, out)
            elif what == "xlsx":
                write_xlsx(place, out)
            else:
                write_csv(place, out)
        self.stderr.write(f"What people of “{space.name}” agreed to is in {file}. It holds their words: keep it well.")


@contextmanager
def _whole(file: Path) -> Iterator[BinaryIO]:
    """Written beside its place and moved there when whole: a half-written file never looks like a backup."""
    part = file.with_name(file.name + ".part")
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
