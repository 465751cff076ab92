"""The weave of many words: bundled by ways of knowing, and narrowed to a theme, a way of knowing, or a season."""

from datetime import date

import pytest
from django.urls import reverse

from coproduce.conversation.seasons import season_of
from coproduce.reports.queries.weave import BUNDLED_FROM, Narrowed, seasons_in, weave_of
from coproduce.spaces.access import Place, membership_of
from coproduce.themes.models import Theme, ThemeLink
from tests.reports.test_account import decide

pytestmark = pytest.mark.django_db

SPRING, AUTUMN = date(2026, 4, 1), date(2026, 10, 1)


def place_of(space, person=None):
    return Place(space, person, membership_of(person, space.pk) if person else None)


@pytest.fixture
def space(build):
    """Two themes: many words in one, in two seasons and ways; a few in the other. A decision on the first."""
    made = build.space()
    author = build.member(made, "Ada")
    stairs, nights = (Theme.objects.create(space=made, name=name, proposed_by=author) for name in ("Stairs", "Nights"))
    for number in range(BUNDLED_FROM + 10):
        way, day = ("L", SPRING) if number % 2 else ("C", AUTUMN)
        words = build.contribution(made, author, f"stair {number}", ways=way, said_on=day)
        ThemeLink.objects.create(theme=stairs, contribution=words, linked_by=author)
    words = build.contribution(made, author, "nobody rings", ways="P", said_on=SPRING)
    ThemeLink.objects.create(theme=nights, contribution=words, linked_by=author)
    decide(made, "A rail", themes=[stairs])
    return made


def totals(woven):
    return {one.theme.name: one.total for one in woven.themes}


def test_it_is_narrowed_to_a_way_a_season_a_theme_and_to_all_at_once(space):
    place = place_of(space, space.opened_by)
    many = BUNDLED_FROM + 10
    assert totals(weave_of(place)) == {"Stairs": many, "Nights": 1}
    assert totals(weave_of(place, Narrowed(way="L"))) == {"Stairs": many // 2}
    assert totals(weave_of(place, Narrowed(season=season_of(SPRING)))) == {"Stairs": many // 2, "Nights": 1}
    assert totals(weave_of(place, Narrowed(way="C", season=season_of(SPRING)))) == {}
    theme = Theme.objects.get(name="Nights").pk
    assert totals(weave_of(place, Narrowed(theme=theme, way="P", season=season_of(SPRING)))) == {"Nights": 1}
    for narrowed in (Narrowed(way="L"), Narrowed(season=season_of(SPRING), way="L")):
        (stairs,) = weave_of(place, narrowed).themes
        assert {one.ways for one in stairs.chosen} == {"L"}
        assert {one.said_on for one in stairs.chosen} == {SPRING}
        assert set(stairs.more) == {"L"}


def test_many_words_run_together_in_a_thread_for_each_way(space, signed_in):
    woven = weave_of(place_of(space, space.opened_by))
    stairs = woven.themes[0]
    assert len(stairs.chosen) == 2
    assert stairs.more.total() == stairs.total - 2
    page = signed_in(space.opened_by).get(reverse("reports:weave", args=[space.slug])).content.decode()
    for letter in "LC":
        assert f"{stairs.more[letter]} more" in page
    assert "A thread with a number" in page


def test_twenty_words_are_all_drawn_one_by_one_however_they_lie(build, signed_in):
    made = build.space()
    names = ("Stairs", "Nights", "Doors")
    themes = [Theme.objects.create(space=made, name=name, proposed_by=made.opened_by) for name in names]
    for number in range(20):
        words = build.contribution(made, made.opened_by, f"stair {number}", ways="LCP"[number % 3])
        theme = themes[0 if number < 14 else number % 3]
        ThemeLink.objects.create(theme=theme, contribution=words, linked_by=made.opened_by)
    woven = weave_of(place_of(made, made.opened_by))
    assert not any(one.more for one in woven.themes)
    assert {words.words for one in woven.themes for words in one.chosen} == {f"stair {n}" for n in range(20)}


def test_the_picture_can_be_passed_by_and_on_a_phone_each_theme_is_one_link_away(space, signed_in):
    doors = Theme.objects.create(space=space, name="Do<ors", proposed_by=space.opened_by)
    brought = ThemeLink.objects.get(theme__name="Nights").contribution
    ThemeLink.objects.create(theme=doors, contribution=brought, linked_by=space.opened_by)
    page = signed_in(space.opened_by).get(reverse("reports:weave", args=[space.slug])).content.decode()
    for theme in Theme.objects.filter(space=space):
        assert f'href="#weave-strip-t{theme.pk.hex}"' in page
        assert f'id="weave-strip-t{theme.pk.hex}"' in page
    assert "Do<ors" not in page
    assert page.index('href="#table"') < page.index("weave-strip-") < page.index('id="table"')


def test_few_words_are_drawn_one_by_one(build, signed_in):
    made = build.space()
    theme = Theme.objects.create(space=made, name="Stairs", proposed_by=made.opened_by)
    for number in range(18):
        words = build.contribution(made, made.opened_by, f"stair {number}", ways="L")
        ThemeLink.objects.create(theme=theme, contribution=words, linked_by=made.opened_by)
    page = signed_in(made.opened_by).get(reverse("reports:weave", args=[made.slug])).content.decode()
    assert page.count("“stair ") >= 18
    assert "A thread with a number" not in page


def test_the_seasons_to_choose_are_those_in_which_something_was_said(build, space):
    found = seasons_in(place_of(space, space.opened_by))
    assert [season.code for season in found] == ["2026-autumn", "2026-summer", "2026-spring"]
    assert seasons_in(place_of(build.space())) == []


def test_a_visitor_is_not_told_when_words_were_said_that_they_may_not_read(space):
    type(space).objects.filter(pk=space.pk).update(privacy="public")
    assert seasons_in(place_of(space)) == []


@pytest.mark.parametrize("asked", ["way=X", "season=1999-spring", "season=x", "theme=x", "theme=%00", "way=%00"])
def test_what_is_no_part_of_it_is_not_here(space, signed_in, asked):
    address = reverse("reports:weave", args=[space.slug])
    assert signed_in(space.opened_by).get(f"{address}?{asked}").status_code == 404


def test_a_part_with_nothing_in_it_says_so(space, signed_in):
    address = reverse("reports:weave", args=[space.slug])
    page = signed_in(space.opened_by).get(f"{address}?way=R")
    assert page.status_code == 200
    assert "See the whole weave" in page.content.decode()
