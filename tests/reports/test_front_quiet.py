"""Since you were last here: what is for one person alone, and a plain word when nothing needs them."""

from datetime import timedelta

import pytest

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.conversation.actions import ask_somebody, fold_away, follow_quietly, mean_for_people
from coproduce.spaces.models import Membership
from coproduce.themes.models import Theme, ThemeLink
from tests.conversation.conftest import main_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(build, signed_in):
    from tests.conversation.conftest import Here

    made = Here(build, signed_in)
    Contribution.objects.update(brought_at=clock.now() - timedelta(days=30))
    been_here(made.bea)
    return made


def been_here(person, days=3):
    Membership.objects.filter(person=person).update(last_here_at=clock.now() - timedelta(days=days))


def front(here, person):
    return main_of(here.read(person, "spaces:space"))


def test_a_plain_word_when_nothing_needs_one(here):
    assert "Nothing needs you." in front(here, here.bea)
    assert "Since you were last here" not in front(here, here.bea)


def test_a_question_by_name_waits_until_it_is_looked_at(here):
    ask = ask_somebody(actor=here.ada, space=here.space, asked=here.bea, words="How is it with two?")
    type(ask).objects.update(at=clock.now() - timedelta(days=20))
    assert "Ada would like to know something from you" in front(here, here.bea)
    assert "How is it with two" not in front(here, here.bea)
    assert "would like to know" not in front(here, here.carl)
    here.read(here.bea, "conversation:asked_of_me")
    assert "would like to know" not in front(here, here.bea)


@pytest.mark.parametrize(
    ("attribution", "says"),
    [("chosen", "Ada brought words"), ("anonymous", "No name brought"), ("standpoint", "Someone who lives with it")],
)
def test_words_meant_for_somebody_are_told_with_the_name_beside_them(here, attribution, says):
    words = here.build.contribution(here.space, here.ada, "For Bea.", ways="L", attribution=attribution)
    mean_for_people(actor=here.ada, contribution=words, people=[here.bea])
    page = front(here, here.bea)
    assert says in page
    assert "are meant for you" in page
    if attribution != "chosen":
        assert "Ada" not in page
    been_here(here.carl)
    assert "meant for" not in front(here, here.carl)


def test_answers_to_followed_words_and_growth_of_followed_themes(here):
    theme = Theme.objects.create(
        space=here.space, name="Getting about", proposed_by=here.ada, proposed_at=clock.now() - timedelta(days=20)
    )
    follow_quietly(actor=here.bea, contribution=here.words)
    follow_quietly(actor=here.bea, theme=theme)
    assert "Nothing needs you." in front(here, here.bea)
    here.build.contribution(here.space, here.carl, "Ramps.", answers=here.words, verb="builds_on")
    ThemeLink.objects.create(theme=theme, contribution=here.words, linked_by=here.carl)
    page = front(here, here.bea)
    assert "Carl answered words that you follow: Stairs are the worst of it." in page
    assert "a theme that you follow : Getting about" in page
    been_here(here.carl)
    been_here(here.facilitator)
    for other in (here.carl, here.facilitator):
        assert "you follow" not in front(here, other)


def test_followed_words_with_a_note_are_not_quoted(here):
    Contribution.objects.update(content_note="Somebody falls")
    follow_quietly(actor=here.bea, contribution=here.words)
    here.build.contribution(here.space, here.carl, "Ramps.", answers=here.words, verb="builds_on")
    assert "answered words that you follow" in front(here, here.bea)
    assert "Stairs" not in front(here, here.bea)


def test_whoever_is_folded_away_is_no_news(here):
    ask_somebody(actor=here.ada, space=here.space, asked=here.bea, words="May I?")
    other = here.build.contribution(here.space, here.ada, "For Bea.")
    mean_for_people(actor=here.ada, contribution=other, people=[here.bea])
    follow_quietly(actor=here.bea, contribution=here.words)
    here.build.contribution(here.space, here.ada, "More.", answers=here.words, verb="builds_on")
    fold_away(actor=here.bea, space=here.space, said_by=here.words)
    assert "Nothing needs you." in front(here, here.bea)
    assert "You asked not to see this" in here.read(here.bea, "conversation:asked_of_me")


def test_words_out_of_sight_are_no_news(here):
    words = here.build.contribution(here.space, here.ada, "For Bea.")
    mean_for_people(actor=here.ada, contribution=words, people=[here.bea])
    follow_quietly(actor=here.bea, contribution=here.words)
    answer = here.build.contribution(here.space, here.carl, "Ramps.", answers=here.words, verb="builds_on")
    Contribution.objects.filter(pk__in=[words.pk, answer.pk]).update(state="hidden")
    assert "Nothing needs you." in front(here, here.bea)


def test_fifty_of_each_need_no_more_queries(here, django_assert_num_queries, django_assert_max_num_queries):
    client, url = here.signed_in(here.bea), here.url("spaces:space")

    def another(number):
        words = here.build.contribution(here.space, here.ada, f"Words {number}")
        follow_quietly(actor=here.bea, contribution=words)
        here.build.contribution(here.space, here.carl, f"Answer {number}", answers=words, verb="supports")
        mean_for_people(actor=here.ada, contribution=words, people=[here.bea])
        asker = here.build.member(here.space)
        ask_somebody(actor=asker, space=here.space, asked=here.bea, words=f"Question {number}")

    another(0)
    client.get(url)
    with django_assert_max_num_queries(16) as counted:
        client.get(url)
    for number in range(1, 50):
        another(number)
    with django_assert_num_queries(len(counted.captured_queries)):
        page = main_of(client.get(url).content.decode())
    assert page.count("would like to know something") + page.count("meant for you") + page.count("you follow") == 5
