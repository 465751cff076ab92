"""Sheets on which words are chosen offer a few: a word finds others, a button shows more, and nothing is lost."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse

from coproduce.deliberation.models import Statement
from coproduce.themes.models import Theme

pytestmark = pytest.mark.django_db

SHEETS = ["deliberation:draw_statement", "decisions:propose", "outcomes:tell"]


@pytest.fixture
def space(build):
    space = build.space()
    author = build.member(space, "Donna")
    for number in range(40):
        day = date(2026, 1, 1) + timedelta(days=number)
        build.contribution(
            space, author, f"Said number {number:02}." + (" A lift." if number == 3 else ""), said_on=day
        )
    return space


@pytest.fixture
def client(space, signed_in):
    return signed_in(space.opened_by)


def first_choice(html):
    """The identifier behind the first box."""
    box = re.search(r'<input[^>]*name="contributions"[^>]*>', html).group()
    return re.search(r'value="([^"]+)"', box).group(1)


def offered(html):
    return re.findall(r"Said number (\d\d)", html)


@pytest.mark.parametrize("name", SHEETS)
def test_eight_at_first_and_more_by_a_button_that_keeps_what_was_typed(client, space, name):
    address = reverse(name, args=[space.slug])
    first = client.get(address).content.decode()
    assert offered(first) == [f"{number}" for number in range(39, 31, -1)]
    assert first.index("Which words do you look for?") < first.index("Said number 39")
    ticked = first_choice(first)
    sheet = {"key": str(uuid.uuid4()), "words": "Half a sentence", "contributions": [ticked]}
    more = client.post(address, {**sheet, "look": re.search(r'name="look" value="(\d\d)"', first).group(1)})
    html = more.content.decode()
    assert len(offered(html)) == 29  # the ticked one and 28 others
    assert "Half a sentence" in html
    assert "field-refused" not in html
    assert " checked" in re.search(rf'<input[^>]*value="{ticked}"[^>]*>', html).group()
    last = client.post(address, {**sheet, "look": re.findall(r'name="look" value="(\d\d+)"', html)[-1]})
    assert len(offered(last.content.decode())) == 40
    assert "Show more" not in last.content.decode()


def test_what_was_found_and_ticked_on_the_way_counts(client, space):
    address = reverse("deliberation:draw_statement", args=[space.slug])
    found = client.post(address, {"key": str(uuid.uuid4()), "find": "a LIFT", "look": "1"}).content.decode()
    assert offered(found) == ["03"]
    pk = first_choice(found)
    client.post(address, {"key": str(uuid.uuid4()), "words": "Lifts help.", "contributions": [pk], "find": "a LIFT"})
    assert str(Statement.objects.get().sources.get().contribution_id) == pk


def test_a_theme_is_named_from_few_found_or_all(client, space):
    address = reverse("themes:name_theme", args=[space.slug])
    first = client.get(address).content.decode()
    assert len(offered(first)) == 8
    ticked = re.search(r'name="tick" value="([^"]+)"', first).group(1)
    sheet = {"key": str(uuid.uuid4()), "name": "Getting up", "origin": "emerged", "tick": [ticked]}
    found = client.post(address, {**sheet, "find": "lift", "go": "look"}).content.decode()
    assert offered(found) == ["39", "03"]
    assert 'value="Getting up"' in found
    assert "No words here hold" in client.post(address, {**sheet, "find": "Nightjar", "go": "look"}).content.decode()
    more = client.post(address, {**sheet, "go": "more"}).content.decode()
    assert len(offered(more)) > 20
    assert not Theme.objects.exists()
    both = re.findall(r'name="tick" value="([^"]+)"', found)
    client.post(address, {**sheet, "find": "lift", "tick": both})
    assert Theme.objects.get().links.count() == 2
