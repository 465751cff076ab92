"""Whose knowledge is in which theme: counted so that nobody can be picked out; and two themes side by side."""

import pytest
from django.urls import reverse

from coproduce.themes.actions import link_contribution, name_theme
from coproduce.themes.passages import Stretch

pytestmark = pytest.mark.django_db


def filled(build, numbers):
    """A space with a theme in which so many people spoke with each way: {"L": 9, "P": 2}. Each said one thing."""
    space = build.space()
    words = [
        build.contribution(
            space, build.member(space, f"{way}{n}", ways=way[:1] or "L"), f"Words of {way}{n}.", ways=way
        )
        for way, number in numbers.items()
        for n in range(number)
    ]
    theme = name_theme(actor=space.opened_by, space=space, name="Nights", contributions=words)
    return space, theme, words


def shown(client, space, **asked):
    """The rows of the first theme: letters -> (people, words); and the page."""
    answer = client.get(reverse("themes:compare", args=[space.slug]), asked)
    one, rows = answer.context["known"][0]
    return (
        {row.letters or "none": (row.people, row.words) for row, _name, _thread in rows},
        one,
        answer.content.decode(),
    )


def test_people_and_words_are_counted_once_however_many_linked_them(build, signed_in):
    space, theme, words = filled(build, {"L": 9, "P": 8})
    for person in (build.member(space), build.member(space)):
        for each in words[:5]:
            link_contribution(actor=person, theme=theme, contribution=each, passage=Stretch(0, 5))
    build.contribution(space, words[0].author, "Not in it.", ways="L")
    rows, one, page = shown(signed_in(space.opened_by), space)
    assert rows == {"L": (9, 9), "P": (8, 8)}
    assert (one.people, one.words) == (17, 17)
    assert "9 people, 9 pieces of words" in page


def test_small_groups_are_joined_and_few_people_are_not_counted_at_all(build, signed_in):
    space, _theme, _words = filled(build, {"L": 9, "P": 2, "R": 9})
    rows, one, page = shown(signed_in(space.opened_by), space)
    assert all(people >= 8 for people, _words in rows.values())
    assert "P" not in rows
    assert one.people == 20
    assert "2 people" not in page
    few, _theme, _words = filled(build, {"L": 3, "P": 4})
    rows, one, page = shown(signed_in(few.opened_by), few)
    assert rows == {}
    assert one.people is None
    assert "Fewer than 8 people are in it" in page
    assert "7 people" not in page
    assert "7 pieces" not in page


def test_nobody_is_told_by_subtraction(build, signed_in):
    # Of twenty, twelve live with it and nine practise: one does both, and 12 + 9 - 20 would tell of them.
    space, _theme, _words = filled(build, {"L": 11, "P": 8, "LP": 1})
    rows, _one, _page = shown(signed_in(space.opened_by), space)
    assert "L" not in rows
    assert "P" not in rows


def test_by_where_people_say_they_stand(build, signed_in):
    space = build.space()
    people = [build.member(space, ways="C") for _n in range(8)] + [build.member(space, ways="R") for _n in range(8)]
    words = [build.contribution(space, person, f"W{n}.", ways="L") for n, person in enumerate(people)]
    name_theme(actor=space.opened_by, space=space, name="Nights", contributions=words)
    client = signed_in(space.opened_by)
    assert shown(client, space)[0] == {}
    assert shown(client, space, by="standpoint")[0] == {"C": (8, 8), "R": (8, 8)}


def test_two_themes_stand_side_by_side_with_passages_of_each_way(build, signed_in):
    space, theme, words = filled(build, {"L": 3, "P": 1})
    other = name_theme(actor=space.opened_by, space=space, name="Fear")
    link_contribution(actor=space.opened_by, theme=other, contribution=words[0], passage=Stretch(0, 5))
    client, url = signed_in(space.opened_by), reverse("themes:compare", args=[space.slug])
    page = client.get(url, {"one": theme.pk, "other": other.pk}).content.decode()
    assert "<mark>Words</mark>" in page
    assert "Words of P0." in page
    assert page.count('class="heard"') == 2
    assert client.get(url, {"one": "nonsense", "other": other.pk}).status_code == 200


@pytest.mark.slow
def test_many_themes_take_as_many_queries_as_few(build, signed_in, django_assert_max_num_queries):
    space, _theme, words = filled(build, {"L": 9, "P": 9})
    for n in range(20):
        name_theme(actor=space.opened_by, space=space, name=f"Theme {n}", contributions=words)
    client, url = signed_in(space.opened_by), reverse("themes:compare", args=[space.slug])
    with django_assert_max_num_queries(7):
        answer = client.get(url)
    assert len(answer.context["known"]) == 12
    assert len(client.get(url, {"from": answer.context["rest"]}).context["known"]) == 9


def test_words_without_a_name_are_not_counted_as_anybodys(build, signed_in):
    """Whoever chooses the words of a theme cannot find out by counting whether one of those said what has no name."""
    space, theme, words = filled(build, {"L": 8, "P": 8})
    other = build.member(space, "Somebody else")
    client, seen = signed_in(space.opened_by), []
    for author, attribution in ((words[0].author, "anonymous"), (other, "anonymous"), (other, "standpoint")):
        said = build.contribution(space, author, f"Nobody knows: {author}.", ways="L", attribution=attribution)
        link = link_contribution(actor=space.opened_by, theme=theme, contribution=said)
        for by in ({}, {"by": "standpoint"}):
            rows, one, page = shown(client, space, **by)
            seen.append((rows, one.people, one.words, one.nameless))
            assert "One piece of words in it carries no name." in page
        link.delete()
    assert seen == [({"L": (8, 8), "P": (8, 8)}, 16, 16, 1)] * 6
    only, _theme, words = filled(build, {"L": 1})
    words[0].attribution = "anonymous"
    words[0].save()
    page = shown(signed_in(only.opened_by), only)[2]
    assert "Nothing is in it yet." not in page
    assert "Fewer than" not in page


def test_a_standpoint_that_is_only_counted_is_not_found_out_by_choosing_who_is_counted(build, signed_in):
    space = build.space()
    people = [build.member(space, ways=way) for way in "CCCCCCCCRRRRRRRR"]
    people += [build.member(space, ways="C", shown="counted") for _n in range(8)]
    words = [build.contribution(space, person, f"W{n}.", ways="L") for n, person in enumerate(people)]
    name_theme(actor=space.opened_by, space=space, name="Nights", contributions=words)
    rows, one, _page = shown(signed_in(space.opened_by), space, by="standpoint")
    assert one.people == 24
    assert rows == {"C": (8, 8), "R": (8, 8), "none": (8, 8)}
