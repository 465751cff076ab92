"""Who uses post is told what came of nameless words by who wrote them down, and stands on no list for others."""

import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.contributions.models import Acknowledgement
from coproduce.conversation.seasons import season_of
from coproduce.errors import NotAllowed, NotHere
from coproduce.outcomes.actions import note_told, say_ending, say_good_enough, tell_outcome
from coproduce.outcomes.queries.ending import still_open
from coproduce.outcomes.telling import told_of, untold_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(build):
    space = build.space()
    frank = build.member(space, "Frank", account=False, channel="post")
    wrote = build.member(space, "Writer", facilitator=True)
    words = build.contribution(space, frank, "They hit me", attribution="anonymous", recorder=wrote)
    outcome = tell_outcome(actor=space.opened_by, space=space, title="Fares", contributions=[words])
    return space, frank, wrote, outcome, words


def pages(client, space, outcome):
    for name in ("outcomes:to_tell", "outcomes:ending"):
        yield client.get(reverse(name, args=[space.slug])).content.decode()
    yield client.get(outcome.get_absolute_url()).content.decode()
    yield client.get(reverse("outcomes:leave_open", args=[space.slug, "person"])).content.decode()


def test_the_name_stands_for_who_wrote_the_words_down_and_for_no_other(here, signed_in):
    space, frank, wrote, outcome, _words = here
    say_ending(actor=space.opened_by, space=space, ends_as="ended", why="It is done.")
    for page in pages(signed_in(space.opened_by), space, outcome):
        assert "Frank" not in page
        assert str(frank.pk) not in page
    told, ending, own, leave = pages(signed_in(wrote), space, outcome)
    assert "Frank" in told
    assert "Frank" in own
    assert str(frank.pk) in ending
    assert str(frank.pk) in leave
    assert "stands here only for whoever wrote those words down" in told
    assert [one.person for one in untold_in(space, wrote)] == [frank]
    assert untold_in(space, space.opened_by) == untold_in(space) == []
    assert "person" not in still_open(space, space.opened_by)


def test_nobody_finds_out_by_trying(here, signed_in):
    space, frank, wrote, outcome, words = here
    other, state = space.opened_by, outcome.states.get()
    client = signed_in(other)
    for name in ("told", "card"):
        address = reverse(f"outcomes:{name}", args=[space.slug, outcome.pk, frank.pk])
        assert client.get(address).status_code == 404
        assert signed_in(wrote).get(address).status_code == 200
    enough = reverse("outcomes:good_enough", args=[space.slug, outcome.pk]) + f"?for={frank.pk}"
    assert client.get(enough).status_code == 403
    assert signed_in(wrote).get(enough).status_code == 200
    with pytest.raises(NotHere):
        note_told(actor=other, state=state, person=frank, how="post", on=clock.today())
    with pytest.raises(NotAllowed):
        say_good_enough(actor=other, person=frank, outcome=outcome, contribution=words, answer=True)
    note_told(actor=wrote, state=state, person=frank, how="post", on=clock.today(), words="CAME THURSDAY")
    assert [one.person for one in told_of(outcome, wrote)] == [frank]
    page = client.get(outcome.get_absolute_url()).content.decode()
    assert "Frank" not in page
    assert "CAME THURSDAY" not in page
    assert say_good_enough(actor=wrote, person=frank, outcome=outcome, contribution=words, answer=False).recorded_by


def test_words_with_a_name_are_told_of_by_anybody_who_facilitates(here, build, signed_in):
    space, frank, _wrote, outcome, _words = here
    named = build.contribution(space, frank, "NINE WEEKS", attribution="chosen")
    tell_outcome(actor=space.opened_by, space=space, title="Buses", contributions=[named])
    assert [(one.outcome.title, one.person) for one in untold_in(space, space.opened_by)] == [("Buses", frank)]
    assert "Frank" not in signed_in(space.opened_by).get(outcome.get_absolute_url()).content.decode()


def test_the_letter_of_a_season_is_printed_without_nameless_words_that_another_wrote_down(here, signed_in):
    space, frank, wrote, _outcome, words = here
    Acknowledgement.objects.create(contribution=words, person=space.opened_by, at=clock.now())
    address = reverse("reports:season_letter", args=[space.slug, season_of(clock.today()).code]) + f"?for={frank.pk}"
    page = signed_in(space.opened_by).get(address).content.decode()
    assert "Dear Frank" in page
    assert "They hit me" not in page
    assert "Fares" in page
    assert "They hit me" in signed_in(wrote).get(address).content.decode()
