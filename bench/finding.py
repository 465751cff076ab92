"""Finding among 200,000 texts: every kind of question through ``found_in``, beside FTS5 asked directly.

    .venv/bin/python bench/finding.py [--texts 200000] [--times 60]

The words are invented and drawn as words of a language are: the first few stand in most texts, most words in few.
A text has 58 on average. Each question is asked ``times`` times with other words, as a member of the space; what is
measured is all the work of a page of results but drawing the HTML: the index, who may see what, snippets. Beside it
stands the plainest question to the same index, ``MATCH … ORDER BY rank LIMIT 21``, which knows nothing of spaces,
consent or what was taken back. On PostgreSQL (DATABASE_URL names an empty database) it is ``ORDER BY ts_rank``.
The table is printed; the figures, with versions, are kept in bench/results/finding.json (finding-postgresql.json).
"""

import argparse
import itertools
import json
import os
import platform
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT), str(PROJECT / "src")]
VOCABULARY = 40_000
A_TEXT = 58
SYLLABLES = [first + last for first in "bdfgklmnprstvz" for last in ("a", "e", "i", "o", "u", "an", "er", "il", "om")]


def vocabulary(chance: random.Random) -> list[str]:
    """Different words of two to four syllables, the commonest the shortest on the whole."""
    seen: dict[str, None] = {}
    while len(seen) < VOCABULARY:
        length = 2 + (len(seen) > 400) + (len(seen) > 8000)
        seen["".join(chance.choice(SYLLABLES) for _ in range(length))] = None
    return list(seen)


class Texts:
    """Draws texts: the n-th word of the vocabulary with a likelihood of 1 / (n + 2.7)."""

    def __init__(self) -> None:
        self.chance = random.Random(11)
        self.words = vocabulary(self.chance)
        self.shares = list(itertools.accumulate(1 / (place + 2.7) for place in range(VOCABULARY)))

    def one(self) -> str:
        length = max(6, int(self.chance.lognormvariate(3.9, 0.6)))
        return " ".join(self.chance.choices(self.words, cum_weights=self.shares, k=length))


def filled_before() -> dict[str, Any]:
    """What stands in a home folder that an earlier run filled; {} if COPRODUCE_HOME names none."""
    from coproduce.spaces.models import Membership, Space
    from coproduce.themes.models import Theme

    space = Space.objects.filter(slug="many").first()
    if space is None:
        return {}
    members = Membership.objects.filter(space=space).select_related("person").order_by("pk")
    themes = Theme.objects.filter(space=space).order_by("name")
    return {"space": space, "people": [one.person for one in members[1:]], "themes": list(themes)}


def filled(number: int) -> dict[str, Any]:
    """A public space with that many texts by 60 people, three themes of other sizes and a claim; half may be quoted."""
    from django.db import transaction

    from coproduce.consent.models import Agreement, AgreementText, Use
    from coproduce.contributions.models import Contribution, Kind
    from coproduce.themes.models import Theme, ThemeLink
    from tests import building

    texts = Texts()
    chance = texts.chance
    if there := filled_before():
        return there | {"words": texts.words, "chance": chance}
    with transaction.atomic():
        space = building.space(privacy="public", slug="many")
        people = [building.member(space, ways="LP") for _ in range(60)]
        text = AgreementText.objects.create(space=space, use=Use.ATTRIBUTED_QUOTE, words="Yes?", written_by=people[0])
        for person in people[::2]:
            Agreement.objects.create(space=space, use=text.use, text=text, person=person, given=True)
        themes = [Theme.objects.create(space=space, name=f"Theme {n}", proposed_by=people[0]) for n in range(3)]
    for start in range(0, number, 5000):
        with transaction.atomic():
            made = Contribution.objects.bulk_create(
                Contribution(
                    space=space,
                    author=chance.choice(people),
                    words=texts.one(),
                    ways=chance.choice(("L", "P", "LP", "R", "M", "")),
                    kind=chance.choice(Kind.values),
                    said_on=date(2021, 1, 1) + timedelta(days=(start + place) * 1900 // number),
                )
                for place in range(min(5000, number - start))
            )
            for theme, share in zip(themes, (0.0004, 0.01, 0.3), strict=True):
                ThemeLink.objects.bulk_create(
                    ThemeLink(theme=theme, contribution=one, linked_by=people[0])
                    for one in made
                    if chance.random() < share
                )
    return {"space": space, "people": people, "themes": themes, "words": texts.words, "chance": chance}


def questions(world: dict[str, Any]) -> dict[str, Callable[[], dict[str, str]]]:
    """Each kind of question: a function that answers the next one, as fields of ``Asked``."""
    chance, words, themes = world["chance"], world["words"], world["themes"]
    common, middling, rare = words[:20], words[60:400], words[3000:20000]
    pick: Callable[[Any], str] = chance.choice
    return {
        "a rare word": lambda: {"words": pick(rare)},
        "a word of one text in ten": lambda: {"words": pick(middling)},
        "a very common word": lambda: {"words": pick(common)},
        "two middling words": lambda: {"words": f"{pick(middling)} {pick(middling)}"},
        "three common words": lambda: {"words": " ".join(chance.sample(common, 3))},
        "a common and a rare word": lambda: {"words": f"{pick(common)} {pick(rare)}"},
        "the beginning of words": lambda: {"words": pick(middling)[:4]},
        "just so, two common words": lambda: {"words": f'"{pick(common)} {pick(common)}"'},
        "common, without another": lambda: {"words": f"{pick(common)} -{pick(middling)}"},
        "nothing holds all four": lambda: {"words": " ".join(chance.sample(rare, 3)) + f" {pick(common)}"},
        "common, a way": lambda: {"words": pick(common), "way": pick("LPRM")},
        "common, a kind": lambda: {"words": pick(common), "kind": pick(["story", "question", "offer"])},
        "common, a season": lambda: {"words": pick(common), "season": "spring", "year": "2023"},
        "common, themes only": lambda: {"words": pick(common), "what": "theme"},
        "common, a theme of 80": lambda: {"words": pick(common), "theme": str(themes[0].pk)},
        "common, a theme of 2,000": lambda: {"words": pick(common), "theme": str(themes[1].pk)},
        "common, a theme of 60,000": lambda: {"words": pick(common), "theme": str(themes[2].pk)},
        "common, a standpoint of half": lambda: {"words": pick(common), "standpoint": "standpoint P"},
        "middling, a way and a season": lambda: {"words": pick(middling), "way": "L", "season": "winter"},
    }


def timed(times: int, act: Callable[[], Any]) -> Iterator[tuple[float, float]]:
    """Milliseconds that passed, and those that this process worked: on a busy machine they differ."""
    for _ in range(times):
        began, worked = time.perf_counter(), time.process_time()
        act()
        yield (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


def middle_and_most(took: list[tuple[float, float]]) -> dict[str, float]:
    figures = {}
    for name, some in zip(("", "cpu_"), zip(*took, strict=True), strict=True):
        ordered = sorted(some)
        figures[f"{name}p50_ms"] = round(ordered[len(ordered) // 2], 2)
        figures[f"{name}p95_ms"] = round(ordered[int(len(ordered) * 0.95)], 2)
    return figures


def asked_of(fields: dict[str, Any]) -> Any:
    from coproduce.finding.queries import Asked

    return Asked(**{name: int(value) if name == "year" else value for name, value in fields.items()})


def measured(world: dict[str, Any], times: int) -> dict[str, Any]:
    from coproduce.finding.queries import found_in
    from coproduce.spaces.access import Place, membership_of

    space, person = world["space"], world["people"][1]
    member = Place(space, person, membership_of(person, space.pk))
    visitor = Place(space, None, None)
    figures: dict[str, Any] = {}
    for place, who in ((member, ""), (visitor, ", a visitor")):
        for name, following in questions(world).items():
            if who and ("theme" in name or "standpoint" in name):
                continue
            everyone = [following() for _ in range(times)]
            found_in([place], asked_of(everyone[0]))
            turns, plain = iter(everyone), iter(everyone)
            row = middle_and_most(list(timed(times, lambda p=place, t=turns: found_in([p], asked_of(next(t))))))
            if not who and set(everyone[0]) == {"words"} and not any(c in everyone[0]["words"] for c in '"-'):
                row["plain"] = middle_and_most(list(timed(times, lambda t=plain: directly(next(t)["words"]))))
            figures[name + who] = row
    figures["ten alike"] = middle_and_most(alike_times(member, world, times))
    return figures


def directly(words: str) -> None:
    """The plainest question to the same index."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            asked = " AND ".join(f'"{word}"' for word in words.split())
            cursor.execute(
                "SELECT rowid, snippet(finding_words, 1, '[', ']', '…', 32) FROM finding_words "
                "WHERE finding_words MATCH %s ORDER BY rank LIMIT 21",
                [f"{{words}} : ({asked})"],
            )
        else:
            cursor.execute(
                "SELECT id FROM finding_searchable, plainto_tsquery('english', %s) q WHERE lexemes @@ q "
                "ORDER BY ts_rank(lexemes, q) DESC LIMIT 21",
                [words],
            )
        cursor.fetchall()


def alike_times(place: Any, world: dict[str, Any], times: int) -> list[tuple[float, float]]:
    from coproduce.contributions.models import Contribution
    from coproduce.finding.alike import alike

    keys = list(
        Contribution.objects.filter(space=place.space).order_by("-id").values_list("pk", flat=True)[: 40 * times]
    )
    some = list(Contribution.objects.filter(pk__in=world["chance"].sample(keys, times)))
    turns = iter(some)
    alike(place, some[0])
    return list(timed(times, lambda: alike(place, next(turns))))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=60)
    options = parser.parse_args()
    os.environ.setdefault("COPRODUCE_HOME", tempfile.mkdtemp(prefix="coproduce-finding-"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "coproduce.config.settings"

    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    world = filled(options.texts)
    filling = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    figures = measured(world, options.times)
    print(f"{options.texts:,} texts written and indexed in {filling:.0f} s, {connection.vendor}")
    for name, row in figures.items():
        plain = row.get("plain")
        beside = f"   plain {plain['p50_ms']:7.2f} {plain['p95_ms']:7.2f} ({plain['cpu_p95_ms']:.1f})" if plain else ""
        passed = f"p50 {row['p50_ms']:7.2f} p95 {row['p95_ms']:7.2f}"
        print(f"{name:42} {passed} ms (CPU {row['cpu_p50_ms']:6.2f} {row['cpu_p95_ms']:6.2f}){beside}")
    versions = {
        "python": platform.python_version(),
        "django": django.__version__,
        "sqlite": sqlite3.sqlite_version,
        "database": connection.vendor,
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
    }
    name = "finding" if connection.vendor == "sqlite" else f"finding-{connection.vendor}"
    kept = {"versions": versions, "asked": vars(options), "filling_s": filling, "figures": figures}
    (PROJECT / "bench" / "results" / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
