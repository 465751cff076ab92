"""The ways of deciding that a charter allows, and what a change of the charter changes, in words."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coproduce.decisions.models import Proposal
from coproduce.decisions.queries import present_version
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.spaces.charters import SAID_OF, CharterRules, changed_rules
from coproduce.spaces.models import ALWAYS_ALLOWED, AmendmentRule, Charter, Deciding
from coproduce.ways import BY_LETTER

HOW = {
    Deciding.CONSENT: gettext_lazy("Everybody reads it and says whether they can live with it."),
    Deciding.ROUNDS: gettext_lazy("We ask first, then react, then make it better, and only then say where we stand."),
    Deciding.ADVICE: gettext_lazy("You decide, after asking those it changes things for and those who know about it."),
    Deciding.VOTE: gettext_lazy("Everybody votes between several things, by name or in secret."),
    Deciding.PRIORITIES: gettext_lazy("A list of what matters most is taken up, by consent."),
    Deciding.DELEGATED: gettext_lazy("The people whom our charter names for the matter decide it."),
}


@dataclass(frozen=True, slots=True)
class Way:
    """A way of deciding that can be chosen: its name, how it goes, for what the charter keeps it, and its address."""

    kind: str
    name: str
    how: str
    for_what: str
    url: str


def ways_to_decide(request: HttpRequest, charter: Charter) -> list[Way]:
    """The ways that the charter allows, consent first. Reads ``charter.kinds``, which the query fetched."""
    allowed = {one.kind: one.for_what for one in charter.kinds.all()}
    found = []
    for kind in Deciding:
        if kind in ALWAYS_ALLOWED or kind in allowed:
            asked = request.GET.copy()
            asked["kind"] = kind.value
            found.append(
                Way(kind.value, str(kind.label), str(HOW[kind]), allowed.get(kind, ""), f"?{asked.urlencode()}")
            )
    return found


def changes_of_charter(place: Place, proposal: Proposal) -> list[tuple[str, str, str]]:
    """(what, as it is, as it would be) for each rule that a proposal changes. Four queries at most.

    It is told beside the charter that held when it was put, so that it reads the same for ever.
    """
    kept = present_version(proposal).charter
    if not kept:
        return []
    before, after = CharterRules.of(proposal.charter), CharterRules.from_json(kept)
    keys = {key for rules in (before, after) for people in rules.rights.delegates.values() for key in people}
    names = {str(one.pk): one.chosen_name for one in Person.objects.filter(pk__in=keys)} if keys else {}
    names = names if place.is_member else dict.fromkeys(names, _("one of us"))
    return [
        (str(SAID_OF[name]), _said(name, old, names), _said(name, new, names))
        for name, old, new in changed_rules(before, after)
    ]


def _said(name: str, value: Any, names: dict[str, str]) -> str:
    if name == "needs":
        return "\n".join(f"{BY_LETTER[letter].people}: {people}" for letter, people in value.items()) or _("nobody")
    if name == "kinds":
        rows = [
            f"{Deciding(kind).label}: {what}" if what else str(Deciding(kind).label) for kind, what in value.items()
        ]
        return "\n".join(rows) or _("none")
    if name == "delegates":
        rows = [f"{matter}: {', '.join(names.get(key, '?') for key in keys)}" for matter, keys in value.items()]
        return "\n".join(rows) or _("nobody")
    if name == "amendments":
        return str(AmendmentRule(value).label)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
