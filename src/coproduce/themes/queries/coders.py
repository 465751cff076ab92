"""What two people put where, side by side: first where they differ. Nothing is averaged."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Length

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import seen_among
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership, MembershipState
from coproduce.themes.models import CodingNote, Theme, ThemeLink, ThemeState
from coproduce.themes.queries import Marking, markings_of
from coproduce_methods.agreement_alpha import Alike, Alpha, alpha_of_counts, marked_alike

DIFFERENCES = 10
NOTES = 200
MARKS_LOOKED_AT = 2_000
CODERS_LOOKED_AT = 20
"""Who marked the same words is looked up in the newest marks, and of so many people in one piece of words."""
LINKS_COMPARED = 20_000
"""Of each of the two, the newest: what one person can be asked to wait for."""

Where = tuple[int, int | None, int | None]
"""Version, start and end of a link; None for the whole."""


class AgreementOn(NamedTuple):
    """How far two people agree about one theme. counts: words in it for both, one, the other, neither."""

    theme: Theme
    counts: Alike
    by_words: Alpha
    by_letters: Alpha


@dataclass(slots=True)
class Difference:
    """Words that two people put with a theme differently: what each marked (nothing, where only the other did).

    notes: how much was said about it.
    """

    contribution: Contribution
    theme: Theme
    ones: list[Marking] = field(default_factory=list)
    others: list[Marking] = field(default_factory=list)
    notes: int = 0


@dataclass(slots=True)
class Compared:
    """Two people's coding. read_by_both: words in which both put something; the differences are of these alone."""

    read_by_both: int
    only_one: int
    only_other: int
    differing: int
    differences: list[Difference]
    rest: int
    agreements: list[AgreementOn]
    is_cut: bool


class _Coded(NamedTuple):
    lengths: dict[UUID, int]
    places: dict[tuple[UUID, UUID], set[Where]]
    is_cut: bool


def coders_in(place: Place) -> list[Person]:
    """The members who put words with themes, by name. One query."""
    linked = ThemeLink.objects.filter(linked_by=OuterRef("person"), ended_at=None, theme__space=place.space)
    members = Membership.objects.filter(Exists(linked), space=place.space).exclude(state=MembershipState.LEFT)
    return [one.person for one in members.select_related("person").order_by("person__chosen_name", "person")]


def read_alike(place: Place, people: Iterable[Person]) -> list[tuple[UUID, UUID]]:
    """Pairs of ``people`` who put something of the same words with themes, those with most such words first.

    Both orders of each pair are there. One query, of the newest ``MARKS_LOOKED_AT`` marks.
    """
    newest = _standing(place).filter(linked_by__in=people).order_by("-linked_at", "-id")[:MARKS_LOOKED_AT]
    rows: Any = newest.values_list("contribution", "linked_by")
    coders: dict[UUID, set[UUID]] = {}
    for words, person in rows:
        if len(of := coders.setdefault(words, set())) < CODERS_LOOKED_AT:
            of.add(person)
    pairs = Counter(pair for of in coders.values() for pair in combinations(sorted(of, key=str), 2))
    return [both for (one, other), _n in pairs.most_common() for both in ((one, other), (other, one))]


def _standing(place: Place) -> QuerySet[ThemeLink]:
    return ThemeLink.objects.filter(
        ended_at=None, theme__space=place.space, theme__state=ThemeState.OPEN, contribution__state="visible"
    )


def compared(place: Place, one: Person, other: Person, *, start: int = 0) -> Compared:
    """What the two put where: the differences from number ``start``, and how far they agree. Seven queries at most.

    It reads the newest ``LINKS_COMPARED`` links of each of the two, and says in ``is_cut`` where there are more.
    """
    first, second = _coded(place, one), _coded(place, other)
    common = sorted(first.lengths.keys() & second.lengths.keys(), key=str)
    shared = set(common)
    pairs = {pair for pair in first.places.keys() | second.places.keys() if pair[0] in shared}
    differ = sorted(
        (pair for pair in pairs if first.places.get(pair) != second.places.get(pair)),
        key=lambda pair: (str(pair[0]), str(pair[1])),
    )
    themes = {theme.pk: theme for theme in Theme.objects.filter(pk__in={theme for _words, theme in pairs})}
    shown = differ[start : start + DIFFERENCES]
    return Compared(
        read_by_both=len(common),
        only_one=len(first.lengths) - len(common),
        only_other=len(second.lengths) - len(common),
        differing=len(differ),
        differences=_differences(place, (one, other), shown, themes),
        rest=start + len(shown) if len(differ) > start + len(shown) else 0,
        agreements=_agreements((first, second), common, pairs, themes),
        is_cut=first.is_cut or second.is_cut,
    )


def _coded(place: Place, person: Person) -> _Coded:
    """The words that somebody coded with their lengths, and where they marked what for which theme. One query."""
    newest = _standing(place).filter(linked_by=person).order_by("-linked_at", "-id")[:LINKS_COMPARED]
    rows: Any = list(
        newest.values_list("contribution", "theme", "version", "start", "end", Length("contribution__words"))
    )
    coded = _Coded({}, {}, len(rows) == LINKS_COMPARED)
    for words, theme, version, start, end, length in rows:
        coded.lengths[words] = length
        # The whole is the whole, whichever wording it was said of.
        where = (0, None, None) if start is None else (version, start, end)
        coded.places.setdefault((words, theme), set()).add(where)
    return coded


def _agreements(
    coded: tuple[_Coded, _Coded], common: Sequence[UUID], pairs: Iterable[tuple[UUID, UUID]], themes: dict[UUID, Theme]
) -> list[AgreementOn]:
    by_theme: dict[UUID, list[UUID]] = {}
    for words, theme in pairs:
        by_theme.setdefault(theme, []).append(words)
    letters = sum(coded[0].lengths[words] for words in common)
    found = []
    for key, held in by_theme.items():
        inside = [(words, (words, key) in coded[0].places, (words, key) in coded[1].places) for words in held]
        both = sum(one and other for _words, one, other in inside)
        counts = Alike(
            both, sum(one for _w, one, _o in inside) - both, sum(other for _w, _one, other in inside) - both,
            len(common) - len(held),
        )  # fmt: skip
        by_letters = _letters(coded, key, held, letters)
        found.append(AgreementOn(themes[key], counts, alpha_of_counts(counts), alpha_of_counts(by_letters)))
    found.sort(key=lambda one: (-(one.counts.only_one + one.counts.only_other), one.theme.name))
    return found


def _letters(coded: tuple[_Coded, _Coded], theme: UUID, held: Iterable[UUID], letters: int) -> Alike:
    """Letters inside passages of a theme, over all words that both coded."""
    total = Alike(0, 0, 0, 0)
    for words in held:
        length = coded[0].lengths[words]
        marked = [
            [
                (0, length) if start is None else (start, end or 0)
                for _version, start, end in who.places.get((words, theme), ())
            ]
            for who in coded
        ]
        alike = marked_alike(length, marked[0], marked[1])
        total = Alike(*(a + b for a, b in zip(total, alike, strict=True)))
    return total._replace(neither=letters - total.both - total.only_one - total.only_other)


def _differences(
    place: Place, people: tuple[Person, Person], pairs: Sequence[tuple[UUID, UUID]], themes: dict[UUID, Theme]
) -> list[Difference]:
    if not pairs:
        return []
    words = {one.pk: one for one in seen_among(place, {pair[0] for pair in pairs})}
    held = ThemeLink.objects.filter(contribution__in=list(words), linked_by__in=people, ended_at=None)
    links = list(held.select_related("linked_by", "theme").order_by("linked_at", "id"))
    found = {pair: Difference(words[pair[0]], themes[pair[1]]) for pair in pairs if pair[0] in words}
    for who, person in enumerate(people):
        own = markings_of(place, [link for link in links if link.linked_by_id == person.pk], words.values())
        for key, markings in own.items():
            for marking in markings:
                difference = found.get((key, marking.link.theme_id))
                if difference is not None:
                    (difference.others if who else difference.ones).append(marking)
    said: Any = CodingNote.objects.filter(contribution__in=list(words), theme__in=[pair[1] for pair in pairs])
    for key, theme, number in said.order_by().values_list("contribution", "theme").annotate(n=Count("pk")):
        if (key, theme) in found:
            found[key, theme].notes = number
    return list(found.values())


def talked_about(contribution: Contribution, theme: Theme) -> list[CodingNote]:
    """What was said about whether these words belong to a theme, oldest first, ``NOTES`` at most. One query."""
    said = CodingNote.objects.filter(contribution=contribution, theme=theme).select_related("said_by")
    return list(said.order_by("said_at", "id")[:NOTES])
