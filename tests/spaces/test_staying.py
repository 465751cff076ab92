"""Pausing, leaving, looking after, who is here, and ways in."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from coproduce import clock
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.spaces.actions import (
    add_assisted_member,
    close_join_link,
    leave_space,
    make_facilitator,
    make_join_link,
    pause_membership,
    return_to_space,
)
from coproduce.spaces.models import Affiliation, JoinLink, Membership, Standpoint
from coproduce.spaces.queries import people_here

pytestmark = pytest.mark.django_db


def key():
    return {"key": str(uuid.uuid4())}


def test_a_pause_costs_nothing_and_ends_with_one_button(build, signed_in):
    space = build.space()
    someone = build.member(space)
    client = signed_in(someone)
    client.post(f"/s/{space.slug}/my-place/pause/", key())
    assert Membership.objects.get(person=someone).state == "paused"
    page = client.get(f"/s/{space.slug}/my-place/")
    assert "I am back" in page.content.decode()
    assert client.get(f"/s/{space.slug}/").status_code == 200
    client.post(f"/s/{space.slug}/my-place/pause/", {**key(), "return": "1"})
    assert Membership.objects.get(person=someone).state == "active"
    kinds = list(Event.objects.filter(stream=space.pk).values_list("kind", flat=True))
    assert kinds == ["member paused", "member returned"]
    pause_membership(actor=someone, space=space)
    pause_membership(actor=someone, space=space)
    return_to_space(actor=someone, space=space)
    assert Event.objects.filter(stream=space.pk).count() == 4


def test_a_facilitator_notes_the_pause_of_someone_who_is_not_online(build):
    space = build.space()
    harold = add_assisted_member(actor=space.opened_by, space=space, chosen_name="Harold")
    assert pause_membership(actor=space.opened_by, space=space, person=harold.person).state == "paused"
    with pytest.raises(NotAllowed):
        pause_membership(actor=build.member(space), space=space, person=harold.person)
    with pytest.raises(NotAllowed):
        pause_membership(actor=space.opened_by, space=space, person=build.member(space))


def test_leaving_says_what_it_means_and_can_be_pressed_twice(build, signed_in):
    space = build.space()
    someone = build.member(space, "Wanda")
    client = signed_in(someone)
    page = client.get(f"/s/{space.slug}/my-place/leave/").content.decode()
    assert "You can come back" in page
    form = key()
    for _press in range(2):
        answer = client.post(f"/s/{space.slug}/my-place/leave/", form)
        assert answer["Location"] == "/spaces/"
    assert Membership.objects.get(person=someone).state == "left"
    assert client.get(f"/s/{space.slug}/").status_code == 404
    assert Event.objects.filter(kind="member left").count() == 1
    with pytest.raises(NotHere):
        leave_space(actor=someone, space=space)
    assert "Wanda" not in signed_in(space.opened_by).get(f"/s/{space.slug}/members/").content.decode()


def test_a_space_nobody_looks_after_can_be_taken_on(build, signed_in):
    space = build.space()
    ana, ben = build.member(space, "Ana"), build.member(space, "Ben")
    with pytest.raises(NotAllowed):
        make_facilitator(actor=ana, space=space, person=ana)
    page = signed_in(space.opened_by).get(f"/s/{space.slug}/my-place/leave/").content.decode()
    assert "the only one who looks after this space" in page
    leave_space(actor=space.opened_by, space=space)
    mine = Membership.objects.get(person=ana)
    signed_in(ana).post(f"/s/{space.slug}/members/{mine.pk}/look-after/", key())
    mine.refresh_from_db()
    assert mine.is_facilitator
    with pytest.raises(NotAllowed):
        make_facilitator(actor=ben, space=space, person=ben)
    assert make_facilitator(actor=ana, space=space, person=ben).is_facilitator


def test_looking_after_needs_an_account_and_membership(build):
    space = build.space()
    harold = add_assisted_member(actor=space.opened_by, space=space, chosen_name="Harold")
    with pytest.raises(NotAllowed):
        make_facilitator(actor=space.opened_by, space=space, person=harold.person)
    with pytest.raises(NotHere):
        make_facilitator(actor=space.opened_by, space=space, person=build.person())


# ── who is here ──────────────────────────────────────────────────────────────────────────────────


def test_only_what_is_shown_is_shown(build, signed_in):
    space = build.space()
    mina = build.member(space, "Mina", ways="L")
    hers = Membership.objects.get(person=mina)
    Standpoint.objects.create(membership=hers, words="I was in care", way="L", visibility="counted")
    Affiliation.objects.create(membership=hers, organisation="Secret Society", visibility="counted")
    Affiliation.objects.create(membership=hers, organisation="The Mosque")
    page = signed_in(build.member(space)).get(f"/s/{space.slug}/members/").content.decode()
    assert "standpoint L" in page
    assert "The Mosque" in page
    assert "I was in care" not in page
    assert "Secret Society" not in page
    own = signed_in(mina).get(f"/s/{space.slug}/my-place/").content.decode()
    assert "I was in care" in own
    assert "Secret Society" in own


def counted(space):
    here = people_here(space)
    return {many.way.letter: many.people for many in here.counts}, here.some_unsaid


def test_numbers_begin_at_the_threshold_and_hide_few_hidden_people(build):
    space = build.space(threshold=5)
    for _i in range(4):
        build.member(space, ways="L")
    assert counted(space) == ({}, True)
    build.member(space, ways="L")
    assert counted(space)[0] == {"L": 5}
    for _i in range(4):
        build.member(space, ways="L", shown="counted")
    assert counted(space) == ({"L": 5}, True)
    build.member(space, ways="L", shown="counted")
    assert counted(space)[0] == {"L": 10}


def test_someone_who_shows_one_and_counts_another_is_one_person(build):
    space = build.space(threshold=5)
    for _i in range(5):
        someone = build.member(space, ways="C")
        membership = Membership.objects.get(person=someone)
        Standpoint.objects.create(membership=membership, words="again", way="C", visibility="counted")
    assert counted(space)[0] == {"C": 5}


@pytest.mark.parametrize("people", [1, 50])
def test_the_page_of_people_asks_no_more_for_more(build, signed_in, django_assert_max_num_queries, people):
    space = build.space()
    for _i in range(people):
        build.member(space, ways="LC")
    client = signed_in(space.opened_by)
    with django_assert_max_num_queries(9):
        assert client.get(f"/s/{space.slug}/members/").status_code == 200


def test_strangers_do_not_learn_who_is_here(build, signed_in, client):
    for privacy in ("members", "listed", "public"):
        space = build.space(privacy=privacy)
        assert signed_in(build.person()).get(f"/s/{space.slug}/members/").status_code == 404
        assert client.get(f"/s/{space.slug}/members/").status_code == 302
        assert signed_in(build.person()).get(f"/s/{space.slug}/my-place/").status_code == 404


# ── ways in ──────────────────────────────────────────────────────────────────────────────────────


def test_a_facilitator_makes_prints_and_closes_a_way_in(build, signed_in):
    space = build.space(question="What helps at night?")
    client = signed_in(space.opened_by)
    assert "Nobody can join now" in client.get(f"/s/{space.slug}/ways-in/").content.decode()
    form = {**key(), "days": "7"}
    client.post(f"/s/{space.slug}/ways-in/", form)
    client.post(f"/s/{space.slug}/ways-in/", form)
    link = JoinLink.objects.get(space=space)
    assert link.ends_at - link.made_at < timedelta(days=7, minutes=1)
    card = client.get(f"/s/{space.slug}/ways-in/{link.pk}/card/").content.decode()
    assert link.code in card
    assert "What helps at night?" in card
    assert "<svg" in card.split("<figure>")[1]
    assert " style=" not in card
    assert Client().get(f"/join/{link.code}/").status_code == 200
    client.post(f"/s/{space.slug}/ways-in/{link.pk}/close/", key())
    link.refresh_from_db()
    assert not link.is_open
    assert Client().get(f"/join/{link.code}/").status_code == 410
    assert client.get(f"/s/{space.slug}/ways-in/{link.pk}/card/").status_code == 404


def test_others_make_no_ways_in(build, signed_in):
    space, other = build.space(), build.space()
    member = build.member(space)
    link = make_join_link(actor=space.opened_by, space=space)
    with pytest.raises(NotAllowed):
        make_join_link(actor=member, space=space)
    with pytest.raises(NotHere):
        close_join_link(actor=other.opened_by, link=link)
    assert signed_in(member).get(f"/s/{space.slug}/ways-in/").status_code == 403
    assert signed_in(other.opened_by).get(f"/s/{space.slug}/ways-in/").status_code == 404
    assert signed_in(other.opened_by).post(f"/s/{other.slug}/ways-in/{link.pk}/close/", key()).status_code == 404
    link.refresh_from_db()
    assert link.is_open


def test_codes_are_many_and_cannot_be_mistaken(build):
    space = build.space()
    codes = {make_join_link(actor=space.opened_by, space=space).code for _i in range(30)}
    assert len(codes) == 30
    assert not set("".join(codes)) & set("01OIL")


# ── finding ──────────────────────────────────────────────────────────────────────────────────────


def test_strangers_find_listed_and_public_questions_only(build, client, signed_in):
    build.space(privacy="listed", question="A listed question?")
    build.space(privacy="public", question="A public question?")
    build.space(privacy="members", question="A private question?")
    build.space(privacy="public", state="ended", question="An ended question?")
    page = client.get("/").content.decode()
    assert "A listed question?" in page
    assert "A public question?" in page
    assert "A private question?" not in page
    assert "An ended question?" not in page
    answer = signed_in(build.person()).get("/")
    assert answer["Location"] == "/spaces/"
    assert client.get("/spaces/")["Location"] == "/sign-in/?next=%2Fspaces%2F"


@pytest.mark.parametrize("number", [1, 50])
def test_your_spaces_ask_no_more_for_more(build, signed_in, django_assert_max_num_queries, number):
    someone = build.person()
    for i in range(number):
        build.join(build.space(question=f"Mine {i}?"), someone)
    build.space(privacy="listed", question="Theirs?")
    client = signed_in(someone)
    with django_assert_max_num_queries(6):
        page = client.get("/spaces/").content.decode()
    assert "Mine 0?" in page
    assert "Theirs?" in page


def test_visits_are_noted_once_an_hour_and_leave_no_event(build, signed_in):
    space = build.space()
    someone = build.member(space)
    client = signed_in(someone)
    client.get(f"/s/{space.slug}/")
    first = Membership.objects.get(person=someone)
    client.get(f"/s/{space.slug}/")
    second = Membership.objects.get(person=someone)
    assert first.last_here_at == second.last_here_at
    assert second.here_before_at is None
    earlier = clock.now() - timedelta(days=3)
    Membership.objects.filter(pk=first.pk).update(last_here_at=earlier)
    client.get(f"/s/{space.slug}/")
    third = Membership.objects.get(person=someone)
    assert third.here_before_at == earlier
    assert third.last_here_at > earlier
    assert not Event.objects.filter(stream=space.pk).exists()
