"""What one person needs to put passages with themes: words that nobody has read, themes they used, who coded what."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from coproduce.contributions.models import Contribution
from coproduce.contributions.use import usable
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.themes.models import Theme, ThemeLink

USED_LATELY = 6
LOOKED_AT = 60


def themes_used_lately(person: Person, themes: list[Theme]) -> list[Theme]:
    """Of these themes those that the person put words with last, newest first, filled up with the first of the others:
    ``USED_LATELY`` at most. One query.
    """
    by_key = {theme.pk: theme for theme in themes}
    mine = ThemeLink.objects.filter(linked_by=person, theme__space=themes[0].space_id) if themes else None
    keys = mine.order_by("-linked_at").values_list("theme", flat=True)[:LOOKED_AT] if mine is not None else []
    lately = [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
    return list(dict.fromkeys([*lately, *themes]))[:USED_LATELY]


def next_to_read(place: Place, after: Contribution | None) -> UUID | None:
    """The words said next after these (or first of all) that nobody put with a theme; None at the end. One query.

    Answers to others are left out: they are read where they stand.
    """
    held = ThemeLink.objects.filter(contribution=OuterRef("pk"), ended_at=None)
    found = usable(place).filter(~Exists(held), answers=None)
    if after is not None:
        later = Q(said_on__gt=after.said_on) | Q(said_on=after.said_on, id__gt=after.pk)
        found = found.filter(later, said_on__gte=after.said_on)
    key: Any = found.order_by("said_on", "id").values_list("pk", flat=True).first()
    return UUID(str(key)) if key is not None else None
