"""A space with people who look after each other, and pressing its buttons."""

import uuid

import pytest

from coproduce.care.models import CareRole

STORY = "The ward sister Mrs Oduya shouted at me."


@pytest.fixture
def send():
    """``send(client, address, why="…")`` fills in a sheet and presses its button."""

    def press(client, address, **fields):
        return client.post(address, {"key": str(uuid.uuid4()), **fields})

    return press


@pytest.fixture
def read(signed_in):
    """``read(person, address)`` is what they read there."""

    def get(person, address):
        return signed_in(person).get(address).content.decode()

    return get


class Here:
    """Philippa facilitates, Zofia was asked to look after worries, Noreen wrote, Comfort is worried; and others."""

    def __init__(self, build):
        self.build = build
        self.space = build.space(slug="ours", opened_by=build.person("Philippa"))
        self.philippa = self.space.opened_by
        self.zofia = build.member(self.space, "Zofia")
        self.noreen = build.member(self.space, "Noreen")
        self.comfort = build.member(self.space, "Comfort")
        self.farzana = build.member(self.space, "Farzana")
        self.elsewhere = build.space(slug="elsewhere").opened_by
        self.words = build.contribution(self.space, self.noreen, STORY)
        self.name(self.zofia)

    def name(self, person, role="worries"):
        return CareRole.objects.create(space=self.space, person=person, role=role, named_by=self.philippa)

    @property
    def page(self):
        return f"/s/ours/brought/{self.words.pk}/"


@pytest.fixture
def here(build):
    return Here(build)
