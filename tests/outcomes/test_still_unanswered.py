"""What is still unanswered: who looks after it, how long it has waited, handing on, and a *no* that is answered."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from coproduce import clock
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.outcomes.actions import (
    answer_handing,
    hand_on,
    let_go,
    make_commitment,
    say_good_enough,
    say_state,
    take_on,
    tell_outcome,
    update_commitment,
)
from coproduce.outcomes.how_long import how_long
from coproduce.outcomes.models import Commitment, CommitmentState, Handing, Keeper
from coproduce.outcomes.queries.waiting import my_words_wait, unanswered
from coproduce.spaces.access import Place, membership_of
from coproduce.spaces.models import Membership
from coproduce.themes.models import Theme, ThemeLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(build):
    """A space in which somebody's words asked for something that has no answer yet, told by another member."""
    space = build.space()
    asker, teller = build.member(space, "Ada"), build.member(space, "Bert")
    words = build.contribution(space, asker, "When do the nurses come?")
    outcome = tell_outcome(
        actor=teller, space=space, title="Nurses at home", state="not_yet", asked_on=date(2026, 3, 14),
        contributions=[words],
    )  # fmt: skip
    return space, asker, teller, words, outcome


def place_of(space, person):
    return Place(space, person, membership_of(person, space.pk) if person else None)


def key_of(client, address, name="form"):
    return str(client.get(address).context[name]["key"].value())


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (date(2026, 11, 23), "less than a day"),
        (date(2026, 11, 22), "one day"),
        (date(2026, 11, 10), "13 days"),
        (date(2026, 11, 9), "2 weeks"),
        (date(2026, 9, 1), "2 months"),
        (date(2025, 11, 24), "11 months"),
        (date(2025, 11, 23), "one year"),
        (date(2024, 10, 20), "2 years and one month"),
    ],
)
def test_a_clock_says_whole_weeks_months_and_years(since, said):
    assert how_long(since, date(2026, 11, 23)) == said


def test_a_not_yet_has_a_keeper_and_its_asker_sees_the_clock(asked, signed_in):
    space, asker, _teller, _words, outcome = asked
    with clock.told(clock.now().replace(year=2026, month=9, day=20)):
        client = signed_in(asker)
        page = client.get(outcome.get_absolute_url()).content.decode()
        assert "Bert looks after the answer." in page
        assert "It has waited for 6 months." in page
        assert "Your words about it are of 14 March 2026." in page
        mine = client.get(reverse("outcomes:mine", args=[space.slug])).content.decode()
        assert "Nurses at home" in mine
        assert "Asked on 14 March 2026: 6 months." in mine
        for address in (space.get_absolute_url(), reverse("reports:did", args=[space.slug])):
            assert "6 months" in client.get(address).content.decode()


def test_the_longest_waits_first_and_nobody_is_a_gap(asked, signed_in):
    space, asker, teller, _words, outcome = asked
    older = tell_outcome(
        actor=teller, space=space, title="A lift", state="not_yet", asked_on=date(2025, 1, 1), has_keeper=False
    )
    tell_outcome(actor=teller, space=space, title="A rail")
    rows = unanswered(place_of(space, asker))
    assert [row.outcome for row in rows] == [older, outcome]
    assert rows[0].keeper is None
    client = signed_in(asker)
    address = reverse("outcomes:unanswered", args=[space.slug])
    page = client.get(address)
    assert "Nobody looks after the answer yet." in page.content.decode()
    key = str(page.context["button"]["key"].value())
    take = reverse("outcomes:take_on", args=[space.slug, older.pk])
    for _twice in range(2):
        assert client.post(take, {"key": key}).status_code == 302
    assert Keeper.objects.get(outcome=older, until=None).person == asker
    assert Event.objects.filter(subject=older.pk, kind="answer taken on").count() == 1
    with pytest.raises(NotAllowed):
        take_on(actor=teller, outcome=older)
    with pytest.raises(NotAllowed):
        let_go(actor=teller, outcome=older)
    let_go(actor=asker, outcome=older)
    assert "Nobody looks after" in client.get(address).content.decode()


def test_whoever_left_looks_after_nothing_any_more(asked):
    space, asker, teller, _words, outcome = asked
    Membership.objects.filter(space=space, person=teller).update(state="left")
    assert unanswered(place_of(space, asker))[0].keeper is None
    assert take_on(actor=asker, outcome=outcome).person == asker


def test_the_database_holds_one_keeper_and_one_question_at_a_time(asked):
    _space, asker, teller, _words, outcome = asked
    with pytest.raises(IntegrityError), transaction.atomic():
        Keeper.objects.create(outcome=outcome, person=asker)
    hand_on(actor=teller, outcome=outcome, to=asker)
    with pytest.raises(ValidationError):
        hand_on(actor=teller, outcome=outcome, to=asker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Handing.objects.create(outcome=outcome, by=teller, to=asker)
    promise = make_commitment(actor=teller, outcome=outcome, words="I ring them.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.filter(pk=promise.pk).update(state="not_because", because="")
    with pytest.raises(IntegrityError), transaction.atomic():
        CommitmentState.objects.filter(commitment=promise).update(state="not_because", because="")


def test_an_answer_moves_only_when_the_other_agrees(asked, build, signed_in):
    space, asker, teller, _words, outcome = asked
    third = build.member(space, "Cleo")
    with pytest.raises(NotAllowed):
        hand_on(actor=third, outcome=outcome, to=asker)
    client = signed_in(teller)
    address = reverse("outcomes:hand_on", args=[space.slug, outcome.pk])
    sent = {"key": key_of(client, address), "to": str(asker.pk), "words": "<b>You know them.</b>"}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302
    handing = Handing.objects.get()
    assert Keeper.objects.get(outcome=outcome, until=None).person == teller
    answer = reverse("outcomes:answer_handing", args=[space.slug, handing.pk])
    assert signed_in(third).get(answer).status_code == 404
    theirs = signed_in(asker)
    page = theirs.get(answer).content.decode()
    assert "&lt;b&gt;You know them.&lt;/b&gt;" in page
    assert "You are asked" in theirs.get(reverse("outcomes:mine", args=[space.slug])).content.decode()
    assert theirs.post(answer, {"key": key_of(theirs, answer), "agreed": "yes", "words": ""}).status_code == 302
    assert Keeper.objects.get(outcome=outcome, until=None).person == asker
    with pytest.raises(NotAllowed):
        answer_handing(actor=asker, handing=handing, agreed=False)


def test_a_promise_is_handed_over_and_its_history_stays(asked, build, signed_in):
    _space, asker, teller, _words, outcome = asked
    promise = make_commitment(actor=teller, outcome=outcome, words="I ring them.")
    update_commitment(actor=teller, commitment=promise, state="not_yet", because="I am in hospital myself.")
    handing = hand_on(actor=teller, commitment=promise, to=asker, words="Will you?")
    answer_handing(actor=asker, handing=handing, agreed=True)
    update_commitment(actor=asker, commitment=promise, state="done")
    promise.refresh_from_db()
    assert (promise.person, promise.state) == (asker, "done")
    states = CommitmentState.objects.filter(commitment=promise)
    assert [(one.state, one.because, one.person) for one in states] == [
        ("not_yet", "", teller),
        ("not_yet", "I am in hospital myself.", teller),
        ("not_yet", "I am in hospital myself.", asker),
        ("done", "", asker),
    ]
    page = signed_in(asker).get(outcome.get_absolute_url()).content.decode()
    assert "Ada took it on." in page
    assert "I am in hospital myself." in page


def test_a_no_to_a_question_leaves_it_where_it_was_and_the_asker_may_take_it_back(asked):
    _space, asker, teller, _words, outcome = asked
    promise = make_commitment(actor=teller, outcome=outcome, words="I ring them.")
    answer_handing(actor=asker, handing=hand_on(actor=teller, commitment=promise, to=asker), agreed=False, words="No.")
    answer_handing(actor=teller, handing=hand_on(actor=teller, commitment=promise, to=asker), agreed=False)
    with pytest.raises(NotAllowed):
        answer_handing(actor=teller, handing=hand_on(actor=teller, commitment=promise, to=asker), agreed=True)
    promise.refresh_from_db()
    assert promise.person == teller


def test_a_facilitator_writes_down_the_answer_of_somebody_who_does_not_go_online(asked, build):
    space, asker, teller, _words, outcome = asked
    helped = build.member(space, "Frank", account=False)
    promise = make_commitment(actor=teller, outcome=outcome, words="I ring them.")
    handing = hand_on(actor=teller, commitment=promise, to=helped)
    with pytest.raises(NotAllowed):
        answer_handing(actor=asker, handing=handing, agreed=True)
    answer_handing(actor=space.opened_by, handing=handing, agreed=True, words="AYE")
    promise.refresh_from_db()
    assert (promise.person, promise.recorded_by) == (helped, space.opened_by)


def test_what_somebody_is_asked_comes_before_what_they_have_long_waited_for(asked, build, signed_in):
    space, asker, teller, words, outcome = asked
    for n in range(4):
        tell_outcome(
            actor=teller, space=space, title=f"Waited {n}", state="not_yet", asked_on=date(2026, 1, 1),
            contributions=[words],
        )  # fmt: skip
    take_on(actor=teller, outcome=outcome)
    hand_on(actor=teller, outcome=outcome, to=asker)
    front = signed_in(asker).get(space.get_absolute_url()).content.decode()
    assert "You are asked to take something on" in front
    assert front.index("You are asked to take something on") < front.index("What is being woven now")
    assert front.index("What is being woven now") < front.index("no answer yet")


def test_a_no_reopens_what_was_done_until_it_is_answered_in_words(asked, signed_in):
    space, asker, teller, words, outcome = asked
    say_state(actor=teller, outcome=outcome, state="done")
    assert unanswered(place_of(space, asker)) == []
    say_good_enough(actor=asker, outcome=outcome, contribution=words, answer=False, words="Nobody came.")
    row = unanswered(place_of(space, asker))[0]
    assert row.again
    keeper = signed_in(teller)
    assert "not good enough" in keeper.get(space.get_absolute_url()).content.decode()
    address = reverse("outcomes:say_state", args=[space.slug, outcome.pk])
    page = keeper.get(address)
    assert "Nobody came." in page.content.decode()
    sent = {"key": str(page.context["form"]["key"].value()), "state": "done", "because": "", "asked_on": ""}
    refused = keeper.post(address, sent)
    assert refused.status_code == 422
    assert "Say first what the answer to them is" in refused.content.decode()
    assert keeper.post(address, {**sent, "reply": "They come on Monday."}).status_code == 302
    assert unanswered(place_of(space, asker)) == []
    assert "They come on Monday." in signed_in(asker).get(outcome.get_absolute_url()).content.decode()
    with clock.told(clock.now() + timedelta(minutes=1)):
        say_good_enough(actor=asker, outcome=outcome, contribution=words, answer=False)
    assert unanswered(place_of(space, asker))[0].again


def test_words_in_a_theme_or_behind_a_decision_wait_too(asked, build):
    space, asker, teller, _words, _outcome = asked
    other = build.member(space)
    theme = Theme.objects.create(space=space, name="Visits", proposed_by=teller)
    linked = build.contribution(space, other, "And at night?")
    ThemeLink.objects.create(theme=theme, contribution=linked, linked_by=teller)
    night = tell_outcome(
        actor=teller, space=space, title="Nights", state="not_yet", asked_on=date(2026, 5, 1), themes=[theme]
    )
    late = build.contribution(space, build.member(space, "Late"), "Me too.")
    ThemeLink.objects.create(theme=theme, contribution=late, linked_by=teller)
    assert [row.outcome for row in my_words_wait(other, space)] == [night]
    assert my_words_wait(late.author, space) == []
    assert len(my_words_wait(asker, space)) == 1


def test_outsiders_find_none_of_it(asked, build, signed_in):
    _space, _asker, teller, _words, outcome = asked
    elsewhere = build.space()
    for actor in (build.person(), elsewhere.opened_by):
        with pytest.raises(NotHere):
            take_on(actor=actor, outcome=outcome)
        with pytest.raises(NotHere):
            hand_on(actor=actor, outcome=outcome, to=teller)
    with pytest.raises(NotHere):
        hand_on(actor=teller, outcome=outcome, to=elsewhere.opened_by)


def test_visitors_of_a_public_space_see_that_it_is_looked_after_and_not_by_whom(build, signed_in):
    space = build.space(privacy="public")
    teller = build.member(space, "Xanthippe")
    outcome = tell_outcome(actor=teller, space=space, title="A lift", state="not_yet", asked_on=date(2026, 1, 1))
    for address in (outcome.get_absolute_url(), reverse("outcomes:unanswered", args=[space.slug])):
        page = signed_in(None).get(address).content.decode()
        assert "Somebody here looks after the answer." in page
        assert "Xanthippe" not in page


@pytest.mark.parametrize("rows", [1, 50])
def test_the_pages_ask_no_more_for_more(asked, build, signed_in, django_assert_max_num_queries, rows):
    space, asker, teller, words, outcome = asked
    for number in range(rows):
        made = tell_outcome(
            actor=teller, space=space, title=f"Number {number}", state="not_yet", asked_on=date(2026, 1, 1),
            contributions=[words],
        )  # fmt: skip
        make_commitment(actor=asker, outcome=made, words="I will.")
        promise = make_commitment(actor=teller, outcome=outcome, words=f"Promise {number}")
        hand_on(actor=teller, commitment=promise, to=asker)
    client = signed_in(asker)
    with django_assert_max_num_queries(8):
        client.get(reverse("outcomes:unanswered", args=[space.slug]))
    with django_assert_max_num_queries(12):
        client.get(reverse("outcomes:mine", args=[space.slug]))
    with django_assert_max_num_queries(24):
        client.get(outcome.get_absolute_url())
