"""The board of themes: what it shows, moving words by ticking and choosing, and putting them back."""

import uuid

import pytest
from django.urls import reverse

from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.themes.actions import MovedMeanwhile, end_link, link_contribution, move_links, name_theme, undo_move
from coproduce.themes.passages import Stretch

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(build):
    """A space, two coders, three contributions; Nights has a passage of the first from each and the second whole."""
    space = build.space()
    alison, stephen = build.member(space, "Alison"), build.member(space, "Stephen")
    words = [build.contribution(space, alison, f"Words {n} of somebody.", ways="L") for n in range(3)]
    nights = name_theme(actor=alison, space=space, name="Nights")
    fear = name_theme(actor=alison, space=space, name="Fear")
    for person in (alison, stephen):
        link_contribution(
            actor=person, theme=nights, contribution=words[0], passage=Stretch(0, 7), why=person.chosen_name
        )
    link_contribution(actor=alison, theme=nights, contribution=words[1])
    return space, alison, stephen, words, nights, fear


def held(theme, person):
    links = theme.links.filter(ended_at=None, linked_by=person)
    return {(link.contribution_id, link.start, link.end) for link in links}


def moving(cards, theme, **fields):
    values = [f"{words.pk} {out_of.pk if out_of else 'none'}" for words, out_of in cards]
    return {"key": str(uuid.uuid4()), "card": values, "to": str(theme.pk) if theme else "none", "why": "", **fields}


def test_the_board_shows_each_theme_with_its_words_and_what_is_in_none(signed_in, made):
    space, _alison, stephen, _words, _nights, _fear = made
    client = signed_in(stephen)
    page = client.get(reverse("themes:board", args=[space.slug])).content.decode()
    assert page.index("In no theme yet") < page.index("Words 2 of") < page.index(">Nights<")
    assert page.count('<q dir="auto"><bdi>Words 0</bdi></q>') == 1
    assert "Put here by Alison" in page
    mine = client.get(reverse("themes:board", args=[space.slug]) + "?whose=mine").content.decode()
    assert "Words 1 of" not in mine


def test_a_ticked_card_leads_to_where_it_is_moved_and_the_themes_lead_to_every_way_of_reading_them(signed_in, made):
    space, person = made[0], made[1]
    client = signed_in(person)
    board = client.get(reverse("themes:board", args=[space.slug])).content.decode()
    assert board.count('href="#id_to"') == board.count('name="card"') > 0
    assert 'id="id_to"' in board
    themes = client.get(reverse("themes:themes", args=[space.slug])).content.decode()
    for way in ("board", "coding", "compare"):
        assert f'href="{reverse(f"themes:{way}", args=[space.slug])}"' in themes


def test_what_i_put_there_moves_with_its_passage_and_others_keep_theirs(signed_in, made):
    space, alison, stephen, words, nights, fear = made
    client = signed_in(alison)
    url = reverse("themes:board", args=[space.slug])
    filled = moving([(words[0], nights), (words[1], nights)], fear, why="It is fear.")
    first, second = client.post(url, filled), client.post(url, filled)
    assert first.url == second.url
    assert held(nights, alison) == set()
    assert held(nights, stephen) == {(words[0].pk, 0, 7)}
    assert held(fear, alison) == {(words[0].pk, 0, 7), (words[1].pk, None, None)}
    link = fear.links.get(start=0)
    assert (link.why, link.moved_from.theme) == ("It is fear.", nights)
    assert Event.objects.filter(kind="words moved on the board").count() == 1
    page = client.get(first.url).content.decode()
    assert "They were moved." in page
    at = page.split('name="at" value="')[1].split('"')[0].replace("&#x2B;", "+")
    back = {"key": str(uuid.uuid4()), "at": at}
    assert client.post(reverse("themes:move_back", args=[space.slug]), back).url == url
    assert held(nights, alison) == {(words[0].pk, 0, 7), (words[1].pk, None, None)}
    assert held(fear, alison) == set()
    assert nights.links.get(ended_at=None, start=0, linked_by=alison).why == "Alison"
    assert client.post(reverse("themes:move_back", args=[space.slug]), back).url == url


def test_what_only_others_put_there_i_say_of_the_other_theme_too(made):
    space, _alison, stephen, words, nights, fear = made
    move_links(actor=stephen, space=space, cards=[(words[1], nights)], to=fear)
    assert held(fear, stephen) == {(words[1].pk, None, None)}
    assert fear.links.get().moved_from is None
    assert nights.links.filter(contribution=words[1], ended_at=None).exists()
    with pytest.raises(NotAllowed, match="Somebody else put these words there"):
        move_links(actor=stephen, space=space, cards=[(words[1], nights)], to=None)


def test_from_no_theme_into_one_and_out_again(made):
    space, alison, _stephen, words, nights, fear = made
    at = move_links(actor=alison, space=space, cards=[(words[2], None)], to=fear)
    assert held(fear, alison) == {(words[2].pk, None, None)}
    undo_move(actor=alison, space=space, at=at)
    assert held(fear, alison) == set()
    with pytest.raises(NotHere):
        undo_move(actor=alison, space=space, at=at)
    move_links(actor=alison, space=space, cards=[(words[1], nights)], to=None)
    assert held(nights, alison) == {(words[0].pk, 0, 7)}


def test_what_was_moved_meanwhile_is_said_and_nothing_changes(signed_in, made):
    space, alison, _stephen, words, nights, fear = made
    end_link(actor=alison, link=nights.links.get(contribution=words[1]))
    with pytest.raises(MovedMeanwhile):
        move_links(actor=alison, space=space, cards=[(words[0], nights), (words[1], nights)], to=fear)
    assert held(nights, alison) == {(words[0].pk, 0, 7)}
    client, url = signed_in(alison), reverse("themes:board", args=[space.slug])
    refused = client.post(url, moving([(words[1], nights)], fear))
    assert refused.status_code == 422
    assert "not where you saw them any more" in refused.content.decode()
    for nothing in (moving([], fear), moving([(words[0], nights)], fear, to="")):
        assert client.post(url, nothing).status_code == 422


def test_words_and_themes_of_another_space_are_not_moved(build, signed_in, made):
    space, alison, _stephen, words, nights, fear = made
    other = build.space()
    theirs = build.contribution(other, other.opened_by, "Theirs.")
    client, url = signed_in(alison), reverse("themes:board", args=[space.slug])
    assert client.post(url, moving([(theirs, None)], fear)).status_code == 404
    assert client.post(url, {**moving([(words[0], nights)], fear), "card": ["nonsense"]}).status_code == 404
    assert signed_in(other.opened_by).get(url).status_code == 404


@pytest.mark.slow
def test_many_columns_and_cards_take_as_many_queries_as_few(build, signed_in, made, django_assert_max_num_queries):
    space, alison, stephen, _words, nights, _fear = made
    client, url = signed_in(alison), reverse("themes:board", args=[space.slug])
    brought = [build.contribution(space, alison, f"More {n}.") for n in range(30)]
    for n in range(12):
        name_theme(actor=alison, space=space, name=f"Theme {n}", contributions=brought)
    for each in brought[:25]:
        link_contribution(actor=stephen, theme=nights, contribution=each)
    with django_assert_max_num_queries(12):
        answer = client.get(url)
    assert [len(column.cards) for column in answer.context["columns"]][1] == 10
    assert answer.context["rest"] == 8
    assert client.get(url + "?from=8").context["rest"] == 0
    found, start = set(), 0
    while True:
        column = client.get(url + f"?column={nights.pk}&start={start}").context["columns"][0]
        found |= {card.contribution.pk for card in column.cards}
        start = column.more
        if not start:
            break
    assert len(found) == 27
    assert client.get(url + "?column=none&start=10").status_code == 200
    assert client.get(url + "?column=nonsense").status_code == 404
