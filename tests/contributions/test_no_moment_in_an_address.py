"""The address of nameless words does not tell the moment at which they were written."""

from datetime import UTC, datetime

import pytest

from coproduce import clock
from coproduce.contributions.actions import bring_contribution
from coproduce.decisions.actions import propose, speak_to
from coproduce.outcomes.actions import tell_effect, tell_outcome
from coproduce.valuing.actions import name_tension

pytestmark = pytest.mark.django_db

AT = datetime(2026, 5, 4, 14, 3, 7, tzinfo=UTC)


def tells_the_moment(one):
    return one.pk.int >> 80 == int(AT.timestamp() * 1000)


@pytest.mark.parametrize(
    ("shown_as", "told"), [("name", True), ("chosen", True), ("standpoint", False), ("anonymous", False)]
)
def test_only_words_with_a_name_have_an_identifier_with_their_moment(build, shown_as, told):
    space = build.space()
    who = build.member(space)
    with clock.told(AT):
        words = bring_contribution(actor=who, space=space, words="Stairs.", attribution=shown_as)
        put = propose(actor=who, space=space, title="T", words="W.", contributions=[words])
        voice = speak_to(actor=who, proposal=put, kind="reaction", words="Good.", attribution=shown_as)
        effect = tell_effect(
            actor=who, outcome=tell_outcome(actor=who, space=space, title="A rail"), bearing="good", contribution=words
        )
        pulls = name_tension(actor=who, space=space, one="rights", other="money", words="Both.", attribution=shown_as)
    for one in (words, voice, effect, pulls):
        assert tells_the_moment(one) is told, one


def test_it_is_the_same_again_where_a_story_is_told_again():
    with clock.repeatable(1):
        first = [clock.untimed_id() for _n in range(3)]
    with clock.repeatable(1):
        assert [clock.untimed_id() for _n in range(3)] == first
    assert len(set(first)) == 3
