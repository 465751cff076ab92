"""A form that is sent again: by the same person, for somebody else, with much in it."""

import re
import uuid
from datetime import timedelta
from functools import cache

import pytest
from django.db import IntegrityError
from django.urls import reverse

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.decisions.actions import propose
from coproduce.decisions.models import EarlierPosition, Position
from coproduce.deliberation.models import Response, Value
from coproduce.errors import ChangedMeanwhile
from coproduce.history.models import Submission
from coproduce.history.sending import ASKED_FOR, send_once
from coproduce.ui.forms import KeyedForm


@pytest.fixture
def space(build):
    return build.space()


@pytest.fixture
def position_of(build, space):
    """The address of the sheet where a facilitator writes down where somebody stands."""
    words = build.contribution(space, space.opened_by)

    @cache  # put when it is first asked for: those who are members by then decide it
    def address():
        proposal = propose(actor=space.opened_by, space=space, title="Say so", words="Say it.", contributions=[words])
        return reverse("decisions:position", args=[space.slug, proposal.pk])

    return lambda person: f"{address()}?for={person.pk}"


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
    client = signed_in(space.opened_by)
    sheet = client.get(position_of(terry)).content.decode()
    mark = re.search(r'name="whose" value="(\w+)"', sheet).group(1)
    client.post(reverse("people:sign_out"))
    words = {
        "whose": mark,
        "key": str(uuid.uuid4()),
        "kind": "object",
        "reason": "I was not asked.",
        "attribution": "chosen",
    }
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
        ("multipart/form-data; boundary=x", 65, 413),
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


@pytest.fixture
def bringing(build, space, signed_in):
    """Sends words from a sheet for bringing, each time with the key of a new sheet."""
    client = signed_in(build.member(space, "Ada"))
    address = reverse("contributions:bring", args=[space.slug])

    def send(words="Nobody asked me.\nNot once.", client=client, **more):
        sheet = {"key": str(uuid.uuid4()), "words": words, "ways": ["L"], "attribution": "chosen", "kind": "story"}
        return client.post(address, {**sheet, **more})

    return send


def test_the_same_words_from_a_new_sheet_are_kept_once_and_shown(bringing):
    first = bringing()
    again = bringing()
    assert again.status_code == 409
    html = again.content.decode()
    assert first["Location"] in html
    assert "We already have these words from you" in html
    assert Contribution.objects.count() == 1
    assert bringing("Nobody asked me.").status_code == 302


def test_the_same_words_can_be_sent_on_purpose_and_that_too_acts_once(bringing):
    bringing()
    offered = dict(bringing().context["sent_again"])
    assert offered["words"] == "Nobody asked me.\nNot once."
    second, twice = bringing(**offered), bringing(**offered)
    assert second["Location"] == twice["Location"]
    assert Contribution.objects.count() == 2


def test_half_an_hour_later_the_same_words_are_new_ones(bringing):
    with clock.told(clock.now() - ASKED_FOR - timedelta(seconds=1)):
        assert bringing().status_code == 302
    assert bringing().status_code == 302
    assert Contribution.objects.count() == 2


def test_two_people_may_say_the_same(bringing, build, space, signed_in):
    assert bringing().status_code == 302
    assert bringing(client=signed_in(build.member(space, "Bert"))).status_code == 302


def test_the_same_key_with_other_words_offers_to_send_them_as_well(bringing):
    key = str(uuid.uuid4())
    first = bringing(key=key)
    other = bringing("Something else.", key=key)
    assert other.status_code == 409
    assert first["Location"] in other.content.decode()
    offered = dict(other.context["sent_again"])
    assert offered["key"] != key
    assert bringing(**offered).status_code == 302
    assert Contribution.objects.count() == 2


def test_a_sheet_that_sets_something_may_set_it_back_and_forth(build, space, position_of, signed_in):
    terry = build.member(space, "Terry", account=False)
    client, address = signed_in(space.opened_by), position_of(terry)
    for kind in ("consent", "aside", "consent"):
        sheet = {"key": str(uuid.uuid4()), "kind": kind, "reason": "", "attribution": "chosen"}
        assert client.post(address, sheet).status_code == 302
    assert Position.objects.get().kind == "consent"


def test_the_same_position_taken_again_leaves_no_earlier_one(build, space, position_of, signed_in):
    terry = build.member(space, "Terry", account=False)
    client, address = signed_in(space.opened_by), position_of(terry)
    sheet = {"kind": "consent", "reason": "", "attribution": "chosen"}
    for _time in range(2):
        assert client.post(address, {**sheet, "key": str(uuid.uuid4())}).status_code == 302
    assert not EarlierPosition.objects.exists()


SHEETS_THAT_ADD = [
    "contributions:bring", "themes:name_theme", "deliberation:draw_statement", "decisions:propose", "outcomes:tell",
    "spaces:reframe", "gatherings:arrange",
]  # fmt: skip


@pytest.mark.parametrize("name", SHEETS_THAT_ADD)
def test_sheets_that_add_something_ask_about_the_same_again(build, space, signed_in, name):
    html = signed_in(space.opened_by).get(reverse(name, args=[space.slug])).content.decode()
    assert "data-makes-new" in html


def test_who_makes_the_first_at_the_same_moment_as_somebody_else_is_told_so(space, rf):
    """Seen where writers do not stand in line: both looked, found nothing, and wrote."""
    request = rf.post("/s/one/values/give/", {"key": str(uuid.uuid4())})
    request.person = space.opened_by
    form = KeyedForm(request.POST)
    assert form.is_valid()

    def act():
        Value.objects.create(space=space, name="Being believed")
        return Value.objects.create(space=space, name="Being believed")

    with pytest.raises(ChangedMeanwhile):
        send_once(request, form, act)
    assert not Value.objects.filter(name="Being believed").exists()
    assert not Submission.objects.exists()


def test_what_the_database_refuses_for_another_reason_is_a_fault_of_ours(space, rf):
    request = rf.post("/s/one/values/give/", {"key": str(uuid.uuid4())})
    request.person = space.opened_by
    form = KeyedForm(request.POST)
    assert form.is_valid()
    with pytest.raises(IntegrityError):
        send_once(request, form, lambda: Response.objects.create(statement=None, person=space.opened_by, answer=1))
