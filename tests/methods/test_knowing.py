"""Ways of knowing: worked numbers, published ones, and what must hold for all."""

from math import comb, e, log, sqrt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from coproduce_methods.knowing import (
    Z_95,
    emergence,
    knowing,
    ratio_of,
    shannon_diversity,
    share_of,
    waiting,
    wilson_interval,
)

WAYS = ["lived", "caring", "practice", "research"]
COUNTS = st.tuples(st.integers(0, 400), st.integers(0, 400))
PAIR = st.tuples(st.integers(0, 60), st.integers(1, 60)).map(lambda pair: (min(pair), max(pair)))
TAGGED = st.lists(st.tuples(st.frozensets(st.sampled_from(WAYS)), st.booleans()), max_size=30)
DAYS = st.lists(st.integers(0, 40), max_size=25)
TOLD = [{"lived"}] * 4 + [{"lived", "caring"}] * 2 + [{"practice"}] * 2 + [set()]
LED = [True, True, True, False, True, False, True, False, True]


# ── worked numbers ───────────────────────────────────────────────────────────────────────────────


def test_the_worked_numbers_of_the_documentation():
    result = knowing(TOLD, LED, WAYS)
    assert result.diversity == pytest.approx(0.950271, abs=1e-6)
    assert result.evenness == pytest.approx(0.685475, abs=1e-6)
    assert result.effective == pytest.approx(2.586, abs=1e-3)
    assert (result.contributions, result.untagged) == (9, 1)
    lived = result.uptake("lived")
    assert (lived.mentions, lived.reached.count) == (6, 4)
    assert lived.reached.share == pytest.approx(2 / 3)
    assert (lived.reached.low, lived.reached.high) == pytest.approx((0.299993, 0.903226), abs=1e-5)
    assert result.uptake("research").reached.share is None
    assert emergence([True, False, True, False, False]).share == 0.4


def test_the_worked_ratio_of_the_documentation():
    result = knowing(TOLD, LED, WAYS)
    ratio = result.compare("lived", "practice")
    assert ratio.ratio == result.ratio("lived", "practice") == pytest.approx(4 / 3)
    assert (ratio.low, ratio.high) == pytest.approx((0.433, 7.43), abs=5e-3)
    assert not ratio.is_sure
    assert result.ratio("lived", "research") is None


def test_the_worked_days_of_the_documentation():
    result = waiting([34, 120, 7, 8, 60, 61], [10, 200, 90])
    assert (result.median, result.low, result.high) == (47, 7, 120)
    assert (result.reached, result.waiting, result.half_by) == (6, 3, 61)


# ── against what was published ───────────────────────────────────────────────────────────────────


def test_the_interval_is_wilsons():
    # Newcombe (1998), Statistics in Medicine 17, table I: method 3.
    for count, of, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)):
        assert wilson_interval(count, of) == pytest.approx((low, high), abs=5e-5)
    assert wilson_interval(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)
    assert wilson_interval(0, 0) is None


def test_the_interval_of_a_ratio_is_koopmans():
    # Koopman (1984), Biometrics 40: 36 of 40 beside 16 of 80.
    ratio = ratio_of(36, 40, 16, 80)
    assert (ratio.ratio, ratio.low, ratio.high) == pytest.approx((4.5, 2.94, 7.15), abs=5e-3)
    assert ratio.is_sure
    wider = ratio_of(36, 40, 16, 80, z=3)
    assert wider.low < ratio.low < ratio.high < wider.high


def score_by_search(ratio, count, of, other_count, other_of):
    """The chi-square at the likeliest pair of shares with this ratio, found by looking at 20,000 of them."""
    best, found = -1e99, 0.0
    for step in range(1, 20_000):
        other = step / 20_000 * min(1, 1 / ratio)
        one = ratio * other
        likely = sum(
            k * log(p) + (n - k) * log(1 - p) if 0 < p < 1 else -1e98
            for k, n, p in ((count, of, one), (other_count, other_of, other))
        )
        if likely > best:
            best = likely
            found = sum(
                (k - n * p) ** 2 / (n * p * (1 - p)) for k, n, p in ((count, of, one), (other_count, other_of, other))
            )
    return found


@pytest.mark.parametrize("counts", [(4, 6, 1, 2), (10, 10, 3, 7), (0, 9, 4, 12), (7, 50, 0, 8), (3, 5, 9, 9)])
def test_both_ends_are_where_the_chi_square_is_that_of_95_in_100(counts):
    ratio = ratio_of(*counts)
    for end in (ratio.low, ratio.high):
        if end:
            assert score_by_search(end, *counts) == pytest.approx(Z_95**2, rel=0.01)


def test_the_median_is_held_by_order_statistics():
    # No more of the tail of the binomial (n, 1/2) than 2.5 % on each side, and the next would be too much.
    for number, low, high in ((6, 1, 6), (10, 2, 9), (20, 6, 15), (100, 40, 61)):
        result = waiting(range(1, number + 1))
        assert (result.low, result.high) == (low, high)
        missed = sum(comb(number, k) for k in range(low)) / 2**number
        assert missed <= 0.025 < missed + comb(number, low) / 2**number
    assert waiting(range(5)).low is None
    assert waiting(range(20_000)).low == pytest.approx(10_000 - Z_95 * sqrt(20_000) / 2, abs=2)


def test_half_of_all_is_kaplan_and_meiers():
    # Gehan's (1965) leukaemia remissions under 6-mercaptopurine, in weeks: median 23.
    relapsed = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    in_remission = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    assert waiting(relapsed, in_remission).half_by == 23
    assert waiting([10], [20] * 5).half_by is None


# ── what must hold for all ───────────────────────────────────────────────────────────────────────


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


@given(PAIR, PAIR)
@settings(deadline=None)
def test_a_ratio_lies_in_its_interval_and_turns_over_with_it(one, two):
    forth, back = ratio_of(*one, *two), ratio_of(*two, *one)
    assume(one[0] + two[0])
    assert forth.low is not None or forth.high is not None
    if forth.ratio is not None and forth.high is not None:
        assert forth.low <= forth.ratio <= forth.high
    assert (forth.high is None) == (two[0] == 0)
    if forth.low:
        assert back.high == pytest.approx(1 / forth.low, rel=1e-6)
    if forth.high:
        assert 1 / back.low == pytest.approx(forth.high, rel=1e-6) if back.low else one[0] == 0


@given(st.lists(st.integers(0, 1000), max_size=8))
def test_diversity_is_between_none_and_all_alike_whatever_the_order_and_the_scale(counts):
    diversity = shannon_diversity(counts)
    assert 0 <= diversity <= log(max(len(counts), 1)) + 1e-12
    assert shannon_diversity(counts[::-1]) == pytest.approx(diversity)
    assert shannon_diversity([c * 7 for c in counts]) == pytest.approx(diversity)


@given(TAGGED, st.randoms())
@settings(deadline=None)
def test_neither_the_order_nor_the_names_nor_twice_of_all_change_what_is_shared(given_tags, random):
    def of(rows, ways=WAYS):
        return knowing([tags for tags, _led in rows], [led for _tags, led in rows], ways)

    before, shuffled = of(given_tags), list(given_tags)
    random.shuffle(shuffled)
    assert of(shuffled) == before
    twice = of(given_tags * 2)
    assert (twice.diversity, twice.evenness) == (pytest.approx(before.diversity), pytest.approx(before.evenness))
    new = dict(zip(WAYS, "wxyz", strict=True))
    renamed = of([(frozenset(new[tag] for tag in tags), led) for tags, led in given_tags], list(new.values()))
    assert renamed.diversity == before.diversity
    for uptake in before.uptakes:
        assert twice.uptake(uptake.way).reached.share == uptake.reached.share
        assert renamed.uptake(new[uptake.way]).reached == uptake.reached


@given(DAYS, DAYS)
@settings(deadline=None)
def test_waiting_makes_it_longer_and_never_shorter(reached, still):
    result, without = waiting(reached, still), waiting(reached)
    assert (result.median, result.low, result.high) == (without.median, without.low, without.high)
    if result.half_by is not None:
        assert result.half_by >= without.half_by
    if result.low is not None:
        assert result.low <= result.median <= result.high
    assert waiting(reached[::-1], still[::-1]) == result


def test_diversity_of_one_way_is_none_and_of_equal_ways_full():
    assert shannon_diversity([5]) == 0
    assert e ** shannon_diversity([3, 3, 3]) == pytest.approx(3)
    even = knowing([{way} for way in WAYS], [True] * 4, WAYS)
    assert even.evenness == pytest.approx(1)
    assert even.effective == pytest.approx(4)
    nothing = knowing([], [], WAYS)
    assert (nothing.evenness, nothing.effective) == (None, None)
    assert knowing([{"lived"}], [True], ["lived"]).evenness is None


def test_one_who_ticks_every_way_makes_it_more_even_and_the_documentation_says_so():
    told = [{"lived"}] * 8
    assert knowing([*told, {"lived"}], [False] * 9, WAYS).evenness == 0
    assert knowing([*told, set(WAYS)], [False] * 9, WAYS).evenness > 0.4


# ── what makes no sense ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("count", "of"), [(2, 1), (-1, 3)])
def test_a_share_of_more_than_there_is_is_refused(count, of):
    with pytest.raises(ValueError, match="count"):
        share_of(count, of)
    with pytest.raises(ValueError, match="count"):
        ratio_of(1, 2, count, of)


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


@pytest.mark.parametrize("days", [[-1], [float("nan")]])
def test_days_before_it_was_said_are_refused(days):
    with pytest.raises(ValueError, match="days"):
        waiting(days)
    with pytest.raises(ValueError, match="days"):
        waiting([1], days)


def test_nothing_to_wait_for_says_nothing():
    assert waiting([], [3]).median is None
    assert waiting([], [3]).waiting == 1


def test_a_way_that_was_not_asked_about_is_not_answered():
    with pytest.raises(KeyError):
        knowing([], [], WAYS).uptake("magic")
