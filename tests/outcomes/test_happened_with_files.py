"""A picture, a paper or a recording goes with *something happened*: it becomes what shows it."""

import uuid

import pytest
from django.urls import reverse

from coproduce.contributions.models import Attachment, Contribution, Draft
from coproduce.outcomes.models import Outcome
from tests.contributions import sent_files as sent
from tests.contributions.test_files import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(build, signed_in):
    space = build.space()
    noreen = build.member(space, "Noreen", ways="L")
    return space, signed_in(noreen), reverse("outcomes:happened", args=[space.slug])


def tell(client, address, *files, **fields):
    said = {"key": str(uuid.uuid4()), "title": "The lift moved", "bearing": "good", "attribution": "chosen", **fields}
    return client.post(address, {**said, "files": list(files)})


def photo():
    return upload(sent.photo(), "lift.jpg")


def test_a_photo_is_what_shows_it_and_is_described_next(here):
    _space, client, address = here
    answer = tell(client, address, photo())
    told = Outcome.objects.get()
    shows = told.evidence.get().contribution
    assert (shows.words, shows.kind, shows.attribution) == ("The lift moved", "evidence", "chosen")
    assert [one.contribution for one in Attachment.objects.all()] == [shows]
    assert answer["Location"].startswith(reverse("contributions:describe", args=[told.space.slug, shows.pk]))
    page = client.get(answer["Location"])
    key = page.context["form"]["key"].value()
    assert f'href="{told.get_absolute_url()}">Not now' in page.content.decode()
    after = client.post(answer["Location"], {"key": key, f"words_{shows.attachments.get().pk}": "A lift."})
    assert after["Location"] == told.get_absolute_url()
    assert "with a file" in client.get(after["Location"]).content.decode()


def test_without_a_file_nothing_is_brought(here):
    _space, client, address = here
    assert tell(client, address)["Location"] == Outcome.objects.get().get_absolute_url()
    assert not Contribution.objects.exists()


def test_a_file_is_kept_when_the_line_is_missing_or_words_are_looked_for(here):
    space, client, address = here
    key = str(uuid.uuid4())
    refused = tell(client, address, photo(), title="", key=key)
    assert refused.status_code == 422
    assert "lift.jpg" in refused.content.decode()
    looked = tell(client, address, title="The lift moved", look="1", key=key)
    assert looked.status_code == 200
    assert "lift.jpg" in looked.content.decode()
    began = Draft.objects.get()
    assert not Outcome.objects.exists()
    answer = tell(client, address, key=key)
    assert "describe" in answer["Location"]
    assert not Draft.objects.filter(pk=began.pk).exists()
    assert Outcome.objects.get().evidence.get().contribution.attachments.get().name == "lift.jpg"
    assert space.slug in answer["Location"]


def test_what_waited_and_is_left_out_brings_nothing(here):
    _space, client, address = here
    key = str(uuid.uuid4())
    tell(client, address, photo(), title="", key=key)
    tell(client, address, left_out=str(Attachment.objects.get().pk), key=key)
    assert Outcome.objects.get().evidence.count() == 0
    assert not Contribution.objects.exists()
    assert not Attachment.objects.exists()


def test_the_name_beside_it_is_as_its_teller_chose(here):
    _space, client, address = here
    tell(client, address, photo(), attribution="anonymous")
    assert Contribution.objects.get().attribution == "anonymous"


def test_it_is_kept_for_later_and_found_again(here):
    space, client, address = here
    kept = client.post(
        reverse("contributions:draft", args=[space.slug]),
        {"sheet": address, "key": str(uuid.uuid4()), "title": "The lift moved to the other side", "words": ""},
    )
    assert kept.json()["said"].startswith("Kept")
    assert "The lift moved to the other side" in client.get(address).content.decode()
    mine = client.get(reverse("reports:did", args=[space.slug])).content.decode()
    assert "Something happened" in mine
    assert "The lift moved to the other side" in mine
    with_words = client.get(f"{address}?from={uuid.uuid4()}").content.decode()
    assert "There is something here that you began before." in with_words


def test_what_shows_an_outcome_can_be_kept_for_later_too(here):
    space, client, address = here
    tell(client, address)
    sheet = reverse("outcomes:bring_evidence", args=[space.slug, Outcome.objects.get().pk])
    kept = client.post(
        reverse("contributions:draft", args=[space.slug]),
        {"sheet": sheet, "key": str(uuid.uuid4()), "words": "The drawing on the landing."},
    )
    assert kept.status_code == 200
    assert "The drawing on the landing." in client.get(sheet).content.decode()


@pytest.mark.parametrize("then", ["//example.org/", "https://example.org/", "/s/another/", "javascript:1"])
def test_describing_leads_nowhere_else(here, then):
    _space, client, address = here
    tell(client, address, photo())
    shows = Contribution.objects.get()
    page = client.get(reverse("contributions:describe", args=[shows.space.slug, shows.pk]), {"then": then})
    assert page.context["then"] == shows.get_absolute_url()
