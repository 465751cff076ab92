"""A space that ends asks first for what is unanswered, hands on, and loses nothing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from coproduce import clock
from coproduce.errors import NotAllowed, NotHere, NotReady
from coproduce.history.models import Event
from coproduce.outcomes.actions import (
    answer_succession,
    ask_successor,
    call_off_ending,
    end_space,
    leave_open,
    make_commitment,
    say_ending,
    take_up,
    tell_outcome,
    wake_space,
)
from coproduce.outcomes.actions.ending import left_to_say
from coproduce.outcomes.models import Ending, LeftOpen, Succession
from coproduce.outcomes.queries.ending import still_open

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_things(build):
    """A space with a question, a promise, words without an answer and somebody to tell; who facilitates it."""
    space = build.space(days=14, name="The old one")
    keeper, asker = space.opened_by, build.member(space, "Ada")
    words = build.contribution(space, asker, "When do the nurses come?", attribution="chosen")
    outcome = tell_outcome(
        actor=asker, space=space, title="Nurses at home", state="not_yet", asked_on=date(2026, 3, 14),
        contributions=[words],
    )  # fmt: skip
    make_commitment(actor=asker, outcome=outcome, words="I will ask again.")
    return space, keeper, asker, words, outcome


def told(space, **fields):
    return say_ending(actor=space.opened_by, space=space, ends_as="ended", why="The money is over.", **fields)


def key_of(client, address, name="form"):
    return str(client.get(address).context[name]["key"].value())


def test_it_is_said_to_everybody_before_it_happens(open_things, signed_in):
    space, keeper, asker, _words, _outcome = open_things
    client, address = signed_in(keeper), reverse("outcomes:say_ending", args=[space.slug])
    assert signed_in(asker).get(address).status_code == 403
    sent = {"key": key_of(client, address), "ends_as": "ended", "why": "<i>The money</i> is over.", "stays": ""}
    for _twice in range(2):
        assert client.post(address, sent).status_code == 302
    ending = Ending.objects.get()
    assert ending.not_before == clock.today() + timedelta(days=14)
    assert Event.objects.filter(kind="ending said").count() == 1
    front = signed_in(asker).get(space.get_absolute_url()).content.decode()
    assert "This space means to end" in front
    assert "&lt;i&gt;The money" in front
    with pytest.raises(NotReady, match="too early"):
        end_space(actor=keeper, ending=ending, last_words="Bye.")
    with pytest.raises(ValidationError):
        told(space)
    call_off_ending(actor=keeper, ending=ending)
    with pytest.raises(NotAllowed):
        end_space(actor=keeper, ending=ending, last_words="Bye.")
    assert "means to end" not in signed_in(asker).get(space.get_absolute_url()).content.decode()


def test_what_is_open_is_asked_for_first_and_each_is_answered_or_left_with_a_reason(open_things, build, signed_in):
    space, keeper, asker, words, outcome = open_things
    ending = told(space)
    assert {kind: len(things) for kind, things in still_open(space).items()} == {
        "outcome": 1, "commitment": 1, "words": 1,
    }  # fmt: skip
    with clock.told(clock.now() + timedelta(days=15)):
        with pytest.raises(NotReady):
            end_space(actor=keeper, ending=ending, last_words="Bye.")
        with pytest.raises(ValidationError):
            leave_open(actor=keeper, ending=ending, kind="outcome", subjects=[outcome.pk])
        with pytest.raises(NotAllowed):
            leave_open(actor=keeper, ending=ending, kind="outcome", subjects=[outcome.pk], handed_on=True)
        with pytest.raises(NotHere):
            leave_open(actor=keeper, ending=ending, kind="outcome", subjects=[words.pk], because="No.")
        with pytest.raises(NotAllowed):
            leave_open(actor=asker, ending=ending, kind="outcome", everything=True, because="No.")
        client = signed_in(keeper)
        for kind in ("outcome", "commitment", "words"):
            address = reverse("outcomes:leave_open", args=[space.slug, kind])
            assert client.post(address, {"key": key_of(client, address), "everything": "on"}).status_code == 422
            sent = {"key": key_of(client, address), "everything": "on", "because": f"Nobody is paid for {kind}."}
            assert client.post(address, sent).status_code == 302
        assert left_to_say(ending) == {}
        build.contribution(space, asker, "One more thing.")
        assert left_to_say(ending) == {"words": 1}
        leave_open(actor=keeper, ending=ending, kind="words", everything=True, because="Too late for us.")
        finish = reverse("outcomes:finish", args=[space.slug])
        assert client.post(finish, {"key": key_of(client, finish), "last_words": ""}).status_code == 422
        sent = {"key": key_of(client, finish), "last_words": "Thank you, all of you."}
        assert client.post(finish, sent).status_code == 302
    space.refresh_from_db()
    assert space.state == "ended"
    member = signed_in(asker)
    for address in (space.get_absolute_url(), reverse("outcomes:last_letter", args=[space.slug])):
        assert "Thank you, all of you." in member.get(address).content.decode()
    page = member.get(reverse("outcomes:ending", args=[space.slug])).content.decode()
    assert "Nobody is paid for outcome." in page
    assert "Too late for us." in page
    assert reverse("exchange:export", args=[space.slug]) in page
    assert "When do the nurses come?" in member.get(words.get_absolute_url()).content.decode()


@pytest.mark.parametrize("place", ["ending", "last_letter"])
def test_why_words_were_left_without_an_answer_is_shown_and_the_words_are_not(build, signed_in, place):
    space = build.space(days=0)
    asker = build.member(space, "Ada")
    for words in ("Where is the key?", "Who has the key?"):
        build.contribution(space, asker, words)
    ending = told(space)
    leave_open(actor=space.opened_by, ending=ending, kind="words", everything=True, because="Nobody <b>found</b> it.")
    end_space(actor=space.opened_by, ending=ending, last_words="Mind the step.")
    page = signed_in(asker).get(reverse(f"outcomes:{place}", args=[space.slug])).content.decode()
    assert "Words that nobody answered: 2" in page
    assert page.count("Nobody &lt;b&gt;found&lt;/b&gt; it.") == 1
    assert "the key?" not in page


# long because two spaces agree step by step
def test_a_successor_goes_on_when_its_own_facilitator_agrees(open_things, build, signed_in):
    space, keeper, asker, _words, outcome = open_things
    other = build.space(name="The new one", privacy="listed")
    ending = told(space)
    with pytest.raises(NotHere):
        ask_successor(actor=keeper, ending=ending, to_space=build.space(name="Hidden"))
    asked = ask_successor(actor=keeper, ending=ending, to_space=other, words="Please.")
    with pytest.raises(NotHere):
        answer_succession(actor=keeper, succession=asked, agreed=True)
    client = signed_in(other.opened_by)
    address = reverse("outcomes:answer_succession", args=[other.slug, asked.pk])
    assert (
        client.post(address, {"key": key_of(client, address), "agreed": "yes", "words": "Gladly."}).status_code == 302
    )
    with pytest.raises(NotAllowed):
        leave_open(actor=keeper, ending=ending, kind="words", everything=True, handed_on=True)
    leave_open(actor=keeper, ending=ending, kind="outcome", everything=True, handed_on=True)
    leave_open(actor=keeper, ending=ending, kind="commitment", everything=True, because="It goes with the question.")
    leave_open(actor=keeper, ending=ending, kind="words", everything=True, because="We ran out of time.")
    with clock.told(clock.now() + timedelta(days=15)):
        end_space(actor=keeper, ending=ending, last_words="Thank you.")
    other.refresh_from_db()
    assert other.parent == space
    inherited = reverse("outcomes:inherited", args=[other.slug])
    page = client.get(inherited).content.decode()
    assert "Nurses at home" in page
    assert outcome.get_absolute_url() not in page  # whoever is not in the old space is not led there
    build.join(space, other.opened_by)
    assert outcome.get_absolute_url() in client.get(inherited).content.decode()
    left = LeftOpen.objects.get(kind="outcome")
    button = reverse("outcomes:take_up", args=[other.slug, left.pk])
    key = key_of(client, inherited, "take_up")
    for _twice in range(2):
        assert client.post(button, {"key": key}).status_code == 302
    left.refresh_from_db()
    assert left.taken_up.space == other
    assert left.taken_up.states.get().asked_on == date(2026, 3, 14)
    assert "The old one" in client.get(left.taken_up.get_absolute_url()).content.decode()
    with pytest.raises(NotAllowed):
        take_up(actor=other.opened_by, space=other, left=left)
    assert "It goes on in" in signed_in(asker).get(space.get_absolute_url()).content.decode()
    assert signed_in(asker).get(inherited).status_code == 404


def test_a_space_that_rests_begins_again(open_things, signed_in):
    space, keeper, asker, _words, _outcome = open_things
    ending = say_ending(actor=keeper, space=space, ends_as="resting", why="Winter.")
    with clock.told(clock.now() + timedelta(days=15)):
        end_space(actor=keeper, ending=ending, last_words="Until spring.")
        space.refresh_from_db()
        assert space.state == "resting"
        with pytest.raises(NotAllowed):
            wake_space(actor=asker, space=space)
        wake_space(actor=keeper, space=space)
    assert "Until spring." not in signed_in(asker).get(space.get_absolute_url()).content.decode()


def test_the_database_holds_what_an_end_must_say(open_things, build):
    space, keeper, _asker, _words, _outcome = open_things
    ending = told(space)
    other = build.space()
    for broken in (
        lambda: Ending.objects.filter(pk=ending.pk).update(why=""),
        lambda: Ending.objects.filter(pk=ending.pk).update(done_at=clock.now(), done_by=keeper),
        lambda: Ending.objects.create(space=space, ends_as="ended", why="x", said_by=keeper, not_before=clock.today()),
        lambda: LeftOpen.objects.create(ending=ending, kind="outcome", subject=clock.new_id(), by=keeper),
        lambda: Succession.objects.bulk_create(
            [Succession(ending=ending, to_space=other, name="x", asked_by=keeper) for _two in range(2)]
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


def test_somebody_to_be_told_by_post_is_open_until_told(open_things, build):
    space, keeper, _asker, _words, _outcome = open_things
    frank = build.member(space, "Frank", account=False, channel="post")
    words = build.contribution(space, frank, "NINE WEEKS")
    tell_outcome(actor=keeper, space=space, title="Fares", contributions=[words])
    assert [thing.subject for thing in still_open(space)["person"]] == [frank.pk]


@pytest.mark.parametrize("rows", [1, 50])
def test_the_page_asks_no_more_for_more(open_things, build, signed_in, django_assert_max_num_queries, rows):
    space, keeper, asker, _words, _outcome = open_things
    told(space)
    for number in range(rows):
        made = tell_outcome(actor=asker, space=space, title=f"N{number}", state="not_yet", asked_on=date(2026, 1, 1))
        make_commitment(actor=asker, outcome=made, words="I will.")
        build.contribution(space, asker, f"Words {number}")
    client = signed_in(keeper)
    with django_assert_max_num_queries(24):
        client.get(reverse("outcomes:ending", args=[space.slug]))
