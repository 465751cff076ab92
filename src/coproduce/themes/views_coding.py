"""Who put what where: two people's coding side by side, and talking about where they differ."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import visible_contributions
from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.people.models import Person
from coproduce.spaces.access import Place, member_place
from coproduce.themes import actions, queries
from coproduce.themes.forms import TalkForm, TheirWayForm
from coproduce.themes.models import Theme
from coproduce.themes.passages import for_reading
from coproduce.themes.queries.coders import coders_in, compared, read_alike, talked_about
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page


@require_safe
def coding(request: HttpRequest, slug: str) -> HttpResponse:
    """Two people chosen by name (``?one=`` and ``?other=``): where they differ, and how far they agree."""
    place = member_place(request, slug)
    people = coders_in(place)
    one, other = _two(request, place, people)
    start = request.GET.get("start", "")
    found = (
        compared(place, one, other, start=int(start) if start.isdecimal() and len(start) < 7 else 0) if other else None
    )
    context = {"people": people, "one": one, "other": other, "found": found, "place_here": place}
    return page(request, "themes/coding.html", context, space=place.space, place="themes")


def _two(request: HttpRequest, place: Place, people: list[Person]) -> tuple[Person | None, Person | None]:
    """The two who were chosen. Else the reader and who marked most of the same words; else the two who did so most."""
    by_key = {person.pk: person for person in people}
    one, other = (_person(by_key, request.GET.get(name, "")) for name in ("one", "other"))
    if one and other and one != other:
        return one, other
    pairs = [(by_key[a], by_key[b]) for a, b in read_alike(place, people)]
    fitting = [pair for pair in pairs if one in (None, pair[0]) and other in (None, pair[1])]
    if fitting:
        return min(fitting, key=lambda pair: pair[0] != place.person)
    one = one or _another(people, other)
    return one, _another(people, one) if other in (None, one) else other


def _person(by_key: dict[UUID, Person], typed: str) -> Person | None:
    try:
        return by_key.get(UUID(typed))
    except ValueError:
        return None


def _another(people: list[Person], than: Person | None) -> Person | None:
    return next((person for person in people if person != than), None)


@require_http_methods(["GET", "POST"])
def talk(request: HttpRequest, slug: str, pk: UUID, contribution: UUID) -> HttpResponse:
    """Whether these words belong to a theme: who marked what in them and why, and what people said about it."""
    place, theme, words = _about(request, slug, pk, contribution)
    form = form_for(request, TalkForm)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["words"]
        return send_once(request, form, lambda: _say(place, theme, words, said))
    links = [link for link in queries.links_of([words.pk]) if link.theme_id == theme.pk]
    marks = sorted(queries.marks_on(place, words, links), key=lambda mark: mark.where is None)
    context: dict[str, Any] = {
        "form": form,
        "theme": theme,
        "contribution": words,
        "words": for_reading(words.words, [mark.where for mark in marks if mark.where]),
        "marks": marks,
        "by": _by_person(links, place.person),
        "notes": talked_about(words, theme),
    }
    status = 422 if form.is_bound and form.errors else 200
    return page(request, "themes/talk.html", context, space=place.space, place="themes", status=status)


def _by_person(links: list[Any], me: Person | None) -> list[tuple[Person, TheirWayForm]]:
    """The others who marked something else, each with the form to see it their way."""
    held: dict[UUID, set[Any]] = {}
    for link in links:
        held.setdefault(link.linked_by_id, set()).add((link.version, link.start, link.end))
    mine = held.get(me.pk, set()) if me else set()
    others = {link.linked_by_id: link.linked_by for link in links if held[link.linked_by_id] != mine}
    return [(person, TheirWayForm(initial={"person": key})) for key, person in others.items()]


def _about(request: HttpRequest, slug: str, pk: UUID, contribution: UUID) -> tuple[Place, Theme, Contribution]:
    place = member_place(request, slug)
    theme = queries.theme_in(place, pk)
    words = visible_contributions(place).filter(pk=contribution).first()
    if words is None:
        raise NotHere
    return place, theme, words


def _address(place: Place, theme: Theme, words: Contribution) -> str:
    return reverse("themes:talk", args=[place.space.slug, theme.pk, words.pk])


def _say(place: Place, theme: Theme, words: Contribution, said: str) -> str:
    note = actions.add_coding_note(actor=place.person, contribution=words, theme=theme, words=said)
    return f"{_address(place, theme, words)}#note-{note.pk}"


@require_http_methods(["POST"])
def their_way(request: HttpRequest, slug: str, pk: UUID, contribution: UUID) -> HttpResponse:
    """See it another's way: one's own marks for this theme in these words become theirs."""
    place, theme, words = _about(request, slug, pk, contribution)
    form = form_for(request, TheirWayForm)
    other = next((one for one in coders_in(place) if form.is_valid() and one.pk == form.cleaned_data["person"]), None)
    if other is None:
        raise NotHere

    def see() -> str:
        actions.see_it_their_way(actor=place.person, contribution=words, theme=theme, other=other)
        return _address(place, theme, words)

    return send_once(request, form, see)
