"""House rules: those that hold, those that people talk about, and those that were let go."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from coproduce import clock
from coproduce.care.models import HouseRule, RuleState, RuleVoice
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership, MembershipState, Space
from coproduce.spaces.queries import present_charter

PEOPLE_ENOUGH = 3
LET_GO_SHOWN = 50
AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Suggested:
    """A rule that people talk about. ``from_day``: when everybody has had time to read it; ``wanted``: how many must be
    able to live with it. ``mine``: what the one who asks said, or None."""

    rule: HouseRule
    live_with_it: list[RuleVoice]
    differently: list[RuleVoice]
    from_day: date
    wanted: int
    mine: RuleVoice | None

    @property
    def is_too_early(self) -> bool:
        return clock.today() < self.from_day

    @property
    def is_liked(self) -> bool:
        """Whether enough people can live with it, and no more would word it differently."""
        enough = len(self.live_with_it) >= self.wanted
        return enough and len(self.differently) <= len(self.live_with_it)

    @property
    def may_hold(self) -> bool:
        """Whether nothing stands in its way."""
        return self.is_liked and not self.is_too_early


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a space. ``wanted`` and ``days`` are what makes a suggestion hold."""

    holding: list[HouseRule]
    suggested: list[Suggested]
    let_go: list[HouseRule]
    days: int
    wanted: int
    in_words: list[str]


def _rules(space: Space) -> list[HouseRule]:
    found = HouseRule.objects.filter(space=space).select_related(
        "proposed_by", "recorded_by", "replaces", "ended_by", "space", "from_words"
    )
    # What holds comes first in every database: a flood of suggestions pushes no rule off the page.
    held_first = F("agreed_at").asc(nulls_last=True), "proposed_at", "pk"
    return list(found.order_by(*held_first)[:AT_MOST])


def people_wanted(space: Space) -> int:
    """How many people must be able to live with a rule: three, or everybody where there are fewer. One query."""
    here = Membership.objects.filter(space=space).exclude(state=MembershipState.LEFT)[:PEOPLE_ENOUGH]
    return max(1, len(here))


def rules_of(place: Place) -> Rules:
    """The rules of a space, with what people said about suggestions where a member asks. At most six queries."""
    every, charter = _rules(place.space), present_charter(place.space)
    wanted = people_wanted(place.space)
    talked_of = [rule for rule in every if rule.state == RuleState.PROPOSED] if place.is_member else []
    voices = _voices(place.space, [rule.pk for rule in talked_of])
    days = charter.minimum_reading_days
    return Rules(
        holding=[rule for rule in every if rule.state == RuleState.AGREED],
        suggested=[_suggested(rule, voices.get(rule.pk, []), days, wanted, place.person) for rule in talked_of],
        let_go=[rule for rule in every if rule.state == RuleState.ENDED][-LET_GO_SHOWN:] if place.is_member else [],
        days=days,
        wanted=wanted,
        in_words=[line.strip() for line in charter.ground_rules.splitlines() if line.strip()],
    )


def rules_that_hold(space: Space) -> list[HouseRule]:
    """The rules that hold now, in the order in which they began to. One query."""
    held = HouseRule.objects.filter(space=space, state=RuleState.AGREED).order_by("agreed_at", "proposed_at", "pk")
    return list(held[:AT_MOST])


def _voices(space: Space, rules: list[UUID]) -> dict[UUID, list[RuleVoice]]:
    """What people who are still here said to each of these rules, in the order they said it."""
    if not rules:
        return {}
    here = Membership.objects.filter(space=space).exclude(state=MembershipState.LEFT).values("person")
    found: dict[UUID, list[RuleVoice]] = {}
    said = RuleVoice.objects.filter(rule__in=rules, person__in=here).select_related("person", "recorded_by")
    for voice in said.order_by("at", "pk"):
        found.setdefault(voice.rule_id, []).append(voice)
    return found


def _suggested(rule: HouseRule, voices: list[RuleVoice], days: int, wanted: int, person: Person | None) -> Suggested:
    live = [voice for voice in voices if voice.lives_with_it]
    other = [voice for voice in voices if not voice.lives_with_it]
    from_day = timezone.localdate(rule.proposed_at) + timedelta(days=days)
    mine = next((voice for voice in voices if person is not None and voice.person_id == person.pk), None)
    return Suggested(rule, live, other, from_day, wanted, mine)


def rule_in(place: Place, pk: UUID) -> HouseRule:
    """One rule of this space with who suggested it, or ``NotHere``."""
    found = HouseRule.objects.select_related(
        "proposed_by", "recorded_by", "replaces", "ended_by", "space", "from_words"
    )
    rule = found.filter(space=place.space, pk=pk).first()
    if rule is None:
        raise NotHere
    return rule


def standing_of(rule: HouseRule, person: Person | None = None) -> Suggested:
    """What people said about one rule, and whether it may hold. Three queries."""
    days = present_charter(rule.space).minimum_reading_days
    voices = _voices(rule.space, [rule.pk]).get(rule.pk, [])
    return _suggested(rule, voices, days, people_wanted(rule.space), person)
