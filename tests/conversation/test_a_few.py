"""Ten quiet minutes: five things, the same all day, unanswered words and seldom heard ways of knowing first."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduce import clock
from coproduce.clock import new_id, told
from coproduce.contributions.models import Acknowledgement, Contribution
from coproduce.conversation.a_few import A_FEW, Candidate, a_few_for, in_order_of_need
from coproduce.conversation.actions import fold_away
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership
from tests.conversation.conftest import main_of

YESTERDAY = timedelta(days=1)


def brought(here, number, ways="L", **fields):
    return here.build.contribution(
        here.space, here.ada, f"Words number {number}.", ways=ways,
        said_on=date(2026, 1, 1) + timedelta(days=number), brought_at=clock.now() - 2 * YESTERDAY, **fields,
    )  # fmt: skip


def place_of(here, person):
    return Place(here.space, person, Membership.objects.get(space=here.space, person=person))


def few(here, person, day=None):
    return [one.contribution.pk for one in a_few_for(place_of(here, person), day)]


@pytest.mark.django_db
class TestAFew:
    def test_five_are_chosen_and_stay_the_same_all_day(self, here):
        for number in range(40):
            brought(here, number)
        chosen = few(here, here.bea)
        assert len(chosen) == len(set(chosen)) == A_FEW
        # Somebody answers one of them and brings more: that is for tomorrow.
        here.build.contribution(
            here.space, here.carl, "Yes.", answers=Contribution.objects.get(pk=chosen[0]), verb="supports"
        )
        here.build.contribution(here.space, here.carl, "New today.")
        assert few(here, here.bea) == chosen
        days = {tuple(few(here, here.bea, clock.today() + timedelta(days=n))) for n in range(6)}
        assert len(days) > 3
        assert few(here, here.carl) != chosen

    def test_unanswered_words_come_first(self, here):
        for number in range(30):
            words = brought(here, number)
            if number % 6:
                here.build.contribution(
                    here.space, here.carl, "Yes.", answers=words, verb="supports",
                    brought_at=clock.now() - 2 * YESTERDAY,
                )  # fmt: skip
        chosen = Contribution.objects.filter(pk__in=few(here, here.bea))
        assert [words.replies.count() for words in chosen] == [0] * A_FEW

    def test_ways_seldom_heard_are_among_them(self, here):
        for number in range(60):
            brought(here, number, ways="P")
        rare = {brought(here, 20, ways="C").pk, brought(here, 40, ways="LP").pk}
        assert rare <= set(few(here, here.bea))

    def test_own_words_thanked_ones_and_what_is_folded_or_hidden_are_left_out(self, here):
        mine = here.build.contribution(here.space, here.bea, "Mine.", brought_at=clock.now() - 2 * YESTERDAY)
        thanked, folded, hidden, left = (brought(here, number) for number in range(4))
        Acknowledgement.objects.create(contribution=thanked, person=here.bea, at=clock.now() - YESTERDAY)
        fold_away(actor=here.bea, space=here.space, phrase="number 1")
        Contribution.objects.filter(pk=hidden.pk).update(state="hidden")
        assert few(here, here.bea) == [left.pk]
        assert mine.pk in few(here, here.carl)
        assert folded.pk in few(here, here.carl)

    def test_the_page_ends(self, here):
        assert "Nothing needs you." in here.read(here.bea, "conversation:a_few")
        brought(here, 1)
        brought(here, 2, content_note="Somebody dies in it")
        page = main_of(here.read(here.bea, "conversation:a_few"))
        assert "2 things to read today" in page
        assert "Before you read: Somebody dies in it" in page
        assert "Nobody has answered this yet." in page
        assert "That is all for today." in page

    def test_nobody_is_named_who_gave_no_name(self, here):
        brought(here, 1, attribution="anonymous")
        page = main_of(here.read(here.bea, "conversation:a_few"))
        assert "No name" in page
        assert "Ada" not in page

    def test_a_large_space_costs_no_more_queries(self, here, django_assert_max_num_queries):
        for number in range(3):
            brought(here, number)
        client = here.signed_in(here.bea)
        client.get(here.url("conversation:a_few"))
        with django_assert_max_num_queries(11) as counted:
            client.get(here.url("conversation:a_few"))
        for number in range(3, 60):
            brought(here, number)
        with django_assert_max_num_queries(len(counted.captured_queries)):
            client.get(here.url("conversation:a_few"))

    def test_tomorrow_there_are_others(self, here):
        for number in range(30):
            brought(here, number)
        today = few(here, here.bea)
        with told(clock.now() + 3 * YESTERDAY):
            assert few(here, here.bea) != today


CANDIDATES = st.lists(
    st.builds(
        Candidate, st.builds(new_id), st.text("LCPROM", max_size=3).map(lambda ways: "".join(sorted(set(ways)))),
        st.booleans(),
    ),
    max_size=40,
)  # fmt: skip


@given(CANDIDATES, st.integers())
def test_the_order_of_need_keeps_everything_and_puts_the_unanswered_first(candidates, seed):
    ordered = in_order_of_need(candidates, Random(seed))
    assert sorted(ordered) == sorted(candidates)
    assert [one.is_answered for one in ordered] == sorted(one.is_answered for one in candidates)
    assert in_order_of_need(list(reversed(candidates)), Random(seed)) == ordered
    # Every group of ways has had its turn before any has its second.
    unanswered = {one.ways for one in candidates if not one.is_answered and len(one.ways) == 1}
    first = [one.ways for one in ordered if not one.is_answered]
    if first and all(len(ways) == 1 for ways in first):
        assert set(first[: len(unanswered)]) == unanswered
