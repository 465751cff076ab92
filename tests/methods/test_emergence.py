"""What fits no theme: found, told by its words, the same whatever the order, silent where there is nothing."""

import numpy as np
import pytest

from coproduce_methods.emergence import emergence
from coproduce_methods.emergence_words import reason_for, telling_words
from coproduce_methods.text_axes import LeaveOneOut, spread_out, text_axes
from coproduce_methods.texts import TextSpace
from tests.methods.feedback import SAID, feedback, table
from tests.methods.real_data import patient_feedback


def half_labelled(count=300, seed=0):
    """Feedback in which half of what has a known theme was given it; food and letters have no theme."""
    texts, about = feedback(count, seed)
    belongs = table(about) & (np.random.default_rng(seed).random(count) < 0.5)[:, None]
    return texts, about, belongs


def agreement(rows, wanted):
    return 2 * len(set(rows) & wanted) / (len(rows) + len(wanted))


@pytest.mark.slow
@pytest.mark.parametrize("meaning", [False, True])
def test_what_has_no_theme_is_found_and_told_by_its_words(meaning):
    texts, about, belongs = half_labelled()
    found = emergence(texts, belongs, meaning=meaning)
    free = set(np.flatnonzero(~belongs.any(axis=1)).tolist())
    assert found.looked_at == len(free)
    for theme, word in (("food", {"soup", "food"}), ("letters", {"letter"})):
        wanted = {at for at in free if theme in about[at]}
        best = max(found.groups, key=lambda group: agreement(group.rows, wanted))
        assert agreement(best.rows, wanted) > 0.6
        assert word & set(best.words)
        assert best.newness > 0.5


def test_a_group_has_only_rows_without_a_theme_typical_ones_among_them():
    texts, _, belongs = half_labelled()
    found = emergence(texts, belongs, meaning=False)
    assert 1 <= len(found.groups) <= 8
    for group in found.groups:
        assert not belongs[list(group.rows)].any()
        assert list(group.rows) == sorted(set(group.rows))
        assert set(group.typical) <= set(group.rows)
        assert len({texts[row] for row in group.typical}) == len(group.typical) <= 3
        assert 0 <= group.cohesion <= 1
        assert str(len(group.rows)) in group.reason
        assert group.reason.endswith(".")


def test_groups_do_not_depend_on_the_order_of_the_rows():
    texts, _, belongs = half_labelled(160)
    # Equal rows cannot be told apart, so every text says its number.
    texts = [f"{text} {at}" for at, text in enumerate(texts)]
    first = emergence(texts, belongs, meaning=False)
    mixed = np.random.default_rng(1).permutation(len(texts))
    other = emergence([texts[at] for at in mixed], belongs[mixed][:, ::-1], meaning=False)
    assert first.groups
    assert [group.words for group in other.groups] == [group.words for group in first.groups]
    for one, same in zip(first.groups, other.groups, strict=True):
        assert sorted(mixed[list(same.rows)].tolist()) == list(one.rows)
        assert [int(mixed[row]) for row in same.typical] == list(one.typical)


def test_the_same_again_is_the_same():
    texts, _, belongs = half_labelled(120)
    assert emergence(texts, belongs) == emergence(texts, belongs)


def test_without_any_theme_texts_that_speak_alike_are_gathered():
    texts, about = feedback(200, 4)
    found = emergence(texts, meaning=False)
    assert found.groups
    assert all(group.newness is None for group in found.groups)
    kinds = {kind: {at for at, mine in enumerate(about) if kind in mine} for kind in SAID}
    best = {kind: max(agreement(group.rows, rows) for group in found.groups) for kind, rows in kinds.items()}
    assert sum(best.values()) / len(best) > 0.6


def test_of_ten_texts_one_group_may_be_told():
    texts = [
        "I paid twice at the parking machine", "The car park was full", "Parking costs too much", "Kind staff",
        "She held my hand and was kind", "No bus after six o'clock", "The bus did not come", "Two buses, a long walk",
        "The last bus leaves before visiting ends", "Bus stop far from the door", "", "Where can I park my car",
    ]  # fmt: skip
    belongs = np.zeros((12, 2), bool)
    belongs[:3, 0] = belongs[3:5, 1] = True
    (group, *_) = emergence(texts, belongs, meaning=False).groups
    assert "bus" in group.words
    assert set(group.rows) <= {5, 6, 7, 8, 9}
    assert len(group.rows) >= 3


def test_too_few_texts_say_so_and_texts_that_share_nothing_make_no_group():
    assert emergence([]).too_few
    assert emergence(["a soup", "a soup", "", "  "] * 5).too_few
    strange = [
        "quick zebra",
        "mild jumping vow",
        "sphinx of black quartz",
        "pack box",
        "dwarf jug",
        "lynx fjord",
        "hymn",
    ]
    found = emergence(strange, meaning=False)
    assert not found.too_few
    assert found.groups == ()
    with pytest.raises(ValueError, match="row for each text"):
        emergence(["a"], np.zeros((2, 1), bool))


def test_words_that_tell_a_group_are_those_others_do_not_use():
    texts = ["the soup was cold", "cold soup again", "soup for lunch", "the nurse was kind", "cold hands", "kind nurse"]
    assert telling_words(texts, np.array([1, 1, 1, 0, 0, 0], bool))[0] == "soup"
    assert "the" not in telling_words(texts, np.array([1, 1, 1, 0, 0, 0], bool))
    assert telling_words(["no", "no", "soup"], np.array([1, 1, 0], bool)) == ("no",)
    assert telling_words(["…", "!"], np.array([1, 0], bool)) == ()


def test_reasons_are_sentences():
    assert reason_for(["bus"], 4, 0, None) == "4 texts without a theme speak of “bus”."
    assert reason_for(["bus", "stop"], 9, 1, 5.4) == (
        "9 texts without a theme speak of “bus”, “stop”: 1 of the texts like these has a theme, where 5 would be usual."
    )
    assert reason_for([], 4, 2, 3.0).startswith("4 texts without a theme speak alike: 2 of the texts like these have")


def test_the_worked_numbers():
    """docs/methods/emergence.md repeats these."""
    members = np.array([1, 1, 1, 0, 0, 0], bool)
    score = np.array([0.9, 0.8, 0.1, 0.7, 0.2, 0.0], np.float32)
    assert spread_out(members, score, grow=3, least=1).tolist() == [True, True, False, False, False, False]
    assert spread_out(members, score[[0, 1, 3, 2, 4, 5]], grow=3, least=1).tolist() == [True] * 3 + [False] * 3


def test_leaving_one_out_in_closed_form_is_leaving_it_out():
    texts, about = feedback(30)
    rows = TextSpace.of(texts, meaning=False).rows(texts)
    at = text_axes(rows, np.arange(30), 12)
    answers = table(about)
    made = LeaveOneOut.on(at).scores(answers)
    middle = answers.mean(axis=0)
    for row in (0, 11, 29):
        rest = np.arange(30) != row
        square = at[rest].T @ at[rest] + np.eye(12)
        weights = np.linalg.solve(square, at[rest].T @ (answers[rest] - middle))
        assert np.allclose(made[row], at[row] @ weights + middle, atol=1e-3)


def test_axes_keep_the_likeness_of_texts():
    texts, _ = feedback(60)
    rows = TextSpace.of(texts, meaning=False).rows(texts)
    at = text_axes(rows, np.arange(60), 60)
    assert np.allclose(at @ at.T, rows.likeness(rows), atol=0.02)


@pytest.mark.data
@pytest.mark.slow
def test_a_theme_hidden_from_real_feedback_is_found_again():
    texts, belongs, themes = patient_feedback()
    hidden = themes.index("Food & drink provision & facilities")
    labelled = (np.random.default_rng(1).random(len(texts)) < 0.5) & ~belongs[:, hidden]
    known = np.delete(belongs, hidden, axis=1) & labelled[:, None]
    found = emergence(texts, known, meaning=False)
    wanted = set(np.flatnonzero(belongs[:, hidden]).tolist())
    assert max(agreement(group.rows, wanted) for group in found.groups) >= 0.5
