"""Renaming, merging and splitting themes, with their history."""

import uuid

import pytest

from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.themes.actions import (
    link_contribution,
    merge_themes,
    name_theme,
    rename_theme,
    split_theme,
)
from coproduce.themes.models import Theme, ThemeChange
from coproduce.themes.passages import Stretch

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(build):
    """A space, someone in it, two contributions, and a theme holding both."""
    space = build.space()
    alison = build.member(space, "Alison")
    words = [build.contribution(space, alison, f"Words {n}.", ways="L") for n in range(2)]
    theme = name_theme(actor=alison, space=space, name="Nights", contributions=words, why="Both at night.")
    return space, alison, words, theme


def key():
    return str(uuid.uuid4())


def test_renamed_with_what_it_was_called_before(build, signed_in, made):
    space, _alison, _words, theme = made
    stephen = build.member(space, "Stephen")
    client = signed_in(stephen)
    url = f"/s/{space.slug}/themes/{theme.pk}/"
    assert "Nights" in client.get(url + "rename/").content.decode()
    filled = {"key": key(), "name": "Fear at night", "words": "", "why": "It is the fear."}
    client.post(url + "rename/", filled)
    client.post(url + "rename/", filled)
    theme.refresh_from_db()
    change = ThemeChange.objects.get()
    assert (theme.name, change.before, change.after) == ("Fear at night", "Nights", "Fear at night")
    page = client.get(url).content.decode()
    assert "“Nights” was renamed “Fear at night”, by Stephen: <q>It is the fear.</q>" in page
    assert Event.objects.get(kind="theme renamed").actor == stephen.pk
    assert client.post(url + "rename/", {**filled, "key": key(), "why": ""}).status_code == 422


def test_merged_everything_goes_along_and_the_old_page_says_where(signed_in, made, build):
    space, alison, words, theme = made
    into = name_theme(actor=alison, space=space, name="Fear", contributions=words[:1])
    link_contribution(actor=alison, theme=theme, contribution=words[0], passage=Stretch(0, 5), why="This bit.")
    stephen = build.member(space, "Stephen")
    client = signed_in(stephen)
    url = f"/s/{space.slug}/themes/{theme.pk}/merge/"
    filled = {"key": key(), "into": str(into.pk), "why": "The same thing."}
    first, second = client.post(url, filled), client.post(url, filled)
    assert first.url == second.url == f"/s/{space.slug}/themes/{into.pk}/"
    theme.refresh_from_db()
    assert (theme.state, theme.merged_into) == ("merged", into)
    kept = into.links.filter(ended_at=None)
    assert kept.count() == 3
    assert kept.get(start=0).why == "This bit."
    assert {link.linked_by for link in kept} == {alison}
    assert not theme.links.filter(ended_at=None).exists()
    assert "became a part of" in client.get(f"/s/{space.slug}/themes/{theme.pk}/").content.decode()
    assert "“Nights” became a part of “Fear”" in client.get(first.url).content.decode()
    listed = client.get(f"/s/{space.slug}/themes/").content.decode()
    assert "Nights" not in listed


def test_a_merged_theme_is_not_changed_again(made, signed_in):
    space, alison, words, theme = made
    into = name_theme(actor=alison, space=space, name="Fear")
    merge_themes(actor=alison, theme=theme, into=into, why="Same.")
    for act in (
        lambda: rename_theme(actor=alison, theme=theme, name="X", why="."),
        lambda: merge_themes(actor=alison, theme=theme, into=into, why="."),
        lambda: merge_themes(actor=alison, theme=into, into=theme, why="."),
        lambda: link_contribution(actor=alison, theme=Theme.objects.get(pk=theme.pk), contribution=words[0]),
    ):
        with pytest.raises(NotAllowed):
            act()
    name_theme(actor=alison, space=space, name="Nights")
    assert signed_in(alison).get(f"/s/{space.slug}/themes/{theme.pk}/").status_code == 200


def test_a_theme_is_not_merged_into_itself_or_into_another_space(build, made):
    _space, alison, _words, theme = made
    other = build.space()
    build.join(other, alison)
    elsewhere = name_theme(actor=alison, space=other, name="Elsewhere")
    for into in (theme, elsewhere):
        with pytest.raises(NotHere):
            merge_themes(actor=alison, theme=theme, into=into, why=".")


def test_split_a_new_theme_begins_with_some_of_its_words(signed_in, made):
    space, alison, words, theme = made
    client = signed_in(alison)
    url = f"/s/{space.slug}/themes/{theme.pk}/split/"
    assert "Words 0." in client.get(url).content.decode()
    filled = {"key": key(), "name": "Sleep", "words": "", "why": "Two things.", "tick": [str(words[0].pk)]}
    first, second = client.post(url, filled), client.post(url, filled)
    new = Theme.objects.get(name="Sleep")
    assert first.url == second.url == f"/s/{space.slug}/themes/{new.pk}/"
    assert (new.split_from, new.origin) == (theme, theme.origin)
    assert [link.contribution for link in new.links.filter(ended_at=None)] == [words[0]]
    assert [link.contribution for link in theme.links.filter(ended_at=None)] == [words[1]]
    assert new.links.get().why == "Both at night."
    for url in (first.url, f"/s/{space.slug}/themes/{theme.pk}/"):
        assert "“Sleep” was split from “Nights”" in client.get(url).content.decode()


def test_a_split_needs_words_of_this_theme(build, signed_in, made):
    space, alison, words, theme = made
    url = f"/s/{space.slug}/themes/{theme.pk}/split/"
    filled = {"key": key(), "name": "Sleep", "words": "", "why": "Two things."}
    answer = signed_in(alison).post(url, filled)
    assert answer.status_code == 422
    assert "Two things." in answer.content.decode()
    other = name_theme(actor=alison, space=space, name="Other", contributions=words)
    with pytest.raises(NotHere):
        split_theme(actor=alison, theme=theme, name="Sleep", links=list(other.links.all()), why=".")
    with pytest.raises(NotAllowed):
        split_theme(actor=alison, theme=theme, name="Sleep", links=[], why=".")
