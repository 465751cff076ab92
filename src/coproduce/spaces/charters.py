"""A charter as plain values: what a form fills in, what a proposal to change it holds, and what differs between two."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from coproduce.spaces.models import AmendmentRule, Charter


@dataclass(frozen=True, slots=True)
class Rights:
    """Decision rights beside reading time, objections and the balance of standpoints.

    kinds: each kind of deciding that is allowed beside consent, and for what; delegates: matter to the identifiers
    (str) of the people who may decide it.
    """

    days_here_to_decide: int = 0
    days_when_asked: int = 7
    positions_one_may_carry: int = 1
    members_to_reopen: int = 3
    evidence_reopens: bool = True
    amendments: str = AmendmentRule.ANY_TIME.value
    amending_restarts_reading: bool = True
    kinds: Mapping[str, str] = field(default_factory=dict)
    delegates: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, charter: Charter) -> Self:
        """The rights a charter gives. Reads ``kinds`` and ``delegates``, one query each unless they were fetched."""
        delegates: dict[str, list[str]] = {}
        for one in charter.delegates.all():
            delegates.setdefault(one.matter, []).append(str(one.person_id))
        kinds = {one.kind: one.for_what for one in charter.kinds.all()}
        return cls(**{name: getattr(charter, name) for name in PLAIN_RIGHTS}, kinds=kinds, delegates=delegates)


PLAIN_RIGHTS = tuple(each.name for each in fields(Rights) if each.name not in ("kinds", "delegates"))


@dataclass(frozen=True, slots=True)
class CharterRules:
    """Everything that a version of the charter says. needs: letter of a way of knowing to how many people."""

    ground_rules: str
    how_we_decide: str
    minimum_reading_days: int
    objections_that_may_stand: int
    needs: Mapping[str, int]
    rights: Rights

    @classmethod
    def of(cls, charter: Charter) -> Self:
        """What a charter says. Three queries unless its needs, kinds and delegates were fetched."""
        return cls(
            ground_rules=charter.ground_rules,
            how_we_decide=charter.how_we_decide,
            minimum_reading_days=charter.minimum_reading_days,
            objections_that_may_stand=charter.objections_that_may_stand,
            needs={need.way: need.people for need in charter.needs.all()},
            rights=Rights.of(charter),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values, as they are kept with a proposal."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What ``to_json`` made."""
        return cls(**{**kept, "rights": Rights(**kept["rights"])})

    def with_changes(self, changes: Mapping[str, Any]) -> Self:
        """The same with some rules replaced: ``changes`` holds new values by the names of ``SAID_OF``."""
        kept = self.to_json()
        for name, value in changes.items():
            (kept if name in kept else kept["rights"])[name] = value
        return self.from_json(kept)


SAID_OF = {
    "minimum_reading_days": _("Days everyone has to read"),
    "objections_that_may_stand": _("Objections that may stand"),
    "days_here_to_decide": _("Days of being here before one decides"),
    "days_when_asked": _("Days we wait for somebody who asks for time"),
    "positions_one_may_carry": _("Positions one person may bring for others"),
    "members_to_reopen": _("Members who can have a decision looked at again"),
    "evidence_reopens": _("One member who brings something new can have a decision looked at again"),
    "amendments": _("Until when other words may be taken up"),
    "amending_restarts_reading": _("The reading time begins again with other words"),
    "needs": _("Who has to be here"),
    "kinds": _("Kinds of deciding beside consent"),
    "delegates": _("People we asked to decide"),
    "ground_rules": _("What we ask of each other"),
    "how_we_decide": _("How we decide, in our own words"),
}
"""What each rule is called, in the order in which changes are told."""


def changed_rules(before: CharterRules, after: CharterRules) -> list[tuple[str, Any, Any]]:
    """(name of the rule, before, after) for each rule that differs, in the order of ``SAID_OF``."""
    old, new = ({**one, **one.pop("rights")} for one in (before.to_json(), after.to_json()))
    return [(name, old[name], new[name]) for name in SAID_OF if old[name] != new[name]]
