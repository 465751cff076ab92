"""Of which words it may be told whose they are, where somebody helps their author."""

from django.db.models import Q

from coproduce.contributions.models import Contribution
from coproduce.people.models import Attribution, Person


def known_to(reader: Person | None) -> Q:
    """Words of which somebody who helps their author may learn whose they are: those that carry a name, and those the
    reader wrote down. Whatever is told, printed or asked for somebody else goes through it (``docs/decisions/0031``).
    """
    named = Q(attribution__in=(Attribution.NAME, Attribution.CHOSEN))
    return named | Q(recorder=reader) if reader is not None else named


def is_known_to(reader: Person | None, words: Contribution) -> bool:
    """As ``known_to``, of words that are at hand."""
    wrote = reader is not None and reader.pk in (words.recorder_id, words.author_id)
    return wrote or words.attribution in (Attribution.NAME, Attribution.CHOSEN)
