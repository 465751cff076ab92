"""Following words and themes quietly: nobody else knows."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from coproduce import clock
from coproduce.conversation.actions import follow_quietly, stop_following
from coproduce.conversation.models import Following
from coproduce.errors import NotHere
from coproduce.history.models import Event
from coproduce.themes.models import Theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def theme(here):
    return Theme.objects.create(space=here.space, name="Getting about", proposed_by=here.ada)


def test_words_are_followed_and_no_longer_followed(here):
    assert "Follow quietly" in here.page_of(here.bea, here.words)
    led = here.post(here.bea, "conversation:follow_words", here.words.pk)
    assert led.url == here.url("contributions:contribution", here.words.pk)
    assert "Stop following" in here.page_of(here.bea, here.words)
    here.post(here.bea, "conversation:follow_words", here.words.pk, stop="1")
    assert "Follow quietly" in here.page_of(here.bea, here.words)
    assert Following.objects.get().ended_at is not None


def test_a_theme_is_followed_from_its_page(here, theme):
    assert "Follow quietly" in here.read(here.bea, "themes:theme", theme.pk)
    here.post(here.bea, "conversation:follow_theme", theme.pk)
    assert "Stop following" in here.read(here.bea, "themes:theme", theme.pk)
    assert "Getting about" in here.read(here.bea, "conversation:quiet")


def test_pressing_twice_is_pressing_once(here):
    key = str(uuid.uuid4())
    for _press in range(2):
        assert here.post(here.bea, "conversation:follow_words", here.words.pk, key=key).status_code == 302
    here.post(here.bea, "conversation:follow_words", here.words.pk)
    assert Following.objects.count() == 1
    follow_quietly(actor=here.bea, contribution=here.words)
    assert Following.objects.count() == 1


def test_one_may_follow_again(here):
    for _time in range(3):
        follow_quietly(actor=here.bea, contribution=here.words)
        stop_following(actor=here.bea, contribution=here.words)
    assert Following.objects.filter(ended_at=None).count() == 0
    assert Following.objects.count() == 3


def test_nobody_else_learns_who_follows(here, theme):
    before = {who: here.page_of(who, here.words).count("Follow quietly") for who in (here.ada, here.facilitator)}
    events = Event.objects.count()
    here.post(here.bea, "conversation:follow_words", here.words.pk)
    here.post(here.bea, "conversation:follow_theme", theme.pk)
    for who, n in before.items():
        page = here.page_of(who, here.words)
        assert "Bea" not in page
        assert page.count("Follow quietly") == n
        assert "Bea" not in here.read(who, "themes:theme", theme.pk)
        assert "Stairs" not in here.read(who, "conversation:quiet")
    assert Event.objects.count() == events


def test_the_database_refuses_following_nothing_both_or_twice(here, theme):
    both = {"space": here.space, "person": here.bea, "since": clock.now()}
    for wrong in ({}, {"contribution": here.words, "theme": theme}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Following.objects.create(**both, **wrong)
    for right in ({"contribution": here.words}, {"theme": theme}):
        Following.objects.create(**both, **right)
        with pytest.raises(IntegrityError), transaction.atomic():
            Following.objects.create(**both, **right)


def test_what_is_out_of_sight_or_elsewhere_is_not_followed(here, build):
    here.words.state = "hidden"
    here.words.save()
    assert here.post(here.bea, "conversation:follow_words", here.words.pk).status_code == 404
    elsewhere = build.space()
    other = build.contribution(elsewhere, elsewhere.opened_by)
    assert here.post(here.bea, "conversation:follow_words", other.pk).status_code == 404
    with pytest.raises(NotHere):
        follow_quietly(actor=here.bea, contribution=other)
    assert not Following.objects.exists()


def test_words_that_are_gone_are_not_told_to_who_follows(here):
    follow_quietly(actor=here.bea, contribution=here.words)
    assert "Stairs" in here.read(here.bea, "conversation:quiet")
    for state in ("hidden", "aside", "close", "withdrawn"):
        type(here.words).objects.filter(pk=here.words.pk).update(
            state=state, state_before="visible" if state == "aside" else ""
        )
        assert "Stairs" not in here.read(here.bea, "conversation:quiet"), state


def test_the_page_of_ones_own_quiet_asks_no_more_for_more(here, django_assert_max_num_queries):
    here.read(here.bea, "conversation:quiet")
    for number in range(50):
        words = here.build.contribution(here.space, here.ada, f"Words {number}")
        follow_quietly(actor=here.bea, contribution=words)
    client = here.signed_in(here.bea)
    with django_assert_max_num_queries(8):
        assert client.get(here.url("conversation:quiet")).content.decode().count("Words ") == 50
