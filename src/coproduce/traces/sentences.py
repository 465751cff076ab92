"""What a link says, in a few words. ``other`` is the thing it was reached from."""

from typing import Any

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coproduce.contributions.models import Verb
from coproduce.traces.links import Kind, Way, What
from coproduce.traces.queries import Step

BACK: dict[What, Any] = {
    What.RAISED: _("Said here: %(other)s"),
    What.ANSWERS: _("Answered by %(other)s"),
    What.IN_THEME: _("In the theme %(other)s"),
    What.MERGED: _("Became a part of %(other)s"),
    What.SPLIT: _("%(other)s was split from it"),
    What.DRAWN: _("%(other)s was drawn from it"),
    What.CHANGED: _("Our question changed with it: %(other)s"),
    What.PROPOSED: _("%(other)s was proposed from it"),
    What.DECIDED: _("%(other)s came of this decision"),
    What.REFUSED: _("It was refused, and %(other)s came of it all the same"),
    What.REOPENED: _("%(other)s looks at it again"),
    What.LED: _("%(other)s came of it"),
    What.SHOWN: _("It shows %(other)s"),
    What.DID: _("What it did is told in %(other)s"),
    What.GATHERED: _("%(other)s was asked from it"),
}
ON: dict[What, Any] = {
    What.RAISED: _("Said at %(other)s"),
    What.ANSWERS: _("Answers %(other)s"),
    What.IN_THEME: _("Holds %(other)s"),
    What.MERGED: _("%(other)s became a part of it"),
    What.SPLIT: _("Split from %(other)s"),
    What.DRAWN: _("Drawn from %(other)s"),
    What.CHANGED: _("Our question changed with %(other)s"),
    What.PROPOSED: _("Proposed from %(other)s"),
    What.DECIDED: _("Came of the decision %(other)s"),
    What.REFUSED: _("Came although %(other)s was refused"),
    What.REOPENED: _("Looks again at %(other)s"),
    What.LED: _("Came of %(other)s"),
    What.SHOWN: _("%(other)s shows it"),
    What.DID: _("Tells what %(other)s did"),
    What.GATHERED: _("Asked from %(other)s"),
}
KINDS: dict[Kind, Any] = {
    Kind.WORDS: _("Words"),
    Kind.THEME: _("A theme"),
    Kind.CLAIM: _("A claim"),
    Kind.QUESTION: _("Our question"),
    Kind.PROPOSAL: _("A proposal or decision"),
    Kind.OUTCOME: _("Something that came of it"),
    Kind.PRIORITY: _("What should be found out"),
    Kind.GATHERING: _("A gathering"),
}
_VERBS = {str(verb): verb.label for verb in Verb}


def link_says(step: Step, way: Way) -> str:
    """*In the theme “Fear at night”*: how the thing of a step is linked to the one before it."""
    said = str((BACK if way == Way.BACK else ON)[step.what]) % {"other": step.other.label}
    if step.what == What.ANSWERS and step.why in _VERBS:
        return str(_("%(said)s (%(verb)s)")) % {"said": said, "verb": _VERBS[step.why]}
    return said


def kind_says(kind: Kind) -> str:
    """What kind of thing it is."""
    return str(KINDS[kind])


def level_says(number: int, way: Way) -> str:
    """*Two steps back*."""
    if way == Way.BACK:
        said = ngettext("%(n)s step back", "%(n)s steps back", number)
    else:
        said = ngettext("%(n)s step on", "%(n)s steps on", number)
    return capfirst(said % {"n": apnumber(number)})
