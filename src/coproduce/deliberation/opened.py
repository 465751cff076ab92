"""Pages that open a figure: what it was counted from, as far as the reader may see it, and how."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from coproduce.deliberation import queries
from coproduce.deliberation.figures import agreement_figures, said_apart, said_matters
from coproduce.deliberation.map_figures import MapFigure, group_parts, map_figure
from coproduce.deliberation.models import Answer
from coproduce.deliberation.turning import part_asked
from coproduce.errors import NotHere
from coproduce.spaces.access import Place, space_for
from coproduce.ui.pages import page

HELD_AT_ONCE = 10


@require_safe
def counted(request: HttpRequest, slug: str, pk: UUID, row: str) -> HttpResponse:
    """One row of a claim's figure: how many gave each answer, and the reasons that say they are from there.

    Leads to the claim where no such row is shown (any more): who joined whom changes as people answer.
    """
    place = space_for(request, slug)
    found = queries.counted_row(place, pk, row)
    if found is None:
        return HttpResponseRedirect(queries.statement_in(place, pk).get_absolute_url())
    name = queries.group_name(found.groups) if found.groups else _("Everyone who answered")
    context = {
        "found": found,
        "name": name,
        "is_everyone": not found.groups,
        "has_unsaid": "" in found.groups,
        "parts": _parts(found, place.space.threshold),
        "apart": said_apart(found.claim.tally, place.space.threshold) if not found.groups else "",
        "matters": said_matters(found.claim.matters) if not found.groups else "",
        "others": agreement_figures([found.claim], place.space)[0].rows,
        "read_at_once": queries.READ_AT_ONCE,
        "is_member": place.is_member,
    }
    return page(request, "deliberation/counted.html", context, space=place.space, place="views")


def _parts(found: queries.CountedRow, threshold: int) -> list[tuple[str, bool, list[queries.Reason]]]:
    """For each answer: how many gave it, in words; whether anybody did; and the reasons."""
    claim, row = found.claim, found.row
    told = [
        (_("Agree"), row.agree, Answer.AGREE),
        (_("Unsure"), row.unsure, Answer.UNSURE),
        (_("Disagree"), row.disagree, Answer.DISAGREE),
    ]
    parts = [(_so_many(name, people), people > 0, claim.reasons_of(answer)) for name, people, answer in told]
    apart = claim.tally.not_mine
    if not found.groups and apart:
        name = _("Not mine to say")
        few = _("%(answer)s: a few people") % {"answer": name}
        parts.append((few if apart < threshold else _so_many(name, apart), True, claim.not_theirs))
    return parts


def _so_many(answer: str, people: int) -> str:
    told = {"answer": answer, "n": people}
    return ngettext("%(answer)s: one person", "%(answer)s: %(n)s people", people) % told


@require_safe
def held(request: HttpRequest, slug: str) -> HttpResponse:
    """The claims that most agree with, and which of them nearly everyone holds, with the rule that says so."""
    place = space_for(request, slug)
    every = queries.claims_held(place)
    part = part_asked(request, len(every), HELD_AT_ONCE)
    looked_at = part.of(every)
    figures = agreement_figures([claim for claim, _is_held in looked_at], place.space)
    context = {
        "nearly": [figure for figure, (_claim, is_held) in zip(figures, looked_at, strict=True) if is_held],
        "others": [figure for figure, (_claim, is_held) in zip(figures, looked_at, strict=True) if not is_held],
        "overall": round(100 * queries.NEARLY_EVERYONE),
        "in_each": round(100 * queries.IN_EVERY_GROUP),
        "at_most": queries.MOST_HELD,
        "part": part,
    }
    return page(request, "deliberation/held.html", context, space=place.space, place="views")


def shown_map(place: Place, now: queries.Standing | None = None) -> MapFigure | None:
    """The newest map as this reader sees it. now: the numbers of the space, where they have just been asked for."""
    stored = queries.newest_map(place.space)
    if stored is None:
        return None
    reader = place.person if place.is_member else None
    being_made = queries.map_being_made(place.space) is not None
    return map_figure(place.space, stored, reader, now or queries.standing_of(place.space), being_made=being_made)


@require_safe
def how_made(request: HttpRequest, slug: str) -> HttpResponse:
    """How the figures are made, the map most of all, and how sure it is."""
    place = space_for(request, slug)
    context = {
        "map": shown_map(place),
        "overall": round(100 * queries.NEARLY_EVERYONE),
        "in_each": round(100 * queries.IN_EVERY_GROUP),
        "each_side": round(100 * queries.BOTH_SIDES),
    }
    return page(request, "deliberation/how_made.html", context, space=place.space, place="views")


@require_safe
def map_group(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A group of the map, described by what its people answer: never by a name, nor by who they are."""
    place = space_for(request, slug)
    stored, now = queries.newest_map(place.space), queries.standing_of(place.space)
    figure = shown_map(place, now)
    parts = group_parts(place.space, stored, now, number) if stored is not None else None
    if figure is None or not figure.groups:
        return HttpResponseRedirect(reverse("deliberation:statements", args=[slug]))
    if parts is None:
        raise NotHere
    context = {"map": figure, "group": figure.groups[number - 1], "parts": parts}
    return page(request, "deliberation/map_group.html", context, space=place.space, place="views")
