"""A space that may not be known of is not named by one that ends, nor by one that went on with what it left."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.outcomes.actions import (
    answer_succession,
    ask_successor,
    end_space,
    leave_open,
    say_ending,
    take_up,
    tell_outcome,
)
from coproduce.outcomes.models import LeftOpen

pytestmark = pytest.mark.django_db

CLOSED = "After the abuse"


def ending_in(space):
    for title in ("A key for the door", "A second question"):
        asked = {"state": "not_yet", "asked_on": date(2026, 3, 14)}
        tell_outcome(actor=space.opened_by, space=space, title=title, **asked)
    return say_ending(actor=space.opened_by, space=space, ends_as="ended", why="The money is over.")


def gone_on(ending, other):
    """``other`` agreed and was handed everything; the first space has ended."""
    space = ending.space
    asked = ask_successor(actor=space.opened_by, ending=ending, to_space=other)
    words = "We gladly do, after the abuse."
    answer_succession(actor=other.opened_by, succession=asked, agreed=True, words=words)
    handed = {"everything": True, "handed_on": True, "because": "Only we know why"}
    leave_open(actor=space.opened_by, ending=ending, kind="outcome", **handed)
    with clock.told(clock.now() + timedelta(days=15)):
        end_space(actor=space.opened_by, ending=ending, last_words="Bye.")


def test_a_closed_space_that_is_asked_to_go_on_is_named_to_nobody_who_may_not_know_of_it(build, signed_in, client):
    space = build.space(privacy="public")
    reader, other = build.member(space), build.space(name=CLOSED)
    build.join(other, space.opened_by)
    ending = ending_in(space)
    ask_successor(actor=space.opened_by, ending=ending, to_space=other)
    address = reverse("outcomes:ending", args=[space.slug])
    for of in (client, signed_in(reader)):
        page = of.get(address).content.decode()
        assert "was asked" in page
        assert CLOSED not in page
    for known in (space.opened_by, other.opened_by):
        assert CLOSED in signed_in(known).get(address).content.decode()


def test_once_it_agreed_members_know_it_by_name_and_visitors_do_not(build, signed_in, client):
    space = build.space(privacy="public")
    reader, other = build.member(space), build.space(name=CLOSED)
    build.join(other, space.opened_by)
    gone_on(ending_in(space), other)
    for address in (reverse("outcomes:ending", args=[space.slug]), space.get_absolute_url()):
        page = client.get(address).content.decode()
        assert CLOSED not in page
        assert "after the abuse" not in page
        assert other.slug not in page.replace(space.slug, "")
        page = signed_in(reader).get(address).content.decode()
        assert CLOSED in page
        assert other.get_absolute_url() not in page  # they could not open it
        assert other.get_absolute_url() in signed_in(other.opened_by).get(address).content.decode()
    letter = signed_in(reader).get(reverse("outcomes:last_letter", args=[space.slug])).content.decode()
    assert CLOSED in letter


def test_visitors_of_the_new_space_read_of_a_closed_one_only_what_was_taken_up(build, signed_in, client):
    old, new = build.space(name=CLOSED), build.space(privacy="public", slug="the-new-one")
    reader = build.member(new)
    gone_on(ending_in(old), new)
    left = LeftOpen.objects.get(title="A key for the door")
    taken = take_up(actor=reader, space=new, left=left)
    address = reverse("outcomes:inherited", args=[new.slug])
    page = client.get(address).content.decode()
    assert "A key for the door" in page
    for hidden in (CLOSED, "A second question", "Only we know why"):
        assert hidden not in page
    assert CLOSED not in client.get(taken.get_absolute_url()).content.decode()
    member = signed_in(reader)
    assert CLOSED in member.get(taken.get_absolute_url()).content.decode()
    page = member.get(address).content.decode()
    for shown in (CLOSED, "A second question", "Only we know why"):
        assert shown in page


def test_who_is_asked_to_go_on_with_a_closed_space_reads_its_name_and_other_members_do_not(build, signed_in):
    old, new = build.space(name=CLOSED), build.space(privacy="listed")
    type(old.opened_by).objects.filter(pk=old.opened_by.pk).update(chosen_name="Quirin")
    ask_successor(actor=old.opened_by, ending=ending_in(old), to_space=new)
    address = reverse("outcomes:inherited", args=[new.slug])
    page = signed_in(new.opened_by).get(address).content.decode()
    assert CLOSED in page
    assert "Quirin" in page
    page = signed_in(build.member(new)).get(address).content.decode()
    assert "Another space means to end" in page
    assert CLOSED not in page
    assert "Quirin" not in page
