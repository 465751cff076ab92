"""Words that are meant for somebody: told to them, and to nobody whose words they are."""

import pytest

from coproduce.conversation.actions import mean_for_people
from coproduce.conversation.models import Mention
from coproduce.errors import NotAllowed, NotHere
from coproduce.spaces.models import Membership

pytestmark = pytest.mark.django_db


def test_an_author_says_for_whom_their_words_are_meant(here):
    page = here.read(here.ada, "conversation:mean_for", here.words.pk)
    assert "Is this meant for somebody?" in page
    assert str(here.ada.pk) not in page
    led = here.post(here.ada, "conversation:mean_for", here.words.pk, people=[here.bea.pk, here.carl.pk])
    assert led.url == here.url("contributions:contribution", here.words.pk)
    assert {one.person for one in Mention.objects.all()} == {here.bea, here.carl}
    assert "Already meant for" in here.read(here.ada, "conversation:mean_for", here.words.pk)


def test_only_the_author_may_say_so(here):
    for who in (here.bea, here.facilitator):
        assert here.get(who, "conversation:mean_for", here.words.pk).status_code == 404
        with pytest.raises((NotAllowed, NotHere)):
            mean_for_people(actor=who, contribution=here.words, people=[here.carl])
    assert not Mention.objects.exists()


def test_five_people_at_most_all_told(here, build):
    many = [build.member(here.space) for _n in range(6)]
    sent = here.post(here.ada, "conversation:mean_for", here.words.pk, people=[one.pk for one in many])
    assert sent.status_code == 422
    mean_for_people(actor=here.ada, contribution=here.words, people=many[:5])
    mean_for_people(actor=here.ada, contribution=here.words, people=many[:5])
    assert Mention.objects.count() == 5
    with pytest.raises(NotAllowed):
        mean_for_people(actor=here.ada, contribution=here.words, people=many[5:])
    assert "as many as words can be meant for" in here.read(here.ada, "conversation:mean_for", here.words.pk)


def test_whoever_is_not_shown_among_members_cannot_be_named(here, build):
    hidden = build.member(here.space, "Imported", account=False, pseudonymous=True)
    Membership.objects.filter(person=here.carl).update(state="left")
    page = here.read(here.ada, "conversation:mean_for", here.words.pk)
    for person in (hidden, here.carl):
        assert str(person.pk) not in page
        with pytest.raises(NotHere):
            mean_for_people(actor=here.ada, contribution=here.words, people=[person])
        assert here.post(here.ada, "conversation:mean_for", here.words.pk, people=[person.pk]).status_code == 422
    for person in (build.person(), here.ada):
        with pytest.raises(NotHere):
            mean_for_people(actor=here.ada, contribution=here.words, people=[person])
    assert not Mention.objects.exists()


def test_a_facilitator_says_so_for_an_assisted_person(here, build):
    dot = build.member(here.space, "Dot", account=False)
    words = build.contribution(here.space, dot, "Tell Bea.", recorder=here.facilitator)
    here.post(here.facilitator, "conversation:mean_for", words.pk, people=[here.bea.pk])
    assert Mention.objects.get().by == here.facilitator


def test_words_taken_back_are_meant_for_nobody(here):
    mean_for_people(actor=here.ada, contribution=here.words, people=[here.bea])
    type(here.words).objects.filter(pk=here.words.pk).update(state="hidden")
    assert here.get(here.ada, "conversation:mean_for", here.words.pk).status_code == 404
