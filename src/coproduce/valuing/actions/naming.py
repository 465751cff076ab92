"""Making the list of values one's own: other words, off the list and back, a name that would point at somebody."""

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.deliberation.actions import begin_list
from coproduce.deliberation.actions.drawing import require_open
from coproduce.deliberation.models import Value
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import require_facilitator, require_member
from coproduce.spaces.models import Space
from coproduce.valuing.models import ChangeKind, ValueChange
from coproduce.valuing.queries.giving import keyed


def _listed(space: Space, key: str) -> Value:
    """The value behind the key of a sheet, held until it is saved. The list begins with its first change."""
    begin_list(space)
    value = keyed(Value.objects.select_for_update(of=("self",)).filter(space=space)).get(key)
    if value is None:
        raise NotHere
    value.space = space
    return value


def _changed(actor: Person, value: Value, kind: str, why: str, **names: str) -> Value:
    """Save a value with the change that was made to it."""
    value.full_clean()
    value.save()
    change = ValueChange(
        value=value, kind=kind, why=" ".join(why.split()), changed_by=actor, changed_at=clock.now(), **names
    )
    change.full_clean()
    change.save(force_insert=True)
    record("value changed", actor=actor, space=value.space, subject=value, change=kind, why=change.why, names=names)
    return value


@transaction.atomic
def word_value(
    *, actor: Person, space: Space, key: str, name: str, explanation: str, system: str = "", why: str = ""
) -> Value:
    """Put a value in other words. Any member may. The words before stay on record: people gave tokens under them.

    Raises ``NotHere``, ``NotAllowed`` for a name that another value has, or ``ValidationError``.
    """
    require_member(actor, space)
    require_open(space)
    value = _listed(space, key)
    name, explanation = " ".join(name.split()), " ".join(explanation.split())
    if Value.objects.filter(space=space, name__iexact=name).exclude(pk=value.pk).exists():
        raise NotAllowed(_("Another value on the list has this name already. Choose another name."))
    before = {"name_before": value.name, "explanation_before": value.explanation}
    after = {"name_after": name, "explanation_after": explanation}
    value.name, value.explanation, value.system = name, explanation, system
    return _changed(actor, value, ChangeKind.WORDED, why, **before, **after)


@transaction.atomic
def retire_value(*, actor: Person, space: Space, key: str, why: str = "") -> Value:
    """Take a value off the list. Any member may. Tokens that were given to it stay on it, and it can be put back."""
    require_member(actor, space)
    require_open(space)
    value = _listed(space, key)
    if value.retired_at is None:
        value.retired_at = clock.now()
        _changed(actor, value, ChangeKind.RETIRED, why)
    return value


@transaction.atomic
def bring_back_value(*, actor: Person, space: Space, key: str, why: str = "") -> Value:
    """Put a value back on the list. Any member may."""
    require_member(actor, space)
    require_open(space)
    value = _listed(space, key)
    if value.retired_at is not None:
        value.retired_at = None
        _changed(actor, value, ChangeKind.BROUGHT_BACK, why)
    return value


@transaction.atomic
def hold_back_value(*, actor: Person, space: Space, key: str, why: str) -> Value:
    """A facilitator keeps the name of a value out of what is shown, because it would point at somebody.

    Its tokens are counted under *something else*. Who added it, and who gave it tokens, still have it on their sheet.
    """
    require_facilitator(actor, space)
    if not why.strip():
        raise NotAllowed(_("Say why. Who added it will ask."))
    value = _listed(space, key)
    if value.held_back_at is None:
        value.held_back_at = clock.now()
        _changed(actor, value, ChangeKind.HELD_BACK, why)
    return value


@transaction.atomic
def show_value(*, actor: Person, space: Space, key: str) -> Value:
    """A facilitator lets the name of a value be shown again."""
    require_facilitator(actor, space)
    value = _listed(space, key)
    if value.held_back_at is not None:
        value.held_back_at = None
        _changed(actor, value, ChangeKind.SHOWN, "")
    return value
