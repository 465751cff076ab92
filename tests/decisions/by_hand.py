"""The rules of deciding, written down a second time as one would with pencil and paper.

Plain values, and no line of the software: what the state machine expects of each doing, before it is tried. People are
numbers. ``Group``: who is here, and the charter. ``Paper``: one thing put, and all that was said to it.
"""

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/London")
BY_POSITIONS = ("consent", "rounds", "delegated")
STEPS = {
    "clarify": ("react",),
    "react": ("amend", "clarify"),
    "amend": ("consent", "react"),
    "consent": ("integrate", "amend"),
    "integrate": ("consent",),
}


def day_of(moment: datetime) -> date:
    return moment.astimezone(HERE).date()


@dataclass(frozen=True)
class Rules:
    """What a charter says."""

    reading: int = 0
    objections: int = 0
    needs: tuple[tuple[str, int], ...] = ()
    wait: int = 2
    carry: int = 1
    reopen: int = 2
    evidence: bool = True
    restarts: bool = True
    any_time: bool = True
    days_here: int = 0
    kinds: frozenset[str] = frozenset()
    delegates: frozenset[int] = frozenset()

    def with_changes(self, before: "Rules", after: "Rules") -> "Rules":
        """These rules, and of what differs between two others what the later one says."""
        names = [each.name for each in fields(self) if getattr(before, each.name) != getattr(after, each.name)]
        return replace(self, **{name: getattr(after, name) for name in names})


@dataclass
class Member:
    """Somebody in the space."""

    ways: str
    joined: datetime
    by_post: bool = False
    facilitates: bool = False
    state: str = "active"
    since: datetime | None = None

    @property
    def is_here(self) -> bool:
        return self.state != "left"


@dataclass
class Group:
    """Everybody, by number, and the charter that holds."""

    members: list[Member]
    rules: Rules
    is_the_members: bool = False

    def may_act_for(self, actor: int, person: int) -> bool:
        one, other = self.members[actor], self.members[person]
        return one.is_here and (actor == person or (one.facilitates and other.by_post and other.is_here))

    def who_decides(self, kind: str, now: datetime) -> dict[int, str]:
        """The register of something that is put now."""
        here = {n: one for n, one in enumerate(self.members) if one.is_here}
        if kind == "delegated":
            here = {n: one for n, one in here.items() if n in self.rules.delegates}
        else:
            since = now - timedelta(days=self.rules.days_here)
            here = {n: one for n, one in here.items() if not self.rules.days_here or one.joined <= since}
        return {n: one.ways for n, one in here.items()}


@dataclass(frozen=True)
class Said:
    """A position as it was taken, with both names where there were two."""

    kind: str
    reason: str
    wording: int
    brought_by: int | None = None
    written_by: int | None = None


@dataclass
class Vote:
    """What people vote with."""

    rule: str
    secret: bool
    until: datetime
    given: dict[int, tuple[int | None, ...]] = field(default_factory=dict)
    ended: str = ""
    """"": open; "counted"; "uncounted"."""

    @property
    def is_countable(self) -> bool:
        return not self.secret or len(self.given) >= 5

    @property
    def chose(self) -> bool:
        """Whether anybody said anything, of what was counted or can be."""
        blank = {"approval": (0, None), "score": (None,), "ranked": (None,)}[self.rule]
        return self.ended != "uncounted" and any(set(choice) - set(blank) for choice in self.given.values())

    def winners(self) -> set[int] | None:
        """What came first, by sums; None where another way of counting is needed."""
        if not self.chose:
            return set()
        if self.rule == "ranked":
            return self._beats_all()
        sums = [sum(choice[n] or 0 for choice in self.given.values()) for n in range(3)]
        return {n for n in range(3) if sums[n] == max(sums)}

    def _beats_all(self) -> set[int] | None:
        def margin(one: int, other: int) -> int:
            return sum(
                ((row[one] or 9) < (row[other] or 9)) - ((row[one] or 9) > (row[other] or 9))
                for row in self.given.values()
            )

        found = {n for n in range(3) if all(margin(n, other) > 0 for other in range(3) if other != n)}
        return found or None


@dataclass
class Paper:
    """One proposal."""

    group: Group
    kind: str
    proposer: int
    opened: datetime
    changes: tuple[Rules, Rules] | None = None
    """Of a change of the charter: what held, and what it would say."""

    def __post_init__(self) -> None:
        self.rules = self.group.rules
        self.register = self.group.who_decides(self.kind, self.opened)
        self.written = [self.opened]
        self.said: dict[int, list[Said]] = {}
        self.through: dict[int, int] = {}
        self.time: dict[int, date] = {}
        self.advised: set[int] = set()
        self.asked: dict[int, str] = {}
        self.owed, self.suggested = 0, 0
        self.stage = "clarify" if self.kind == "rounds" else ""
        self.vote: Vote | None = None
        self.closed: bool | None = None
        self.closed_at: datetime | None = None
        self.review: date | None = None
        self.again: dict[int, object] = {}
        self.was_put_again = False

    # ── may somebody ─────────────────────────────────────────────────────────────────────────────

    def may_stand(self, actor: int, person: int, kind: str, reason: str) -> bool:
        whose = self.through.get(person) == actor or self.group.may_act_for(actor, person)
        here = self.group.members[actor].is_here and self.group.members[person].is_here
        now = not self.stage or self.stage in ("consent", "integrate")
        says_why = kind not in ("reservations", "object") or bool(reason)
        return self.closed is None and here and whose and self._takes_positions and now and self._may(person, says_why)

    @property
    def _takes_positions(self) -> bool:
        return self.kind in BY_POSITIONS

    def _may(self, person: int, says_why: bool = True) -> bool:
        return person in self.register and says_why

    def stand(self, actor: int, person: int, kind: str, reason: str) -> None:
        brings = self.through.get(person) == actor
        if not brings:
            self.through.pop(person, None)
        written_by = actor if actor != person and not brings else None
        said = Said(kind, reason, len(self.written), actor if brings else None, written_by)
        rows = self.said.setdefault(person, [])
        if not rows or rows[-1] != said:
            rows.append(said)

    def may_entrust(self, actor: int, person: int, through: int) -> bool:
        brings = [one for one, other in self.through.items() if other == through and one != person]
        return (
            self._open_to(actor, person)
            and self.group.members[through].is_here
            and not self.group.members[through].by_post
            and self._takes_positions
            and person in self.register
            and through != person
            and len(brings) < self.rules.carry
        )

    def _open_to(self, actor: int, person: int) -> bool:
        return self.closed is None and self.group.may_act_for(actor, person)

    def may_take_back(self, actor: int, person: int) -> bool:
        return self._open_to(actor, person) and person in self.through

    def may_ask_for_time(self, actor: int, person: int) -> bool:
        return self._open_to(actor, person) and (person in self.time or self.rules.wait > 0)

    def ask_time(self, person: int, now: datetime) -> None:
        self.time.setdefault(person, day_of(now) + timedelta(days=self.rules.wait))

    def may_speak(self, actor: int, person: int, kind: str) -> bool:
        is_advice = kind == "advice"
        return self._open_to(actor, person) and (not is_advice or (self.kind == "advice" and person != self.proposer))

    def may_ask_advice(self, actor: int, person: int) -> bool:
        return (
            self.kind == "advice"
            and self.is_the_proposers(actor)
            and self.group.members[person].is_here
            and person not in self.asked
            and person != actor
        )

    def is_the_proposers(self, actor: int) -> bool:
        return self.closed is None and self.group.members[actor].is_here and actor == self.proposer

    def is_for_the_proposer_or_helpers(self, actor: int) -> bool:
        one = self.group.members[actor]
        return self.closed is None and one.is_here and (actor == self.proposer or one.facilitates)

    @property
    def may_be_reworded(self) -> bool:
        if self.stage:
            return self.stage in ("amend", "integrate")
        return self.kind != "vote" and (self.rules.any_time or not self.said)

    def may_move(self, actor: int, to: str) -> bool:
        leaves_words = self.stage in ("amend", "integrate") and self.suggested > 0
        allowed = self.is_for_the_proposer_or_helpers(actor) and to in STEPS.get(self.stage, ())
        return allowed and not self.owed and not leaves_words

    def may_be_handed_on(self, actor: int, to: int) -> bool:
        other = self.group.members[to]
        mine = self.is_the_proposers(actor)
        helps = self.group.members[actor].facilitates and not self.group.members[self.proposer].is_here
        return self.closed is None and (mine or helps) and other.is_here and not other.by_post

    def may_vote(self, actor: int, person: int) -> bool:
        vote = self.vote
        return (
            vote is not None
            and not vote.ended
            and self.group.may_act_for(actor, person)
            and person in self.register
            and person not in vote.given
        )

    def may_end_vote(self, actor: int, now: datetime, *, counted: bool) -> bool:
        vote = self.vote
        is_time = vote is not None and not vote.ended and now >= vote.until
        return is_time and self.group.members[actor].is_here and (vote.is_countable or not counted)

    # ── closing ──────────────────────────────────────────────────────────────────────────────────

    def read_until(self) -> date:
        counted = self.written[-1] if self.rules.restarts else self.written[0]
        return day_of(counted) + timedelta(days=self.rules.reading)

    def heard(self) -> set[int]:
        """Whose ways of knowing count: who said where they stand, or voted, or gave advice that they were free to."""
        if self.vote is not None:
            return set(self.vote.given)
        return self.advised - {self.proposer} if self.kind == "advice" else set(self.said)

    def waits_until(self) -> list[date]:
        """The days until which it waits for somebody."""
        found = list(self.time.values())
        for person in set(self.register) - set(self.said):
            one = self.group.members[person]
            if one.state == "paused" and self.rules.wait and one.since >= self.opened:
                found.append(min(day_of(one.since), self.read_until()) + timedelta(days=self.rules.wait))
        return found

    def reading_is_over(self, now: datetime) -> bool:
        return all(day_of(now) >= day for day in [self.read_until(), *self.waits_until()])

    def missing(self, now: datetime) -> set[str]:
        """What the charter asks for and is not there."""
        rules = {
            "time": not self.reading_is_over(now),
            "time to vote": self.vote is not None and now < self.vote.until,
            "a choice": self.vote is not None and bool(self.vote.ended) and not self.vote.chose,
            "the right step": bool(self.stage) and self.stage != "consent",
            "answers": bool(self.owed),
            "answers to other words": bool(self.suggested),
            "people": self.kind != "delegated" and bool(self._people_missing()),
            "whom it affects": self.kind == "advice" and "affected" not in self.asked.values(),
            "who knows": self.kind == "advice" and "knows" not in self.asked.values(),
            "a yes": self._takes_positions and not self._said_now("consent", "reservations"),
            "no more objections": self._takes_positions and self._said_now("object") > self._may_stand_against,
            "people it names": self.changes is not None and self._names_who_left(),
        }
        return {name for name, is_missing in rules.items() if is_missing}

    @property
    def _deciding_are_here(self) -> bool:
        return any(self.group.members[person].is_here for person in self.register)

    def _said_now(self, *kinds: str) -> int:
        return sum(rows[-1].kind in kinds for rows in self.said.values())

    @property
    def _may_stand_against(self) -> int:
        return 0 if self.kind == "delegated" else self.rules.objections

    def _people_missing(self) -> list[str]:
        spoke = [self.register.get(person, "") for person in self.heard()]
        return [way for way, people in self.rules.needs if sum(way in ways for ways in spoke) < people]

    def _names_who_left(self) -> bool:
        before, after = self.changes or (self.rules, self.rules)
        named = self.group.rules.with_changes(before, after).delegates
        return any(not self.group.members[person].is_here for person in named)

    def may_close(self, actor: int, now: datetime, *, agreed: bool, why: str, review: date | None) -> bool:
        may = self.closed is None and self.group.members[actor].is_here
        may = may and (self.kind != "advice" or actor == self.proposer)
        may = may and (self.kind != "delegated" or actor in self.register or not self._deciding_are_here)
        may = may and (review is None or review > day_of(now)) and self._vote_lets(now)
        if agreed:
            return may and not self.missing(now) and (self.vote is None or self.vote.chose)
        is_against = bool(self.missing(now)) or self.kind == "advice"
        return may and self.reading_is_over(now) and is_against and bool(why)

    def _vote_lets(self, now: datetime) -> bool:
        vote = self.vote
        return vote is None or bool(vote.ended) or (now >= vote.until and vote.is_countable)

    def close(self, now: datetime, *, agreed: bool, review: date | None) -> None:
        self.closed, self.closed_at, self.review = agreed, now, review
        if self.vote is not None and not self.vote.ended:
            self.vote.ended = "counted"
        if agreed and self.changes is not None:
            self.group.rules = self.group.rules.with_changes(*self.changes)
            self.group.is_the_members = True

    # ── afterwards ───────────────────────────────────────────────────────────────────────────────

    def may_ask_again(self, actor: int, person: int, now: datetime, brought: datetime | None) -> bool:
        """Once; and once more by who asked before the rule was met, when it is, or with something new that meets it."""
        allowed = self.closed is not None and self.group.may_act_for(actor, person) and not self.was_put_again
        allowed = allowed and (brought is None or brought > self.closed_at)
        if person in self.again:
            return allowed and self._is_to_be_put_again(now, self._with(person, brought))
        return allowed

    def ask_again(self, person: int, now: datetime, new: object = None) -> bool:
        """Note it, with what is new; whether it is put again now."""
        self.again = self._with(person, new)
        self.was_put_again = self._is_to_be_put_again(now, self.again)
        return self.was_put_again

    def _with(self, person: int, new: object) -> dict[int, object]:
        return {**self.again, person: new or self.again.get(person)}

    def _is_to_be_put_again(self, now: datetime, again: dict[int, object]) -> bool:
        rules = self.group.rules
        due = self.review is not None and self.review <= day_of(now)
        return len(again) >= rules.reopen or due or (rules.evidence and any(again.values()))
