"""Whose words may leave a space in a file, and what stands in place of their names.

Everything that is handed on asks here. A name that was not given leaves as a pseudonym which is another in every file,
and only where the page shows members that two texts are by the same person: words brought without a name, or by
standpoint alone, belong to nobody in a file, or the file would tell what the site does not.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from coproduce.consent.models import Agreement, Use
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import in_use
from coproduce.people.models import Attribution
from coproduce.spaces.models import Space, Standpoint, Visibility
from coproduce.themes.models import Theme, ThemeState
from coproduce.ways import in_order

Key = TypeVar("Key", UUID, tuple[UUID, str])
NAMED = (Attribution.NAME, Attribution.CHOSEN)


Spoken = tuple[UUID, str]
"""A person and the name that stands beside their words."""


class Someone(NamedTuple):
    """A person as a file knows them: a pseudonym, how they know, and where they speak from, as far as that is shown
    and as many share it as the space asks."""

    name: str
    ways: str
    standpoints: tuple[str, ...]


def agreed(space: Space, *uses: str) -> set[UUID]:
    """The people who agreed to one of these uses, and still do. One query."""
    held = Agreement.objects.filter(space=space, use__in=uses, given=True, ended_at=None)
    return set(held.values_list("person", flat=True))


def research_texts(space: Space) -> QuerySet[Contribution]:
    """The words that may leave as research data: in sight, in use, and their author agreed to that."""
    held = Agreement.objects.filter(space=space, use=Use.RESEARCH_DATA, given=True, ended_at=None)
    found = Contribution.objects.filter(in_use(), space=space, author__in=held.values("person"))
    return found.exclude(words="").order_by("said_on", "pk")


def spoken_by(text: Contribution) -> Spoken:
    """Under which of ``people_behind`` a text with a name stands. Its author is fetched."""
    return text.author_id, text.shown_name


def people_behind(space: Space, texts: QuerySet[Contribution]) -> dict[Spoken, Someone]:
    """By ``spoken_by``, whoever a file may show as one person: by the names that members see beside ``texts``.

    A way of knowing or a standpoint that fewer of them share than the space's threshold is left out. Two queries.
    """
    names = ("author", "attribution", "author__full_name", "author__chosen_name")
    rows = texts.filter(attribution__in=NAMED).order_by().values_list(*names).distinct()
    spoken = {
        (author, full or chosen if attribution == Attribution.NAME else chosen)
        for author, attribution, full, chosen in rows
    }
    authors = {author for author, _name in spoken}
    ways, standpoints = _shown(space, authors)
    known = Counter(letter for letters in ways.values() for letter in letters)
    shared = Counter(words.casefold() for said in standpoints.values() for words in {one.casefold() for one in said})
    return {
        (author, said_as): Someone(
            name,
            in_order("".join(letter for letter in ways[author] if known[letter] >= space.threshold)),
            tuple(words for words in standpoints[author] if shared[words.casefold()] >= space.threshold),
        )
        for (author, said_as), name in pseudonyms(spoken, _("P-%s")).items()
    }


def _shown(space: Space, authors: set[UUID]) -> tuple[dict[UUID, set[str]], dict[UUID, list[str]]]:
    ways: dict[UUID, set[str]] = defaultdict(set)
    standpoints: dict[UUID, list[str]] = defaultdict(list)
    held = Standpoint.objects.filter(membership__space=space, visibility=Visibility.SHOWN)
    for author, way, words in held.order_by("said_at", "id").values_list("membership__person", "way", "words"):
        if author in authors:
            ways[author].add(way)
            standpoints[author].append(words)
    return ways, standpoints


def pseudonyms(people: Collection[Key], name: str) -> dict[Key, str]:
    """A name for each, numbered in an order that tells nothing and is another each time. name: with ``%s``."""
    shuffled = sorted(people)
    secrets.SystemRandom().shuffle(shuffled)
    width = max(2, len(str(len(shuffled))))
    return {person: name % str(number).zfill(width) for number, person in enumerate(shuffled, start=1)}


class Counts(NamedTuple):
    """How many texts there are, how many may be quoted, and how many may be studied; and how many themes."""

    texts: int
    quotable: int
    studied: int
    themes: int


def leaving_counts(space: Space) -> Counts:
    """How much is in each file. Four queries."""
    texts = Contribution.objects.filter(in_use(), space=space)
    agreed_to = Agreement.objects.filter(space=space, given=True, ended_at=None)
    quoting = agreed_to.filter(use__in=(Use.QUOTE, Use.ATTRIBUTED_QUOTE)).values("person")
    return Counts(
        texts.count(),
        texts.filter(author__in=quoting).count(),
        research_texts(space).count(),
        Theme.objects.filter(space=space, state=ThemeState.OPEN).count(),
    )
