"""What should come first: worked numbers, a large group that drowns nobody, ties said, and how sure it is."""

import random as chance

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.priorities import combine_rankings, priorities_by

QUESTIONS = [f"Q{number}" for number in range(1, 6)]
PATIENTS = [["Q1", "Q2"]] * 20 + [["Q2", "Q3"]] * 20
CLINICIANS = [["Q3", "Q4"]] * 5 + [["Q3"]] * 3
SIDES = [{"patients"}] * 40 + [{"clinicians"}] * 8
CHOICES = st.lists(st.sampled_from(QUESTIONS), unique=True, max_size=3)
PEOPLE = st.lists(st.tuples(st.sampled_from([{"a"}, {"b"}, {"a", "b"}]), CHOICES), min_size=10, max_size=30)


def asked(people, **more):
    return priorities_by([g for g, _c in people], [c for _g, c in people], QUESTIONS, 5, most=3, top=2, **more)


# ── the interim survey ───────────────────────────────────────────────────────────────────────────


def test_the_worked_numbers_of_the_documentation():
    result = priorities_by(SIDES, PATIENTS + CLINICIANS, QUESTIONS, most=3, top=2)
    assert (result.rows, result.people) == ((("clinicians",), ("patients",)), (8, 40))
    found = {one.question: (one.place, one.rank_sum, one.ranks, one.points) for one in result.order}
    assert found == {
        "Q3": (1, 4, (1, 3), (24, 40)),
        "Q2": (2, 5, (4, 1), (0, 100)),
        "Q1": (3, 6, (4, 2), (0, 60)),
        "Q4": (4, 6.5, (2, 4.5), (10, 0)),
        "Q5": (5, 8.5, (4, 4.5), (0, 0)),
    }
    assert result.placed("Q3").hinges_on == (("clinicians",),)
    assert result.placed("Q2").hinges_on == (("patients",),)
    assert result.likeness[0].correlation == pytest.approx(-0.344, abs=1e-3)
    assert result.at_the_line == ()


def test_a_large_group_cannot_drown_a_small_one():
    # 80 points against 24: by points alone clinicians would not be heard.
    alone = priorities_by([set()] * 48, PATIENTS + CLINICIANS, QUESTIONS, most=3, top=2)
    assert [one.question for one in alone.order][:2] == ["Q2", "Q3"]
    apart = priorities_by(SIDES, PATIENTS + CLINICIANS, QUESTIONS, most=3, top=2)
    ten_times = priorities_by(
        [{"patients"}] * 400 + [{"clinicians"}] * 8, PATIENTS * 10 + CLINICIANS, QUESTIONS, most=3, top=2
    )
    for result in (apart, ten_times):
        assert [one.question for one in result.order][:2] == ["Q3", "Q2"]


@given(PEOPLE)
@settings(deadline=None, max_examples=15)
def test_a_whole_group_twice_changes_no_place(people):
    people = [({"a"} if g == {"a", "b"} else g, c) for g, c in people]
    people += [({"a"}, ["Q1"])] * 5 + [({"b"}, ["Q2"])] * 5
    twice = people + [(g, c) for g, c in people if g == {"a"}]
    assert [(p.question, p.place, p.ranks) for p in asked(people).order] == [
        (p.question, p.place, p.ranks) for p in asked(twice).order
    ]


@given(PEOPLE, st.randoms())
@settings(deadline=None, max_examples=15)
def test_the_order_of_people_and_of_questions_changes_nothing_not_even_what_is_drawn(people, random):
    shuffled, questions = list(people), list(QUESTIONS)
    random.shuffle(shuffled)
    random.shuffle(questions)
    other = priorities_by([g for g, _c in shuffled], [c for _g, c in shuffled], questions, 5, most=3, top=2)
    assert asked(people) == other


@given(PEOPLE)
@settings(deadline=None, max_examples=15)
def test_names_change_nothing_but_names(people):
    new = {question: f"{question} renamed" for question in QUESTIONS}
    renamed = priorities_by(
        [{name.upper() for name in g} for g, _c in people],
        [[new[question] for question in c] for _g, c in people],
        list(new.values()),
        5,
        most=3,
        top=2,
    )
    assert [(new[p.question], p.place, p.rank_sum, p.held) for p in asked(people).order] == [
        (p.question, p.place, p.rank_sum, p.held) for p in renamed.order
    ]


@pytest.mark.slow
@given(PEOPLE)
@settings(deadline=None, max_examples=15)
def test_what_hinges_on_one_is_what_changes_when_it_is_left_out(people):
    result = asked(people)
    line = {one.question for one in result.order if one.place <= 2}
    alone = dict.fromkeys(QUESTIONS, 0)
    members = [frozenset(g) for g, _c in people]
    for i in range(len(people)):
        # Rows stay as they are, so one answer is emptied and not taken out.
        without = [(g, [] if i == j else c) for j, (g, c) in enumerate(people)]
        assert [frozenset(g) for g, _c in without] == members
        changed = {one.question for one in asked(without).order if one.place <= 2} ^ line
        for question in changed:
            alone[question] += 1
    assert {one.question: one.hinges_on_people for one in result.order} == alone
    for row in result.rows if len(result.rows) > 1 else ():
        kept = [other for other in result.rows if other != row]
        sums = {one.question: sum(one.ranks[result.rows.index(k)] for k in kept) for one in result.order}
        first = {q for q in sums if sum(other < sums[q] for other in sums.values()) < 2}
        assert {one.question for one in result.order if row in one.hinges_on} == first ^ line


@given(PEOPLE)
@settings(deadline=None, max_examples=15)
def test_ranks_add_up_and_places_follow_the_sums(people):
    result = asked(people)
    for i in range(len(result.rows)):
        assert sum(one.ranks[i] for one in result.order) == 15
    for one in result.order:
        assert one.rank_sum == sum(one.ranks)
        assert one.place == 1 + sum(other.rank_sum < one.rank_sum for other in result.order)
        assert one.shares_place == (sum(other.place == one.place for other in result.order) > 1)
        assert 0 <= one.held <= 1
    first = [one for one in result.order if one.place <= 2]
    assert bool(result.at_the_line) == (len(first) > 2)


def test_a_tie_at_the_line_is_said_and_not_broken():
    result = priorities_by([set()] * 9, [["Q1"]] * 5 + [["Q2"]] * 2 + [["Q3"]] * 2, QUESTIONS, most=1, top=2)
    assert result.at_the_line == ("Q2", "Q3")
    assert [(one.question, one.place) for one in result.order[:3]] == [("Q1", 1), ("Q2", 2), ("Q3", 2)]


def test_chosen_and_not_ranked_is_a_point_each():
    ranked = priorities_by([set()] * 8, [["Q1", "Q2"]] * 8, QUESTIONS, most=3)
    chosen = priorities_by([set()] * 8, [["Q1", "Q2"]] * 8, QUESTIONS, most=3, ranked=False)
    assert ranked.placed("Q1").points == (24,)
    assert chosen.placed("Q1").points == chosen.placed("Q2").points == (8,)


def test_small_groups_are_joined_and_few_people_show_nothing():
    result = priorities_by([{"a"}] * 12 + [{"b"}] * 9 + [{"c"}] * 2, [["Q1"]] * 23, QUESTIONS)
    assert (result.rows, result.joined) == ((("a",), ("b", "c")), (("b", "c"),))
    few = priorities_by([{"a"}] * 7 + [{"a"}], [["Q1"]] * 7 + [None], QUESTIONS)
    assert (few.order, few.rows, few.agreement) == ((), (), None)
    with pytest.raises(KeyError):
        few.placed("Q1")


def test_what_is_clear_holds_in_resamples_and_what_is_not_does_not():
    rng = chance.Random(3)
    clear = [["Q1", rng.choice(QUESTIONS[1:])] for _person in range(60)]
    result = priorities_by([{"a"}] * 30 + [{"b"}] * 30, clear, QUESTIONS, top=2)
    assert result.placed("Q1").held == 1
    assert 0.05 < max(one.held for one in result.order[1:]) < 0.98
    assert result.agreement.raters == 2


# ── the workshop ─────────────────────────────────────────────────────────────────────────────────


def test_the_tables_of_the_documentation_come_together():
    result = combine_rankings([["A", "B", "C", "D"], ["B", "A", "C", "D"], ["B", "C", "A", "D"]], top=2)
    assert [(one.question, one.place, one.rank_sum) for one in result.order] == [
        ("B", 1, 4),
        ("A", 2, 6),
        ("C", 3, 8),
        ("D", 4, 12),
    ]
    assert result.agreement.w == pytest.approx(7 / 9)
    assert result.placed("A").held is None
    heavier = combine_rankings([["A", "B"], ["B", "A"]], weights=[8, 6])
    assert [one.question for one in heavier.order] == ["A", "B"]


def test_several_in_one_place_and_those_left_out_share_ranks():
    tied = combine_rankings([["A", ("B", "C")], [("A", "B"), "C"]])
    assert [(one.question, one.rank_sum) for one in tied.order] == [("A", 2.5), ("B", 4), ("C", 5.5)]
    partial = combine_rankings([["A", "B", "C"], ["C"]], partial=True)
    assert {one.question: one.rank_sum for one in partial.order} == {"A": 3.5, "B": 4.5, "C": 4}


@given(st.lists(st.permutations("ABCDE"), min_size=1, max_size=6), st.randoms())
@settings(deadline=None, max_examples=25)
def test_the_order_and_the_scale_of_tables_do_not_matter(tables, random):
    shuffled = list(tables)
    random.shuffle(shuffled)
    places = [(one.question, one.place) for one in combine_rankings(tables).order]
    assert [(one.question, one.place) for one in combine_rankings(shuffled).order] == places
    weights = [0.1] * len(tables)
    assert [(one.question, one.place) for one in combine_rankings(tables, weights=weights).order] == places


def test_what_hangs_on_one_table_is_said():
    result = combine_rankings([["A", "B", "C"], ["A", "C", "B"], ["B", "A", "C"]], top=2)
    # Without the third table B and C would share the second place, and C would be among the first two.
    assert result.placed("C").hinges_on == (("3",),)
    assert (result.placed("A").hinges_on, result.placed("B").hinges_on) == ((), ())
    assert combine_rankings([["A", "B", "C"]], top=1).placed("A").hinges_on == ()


# ── what makes no sense ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("groups", "choices", "questions", "message"),
    [
        ([{"a"}], [], QUESTIONS, "same people"),
        ([{"a"}], [["Q9"]], QUESTIONS, "Q9"),
        ([{"a"}], [["Q1", "Q1"]], QUESTIONS, "twice"),
        ([{"a"}], [["Q1", "Q2", "Q3", "Q4"]], QUESTIONS, "at most 3"),
        ([], [], ["Q1", "Q1"], "once"),
    ],
)
def test_choices_that_make_no_sense_are_refused(groups, choices, questions, message):
    with pytest.raises(ValueError, match=message):
        priorities_by(groups, choices, questions, most=3)


@pytest.mark.parametrize(
    ("rankings", "weights", "message"),
    [
        ([], None, "must be a ranking"),
        ([["A", "A"]], None, "twice"),
        ([["A", "B"], ["A"]], None, "leaves out B"),
        ([["A"]], [0], "weight above 0"),
        ([["A"]], [1, 2], "weight above 0"),
        ([["A"]], [float("nan")], "weight above 0"),
    ],
)
def test_rankings_that_make_no_sense_are_refused(rankings, weights, message):
    with pytest.raises(ValueError, match=message):
        combine_rankings(rankings, weights=weights)


def test_nothing_asked_is_nothing_answered_and_the_record_is_plain():
    assert priorities_by([set()] * 9, [[]] * 9, []).order == ()
    assert combine_rankings([["A"]]).to_json()["method"] == "priorities"
