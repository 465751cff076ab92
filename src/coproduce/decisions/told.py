"""The ways of deciding that a charter allows, and what a change of the charter changes, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coproduce.contributions.difference import difference
from coproduce.decisions.models import Amendment, Proposal
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


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule that would be another: what it is about, as it is, as it would be.

    ``difference``: of rules in people's own words, what goes and what comes, marked in the text; else "".
    """

    what: str
    old: str
    new: str
    difference: SafeString | str = ""


def changes_of_charter(place: Place, proposal: Proposal) -> list[RuleChange]:
    """Each rule that a proposal changes. Four queries at most.

    It is told beside the charter that held when it was put, so that it reads the same for ever.
    """
    kept = present_version(proposal).charter
    if not kept:
        return []
    return told_changes(place, CharterRules.of(proposal.charter), CharterRules.from_json(kept))


def told_changes(place: Place, before: CharterRules, after: CharterRules) -> list[RuleChange]:
    """Each rule that differs between two charters, in words. One query at most."""
    names = _names(place, [rules.rights.delegates for rules in (before, after)])
    return [_change(name, old, new, names) for name, old, new in changed_rules(before, after)]


def told_suggestions(place: Place, amendments: Sequence[Amendment]) -> dict[UUID, list[tuple[str, str]]]:
    """For each suggestion about the charter, (what, as it would be) of its rules. One query at most."""
    suggested = {one.pk: one.charter for one in amendments if one.charter}
    names = _names(place, [charter.get("delegates", {}) for charter in suggested.values()])
    return {
        pk: [(str(SAID_OF[name]), _said(name, charter[name], names)) for name in SAID_OF if name in charter]
        for pk, charter in suggested.items()
    }


def _names(place: Place, delegated: Sequence[Mapping[str, Sequence[str]]]) -> dict[str, str]:
    """Of those who are named for some matter, what to call them; visitors learn no names."""
    keys = {key for matters in delegated for people in matters.values() for key in people}
    names = {str(one.pk): one.chosen_name for one in Person.objects.filter(pk__in=keys)} if keys else {}
    return names if place.is_member else dict.fromkeys(names, _("one of us"))


def _change(name: str, old: Any, new: Any, names: dict[str, str]) -> RuleChange:
    before, after = _said(name, old, names), _said(name, new, names)
    in_words = name in ("ground_rules", "how_we_decide")
    return RuleChange(str(SAID_OF[name]), before, after, difference(before, after) if in_words else "")


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
