"""Naming what matters: the list of values."""

from collections.abc import Iterable

from django.db import transaction

from coproduce import clock
from coproduce.deliberation.actions.drawing import require_open
from coproduce.deliberation.models import Value
from coproduce.deliberation.queries.values import unsaved_list
from coproduce.deliberation.starting import STARTING, Offered
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_facilitator
from coproduce.spaces.models import Space


@transaction.atomic
def offer_values(*, actor: Person, space: Space, names: Iterable[str | Offered]) -> list[Value]:
    """Say what everyone is offered, in place of the values that every space begins with; or add to that list.

    A plain name that is among those to begin with gets their explanation.
    """
    require_facilitator(actor, space)
    known = {str(each.name).casefold(): each for each in STARTING}
    values = []
    for name in names:
        begun = name if isinstance(name, Offered) else known.get(name.casefold()) or Offered("", "", name, "")
        values.append(find_value(space, str(begun.name), added_by=None, begun=begun))
    record("values offered", actor=actor, space=space, subject=space, names=[value.name for value in values])
    return values


@transaction.atomic
def add_value(
    *, actor: Person, space: Space, name: str, explanation: str = "", why: str = "", person: Person | None = None
) -> Value:
    """Name something that matters here and was not on the list. Naming it twice changes nothing.

    person: an assisted member who named it, written down by a facilitator (the actor).
    """
    person = person or actor
    recorder_for(actor, person, space)
    require_open(space)
    value = find_value(space, name, added_by=person, begun=Offered("", "", name, explanation))
    record("value added", actor=actor, space=space, subject=value, person=person.pk, name=value.name, why=why)
    return value


def begin_list(space: Space) -> None:
    """Before the list is used for the first time: the values to begin with become the space's own."""
    there = list(Value.objects.filter(space=space).values_list("name", "added_by"))
    if all(added_by is not None for _name, added_by in there):
        names = {name.casefold() for name, _added_by in there}
        Value.objects.bulk_create(unsaved_list(space, names), ignore_conflicts=True)


def find_value(space: Space, name: str, *, added_by: Person | None, begun: Offered | None = None) -> Value:
    """The value of this name whatever its case, made if it is new. begun: what is said of one that is new."""
    name = " ".join(name.split())
    found = Value.objects.filter(space=space, name__iexact=name).first()
    if found is None:
        # It joins the list without the name of who added it, and its identifier stands in addresses.
        pk = clock.untimed_id() if begun is None else clock.new_id()
        found = Value(id=pk, space=space, name=name, added_by=added_by, added_at=clock.now())
        if begun is not None:
            found.explanation, found.system, found.starting = str(begun.explanation), begun.system, begun.code
        found.full_clean()
        found.save(force_insert=True)
    return found
