"""A trace and a link between spaces name nobody whom the words themselves, or the other space, keep unnamed."""

import pytest
from django.urls import reverse

from coproduce.outcomes.actions import bring_evidence, tell_outcome
from coproduce.traces.actions import agree_across, ask_across, end_across
from tests.traces.test_across import Two

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("of", ["outcome", "words"])
def test_whoever_brings_evidence_without_a_name_is_not_named_by_the_trace(build, signed_in, of):
    space = build.space()
    reader, brave = build.member(space, "Reader"), build.member(space, "Brunhilde")
    outcome = tell_outcome(actor=space.opened_by, space=space, title="A rail")
    said = bring_evidence(
        actor=brave, outcome=outcome, author=brave, words="They laughed at me", attribution="anonymous"
    )
    kind, pk, name = ("outcome", outcome.pk, "came_from") if of == "outcome" else ("words", said.pk, "led_to")
    for route in (name, "all_from" if of == "outcome" else "all_to"):
        page = signed_in(reader).get(reverse(f"traces:{route}", args=[space.slug, kind, pk])).content.decode()
        assert "They laughed at me" in page
        assert "Brunhilde" not in page


def test_people_of_the_other_space_are_not_named_in_this_one(build, signed_in):
    two = Two(build, "public")
    asker, other = two.ours.opened_by, two.theirs.opened_by
    type(asker).objects.filter(pk=asker.pk).update(chosen_name="Quirin")
    type(other).objects.filter(pk=other.pk).update(chosen_name="Ottilie")
    asker.refresh_from_db()
    link = ask_across(actor=asker, ours=two.ours, source=two.theme, theirs=two.theirs, why="They read ours")
    there = reverse("traces:across_one", args=[two.theirs.slug, link.pk])
    here = reverse("traces:across_one", args=[two.ours.slug, link.pk])
    assert "Quirin" not in signed_in(two.stranger).get(there).content.decode()
    assert "Quirin" in signed_in(two.mine).get(here).content.decode()
    agree_across(actor=other, link=link, space=two.theirs)
    end_across(actor=other, link=link, space=two.theirs, why="It was another bus.")
    page = signed_in(two.mine).get(here).content.decode()
    assert "It was another bus." in page
    assert "Ottilie" not in page
    assert "Ottilie" in signed_in(two.stranger).get(there).content.decode()


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_page_from_beyond_all_time_is_the_first_one(build, signed_in, moment):
    space = build.space()
    outcome = tell_outcome(actor=space.opened_by, space=space, title="A rail")
    address = reverse("traces:all_to", args=[space.slug, "outcome", outcome.pk])
    page = signed_in(space.opened_by).get(address, {"after": f"{moment}_{outcome.pk.hex}"})
    assert page.status_code == 200
