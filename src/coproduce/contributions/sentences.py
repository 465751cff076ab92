"""Sentences that say what an answer does to the words it answers: *Siobhan builds on this*."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from coproduce.contributions.models import Verb
from coproduce.contributions.queries import AnswerRow

# Whole sentences, because languages do not put the name, the verb and the rest in the same order.
_THIS = {
    Verb.BUILDS_ON: _("{name} <b>builds on</b> this"),
    Verb.SUPPORTS: _("{name} <b>supports</b> this"),
    Verb.QUESTIONS: _("{name} <b>asks about</b> this"),
    Verb.DIFFERS: _("{name} <b>sees it differently</b>"),
    Verb.REFRAMES: _("{name} <b>reframes</b> this"),
    Verb.ANSWERS: _("{name} <b>answers</b> this"),
}
_SOMEONE = {
    Verb.BUILDS_ON: _("{name} <b>builds on</b> what {other} said"),
    Verb.SUPPORTS: _("{name} <b>supports</b> what {other} said"),
    Verb.QUESTIONS: _("{name} <b>asks about</b> what {other} said"),
    Verb.DIFFERS: _("{name} <b>sees it differently</b> from {other}"),
    Verb.REFRAMES: _("{name} <b>reframes</b> what {other} said"),
    Verb.ANSWERS: _("{name} <b>answers</b> {other}"),
}


def said_of(answer: AnswerRow) -> SafeString:
    """What an answer does, in a sentence; with a link to whom it answers when that is not what it stands under."""
    verb = Verb(answer.contribution.verb)
    name = format_html("<bdi>{}</bdi>", answer.name)
    if answer.to is not None:
        other = format_html('<a href="#{}"><bdi>{}</bdi></a>', answer.to.anchor, answer.to.name)
        return format_html(str(_SOMEONE[verb]), name=name, other=other)
    if answer.is_apart:
        return format_html(str(_SOMEONE[verb]), name=name, other=_("someone"))
    return format_html(str(_THIS[verb]), name=name)
