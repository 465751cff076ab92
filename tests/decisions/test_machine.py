"""Whatever people do, in whatever order: no closed decision breaks its charter, loses dissent or hides a change."""

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from coproduce import clock
from coproduce.decisions import actions
from coproduce.decisions.models import (
    Amendment,
    Carrying,
    Decision,
    EarlierPosition,
    Eligible,
    Position,
    Proposal,
    ReopeningAsked,
    Voice,
)
from coproduce.decisions.queries import counted_wording
from coproduce.errors import NotAllowed, NotHere, NotReady
from coproduce.spaces.actions import pause_membership, return_to_space
from coproduce.spaces.models import CharterKind
from tests import building

BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)
REFUSALS = (NotAllowed, NotHere, NotReady)
WAYS = ("L", "LC", "C", "O", "P")
PEOPLE = st.integers(0, len(WAYS))  # the last one joins after everything was put
KINDS = st.sampled_from(["consent", "reservations", "aside", "object"])
MOSTLY_YES = st.sampled_from(["consent", "consent", "reservations", "aside", "object"])


REACHED = Counter()
"""How often the machine came to an ending of each sort: a machine that never closes anything shows nothing."""


class Deciding(RuleBasedStateMachine):
    """A small space, one proposal after another, and a clock that only people's doing moves."""

    kind = "consent"

    @initialize(
        objections=st.integers(0, 1),
        days=st.integers(0, 3),
        restarts=st.booleans(),
        rule_of_words=st.sampled_from(["any_time", "before_positions"]),
    )
    def open(self, objections, days, restarts, rule_of_words):
        self.days, self.said, self.numbers = 0.0, {}, itertools.count()
        self.space = building.space(needs=[("L", 1), ("C", 1)], days=days)
        self.people = [building.member(self.space, ways=ways) for ways in WAYS]
        self.space.charters.update(
            objections_that_may_stand=objections,
            amending_restarts_reading=restarts,
            amendments=rule_of_words,
            days_when_asked=2,
            members_to_reopen=2,
        )
        charter = self.space.charters.get()
        CharterKind.objects.create(charter=charter, kind="advice")
        CharterKind.objects.create(charter=charter, kind="delegated")
        charter.delegates.create(matter="Tea", person=self.people[1])
        words = building.contribution(self.space, self.people[0])
        with clock.told(BEGUN):
            self.proposal = actions.propose(
                actor=self.people[0], space=self.space, title="Ask first", words="Ask.", contributions=[words],
                kind=self.kind, for_what="Tea" if self.kind == "delegated" else "",
            )  # fmt: skip
        self.people.append(building.member(self.space, ways="LCP"))
        self.first = self.proposal

    def try_to(self, act, **fields):
        """What a person tries: it happens or is refused in words, and nothing else."""
        self.days += 0.01
        try:
            with clock.told(BEGUN + timedelta(days=self.days)), transaction.atomic():
                return act(**fields)
        except REFUSALS as refused:
            if not str(refused.what_now):
                raise
            return None

    @rule(days=st.integers(1, 5))
    def wait(self, days):
        self.days += days

    @rule(who=PEOPLE, kind=KINDS, through=st.none() | PEOPLE)
    def stand(self, who, kind, through):
        person = self.people[who]
        actor = person if through is None else self.people[through]
        reason = f"Reason {next(self.numbers)}"
        done = self.try_to(
            actions.take_position, actor=actor, person=person, proposal=self.proposal, kind=kind, reason=reason
        )
        if done is not None:
            self.said.setdefault((self.proposal.pk, person.pk), []).append((kind, reason))

    @rule(who=PEOPLE, through=PEOPLE)
    def entrust(self, who, through):
        self.try_to(actions.ask_to_carry, actor=self.people[who], proposal=self.proposal, through=self.people[through])

    @rule(who=PEOPLE)
    def take_back(self, who):
        self.try_to(actions.end_carrying, actor=self.people[who], proposal=self.proposal)

    @rule(who=PEOPLE)
    def ask_for_time(self, who):
        self.try_to(actions.ask_for_time, actor=self.people[who], proposal=self.proposal)

    @rule(who=PEOPLE, back=st.booleans())
    def pause(self, who, back):
        act = return_to_space if back else pause_membership
        self.try_to(act, actor=self.people[who], space=self.space)

    @rule(who=PEOPLE, kind=st.sampled_from(["question", "reaction", "advice"]))
    def speak(self, who, kind):
        said = {"kind": kind, "words": f"Voice {next(self.numbers)}"}
        self.try_to(actions.speak_to, actor=self.people[who], proposal=self.proposal, **said)

    @rule(who=PEOPLE, because=st.sampled_from(["affected", "knows"]))
    def ask(self, who, because):
        self.try_to(
            actions.ask_for_advice, actor=self.proposal.proposed_by, proposal=self.proposal, because=because,
            person=self.people[who],
        )  # fmt: skip

    @rule()
    def answer_everything(self):
        mine = self.proposal.proposed_by
        for voice in Voice.objects.filter(proposal=self.proposal, answered_at=None):
            self.try_to(actions.answer_voice, actor=mine, voice=voice, words="So it is.")
        for one in Amendment.objects.filter(proposal=self.proposal, is_taken_up=None):
            self.try_to(actions.answer_amendment, actor=mine, amendment=one, take_up=False, answer="Not this time.")

    @rule(who=PEOPLE)
    def amend(self, who):
        words = {"words": f"Words {next(self.numbers)}", "why": "Because."}
        self.try_to(actions.amend_proposal, actor=self.people[who], proposal=self.proposal, **words)

    @rule(who=PEOPLE, take_up=st.booleans())
    def suggest(self, who, take_up):
        words = {"words": f"Words {next(self.numbers)}", "why": "Because."}
        made = self.try_to(actions.suggest_amendment, actor=self.people[who], proposal=self.proposal, **words)
        if made is not None and take_up:
            self.try_to(actions.answer_amendment, actor=self.proposal.proposed_by, amendment=made, take_up=True)

    @rule(who=PEOPLE, back=st.booleans())
    def move(self, who, back):
        self.proposal.refresh_from_db()
        if stages := actions.next_stages(self.proposal):
            to = stages[-1 if back else 0]
            self.try_to(actions.move_round, actor=self.people[who], proposal=self.proposal, to=to)

    @rule(kinds=st.lists(MOSTLY_YES, min_size=len(WAYS), max_size=len(WAYS)), close=st.booleans())
    def say_in_turn(self, kinds, close):
        """Everybody does what is theirs, so that endings are reached and not only beginnings."""
        for _step in range(3):
            self.answer_everything()
            self.move(0, back=False)
        for who, kind in enumerate(kinds):
            self.speak(who, "advice")
            self.stand(who, kind, None)
        self.ask(1, "affected")
        self.ask(2, "knows")
        self.answer_everything()
        self.wait(4)
        if close:
            self.close(0, agreed=True)

    @rule(who=PEOPLE, agreed=st.booleans())
    def close(self, who, agreed):
        who = {"advice": 0, "delegated": 1}.get(self.proposal.kind, who) if agreed else who
        decision = self.try_to(
            actions.close_proposal, actor=self.people[who], proposal=self.proposal, agreed=agreed, why="So."
        )
        if decision is not None:
            REACHED[self.proposal.kind, agreed] += 1
        if decision is not None and agreed:
            self.holds_to_its_charter(decision)

    @precondition(lambda self: Decision.objects.filter(proposal=self.proposal).exists())
    @rule(who=PEOPLE)
    def look_again(self, who):
        decision = Decision.objects.get(proposal=self.proposal)
        for person in (self.people[who], self.people[3]):
            self.try_to(actions.ask_to_look_again, actor=person, decision=decision, reason="It did not help.")
        again = Proposal.objects.filter(reopens=decision).first()
        REACHED["again"] += again is not None
        self.proposal = again or self.proposal

    @precondition(lambda self: Decision.objects.filter(proposal=self.first).exists())
    @rule(who=PEOPLE, rung=st.sampled_from(["informing", "co-design", "nonsense"]))
    def say_rung(self, who, rung):
        decision = Decision.objects.get(proposal=self.first)
        self.try_to(actions.say_rung, actor=self.people[who], decision=decision, rung=rung)

    def holds_to_its_charter(self, decision):
        """The charter's rules, written down a second time and without the code that enforces them."""
        proposal, charter = decision.proposal, decision.proposal.charter
        positions = list(Position.objects.filter(proposal=proposal))
        ways = dict(Eligible.objects.filter(proposal=proposal).values_list("person", "ways"))
        read = decision.decided_at.date() - counted_wording(proposal).written_at.date()
        assert read.days >= charter.minimum_reading_days
        assert all(decision.decided_at.date() >= asked.until for asked in proposal.time_asked.all())
        assert not Amendment.objects.filter(proposal=proposal, is_taken_up=None).exists()
        heard = [position.person_id for position in positions]
        if proposal.kind == "advice":
            heard = list(proposal.voices.filter(kind="advice").values_list("person", flat=True))
            assert decision.closed_by == proposal.proposed_by
            assert not proposal.voices.filter(kind__in=["advice", "question"], answered_at=None).exists()
            assert {one.because for one in proposal.asked.all()} == {"affected", "knows"}
        else:
            assert any(one.kind in ("consent", "reservations") for one in positions)
            allowed = 0 if proposal.kind == "delegated" else charter.objections_that_may_stand
            assert sum(one.kind == "object" for one in positions) <= allowed
        if proposal.kind != "delegated":
            for need in charter.needs.all():
                assert sum(need.way in ways.get(person, "") for person in set(heard)) >= need.people
        if proposal.kind == "rounds":
            assert proposal.stage == "consent"
            assert not proposal.voices.filter(kind="question", answered_at=None).exists()

    @invariant()
    def nothing_said_is_lost_or_changed_without_a_trace(self):
        for (proposal, person), said in getattr(self, "said", {}).items():
            position = Position.objects.get(proposal=proposal, person=person)
            earlier = EarlierPosition.objects.filter(position=position).order_by("taken_at")
            assert [*earlier.values_list("kind", "reason"), (position.kind, position.reason)] == said

    @invariant()
    def only_those_in_the_register_decide_once_each(self):
        for proposal in Proposal.objects.all():
            stood = list(Position.objects.filter(proposal=proposal).values_list("person", flat=True))
            register = set(Eligible.objects.filter(proposal=proposal).values_list("person", flat=True))
            assert len(set(stood)) == len(stood)
            assert set(stood) <= register
            carried = Carrying.objects.filter(proposal=proposal, ended_at=None).values_list("through", flat=True)
            assert len(set(carried)) == len(carried)

    @invariant()
    def what_is_looked_at_again_stays_as_it_was(self):
        for proposal in Proposal.objects.exclude(reopens=None).select_related("reopens__proposal__charter"):
            assert proposal.reopens.proposal.state != "open"
            assert ReopeningAsked.objects.filter(decision=proposal.reopens).count() >= 2


@pytest.mark.parametrize("way", ["consent", "rounds", "advice", "delegated"])
def test_no_sequence_of_doings_breaks_a_charter(db, way):
    class InATransaction(Deciding):
        kind = way

        def __init__(self):
            super().__init__()
            self.held = transaction.atomic()
            self.held.__enter__()

        def teardown(self):
            transaction.set_rollback(True)
            self.held.__exit__(None, None, None)

    REACHED.clear()
    chosen = settings(
        max_examples=20, stateful_step_count=20, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(InATransaction, settings=chosen)
    assert REACHED[way, True], REACHED
    assert REACHED["again"], REACHED
