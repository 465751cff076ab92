"""A space with a gathering, and people in the room."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from coproduce import clock
from coproduce.gatherings.models import Gathering
from coproduce.walls.actions import open_wall


@pytest.fixture
def space(build):
    return build.space(name="Nights")


@pytest.fixture
def farzana(build, space):
    """Looks after the space."""
    return build.member(space, "Farzana", ways="O", facilitator=True)


@pytest.fixture
def noreen(build, space):
    return build.member(space, "Noreen")


@pytest.fixture
def gathering(space, farzana):
    return Gathering.objects.create(
        space=space, title="In the library", arranged_by=farzana, starts_at=clock.now() + timedelta(hours=1)
    )


@pytest.fixture
def wall(gathering, farzana):
    return open_wall(actor=farzana, gathering=gathering)


@pytest.fixture
def at(wall, space):
    """The address of a page of the wall."""

    def address(tail=""):
        return f"/s/{space.slug}/gatherings/{wall.gathering_id}/wall/{tail}"

    return address


@pytest.fixture
def room(space, wall, farzana, noreen, build):
    """All of it, for tests that need most of it."""
    return SimpleNamespace(space=space, wall=wall, farzana=farzana, noreen=noreen, build=build)
