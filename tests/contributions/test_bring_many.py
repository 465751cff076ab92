"""Thousands of texts in one go."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from coproduce.contributions.actions import ImportedWords, bring_many
from coproduce.contributions.models import Contribution, ContributionVersion
from coproduce.errors import NotAllowed
from coproduce.history.models import Event

pytestmark = pytest.mark.django_db


def rows(people, count, **fields):
    return [
        ImportedWords(f"file:{n}", f"Text {n}.", people[n % len(people)], date(2026, 1, 1), **fields)
        for n in range(count)
    ]


def test_many_come_in_one_event_and_a_second_run_brings_none(build, django_assert_max_num_queries):
    space = build.space()
    people = [build.person(account=False, pseudonymous=True) for _n in range(3)]
    with django_assert_max_num_queries(60):
        first = bring_many(actor=space.opened_by, space=space, rows=rows(people, 1000))
    again = bring_many(actor=space.opened_by, space=space, rows=rows(people, 1002))
    assert len(first) == 1000
    assert len(again) == 1002
    assert Contribution.objects.count() == ContributionVersion.objects.count() == 1002
    assert again["file:7"].pk == first["file:7"].pk
    events = Event.objects.filter(kind="contributions brought together").order_by("sequence")
    assert [event.detail.payload["count"] for event in events] == [1000, 2]
    bring_many(actor=space.opened_by, space=space, rows=rows(people, 1002))
    assert events.count() == 2


def test_the_same_source_twice_in_one_file_is_brought_once(build):
    space = build.space()
    person = build.person(account=False, pseudonymous=True)
    bring_many(actor=space.opened_by, space=space, rows=rows([person], 1) * 2)
    assert Contribution.objects.count() == 1


def test_what_was_moderated_elsewhere_stays_out_of_sight(build, signed_in):
    space = build.space()
    person = build.person(account=False, pseudonymous=True)
    bring_many(actor=space.opened_by, space=space, rows=rows([person], 1, state="hidden", state_why="Moderated there."))
    member = signed_in(build.member(space))
    assert "Text 0." not in member.get(f"/s/{space.slug}/brought/").content.decode()
    assert "Text 0." not in member.get(Contribution.objects.get().get_absolute_url()).content.decode()


def test_a_bad_row_brings_nothing(build):
    space = build.space()
    person = build.person(account=False, pseudonymous=True)
    bad = ImportedWords("file:bad", "  ", person, date(2026, 1, 1))
    with pytest.raises(ValidationError):
        bring_many(actor=space.opened_by, space=space, rows=[*rows([person], 3), bad])
    assert not Contribution.objects.exists()
    with pytest.raises(ValueError, match="source"):
        bring_many(actor=space.opened_by, space=space, rows=[ImportedWords("", "x", person, date(2026, 1, 1))])


def test_only_facilitators_import(build):
    space = build.space()
    ada = build.member(space)
    with pytest.raises(NotAllowed):
        bring_many(actor=ada, space=space, rows=rows([ada], 1))
