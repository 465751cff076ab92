"""Whatever people try, in whatever order: one person one vote, none from outside or late, and receipts check."""

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from coproduce import clock
from coproduce.ballots import actions
from coproduce.ballots.models import Cast, Closing, Paper, RegisterEntry, Urn
from coproduce.ballots.proof import problems
from coproduce.ballots.queries import receipt_in, result_of
from coproduce.ballots.urn import unseal
from coproduce.errors import Refused
from coproduce.spaces.actions import join_space, leave_space
from tests import building
from tests.machines import let_run

ON, OUTSIDE, BY_POST = 6, 2, 2
whoever = st.integers(0, ON + OUTSIDE + BY_POST - 1)
CHOICES = {
    "approval": st.tuples(*[st.integers(0, 1)] * 3),
    "score": st.tuples(*[st.one_of(st.none(), st.integers(0, 5))] * 3),
    "ranked": st.tuples(*[st.one_of(st.none(), st.integers(1, 3))] * 3),
}


class Voting(RuleBasedStateMachine):
    """One ballot. ``given``: the choices that were taken, by receipt or person, as this test remembers them."""

    def __init__(self):
        super().__init__()
        self.space = building.space(threshold=5)
        self.helper = building.member(self.space, facilitator=True)
        on = [building.member(self.space) for _ in range(ON)]
        by_post = [building.member(self.space, account=False) for _ in range(BY_POST)]
        self.register = on + by_post
        self.people = [*self.register, *(building.member(self.space) for _ in range(OUTSIDE))]
        self.given, self.voted, self.waiting, self.sheets, self.slips = {}, set(), 0, [], []
        self.is_closed, self.left = False, set()
        self.link = building.join_link(self.space)

    @initialize(kind=st.sampled_from(sorted(CHOICES)), secret=st.sampled_from([True, True, False]))
    def open(self, kind, secret):
        self.ballot = actions.open_ballot(
            actor=self.helper, space=self.space, title="Which?", options=["A", "B", "C"], rule=kind, secret=secret,
            people=self.register, minimum_days=1,
        )  # fmt: skip
        self.now = self.ballot.opened_at + timedelta(hours=1)

    def tried(self, act):
        """What an action answers, or None where it was refused; nothing else may go wrong."""
        try:
            with clock.told(self.now):
                return act()
        except Refused:
            return None

    def choice(self, data):
        return data.draw(CHOICES[self.ballot.rule])

    @rule(number=whoever, data=st.data(), as_helper=st.booleans())
    def vote(self, number, data, as_helper):
        person = self.people[number % len(self.people)]
        actor = self.helper if as_helper else person
        choice = self.choice(data)
        may = not self.is_closed and person in self.register and person not in self.voted
        may = may and (person.is_assisted if as_helper else True) and person not in self.left
        if self.ballot.secret:
            code, ticket = actions.new_sheet(self.ballot, person)
            self.sheets.append((person, code, ticket, choice))
            done = self.tried(lambda: actions.vote_in_secret(
                actor=actor, ballot=self.ballot, person=person, choice=choice, code=code, ticket=ticket
            ))  # fmt: skip
        else:
            code = person.pk
            done = self.tried(lambda: actions.vote_by_name(
                actor=actor, ballot=self.ballot, person=person, choice=choice
            ))  # fmt: skip
        assert (done is not None) == may
        if may:
            self.given[code] = choice
            self.voted.add(person)

    @rule(data=st.data())
    def most_vote(self, data):
        for number in range(len(self.register) - 1):
            self.vote(number, data, as_helper=self.register[number].is_assisted)

    @precondition(lambda self: self.sheets)
    @rule(data=st.data(), number=whoever)
    def send_a_sheet_again(self, data, number):
        """By whoever: the one it was for gets the same receipt; for anybody else it is no paper."""
        person, code, ticket, _choice = data.draw(st.sampled_from(self.sheets))
        other = self.people[number % len(self.people)]
        choice = self.choice(data)
        done = self.tried(lambda: actions.vote_in_secret(
            actor=other, ballot=self.ballot, person=other, choice=choice, code=code, ticket=ticket
        ))  # fmt: skip
        if done is not None:
            assert other == person
            assert not self.is_closed
            if code not in self.given:
                assert person not in self.voted
                self.given[code] = choice
                self.voted.add(person)

    @precondition(lambda self: self.ballot.secret)
    @rule(number=st.integers(1, 2))
    def print_papers(self, number):
        self.slips += (
            self.tried(lambda: actions.print_slips(actor=self.helper, ballot=self.ballot, how_many=number)) or []
        )

    @precondition(lambda self: self.ballot.secret)
    @rule(number=whoever)
    def note_an_envelope(self, number):
        person = self.people[number % len(self.people)]
        may = not self.is_closed and person in self.register and person.is_assisted and person not in self.voted
        done = self.tried(lambda: actions.note_envelope(actor=self.helper, ballot=self.ballot, person=person))
        assert (done is not None) == may
        if may:
            self.voted.add(person)
            self.waiting += 1

    @precondition(lambda self: self.slips)
    @rule(data=st.data(), by_helper=st.booleans())
    def open_an_envelope(self, data, by_helper):
        code, choice = data.draw(st.sampled_from(self.slips)), self.choice(data)
        noted = RegisterEntry.objects.filter(ballot=self.ballot, on_paper=True).exists()
        actor = self.helper if by_helper else self.space.opened_by
        may = not self.is_closed and self.waiting > 0 and code not in self.given and not (by_helper and noted)
        before = Urn.objects.get(ballot=self.ballot).papers_in
        self.tried(lambda: actions.enter_paper(actor=actor, ballot=self.ballot, code=code, choice=choice))
        assert Urn.objects.get(ballot=self.ballot).papers_in - before == may
        if may:
            self.given[code] = choice
            self.waiting -= 1

    @rule(number=whoever)
    def leave_or_come_back(self, number):
        """Who has left votes no more, and what they voted stays; who comes back is on the list as before."""
        person = self.people[number % len(self.people)]
        if person.is_assisted:
            return
        if person in self.left:
            self.tried(lambda: join_space(actor=person, link=self.link))
        else:
            self.tried(lambda: leave_space(actor=person, space=self.space))
        self.left ^= {person}

    @rule()
    def a_day_goes_by(self):
        self.now += timedelta(days=1)

    @rule(number=whoever, end=st.sampled_from([False, False, False, True]))
    def close(self, number, end):
        actor = self.people[number % len(self.people)]
        time_is_over = self.now >= self.ballot.stays_open_until
        enough = not self.ballot.secret or len(self.given) >= 5
        may = not self.is_closed and not actor.is_assisted and time_is_over and (end or (enough and not self.waiting))
        may = may and actor not in self.left
        if actor.is_assisted:
            return
        why = "We hold it again." if end else ""
        done = self.tried(lambda: actions.close_ballot(actor=actor, ballot=self.ballot, uncounted_because=why))
        assert (done is not None) == may
        self.is_closed = self.is_closed or may

    @invariant()
    def the_marks_are_those_who_voted(self):
        marked = {entry.person for entry in RegisterEntry.objects.filter(ballot=self.ballot, voted=True)}
        urn = Urn.objects.get(ballot=self.ballot)
        assert marked == self.voted
        assert urn.papers_in + urn.waiting == len(marked)
        assert urn.waiting == self.waiting
        assert list(problems()) == []

    @invariant()
    def the_votes_are_those_that_were_given(self):
        urn = Urn.objects.get(ballot=self.ballot)
        closing = Closing.objects.filter(ballot=self.ballot).first()
        assert (closing is not None) == self.is_closed
        if not self.ballot.secret:
            assert {
                cast.entry.person_id: tuple(cast.choice) for cast in Cast.objects.select_related("entry")
            } == self.given
        elif closing is None:
            assert unseal(self.ballot.pk, urn.sealed).papers == self.given
            assert not Paper.objects.exists()
        else:
            assert urn.sealed == ""
            for code, choice in self.given.items():
                found = receipt_in(self.ballot, code).paper
                assert (tuple(found.choice) if found else None) == (choice if closing.counted else None)
        if closing and closing.counted:
            count = result_of(self.ballot).count
            assert count.papers == len(self.given) == len(self.voted)

    @invariant()
    def nothing_in_the_urn_is_about_a_person(self):
        urn = Urn.objects.get(ballot=self.ballot)
        held = urn.sealed + "".join(f"{paper.code}{paper.choice}" for paper in Paper.objects.all())
        if urn.sealed:
            held += str(unseal(self.ballot.pk, urn.sealed))
        assert not any(str(person.pk) in held or person.chosen_name in held for person in self.people)


@pytest.mark.django_db
def test_no_order_of_things_breaks_a_ballot(transactional_steps):
    let_run(transactional_steps, examples=10, steps=18)


@pytest.fixture
def transactional_steps(db):
    """The machine, each run of which leaves nothing behind."""
    from django.db import transaction

    class Undone(Voting):
        def __init__(self):
            self.place = transaction.savepoint()
            super().__init__()

        def teardown(self):
            transaction.savepoint_rollback(self.place)

    return Undone
