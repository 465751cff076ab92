"""Naming a theme, putting words with it, and taking them out again."""

import uuid

import pytest

from coproduce.contributions.actions import revise_contribution, withdraw_contribution
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.themes.actions import end_link, link_contribution, link_many, name_theme
from coproduce.themes.models import Theme, ThemeLink
from coproduce.themes.passages import Stretch

pytestmark = pytest.mark.django_db

WORDS = "I am one person. I am not a sum. Nobody adds it up for me."


@pytest.fixture
def brought(build):
    space = build.space()
    return build.contribution(space, build.member(space, "Noreen", ways="L"), WORDS, ways="LM")


def key():
    return str(uuid.uuid4())


def naming(ticks, **fields):
    return {
        "key": key(),
        "name": "One chest, whoever looks at it",
        "words": "What it is like before any name.",
        "origin": "emerged",
        "why": "Both had looked at half.",
        "tick": [str(contribution.pk) for contribution in ticks],
        **fields,
    }


def test_a_member_names_a_theme_from_several_contributions(build, signed_in, brought):
    space = brought.space
    alison = build.member(space, "Alison")
    other = build.contribution(space, alison, "My dad too.")
    client = signed_in(alison)
    url = f"/s/{space.slug}/themes/name/"
    assert "I am one person." in client.get(url).content.decode()
    filled = naming([brought, other])
    first, second = client.post(url, filled), client.post(url, filled)
    theme = Theme.objects.get()
    assert first.url == second.url == f"/s/{space.slug}/themes/{theme.pk}/"
    assert (theme.origin, theme.proposed_by) == ("emerged", alison)
    assert {link.contribution_id for link in theme.links.all()} == {brought.pk, other.pk}
    assert all(link.why == "Both had looked at half." and link.linked_by == alison for link in theme.links.all())
    assert Event.objects.get(kind="theme named").subject == theme.pk
    page = client.get(first.url).content.decode()
    for words in ("I am one person.", "My dad too.", "Alison put this here", "from the words of Noreen"):
        assert words in page
    listed = client.get(f"/s/{space.slug}/themes/").content.decode()
    assert "One chest, whoever looks at it" in listed
    assert "2 pieces of what people said are in it." in listed


def test_turning_the_page_keeps_what_was_ticked_and_written(build, signed_in, brought):
    space = brought.space
    alison = build.member(space)
    for n in range(30):
        build.contribution(space, alison, f"Number {n}.")
    client = signed_in(alison)
    url = f"/s/{space.slug}/themes/name/"
    first = client.get(url)
    ticked = [row.pk for row in first.context["rows"]][:1]
    answer = client.post(url, {**naming([]), "tick": [str(ticked[0])], "go": first.context["go"]})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not Theme.objects.exists()
    assert "One chest, whoever looks at it" in page
    assert f'value="{ticked[0]}" id="tick-{ticked[0]}" checked' in page
    assert not set(ticked) & {row.pk for row in answer.context["rows"]}


def test_nothing_ticked_is_said_kindly(signed_in, brought):
    answer = signed_in(brought.author).post(f"/s/{brought.space.slug}/themes/name/", naming([]))
    assert answer.status_code == 422
    assert "Tick the words that belong to it." in answer.content.decode()


def test_words_of_another_space_cannot_be_ticked(build, signed_in, brought):
    other = build.space()
    elsewhere = build.contribution(other, other.opened_by)
    answer = signed_in(brought.author).post(f"/s/{brought.space.slug}/themes/name/", naming([elsewhere]))
    assert answer.status_code == 422
    with pytest.raises(NotHere):
        name_theme(actor=brought.author, space=brought.space, name="Theirs", contributions=[elsewhere])
    assert not Theme.objects.exists()


def test_two_open_themes_are_not_called_the_same(signed_in, brought):
    name_theme(actor=brought.author, space=brought.space, name="Stairs")
    answer = signed_in(brought.author).post(f"/s/{brought.space.slug}/themes/name/", naming([brought], name=" stairs "))
    assert answer.status_code == 422
    assert "There is a theme of that name already." in answer.content.decode()
    with pytest.raises(NotAllowed):
        name_theme(actor=brought.author, space=brought.space, name="STAIRS")


def test_strangers_name_nothing(build, signed_in, brought):
    stranger = build.member(build.space())
    space = brought.space
    theme = name_theme(actor=brought.author, space=space, name="Stairs", contributions=[brought])
    link = theme.links.get()
    client = signed_in(stranger)
    addresses = ["", "name/", f"link/{brought.pk}/", f"{theme.pk}/"]
    addresses += [f"{theme.pk}/{rest}" for rest in ("rename/", "merge/", "split/", f"links/{link.pk}/end/")]
    for rest in addresses:
        assert client.get(f"/s/{space.slug}/themes/{rest}").status_code == 404
    for act in (
        lambda: name_theme(actor=stranger, space=space, name="Mine"),
        lambda: link_contribution(actor=stranger, theme=theme, contribution=brought),
        lambda: end_link(actor=stranger, link=link),
        lambda: link_many(actor=stranger, space=space, rows=[]),
    ):
        with pytest.raises(NotHere):
            act()


def test_a_theme_of_one_space_is_not_found_through_another(build, signed_in, brought):
    theme = name_theme(actor=brought.author, space=brought.space, name="Stairs")
    other = build.space()
    build.join(other, brought.author)
    client = signed_in(brought.author)
    for rest in ("", "rename/", "merge/", "split/"):
        assert client.get(f"/s/{other.slug}/themes/{theme.pk}/{rest}").status_code == 404


def test_the_same_source_names_one_theme(brought):
    first = name_theme(actor=brought.author, space=brought.space, name="Stairs", source="csv:stairs")
    assert name_theme(actor=brought.author, space=brought.space, name="Stairs", source="csv:stairs") == first
    assert Event.objects.filter(kind="theme named").count() == 1


# ── linking ──────────────────────────────────────────────────────────────────────────────────────


def linking(**fields):
    return {"key": key(), "passage": "", "theme": "", "new_name": "", "origin": "emerged", "why": "", **fields}


def test_a_passage_is_put_with_a_theme_without_any_script(build, signed_in, brought):
    theme = name_theme(actor=brought.author, space=brought.space, name="Asked")
    alison = build.member(brought.space, "Alison")
    client = signed_in(alison)
    url = f"/s/{brought.space.slug}/themes/link/{brought.pk}/"
    filled = linking(theme=str(theme.pk), passage="Nobody adds  it\nup for me.", why="That is it.")
    client.post(url, filled)
    client.post(url, filled)
    link = theme.links.get()
    assert WORDS[link.start : link.end] == "Nobody adds it up for me."
    page = client.get(f"/s/{brought.space.slug}/brought/{brought.pk}/").content.decode()
    assert "<mark>Nobody adds it up for me.</mark>" in page
    assert "That is it." in page
    assert "Alison marked" in page


@pytest.mark.parametrize(
    ("passage", "said"),
    [("I am", "This stands 2 times in the words."), ("I was", "We cannot find this in the words.")],
)
def test_a_passage_that_is_not_one_place_is_told_kindly(signed_in, brought, passage, said):
    theme = name_theme(actor=brought.author, space=brought.space, name="Asked")
    url = f"/s/{brought.space.slug}/themes/link/{brought.pk}/"
    answer = signed_in(brought.author).post(url, linking(theme=str(theme.pk), passage=passage))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ThemeLink.objects.exists()


def test_where_the_page_counted_decides_between_two_places(signed_in, brought):
    theme = name_theme(actor=brought.author, space=brought.space, name="Asked")
    url = f"/s/{brought.space.slug}/themes/link/{brought.pk}/"
    client = signed_in(brought.author)
    client.post(url, linking(theme=str(theme.pk), passage="I am", start="17", end="21"))
    assert (theme.links.get().start, theme.links.get().end) == (17, 21)
    answer = client.post(url, linking(theme=str(theme.pk), passage="I am", start="3", end="9"))
    assert answer.status_code == 422


def test_a_new_theme_begins_from_one_passage(signed_in, brought):
    url = f"/s/{brought.space.slug}/themes/link/{brought.pk}/"
    client = signed_in(brought.author)
    client.post(url, linking(new_name="Not a sum", passage="I am not a sum."))
    theme = Theme.objects.get()
    assert (theme.name, theme.links.get().start) == ("Not a sum", 17)
    both = client.post(url, linking(new_name="Another", theme=str(theme.pk)))
    neither = client.post(url, linking())
    assert both.status_code == neither.status_code == 422


def test_linked_twice_it_is_there_once(brought):
    theme = name_theme(actor=brought.author, space=brought.space, name="Asked")
    link = {"actor": brought.author, "theme": theme, "contribution": brought}
    assert link_contribution(**link) == link_contribution(**link)
    assert link_contribution(**link, passage=Stretch(0, 4)) == link_contribution(**link, passage=Stretch(0, 4))
    assert theme.links.count() == 2
    with pytest.raises(NotAllowed):
        link_contribution(**link, passage=Stretch(0, 4000))


def test_a_passage_is_followed_into_a_newer_wording_or_said_to_be_earlier(build, signed_in, brought):
    theme = name_theme(actor=brought.author, space=brought.space, name="Asked")
    start = WORDS.index("Nobody")
    link_contribution(
        actor=brought.author, theme=theme, contribution=brought, passage=Stretch(start, start + 14), why="One."
    )
    link_contribution(actor=brought.author, theme=theme, contribution=brought, passage=Stretch(0, 16), why="Two.")
    revise_contribution(actor=brought.author, contribution=brought, words="Listen. Nobody adds it up for me.")
    page = signed_in(brought.author).get(f"/s/{brought.space.slug}/brought/{brought.pk}/").content.decode()
    assert "<mark>Nobody adds it</mark>" in page
    assert "(in an earlier wording)" in page


def test_words_are_taken_out_and_the_record_keeps_it(signed_in, brought):
    theme = name_theme(actor=brought.author, space=brought.space, name="Asked", contributions=[brought])
    link = theme.links.get()
    client = signed_in(brought.author)
    url = f"/s/{brought.space.slug}/themes/{theme.pk}/links/{link.pk}/end/"
    assert "I am one person." in client.get(url).content.decode()
    filled = {"key": key()}
    assert client.post(url, filled).url == client.post(url, filled).url
    link.refresh_from_db()
    assert link.ended_by == brought.author
    assert "I am one person." not in client.get(f"/s/{brought.space.slug}/themes/{theme.pk}/").content.decode()
    with pytest.raises(NotHere):
        end_link(actor=brought.author, link=link)
    link_contribution(actor=brought.author, theme=theme, contribution=brought)
    assert theme.links.filter(ended_at=None).count() == 1


def test_words_taken_back_leave_the_theme(build, signed_in, brought):
    alison = build.member(brought.space, "Alison")
    theme = name_theme(actor=alison, space=brought.space, name="Asked", contributions=[brought])
    withdraw_contribution(actor=brought.author, contribution=brought)
    page = signed_in(build.member(brought.space)).get(f"/s/{brought.space.slug}/themes/{theme.pk}/").content.decode()
    assert "one person" not in page
    assert "Noreen" not in page
    assert "was taken back by the person who brought it" in page


def test_many_links_at_once_and_none_twice(build, brought):
    space = brought.space
    themes = [name_theme(actor=brought.author, space=space, name=f"T{n}") for n in range(3)]
    words = [build.contribution(space, brought.author, f"W{n}.") for n in range(20)]
    rows = [(theme, each) for theme in themes for each in words]
    assert link_many(actor=brought.author, space=space, rows=rows) == 60
    assert link_many(actor=brought.author, space=space, rows=[*rows, *rows, (themes[0], brought)]) == 1
    event = Event.objects.filter(kind="words put with themes together").first()
    assert event.detail.payload["count"] == 60
    elsewhere = build.space()
    with pytest.raises(NotHere):
        link_many(actor=brought.author, space=elsewhere, rows=rows)
    with pytest.raises(NotHere):
        link_many(
            actor=brought.author, space=space, rows=[(themes[0], build.contribution(elsewhere, elsewhere.opened_by))]
        )


@pytest.mark.parametrize("state", ["close", "aside", "hidden"])
def test_who_put_words_with_a_theme_does_not_read_them_there_once_they_are_out_of_sight(build, signed_in, state):
    space = build.space()
    maker = build.member(space)
    words = build.contribution(space, build.member(space, "Noreen"), "He hid her tablets.", content_note="Pills")
    theme = name_theme(actor=maker, space=space, name="Medicines", contributions=[words])
    address = f"/s/{space.slug}/themes/{theme.pk}/links/{ThemeLink.objects.get().pk}/end/"
    assert "He hid her tablets." in signed_in(maker).get(address).content.decode()
    words.state, words.state_before = state, "visible" if state == "aside" else ""
    words.save()
    for person in (maker, space.opened_by):
        page = signed_in(person).get(address).content.decode()
        assert "Take them out" in page
        for told in ("He hid", "Pills", "Noreen"):
            assert told not in page
