"""Whose nameless words they are is found out neither on a sheet, nor by who is missing from a list, nor by trying."""

import pytest
from django.urls import reverse

from coproduce.care.models import CareRole
from coproduce.contributions.actions import acknowledge_contribution
from coproduce.contributions.models import Acknowledgement, Contribution
from coproduce.errors import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(build):
    space = build.space()
    frank, dot = build.member(space, "Zacharias", account=False), build.member(space, "Dorothea", account=False)
    wrote = build.member(space, "Writer", facilitator=True)
    words = build.contribution(space, frank, "They hit me", attribution="anonymous", recorder=wrote)
    return space, frank, dot, wrote, words


def at(name, space, words):
    return reverse(name, args=[space.slug, words.pk])


def test_another_who_facilitates_cannot_put_them_in_other_words_nor_read_the_name(here, signed_in):
    space, _frank, _dot, wrote, words = here
    for name in ("contributions:revise", "contributions:describe", "conversation:mean_for"):
        assert signed_in(space.opened_by).get(at(name, space, words)).status_code == 404, name
        assert signed_in(wrote).get(at(name, space, words)).status_code == 200, name
    page = signed_in(space.opened_by).get(words.get_absolute_url()).content.decode()
    assert at("contributions:revise", space, words) not in page
    assert at("contributions:withdraw", space, words) in page


@pytest.mark.parametrize("query", ["", "?erase=1"])
def test_anybody_who_facilitates_takes_them_back_when_asked_and_reads_no_name(here, signed_in, query):
    space, _frank, _dot, wrote, words = here
    address = at("contributions:withdraw", space, words) + query
    page = signed_in(space.opened_by).get(address).content.decode()
    assert "They carry no name." in page
    assert "Zacharias" not in page
    assert "You do this for Zacharias" in signed_in(wrote).get(address).content.decode()
    form = signed_in(space.opened_by).get(address).context["form"]
    sent = {"key": str(form["key"].value()), "depth": "aside"}
    assert signed_in(space.opened_by).post(address, sent).status_code == 302
    assert Contribution.objects.get(pk=words.pk).state == "aside"


def test_nobody_is_missing_from_those_whose_thinking_they_may_have_changed(here, signed_in):
    space, frank, dot, wrote, words = here
    page = signed_in(space.opened_by).get(at("contributions:acknowledge", space, words)).content.decode()
    assert "Zacharias" in page
    assert "Dorothea" in page
    for person in (frank, dot):
        address = at("contributions:acknowledge", space, words) + f"?for={person.pk}"
        assert signed_in(space.opened_by).get(address).status_code == 200
        acknowledge_contribution(actor=space.opened_by, person=person, contribution=words)
    assert Acknowledgement.objects.count() == 2
    assert "Zacharias" not in signed_in(wrote).get(at("contributions:acknowledge", space, words)).content.decode()
    with pytest.raises(NotAllowed):
        acknowledge_contribution(actor=wrote, person=frank, contribution=words)


def test_who_would_read_a_worry_about_them_is_named_as_for_any_other_words(build, signed_in):
    space = build.space()
    first, second, reader = build.member(space, "Aaron"), build.member(space, "Brigit"), build.member(space)
    for person in (first, second):
        CareRole.objects.create(space=space, person=person, role="safeguarding", named_by=space.opened_by)
    pages = [
        signed_in(reader).get(at("care:flag", space, build.contribution(space, one, "x", attribution="anonymous")))
        for one in (first, second)
    ]
    assert len({("Aaron" in page.content.decode(), "Brigit" in page.content.decode()) for page in pages}) == 1
