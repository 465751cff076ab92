"""Whoever speaks to a proposal without a name is not found out by what stands beside their words."""

import pytest
from django.urls import reverse

from coproduce.decisions import actions

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("attribution", ["anonymous", "standpoint"])
def test_that_somebody_came_too_late_to_decide_is_not_said_of_nameless_words(build, signed_in, attribution):
    space = build.space()
    words = build.contribution(space, space.opened_by)
    put = actions.propose(actor=space.opened_by, space=space, title="A rail", words="One each.", contributions=[words])
    newcomer = build.member(space, "The only newcomer")
    actions.speak_to(actor=newcomer, proposal=put, kind="reaction", words="I fear it", attribution=attribution)
    address = reverse("decisions:proposal", args=[space.slug, put.pk])
    page = signed_in(space.opened_by).get(address).content.decode()
    assert "I fear it" in page
    assert "not counted" not in page
    actions.speak_to(actor=newcomer, proposal=put, kind="reaction", words="I like it", attribution="chosen")
    assert "not counted" in signed_in(space.opened_by).get(address).content.decode()
