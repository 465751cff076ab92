"""Which ways of knowing people speak from, and how that is said beside words and figures."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from coproduce.people.models import Attribution
from coproduce.spaces.models import Space, Standpoint, Visibility
from coproduce.ways import in_order


def ways_of_people(
    space: Space, people: Collection[UUID] | None = None, *, shown_only: bool = False
) -> dict[UUID, str]:
    """The ways of knowing that people speak from, by person, in the order of drawing: ``{…: "LC"}``. One query.

    Standpoints that are only counted are in it unless ``shown_only``, which is for anything beside somebody's words.
    """
    found = Standpoint.objects.filter(membership__space=space)
    if people is not None:
        found = found.filter(membership__person__in=people)
    if shown_only:
        found = found.filter(visibility=Visibility.SHOWN)
    letters: dict[UUID, str] = {}
    for person, way in found.order_by().values_list("membership__person", "way").distinct():
        letters[person] = letters.get(person, "") + way
    return {person: in_order(held) for person, held in letters.items()}


def ways_beside(attribution: str, letters: str) -> str:
    """The ways of knowing that may stand beside somebody's words: of those who gave no name only the one that is
    their name there, since several together could tell who it is.
    """
    if attribution == Attribution.ANONYMOUS:
        return ""
    return letters[:1] if attribution == Attribution.STANDPOINT else letters


def group_name(letters: Sequence[str]) -> str:
    """The people of one or several ways of knowing, as the name of a row: *Carers*, or *Carers and people who …*."""
    from coproduce.ways import BY_LETTER

    names = [
        str(BY_LETTER[letter].people) if letter else _("People who have not said where they speak from")
        for letter in sorted(letters, key=lambda one: "LCPROM".find(one) if one else 9)
    ]
    if len(names) < 2:
        return names[0] if names else _("Everyone who answered")
    rest = [name[:1].lower() + name[1:] for name in names[1:]]
    return _("%(first)s and %(last)s") % {"first": ", ".join([names[0], *rest[:-1]]), "last": rest[-1]}
