"""Your spaces, the front page of one, and the wordings its question had: pages of spaces that read what lies above."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.care.queries.waiting import waiting_for
from coproduce.contributions.sentences import sources_gone
from coproduce.decisions.queries import spaces_with_reviews
from coproduce.errors import Refused, SignInNeeded
from coproduce.gatherings.queries import gatherings_to_come
from coproduce.outcomes.queries.ending import end_on_front
from coproduce.outcomes.queries.waiting import waits_for_me
from coproduce.reports import front_queries
from coproduce.spaces.access import Place, space_for
from coproduce.spaces.actions import note_visit
from coproduce.spaces.actions.opening import may_open
from coproduce.spaces.actions.staying import is_new_visit
from coproduce.spaces.forms import CodeForm
from coproduce.spaces.models import Privacy
from coproduce.spaces.queries import findable_spaces, framings_of, spaces_of, way_in_for_anyone
from coproduce.themes.queries import ThemeRow, themes_in
from coproduce.ui.forms import begin_words
from coproduce.ui.pages import page
from coproduce.ui.pictures.cloth import Cloth, cloth, fray
from coproduce.ui.pictures.ends import outcome_end
from coproduce.ui.pictures.thread import VERBS, wefts

THEMES_SHOWN = 5
GATHERINGS_SHOWN = 4


@require_safe
def your_spaces(request: HttpRequest) -> HttpResponse:
    """The spaces someone is in, what waits in them for whoever can act, and those that anyone may find."""
    person = request.person  # type: ignore[attr-defined]
    if person is None:
        raise SignInNeeded
    memberships = spaces_of(person)
    mine = {membership.space_id for membership in memberships}
    context = {
        "memberships": memberships,
        "to_review": spaces_with_reviews(person),
        "others": [space for space in findable_spaces() if space.pk not in mine],
        "form": CodeForm(),
        "may_open": may_open(person),
    }
    return page(request, "spaces/your_spaces.html", context)


@require_safe
def space(request: HttpRequest, slug: str) -> HttpResponse:
    """The question, what is being woven around it, and a place to bring something."""
    place = space_for(request, slug, listed=True)
    if not place.is_member and place.space.privacy == Privacy.LISTED:
        context = {"listed": place.space, "way_in": way_in_for_anyone(place.space)}
        return page(request, "spaces/listed.html", context)
    answer = page(request, "reports/front.html", _front(place), space=place.space, place="question")
    if place.membership is not None and is_new_visit(place.membership):
        note_visit(actor=place.person, space=place.space)
    return answer


def _front(place: Place) -> dict[str, Any]:
    lately = front_queries.happenings(place) if place.is_member else []
    since, news = front_queries.since_last_here(place, lately)
    rows = themes_in(place, limit=THEMES_SHOWN + 1)
    ends = front_queries.ends_of_themes(place, [row.theme.pk for row in rows]) if rows else {}
    changed = front_queries.words_that_changed(place)
    apart = front_queries.unthemed(place)
    waits = waits_for_me(place.person, place.space) if place.is_member and place.person else []
    return {
        "place_here": place,
        "waiting": waiting_for(place),
        "end": end_on_front(place),
        "outcomes_asked": [one for one in waits if one.asks_me],
        "outcomes_wait": [one for one in waits if not one.asks_me],
        "reviews": front_queries.to_look_at_again(place, lately),
        "changed_by": [words for number, words in changed if number == place.space.framed][:1],
        "woven": front_queries.woven_now(lately),
        "since": since,
        "news": [(one, mark_of(one.what, one.how)) for one in news],
        "themes": [_drawn(row, ends.get(row.theme.pk, [])) for row in rows[:THEMES_SHOWN]],
        "more_themes": len(rows) > THEMES_SHOWN,
        "apart": apart,
        "apart_at_least": apart > front_queries.UNTHEMED_COUNTED_TO,
        "is_new": not rows and not apart,
        "gatherings": list(gatherings_to_come(place.space)[:GATHERINGS_SHOWN]) if place.is_member else [],
        "way_in": None if place.is_member else way_in_for_anyone(place.space),
    }


def mark_of(what: str, how: str) -> SafeString:
    """What stands where a thread would, for something that is not one person's words. The sentence says the same."""
    bars = {"done": "done", "partly": "partly", "not_because": "not", "not_yet": "not_yet"}
    if what == "decided":
        body = wefts([8, 20], 3, 25, "decision") + ("" if how == "agreed" else fray(30, 14))
    elif what == "outcome":
        body = outcome_end(bars[how], 12, 2, 26)
    elif what == "asked":
        body = f'<path class="stance thin" d="{VERBS["questions"]}"/>'
    elif what == "reframed":
        body = f'<path class="stance thin" d="{VERBS["reframes"]}"/>'
    else:
        body = wefts([6, 18, 30], 3, 25, "arose" if how == "emerged" else "agenda")
    shape = 'width="72" height="28" viewBox="0 0 72 28"'
    svg = f'<svg class="knots" {shape} aria-hidden="true" focusable="false">{body}</svg>'
    return mark_safe(svg)  # noqa: S308  # drawn here from constants


def _drawn(row: ThemeRow, ends: list[str]) -> dict[str, Any]:
    """A theme with its cloth. Its threads go on if a proposal from it was agreed, and fray if all were not."""
    agreed, refused = ends.count("agreed"), ends.count("not_agreed")
    end = "reached" if agreed else "frayed" if refused else "waiting"
    drawing = Cloth(
        key=f"cloth-{row.theme.pk.hex}",
        name=row.theme.name,
        letters=row.threads,
        arose=row.theme.origin == "emerged",
        ends=[end] * len(row.threads),
    )
    return {
        "row": row,
        "theme": row.theme,
        "cloth": cloth(drawing) if row.threads else "",
        "agreed": agreed,
        "refused": refused,
        "open": ends.count("open"),
    }


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """The first words of something, typed on the front page, are carried to the sheet where it is brought.

    They travel in the session and not in the address, which others could read over a shoulder or in a log. Nobody
    needs to be signed in for this step: the next one asks, and the words wait.
    """
    sheet = reverse("contributions:bring", args=[slug])
    words = request.POST.get("words", "")
    if words.strip() and not begin_words(request, sheet, words=words):
        raise Refused(_("That is more than fits in one go. Go back: your words are still there. Bring them in parts."))
    return HttpResponseRedirect(sheet)


@require_safe
def framings(request: HttpRequest, slug: str) -> HttpResponse:
    """Every wording of the question: who asked it so, why, and from whose words."""
    place = space_for(request, slug)
    sources: dict[int, list[Any]] = {}
    for number, words in front_queries.words_that_changed(place):
        sources.setdefault(number, []).append(words)
    gone = front_queries.sources_gone_from_wordings(place)
    told = [
        (framing, sources.get(framing.number, []), sources_gone(gone.get(framing.number, ())))
        for framing in framings_of(place.space)
    ]
    context = {"present": told[0], "earlier": told[1:], "place_here": place}
    return page(request, "reports/framings.html", context, space=place.space, place="question")
