"""Passages: found, counted in code points, and drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduce.themes.passages import marked, places_of

WORDS = "I am breathless. 🫁 I am not a patient.\nNobody asked.\n\nWhat I cannot do, “nobody asked”."


def test_a_passage_is_found_in_code_points():
    [place] = places_of("I am not", WORDS)
    assert WORDS[place.start : place.end] == "I am not"
    assert place.start == 19


@pytest.mark.parametrize(
    ("passage", "times"),
    [
        ("I am", 2),
        ("i am breathless", 0),
        ("", 0),
        ("   ", 0),
        ('"nobody asked"', 1),
        ("Nobody asked. What I cannot do", 1),
        ("patient.\r\nNobody", 1),
        (".*", 0),
        ("nobody heard", 0),
    ],
)
def test_how_often_a_passage_stands_there(passage, times):
    assert len(places_of(passage, WORDS)) == times


def test_marks_run_over_paragraphs_and_join_where_they_overlap():
    words = "one two\n\nthree four"
    assert marked(words) == '<p dir="auto" data-start="0">one two</p><p dir="auto" data-start="9">three four</p>'
    assert marked(words, [(4, 14)]) == (
        '<p dir="auto" data-start="0">one <mark>two</mark></p><p dir="auto" data-start="9"><mark>three</mark> four</p>'
    )
    assert marked("abcdef", [(0, 3), (2, 5)]) == '<p dir="auto" data-start="0"><mark>abcde</mark>f</p>'
    assert marked("abcdef", [(0, 3), (3, 5)]).count("<mark>") == 2


def test_nothing_in_the_words_is_interpreted():
    assert marked("<b>&", [(0, 2)]) == '<p dir="auto" data-start="0"><mark>&lt;b</mark>&gt;&amp;</p>'


@given(st.text(alphabet="ab \n<&é🫁", max_size=40), st.integers(0, 40), st.integers(1, 20))
def test_what_is_drawn_is_what_is_stored(words, start, length):
    """Taking the marks and paragraphs away gives every visible letter back, in order."""
    import html
    import re

    drawn = marked(words, [(start, start + length)] if start + length <= len(words) else [])
    bare = html.unescape(re.sub(r"<[^>]+>", "", drawn))
    assert "".join(bare.split()) == "".join(words.split())
    for place, paragraph in re.findall(r'data-start="(\d+)">(.*?)</p>', drawn, re.DOTALL):
        text = html.unescape(re.sub(r"<[^>]+>", "", paragraph))
        assert words[int(place) : int(place) + len(text)] == text
