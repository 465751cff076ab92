"""How quickly the first page of a trace comes, in either direction, in a record of a million things.

    .venv/bin/python bench/trace_pages.py [--nodes 1000000] [--times 200] [--home FOLDER]
    .venv/bin/python tests/postgres.py .venv/bin/python bench/trace_pages.py

A space is filled in bulk, in the tables in which people's own actions write: words (more than half of them answers),
themes of very different sizes, claims, proposals, decisions and outcomes, with two and a half links for each thing.
Asked are things drawn at random, and the worst: the largest theme, the words with most answers, the gathering at which
most was said, the decision with most sources. ``query`` is ``traces.queries.walk``: all the database does for the first
page and the objects made of it. ``page`` is all that the server does for a request, with Django's own client;
``visitor`` asks without signing in. Times are of this process on a machine that others use as well; ``cpu`` is what
this process took of it. The table is printed; the figures, with versions, go to bench/results/trace_pages.json, one
part for each database (DATABASE_URL names an empty one, otherwise it is SQLite). PostgreSQL counts its tables in its
own time; SQLite has not counted them, as it has not in anybody's server, unless ``--counted`` asks for it.
"""

import argparse
import itertools
import json
import os
import pickle
import platform
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT), str(PROJECT / "src")]
PEOPLE, THEMES, GATHERINGS = 200, 2000, 40
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
KEPT = Path(__file__).parent / "results" / "trace_pages.json"


# ── filling ──────────────────────────────────────────────────────────────────────────────────────


class Rows:
    """Rows of one model, all like one but for the columns that are given for each."""

    def __init__(self, model: type[Any], *given: str, **like: Any) -> None:
        from django.db import connection

        self.model, self.fields = model, list(model._meta.concrete_fields)
        row = model(**like)
        self.like = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in self.fields]
        names = [field.attname for field in self.fields]
        self.at = [names.index(name) for name in given]

    def of(self, given: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for values in given:
            row = list(self.like)
            for at, value in zip(self.at, values, strict=True):
                row[at] = value
            yield tuple(row)

    def save(self, given: Iterable[tuple[Any, ...]]) -> None:
        """Written by COPY on PostgreSQL, with executemany on SQLite."""
        from django.db import connection

        table = self.model._meta.db_table
        names = ", ".join(f'"{field.column}"' for field in self.fields)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                    for row in self.of(given):
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * len(self.fields))
                cursor.cursor.connection.executemany(
                    f'INSERT INTO "{table}" ({names}) VALUES ({marks})', self.of(given)
                )


class Key:
    """Identifiers and moments as the database takes them, made quickly."""

    def __init__(self) -> None:
        from django.db import connection
        from django.db.models import DateTimeField

        self.chance = random.Random(5)
        self.is_sqlite = connection.vendor == "sqlite"
        moments = (FIRST + timedelta(seconds=number * 3000) for number in range(60_000))
        field = DateTimeField()
        self.moments = [field.get_db_prep_save(moment, connection) for moment in moments]

    def new(self) -> str:
        text = f"{self.chance.getrandbits(128):032x}"
        return text if self.is_sqlite else f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def many(self, number: int) -> list[str]:
        return [self.new() for _ in range(number)]

    def moment(self, number: int, of: int) -> Any:
        """In the order of ``number``, spread over the years."""
        return self.moments[number * (len(self.moments) - 1) // max(1, of)]


def without_indexes(tables: list[str]) -> Callable[[], None]:
    """Takes secondary indexes and triggers away; answers what puts the indexes back."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(tables))
            cursor.execute(
                f"SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ({marks}) "
                "AND type IN ('index', 'trigger')",
                tables,
            )
            found = [row for row in cursor.fetchall() if row[2]]
            for kind, name, _sql in found:
                cursor.execute(f'DROP {kind} "{name}"')
            again = [sql for kind, _name, sql in found if kind == "index"]
        else:
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN "
                "(SELECT conname FROM pg_constraint)",
                [tables],
            )
            rows = cursor.fetchall()
            for table in tables:
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER ALL')
            for name, _sql in rows:
                cursor.execute(f'DROP INDEX "{name}"')
            again = [sql for _name, sql in rows]

    def back() -> None:
        with connection.cursor() as cursor:
            for sql in again:
                cursor.execute(sql.replace("%", "%%"))

    return back


def shares(number: int) -> list[float]:
    """The n-th is drawn with a likelihood of 1 / n, as a few themes hold most."""
    return list(itertools.accumulate(1 / (place + 1) for place in range(number)))


class World:
    """A space for anyone to read, with that many things; half of its people may be quoted."""

    def __init__(self, nodes: int) -> None:
        from coproduce.consent.models import Agreement, AgreementText, Use
        from coproduce.gatherings.models import Gathering
        from tests import building

        self.key, self.chance, self.nodes = Key(), random.Random(7), nodes
        self.space = building.space(privacy="public", slug="many")
        self.people = [building.member(self.space, ways="LP") for _ in range(PEOPLE)]
        self.by = self.people[0]
        text = AgreementText.objects.create(
            space=self.space, use=Use.ATTRIBUTED_QUOTE, version=1, words="Yes?", written_by=self.by
        )
        for person in self.people[::2]:
            Agreement.objects.create(space=self.space, use=text.use, text=text, person=person, given=True)
        meetings = [
            Gathering.objects.create(space=self.space, title=f"Meeting {n}", starts_at=FIRST, arranged_by=self.by)
            for n in range(GATHERINGS)
        ]
        self.few = nodes // 50
        self.number = nodes - THEMES - 4 * self.few
        self.words, self.themes = self.key.many(self.number), self.key.many(THEMES)
        self.claims, self.proposals, self.versions, self.decisions, self.outcomes = (
            self.key.many(self.few) for _ in range(5)
        )
        self.said_by, self.meetings = self._keys(self.people), self._keys(meetings)

    def _keys(self, rows: list[Any]) -> list[str]:
        return [row.pk.hex if self.key.is_sqlite else str(row.pk) for row in rows]

    def said(self) -> None:
        """Two in five begin something, one in four of them at one gathering. One answer in forty answers the first
        words of all, the others any words that were there before.
        """
        from coproduce.contributions.models import Contribution

        chance, key, words, opened = self.chance, self.key, self.words, int(self.number * 0.4)
        ways = ("L", "C", "P", "R", "O", "M", "LC", "LP", "")
        like = {"space": self.space, "author": self.by, "words": "Some words about the stairs and what they cost.",
                "said_on": date(2023, 1, 1), "brought_at": FIRST, "content_note": ""}  # fmt: skip
        Rows(Contribution, "id", "author_id", "ways", "gathering_id", "brought_at", **like).save(
            (words[n], chance.choice(self.said_by), chance.choice(ways),
             self.meetings[0] if n % 4 == 0 else chance.choice(self.meetings), key.moment(n, self.number))
            for n in range(opened)
        )  # fmt: skip
        answering = {"answers": Contribution(pk=words[0]), "verb": "builds_on", **like}
        Rows(Contribution, "id", "author_id", "ways", "answers_id", "brought_at", **answering).save(
            (words[n], chance.choice(self.said_by), chance.choice(ways),
             words[0] if n % 40 == 0 else words[chance.randrange(n)], key.moment(n, self.number))
            for n in range(opened, self.number)
        )  # fmt: skip

    def themed(self) -> None:
        """Each link has words of its own in turn; the first theme holds some thousand times the last."""
        from coproduce.contributions.models import Contribution
        from coproduce.themes.models import Theme, ThemeLink

        key, links = self.key, int(self.nodes * 1.3)
        Rows(Theme, "id", "name", space=self.space, name="", proposed_by=self.by, proposed_at=FIRST).save(
            (self.themes[n], f"Theme {n}") for n in range(THEMES)
        )
        drawn = self.chance.choices(self.themes, cum_weights=shares(THEMES), k=links)
        pairs = {(theme, self.words[n % self.number]): n for n, theme in enumerate(drawn)}
        like = {"theme": Theme(), "contribution": Contribution(), "linked_by": self.by, "linked_at": FIRST, "why": ""}
        Rows(ThemeLink, "id", "theme_id", "contribution_id", "linked_by_id", "linked_at", **like).save(
            (key.new(), theme, held, self.said_by[n % PEOPLE], key.moment(n, links))
            for (theme, held), n in pairs.items()
        )

    def claimed(self) -> None:
        from coproduce.contributions.models import Contribution
        from coproduce.deliberation.models import Statement, StatementSource

        like = {"space": self.space, "words": "A claim.", "drawn_by": self.by, "drawn_at": FIRST}
        Rows(Statement, "id", "drawn_at", **like).save(
            (self.claims[n], self.key.moment(n, self.few)) for n in range(self.few)
        )
        like = {"statement": Statement(), "contribution": Contribution()}
        Rows(StatementSource, "id", "statement_id", "contribution_id", **like).save(
            (self.key.new(), self.claims[n], held) for n in range(self.few) for held in self.some(3)
        )

    def decided(self) -> None:
        """The first has two thousand sources, the others two and a theme."""
        from coproduce.contributions.models import Contribution
        from coproduce.decisions.models import Decision, Proposal, ProposalSource, ProposalVersion
        from coproduce.themes.models import Theme

        key, few, every = self.key, self.few, range(self.few)
        like = {"space": self.space, "title": "", "proposed_by": self.by, "charter": self.space.charters.get(),
                "opened_at": FIRST, "state": "agreed"}  # fmt: skip
        Rows(Proposal, "id", "title", "opened_at", **like).save(
            (self.proposals[n], f"Proposal {n}", key.moment(n, few)) for n in every
        )
        like = {"proposal": Proposal(), "number": 1, "title": "A proposal", "words": "Let us.", "written_by": self.by}
        Rows(ProposalVersion, "id", "proposal_id", written_at=FIRST, **like).save(
            (self.versions[n], self.proposals[n]) for n in every
        )
        like = {"proposal": Proposal(), "version": ProposalVersion(), "agreed": True, "closed_by": self.by}
        Rows(Decision, "id", "proposal_id", "version_id", "decided_at", decided_at=FIRST, **like).save(
            (self.decisions[n], self.proposals[n], self.versions[n], key.moment(n, few)) for n in every
        )
        Rows(
            ProposalSource, "id", "proposal_id", "contribution_id", proposal=Proposal(), contribution=Contribution()
        ).save((key.new(), self.proposals[n], held) for n in every for held in self.some(2 if n else 2000))
        Rows(ProposalSource, "id", "proposal_id", "theme_id", proposal=Proposal(), theme=Theme()).save(
            (key.new(), self.proposals[n], self.themes[n % THEMES]) for n in every
        )

    def came(self) -> None:
        from coproduce.contributions.models import Contribution
        from coproduce.decisions.models import Decision
        from coproduce.outcomes.models import Outcome, OutcomeSource, OutcomeState
        from coproduce.themes.models import Theme

        key, few, every = self.key, self.few, range(self.few)
        like = {"space": self.space, "title": "", "kind": "service", "recorded_by": self.by, "recorded_at": FIRST}
        Rows(Outcome, "id", "title", "recorded_at", **like).save(
            (self.outcomes[n], f"Outcome {n}", key.moment(n, few)) for n in every
        )
        Rows(
            OutcomeState, "id", "outcome_id", outcome=Outcome(), number=1, state="done", told_by=self.by, at=FIRST
        ).save((key.new(), self.outcomes[n]) for n in every)
        Rows(OutcomeSource, "id", "outcome_id", "decision_id", outcome=Outcome(), decision=Decision()).save(
            (key.new(), self.outcomes[n], self.decisions[n]) for n in every
        )
        Rows(OutcomeSource, "id", "outcome_id", "theme_id", outcome=Outcome(), theme=Theme()).save(
            (key.new(), self.outcomes[n], self.themes[n % THEMES]) for n in every if n % 3 == 0
        )
        Rows(OutcomeSource, "id", "outcome_id", "contribution_id", outcome=Outcome(), contribution=Contribution()).save(
            (key.new(), self.outcomes[n], held) for n in every for held in self.some(2)
        )

    def merged(self) -> None:
        """A few of the smallest themes became part of the largest."""
        from coproduce.themes.actions.changing import merge_themes
        from coproduce.themes.models import Theme

        for gone, into in zip(self.themes[-10:], self.themes[:10], strict=True):
            theme, other = Theme.objects.get(pk=gone), Theme.objects.get(pk=into)
            merge_themes(actor=self.by, theme=theme, into=other, why="It says the same.")

    def some(self, number: int) -> set[str]:
        return {self.chance.choice(self.words) for _ in range(number)}


def fill(nodes: int) -> dict[str, Any]:
    """Fills the database; answers what is in it."""
    from django.apps import apps
    from django.db import connection, transaction

    world = World(nodes)
    names = ["contributions.Contribution", "themes.Theme", "themes.ThemeLink", "deliberation.Statement",
             "deliberation.StatementSource", "decisions.Proposal", "decisions.ProposalVersion",
             "decisions.ProposalSource", "decisions.Decision", "outcomes.Outcome", "outcomes.OutcomeState",
             "outcomes.OutcomeSource"]  # fmt: skip
    with transaction.atomic():
        back = without_indexes([apps.get_model(name)._meta.db_table for name in names])
        for part in (world.said, world.themed, world.claimed, world.decided, world.came):
            part()
        back()
    world.merged()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
    return {"space": world.space, "person": world.people[1], "counted": counted(), "words": world.words,
            "themes": world.themes, "claims": world.claims, "proposals": world.proposals,
            "outcomes": world.outcomes, "meetings": world.meetings}  # fmt: skip


def counted() -> dict[str, int]:
    """How many things there are, and how many links join them."""
    from django.apps import apps

    from coproduce.traces.links import TABLES

    names = ["contributions.Contribution", "themes.Theme", "deliberation.Statement", "spaces.Framing",
             "decisions.Proposal", "outcomes.Outcome", "gatherings.Gathering"]  # fmt: skip
    links = 0
    for table in TABLES:
        held = table.model._default_manager.filter(table.only)
        links += held.filter(**{f"{table.earlier.path}__isnull": False}).count()
    return {"things": sum(apps.get_model(name)._default_manager.count() for name in names), "links": links}


# ── asking ───────────────────────────────────────────────────────────────────────────────────────


def questions(world: dict[str, Any], times: int) -> dict[str, list[tuple[str, str]]]:
    """Each kind of question: (kind, key) of what is asked about."""
    chance = random.Random(3)
    pools = {"words": world["words"], "theme": world["themes"], "claim": world["claims"],
             "decision": world["proposals"], "outcome": world["outcomes"]}  # fmt: skip
    every = [(kind, len(pool)) for kind, pool in pools.items()]
    drawn = chance.choices([kind for kind, _n in every], [n for _kind, n in every], k=times)
    return {
        "any thing": [(kind, chance.choice(pools[kind])) for kind in drawn],
        "any outcome": [("outcome", chance.choice(world["outcomes"])) for _ in range(times)],
        "any decision": [("decision", chance.choice(world["proposals"])) for _ in range(times)],
        "any theme": [("theme", chance.choice(world["themes"])) for _ in range(times)],
        "the largest themes": [("theme", key) for key in world["themes"][:3]] * (times // 6),
        "words with most answers": [("words", world["words"][0])] * (times // 2),
        "the fullest gathering": [("gathering", world["meetings"][0])] * (times // 4),
        "most sources": [("decision", world["proposals"][0]), ("outcome", world["outcomes"][0])] * (times // 4),
    }


def timed(act: Callable[[str, str], Any], asked: list[tuple[str, str]]) -> dict[str, float]:
    for kind, key in asked[: len(asked) // 5 + 2]:
        act(kind, key)
    took, began = [], time.process_time()
    for kind, key in asked:
        start = time.perf_counter()
        act(kind, key)
        took.append(time.perf_counter() - start)
    took.sort()
    return {
        "p50_ms": took[len(took) // 2] * 1000,
        "p95_ms": took[int(len(took) * 0.95)] * 1000,
        "cpu_ms": (time.process_time() - began) / len(took) * 1000,
    }


def measure(world: dict[str, Any], times: int) -> dict[str, Any]:
    from uuid import UUID

    from django.test import Client
    from django.urls import reverse

    from coproduce.spaces.access import Place, membership_of
    from coproduce.traces.links import Way
    from coproduce.traces.queries import walk

    space, person = world["space"], world["person"]
    member = Place(space, person, membership_of(person, space.pk))
    visitor = Place(space, None, None)
    client = Client(headers={"host": "127.0.0.1", "x-forwarded-proto": "https"})
    client.force_login(person.account, backend="coproduce.people.backends.PersonBackend")
    found: dict[str, Any] = {}
    for name, asked in questions(world, times).items():
        for way in Way:

            def ask(kind: str, key: str, place: Any = member, way: Way = way) -> None:
                walk(place, kind, UUID(key), way)

            def ask_as_visitor(kind: str, key: str, way: Way = way) -> None:
                walk(visitor, kind, UUID(key), way)

            def read(kind: str, key: str, way: Way = way) -> None:
                route = "traces:came_from" if way == Way.BACK else "traces:led_to"
                if client.get(reverse(route, args=[space.slug, kind, UUID(key)])).status_code != 200:
                    raise SystemExit(f"{kind} {key} cannot be read")

            row = {"query": timed(ask, asked), "page": timed(read, asked[: max(20, times // 4)])}
            if name not in ("any thing", "the fullest gathering"):
                seen = asked[: max(20, times // 4)]
                row["visitor"] = timed(ask_as_visitor, seen)
            found[f"{name}, {way}"] = row
            print(line(f"{name}, {way}", row), flush=True)
    return found


HEAD = f"{'':<32}{'query p50':>10}{'p95':>7}{'cpu':>7}{'page p50':>10}{'p95':>7}{'visitor p50':>13}{'p95':>7}   ms"


def line(name: str, row: dict[str, Any]) -> str:
    query, page, visitor = row["query"], row["page"], row.get("visitor")
    said = f"{name:<32}{query['p50_ms']:10.1f}{query['p95_ms']:7.1f}{query['cpu_ms']:7.1f}"
    said += f"{page['p50_ms']:10.1f}{page['p95_ms']:7.1f}"
    return said + (f"{visitor['p50_ms']:13.1f}{visitor['p95_ms']:7.1f}" if visitor else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=200, help="how often each question is asked")
    parser.add_argument("--home", help="a folder to fill once and measure again and again (SQLite)")
    parser.add_argument("--counted", action="store_true", help="SQLite has counted its tables (ANALYZE) beforehand")
    parser.add_argument("--no-keep", action="store_true", help="print only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="coproduce-trace-") as fresh:
        os.environ.update(
            COPRODUCE_HOME=options.home or fresh, COPRODUCE_HOSTS="127.0.0.1", COPRODUCE_MAIL="smtp://127.0.0.1",
            DJANGO_SETTINGS_MODULE="coproduce.config.settings",
        )  # fmt: skip
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        began = time.perf_counter()
        filled = Path(os.environ["COPRODUCE_HOME"]) / "world.pickle"
        if not filled.exists():
            filled.write_bytes(pickle.dumps(fill(options.nodes)))
        world = pickle.loads(filled.read_bytes())
        if options.counted:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        took = time.perf_counter() - began
        print(f"{connection.vendor}: {world['counted']}, filled in {took:.0f} s\n{HEAD}", flush=True)
        rows = measure(world, options.times)
        version = sqlite3.sqlite_version if connection.vendor == "sqlite" else str(connection.pg_version)
        versions = {"python": platform.python_version(), "django": django.__version__, connection.vendor: version,
                    "cores": os.cpu_count(), "load": os.getloadavg()}  # fmt: skip
        if not options.no_keep:
            there = json.loads(KEPT.read_text()) if KEPT.exists() else {}
            there[connection.vendor] = {"versions": versions, "counted": world["counted"], "rows": rows}
            KEPT.write_text(json.dumps(there, indent=1) + "\n")


if __name__ == "__main__":
    main()
