"""How we call and reach someone, and signing out."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from coproduce.errors import NotAllowed
from coproduce.history.models import Event
from coproduce.people.actions import add_assisted_person, allow_opening_spaces
from coproduce.people.models import Person
from coproduce.people.naming import tidy_name

pytestmark = pytest.mark.django_db


def key_in(answer):
    return re.search(r'name="key" value="([^"]+)"', answer.content.decode()).group(1)


def test_you_see_what_we_know(build, signed_in, django_assert_max_num_queries):
    client = signed_in(build.person("Ada <b>", channel="post"))
    with django_assert_max_num_queries(4):
        page = client.get("/me/").content.decode()
    assert "Ada &lt;b&gt;" in page
    assert "by post" in page
    assert "You have none, and need none." in page


def test_changing_how_we_call_and_reach_you(build, signed_in):
    person = build.person("Ada", language="cy")
    client = signed_in(person)
    form = client.get("/me/about/")
    sent = {"key": key_in(form), "chosen_name": "Addie", "full_name": "", "channel": "phone"}
    for _press in range(2):
        assert client.post("/me/about/", sent).url == "/me/"
    person.refresh_from_db()
    assert (person.chosen_name, person.full_name, person.channel, person.language) == ("Addie", "", "phone", "cy")
    event = Event.objects.get()
    assert event.kind == "person changed"
    assert event.detail.payload == {"changed": ["chosen_name", "full_name", "channel"]}


def test_the_same_key_with_other_words_is_refused_kindly(build, signed_in):
    person = build.person("Ada")
    client = signed_in(person)
    sent = {"key": key_in(client.get("/me/about/")), "chosen_name": "Addie", "channel": "web"}
    client.post("/me/about/", sent)
    answer = client.post("/me/about/", {**sent, "chosen_name": "Other"})
    assert answer.status_code == 409
    person.refresh_from_db()
    assert person.chosen_name == "Addie"


@pytest.mark.parametrize(
    "change", [{"chosen_name": " "}, {"channel": "pigeon"}, {"chosen_name": "x" * 81}, {"key": "no"}]
)
def test_a_change_that_cannot_be_is_refused_and_the_words_kept(build, signed_in, change):
    person = build.person("Ada")
    client = signed_in(person)
    good = {
        "key": key_in(client.get("/me/about/")),
        "chosen_name": "Addie",
        "full_name": "A. Lovelace",
        "channel": "web",
    }
    answer = client.post("/me/about/", {**good, **change})
    assert answer.status_code == 422
    assert "A. Lovelace" in answer.content.decode()
    person.refresh_from_db()
    assert person.chosen_name == "Ada"


def test_signing_out_takes_a_press_and_clears_what_the_browser_kept(build, signed_in):
    client = signed_in(build.person("Ada"))
    assert "Sign me out" in client.get("/sign-out/").content.decode()
    assert client.get("/me/").status_code == 200, "opening the page signed nobody out"
    answer = client.post("/sign-out/")
    assert answer.url == "/signed-out/"
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/me/").status_code == 302
    assert client.get("/signed-out/").status_code == 200


def test_no_page_is_kept_by_the_browser(build, signed_in):
    client = signed_in(build.person("Ada"))
    for path in ("/me/", "/me/about/", "/sign-out/", "/me/passkeys/", "/me/keys/"):
        assert "no-store" in client.get(path, follow=True)["Cache-Control"], path
    for path in ("/sign-in/", "/sign-in/password/"):
        assert "no-store" in Client().get(path)["Cache-Control"], path


def test_adding_someone_who_does_not_go_online(build):
    facilitator = build.person("Ada")
    person = add_assisted_person(actor=facilitator, chosen_name="Mr Bell", full_name="George Bell", channel="post")
    assert person.is_assisted
    assert person.added_by == facilitator
    event = Event.objects.get()
    assert (event.kind, event.actor, event.subject) == ("assisted person added", facilitator.pk, person.pk)
    with pytest.raises(NotAllowed):
        add_assisted_person(actor=person, chosen_name="Another")
    with pytest.raises(ValidationError):
        add_assisted_person(actor=facilitator, chosen_name=" \u200b ")
    assert Person.objects.count() == 2


def test_allowing_someone_to_open_spaces(build):
    person = build.person("Ada")
    allow_opening_spaces(actor=None, person=person)
    person.refresh_from_db()
    assert person.is_facilitator
    assert Event.objects.get().kind == "opening spaces allowed"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ada \n Lovelace ", "Ada Lovelace"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # noqa: RUF001  (Persian)
        ("👩\u200d🦽", "👩\u200d🦽"),
        ("Ada\u202egnp.exe", "Adagnp.exe"),
        ("a\x00b\x1bc", "abc"),
        ("\u200b\u2066\u2069", ""),
        ("\u200d \u200c", ""),
    ],
)
def test_names_are_tidied_and_never_misspelt(typed, kept):
    assert tidy_name(typed) == kept
