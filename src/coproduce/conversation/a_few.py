"""Ten quiet minutes: a few things to read today, the same all day, words that nobody answered first.

Which they are follows from the day and the person alone, so that there is nothing to win by looking again. A stretch of
the space's life is chosen, as long ago as chance has it and not the newest; of ``NEAR`` words before and after it those
come first that nobody answered, and of these those told from ways of knowing that are seldom heard there.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import DateField, DateTimeField, Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from coproduce import clock
from coproduce.contributions.models import Acknowledgement, Contribution, ContributionState
from coproduce.contributions.queries import OPENING, cut_at_a_word, known_as, seen_among, standpoints_of
from coproduce.conversation.folding import folded_for
from coproduce.prepared import given, only, prepared
from coproduce.spaces.access import Place
from coproduce.spaces.models import Space
from coproduce.ways import LETTERS

A_FEW = 5
NEAR = 200
LOOKED_AT = 15
"""So many are put in order, for what the reader folded away is left out."""


class Candidate(NamedTuple):
    """Words that may be among the few. ways: letters, "" where none were given."""

    pk: UUID
    ways: str
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Read:
    """One of the few, as the page shows it."""

    contribution: Contribution
    url: str
    opening: str
    is_cut: bool
    name: str
    known: str
    is_answered: bool


def a_few_for(place: Place, today: date | None = None) -> list[Read]:
    """Today's few for this member: ``A_FEW`` at most, brought before today by others, and not thanked for by them.

    Seven queries at most, however much the space holds.
    """
    if place.person is None:
        return []
    today = today or clock.today()
    chance = Random(f"{today.isoformat()} {place.person.pk} {place.space.pk}")  # noqa: S311  (to be repeated)
    chosen = in_order_of_need(_candidates(place, today, chance), chance)[:LOOKED_AT]
    folded = folded_for(place, [one.pk for one in chosen])
    few = [one for one in chosen if one.pk not in folded][:A_FEW]
    return _as_read(place, few)


def _candidates(place: Place, today: date, chance: Random) -> list[Candidate]:
    """Two or three queries: when the first and the last were said, and what was said around a day between."""
    life: Any = only(_life()(space=place.space.pk))
    if life is None or life[0] is None:
        return []
    first, last = life
    day = first + timedelta(days=round(chance.random() * (last - first).days))
    begins = timezone.make_aware(datetime.combine(today, time.min))
    asked = {"space": place.space.pk, "me": place.person.pk if place.person else None, "day": day, "begins": begins}
    rows: list[Any] = [*_near(is_later=True)(**asked), *_near(is_later=False)(**asked)]
    return [Candidate(*row) for row in rows]


@prepared
def _life() -> QuerySet[Space, Any]:
    said = Contribution.objects.filter(space=OuterRef("pk"), answers=None, state=ContributionState.VISIBLE)
    first, last = (said.order_by(*by).values("said_on")[:1] for by in (("said_on", "id"), ("-said_on", "-id")))
    return Space.objects.filter(pk=given("space")).values_list(Subquery(first), Subquery(last))


@prepared
def _near(*, is_later: bool) -> QuerySet[Contribution, Any]:
    """The openers said on or after (or before) a day, nearest first, as they stood when today began."""
    begins, day = given("begins", DateTimeField()), given("day", DateField())
    answers = Contribution.objects.filter(answers=OuterRef("pk"), state=ContributionState.VISIBLE)
    thanked = Acknowledgement.objects.filter(contribution=OuterRef("pk"), person=given("me"), at__lt=begins)
    found = Contribution.objects.filter(
        ~Exists(thanked), space=given("space"), answers=None, state=ContributionState.VISIBLE, brought_at__lt=begins
    ).exclude(author=given("me"))
    near = (
        found.filter(said_on__gte=day).order_by("said_on", "id")
        if is_later
        else found.filter(said_on__lt=day).order_by("-said_on", "-id")
    )
    return near.values_list("pk", "ways", Exists(answers.filter(brought_at__lt=begins)))[:NEAR]


def in_order_of_need(candidates: Iterable[Candidate], chance: Random) -> list[Candidate]:
    """Unanswered words before answered ones; among them every way of knowing in turn, the seldom heard first.

    Words told from several ways count for the one that is heard least. chance: decides between equals.
    """
    left = sorted(candidates, key=lambda one: one.pk)
    chance.shuffle(left)
    heard = Counter(letter for one in left for letter in one.ways)
    rare = {
        one.pk: min(one.ways, key=lambda letter: (heard[letter], LETTERS.index(letter)), default="") for one in left
    }
    turns: Counter[tuple[bool, str]] = Counter()
    placed = []
    for one in left:
        group = (one.is_answered, rare[one.pk])
        placed.append((one.is_answered, turns[group], heard[rare[one.pk]] if rare[one.pk] else len(left), one))
        turns[group] += 1
    return [one for *_order, one in sorted(placed, key=lambda each: each[:3])]


def _as_read(place: Place, few: list[Candidate]) -> list[Read]:
    if not few:
        return []
    by_pk = {words.pk: words for words in seen_among(place, [one.pk for one in few])}
    spoken = standpoints_of(place.space, [words.author_id for words in by_pk.values()])
    base = reverse("contributions:contributions", args=[place.space.slug])
    found = [(one, by_pk[one.pk]) for one in few if one.pk in by_pk]
    return [
        Read(
            contribution=words,
            url=f"{base}{words.pk}/",
            opening=cut_at_a_word(words.words, OPENING),
            is_cut=len(words.words) > OPENING,
            name=words.shown_name,
            known=known_as(words.author_id, words.attribution, words.ways, spoken),
            is_answered=one.is_answered,
        )
        for one, words in found
    ]
