"""Every claim gets a fair share of eyes, also one that is drawn late."""

from datetime import UTC, datetime

import pytest

from coproduce import clock
from coproduce.deliberation import actions
from coproduce.deliberation.models import Response, Statement
from coproduce.deliberation.queries import next_statement
from coproduce.spaces.access import Place


@pytest.fixture
def space(build):
    return build.space()


def draw(space, count, start=0):
    by = space.opened_by
    return Statement.objects.bulk_create(
        Statement(space=space, words=f"Claim {start + n}.", drawn_by=by, drawn_at=clock.now()) for n in range(count)
    )


def place_of(space):
    return Place(space, space.opened_by, space.memberships.get(person=space.opened_by))


@pytest.fixture
def same_lot():
    """The lot falls the same each time: one walk in twelve falls so that a late claim is left with fewer than nine."""
    with clock.repeatable(3), clock.told(datetime(2026, 3, 14, 12, tzinfo=UTC)):
        yield


def test_every_claim_is_looked_at_about_as_often_whenever_it_was_drawn(same_lot, build, space):
    """60 people answer 5 each of 15 claims, and of 5 more drawn when half of them were done."""
    draw(space, 15)
    place, late = place_of(space), []
    for number in range(60):
        if number == 30:
            late = draw(space, 5, start=15)
        person = build.person(account=False)
        for _turn in range(5):
            claim = next_statement(place, person)
            Response.objects.create(statement=claim, person=person, answer=1)
    counts = {claim.pk: 0 for claim in Statement.objects.all()}
    for claim in Response.objects.values_list("statement", flat=True):
        counts[claim] += 1
    assert sum(counts.values()) == 300
    assert max(counts.values()) <= 15 + 4
    assert min(counts.values()) >= 15 - 6
    assert min(counts[claim.pk] for claim in late) >= 9


def test_the_lot_is_the_same_all_day_and_differs_between_people(build, space):
    draw(space, 30)
    place, donna = place_of(space), build.member(space)
    assert next_statement(place, donna) == next_statement(place, donna)
    first = {next_statement(place, build.person()).pk for _n in range(20)}
    assert len(first) > 5


def test_new_claims_are_not_all_that_anybody_is_asked(build, space):
    """Half of twenty claims are new, and a tenth would do: most people still meet one that others have answered."""
    old, people = draw(space, 18), [build.person(account=False) for _n in range(3)]
    Response.objects.bulk_create(Response(statement=claim, person=one, answer=0) for claim in old for one in people)
    new = {claim.pk for claim in draw(space, 2, start=18)}
    place = place_of(space)
    asked = [next_statement(place, build.person()).pk in new for _n in range(40)]
    assert 0 < sum(asked) < 20


def test_the_claims_of_an_open_round_come_first(build, space):
    old = draw(space, 10)
    donna = build.member(space)
    for person in (build.member(space), build.member(space)):
        actions.respond(actor=person, statement=old[0], answer=1)
    actions.open_a_round(actor=space.opened_by, space=space, question="One first?", claims=[old[0]])
    place = place_of(space)
    assert next_statement(place, donna) == old[0]
    actions.respond(actor=donna, statement=old[0], answer=2)
    assert next_statement(place, donna) in old[1:]
