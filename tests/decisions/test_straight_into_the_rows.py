"""What the database itself refuses, asked in SQL as by somebody who holds its password: on either database.

Forged, late, doubled, replayed, ineligible and foreign positions, votes and decisions: each is one statement, each is
refused, and nothing is different afterwards.
"""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from coproduce import clock
from coproduce.ballots import actions as ballots
from coproduce.decisions import actions
from coproduce.decisions.models import Decision, Eligible, Position, Proposal
from coproduce.spaces.models import CharterDelegate, CharterKind
from tests.ballots.ballots import close, opened, vote

AT = "'2026-03-02 09:00:00+00:00'"


def key(pk):
    """An identifier as this database writes it in SQL."""
    return f"'{pk.hex if connection.vendor == 'sqlite' else pk}'"


def new():
    return key(clock.new_id())


def boolean(value):
    return ("1" if value else "0") if connection.vendor == "sqlite" else str(value).lower()


TABLES = {
    "decisions": ("position", "decision", "proposal", "eligible"),
    "ballots": ("registerentry", "urn", "cast", "paper", "closing"),
}


def everything():
    found = []
    with connection.cursor() as cursor:
        for app, tables in TABLES.items():
            for table in tables:
                cursor.execute(f"SELECT * FROM {app}_{table}")
                found.append(sorted(map(str, cursor.fetchall())))
    return found


class Ground:
    """An open proposal, a decided one, one for named people, one by vote, and two ballots, in one space."""

    def __init__(self, build):
        self.space = build.space(days=0, threshold=5, needs=[("C", 1)])
        charter = self.space.charters.get()
        self.people = [build.member(self.space, ways="LC") for _n in range(6)]
        for kind in ("delegated", "vote"):
            CharterKind.objects.create(charter=charter, kind=kind)
        CharterDelegate.objects.create(charter=charter, matter="Tea", person=self.people[0])
        with clock.told(clock.now() - timedelta(days=9)):
            self.open, self.decided = (self._put(build, "consent") for _n in range(2))
            self.named = self._put(build, "delegated", for_what="Tea")
            self.voted_on = self._put(build, "vote", vote=actions.Vote("approval", False, ["A", "B"]))
            self.secret = opened(self.space, self.people)
            self.by_name = opened(self.space, self.people, secret=False, title="By name?")
        for proposal in (self.open, self.decided):
            actions.take_position(actor=self.people[0], proposal=proposal, kind="consent")
        actions.close_proposal(actor=self.people[0], proposal=self.decided, agreed=True)
        self.late = build.member(self.space)
        for person in self.people[:5]:
            vote(self.secret, person)
        vote(self.by_name, self.people[0])

    def _put(self, build, kind, **fields):
        words = build.contribution(self.space, self.people[0], brought_at=clock.now())
        return actions.propose(
            actor=self.people[0], space=self.space, title="T", words="W.", contributions=[words], kind=kind, **fields
        )

    # ── statements ───────────────────────────────────────────────────────────────────────────────

    def position(self, proposal, person, words=None):
        row = (new(), *(key(one.pk) for one in (proposal, person, (words or proposal).versions.get())))
        return (
            "INSERT INTO decisions_position (id, proposal_id, person_id, version_id, kind, reason, attribution, "
            f"taken_at) VALUES ({', '.join(row)}, 'object', 'Forged.', 'chosen', {AT})"
        )

    def decision(self, proposal, words=None, *, agreed=True):
        row = (new(), *(key(one.pk) for one in (proposal, (words or proposal).versions.get(), self.people[0])))
        return (
            "INSERT INTO decisions_decision (id, proposal_id, version_id, closed_by_id, agreed, why, decided_at) "
            f"VALUES ({', '.join(row)}, {boolean(agreed)}, '', {AT})"
        )

    def mark(self, ballot, person, voted):
        return (
            f"UPDATE ballots_registerentry SET voted = {boolean(voted)} WHERE ballot_id = {key(ballot.pk)} "
            f"AND person_id = {key(person.pk)}"
        )

    def paper(self, ballot):
        return (
            "INSERT INTO ballots_paper (id, ballot_id, code, choice) VALUES "
            f"({new()}, {key(ballot.pk)}, 'AAAA-AAAA-AAAA', '[1, 0, 0]')"
        )

    def cast(self, ballot, person):
        entry = ballot.register.get(person=person).pk
        return (
            "INSERT INTO ballots_cast (id, entry_id, choice, cast_at) VALUES "
            f"({new()}, {key(entry)}, '[1, 0, 0]', {AT})"
        )

    def closing(self, ballot, at="CURRENT_TIMESTAMP"):
        return (
            "INSERT INTO ballots_closing (id, ballot_id, closed_by_id, closed_at, counted, why, digest) VALUES "
            f"({new()}, {key(ballot.pk)}, {key(self.people[0].pk)}, {at}, {boolean(False)}, 'Now.', '')"
        )


FORGERIES = {
    "ineligible: a position of who came later": lambda on: on.position(on.open, on.late),
    "late: a position on what is decided": lambda on: on.position(on.decided, on.people[1]),
    "doubled: a second position": lambda on: on.position(on.open, on.people[0]),
    "foreign: a position about words of another proposal": lambda on: on.position(on.open, on.people[1], on.decided),
    "foreign: a position moved to words of another": lambda on: (
        f"UPDATE decisions_position SET version_id = {key(on.decided.versions.get().pk)} "
        f"WHERE proposal_id = {key(on.open.pk)}"
    ),
    "forged: a position where others vote": lambda on: on.position(on.voted_on, on.people[1]),
    "forged: a position turned without a trace": lambda on: (
        f"UPDATE decisions_position SET kind = 'object', reason = 'No.' WHERE proposal_id = {key(on.open.pk)}"
    ),
    "forged: a position taken away": lambda on: f"DELETE FROM decisions_position WHERE proposal_id = {key(on.open.pk)}",
    "forged: a decision turned": lambda on: f"UPDATE decisions_decision SET agreed = {boolean(False)}",
    "forged: a decision taken away": lambda on: "DELETE FROM decisions_decision",
    "forged: a decided proposal opened again": lambda on: (
        f"UPDATE decisions_proposal SET state = 'open' WHERE id = {key(on.decided.pk)}"
    ),
    "doubled: a second decision": lambda on: on.decision(on.decided),
    "foreign: a decision about words of another": lambda on: on.decision(on.open, on.decided),
    "forged: a vote decided before it was counted": lambda on: on.decision(on.voted_on),
    "forged: a vote lost before it was counted": lambda on: on.decision(on.voted_on, agreed=False),
    "ineligible: somebody more in the register": lambda on: (
        "INSERT INTO decisions_eligible (id, proposal_id, person_id, ways) VALUES "
        f"({new()}, {key(on.open.pk)}, {key(on.late.pk)}, 'LC')"
    ),
    "ineligible: somebody less in the register": lambda on: (
        f"DELETE FROM decisions_eligible WHERE proposal_id = {key(on.open.pk)} AND person_id = {key(on.people[3].pk)}"
    ),
    "ineligible: somebody more on the list of voters": lambda on: (
        "INSERT INTO ballots_registerentry (id, ballot_id, person_id, voted, on_paper) VALUES "
        f"({new()}, {key(on.secret.pk)}, {key(on.late.pk)}, {boolean(False)}, {boolean(False)})"
    ),
    "doubled: a mark taken back, to vote again": lambda on: on.mark(on.secret, on.people[0], voted=False),
    "doubled: a second vote by name": lambda on: on.cast(on.by_name, on.people[0]),
    "forged: a vote by name without a mark": lambda on: on.cast(on.by_name, on.people[1]),
    "forged: a vote by name in a secret ballot": lambda on: on.cast(on.secret, on.people[0]),
    "forged: a vote by name turned": lambda on: "UPDATE ballots_cast SET choice = '[0, 0, 1]'",
    "forged: one paper more than marks": lambda on: (
        f"UPDATE ballots_urn SET papers_in = papers_in + 1 WHERE ballot_id = {key(on.secret.pk)}"
    ),
    "replayed: an emptied urn closed as if counted": lambda on: on.closing(on.secret),
    "early: closed before its time": lambda on: on.closing(on.by_name, AT),
    "forged: other things to choose from": lambda on: "UPDATE ballots_ballotoption SET words = 'Forged'",
    "forged: another rule of counting": lambda on: "UPDATE ballots_ballot SET rule = 'score'",
}


@pytest.fixture
def on(build):
    return Ground(build)


def asked(statement):
    """The first line of the refusal, or None."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True)
    except DatabaseError as refusal:
        return str(refusal).splitlines()[0]
    return None


def test_each_is_refused_and_nothing_is_different(on):
    before, let_through = everything(), []
    for name, statement in FORGERIES.items():
        said = asked(statement(on))
        if said is None or any(wrong in said for wrong in ("syntax", "no such", "does not exist", "NOT NULL")):
            let_through.append((name, said))
    assert let_through == []
    assert everything() == before


def test_late_papers_and_votes_after_the_count(on):
    close(on.secret)
    before = everything()
    for statement in (
        on.paper(on.secret), "UPDATE ballots_paper SET choice = '[0, 0, 1]'", "DELETE FROM ballots_paper",
        on.mark(on.secret, on.people[5], voted=True), on.closing(on.secret), "DELETE FROM ballots_closing",
        "UPDATE ballots_urn SET papers_in = 0", "DELETE FROM ballots_urn",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert everything() == before


def test_who_was_asked_to_decide_and_objects_is_not_passed_over(on):
    actions.take_position(actor=on.people[0], proposal=on.named, kind="object", reason="No.")
    with pytest.raises(DatabaseError, match="objects"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(on.decision(on.named))
    assert Decision.objects.count() == 1
    assert Position.objects.filter(proposal=on.named, kind="object").count() == 1
    assert Eligible.objects.filter(proposal=on.named).count() == 1


def test_a_vote_that_was_ended_uncounted_is_not_agreed(on):
    ballots.close_ballot(actor=on.people[0], ballot=on.voted_on.ballot, uncounted_because="Too few.")
    with pytest.raises(DatabaseError, match="counted first"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(on.decision(on.voted_on))
    decision = actions.close_proposal(actor=on.people[0], proposal=on.voted_on, agreed=False, why="Too few.")
    assert Proposal.objects.get(pk=on.voted_on.pk).state == "not_agreed"
    assert decision.result["first"] == []
