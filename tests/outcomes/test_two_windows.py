"""Two sheets that were opened before either was sent: the first stands, and the second is told so in plain words."""

import pytest
from django.urls import reverse

from coproduce.outcomes.actions import say_ending, tell_outcome
from coproduce.outcomes.models import Ending, Handing, Succession

pytestmark = pytest.mark.django_db


def send_both(client, address, one, other):
    keys = [str(client.get(address).context["form"]["key"].value()) for _each in range(2)]
    first, second = (client.post(address, {"key": key, **sent}) for key, sent in zip(keys, (one, other), strict=True))
    assert first.status_code == 302
    assert second.status_code == 409
    page = second.content.decode()
    assert "Nothing was changed" in page
    assert "Constraint" not in page
    assert "is violated" not in page


def test_two_who_say_that_a_space_ends(build, signed_in):
    space = build.space()
    address = reverse("outcomes:say_ending", args=[space.slug])
    sent = {"ends_as": "ended", "why": "The money is over."}
    send_both(signed_in(space.opened_by), address, sent, {**sent, "why": "Nobody comes."})
    assert [one.why for one in Ending.objects.all()] == ["The money is over."]


def test_two_who_ask_another_space_to_go_on(build, signed_in):
    space, one, other = build.space(), build.space(privacy="listed"), build.space(privacy="listed")
    say_ending(actor=space.opened_by, space=space, ends_as="ended", why="The money is over.")
    address = reverse("outcomes:ask_successor", args=[space.slug])
    send_both(signed_in(space.opened_by), address, {"to_space": str(one.pk)}, {"to_space": str(other.pk)})
    assert [asked.to_space for asked in Succession.objects.all()] == [one]


def test_two_who_are_asked_to_look_after_one_answer(build, signed_in):
    space = build.space()
    one, other = build.member(space, "Ada"), build.member(space, "Bo")
    outcome = tell_outcome(actor=space.opened_by, space=space, title="A rail")
    address = reverse("outcomes:hand_on", args=[space.slug, outcome.pk])
    send_both(signed_in(space.opened_by), address, {"to": str(one.pk)}, {"to": str(other.pk)})
    assert [asked.to for asked in Handing.objects.all()] == [one]
