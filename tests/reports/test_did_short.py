"""*What my words did* on a phone: one line for each of my words, that says what followed last and unfolds."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from coproduce.outcomes.actions import say_good_enough, tell_outcome
from coproduce.reports.views import DID_ON_A_PAGE

pytestmark = pytest.mark.django_db
FOLD = re.compile(r'<details class="did-one"[^>]*>\s*<summary>(.*?)</summary>', re.DOTALL)


@pytest.fixture
def said(build):
    space = build.space()
    ada = build.member(space, "Ada")
    words = [build.contribution(space, ada, f"stair {number}") for number in range(3)]
    rail = tell_outcome(actor=space.opened_by, space=space, title="A rail", contributions=words[:2])
    return space, ada, words, rail


def did(client, space, **query):
    return client.get(reverse("reports:did", args=[space.slug]), query).content.decode()


def test_each_of_my_words_is_a_line_that_says_what_followed_last(said, signed_in):
    space, ada, _words, _rail = said
    page = did(signed_in(ada), space)
    lines = FOLD.findall(page)
    assert len(lines) == 3
    assert not re.search(r'<details class="did-one"[^>]* open', page)
    assert sum("A rail" in line for line in lines) == 2
    assert sum("Nothing has come of it yet." in line for line in lines) == 1
    assert all("<a " not in line for line in lines)


def test_who_brought_one_thing_reads_it_unfolded(build, signed_in):
    space = build.space()
    ada = build.member(space, "Ada")
    build.contribution(space, ada, "only this")
    assert re.search(r'<details class="did-one"[^>]* open', did(signed_in(ada), space))


def test_what_has_an_answer_is_asked_about_once_and_first(said, signed_in):
    space, ada, words, rail = said
    tell_outcome(actor=ada, space=space, title="No lift", state="not_yet", asked_on=words[0].said_on, themes=[])
    page = did(signed_in(ada), space)
    asked = page.split('id="to-judge"')[1].split("</section>")[0]
    assert asked.count("Was this good enough? A rail") == 1
    assert "No lift" not in asked
    say_good_enough(actor=ada, outcome=rail, contribution=words[0], answer=True)
    assert 'id="to-judge"' not in did(signed_in(ada), space)


@pytest.mark.parametrize("query", [{"all": "1"}, {"large": "1"}])
def test_on_paper_everything_is_unfolded(said, signed_in, query):
    space, ada, _words, _rail = said
    page = did(signed_in(ada), space, **query)
    assert not FOLD.findall(page)
    assert page.count('<section class="did-one">') == 3
    assert ("large-print" in page) == ("large" in query)


def test_further_pages_stay_with_who_it_is_for_and_how_it_is_shown(build, signed_in):
    space = build.space()
    keeper = space.opened_by
    harold = build.member(space, "Mr Entwistle", account=False, added_by=keeper)
    for number in range(DID_ON_A_PAGE + 1):
        on = date(2026, 1, 1) + timedelta(days=number)
        build.contribution(space, harold, f"letter {number}", recorder=keeper, channel="post", said_on=on)
    page = did(signed_in(keeper), space, **{"for": harold.pk, "large": "1"})
    (further,) = re.findall(r'href="(\?[^"]*page=2)"', page)
    assert further == f"?for={harold.pk}&amp;large=1&amp;page=2"
    second = signed_in(keeper).get(reverse("reports:did", args=[space.slug]) + further.replace("&amp;", "&"))
    assert "letter 0" in second.content.decode()
    assert "What the words of Mr Entwistle did" in second.content.decode()
