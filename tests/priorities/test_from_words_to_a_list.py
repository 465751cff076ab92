"""A priority exercise from end to end, and what cannot happen on the way."""

from coproduce.priorities import queries
from coproduce.priorities.models import Calculation, Step


def test_it_goes_from_words_to_a_list(told):
    it = told().done()
    assert it.exercise.step == Step.DONE
    top = queries.top_of(it.exercise)
    assert [row.place for row in top] == [1, 2]
    assert Calculation.objects.filter(exercise=it.exercise).count() == 4
