"""A promise is not told under a name that did not tell it, and a letter does not say whose the nameless words are."""

import pytest
from django.urls import reverse

from coproduce.outcomes.actions import make_commitment, tell_outcome, update_commitment

pytestmark = pytest.mark.django_db


def test_what_a_facilitator_says_of_a_promise_stands_under_the_facilitators_name(build, signed_in):
    space = build.space()
    ada, reader = build.member(space, "Ada"), build.member(space, "Reader")
    outcome = tell_outcome(actor=reader, space=space, title="A rail")
    promise = make_commitment(actor=ada, outcome=outcome, words="I will ask the ward.")
    type(space.opened_by).objects.filter(pk=space.opened_by.pk).update(chosen_name="Philippa")
    because = "She lost interest."
    update_commitment(actor=space.opened_by, commitment=promise, state="not_because", because=because)
    page = signed_in(reader).get(outcome.get_absolute_url()).content.decode()
    assert page.count(because) == page.count("said by Philippa") == 2  # now, and in how it went
    update_commitment(actor=ada, commitment=promise, state="not_because", because="I fell ill.")
    page = signed_in(reader).get(outcome.get_absolute_url()).content.decode()
    assert page.count("said by Philippa") == 1
    assert "said by" not in signed_in(None).get(outcome.get_absolute_url()).content.decode()


def test_a_letter_quotes_nameless_words_only_to_who_wrote_them_down(build, signed_in):
    space = build.space()
    frank = build.member(space, "Frank", account=False, channel="post")
    wrote, other = build.member(space, facilitator=True), build.member(space, facilitator=True)
    hidden = build.contribution(space, frank, "They hit me", attribution="anonymous", recorder=wrote)
    open_words = build.contribution(space, frank, "NINE WEEKS", attribution="chosen", recorder=wrote)
    outcome = tell_outcome(actor=wrote, space=space, title="Fares", contributions=[hidden, open_words])
    address = reverse("outcomes:card", args=[space.slug, outcome.pk, frank.pk])
    letter = signed_in(wrote).get(address).content.decode()
    assert "They hit me" in letter
    letter = signed_in(other).get(address).content.decode()
    assert "NINE WEEKS" in letter
    assert "They hit me" not in letter
    sheet = signed_in(other).get(reverse("outcomes:good_enough", args=[space.slug, outcome.pk]) + f"?for={frank.pk}")
    assert "NINE WEEKS" in sheet.content.decode()
    assert "They hit me" not in sheet.content.decode()
