"""The name of a value that would point at somebody is kept back wherever values are named, not on one page alone."""

import pytest
from django.urls import reverse

from coproduce.deliberation.actions import draw_statement, respond
from coproduce.deliberation.models import Value
from coproduce.valuing import actions

pytestmark = pytest.mark.django_db

POINTS_AT = "Not being weighed in front of the boys"


def test_it_stands_beside_no_reason_no_tension_and_in_no_account(build, signed_in):
    space = build.space()
    ada, reader = build.member(space, "Ada"), build.member(space, "Reader")
    words = build.contribution(space, ada, "The scales.", attribution="anonymous")
    claim = draw_statement(actor=reader, space=space, words="Scales belong in a room.", contributions=[words])
    fields = {"reason": "Because of the scales.", "attribution": "anonymous"}
    respond(actor=ada, statement=claim, answer=1, values=[POINTS_AT, "Rest"], **fields)
    own, rest = (Value.objects.get(name=name).pk.hex for name in (POINTS_AT, "Rest"))
    tension = {"one": own, "other": rest, "words": "Either, or.", "attribution": "anonymous"}
    actions.name_tension(actor=ada, space=space, contributions=[words], **tension)
    pages = {
        claim.get_absolute_url(): "Because of the scales.",
        reverse("valuing:tensions", args=[space.slug]): "Either, or.",
        reverse("reports:account", args=[space.slug]): "Rest",
        reverse("valuing:value", args=[space.slug, rest]): "Rest",
    }
    client = signed_in(reader)
    found = [POINTS_AT in client.get(address).content.decode() for address in pages]
    assert found == [True, True, True, False]
    actions.hold_back_value(actor=space.opened_by, space=space, key=own, why="It would point at her.")
    for address, still in pages.items():
        page = client.get(address).content.decode()
        assert still in page
        assert POINTS_AT not in page
    actions.show_value(actor=space.opened_by, space=space, key=own)
    assert POINTS_AT in client.get(claim.get_absolute_url()).content.decode()
