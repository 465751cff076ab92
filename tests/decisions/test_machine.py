"""Whatever people do, in whatever order: no closed decision breaks its charter, loses dissent or hides a change.

What should happen is worked out beforehand by ``by_hand``, which shares no line with the software; then it is tried
(``doings``), and what happened is compared. ``tests/machines.py`` says how to let it run for longer, or from another
seed.
"""

import sys

import pytest
from django.db import transaction
from hypothesis.stateful import invariant

from coproduce.ballots.models import Cast, Closing, Urn
from coproduce.decisions.models import Carrying, EarlierPosition, Eligible, Position, Proposal
from coproduce.exchange.proof import problems
from tests.decisions.doings import REACHED, Doings
from tests.machines import let_run


class Deciding(Doings):
    """What always holds, after each doing or at the end."""

    @invariant()
    def holds(self):
        """One name for all of it, so that what broke is read quickly."""
        if getattr(self, "papers", None):
            self.everything_said_is_there_as_it_was_said()
            self.who_brings_whose_is_as_they_asked()
            self.one_vote_each_and_none_other()

    def everything_said_is_there_as_it_was_said(self):
        number = {person.pk: n for n, person in enumerate(self.people)}
        named = ("proposal", "person", "kind", "reason", "version__number", "brought_by", "recorded_by")
        found = {}
        earlier = [f"position__{name}" if name in named[:2] else name for name in named]
        rows = EarlierPosition.objects.order_by("taken_at", "until").values_list(*earlier)
        for proposal, person, *said in [*rows, *Position.objects.values_list(*named)]:
            names = [number.get(pk) for pk in said[3:]]
            found.setdefault((proposal, number[person]), []).append((*said[:3], *names))
        expected = {
            (row.pk, person): [(one.kind, one.reason, one.wording, one.brought_by, one.written_by) for one in said]
            for row, paper in zip(self.rows, self.papers, strict=True)
            for person, said in paper.said.items()
        }
        assert found == expected

    def the_register_is_that_of_the_day(self):
        number = {person.pk: n for n, person in enumerate(self.people)}
        found = {row.pk: {} for row in self.rows}
        for proposal, person, ways in Eligible.objects.values_list("proposal", "person", "ways"):
            found[proposal][number[person]] = frozenset(ways)
        papers = zip(self.rows, self.papers, strict=True)
        assert found == {row.pk: {n: frozenset(w) for n, w in paper.register.items()} for row, paper in papers}

    def who_brings_whose_is_as_they_asked(self):
        number = {person.pk: n for n, person in enumerate(self.people)}
        held = Carrying.objects.filter(ended_at=None).values_list("proposal", "person", "through")
        found = {(proposal, number[person], number[through]) for proposal, person, through in held}
        papers = zip(self.rows, self.papers, strict=True)
        assert found == {(row.pk, *pair) for row, paper in papers for pair in paper.through.items()}

    def one_vote_each_and_none_other(self):
        for row, paper in zip(self.rows, self.papers, strict=True):
            if paper.vote is None:
                continue
            assert Urn.objects.get(ballot=row.ballot_id).papers_in == len(paper.vote.given)
            if not paper.vote.secret:
                cast = Cast.objects.filter(entry__ballot=row.ballot_id).values_list("entry__person", "choice")
                given = {self.people[n].pk: choice for n, choice in paper.vote.given.items()}
                assert {person: tuple(choice) for person, choice in cast} == given
            ended = Closing.objects.filter(ballot=row.ballot_id).values_list("counted", flat=True).first()
            assert ended == {"": None, "counted": True, "uncounted": False}[paper.vote.ended]

    def what_is_decided_stays(self):
        states = {None: "open", True: "agreed", False: "not_agreed"}
        found = dict(Proposal.objects.values_list("pk", "state"))
        assert found == {row.pk: states[paper.closed] for row, paper in zip(self.rows, self.papers, strict=True)}
        for row in self.rows:
            if row.pk in self.stood:
                assert self._as_it_stands(row) == self.stood[row.pk]

    def the_charter_says_what_was_decided(self):
        charter, rules = self.space.charters.order_by("-version")[0], self.group.rules
        assert charter.minimum_reading_days == rules.reading
        assert charter.objections_that_may_stand == rules.objections
        assert charter.positions_one_may_carry == rules.carry
        assert charter.days_when_asked == rules.wait
        assert {(need.way, need.people) for need in charter.needs.all()} == set(rules.needs)
        assert {one.person for one in charter.delegates.all()} == {self.people[n] for n in rules.delegates}

    def teardown(self):
        if getattr(self, "papers", None) and sys.exc_info()[0] is None:
            self.the_register_is_that_of_the_day()
            self.what_is_decided_stays()
            self.the_charter_says_what_was_decided()
            assert list(problems()) == []


@pytest.mark.parametrize("way", ["consent", "rounds", "advice", "delegated", "vote", "charter"])
def test_no_sequence_of_doings_breaks_a_charter(db, way):
    class InATransaction(Deciding):
        kind = way

        def __init__(self):
            super().__init__()
            self.held = transaction.atomic()
            self.held.__enter__()

        def teardown(self):
            try:
                super().teardown()
            finally:
                transaction.set_rollback(True)
                self.held.__exit__(None, None, None)

    REACHED.clear()
    let_run(InATransaction, examples=12, steps=24)
    assert REACHED[way, True], REACHED
    assert REACHED["again"], REACHED
