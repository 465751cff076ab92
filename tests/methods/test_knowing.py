"""Ways of knowing: worked numbers, published ones, and what must hold for all."""

from math import e, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduce_methods.knowing import emergence, knowing, shannon_diversity, share_of, wilson_interval

WAYS = ["lived", "caring", "practice", "research"]
COUNTS = st.tuples(st.integers(0, 400), st.integers(0, 400))


def test_the_worked_numbers_of_the_documentation():
    tagged = [{"lived"}] * 4 + [{"lived", "caring"}] * 2 + [{"practice"}] * 2 + [set()]
    reached = [True, True, True, False, True, False, True, False, True]
    result = knowing(tagged, reached, WAYS)
    assert result.diversity == pytest.approx(0.950271, abs=1e-6)
    assert result.evenness == pytest.approx(0.685475, abs=1e-6)
    assert (result.contributions, result.untagged) == (9, 1)
    lived = result.uptake("lived")
    assert (lived.mentions, lived.reached.count) == (6, 4)
    assert lived.reached.share == pytest.approx(2 / 3)
    assert (lived.reached.low, lived.reached.high) == pytest.approx((0.299993, 0.903226), abs=1e-5)
    assert result.ratio("lived", "practice") == pytest.approx(4 / 3)
    assert result.uptake("research").reached.share is None
    assert result.ratio("lived", "research") is None
    assert emergence([True, False, True, False, False]).share == 0.4


def test_the_interval_is_wilsons():
    # Newcombe (1998), Statistics in Medicine 17, table I: method 3.
    for count, of, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)):
        assert wilson_interval(count, of) == pytest.approx((low, high), abs=5e-5)
    assert wilson_interval(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)
    assert wilson_interval(0, 0) is None


@given(COUNTS)
def test_the_interval_holds_the_share_and_turns_round_with_it(counts):
    count, of = min(counts), max(counts)
    if of:
        low, high = wilson_interval(count, of)
        assert 0 <= low <= count / of <= high <= 1
        assert wilson_interval(of - count, of) == pytest.approx((1 - high, 1 - low))
        wide = wilson_interval(count, of)
        narrow = wilson_interval(count * 4, of * 4)
        assert narrow[1] - narrow[0] < wide[1] - wide[0]


@pytest.mark.parametrize(("count", "of"), [(2, 1), (-1, 3)])
def test_a_share_of_more_than_there_is_is_refused(count, of):
    with pytest.raises(ValueError, match="count"):
        share_of(count, of)


@given(st.lists(st.integers(0, 1000), max_size=8))
def test_diversity_is_between_none_and_all_alike_whatever_the_order_and_the_scale(counts):
    diversity = shannon_diversity(counts)
    assert 0 <= diversity <= log(max(len(counts), 1)) + 1e-12
    assert shannon_diversity(counts[::-1]) == pytest.approx(diversity)
    assert shannon_diversity([c * 7 for c in counts]) == pytest.approx(diversity)


def test_diversity_of_one_way_is_none_and_of_equal_ways_full():
    assert shannon_diversity([5]) == 0
    assert e ** shannon_diversity([3, 3, 3]) == pytest.approx(3)
    even = knowing([{way} for way in WAYS], [True] * 4, WAYS)
    assert even.evenness == pytest.approx(1)
    assert knowing([], [], WAYS).evenness is None
    assert knowing([{"lived"}], [True], ["lived"]).evenness is None


@pytest.mark.parametrize(
    ("tagged", "reached", "ways", "message"),
    [
        ([{"lived"}], [], WAYS, "same contributions"),
        ([{"magic"}], [True], WAYS, "magic"),
        ([], [], ["lived", "lived"], "once"),
    ],
)
def test_what_makes_no_sense_is_refused(tagged, reached, ways, message):
    with pytest.raises(ValueError, match=message):
        knowing(tagged, reached, ways)


def test_a_way_that_was_not_asked_about_is_not_answered():
    with pytest.raises(KeyError):
        knowing([], [], WAYS).uptake("magic")
