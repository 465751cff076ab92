"""Where the demonstration runs, anybody can be each of its people; anywhere else there is nothing."""

import pytest
from django.urls import reverse

from coproduce.demonstration.cast import sign_in_links
from coproduce.demonstration.queries import cast
from coproduce.demonstration.story_files import read_story
from coproduce.people.models import Account, Person

ROLES = {"member", "facilitator", "clinician", "assisted", "finance", "visitor"}


@pytest.fixture
def demonstration_runs(settings):
    settings.DEMONSTRATION = True


@pytest.fixture
def accounts(db):
    """An account for whoever signs in for one of the cast."""
    for part in cast():
        account, is_new = Account.objects.get_or_create(email=part.email)
        if is_new:
            Person.objects.create(account=account, chosen_name=part.helper or part.name)


def test_the_links_are_one_for_each_of_the_cast():
    people = {row["key"]: row for row in read_story()["people"]}
    assert {people[part.key]["cast"] for part in cast()} == ROLES
    links = sign_in_links()
    assert [path for _who, path in links] == [reverse("demonstration:part", args=[part.key]) for part in cast()]
    assert len({who for who, _path in links}) == len(links) == len(ROLES)


@pytest.mark.parametrize("part", cast(), ids=lambda part: part.key)
def test_a_link_works_as_often_as_it_is_pressed(client, accounts, demonstration_runs, part):
    path = reverse("demonstration:part", args=[part.key])
    for _time in range(2):
        shown = client.get(path)
        assert shown.status_code == 200
        answer = client.post(path)
        assert answer.status_code == 302
        assert "living-with-breathlessness" in answer["Location"]
        assert client.session["_auth_user_id"] == str(Account.objects.get(email=part.email).pk)


def test_opening_a_link_signs_nobody_in(client, accounts, demonstration_runs):
    client.get(reverse("demonstration:part", args=["noreen"]))
    assert "_auth_user_id" not in client.session


def test_being_somebody_else_signs_the_first_out(client, accounts, demonstration_runs):
    for key in ("noreen", "yvonne"):
        client.post(reverse("demonstration:part", args=[key]))
    assert client.session["_auth_user_id"] == str(Account.objects.get(email="yvonne@example.org").pk)
    assert "You are Yvonne now" in client.get(reverse("demonstration:part", args=["noreen"])).content.decode()


def test_somebody_assisted_is_reached_by_who_writes_for_her(client, accounts, demonstration_runs):
    part = next(part for part in cast() if part.helper)
    assert (part.key, part.signs_in) == ("zofia", "callum")
    assert "Sign in as Callum, who writes for Pani Zofia" in client.get("/demonstration/").content.decode()
    assert client.post("/demonstration/zofia/")["Location"].endswith("/brought/write-down/")


def test_everybody_is_on_the_page_with_a_button(client, db, demonstration_runs, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        shown = client.get("/demonstration/").content.decode()
    assert all(part.name in shown for part in cast())
    assert shown.count("<form") == len(cast())


@pytest.mark.parametrize("path", ["/demonstration/nobody/", "/demonstration/stephen/"])
def test_nobody_else_can_be(client, accounts, demonstration_runs, path):
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


@pytest.mark.parametrize("path", ["/demonstration/", "/demonstration/noreen/"])
def test_there_is_nothing_here_anywhere_else(client, accounts, path):
    assert client.get(path).status_code == 404
    assert client.post(path).status_code in (404, 405)
    assert "_auth_user_id" not in client.session
