"""Giving tokens, and changing one's mind within the season."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.deliberation.actions import begin_list, find_value
from coproduce.deliberation.actions.drawing import require_open
from coproduce.deliberation.models import Value
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Attribution, Person
from coproduce.spaces.access import recorder_for, typed_by_another
from coproduce.spaces.models import Space
from coproduce.valuing.models import EACH, Allocation, EarlierAllocation, Token
from coproduce.valuing.queries.giving import keyed, season_now, tokens_of


class TooManyTokens(NotAllowed):
    """More tokens than anybody has."""


@transaction.atomic
def give_tokens(
    *,
    actor: Person,
    space: Space,
    tokens: Mapping[str, int],
    person: Person | None = None,
    own: tuple[str, int] = ("", 0),
    words: str = "",
    about: str = "",
    attribution: str = Attribution.STANDPOINT,
) -> Allocation:
    """Spread ``person``'s (the actor's, if not told) tokens of this season over the values of the space.

    tokens: how many by the key of a value (its identifier or, where nobody has used the list, its starting code).
    own: the name of a value that they add, and its tokens. words, attribution: why, and how their name appears beside
    it; about: the key of the value that the words are about, "own" for the one they add. Fewer than ``EACH`` are kept
    and counted once all are given. Giving again changes it; what was given before is kept. When a second person types
    the same for somebody assisted as the first did, nothing changes but that it has been checked.
    Raises ``NotHere``, ``NotAllowed``, ``TooManyTokens`` or ``ValidationError``.
    """
    person = person or actor
    recorder = recorder_for(actor, person, space)
    require_open(space)
    begin_list(space)
    listed = keyed(Value.objects.filter(space=space))
    spread, added = _spread(space, listed, tokens, own, person)
    allocation, had = _changing(space, person)
    gives = {value.pk: n for value, n in spread.items()}
    says = (words.strip(), (added if about == "own" else listed.get(about)) if words.strip() else None, attribution)
    # How a name appears is nothing two people could type differently where no words stand.
    before = (allocation.words, allocation.about, allocation.attribution if says[0] else attribution)
    if typed_by_another(allocation, recorder) and (had, before) == (gives, says):
        return _checked(actor, allocation)
    if any(not value.is_offered and value.pk not in had and value.added_by_id != person.pk for value in spread):
        raise NotAllowed(_("One of these values was taken off the list meanwhile. Put its tokens somewhere else."))
    _keep_earlier(allocation, had, gives, says[0])
    allocation.words, allocation.about, allocation.attribution = says
    allocation.recorded_by, allocation.checked_by, allocation.checked_at = recorder, None, None
    allocation.given_at = clock.now()
    allocation.full_clean()
    allocation.save()
    _place(allocation, spread)
    record(
        "tokens given",
        actor=actor,
        space=space,
        subject=allocation,
        person=person.pk,
        season=allocation.season,
        tokens={str(value.pk): n for value, n in spread.items()},
        words=allocation.words,
        added=added.name if added else "",
    )
    return allocation


def _spread(
    space: Space, listed: Mapping[str, Value], tokens: Mapping[str, int], own: tuple[str, int], person: Person
) -> tuple[dict[Value, int], Value | None]:
    """How many tokens go to which value, and the value that was added."""
    wanted = {key: n for key, n in tokens.items() if n}
    if any(key not in listed for key in wanted):
        raise NotHere(_("One of the values is not in this space."))
    spread = {listed[key]: n for key, n in wanted.items()}
    added = _own(space, own, person, spread)
    if any(n < 0 for n in spread.values()) or sum(spread.values()) > EACH:
        raise TooManyTokens(_("There are ten tokens in all. Nothing was changed."))
    return spread, added


def _checked(actor: Person, allocation: Allocation) -> Allocation:
    allocation.checked_by, allocation.checked_at = actor, clock.now()
    allocation.full_clean()
    allocation.save()
    record(
        "tokens checked",
        actor=actor,
        space=allocation.space,
        subject=allocation,
        person=allocation.person_id,
        season=allocation.season,
    )
    return allocation


def _own(space: Space, own: tuple[str, int], person: Person, spread: dict[Value, int]) -> Value | None:
    """The value that somebody adds; its tokens join those it may have. A name that is on the list is that value."""
    name, n = own
    if not name.strip():
        return None
    value = find_value(space, name, added_by=person)
    if n:
        spread[value] = spread.get(value, 0) + n
    return value


def _changing(space: Space, person: Person) -> tuple[Allocation, dict[UUID, int]]:
    """This season's allocation, held until it is saved, and where its tokens stand."""
    season = season_now().code
    found = Allocation.objects.select_for_update(of=("self",)).filter(space=space, person=person, season=season)
    allocation = found.first() or Allocation(space=space, person=person, season=season)
    return allocation, tokens_of([allocation.pk]).get(allocation.pk, {})


def _keep_earlier(allocation: Allocation, had: dict[UUID, int], gives: dict[UUID, int], words: str) -> None:
    if allocation._state.adding or (had, allocation.words) == (gives, words):
        return
    EarlierAllocation.objects.create(
        allocation=allocation,
        tokens={str(value): n for value, n in had.items()},
        words=allocation.words,
        attribution=allocation.attribution,
        given_at=allocation.given_at,
        until=clock.now(),
    )


def _place(allocation: Allocation, spread: dict[Value, int]) -> None:
    Token.objects.filter(allocation=allocation).delete()
    placed = [value for value, n in spread.items() for _token in range(n)]
    Token.objects.bulk_create(
        Token(allocation=allocation, number=number, value=value) for number, value in enumerate(placed, start=1)
    )
