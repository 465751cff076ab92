# ruff: noqa: N999  (the command is called import; nothing imports this file by name)
"""``coproduce import``: a space's own file, a Polis export, a table of texts. Django finds it by this file name."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coproduce.consent.models import Use
from coproduce.errors import BadFile, Refused
from coproduce.exchange.actions.polis import import_polis
from coproduce.exchange.actions.research import import_project
from coproduce.exchange.actions.space import read_space
from coproduce.exchange.actions.space_lines import lines_in
from coproduce.exchange.actions.table import Columns, columns_between, headings, import_table
from coproduce.exchange.actions.target import keeper
from coproduce.exchange.research.opening import read_project


class Command(BaseCommand):
    help = "Read data in: a space's own file, the folder of a Polis export, or a table of texts."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="what", required=True)
        space = kinds.add_parser("space", help="the file that “export space” wrote")
        space.add_argument("path")
        space.add_argument(
            "--trusted",
            action="store_true",
            help="you know where the file comes from: people in it who are here already are the same people, and who "
            "may open spaces there may here",
        )
        polis = kinds.add_parser("polis", help="the folder of a Polis export")
        polis.add_argument("path")
        table = kinds.add_parser("csv", help="a table with a text in each row")
        table.add_argument("path")
        table.add_argument("--text", required=True, metavar="COLUMN", help="the column with the words")
        table.add_argument(
            "--label", action="append", default=[], metavar="COLUMN", help="a column that becomes a theme; repeat it"
        )
        table.add_argument("--person", metavar="COLUMN", help="the column that tells one person from another")
        table.add_argument("--date", metavar="COLUMN", help="the column with the day (2026-03-14 or 14/03/2026)")
        _add_coded(kinds)
        for kind in (polis, table):
            kind.add_argument("--into", required=True, metavar="SLUG", help="the space; made if it is not there")
            kind.add_argument("--question", default="", metavar="TEXT", help="the question of a space that is made")

    def handle(self, *args: Any, what: str, path: str, **options: Any) -> None:
        try:
            self.stdout.write(getattr(self, f"_{what}")(Path(path), options))
        except BadFile as bad:
            line = "line" if what == "space" else "row"
            for number, why in bad.problems:
                self.stderr.write(f"  {line} {number}: {why}" if number else f"  {why}")
            raise CommandError(f"{bad.what_now} Nothing was read in.", returncode=1) from None
        except Refused as refused:
            raise CommandError(str(refused.what_now), returncode=1) from None
        except FileNotFoundError as missing:
            raise CommandError(f"There is no file or folder {missing.filename}.", returncode=1) from None
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=1) from None

    def _space(self, path: Path, options: dict[str, Any]) -> str:
        with path.open("rb") as file:
            space = read_space(actor=None, lines=lines_in(file), trusted=options["trusted"], progress=self._progress)
        return f"“{space.name}” is here: /s/{space.slug}/"

    def _polis(self, path: Path, options: dict[str, Any]) -> str:
        return import_polis(
            actor=keeper(),
            slug=options["into"],
            question=options["question"],
            folder=path,
            progress=self._progress,
        ).sentence

    def _csv(self, path: Path, options: dict[str, Any]) -> str:
        columns = Columns(options["text"], tuple(options["label"]), options["person"], options["date"])
        with path.open("rb") as file:
            return import_table(
                actor=keeper(),
                slug=options["into"],
                question=options["question"],
                file=file,
                columns=columns,
                progress=self._progress,
            ).sentence

    def _texts(self, path: Path, options: dict[str, Any]) -> str:
        with path.open("rb") as file:
            names = headings(file)
            columns = Columns(
                options["text"],
                columns_between(names, options["themes"]),
                options["person"],
                options["date"],
                columns_between(names, options["codes"]),
            )
            return import_table(
                actor=keeper(),
                slug=options["into"],
                question=options["question"],
                file=file,
                columns=columns,
                agreed=options["agreed"],
                progress=self._progress,
            ).sentence

    def _project(self, path: Path, options: dict[str, Any]) -> str:
        project = read_project(path.read_bytes())
        for each in project.not_taken:
            self.stderr.write(f"  not taken: {each}")
        return import_project(
            actor=keeper(),
            slug=options["into"],
            question=options["question"],
            project=project,
            agreed=options["agreed"],
            progress=self._progress,
        ).sentence

    def _progress(self, done: int, of: int | None = None, doing: str = "rows") -> None:
        """A line that rewrites itself on a terminal, and is quiet in a file."""
        if sys.stderr.isatty():
            total = f" of {of}" if of else ""
            self.stderr.write(f"\r{done}{total} {doing}…", ending="")


def _add_coded(kinds: Any) -> None:
    """Texts that were put to themes elsewhere."""
    texts = kinds.add_parser("texts", help="a table of texts that were put to themes elsewhere: CSV, XLSX or ODS")
    texts.add_argument("path")
    texts.add_argument("--text", required=True, metavar="COLUMN", help="the column with the words")
    texts.add_argument(
        "--codes",
        action="append",
        default=[],
        metavar="COLUMN",
        help="a column with names of themes, ; between them",
    )
    texts.add_argument(
        "--themes", action="append", default=[], metavar="COLUMNS",
        help="columns with a mark where a theme holds: COLUMN, FIRST..LAST or BEGINNING*; repeat it",
    )  # fmt: skip
    texts.add_argument("--person", metavar="COLUMN", help="the column that tells one person from another")
    texts.add_argument("--date", metavar="COLUMN", help="the column with the day (2026-03-14 or 14/03/2026)")
    texts.add_argument("--space", "--into", dest="into", required=True, metavar="SLUG", help="made if not there")
    texts.add_argument("--question", default="", metavar="TEXT", help="the question of a space that is made")
    project = kinds.add_parser("project", help="coded texts: .qdpx, .qdc, or a project file of Taguette")
    project.add_argument("path")
    project.add_argument("--space", "--into", dest="into", required=True, metavar="SLUG", help="made if not there")
    for kind in (texts, project):
        kind.add_argument(
            "--agreed", action="append", default=[], choices=Use.values, metavar="USE",
            help="what the people of these texts agreed to where they come from: quote, research_data, reuse, archive",
        )  # fmt: skip
    project.add_argument("--question", default="", metavar="TEXT", help="the question of a space that is made")
