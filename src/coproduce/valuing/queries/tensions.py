"""Where values pull apart: what people named, and what stands in the reasons of either side."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from coproduce.contributions.models import Contribution
from coproduce.deliberation.models import Statement, StatementSource, Value
from coproduce.deliberation.queries import Reason, may_be_read, reasons_for, ways_beside, ways_of_people
from coproduce.deliberation.queries.rounds import shown_claims
from coproduce.errors import NotHere
from coproduce.people.naming import shown_name, shown_recorder
from coproduce.spaces.access import Place
from coproduce.themes.models import ThemeLink
from coproduce.valuing.models import ValueTension

CLAIMS_LOOKED_AT = 40
REASONS_LOOKED_AT = 20
PAIRS_SHOWN = 3
ABOUT_AT_MOST = 40


@dataclass(frozen=True, slots=True)
class Named:
    """A tension that somebody named: between which values, and how it is one, in their words."""

    pk: UUID
    one: str
    other: str
    words: str
    name: str
    ways: str
    recorded_by: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Pull:
    """Two values that stand in the reasons of opposite sides to one claim, each with words that say so."""

    one: str
    other: str
    claim: str
    url: str
    for_one: Reason
    for_other: Reason


@dataclass(frozen=True, slots=True)
class Tension:
    """What pulls apart in something that is made of people's words. Empty where nothing does, or nobody said so."""

    named: list[Named] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.named or self.pulls)


def tension_of(
    place: Place,
    *,
    contributions: Collection[UUID] = (),
    themes: Collection[UUID] = (),
    statements: Collection[UUID] = (),
) -> Tension:
    """The tensions of values in something drawn from these words, themes or claims, as far as ``place`` may read them.

    *Named*: somebody said so about the same words. *Pulls*: a claim drawn from them, where those who agree and those
    who disagree gave reasons about different values. It says nothing of how many. Six queries at most, none without
    sources.
    """
    if not (contributions or themes or statements):
        return Tension()
    words = Contribution.objects.filter(_among(contributions, themes), space=place.space).order_by().values("pk")
    return Tension(_named(place, words), _pulls(place, _claims(place, words, statements)))


def _among(contributions: Collection[UUID], themes: Collection[UUID]) -> Q:
    among = Q(pk__in=list(contributions))
    if themes:
        linked = ThemeLink.objects.filter(theme__in=list(themes), ended_at=None).order_by().values("contribution")
        among |= Q(pk__in=linked)
    return among


def _claims(place: Place, words: Any, statements: Collection[UUID]) -> dict[UUID, Statement]:
    drawn = StatementSource.objects.filter(contribution__in=words).order_by().values("statement")
    found = shown_claims(place.space).filter(Q(pk__in=drawn) | Q(pk__in=list(statements)))
    claims = {claim.pk: claim for claim in found.order_by("-drawn_at", "pk")[:CLAIMS_LOOKED_AT]}
    for claim in claims.values():
        claim.space = place.space
    return claims


def _pulls(place: Place, claims: dict[UUID, Statement]) -> list[Pull]:
    reasons = reasons_for(place, list(claims), REASONS_LOOKED_AT) if claims else {}
    found: dict[frozenset[str], Pull] = {}
    told: list[Reason] = []  # nobody's reason stands here twice
    for pk, given in sorted(reasons.items(), key=lambda pair: -len(pair[1])):
        agreeing, disagreeing = (_by_value(one for one in given if one.answer == answer) for answer in (1, -1))
        for one, other in product(agreeing, disagreeing):
            said = [agreeing[one][0], disagreeing[other][0]]
            if one not in disagreeing and other not in agreeing and not any(reason in told for reason in said):
                pull = Pull(one, other, claims[pk].words, claims[pk].get_absolute_url(), *said)
                if found.setdefault(frozenset((one, other)), pull) is pull:
                    told += said
    return list(found.values())[:PAIRS_SHOWN]


def _by_value(reasons: Iterable[Reason]) -> dict[str, list[Reason]]:
    """Reasons by the values they are about; the value that most speak of comes first."""
    found: dict[str, list[Reason]] = {}
    for reason in reasons:
        for value in reason.values:
            found.setdefault(value, []).append(reason)
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0])))


def _named(place: Place, words: Any) -> list[Named]:
    said = in_force(place).filter(sources__contribution__in=words).distinct()
    return named(place, said)


def in_force(place: Place) -> QuerySet[ValueTension]:
    """The tensions that were named and not taken back, as far as this person may read them."""
    return ValueTension.objects.filter(may_be_read(place), space=place.space, taken_back_at=None)


def named(place: Place, found: QuerySet[ValueTension], most: int = 30) -> list[Named]:
    """Tensions with the names their speakers chose; the newest first. Two queries."""
    rows = list(found.select_related("one", "other", "person", "recorded_by").order_by("-said_at", "-pk")[:most])
    letters = ways_of_people(place.space, [row.person_id for row in rows], shown_only=True) if rows else {}
    return [
        Named(
            row.pk,
            _called(row.one),
            _called(row.other),
            row.words,
            shown_name(row.person, row.attribution, letters.get(row.person_id, "")),
            ways_beside(row.attribution, letters.get(row.person_id, "")),
            shown_recorder(row.recorded_by, row.attribution) if place.is_member else "",
            place.person is not None and place.person.pk == row.person_id,
        )
        for row in rows
    ]


def _called(value: Value) -> str:
    return value.name if value.held_back_at is None else _("something else")


def own_tension(place: Place, pk: UUID) -> ValueTension:
    """One that this person named, or wrote down for somebody who does not go online. ``NotHere`` for any other."""
    mine = Q(person=place.person) | (Q(person__account=None, recorded_by=place.person))
    found = ValueTension.objects.filter(mine, space=place.space, taken_back_at=None, pk=pk).first()
    if found is None or place.person is None:
        raise NotHere
    found.space = place.space
    return found


def tension_beside(place: Place, contributions: Collection[UUID], themes: Collection[UUID] = ()) -> dict[str, Any]:
    """What a page needs for ``valuing/tension.html``: the tensions, and where a member names one ("" for others).

    Themes are looked into only where nothing was named: a theme holds more than what was meant.
    """
    found = tension_of(place, contributions=contributions, themes=() if contributions else themes)
    url = ""
    if place.is_member:
        about = urlencode({"from": [str(pk) for pk in list(contributions)[:ABOUT_AT_MOST]]}, doseq=True)
        url = f"{reverse('valuing:name_tension', args=[place.space.slug])}{'?' if about else ''}{about}"
    return {"tension": found, "name_tension_url": url}
