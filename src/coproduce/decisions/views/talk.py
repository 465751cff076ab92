"""What was said to a proposal, as its page shows it: what waits and what is new, and the rest folded."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coproduce.decisions.models import VoiceKind
from coproduce.decisions.queries import Said

NEWEST = 2


@dataclass(frozen=True, slots=True)
class Group:
    """Voices of one kind: those that are shown, those that are folded, and what stands on the fold."""

    name: str
    shown: list[Said]
    folded: list[Said]
    summary: str


def talk(said: Sequence[Said], is_open: bool) -> list[Group]:
    """Voices by kind. Never folded: what waits for an answer, advice, and who came too late to take a position."""
    names = {
        VoiceKind.ADVICE: _("Advice"),
        VoiceKind.QUESTION: _("Questions"),
        VoiceKind.REACTION: _("What people think of it"),
    }
    groups = []
    for kind, name in names.items():
        voices = [one for one in said if one.kind == kind]
        newest = voices[-NEWEST:] if is_open or kind == VoiceKind.REACTION else []
        shown = [one for one in voices if one in newest or one.is_late or _is_owed(one)]
        folded = [one for one in voices if one not in shown]
        if voices:
            groups.append(Group(name, shown, folded, _summary(kind, len(folded))))
    return groups


def _is_owed(one: Said) -> bool:
    """Advice stays in sight with what was done with it: where one person decides, it is what dissent there was."""
    return one.kind == VoiceKind.ADVICE or (one.kind == VoiceKind.QUESTION and not one.is_answered)


def _summary(kind: VoiceKind, folded: int) -> str:
    if kind == VoiceKind.QUESTION:
        said = ngettext("One question and its answer", "%(n)s questions and their answers", folded)
    else:
        said = ngettext("One more, said before", "%(n)s more, said before", folded)
    return said % {"n": folded}
