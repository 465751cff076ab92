"""Words, likeness, meaning, and the most alike of many texts."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.texts import AlikeTexts, TextSpace, has_meaning, meaning_vectors, stop_words, tidy, words
from tests.methods.feedback import feedback


def test_differences_that_mean_nothing_are_gone():
    assert tidy("  The  NURSE’s\ttea\n") == "the nurse's tea"
    assert words(tidy("Don’t: 3 beds, e-mail — naïve ﬁle")) == ["don't", "3", "beds", "e", "mail", "naïve", "file"]


def test_stop_words_are_known_by_language():
    assert "the" in stop_words("en-GB")
    assert stop_words("cy") == frozenset()


def test_likeness_is_that_of_words_and_parts_of_words():
    space = TextSpace.of(["parking is dear", "the nurse was kind"], meaning=False)
    rows = space.rows(["parking is dear", "parked dearly", "a kind nurse", ""])
    alike = rows.likeness(rows)
    assert alike[0, 0] == pytest.approx(2, abs=1e-5)
    assert alike[0, 1] > 0.1 > alike[1, 2]
    assert not alike[3].any()


def test_shares_added_up_first_or_last_are_the_same():
    texts, _ = feedback(30)
    space = TextSpace.of(texts, meaning=False)
    rows, shares = space.rows(texts), np.random.default_rng(0).normal(size=(30, 2))
    assert np.allclose(rows.against(rows.combined(shares)), rows.likeness(rows) @ shares, atol=1e-4)


def test_texts_that_mean_the_same_are_alike_without_a_word_in_common():
    assert has_meaning()
    car, park, kind = meaning_vectors(["My car had nowhere to stand", "Parking was full", "A gentle, kind nurse"])
    assert car @ park > car @ kind + 0.1
    assert np.linalg.norm(car) == pytest.approx(1, abs=1e-3)
    nothing = meaning_vectors(["", "  …  "])
    assert nothing.shape == (2, 512)
    assert not nothing.any()


def test_vectors_do_not_depend_on_the_order_of_the_texts():
    texts = ["late bus", "A longer text about the late bus and the walk", "Tea"]
    assert np.array_equal(meaning_vectors(texts)[::-1], meaning_vectors(texts[::-1]))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=6))
def test_any_text_at_all_has_a_place(texts):
    rows = TextSpace.of(texts, meaning=False).rows(texts)
    assert len(rows) == len(texts)
    assert np.isfinite(rows.likeness(rows)).all()
    assert AlikeTexts(texts).most_alike(texts[0]) is not None


# ── the most alike ───────────────────────────────────────────────────────────────────────────────


def slowly(texts, asked, count):
    """The same by the definition: cosine of all pairs."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    left_out = stop_words("en")
    made = TfidfVectorizer(
        tokenizer=lambda text: [w for w in words(text) if w not in left_out],
        token_pattern=None,
        lowercase=False,
        sublinear_tf=True,
    )
    table = made.fit_transform(map(tidy, texts))
    alike = (table @ made.transform([tidy(asked)]).T).toarray()[:, 0]
    order = np.argsort(-alike, kind="stable")[:count]
    return [(row, alike[row]) for row in order.tolist() if alike[row] > 0]


@pytest.mark.parametrize("seed", range(3))
def test_the_most_alike_are_those_of_the_definition(seed):
    texts, _ = feedback(300, seed)
    index = AlikeTexts(texts)
    for asked in [*texts[:10], "No soup for my mother", "zebra"]:
        fast, slow = index.most_alike(asked), slowly(texts, asked, 10)
        assert [likeness for _, likeness in fast] == pytest.approx([likeness for _, likeness in slow], abs=1e-5)
        assert len({row for row, _ in fast}) == len(fast)


def test_asking_leaves_nothing_behind_and_can_leave_out_rows():
    texts = ["cold soup", "cold tea", "warm soup", "late letter"]
    index = AlikeTexts(texts)
    assert index.most_alike("soup") == index.most_alike("soup")
    assert [row for row, _ in index.most_alike("cold soup", besides=[0])] == [1, 2]
    assert [row for row, _ in index.most_alike("cold soup", 1)] == [0]
    assert index.most_alike("cold soup", 0) == []


def test_nothing_is_alike_to_nothing():
    assert AlikeTexts([]).most_alike("soup") == []
    assert AlikeTexts(["", "the", "…"]).most_alike("the") == []
    assert AlikeTexts(["soup"]).most_alike("") == []


@pytest.mark.slow
def test_ten_of_forty_thousand_texts_take_milliseconds():
    rng = np.random.default_rng(0)
    vocabulary = np.array([f"w{i:05}" for i in range(30_000)])
    weights = 1 / np.arange(10, 30_010)
    drawn = rng.choice(vocabulary, size=(40_000, 30), p=weights / weights.sum())
    texts = [" ".join(row) for row in drawn]
    index = AlikeTexts(texts)
    took = []
    for text in texts[:40]:
        start = time.perf_counter()
        assert index.most_alike(text)[0][1] == pytest.approx(1, abs=1e-4)
        took.append(time.perf_counter() - start)
    assert sorted(took)[20] < 0.02
