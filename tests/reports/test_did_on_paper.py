"""*What my words did*, printed for somebody who does not come online."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(build):
    made = build.space()
    keeper = made.opened_by
    harold = build.member(made, "Mr Entwistle", account=False, added_by=keeper)
    build.contribution(made, harold, "I write letters", recorder=keeper, channel="post")
    build.contribution(made, harold, "nobody need know", recorder=keeper, attribution="anonymous")
    build.contribution(made, harold, "only for few", recorder=keeper, state="close")
    return made, harold


def page_of(client, space, person, **more):
    return client.get(reverse("reports:did", args=[space.slug]), {"for": person.pk, **more})


def test_who_facilitates_prints_it_for_somebody_by_post(space, signed_in):
    made, harold = space
    page = page_of(signed_in(made.opened_by), made, harold, large="1").content.decode()
    assert "What the words of Mr Entwistle did" in page
    assert "I write letters" in page
    assert "They came by post." in page or "brought them" in page
    assert "only for few" not in page
    assert "data-print" in page
    assert "large-print" in page


def test_whose_nameless_words_they_are_is_told_to_nobody_but_who_wrote_them_down(build, space, signed_in):
    made, harold = space
    other = build.member(made, "Bo", facilitator=True)
    assert "nobody need know" in page_of(signed_in(made.opened_by), made, harold).content.decode()
    page = page_of(signed_in(other), made, harold).content.decode()
    assert "I write letters" in page
    assert "nobody need know" not in page


def test_nobody_else_prints_it_and_not_for_everybody(build, space, signed_in):
    made, harold = space
    member = build.member(made, "Cy")
    assert page_of(signed_in(member), made, harold).status_code == 404
    assert page_of(signed_in(made.opened_by), made, member).status_code == 404
    for wrong in ("", "x", "\0"):
        answer = signed_in(made.opened_by).get(reverse("reports:did", args=[made.slug]), {"for": wrong})
        assert answer.status_code == 404
    own = signed_in(made.opened_by).get(reverse("reports:did", args=[made.slug])).content.decode()
    assert "For somebody who does not come online" in own
    assert "For somebody who" not in signed_in(member).get(reverse("reports:did", args=[made.slug])).content.decode()
