"""A form that is sent again: by the same person, for somebody else, with much in it."""

import uuid

import pytest
from django.urls import reverse

from coproduce.decisions.actions import propose
from coproduce.decisions.models import Position
from coproduce.history.models import Submission


@pytest.fixture
def space(build):
    return build.space()


@pytest.fixture
def position_of(build, space):
    """The address of the sheet where a facilitator writes down where somebody stands."""
    words = build.contribution(space, space.opened_by)
    proposal = propose(actor=space.opened_by, space=space, title="Say so", words="Say it.", contributions=[words])
    address = reverse("decisions:position", args=[space.slug, proposal.pk])
    return lambda person: f"{address}?for={person.pk}"


def test_the_same_key_for_another_person_is_refused_and_not_taken_for_sent(build, space, position_of, signed_in):
    terry, zofia = build.member(space, "Terry", account=False), build.member(space, "Zofia", account=False)
    client = signed_in(space.opened_by)
    body = {"key": str(uuid.uuid4()), "kind": "consent", "reason": "", "attribution": "chosen"}
    assert client.post(position_of(terry), body).status_code == 302
    assert client.post(position_of(terry), body).status_code == 302
    assert client.post(position_of(zofia), body).status_code == 409
    assert [position.person for position in Position.objects.all()] == [terry]


def test_words_for_somebody_else_wait_for_their_own_sheet_while_one_signs_in(build, space, position_of, signed_in):
    terry = build.member(space, "Terry", account=False)
    client = signed_in(None)
    words = {"key": str(uuid.uuid4()), "kind": "object", "reason": "I was not asked.", "attribution": "chosen"}
    asked = client.post(position_of(terry), words)
    assert str(terry.pk) in asked["Location"]
    client.force_login(space.opened_by.account, backend="coproduce.people.backends.PersonBackend")
    own = client.get(position_of(terry).partition("?")[0]).content.decode()
    assert "I was not asked." not in own
    assert "I was not asked." in client.get(position_of(terry)).content.decode()


def test_a_long_way_on_is_no_error(space, build, signed_in):
    """What leads on after a form is as long as the address that somebody came for."""
    client = signed_in(build.member(space))
    address = reverse("consent:agreements", args=[space.slug])
    on = f"/s/{space.slug}/themes/?from=" + "1" * 900
    sheet = client.get(address, {"next": on})
    filled = {name: "1" if name.startswith("version") else "no" for name in sheet.context["form"].fields}
    answer = client.post(address, {**filled, "key": str(uuid.uuid4()), "next": on})
    assert answer.status_code == 302, answer.context["form"].errors
    assert answer["Location"] == Submission.objects.get().location == on


@pytest.mark.parametrize("role", ["stranger", "member"])
@pytest.mark.parametrize(
    ("content_type", "megabytes", "status"),
    [
        ("multipart/form-data; boundary=x", 12, 413),
        ("application/x-www-form-urlencoded", 6, 413),
        ("application/x-www-form-urlencoded", 4, 422),
    ],
)
def test_more_than_fits_is_refused_before_it_is_read(space, signed_in, role, content_type, megabytes, status):  # noqa: PLR0917
    client = signed_in(space.opened_by if role == "member" else None)
    body = b"email=" + b"a" * (megabytes * 1024 * 1024)
    answer = client.post("/join/", body, content_type=content_type)
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")
