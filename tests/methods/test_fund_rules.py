"""The rules against the textbook: the same projects in the same order, the same prices, the same ties."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods import fund_rounds
from coproduce_methods.fund_allocation import COMPLETIONS, RULES, allocate, ranks
from coproduce_methods.fund_ballots import Election, election_of
from coproduce_methods.fund_equal_shares import UTILITIES, EqualShares
from tests.methods import fund_textbook as textbook

FEW = settings(max_examples=40, deadline=None)


@st.composite
def elections(draw, *, scored=None, most_voters=9, free=True):
    """Small elections with many ties: few different costs, few projects, few voters."""
    m, n = draw(st.integers(1, 6)), draw(st.integers(1, most_voters))
    costs = draw(st.lists(st.integers(0 if free else 1, 12), min_size=m, max_size=m))
    budget = draw(st.integers(0, 30))
    scored = draw(st.booleans()) if scored is None else scored
    if scored:
        ballots = draw(st.lists(st.dictionaries(st.integers(0, m - 1), st.integers(1, 4)), min_size=n, max_size=n))
        rows = [{f"p{p}": points for p, points in row.items()} for row in ballots]
    else:
        rows = draw(st.lists(st.sets(st.integers(0, m - 1)), min_size=n, max_size=n))
        rows = [[f"p{p}" for p in row] for row in rows]
    return election_of(
        {f"p{p}": cost for p, cost in enumerate(costs)}, budget, rows, ballot="scoring" if scored else None
    )


def lexico(election):
    return ranks(election, ["lexico"])


@pytest.mark.parametrize("fast", [True, False], ids=["compiled", "numpy"])
@pytest.mark.parametrize("utility", UTILITIES)
@FEW
@given(election=elections(), more=st.integers(0, 6))
def test_equal_shares_is_the_textbook(fast, utility, election, more):
    share = Fraction(election.budget, election.voters) + more
    rank = lexico(election)
    run = EqualShares(election, utility, rank, fast).run(share)
    taken, prices, _, ties, _ = textbook.equal_shares(election, utility, rank, share)
    run.exact.catch_up(run.at)
    assert run.taken == taken
    assert [run.exact.price(k) for k in range(len(taken))] == prices
    assert [(k, sorted(some)) for k, some in run.ties] == ties


@pytest.mark.parametrize("fast", [True, False], ids=["compiled", "numpy"])
@pytest.mark.parametrize("utility", UTILITIES)
@FEW
@given(election=elections(most_voters=5))
def test_adding_one_is_the_textbook_though_sums_are_passed_over(fast, utility, election):
    rank = lexico(election)
    run, raised = EqualShares(election, utility, rank, fast).add_one()
    taken, steps = textbook.add_one(election, utility, rank)
    assert (run.taken, raised) == (taken, steps)
    assert run.share == Fraction(election.budget, election.voters) + raised


@pytest.mark.parametrize("utility", UTILITIES)
@FEW
@given(election=elections())
def test_greedy_is_the_textbook(utility, election):
    result = allocate(election, "greedy", utility=utility)
    assert set(result.selected) == set(textbook.greedy(election, utility, lexico(election)))
    if election.costs.all():
        assert list(result.selected) == textbook.greedy(election, utility, lexico(election))


@settings(max_examples=80, deadline=None)
@given(election=elections())
def test_phragmen_is_the_textbook(election):
    result = allocate(election, "phragmen")
    taken, reached = textbook.phragmen(election, lexico(election))
    assert list(result.selected) == taken
    # What each supporter paid adds up to the cost, and nobody paid more than they had earned.
    for step, price in enumerate(result.prices):
        paid = result.paid(step)
        if reached[step] is not None:
            assert paid[1].sum() == pytest.approx(float(election.costs[price.project]), abs=1e-9)
            assert paid[1].max(initial=0) <= float(reached[step]) * (1 + 1e-12)


# ── a middling election, where the quick way decides nearly everything ────────────────────────────


def middling(seed, *, scored, voters=400, projects=25):
    chance = np.random.default_rng(seed)
    sizes = chance.integers(0, 8, voters)
    rows = [chance.choice(projects, size, replace=False, p=_popular(projects)) for size in sizes]
    costs = chance.integers(1, 60, projects) * 100
    scores = chance.integers(1, 9, sum(map(len, rows))) if scored else None
    return Election(
        projects=tuple(f"p{i}" for i in range(projects)),
        costs=costs,
        budget=int(costs.sum() // 3),
        indptr=np.cumsum([0, *map(len, rows)]),
        chosen=np.concatenate(rows).astype(np.int64),
        scores=scores,
        ballot="cumulative" if scored else "approval",
    )


def _popular(projects):
    weight = 1 / np.arange(1, projects + 1)
    return weight / weight.sum()


@pytest.mark.parametrize("scored", [False, True])
@pytest.mark.parametrize("utility", UTILITIES)
def test_compiled_numpy_and_textbook_take_the_same_in_a_middling_election(utility, scored):
    election = middling(3, scored=scored)
    rank, share = lexico(election), Fraction(election.budget, election.voters)
    expected = textbook.equal_shares(election, utility, rank, share)[0]
    assert EqualShares(election, utility, rank, True).run(share).taken == expected
    assert EqualShares(election, utility, rank, False).run(share).taken == expected


@pytest.mark.parametrize("utility", UTILITIES)
def test_money_made_anew_after_every_purchase_changes_nothing(utility, monkeypatch):
    election = middling(5, scored=True)
    rank, share = lexico(election), Fraction(election.budget, election.voters)
    monkeypatch.setattr(fund_rounds, "LOOSEST", 0.0)
    run = EqualShares(election, utility, rank, False).run(share)
    taken, prices, _, _, money = textbook.equal_shares(election, utility, rank, share)
    run.exact.catch_up(run.at)
    assert run.taken == taken
    assert [run.exact.price(k) for k in range(len(taken))] == prices
    # What is bounded is bounded: each voter's money is as near to the exact sum as it says.
    near = run.at.money[election.grouped.of_voter]
    wrong = run.at.wrong[election.grouped.of_voter]
    assert all(abs(Fraction(a) - b) <= Fraction(w) for a, b, w in zip(near, money, wrong, strict=True))


@pytest.mark.parametrize("fast", [True, False], ids=["compiled", "numpy"])
@pytest.mark.parametrize("utility", UTILITIES)
def test_money_is_never_more_wrong_than_it_says(fast, utility):
    election = middling(6, scored=True)
    rank, share = lexico(election), Fraction(election.budget, election.voters)
    run = EqualShares(election, utility, rank, fast).run(share)
    money = textbook.equal_shares(election, utility, rank, share)[4]
    near = run.at.money[election.grouped.of_voter]
    wrong = run.at.wrong[election.grouped.of_voter]
    assert all(abs(Fraction(a) - b) <= Fraction(w) for a, b, w in zip(near, money, wrong, strict=True))
    assert wrong.max() <= run.at.bound[0] or (near[wrong > run.at.bound[0]] == 0).all()


def test_more_money_that_changes_nothing_is_passed_over():
    """Prices a thousand times finer: what adding 1 comes to is found in few runs, and is what stepping comes to."""
    election = middling(8, scored=False, voters=60, projects=8)
    rule = EqualShares(election, "cost", lexico(election), False)
    runs = []
    plain = rule.run
    rule.run = lambda share: runs.append(share) or plain(share)
    run, raised = rule.add_one()
    assert (run.taken, raised) == textbook.add_one(election, "cost", lexico(election))
    assert len(runs) < raised


# ── what must hold for every rule ─────────────────────────────────────────────────────────────────


EVERY_WAY = [*((rule, "none") for rule in RULES), *(("equal-shares", completion) for completion in COMPLETIONS[1:])]


@pytest.mark.parametrize(("rule", "completion"), EVERY_WAY)
@FEW
@given(election=elections(), shuffle=st.randoms(use_true_random=False), utility=st.sampled_from(UTILITIES))
def test_order_and_duplicates_of_the_whole_do_not_matter(rule, completion, election, shuffle, utility):
    def ids(result):
        return [result.election.projects[p] for p in result.selected]

    expected = ids(allocate(election, rule, completion=completion, utility=utility))
    assert ids(allocate(shuffled(election, shuffle), rule, completion=completion, utility=utility)) == expected
    if completion in ("none", "utilitarian"):
        # Everything three times as dear, and every voter twice, changes nothing (a raise by 1 is no longer the same).
        assert ids(allocate(larger(election, 3, 1), rule, completion=completion, utility=utility)) == expected
        assert ids(allocate(larger(election, 1, 2), rule, completion=completion, utility=utility)) == expected


def shuffled(election, shuffle):
    m, n = len(election.projects), election.voters
    new_of, order = list(range(m)), list(range(n))
    shuffle.shuffle(new_of)
    shuffle.shuffle(order)
    rows = [list(range(election.indptr[v], election.indptr[v + 1])) for v in order]
    for row in rows:
        shuffle.shuffle(row)
    where = np.array([i for row in rows for i in row], dtype=np.int64)
    old = np.argsort(new_of)
    return Election(
        projects=tuple(election.projects[p] for p in old),
        costs=election.costs[old],
        budget=election.budget,
        indptr=np.cumsum([0, *map(len, rows)]),
        chosen=np.array(new_of, dtype=np.int64)[election.chosen[where]],
        scores=None if election.scores is None else election.scores[where],
        ballot=election.ballot,
    )


def larger(election, times, copies):
    n = election.voters
    lengths = np.diff(election.indptr)
    return Election(
        projects=election.projects,
        costs=election.costs * times,
        budget=election.budget * times,
        indptr=np.concatenate([[0], np.cumsum(np.tile(lengths, copies))]) if n else election.indptr,
        chosen=np.tile(election.chosen, copies),
        scores=None if election.scores is None else np.tile(election.scores, copies),
        ballot=election.ballot,
    )


@pytest.mark.parametrize(("rule", "completion"), EVERY_WAY)
@FEW
@given(election=elections(), utility=st.sampled_from(UTILITIES))
def test_within_the_budget_and_exhaustive_where_promised(rule, completion, election, utility):
    result = allocate(election, rule, completion=completion, utility=utility)
    left = election.budget - result.spent
    others = set(range(len(election.projects))) - set(result.selected)
    assert left >= 0
    assert result.spent == sum(election.costs[p] for p in result.selected)
    assert len(set(result.selected)) == len(result.selected)
    if rule == "greedy" or completion in ("utilitarian", "add1u"):
        assert all(election.costs[p] > left for p in others)
    assert [price.project for price in result.prices] == list(result.selected)
    assert {lost.project for lost in result.lost} == others


@pytest.mark.parametrize("completion", COMPLETIONS)
@FEW
@given(election=elections(), utility=st.sampled_from(UTILITIES))
def test_supporters_pay_the_cost_and_nobody_more_than_their_share(completion, election, utility):
    result = allocate(election, completion=completion, utility=utility)
    rank = lexico(election)
    _, _, payments, _, money = textbook.equal_shares(election, utility, rank, result.share)
    paid_of = np.zeros(election.voters)
    shares = [step for step, price in enumerate(result.prices) if price.how == "shares"]
    for step, expected in zip(shares, payments, strict=True):
        price, (voters, amounts) = result.prices[step], result.paid(step)
        assert amounts.sum() == pytest.approx(float(election.costs[price.project]))
        positive = {v: float(amount) for v, amount in expected.items() if amount}
        assert dict(zip(voters.tolist(), amounts, strict=True)) == pytest.approx(positive, abs=1e-12)
        assert price.full + price.last + price.nothing == election.votes[price.project]
        paid_of[voters] += amounts
    assert (paid_of <= float(result.share) * (1 + 1e-12)).all()
    supporters = textbook.supporters_of(election)
    for lost in result.lost:
        behind = sum((money[v] for v in supporters[lost.project]), Fraction(0))
        assert lost.money == behind
        assert lost.lacking == max(0, election.costs[lost.project] - behind)


@settings(max_examples=80, deadline=None)
@given(election=elections(scored=False, most_voters=6, free=False))
def test_a_group_that_could_pay_for_what_it_wants_has_a_member_who_gets_as_much(election):
    """Extended justified representation, for counts of projects: of any such group, in any election."""
    selected = set(allocate(election, utility="cardinality").selected)
    n, m = election.voters, len(election.projects)
    wants = [set(election.chosen[election.indptr[v] : election.indptr[v + 1]].tolist()) for v in range(n)]
    for some in range(1, 2**m):
        bundle = {p for p in range(m) if some >> p & 1}
        cost = int(sum(election.costs[p] for p in bundle))
        got = sorted(len(wants[v] & selected) for v in range(n) if bundle <= wants[v])
        # The smallest group that could pay for the bundle, made of those who got least.
        least = -(-cost * n // election.budget) if election.budget else n + 1
        if least <= len(got):
            assert got[least - 1] >= len(bundle)


def test_ties_are_broken_as_asked_and_said():
    election = election_of({"a": 4, "b": 4, "c": 4}, 4, [["a", "b", "c"], ["a", "b", "c"]])
    for tie_break, first in ((("lexico",), "a"), (("order:c,b",), "c"), (("app_score", "max_cost"), "a")):
        result = allocate(election, tie_break=tie_break)
        assert [election.projects[p] for p in result.selected] == [first]
        assert [(tie.step, tie.projects) for tie in result.ties] == [(0, (0, 1, 2))]
        assert election.projects[result.ties[0].taken] == first
    dear = election_of({"a": 6, "b": 4, "c": 4}, 20, [["a", "b"], ["a", "b"], ["c"]])
    assert ranks(dear, ["app_score", "min_cost"]).tolist() == [1, 0, 2]
    assert ranks(dear, ["max_cost"]).tolist() == [0, 1, 2]
    for wrong in ("alphabet", "order:z"):
        with pytest.raises(ValueError, match=r"expected|not there"):
            ranks(dear, [wrong])


def test_nonsense_is_refused():
    election = election_of({"a": 1}, 1, [["a"]])
    for wrong in (
        {"rule": "lottery"},
        {"utility": "joy"},
        {"completion": "more"},
        {"rule": "greedy", "completion": "add1"},
    ):
        with pytest.raises(ValueError, match=r"expected|only equal shares"):
            allocate(election, **wrong)


def test_empty_elections_come_to_something():
    for ballots in ([], [[]]):
        for rule in RULES:
            result = allocate(election_of({"a": 3}, 5, ballots), rule, only_wanted=True)
            assert result.selected == ()
            assert result.to_json()["spent"] == 0
    nothing = allocate(election_of({}, 5, [[]]))
    assert (nothing.selected, nothing.share) == ((), 5)
