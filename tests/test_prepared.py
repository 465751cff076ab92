"""Queries that are put together once answer what the same query put together anew would."""

import threading

import pytest
from django.db import connection
from django.db.models import CharField, Count, Q, QuerySet

from coproduce.contributions.models import Contribution, Kind
from coproduce.prepared import given, given_many, only, prepared
from coproduce.spaces.models import Space

made = []


@prepared
def words_of(*, kind: str = "") -> QuerySet[Contribution]:
    made.append(kind)
    found = Contribution.objects.filter(space=given("space"), author__in=given_many("people"))
    return (found.filter(kind=kind) if kind else found).select_related("author").order_by("words")


@prepared
def counted() -> QuerySet[Contribution]:
    either = Q(author__in=given_many("people")) | Q(recorder__in=given_many("people"))
    return Contribution.objects.filter(either).order_by("kind").values_list("kind").annotate(n=Count("pk"))


@prepared
def space_called() -> QuerySet[Space]:
    return Space.objects.filter(slug=given("slug", CharField()))


@pytest.fixture
def brought(build):
    space = build.space()
    people = [build.member(space) for _ in range(6)]
    for i, person in enumerate(people):
        build.contribution(space, person, f"Words {i}", kind=Kind.STORY if i % 2 else Kind.IDEA)
    return space, people


def test_it_answers_rows_with_what_belongs_to_them(brought, django_assert_num_queries):
    space, people = brought
    with django_assert_num_queries(1):
        rows = list(words_of()(space=space.pk, people=[person.pk for person in people[:3]]))
        assert [row.words for row in rows] == ["Words 0", "Words 1", "Words 2"]
        assert [row.author for row in rows] == people[:3]


@pytest.mark.parametrize("number", [1, 2, 4, 5, 6])
def test_however_many_values_are_given(brought, number):
    space, people = brought
    keys = [person.pk for person in people[:number]]
    assert [row.author_id for row in words_of()(space=space.pk, people=keys)] == keys


def test_no_values_find_nothing(brought):
    space, _people = brought
    assert list(words_of()(space=space.pk, people=[])) == []


def test_each_shape_is_put_together_once_and_nothing_is_kept_of_the_rows(brought, build):
    space, people = brought
    keys = [person.pk for person in people]
    made.clear()
    words_of.cache_clear()
    first = [len(words_of(kind=kind)(space=space.pk, people=keys)) for kind in ("", Kind.IDEA, "")]
    build.contribution(space, people[0], "More", kind=Kind.IDEA)
    again = [len(words_of(kind=kind)(space=space.pk, people=keys)) for kind in ("", Kind.IDEA, "")]
    assert (first, again) == ([6, 3, 6], [7, 4, 7])
    assert made == ["", Kind.IDEA]


def test_one_name_may_stand_in_several_places(brought):
    _space, people = brought
    rows = list(counted()(people=[people[0].pk, people[1].pk]))
    assert rows == [(Kind.IDEA, 1), (Kind.STORY, 1)]


def test_a_value_is_never_read_as_part_of_the_statement(brought):
    space, _people = brought
    assert only(space_called()(slug=space.slug)) == space
    assert only(space_called()(slug="x' OR 1=1 --")) is None
    assert only(space_called()(slug="(/*people*/) %s")) is None


def test_a_value_that_is_missing_is_an_error_and_not_another_question(brought):
    space, _people = brought
    with pytest.raises(KeyError):
        words_of()(space=space.pk)


@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_at_once_each_get_their_own_answer(build):
    spaces = [build.space() for _ in range(4)]
    found = {}

    def ask(space):
        try:
            found[space.pk] = {only(space_called()(slug=space.slug)).pk for _ in range(50)}
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(space,)) for space in spaces]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {space.pk: {space.pk} for space in spaces}
