"""Nobody looks after a space for ever; nobody who is the last may walk away without naming another."""

import uuid

import pytest
from django.urls import reverse

from coproduce.errors import NotAllowed
from coproduce.history.models import Event
from coproduce.spaces.actions import stop_facilitating
from coproduce.spaces.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(build):
    return build.space()


def address(space):
    return reverse("spaces:stop_facilitating", args=[space.slug])


def looks_after(space, person):
    return Membership.objects.get(space=space, person=person).is_facilitator


def test_the_last_one_names_somebody_and_stays_a_member(build, space, signed_in):
    ada = build.member(space, "Ada")
    client = signed_in(space.opened_by)
    assert "Stop looking after it" in client.get(reverse("spaces:my_place", args=[space.slug])).content.decode()
    assert "Ada" in client.get(address(space)).content.decode()
    refused = client.post(address(space), {"key": str(uuid.uuid4()), "successor": ""})
    assert refused.status_code == 422
    assert "Name somebody who will" in refused.content.decode()
    sheet = {"key": str(uuid.uuid4()), "successor": str(ada.pk)}
    first, again = client.post(address(space), sheet), client.post(address(space), sheet)
    assert first.url == again.url == reverse("spaces:my_place", args=[space.slug])
    assert looks_after(space, ada)
    assert not looks_after(space, space.opened_by)
    kinds = list(Event.objects.filter(stream=space.pk).order_by("sequence").values_list("kind", flat=True))
    assert kinds == ["facilitator made", "facilitator stopped"]
    assert client.get(first.url).status_code == 200
    assert client.get(address(space)).status_code == 403


def test_one_of_two_stops_without_naming_anybody(build, space, signed_in):
    other = build.member(space, "Ada", facilitator=True)
    client = signed_in(other)
    assert client.post(address(space), {"key": str(uuid.uuid4()), "successor": ""}).status_code == 302
    assert looks_after(space, space.opened_by)
    assert not looks_after(space, other)


def test_who_cannot_sign_in_or_is_elsewhere_is_not_named(build, space, signed_in):
    terry, elsewhere = build.member(space, "Terry", account=False), build.member(build.space(), "Eve")
    client = signed_in(space.opened_by)
    assert "nobody else here goes online yet" in client.get(address(space)).content.decode()
    for person in (terry, elsewhere, space.opened_by):
        sheet = {"key": str(uuid.uuid4()), "successor": str(person.pk)}
        assert client.post(address(space), sheet).status_code == 422
    with pytest.raises(NotAllowed):
        stop_facilitating(actor=space.opened_by, space=space, successor=terry)
    with pytest.raises(NotAllowed):
        stop_facilitating(actor=space.opened_by, space=space, successor=space.opened_by)
    assert looks_after(space, space.opened_by)


def test_it_is_for_those_who_look_after_it(build, space, signed_in):
    ada = build.member(space, "Ada")
    assert signed_in(ada).get(address(space)).status_code == 403
    sheet = {"key": str(uuid.uuid4()), "successor": ""}
    assert signed_in(ada).post(address(space), sheet).status_code == 403
    assert signed_in(build.person()).get(address(space)).status_code == 404
    with pytest.raises(NotAllowed):
        stop_facilitating(actor=ada, space=space)


def test_a_way_in_for_anyone_names_nobody_to_strangers(build, space, signed_in):
    given, found = build.join_link(space, code="GIVEN-BY"), build.join_link(space, code="FOUND-BY", for_anyone=True)
    name = space.opened_by.chosen_name
    stranger = signed_in(None)
    assert name in stranger.get(reverse("spaces:join", args=[given.code])).content.decode()
    assert name not in stranger.get(reverse("spaces:join", args=[found.code])).content.decode()
    assert name in signed_in(build.person()).get(reverse("spaces:join", args=[found.code])).content.decode()
