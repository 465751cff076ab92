"""A wall: opening it, writing cards, moving them together, and what becomes of the groups."""

import uuid

import pytest

from coproduce import clock
from coproduce.contributions.actions import put_aside
from coproduce.contributions.models import Contribution, WaitingWords
from coproduce.errors import NotHere
from coproduce.history.chain import problems_in_chains
from coproduce.history.models import Event
from coproduce.people.models import Attribution, Channel
from coproduce.spaces.models import JoinLink, Membership
from coproduce.themes.models import Origin, Theme, ThemeLink
from coproduce.walls import actions
from coproduce.walls.models import Wall, WallCard, WallGroup

pytestmark = pytest.mark.django_db


def send(client, address, **fields):
    """One sheet, filled in."""
    return client.post(address, {"key": str(uuid.uuid4()), **fields})


def write(client, at, words, **fields):
    return send(client, at("card/"), words=words, **{"ways": ["L"], "attribution": "chosen", **fields})


def text(answer):
    return answer.content.decode()


def hung(client, at):
    """What hangs on the wall: {name of the group, "" for none: [words]}."""
    shown = client.get(at()).context["hung"]
    return {"": [card.words for card in shown.loose]} | {
        held.group.name: [card.words for card in held.cards] for held in shown.groups
    }


# ── opening and closing ──────────────────────────────────────────────────────────────────────────


def test_a_facilitator_opens_a_wall_and_others_are_told_who_can(signed_in, space, farzana, noreen, gathering):
    address = f"/s/{space.slug}/gatherings/{gathering.pk}/wall/"
    assert "There is no wall yet" in text(signed_in(noreen).get(address))
    assert send(signed_in(noreen), f"{address}open/", lets_in="on").status_code == 403
    answer = send(signed_in(farzana), f"{address}open/", lets_in="on")
    assert answer["Location"] == address
    wall = Wall.objects.get()
    assert wall.way_in.is_open
    assert wall.way_in.code == wall.code
    assert wall.code not in text(signed_in(noreen).get(address)), "the way in stands on the projector"
    assert "No card hangs here yet" in text(signed_in(noreen).get(address))
    assert Event.objects.filter(kind="wall opened").count() == 1


def test_a_closed_wall_is_read_and_written_on_no_more(signed_in, at, wall, farzana, noreen):
    write(signed_in(noreen), at, "Nobody rings at night.")
    assert send(signed_in(noreen), at("close/")).status_code == 403
    assert send(signed_in(farzana), at("close/")).status_code == 302
    wall.refresh_from_db()
    assert not wall.is_open
    assert not JoinLink.objects.get(pk=wall.way_in_id).is_open
    read = text(signed_in(noreen).get(at()))
    assert "Nobody rings at night." in read
    assert "This wall closed on" in read
    assert write(signed_in(noreen), at, "Too late.").status_code == 409
    assert send(signed_in(noreen), at("group/"), name="Late").status_code == 409
    card = Contribution.objects.get()
    assert send(signed_in(noreen), at(f"move/{card.pk}/"), to="none", version="0").status_code == 409
    assert "has closed" in text(signed_in(noreen).get(at("projector/")))
    assert send(signed_in(farzana), at("open/")).status_code == 302
    wall.refresh_from_db()
    assert wall.is_open
    assert not JoinLink.objects.get(pk=wall.way_in_id).is_open, "without the tick nobody is let in"


# ── cards ────────────────────────────────────────────────────────────────────────────────────────


def test_a_card_is_something_brought_in_the_room(signed_in, at, wall, noreen):
    answer = write(signed_in(noreen), at, "The lamp was off.", ways=["L", "C"], attribution="anonymous")
    assert answer["Location"] == at("card/")
    card = Contribution.objects.get()
    assert (card.gathering_id, card.channel, card.ways) == (wall.gathering_id, Channel.ROOM, "LC")
    assert card.attribution == Attribution.ANONYMOUS
    assert hung(signed_in(noreen), at) == {"": ["The lamp was off."]}
    assert signed_in(noreen).get(f"/s/{wall.gathering.space.slug}/brought/{card.pk}/").status_code == 200


def test_the_next_card_remembers_how_one_knows_and_how_the_name_appears(signed_in, at, noreen):
    client = signed_in(noreen)
    assert client.get(at("card/")).context["form"].initial["ways"] == ["L"]
    write(client, at, "One.", ways=["C", "M"], attribution="standpoint")
    after = client.get(at("card/"))
    assert "Your card hangs on the wall" in text(after)
    assert after.context["form"].initial == {"ways": ["C", "M"], "attribution": "standpoint"}


def test_a_card_is_short(signed_in, at, noreen):
    answer = write(signed_in(noreen), at, "x" * 1201)
    assert answer.status_code == 422
    assert "more than fits on a card" in text(answer)
    assert not Contribution.objects.exists()


def test_what_was_taken_back_or_put_out_of_sight_hangs_no_more(signed_in, at, room):
    for state in ("visible", "hidden", "close", "withdrawn"):
        words = "" if state == "withdrawn" else f"It is {state}."
        room.build.contribution(room.space, room.noreen, words, gathering=room.wall.gathering, state=state)
    aside = room.build.contribution(room.space, room.noreen, "It is aside.", gathering=room.wall.gathering)
    put_aside(actor=room.noreen, contribution=aside)
    assert hung(signed_in(room.noreen), at) == {"": ["It is visible."]}
    assert text(signed_in(room.noreen).get(at("projector/"))).count("It is ") == 1


# ── people who are not members, and one phone for several ────────────────────────────────────────


def test_a_member_who_scans_comes_to_a_card(signed_in, at, wall, noreen):
    assert signed_in(noreen).get(f"/wall/{wall.code}/")["Location"] == at("card/")
    typed = signed_in(noreen).post("/wall/", {"code": f" {wall.code.lower().replace('-', ' ')} "})
    assert typed["Location"] == f"/wall/{wall.code}/"
    assert signed_in(noreen).post("/wall/", {"code": "AAAA-AAAA"}).status_code == 422


def test_a_newcomer_writes_first_and_the_card_hangs_when_they_have_joined(signed_in, client, at, room):
    address = f"/wall/{room.wall.code}/"
    page = client.get(address)
    assert "In the library" in text(page)
    assert "Noreen" not in text(page)
    sent = send(client, address, words="I came with my mum.", ways=["C"], attribution="anonymous")
    waiting = WaitingWords.objects.get()
    assert f"/kept/{waiting.token}/" in sent["Location"].replace("%2F", "/")
    assert hung(signed_in(room.noreen), at) == {"": []}
    ama = room.build.person("Ama")
    newcomer = signed_in(ama)
    newcomer.post(f"/kept/{waiting.token}/whose/", {"mine": "yes"})
    sheet = {"words": "I came with my mum.", "ways": ["C"], "attribution": "anonymous", "kind": "observation"}
    assert send(newcomer, f"/kept/{waiting.token}/", **sheet).status_code == 302
    assert hung(newcomer, at) == {"": ["I came with my mum."]}
    assert Contribution.objects.get().author == ama
    assert Contribution.objects.get().channel == Channel.ROOM


def test_the_code_lets_nobody_in_where_the_facilitator_did_not_want_that(client, signed_in, build, farzana, gathering):
    wall = actions.open_wall(actor=farzana, gathering=gathering, lets_in=False)
    for one in (client, signed_in(build.person("Ama"))):
        assert one.get(f"/wall/{wall.code}/").status_code == 410
        assert send(one, f"/wall/{wall.code}/", words="x", attribution="anonymous").status_code == 410
        assert one.get("/wall/ZZZZ-ZZZZ/").status_code == 404
    assert not WaitingWords.objects.exists()


def test_one_phone_goes_round_for_people_who_do_not_come_online(signed_in, at, room):
    walter = room.build.member(room.space, "Walter", account=False)
    answer = send(
        signed_in(room.farzana), at("pass-round/"), person=walter.pk, words="I write letters.", attribution="chosen"
    )
    assert answer["Location"] == at("pass-round/")
    card = Contribution.objects.get()
    assert (card.author, card.recorder) == (walter, room.farzana)
    assert send(signed_in(room.noreen), at("pass-round/"), person=walter.pk).status_code == 403


def test_a_card_for_somebody_who_signs_in_waits_for_their_yes(signed_in, at, room):
    zofia = room.build.member(room.space, "Zofia")
    sent = {"words": "The clinic is cold.", "attribution": "chosen", "ways": ["P"]}
    assert send(signed_in(room.farzana), at("pass-round/"), person=zofia.pk, **sent).status_code == 302
    assert not Contribution.objects.exists(), "nobody speaks for someone who signs in"
    waiting = WaitingWords.objects.get()
    for one in (room.farzana, room.noreen):
        assert "The clinic is cold" not in text(signed_in(one).get(at()))
        assert signed_in(one).get(f"/kept/{waiting.token}/").status_code == 404
    own = text(signed_in(zofia).get(at()))
    assert "A card waits for your yes" in own
    assert f"/kept/{waiting.token}/" in own
    front = f"/s/{room.space.slug}/"
    Membership.objects.filter(person=zofia).update(last_here_at=clock.now(), here_before_at=clock.now())
    assert "<b>wait for your yes</b>" in text(signed_in(zofia).get(front))
    assert "wait for your yes" not in text(signed_in(room.noreen).get(front))
    kept = signed_in(zofia).get(f"/kept/{waiting.token}/")
    assert "The clinic is cold." in text(kept)
    assert send(signed_in(zofia), f"/kept/{waiting.token}/", kind="observation", **sent).status_code == 302
    card = Contribution.objects.get()
    assert (card.author, card.gathering_id, card.channel) == (zofia, room.wall.gathering_id, Channel.ROOM)
    assert "waits for your yes" not in text(signed_in(zofia).get(at()))


def test_a_card_waits_also_where_the_code_lets_nobody_in(signed_in, build, space, farzana, gathering):
    wall, zofia = actions.open_wall(actor=farzana, gathering=gathering, lets_in=False), build.member(space, "Zofia")
    address = f"/s/{space.slug}/gatherings/{wall.gathering_id}/wall/pass-round/"
    sent = send(signed_in(farzana), address, person=zofia.pk, words="The clinic is warm.", attribution="anonymous")
    assert sent.status_code == 302
    assert WaitingWords.objects.get().person == zofia


def test_nobody_outside_the_space_is_in_the_list(signed_in, at, build, farzana):
    outsider = build.person("Outsider")
    refused = send(signed_in(farzana), at("pass-round/"), person=outsider.pk, words="x", attribution="anonymous")
    assert refused.status_code == 422
    assert "Outsider" not in text(refused)


# ── groups ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def card(signed_in, at, noreen):
    write(signed_in(noreen), at, "Nobody rings at night.")
    return Contribution.objects.get()


def test_cards_are_put_together_and_each_move_is_on_record(signed_in, at, card, noreen, wall):
    client = signed_in(noreen)
    moved = send(client, at(f"move/{card.pk}/"), to="new", name="Nights", version="0")
    assert moved["Location"] == f"{at()}#card-{card.pk}"
    assert hung(client, at) == {"": [], "Nights": ["Nobody rings at night."]}
    send(client, at(f"move/{card.pk}/"), to="none", version="1")
    assert hung(client, at) == {"": ["Nobody rings at night."], "Nights": []}
    assert Event.objects.filter(kind="card moved").count() == 2
    assert WallCard.objects.get().version == 2
    assert list(problems_in_chains()) == []


def test_of_two_people_who_move_a_card_the_second_is_told_where_it_went_and_asked(signed_in, at, card, room):
    nights = actions.start_group(actor=room.noreen, wall=room.wall, name="Nights")
    days = actions.start_group(actor=room.noreen, wall=room.wall, name="Days")
    assert send(signed_in(room.farzana), at(f"move/{card.pk}/"), to=nights.pk, version="0").status_code == 302
    lost = send(signed_in(room.noreen), at(f"move/{card.pk}/"), to=days.pk, version="0")
    assert lost.status_code == 409
    assert "Farzana moved this card while you were looking. It hangs with “Nights” now." in text(lost)
    assert WallCard.objects.get().group == nights
    again = lost.context["form"].initial
    assert again["to"] == str(days.pk)
    assert send(signed_in(room.noreen), at(f"move/{card.pk}/"), to=days.pk, version=again["version"]).status_code == 302
    assert WallCard.objects.get().group == days


def test_a_new_group_is_not_left_behind_when_the_move_is_lost(signed_in, at, card, room):
    actions.move_card(actor=room.farzana, wall=room.wall, contribution=card, group=None, version=0)
    assert send(signed_in(room.noreen), at(f"move/{card.pk}/"), to="new", name="Mine", version="0").status_code == 409
    assert not WallGroup.objects.exists()


def test_a_card_goes_to_no_group_that_was_taken_down_a_moment_ago(at, card, room):
    seen = actions.start_group(actor=room.noreen, wall=room.wall, name="Nights")
    actions.take_down_group(actor=room.farzana, group=WallGroup.objects.get())
    with pytest.raises(NotHere):
        actions.move_card(actor=room.noreen, wall=room.wall, contribution=card, group=seen, version=0)
    assert not WallCard.objects.exists()


def test_nothing_changes_on_a_wall_that_somebody_closed_a_moment_ago(at, card, room):
    """The wall that a page read before it was closed still says that it is open."""
    group = actions.start_group(actor=room.noreen, wall=room.wall, name="Nights")
    actions.close_wall(actor=room.farzana, wall=Wall.objects.get())
    assert room.wall.is_open
    with pytest.raises(actions.WallClosed):
        actions.start_group(actor=room.noreen, wall=room.wall, name="Days")
    with pytest.raises(actions.WallClosed):
        actions.rename_group(actor=room.noreen, group=group, name="Days")
    with pytest.raises(actions.WallClosed):
        actions.take_down_group(actor=room.noreen, group=group)
    with pytest.raises(actions.WallClosed):
        actions.move_card(actor=room.noreen, wall=room.wall, contribution=card, group=group, version=0)


def test_groups_have_names_of_their_own_can_be_renamed_and_taken_down(signed_in, at, card, noreen, wall):
    client = signed_in(noreen)
    send(client, at("group/"), name="Nights")
    assert send(client, at("group/"), name="nights").status_code == 409
    assert send(client, at("group/"), name="  ").status_code == 422
    group = WallGroup.objects.get()
    send(client, at(f"move/{card.pk}/"), to=group.pk, version="0")
    send(client, at(f"group/{group.pk}/"), name="At four in the morning")
    assert hung(client, at) == {"": [], "At four in the morning": ["Nobody rings at night."]}
    assert send(client, at(f"group/{group.pk}/take-down/"))["Location"] == at()
    assert hung(client, at) == {"": ["Nobody rings at night."]}
    assert WallCard.objects.get().version == 2


def test_a_group_becomes_a_theme_and_newer_cards_join_it(signed_in, at, card, room):
    client = signed_in(room.noreen)
    group = actions.start_group(actor=room.noreen, wall=room.wall, name="Nights")
    spent = room.build.contribution(
        room.space, room.noreen, "Not any more.", gathering=room.wall.gathering, use_ended_at=clock.now()
    )
    for one in (card, spent):
        actions.move_card(actor=room.noreen, wall=room.wall, contribution=one, group=group, version=0)
    sheet = client.get(at(f"group/{group.pk}/theme/"))
    assert sheet.context["form"].initial["name"] == "Nights"
    assert "Not any more." not in text(sheet)
    made = send(client, at(f"group/{group.pk}/theme/"), name="Fear at night", why="All of them are about four o’clock.")
    theme = Theme.objects.get()
    assert made["Location"] == theme.get_absolute_url()
    assert theme.origin == Origin.EMERGED
    assert list(ThemeLink.objects.values_list("contribution", "why")) == [
        (card.pk, "All of them are about four o’clock.")
    ]
    assert "It became the theme" in text(client.get(at()))
    later = room.build.contribution(room.space, room.noreen, "One more night.", gathering=room.wall.gathering)
    actions.move_card(actor=room.noreen, wall=room.wall, contribution=later, group=group, version=0)
    assert send(client, at(f"group/{group.pk}/theme/"), theme=theme.pk).status_code == 302
    assert set(ThemeLink.objects.values_list("contribution", flat=True)) == {card.pk, later.pk}
    actions.close_wall(actor=room.space.opened_by, wall=room.wall)
    assert client.get(at(f"group/{group.pk}/theme/")).status_code == 200, "sense can be made after the wall has closed"


def test_nothing_of_another_wall_is_moved_or_named_here(signed_in, at, card, room):
    elsewhere = room.build.contribution(room.space, room.noreen, "Said on another day.")
    assert send(signed_in(room.noreen), at(f"move/{elsewhere.pk}/"), to="none", version="0").status_code == 404
    assert signed_in(room.noreen).get(at(f"group/{uuid.uuid4()}/theme/")).status_code == 404
    stray = send(signed_in(room.noreen), at(f"move/{card.pk}/"), to=uuid.uuid4(), version="0")
    assert stray.status_code == 422


def test_the_number_of_queries_does_not_grow_with_the_cards(signed_in, at, django_assert_max_num_queries, room):
    client = signed_in(room.noreen)
    group = actions.start_group(actor=room.noreen, wall=room.wall, name="Nights")
    client.get(at())
    for number in range(200):
        card = room.build.contribution(
            room.space, room.noreen, f"Card {number}.", ways="L", gathering=room.wall.gathering
        )
        if number % 2:
            WallCard.objects.create(wall=room.wall, contribution=card, group=group, place=number, moved_by=room.noreen)
    with django_assert_max_num_queries(11):
        assert client.get(at()).context["hung"].count == 200
    with django_assert_max_num_queries(11):
        client.get(at("projector/"))
    with django_assert_max_num_queries(11):
        client.get(at("paper/"))


def test_hostile_text_hangs_as_it_was_written(signed_in, at, noreen, wall):
    words = "</textarea></main><script>alert(1)</script>{{ 7|add:7 }}\u202egnirts"
    write(signed_in(noreen), at, words)
    card = Contribution.objects.get()
    send(signed_in(noreen), at(f"move/{card.pk}/"), to="new", name=words[:100], version="0")
    for tail in ("", "projector/", "paper/", f"move/{card.pk}/", "card/"):
        answer = signed_in(noreen).get(at(tail))
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.content
        assert (b"{{ 7|add:7 }}" in answer.content) == (tail != "card/")


def test_somebody_who_leaves_or_belongs_elsewhere_finds_no_wall(signed_in, client, at, room):
    stranger = room.build.person("Stranger")
    Membership.objects.filter(person=room.noreen).update(state="left")
    for one in (stranger, room.noreen):
        for tail in ("", "projector/", "paper/", "card/", "group/"):
            assert signed_in(one).get(at(tail)).status_code == 404, tail
    assert client.get(at("projector/")).status_code == 302
