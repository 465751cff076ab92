"""Arranging gatherings, and finding them."""

import uuid
from datetime import timedelta

import pytest

from coproduce import clock
from coproduce.errors import NotAllowed, NotHere
from coproduce.gatherings.actions import arrange_gathering, change_gathering
from coproduce.gatherings.models import Gathering
from coproduce.history.models import Event

pytestmark = pytest.mark.django_db


def filled(**changed):
    return {
        "key": str(uuid.uuid4()),
        "title": "Nights",
        "starts_at": "2031-11-05T14:00",
        "ends_at": "2031-11-05T16:00",
        "place": "Willesden Library",
        "access": "Lift, hearing loop, taxis booked for you.",
        "words": "",
        **changed,
    }


def test_any_member_arranges_one_and_everyone_finds_it(build, signed_in):
    space = build.space()
    client = signed_in(build.member(space, "Ana"))
    form = filled()
    answer = client.post(f"/s/{space.slug}/gatherings/arrange/", form)
    client.post(f"/s/{space.slug}/gatherings/arrange/", form)
    gathering = Gathering.objects.get()
    assert answer["Location"] == f"/s/{space.slug}/gatherings/{gathering.pk}/"
    assert gathering.starts_at.isoformat() == "2031-11-05T14:00:00+00:00"
    assert Event.objects.get(stream=space.pk).kind == "gathering arranged"
    page = client.get(answer["Location"]).content.decode()
    for words in ("Wednesday 5 November 2031", "hearing loop", "Arranged by Ana", "There is no agenda"):
        assert words in page
    listed = signed_in(build.member(space)).get(f"/s/{space.slug}/gatherings/").content.decode()
    assert "Willesden Library" in listed


def test_an_end_before_the_beginning_is_asked_about(build, signed_in):
    space = build.space()
    client = signed_in(build.member(space))
    answer = client.post(f"/s/{space.slug}/gatherings/arrange/", filled(ends_at="2031-11-05T13:00"))
    assert answer.status_code == 422
    assert "Willesden Library" in answer.content.decode()
    assert not Gathering.objects.exists()


def test_who_arranged_it_or_looks_after_the_space_may_change_it(build, signed_in):
    space = build.space()
    ana, ben = build.member(space), build.member(space)
    fields = {"title": "Nights", "starts_at": clock.now() + timedelta(days=3)}
    gathering = arrange_gathering(actor=ana, space=space, **fields)
    with pytest.raises(NotAllowed):
        change_gathering(actor=ben, gathering=gathering, **fields)
    address = f"/s/{space.slug}/gatherings/{gathering.pk}/change/"
    assert signed_in(ben).get(address).status_code == 403
    page = signed_in(ana).get(address).content.decode()
    assert 'value="Nights"' in page
    signed_in(space.opened_by).post(address, filled(title="Nights, and naps"))
    gathering.refresh_from_db()
    assert gathering.title == "Nights, and naps"
    assert Event.objects.filter(kind="gathering changed").count() == 1


def test_gatherings_are_for_members(build, signed_in, client):
    space, other = build.space(privacy="public"), build.space()
    gathering = arrange_gathering(actor=space.opened_by, space=space, title="Nights", starts_at=clock.now())
    stranger = signed_in(other.opened_by)
    for path in ("", "arrange/", f"{gathering.pk}/", f"{gathering.pk}/change/"):
        assert stranger.get(f"/s/{space.slug}/gatherings/{path}").status_code == 404
        assert client.get(f"/s/{space.slug}/gatherings/{path}").status_code == 302
    assert stranger.get(f"/s/{other.slug}/gatherings/{gathering.pk}/").status_code == 404
    with pytest.raises(NotHere):
        arrange_gathering(actor=build.person(), space=space, title="x", starts_at=clock.now())


@pytest.mark.parametrize("number", [1, 50])
def test_the_list_asks_no_more_for_more(build, signed_in, django_assert_max_num_queries, number):
    space = build.space()
    for i in range(number):
        starts_at = clock.now() + timedelta(days=i - 20)
        arrange_gathering(actor=space.opened_by, space=space, title=f"G{i}", starts_at=starts_at)
    client = signed_in(space.opened_by)
    with django_assert_max_num_queries(7):
        assert client.get(f"/s/{space.slug}/gatherings/").status_code == 200
