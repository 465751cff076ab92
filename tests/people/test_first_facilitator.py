"""``coproduce createfacilitator``: in, before any mail can be sent."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from coproduce.history.models import Event
from coproduce.people.models import Person
from coproduce.spaces.models import Membership

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = io.StringIO()
    call_command("createfacilitator", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_a_link_that_signs_in_once():
    said = run("Ada@Example.org", "Ada")
    path = re.search(r"http://\S+?(/sign-in/link/\S+/)", said).group(1)
    client = Client()
    assert client.post(path).status_code == 302
    person = client.get("/me/").wsgi_request.person
    assert (person.chosen_name, person.account.email, person.is_facilitator) == ("Ada", "ada@example.org", True)
    assert Client().post(path).status_code == 410


def test_running_it_again_gives_the_same_person_another_link():
    links = {re.search(r"/sign-in/link/\S+/", run("ada@example.org", "Ada")).group() for _time in range(2)}
    assert len(links) == 2
    assert Person.objects.count() == 1


def test_it_can_hand_over_a_space(build):
    space = build.space()
    run("ada@example.org", "Ada", "--space", space.slug)
    membership = Membership.objects.get(space=space, person__chosen_name="Ada")
    assert membership.is_facilitator
    assert Event.objects.get(stream=space.pk).kind == "facilitator made"
    run("ada@example.org", "Ada", "--space", space.slug)
    assert Membership.objects.filter(space=space, person__chosen_name="Ada").count() == 1


@pytest.mark.parametrize(
    "arguments", [("nonsense", "Ada"), ("a@example.org", "  "), ("a@example.org", "Ada", "--space", "no")]
)
def test_what_cannot_be_is_refused_and_nothing_made(arguments):
    with pytest.raises(CommandError):
        run(*arguments)
    assert not Person.objects.exists()


def test_the_address_can_be_told():
    assert "https://together.example.org/sign-in/link/" in run(
        "a@example.org", "Ada", "--address", "https://together.example.org/"
    )
