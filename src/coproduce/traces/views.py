"""Where something came from and what it led to, a page at a time."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from coproduce.spaces.access import space_for
from coproduce.traces.across import FIELD_OF
from coproduce.traces.links import Kind, Way
from coproduce.traces.queries import Level, listed, walk
from coproduce.traces.sentences import kind_says, level_says, link_says
from coproduce.ui.pages import page

PLACES = {
    Kind.WORDS: "brought",
    Kind.THEME: "themes",
    Kind.CLAIM: "views",
    Kind.QUESTION: "question",
    Kind.PROPOSAL: "decisions",
    Kind.OUTCOME: "outcomes",
}


@require_safe
def came_from(request: HttpRequest, slug: str, kind: str, pk: UUID) -> HttpResponse:
    """Where this came from: back to the first words, level by level."""
    return _walk(request, slug, kind, pk, Way.BACK)


@require_safe
def led_to(request: HttpRequest, slug: str, kind: str, pk: UUID) -> HttpResponse:
    """What this led to, level by level."""
    return _walk(request, slug, kind, pk, Way.ON)


def _walk(request: HttpRequest, slug: str, kind: str, pk: UUID, way: Way) -> HttpResponse:
    place = space_for(request, slug)
    found = walk(place, kind, pk, way)
    context = {
        "walk": found,
        "thing": found.thing,
        "kind": kind_says(found.thing.kind),
        "levels": [(level_says(level.number, way), _drawn(level, way), level) for level in found.levels],
        "is_back": way == Way.BACK,
        "is_member": place.is_member,
        "may_ask_across": place.is_member and way == Way.ON and found.thing.kind in FIELD_OF,
    }
    return page(request, "traces/walk.html", context, space=place.space, place=PLACES.get(found.thing.kind, ""))


def _drawn(level: Level, way: Way) -> list[dict[str, Any]]:
    return [{"step": step, "says": link_says(step, way), "kind": kind_says(step.thing.kind)} for step in level.steps]


@require_safe
def all_from(request: HttpRequest, slug: str, kind: str, pk: UUID) -> HttpResponse:
    """Everything that one thing came from directly, in the order in which it was linked."""
    return _listed(request, slug, kind, pk, Way.BACK)


@require_safe
def all_to(request: HttpRequest, slug: str, kind: str, pk: UUID) -> HttpResponse:
    """Everything that one thing led to directly, in the order in which it was linked."""
    return _listed(request, slug, kind, pk, Way.ON)


def _listed(request: HttpRequest, slug: str, kind: str, pk: UUID, way: Way) -> HttpResponse:
    place = space_for(request, slug)
    found = listed(place, kind, pk, way, request.GET.get("after", ""))
    context = {
        "listed": found,
        "thing": found.thing,
        "kind": kind_says(found.thing.kind),
        "rows": _drawn(found.level, way),
        "is_back": way == Way.BACK,
        "is_begun": "after" in request.GET,
    }
    return page(request, "traces/listed.html", context, space=place.space, place=PLACES.get(found.thing.kind, ""))
