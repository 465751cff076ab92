"""Ballots for tests: a space with enough people, a ballot in it, votes."""

from datetime import timedelta

from coproduce import clock
from coproduce.ballots import actions
from tests import building


def group(people=9, *, threshold=5, **fields):
    """A space and that many members."""
    space = building.space(threshold=threshold, **fields)
    return space, [building.member(space) for _each in range(people)]


def opened(space, people, *, rule="approval", secret=True, options=("Mornings", "Evenings", "By phone"), **fields):
    fields = {"title": "When shall we meet?", "minimum_days": 7, **fields}
    return actions.open_ballot(
        actor=fields.pop("actor", space.opened_by),
        space=space,
        options=options,
        rule=rule,
        secret=secret,
        people=people,
        **fields,
    )


def vote(ballot, person, choice=(1, 0, 0), *, actor=None):
    """One vote, by name or in secret; the receipt of a secret one."""
    actor = actor or person
    if not ballot.secret:
        return actions.vote_by_name(actor=actor, ballot=ballot, person=person, choice=choice)
    code, ticket = actions.new_sheet(ballot, person)
    return actions.vote_in_secret(actor=actor, ballot=ballot, person=person, choice=choice, code=code, ticket=ticket)


def close(ballot, actor=None, **fields):
    """Close it once its time is over."""
    with clock.told(ballot.stays_open_until + timedelta(hours=1)):
        return actions.close_ballot(actor=actor or ballot.opened_by, ballot=ballot, **fields)
