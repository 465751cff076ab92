"""Why a theme is suggested: places in the text as it was given."""

import numpy as np
import pytest

from coproduce_methods.suggestion import learn_themes
from coproduce_methods.suggestion_reasons import reasons_for

TEXTS = [
    "The car park was full.",
    "Parking is dear.",
    "I paid twice at the parking machine.",
    "No spaces in the car park.",
    "The nurse was kind.",
    "Kind and caring nurses.",
    "A nurse who listens.",
    "The kind nurse again.",
]
BELONGS = np.array([[1, 0]] * 4 + [[0, 1]] * 4, bool)


@pytest.fixture(scope="module")
def suggester():
    return learn_themes(TEXTS, BELONGS, ["parking", "nurses"], meaning=False)


def told(text, reason):
    passage = text[slice(*reason.passage)] if reason.passage else None
    return [text[start:end] for start, end in reason.terms], passage


def test_the_sentence_and_the_words_that_speak_for_it_are_told_by_their_places(suggester):
    text = "  It took 3.5 hours – “é” 🙂\r\n\r\nThe nurse was kind. We could not find the car park!  Thank you."
    terms, passage = told(text, reasons_for(suggester, [(text, 0)])[0])
    assert passage == "We could not find the car park!"
    assert terms[:2] in (["car", "park"], ["park", "car"])
    terms, passage = told(text, reasons_for(suggester, [(text, 1)])[0])
    assert passage == "The nurse was kind."
    assert set(terms[:2]) == {"nurse", "kind"}


def test_a_number_with_a_point_is_one_sentence(suggester):
    text = "PARKING MONEY STILL NOT COME. £14.60 FOR PARKING AT THE CAR PARK"
    assert told(text, reasons_for(suggester, [(text, 0)])[0])[1] == "£14.60 FOR PARKING AT THE CAR PARK"


@pytest.mark.parametrize("text", ["", " ", "\n\n", "…", "!?", "12 34"])
def test_a_text_without_words_has_no_terms(suggester, text):
    assert reasons_for(suggester, [(text, 0)])[0].terms == ()


def test_nothing_asked_is_nothing_told(suggester):
    assert reasons_for(suggester, []) == []


def test_what_was_learnt_is_judged_without_its_own_answer(suggester):
    made = suggester.of_learnt()
    assert made.shape == (8, 2)
    assert ((made >= 0) & (made <= 1)).all()
    in_order = suggester.suggest(TEXTS).probabilities
    assert (made[BELONGS] < in_order[BELONGS]).all()
