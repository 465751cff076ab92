"""What somebody kept for themselves is not read by whoever writes down for them the next time."""

import pytest
from django.urls import reverse

from coproduce.valuing import actions

pytestmark = pytest.mark.django_db


def test_another_who_facilitates_reads_what_was_shown_and_not_what_was_kept(build, signed_in):
    space = build.space()
    frank = build.member(space, "Frank", account=False)
    said = {"actor": space.opened_by, "space": space, "person": frank}
    actions.say_understanding(**said, words="They only pretend to listen.", visibility="counted")
    actions.say_understanding(**said, words="A cup of tea first.", visibility="shown")
    address = reverse("valuing:say_meaning", args=[space.slug])
    page = signed_in(build.member(space, facilitator=True)).get(f"{address}?for={frank.pk}").content.decode()
    assert "A cup of tea first." in page
    assert "only pretend" not in page
    own = build.member(space, "Ada")
    actions.say_understanding(actor=own, space=space, words="A right, I think.", visibility="counted")
    assert "A right, I think." in signed_in(own).get(address).content.decode()
