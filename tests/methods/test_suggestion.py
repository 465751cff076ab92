"""Suggested themes: probabilities that mean what they say, learning at once and anew, few and many examples."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import f1_score, label_ranking_average_precision_score

from coproduce_methods.calibration import BAND, Calibration, fit_calibration
from coproduce_methods.suggestion import learn_themes
from coproduce_methods.text_ridge import SMOOTH, TextRidge
from coproduce_methods.texts import TextSpace
from tests.methods.feedback import THEMES, feedback, table
from tests.methods.real_data import patient_feedback


def learnt(count=120, seed=0, **more):
    texts, about = feedback(count, seed)
    return learn_themes(texts, table(about), THEMES, **({"meaning": False} | more))


# ── what is suggested ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("meaning", [False, True])
def test_new_texts_are_given_the_themes_they_speak_of(meaning):
    suggester = learnt(meaning=meaning)
    texts, about = feedback(80, seed=9)
    found = suggester.suggest(texts)
    assert f1_score(table(about), found.probabilities >= 0.5, average="macro") > 0.9
    row = found.of(0)
    assert {theme for theme, _ in row} == set(THEMES)
    assert [chance for _, chance in row] == sorted((chance for _, chance in row), reverse=True)


def test_nothing_asked_nothing_given_and_nothing_belongs_to_nothing():
    suggester = learnt(40)
    assert suggester.suggest([]).probabilities.shape == (0, 3)
    assert not suggester.suggest(["", "  "]).probabilities.any()


def test_neither_the_order_of_texts_nor_of_themes_matters():
    texts, about = feedback(60)
    belongs = table(about)
    asked, _ = feedback(20, 5)
    first = learn_themes(texts, belongs, THEMES, meaning=False).suggest(asked).probabilities
    back = np.arange(60)[::-1]
    other = learn_themes([texts[at] for at in back], belongs[back][:, ::-1], THEMES[::-1], meaning=False)
    assert np.allclose(first, other.suggest(asked).probabilities[:, ::-1], atol=1e-4)


def test_ten_texts_are_enough_to_say_something_and_two_are_not():
    texts, about = feedback(10, seed=2, kinds=("parking", "kindness"))
    belongs = table(about, ("parking", "kindness", "letters"))
    belongs[0, 2] = True
    found = learn_themes(texts, belongs, ("parking", "kindness", "letters"), meaning=False)
    assert found.too_few == ("letters",)
    shown = found.suggest(["My car would not fit: no space to park", "Such a kind nurse"])
    assert shown.probabilities[0, 0] > shown.probabilities[1, 0]
    assert shown.probabilities[1, 1] > shown.probabilities[0, 1]
    assert np.allclose(shown.probabilities[:, 2], 1.5 / 11)


def test_what_cannot_be_learnt_from_is_refused():
    with pytest.raises(ValueError, match="row for each text"):
        learn_themes(["a"], [[True], [False]], ["one"])
    with pytest.raises(ValueError, match="row for each text"):
        learn_themes([], [], ["one"])
    with pytest.raises(ValueError, match="named once"):
        learn_themes(["a"], [[True, True]], ["one", "one"])
    with pytest.raises(KeyError):
        learnt(20).answered("text", "no such theme", True)


def test_of_very_many_texts_a_part_is_learnt_from_that_keeps_the_rare(monkeypatch):
    monkeypatch.setattr("coproduce_methods.suggestion.MOST_TEXTS", 60)
    texts, about = feedback(400, 1, kinds=("parking", "kindness"))
    more, waited = feedback(8, 2, kinds=("waiting",))
    suggester = learn_themes(texts + more, table(about + waited), THEMES, meaning=False)
    assert len(suggester.ridge.left_out) == 60
    unlike = suggester.suggest([f"zebra {at}" for at in range(9)]).probabilities
    assert unlike[:, 2].max() < 0.2  # eight of 408, though a larger part of those learnt from
    found = suggester.suggest(["I waited four hours in the clinic", "The porter was so kind"]).probabilities
    assert found[0].argmax() == 2
    assert found[1].argmax() == 1


# ── probabilities ────────────────────────────────────────────────────────────────────────────────


def test_the_worked_numbers():
    """docs/methods/suggestion.md repeats these."""
    made = Calibration(np.array([8.0]), np.array([-3.0]), np.array([0.3]), np.array([0.8]))
    plain = made.plain(np.array([[0.2], [0.3], [0.5]]))[:, 0]
    assert plain.round(4).tolist() == [0.1978, 0.3543, 0.7311]
    assert made(np.array([[0.2], [0.3], [0.5]]))[:, 0].round(4).tolist() == [0.1978, 0.5022, 0.5172]


def simulated(rows=4000, labels=6, seed=0):
    rng = np.random.default_rng(seed)
    true = expit(rng.normal(size=(rows, labels)) * 2 - np.linspace(0.5, 4, labels))
    return np.sqrt(true) * 0.8, rng.random((rows, labels)) < true, true


def test_probabilities_are_as_often_right_as_they_say():
    scores, truth, _ = simulated()
    made = fit_calibration(scores, truth, truth.mean(axis=0))
    again, truth2, _ = simulated(seed=1)
    chances = made(again)
    for low in np.arange(0, 1, 0.1):
        inside = (chances >= low) & (chances < low + 0.1)
        if inside.sum() > 100:
            assert chances[inside].mean() == pytest.approx(truth2[inside].mean(), abs=0.06)
    worst = ((truth.mean(axis=0) - truth2) ** 2).mean()
    assert ((chances - truth2) ** 2).mean() < 0.8 * worst


def test_drawing_the_middle_together_keeps_the_order_and_the_mean():
    scores, truth, _ = simulated()
    plain = fit_calibration(scores, truth, truth.mean(axis=0), middle=False)
    made = fit_calibration(scores, truth, truth.mean(axis=0))
    before, after = plain(scores), made(scores)
    drawn = made.high <= 1
    assert drawn.sum() >= 4
    for at in np.flatnonzero(drawn):
        order = np.argsort(before[:, at], kind="stable")
        assert (np.diff(after[order, at]) >= -1e-12).all()
        inside = (before[:, at] >= made.low[at]) & (before[:, at] < made.high[at])
        assert ((after[inside, at] >= 0.5) & (after[inside, at] <= 0.5 + BAND)).all()
        assert before[inside, at].mean() == pytest.approx(0.5 + BAND / 2, abs=0.02)
        assert np.array_equal(before[~inside, at], after[~inside, at])
    yes, plainly = after >= 0.5, before >= 0.5
    assert f1_score(truth, yes, average="macro") > f1_score(truth, plainly, average="macro") + 0.02


def test_a_row_that_stands_for_three_is_as_three_rows():
    scores, truth, _ = simulated(300, 3)
    stands = np.where(np.arange(300) < 100, 3.0, 1.0)
    thrice = np.concatenate([np.arange(300), np.arange(100), np.arange(100)])
    base = truth[thrice].mean(axis=0)
    one = fit_calibration(scores, truth, base, weights=stands)
    three = fit_calibration(scores[thrice], truth[thrice], base)
    for name in ("slope", "offset", "low", "high"):
        assert np.allclose(getattr(one, name), getattr(three, name), atol=1e-4)


def test_labels_without_any_or_with_nothing_but_examples_have_probabilities():
    scores, truth, _ = simulated(200, 2)
    truth[:, 0], truth[:, 1] = False, True
    chances = fit_calibration(scores, truth, truth.mean(axis=0))(scores)
    assert chances[:, 0].max() < 0.1
    assert chances[:, 1].min() > 0.9


# ── learning ─────────────────────────────────────────────────────────────────────────────────────


def ridge_of(texts, belongs, meaning=False):
    space = TextSpace.of(texts, meaning)
    rows = space.rows(texts)
    return space, TextRidge.learn(rows, np.arange(len(texts)), belongs.astype(float))


def test_scores_without_its_own_answer_are_those_of_learning_without_the_row():
    texts, about = feedback(25, 3)
    texts = [f"{text} {at}" for at, text in enumerate(texts)]
    belongs = table(about)
    space, whole = ridge_of(texts, belongs)
    rows = space.rows(texts)
    matrix = rows.likeness(rows).astype(float) + 1
    for at in (0, 7, 24):
        rest = np.arange(25) != at
        left = matrix[np.ix_(rest, rest)] + SMOOTH * np.eye(24)
        shares = np.linalg.solve(left, belongs[rest] - whole.middle)
        assert np.allclose(whole.left_out[at], matrix[at, rest] @ shares + whole.middle, atol=1e-4)


def test_a_text_said_twice_counts_twice():
    texts, about = feedback(20, 3)
    texts, belongs = [f"{text} {at}" for at, text in enumerate(texts)], table(about)
    space = TextSpace.of(texts, meaning=False)
    rows = space.rows(texts)
    twice = np.concatenate([np.arange(20), [4, 4]])
    answers = belongs[twice].astype(float)
    answers[20:] = 1 - answers[20:]
    short = TextRidge.learn(rows, twice, answers)
    long = TextRidge.learn(rows.part(twice), np.arange(22), answers)
    asked = space.rows(["the nurse", "my car"])
    assert np.allclose(short.scores(asked), long.scores(asked), atol=1e-4)
    assert np.allclose(short.left_out, long.left_out, atol=1e-4)


@pytest.mark.parametrize("meaning", [False, True])
def test_an_answer_learnt_at_once_is_as_if_it_had_always_been_known(meaning):
    texts, about = feedback(40, 4)
    belongs = table(about)[:, :1]
    space, ridge = ridge_of(texts, belongs, meaning)
    new = [("The barrier of the car park broke", 1.0), ("Parked for the day room", 0.0), ("Parked for free", 1.0)]
    for text, answer in new:
        ridge.answer(space.rows([text]), 0, answer)
    rows = space.rows(texts + [text for text, _ in new])
    answers = np.concatenate([belongs[:, 0], [answer for _, answer in new]]) - ridge.middle[0]
    matrix = rows.likeness(rows).astype(float) + 1 + SMOOTH * np.eye(43)
    asked = space.rows(["I parked my car", "kind nurse", "barrier"])
    whole = (asked.likeness(rows) + 1) @ np.linalg.solve(matrix, answers) + ridge.middle[0]
    assert np.allclose(ridge.scores(asked)[:, 0], whole, atol=1e-3)


def test_every_acceptance_and_refusal_is_felt_at_once_by_texts_alike_and_only_for_that_theme():
    suggester = learnt()
    alike, other = "The barrier was broken when I left", "The soup was cold"
    before = suggester.suggest([alike, other]).probabilities
    suggester.answered("The barrier was broken", "parking", True)
    up = suggester.suggest([alike, other]).probabilities
    assert up[0, 0] > before[0, 0] + 0.02
    assert abs(up[1, 0] - before[1, 0]) < 0.05
    assert np.array_equal(up[:, 1:], before[:, 1:])
    for _ in range(2):
        suggester.answered("A barrier was broken again", "parking", False)
    assert suggester.suggest([alike]).probabilities[0, 0] < up[0, 0]


def test_learnt_anew_is_what_learning_from_everything_gives():
    texts, about = feedback(60)
    suggester = learn_themes(texts, table(about), THEMES, meaning=False)
    suggester.answered("The barrier was broken", "parking", True)
    suggester.answered("The barrier was broken", "kindness", False)
    suggester.answered(texts[3].upper(), "waiting", True)
    anew = suggester.learnt_anew()
    belongs = np.vstack([table(about), [[True, False, False]]])
    belongs[[at for at, text in enumerate(texts) if text == texts[3]], 2] = True
    whole = learn_themes([*texts, "The barrier was broken"], belongs, THEMES, meaning=False)
    asked, _ = feedback(20, 8)
    assert np.array_equal(anew.suggest(asked).probabilities, whole.suggest(asked).probabilities)
    assert anew.later == []


def test_a_refusal_alone_stays_a_refusal_when_learnt_anew():
    suggester = learnt(60)
    suggester.answered("The barrier was broken", "parking", False)
    anew = suggester.learnt_anew()
    assert anew.later == [("The barrier was broken", 0, False)]
    assert len(anew.texts) == 60


# ── real words ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.data
@pytest.mark.slow
def test_on_real_feedback_probabilities_hold_and_themes_are_ranked_well():
    texts, belongs, themes = patient_feedback()
    chosen = np.random.default_rng(3).permutation(len(texts))
    learn, ask = chosen[:2000], chosen[-1200:]
    suggester = learn_themes([texts[at] for at in learn], belongs[learn], themes, meaning=False)
    chances, truth = suggester.suggest([texts[at] for at in ask]).probabilities, belongs[ask]
    assert label_ranking_average_precision_score(truth, chances) > 0.82
    assert f1_score(truth, chances >= 0.5, average="micro") > 0.65
    assert ((chances - truth) ** 2).mean() < 0.55 * ((belongs[learn].mean(axis=0) - truth) ** 2).mean()
    bins = np.minimum((chances * 10).astype(int), 9)
    off = [abs(chances[bins == b].mean() - truth[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    assert sum(off) < 0.01
