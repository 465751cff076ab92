"""Placing themes under others, and undoing what was done to them while nothing later stands in the way."""

import uuid

import pytest

from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import problems_in_chains
from coproduce.history.models import Event
from coproduce.themes.actions import (
    ChangedMeanwhile,
    InTheWay,
    as_it_is,
    colour_theme,
    end_link,
    link_contribution,
    merge_themes,
    name_theme,
    place_theme,
    rename_theme,
    split_theme,
    undo_change,
)
from coproduce.themes.models import ThemeChange
from coproduce.themes.passages import Stretch

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(build):
    """A space, someone in it, three contributions, a theme with all of them, and one with the first."""
    space = build.space()
    alison = build.member(space, "Alison")
    words = [build.contribution(space, alison, f"Words {n}.", ways="L") for n in range(3)]
    theme = name_theme(actor=alison, space=space, name="Nights", contributions=words, why="At night.")
    other = name_theme(actor=alison, space=space, name="Fear", contributions=words[:1], why="Afraid.")
    return space, alison, words, theme, other


def held(theme):
    return {(link.contribution_id, link.start, link.linked_by_id) for link in theme.links.filter(ended_at=None)}


def newest(theme):
    return ThemeChange.objects.filter(theme=theme).order_by("changed_at").last()


# ── placing ──────────────────────────────────────────────────────────────────────────────────────


def test_a_theme_stands_under_another_never_under_itself_and_five_deep_at_most(made):
    space, alison, _words, theme, _other = made
    chain = [theme]
    for n in range(4):
        chain.append(name_theme(actor=alison, space=space, name=f"Level {n}"))
        place_theme(actor=alison, theme=chain[-1], under=chain[-2], why="Narrower.")
    with pytest.raises(NotAllowed, match="under itself"):
        place_theme(actor=alison, theme=theme, under=chain[-1])
    with pytest.raises(NotAllowed, match="under itself"):
        place_theme(actor=alison, theme=theme, under=theme)
    deeper = name_theme(actor=alison, space=space, name="Too deep")
    with pytest.raises(NotAllowed, match="five deep"):
        place_theme(actor=alison, theme=deeper, under=chain[-1])
    place_theme(actor=alison, theme=chain[1], under=None)
    under = name_theme(actor=alison, space=space, name="Wide")
    place_theme(actor=alison, theme=under, under=deeper)
    with pytest.raises(NotAllowed, match="five deep"):
        place_theme(actor=alison, theme=chain[1], under=under)
    assert Event.objects.filter(kind="theme placed").count() == 6


def test_the_list_shows_what_stands_under_what(signed_in, made):
    space, alison, _words, theme, other = made
    client = signed_in(alison)
    plain = client.get(f"/s/{space.slug}/themes/").content.decode()
    assert "under-1" not in plain
    url = f"/s/{space.slug}/themes/{theme.pk}/place/"
    assert "It stands on its own" in client.get(url).content.decode()
    filled = {"key": str(uuid.uuid4()), "under": str(other.pk), "why": "Wider.", "as_it_was": as_it_is(theme)}
    first, second = client.post(url, filled), client.post(url, filled)
    assert first.url == second.url
    page = client.get(f"/s/{space.slug}/themes/").content.decode()
    assert page.index(">Fear<") < page.index("under-1") < page.index(">Nights<")
    assert "A theme under" in client.get(f"/s/{space.slug}/themes/{theme.pk}/").content.decode()
    theme.refresh_from_db()
    again = {"key": str(uuid.uuid4()), "under": str(theme.pk), "why": "", "as_it_was": as_it_is(other)}
    refused = client.post(f"/s/{space.slug}/themes/{other.pk}/place/", again)
    assert refused.status_code == 422
    assert "cannot stand under itself" in refused.content.decode()


def test_a_theme_under_which_others_stand_is_not_merged_away(made):
    _space, alison, _words, theme, other = made
    place_theme(actor=alison, theme=theme, under=other)
    with pytest.raises(NotAllowed, match="stand under this one"):
        merge_themes(actor=alison, theme=other, into=theme, why="Same.")


def test_a_colour_is_one_of_those_that_can_be_told_apart(signed_in, made):
    space, alison, _words, theme, _other = made
    client = signed_in(alison)
    url = f"/s/{space.slug}/themes/{theme.pk}/colour/"
    assert "Woad blue" in client.get(url).content.decode()
    client.post(url, {"key": str(uuid.uuid4()), "colour": "#27589b", "as_it_was": as_it_is(theme)})
    assert 'fill="#27589b"' in client.get(f"/s/{space.slug}/themes/").content.decode()
    theme.refresh_from_db()
    with pytest.raises(NotAllowed):
        colour_theme(actor=alison, theme=theme, colour="#ffffff")


# ── two at once ──────────────────────────────────────────────────────────────────────────────────


def test_a_sheet_opened_before_somebody_else_renamed_it_comes_back_with_both(build, signed_in, made):
    space, alison, _words, theme, _other = made
    stephen = build.member(space, "Stephen")
    client = signed_in(stephen)
    url = f"/s/{space.slug}/themes/{theme.pk}/rename/"
    opened = as_it_is(theme)
    rename_theme(actor=alison, theme=theme, name="Long nights", words="All of them.", why="Longer.")
    filled = {"key": str(uuid.uuid4()), "name": "Short nights", "words": "", "why": "Mine.", "as_it_was": opened}
    refused = client.post(url, filled)
    assert refused.status_code == 409
    page = refused.content.decode()
    for said in ("It is called “Long nights” now.", "All of them.", 'value="Short nights"', "Mine."):
        assert said in page
    theme.refresh_from_db()
    assert theme.name == "Long nights"
    again = client.post(url, {**filled, "as_it_was": as_it_is(theme)})
    assert again.status_code == 302
    theme.refresh_from_db()
    assert theme.name == "Short nights"
    assert [change.after for change in theme.changes.all()] == ["Long nights", "Short nights"]


@pytest.mark.parametrize("sheet", ["merge", "split", "place", "colour"])
def test_every_sheet_that_changes_a_theme_asks_again(signed_in, made, sheet):
    space, alison, words, theme, other = made
    opened = as_it_is(theme)
    rename_theme(actor=alison, theme=theme, name="Long nights", why="Longer.")
    filled = {"key": str(uuid.uuid4()), "why": "Mine.", "as_it_was": opened, "into": str(other.pk), "name": "New",
              "tick": [str(words[0].pk)], "under": str(other.pk), "colour": "#27589b"}  # fmt: skip
    refused = signed_in(alison).post(f"/s/{space.slug}/themes/{theme.pk}/{sheet}/", filled)
    assert refused.status_code == 409
    assert "It is called “Long nights” now." in refused.content.decode()
    assert ThemeChange.objects.count() == 1


def test_an_action_refuses_what_was_looked_at_before_a_change(made):
    _space, alison, _words, theme, _other = made
    opened = as_it_is(theme)
    rename_theme(actor=alison, theme=theme, name="Long nights", why="Longer.")
    with pytest.raises(ChangedMeanwhile):
        rename_theme(actor=alison, theme=theme, name="Short nights", why=".", as_it_was=opened)


# ── undoing ──────────────────────────────────────────────────────────────────────────────────────


def test_a_renaming_is_undone_with_what_it_gathers(build, signed_in, made):
    space, alison, _words, theme, _other = made
    rename_theme(actor=alison, theme=theme, name="Dark", words="Without light.", why=".")
    change = newest(theme)
    client = signed_in(build.member(space, "Stephen"))
    url = f"/s/{space.slug}/themes/{theme.pk}/changes/{change.pk}/undo/"
    assert "“Nights” was renamed “Dark”" in client.get(url).content.decode()
    filled = {"key": str(uuid.uuid4()), "why": "It was better."}
    assert client.post(url, filled).url == client.post(url, filled).url
    theme.refresh_from_db()
    assert (theme.name, theme.words) == ("Nights", "")
    assert "Stephen undid this on" in client.get(f"/s/{space.slug}/themes/{theme.pk}/").content.decode()
    assert Event.objects.filter(kind="theme change undone").count() == 1
    assert client.post(url, {"key": str(uuid.uuid4())}).status_code == 404


def test_a_renaming_is_not_undone_while_a_later_one_stands(signed_in, made):
    space, alison, _words, theme, _other = made
    rename_theme(actor=alison, theme=theme, name="Dark", why=".")
    first = newest(theme)
    rename_theme(actor=alison, theme=theme, name="Darker", why=".")
    url = f"/s/{space.slug}/themes/{theme.pk}/changes/{first.pk}/undo/"
    refused = signed_in(alison).post(url, {"key": str(uuid.uuid4())})
    assert refused.status_code == 409
    assert "Alison has renamed “Dark” to “Darker” since. Undo that first." in refused.content.decode()
    undo_change(actor=alison, change=newest(theme))
    undo_change(actor=alison, change=first)
    theme.refresh_from_db()
    assert theme.name == "Nights"


def test_a_name_that_another_theme_took_stands_in_the_way(made):
    space, alison, words, theme, _other = made
    rename_theme(actor=alison, theme=theme, name="Dark", why=".")
    name_theme(actor=alison, space=space, name="nights", contributions=words[:1])
    with pytest.raises(NotAllowed):
        undo_change(actor=alison, change=newest(theme))
    theme.refresh_from_db()
    assert theme.name == "Dark"


def test_a_merge_is_undone_and_every_link_stands_where_it_stood(build, made):
    space, alison, words, theme, other = made
    stephen = build.member(space, "Stephen")
    link_contribution(actor=stephen, theme=theme, contribution=words[0], passage=Stretch(0, 5), why="Mine.")
    link_contribution(actor=stephen, theme=other, contribution=words[2])
    before, before_other = held(theme), held(other)
    merge_themes(actor=alison, theme=theme, into=other, why="Same.")
    added = link_contribution(actor=stephen, theme=other, contribution=words[1], passage=Stretch(0, 3))
    taken = other.links.get(ended_at=None, contribution=words[2], linked_by=alison)
    end_link(actor=alison, link=taken)
    undo_change(actor=stephen, change=newest(theme), why="Not the same.")
    theme.refresh_from_db()
    assert (theme.state, theme.merged_into) == ("open", None)
    # What was taken out since stays out, what was put there since stays there.
    assert held(theme) == before - {(words[2].pk, None, alison.pk)}
    assert held(other) == before_other | {(words[1].pk, 0, stephen.pk)}
    assert theme.links.get(ended_at=None, start=0).why == "Mine."
    assert added.pk in set(other.links.filter(ended_at=None).values_list("pk", flat=True))
    assert list(problems_in_chains()) == []
    with pytest.raises(NotHere):
        undo_change(actor=stephen, change=ThemeChange.objects.get(kind="merged"))


def test_a_merge_is_not_undone_while_its_words_went_on(made):
    space, alison, words, theme, other = made
    merge_themes(actor=alison, theme=theme, into=other, why="Same.")
    change = newest(theme)
    went = list(other.links.filter(ended_at=None, contribution=words[1]))
    new = split_theme(actor=alison, theme=other, name="Part", links=went, why=".")
    with pytest.raises(InTheWay, match="has split “Part” from “Fear” since"):
        undo_change(actor=alison, change=change)
    undo_change(actor=alison, change=newest(other))
    undo_change(actor=alison, change=change)
    theme.refresh_from_db()
    new.refresh_from_db()
    assert (theme.state, new.state) == ("open", "merged")
    wide = name_theme(actor=alison, space=space, name="Wide")
    merge_themes(actor=alison, theme=theme, into=other, why="Same.")
    again = newest(theme)
    merge_themes(actor=alison, theme=other, into=wide, why="Same.")
    with pytest.raises(InTheWay, match="has made “Fear” a part of “Wide” since"):
        undo_change(actor=alison, change=again)


def test_a_split_is_undone_with_what_was_added_since(build, made):
    space, alison, words, theme, _other = made
    before = held(theme)
    new = split_theme(
        actor=alison, theme=theme, name="Part", links=list(theme.links.filter(contribution=words[0])), why="."
    )
    link_contribution(actor=build.member(space), theme=new, contribution=words[1], passage=Stretch(0, 4))
    undo_change(actor=alison, change=newest(theme))
    new.refresh_from_db()
    assert (new.state, new.merged_into) == ("merged", theme)
    assert before < held(theme)
    assert len(held(theme)) == 4


def test_a_placing_is_undone(made):
    space, alison, _words, theme, other = made
    place_theme(actor=alison, theme=theme, under=other)
    first = newest(theme)
    third = name_theme(actor=alison, space=space, name="Third")
    place_theme(actor=alison, theme=theme, under=third)
    with pytest.raises(InTheWay, match="somewhere else since"):
        undo_change(actor=alison, change=first)
    undo_change(actor=alison, change=newest(theme))
    undo_change(actor=alison, change=first)
    theme.refresh_from_db()
    assert theme.parent is None


def test_a_change_of_another_theme_or_space_is_not_undone_here(build, signed_in, made):
    space, alison, _words, theme, other = made
    rename_theme(actor=alison, theme=theme, name="Dark", why=".")
    change = newest(theme)
    client = signed_in(alison)
    assert client.get(f"/s/{space.slug}/themes/{other.pk}/changes/{change.pk}/undo/").status_code == 404
    with pytest.raises(NotHere):
        undo_change(actor=build.space().opened_by, change=change)
