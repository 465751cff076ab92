"""Sentences about words: what an answer does (*Farzana builds on this*), and that a source is gone."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from coproduce.contributions.models import ContributionState, Verb
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


@lru_cache(maxsize=64)
def _sentence(_language: str, verb: str, *, someone: bool) -> str:
    # A page may need a hundred of these: the translation is looked up once for each language.
    return str((_SOMEONE if someone else _THIS)[Verb(verb)])


def said_of(answer: AnswerRow) -> SafeString:
    """What an answer does, in a sentence; with a link to whom it answers when that is not what it stands under."""
    name = f"<bdi>{escape(answer.name)}</bdi>"
    sentence = _sentence(get_language() or "", answer.verb, someone=answer.to is not None or answer.is_apart)
    other = ""
    if answer.to is not None:
        other = f'<a href="#{answer.to.anchor}"><bdi>{escape(answer.to.name)}</bdi></a>'
    elif answer.is_apart:
        other = escape(gettext("someone"))
    return mark_safe(sentence.format(name=name, other=other))  # noqa: S308  # both names went through escape


def sources_gone(states: Iterable[str]) -> list[str]:
    """What is said where something was made from words that cannot be read: a sentence for each way they went.

    states: of each such source; "" where the reader is not told, since it may only be that they are a visitor.
    """
    count = Counter(states)
    said = []
    if n := count[ContributionState.WITHDRAWN]:
        said.append(
            ngettext(
                "One of the sources was taken back by the person who brought it.",
                "%(n)s of the sources were taken back by the people who brought them.",
                n,
            )
            % {"n": n}
        )
    if n := count[ContributionState.ASIDE]:
        said.append(
            ngettext(
                "One of the sources is out of sight for now: the person who brought it put it aside.",
                "%(n)s of the sources are out of sight for now: the people who brought them put them aside.",
                n,
            )
            % {"n": n}
        )
    if n := count[ContributionState.HIDDEN]:
        said.append(
            ngettext(
                "One of the sources was put out of sight by someone who facilitates this space.",
                "%(n)s of the sources were put out of sight by someone who facilitates this space.",
                n,
            )
            % {"n": n}
        )
    if n := sum(count.values()) - sum(count[state] for state in _TOLD):
        said.append(
            ngettext(
                "One of the sources is read by members only, or was taken back.",
                "%(n)s of the sources are read by members only, or were taken back.",
                n,
            )
            % {"n": n}
        )
    return said


_TOLD = (ContributionState.WITHDRAWN, ContributionState.ASIDE, ContributionState.HIDDEN)


def typed_again_says(*, is_same: bool) -> str:
    """What somebody reads who typed up a sheet that another had typed before, without being shown what it was."""
    if is_same:
        return gettext("You typed the same as the first time. It is checked.")
    return gettext(
        "It is not what was typed the first time. What you typed is kept now. "
        "Look at the paper once more, and ask somebody else to type it again."
    )
