"""Where imported data goes: the space, who brings it in, and the people it is from."""

import uuid
from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.errors import BadFile
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.models import Charter, Framing, Membership, Space

AT_A_TIME = 500
KEEPER = uuid.UUID("00000000-0000-7000-8000-000000000002")
"""The person in whose name the command line acts: whoever looks after the server."""

Progress = Callable[[int, int | None, str], None]


class Imported(NamedTuple):
    """What an import did, as counts and in a sentence."""

    contributions: int
    themes: int
    links: int
    statements: int
    responses: int
    people: int
    left_out: int
    sentence: str


def keeper() -> Person:
    """Whoever looks after this server, as a person, made when first needed."""
    person, _made = Person.objects.get_or_create(
        pk=KEEPER,
        defaults={"chosen_name": _("Whoever looks after this server"), "pseudonymous": True, "is_facilitator": True},
    )
    return person


@transaction.atomic
def space_to_fill(*, actor: Person, slug: str, question: str = "") -> Space:
    """The space called ``slug``, made with ``question`` if it is not there, with ``actor`` as a facilitator of it.

    An imported space is for members only until somebody decides otherwise. Raises ``BadFile`` for a name that
    cannot stand in an address.
    """
    space = Space.objects.filter(slug=slug).first()
    if space is None:
        space = _new_space(actor, slug, question)
    Membership.objects.get_or_create(
        space=space, person=actor, defaults={"is_facilitator": True, "joined_at": clock.now()}
    )
    return space


def _new_space(actor: Person, slug: str, question: str) -> Space:
    space = Space(
        slug=slug, name=slug.replace("-", " ").replace(".", " ").capitalize()[:80], opened_by=actor, source="import"
    )
    try:
        space.full_clean()
    except Exception as error:
        raise BadFile(
            _("“%(slug)s” cannot be the name of a space: use letters, digits and hyphens.") % {"slug": slug}
        ) from error
    space.save()
    words = question or _("What do these words tell us?")
    Framing.objects.create(space=space, number=1, words=words[:300], framed_by=actor)
    Charter.objects.create(space=space, version=1, written_by=actor)
    record("space opened", actor=actor, space=space, subject=space, by="import")
    return space


@transaction.atomic
def people_from(*, actor: Person, space: Space, sources: Iterable[str], name: str) -> dict[str, Person]:
    """A pseudonymous member for each source, the ones that are there already and new ones.

    sources: what tells the people apart in this space for ever; name: with ``%s`` where the number goes.
    """
    wanted = list(dict.fromkeys(sources))
    found: dict[str, Person] = {}
    for start in range(0, len(wanted), AT_A_TIME):
        some = Membership.objects.filter(space=space, source__in=wanted[start : start + AT_A_TIME])
        found |= {membership.source: membership.person for membership in some.select_related("person")}
    missing = [source for source in wanted if source not in found]
    number = Membership.objects.filter(space=space).exclude(source="").count()
    new = {
        source: Person(chosen_name=name.replace("%s", str(number + place)), pseudonymous=True, added_by=actor)
        for place, source in enumerate(missing, start=1)
    }
    Person.objects.bulk_create(new.values(), batch_size=AT_A_TIME)
    Membership.objects.bulk_create(
        (Membership(space=space, person=person, source=source, recorded_by=actor) for source, person in new.items()),
        batch_size=AT_A_TIME,
    )
    if new:
        record("people read in", actor=actor, space=space, subject=space, people=len(new))
    return found | new
