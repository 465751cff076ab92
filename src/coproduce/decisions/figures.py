"""What a decision page draws, and the sentences that go with it."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coproduce.contributions.sentences import sources_gone
from coproduce.decisions.queries import VOICES, Knowledge, Need
from coproduce.ui.pictures.balance import Needed, balance
from coproduce.ui.pictures.reached import Reached, reached
from coproduce.ui.pictures.weave_data import Voice
from coproduce.ui.words import shortened
from coproduce.ways import BY_LETTER


@dataclass(frozen=True, slots=True)
class KnowledgeFigure:
    """The picture ("" where nothing can be drawn), and the sentences of honesty below it."""

    picture: SafeString | str
    honest: list[str]
    notes: list[str]


def needs_figure(needs: list[Need]) -> SafeString | str:
    """Who had to be here, as threads crossed once for each person the charter asks for."""
    return balance([Needed(need.way.letter, need.people, need.sentence) for need in needs]) if needs else ""


def knowledge_figure(title: str, knowledge: Knowledge) -> KnowledgeFigure:
    """The words that reached something, drawn one by one as far as there is room, themes as one thread each."""
    shown, rest = knowledge.words[:VOICES], knowledge.words[VOICES:]
    voices = [Voice(str(each.pk), shortened(each.line, 80), each.name, each.ways, each.url) for each in shown]
    if rest:
        ways = "".join({letter for each in rest for letter in each.ways})
        voices.append(Voice("rest", "", "", ways, more=len(rest)))
    voices += [
        Voice(str(theme.pk), "", theme.name, theme.ways, theme.url, more=theme.contributions)
        for theme in knowledge.themes
        if theme.contributions
    ]
    drawn = [voice for voice in voices if voice.ways]
    picture = reached(Reached("reached", title, drawn)) if drawn else ""
    return KnowledgeFigure(picture, honest(knowledge), _notes(knowledge))


def honest(knowledge: Knowledge) -> list[str]:
    """Which ways of knowing did not reach it, and which came through one contribution alone."""
    if not knowledge.total:
        return [_("Nothing that may be shown here reached it.")]
    counts = knowledge.by_way()
    none = [str(BY_LETTER[letter].people).lower() for letter, n in counts.items() if n == 0]
    once = [str(BY_LETTER[letter].people).lower() for letter, n in counts.items() if n == 1]
    said = []
    if none:
        said.append(_("Nothing that %(people)s know reached it.") % {"people": _listed(none)})
    if once:
        people = {"people": _listed(once, each=True)}
        said.append(_("What %(people)s know came through one contribution alone.") % people)
    if not said:
        said.append(_("Every way of knowing reached it more than once. Who was not asked, it cannot tell."))
    return said


def _listed(names: list[str], each: bool = False) -> str:
    if len(names) == 1:
        return names[0]
    joined = {"first": ", ".join(names[:-1]), "last": names[-1]}
    return _("%(first)s and %(last)s each") % joined if each else _("%(first)s or %(last)s") % joined


def _notes(knowledge: Knowledge) -> list[str]:
    notes = sources_gone(knowledge.gone)
    untold = sum(not each.ways for each in knowledge.words)
    if untold:
        said = ngettext(
            "One contribution was given without saying how its author knows, so it has no thread.",
            "%(n)s contributions were given without saying how their authors know, so they have no thread.",
            untold,
        )
        notes.append(said % {"n": untold})
    return notes
