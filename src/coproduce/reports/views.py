"""The account, the weave, and what my words did."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.care.actions import record_reading
from coproduce.contributions.drafts import begun_by
from coproduce.contributions.drawing import gone
from coproduce.contributions.queries import (
    assisted_members,
    contribution_in,
    may_read,
    own_words,
)
from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.outcomes.models import State
from coproduce.people.models import Person
from coproduce.reports import drawing
from coproduce.reports.actions import counted_now, keep_account
from coproduce.reports.forms import KeepForm, WeaveForm
from coproduce.reports.paging import page_of
from coproduce.reports.queries import account as accounts
from coproduce.reports.queries.did import to_judge, what_words_did, words_to_send
from coproduce.reports.queries.kept import claims_of, kept_account, kept_in
from coproduce.reports.queries.weave import drawn_part, seasons_in, weave_of
from coproduce.reports.sentences import (
    account_says,
    equally_says,
    heard_says,
    in_a_hundred,
    season_names,
    took_says,
    weave_says,
)
from coproduce.spaces.access import member_place, space_for
from coproduce.themes.queries import open_themes
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page
from coproduce.ui.pictures.weave import weave as draw_weave
from coproduce.valuing.shown import worth_in_short
from coproduce.ways import LETTERS

BUNDLES = 3
DID_ON_A_PAGE, TO_JUDGE = 30, 4


@require_safe
def weave(request: HttpRequest, slug: str) -> HttpResponse:
    """From words to change: the whole space, or a part of it (``?theme=``, ``?way=``, ``?season=``)."""
    place = space_for(request, slug)
    seasons = seasons_in(place)
    form = WeaveForm(request.GET, seasons=seasons, themes=open_themes(place))
    narrowed = form.narrowed()
    woven = weave_of(place, narrowed)
    shown = drawn_part(woven)
    is_bundled = any(one.total > len(one.chosen) for one in shown.themes)
    drawn = drawing.weave_picture(place.space, shown, bundles=len(LETTERS) if narrowed.theme else BUNDLES)
    context = {
        "form": form,
        "narrowed": narrowed,
        "woven": woven,
        "shown": shown,
        "is_bundled": is_bundled,
        "picture": draw_weave(drawn),
        "table": drawing.weave_table(place.space, woven),
        "says": [] if narrowed else weave_says(woven),
        "one_theme": narrowed.theme is not None,
    }
    return page(request, "reports/weave.html", context, space=place.space, place="weave")


@require_safe
def account(request: HttpRequest, slug: str) -> HttpResponse:
    """What was made together: knowledge, values, social relations, and what it took."""
    place = space_for(request, slug)
    known = accounts.knowledge(place)
    related = accounts.relations(place)
    came = accounts.what_came(place)
    names = season_names(related.seasons) if related else {}
    equal = accounts.participation(place)
    context = {
        "place_here": place,
        "equal": equal,
        "equally": equally_says(equal.gini) if equal and equal.gini is not None else "",
        "shares": drawing.shares_of(equal.rows) if equal else [],
        "known": known,
        "ways": drawing.way_rows(known.method),
        "heard": heard_says(known.method),
        "took": took_says(known.took),
        "arose_hundred": in_a_hundred(known.arose),
        "kept": kept_in(place),
        "warp": drawing.warp_of(place.space, known) if known.contributions else "",
        "valued": accounts.values(place),
        "worth": worth_in_short(place.space),
        "related": related,
        "seasons": drawing.relations_of(related, names) if related and not_hidden(related) else [],
        "joined": [drawing.group_name(row) for row in related.ties.joined] if related else [],
        "came": came,
        "states": [(State(state).label, outcomes) for state, outcomes in came.outcomes.items()],
        "says": account_says(known, came),
    }
    return page(request, "reports/account.html", context, space=place.space, place="account")


@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the numbers of the account, as of today."""
    place = member_place(request, slug)
    form = form_for(request, KeepForm)
    if request.method == "POST" and form.is_valid():
        numbers = counted_now(place.space)
        return send_once(
            request,
            form,
            lambda: keep_account(
                actor=place.person, space=place.space, note=form.cleaned_data["note"], numbers=numbers
            ),
        )
    status = 422 if form.errors else 200
    return page(request, "reports/keep.html", {"form": form}, space=place.space, place="account", status=status)


@require_safe
def kept(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """An account as it was kept."""
    place = space_for(request, slug)
    found = kept_account(place, pk)
    context = {
        "kept": found,
        "is_member": place.is_member,
        "claims": drawing.kept_claims(claims_of(found)),
        **drawing.kept_numbers(found),
    }
    return page(request, "reports/kept.html", context, space=place.space, place="account")


@require_safe
def how(request: HttpRequest, slug: str) -> HttpResponse:
    """How the numbers of the account are worked out."""
    place = space_for(request, slug)
    return page(request, "reports/how.html", {}, space=place.space, place="account")


def not_hidden(related: accounts.Relations) -> bool:
    """Whether any season may be drawn at all."""
    return any(period.between for period in related.ties.periods)


@require_safe
def rows(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    """The words that a number of the account was counted from."""
    place = space_for(request, slug)
    found = accounts.rows_behind(place, what)
    if found is None:
        raise NotHere
    shown = Paginator(found, 50).get_page(request.GET.get("page"))
    list(shown.object_list)
    context = {"rows": shown, "number": accounts.number_behind(place, what), "what": what}
    return page(request, "reports/rows.html", context, space=place.space, place="account")


@require_safe
def did(request: HttpRequest, slug: str) -> HttpResponse:
    """What my words did: everything I brought here, and what followed. First what I began and did not send.

    Each of my words is one line that unfolds. ``?all=1``: everything unfolded; ``?large=1``: the same in large print;
    ``?for=``: as it is printed for an assisted member, by somebody who facilitates.
    """
    place = member_place(request, slug)
    assisted = assisted_members(place.space) if place.is_facilitator else []
    reader = _reader(request, assisted)
    words = own_words(place) if reader is None else words_to_send(place, reader)
    shown = page_of(words, request.GET.get("page", ""), DID_ON_A_PAGE)
    traces = what_words_did(place, shown.rows)
    asked = {name for name in ("all", "large") if name in request.GET}
    context = {
        "drawn": [(one, traces[one.pk], drawing.did_drawn(traces[one.pk])) for one in shown.rows],
        "shown": shown,
        "begun": begun_by(place.person, place.space) if place.person and reader is None else [],
        "to_judge": to_judge(traces.values())[:TO_JUDGE] if reader is None else [],
        "whole": reader is not None or bool(asked),
        "also": "".join([f"for={reader.pk}&" if reader else "", *(f"{name}=1&" for name in sorted(asked))]),
        "reader": reader,
        "assisted": assisted,
    }
    if "large" in asked:
        context["large_print"] = True
    return page(request, "reports/did.html", context, space=place.space, place="")


def _reader(request: HttpRequest, assisted: list[Person]) -> Person | None:
    """For whom the page is printed, of those who do not come online; None: for whoever asks."""
    if "for" not in request.GET:
        return None
    found = next((person for person in assisted if str(person.pk) == request.GET["for"]), None)
    if found is None:
        raise NotHere
    return found


@require_safe
def words_did(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """What one contribution did."""
    place = space_for(request, slug)
    one = contribution_in(place, pk)
    trace = what_words_did(place, [one])[one.pk]
    context = {"one": one, "trace": trace, "picture": drawing.did_drawn(trace)}
    context["gone"] = "" if may_read(place, one) else gone(one.state)
    if place.person is not None and not context["gone"]:
        record_reading(actor=place.person, contribution=one)
    return page(request, "reports/words_did.html", context, space=place.space, place="brought")
