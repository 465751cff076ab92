"""Saying how you see them: one claim at a time, what one answered before, and enough for now."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce.contributions.queries import assisted_members
from coproduce.deliberation import actions, queries
from coproduce.deliberation.forms import NobodyForm, SayForm
from coproduce.deliberation.models import Answer, Response, Statement
from coproduce.deliberation.views import sheet
from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.people.models import Person
from coproduce.spaces.access import Place, may_see_again, member_place
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page

SKIPPED_AT_MOST = 200
OWN_THEN = {
    Answer.AGREE: gettext_lazy("You agreed when it read:"),
    Answer.DISAGREE: gettext_lazy("You disagreed when it read:"),
    Answer.UNSURE: gettext_lazy("You were unsure when it read:"),
    Answer.NOT_MINE: gettext_lazy("You said that it is not yours to say when it read:"),
}
THEIRS_THEN = {
    Answer.AGREE: gettext_lazy("%(name)s agreed when it read:"),
    Answer.DISAGREE: gettext_lazy("%(name)s disagreed when it read:"),
    Answer.UNSURE: gettext_lazy("%(name)s was unsure when it read:"),
    Answer.NOT_MINE: gettext_lazy("%(name)s said that it is not theirs to say when it read:"),
}


def say_url(place: Place, person: Person, **query: str) -> str:
    """Where the next claim for this person is."""
    if person != place.person:
        query["for"] = str(person.pk)
    url = reverse("deliberation:say", args=[place.space.slug])
    return f"{url}?{urlencode(query)}" if query else url


def _say_to_url(place: Place, person: Person, claim: UUID, **query: str) -> str:
    if person != place.person:
        query["for"] = str(person.pk)
    url = reverse("deliberation:say_to", args=[place.space.slug, claim])
    return f"{url}?{urlencode(query)}" if query else url


class _Remembered:
    """What is remembered of somebody's way through the claims until they sign out, and written down nowhere."""

    def __init__(self, request: HttpRequest, place: Place, person: Person) -> None:
        self.session = request.session
        self.who = f"{place.space.pk.hex} {person.pk.hex}"

    @property
    def skipped(self) -> list[str]:
        kept: list[str] = self.session.get(f"skipped {self.who}", [])
        return kept

    def skip(self, claim: UUID) -> None:
        self.session[f"skipped {self.who}"] = [*self.skipped, str(claim)][-SKIPPED_AT_MOST:]

    def look_again(self) -> None:
        self.session.pop(f"skipped {self.who}", None)

    @property
    def last(self) -> str:
        """The claim they looked at last, "" for none."""
        return str(self.session.get(f"last {self.who}", ""))

    def went_past(self, claim: UUID) -> None:
        self.session[f"last {self.who}"] = str(claim)


@require_safe
def say(request: HttpRequest, slug: str) -> HttpResponse:
    """Leads to the claim that this person is asked about next; says so when there is none left, or it is enough."""
    place = member_place(request, slug)
    person = queries.speaker(place, request.GET.get("for", ""))
    remembered = _Remembered(request, place, person)
    if "again" in request.GET:
        remembered.look_again()
    following = None if "enough" in request.GET else _following(place, person, remembered.skipped)
    if following is not None:
        return HttpResponseRedirect(_say_to_url(place, person, following))
    done, total = queries.left_to_answer(place, person)
    context = {
        "done": done,
        "total": total,
        "left": total - done,
        "skipped": len(remembered.skipped),
        "enough": "enough" in request.GET,
        "speaker": person,
        "is_own": person == place.person,
        "again": say_url(place, person, again="1"),
        "go_on": say_url(place, person),
    }
    return page(request, "deliberation/say_done.html", context, space=place.space, place="views")


def _following(place: Place, person: Person, skipped: list[str]) -> UUID | None:
    """First what has other words than those this person answered, then what they have not answered."""
    for response in queries.overtaken(place.space, person):
        if str(response.statement_id) not in skipped:
            return response.statement_id
    following = queries.next_statement(place, person, skipped)
    return following.pk if following else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """One claim put to one person. before: what they answered, as far as whoever has the sheet open may see it.

    answered: whether there is an answer at all; is_overtaken: the claim has other words since; hides: whether answers
    are out of sight until a round closes.
    """

    place: Place
    person: Person
    claim: Statement
    before: Response | None
    answered: bool
    is_overtaken: bool
    hides: bool

    @property
    def is_own(self) -> bool:
        return self.person == self.place.person


def _asked(request: HttpRequest, slug: str, pk: UUID) -> _Asked:
    place = member_place(request, slug)
    person = queries.speaker(place, request.GET.get("for", ""))
    claim = queries.statement_in(place, pk)
    there, hides = queries.response_of(claim, person), queries.answers_are_hidden(place.space, claim)
    before = there if may_see_again(place.person, there) else None
    is_overtaken = there is not None and there.overtaken_at is not None
    return _Asked(place, person, claim, before, there is not None, is_overtaken, hides)


@require_http_methods(["GET", "POST"])
def say_to(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say how you see one claim, or change your mind about it. ``?for=`` an assisted member, by a facilitator."""
    asked = _asked(request, slug, pk)
    form = _say_form(request, asked)
    if request.method == "POST" and form.is_valid():
        answered = send_once(request, form, lambda: _respond(asked, form, goes_on="on" in request.GET))
        _Remembered(request, asked.place, asked.person).went_past(asked.claim.pk)
        actions.ask_for_map(asked.place.space)
        return answered
    return sheet(request, "deliberation/say_to.html", {"form": form, **_around(request, asked)}, asked.place)


def _around(request: HttpRequest, asked: _Asked) -> dict[str, Any]:
    """What stands around the answers."""
    place, person, claim = asked.place, asked.person, asked.claim
    done, total = queries.left_to_answer(place, person)
    then, words_then = _said_then(asked)
    last = _Remembered(request, place, person).last
    return {
        "asked": asked,
        "claim": claim,
        "sources": queries.sources_of(place, [claim.pk]).get(claim.pk, []),
        "speaker": person,
        "is_own": asked.is_own,
        "assisted": assisted_members(place.space) if place.is_facilitator and asked.is_own else [],
        "done": done,
        "total": total,
        "then": then,
        "words_then": words_then,
        "round": queries.open_round(place.space),
        "button": NobodyForm(auto_id=False),
        "enough": say_url(place, person, enough="1"),
        "last": _say_to_url(place, person, UUID(last), on="1") if last and last != str(claim.pk) else "",
    }


def _said_then(asked: _Asked) -> tuple[str, str]:
    """What somebody answered to other words than the present ones, in a sentence, and those words; "" for neither."""
    if asked.before is None or not asked.is_overtaken:
        return "", ""
    then = (OWN_THEN if asked.is_own else THEIRS_THEN)[asked.before.answer]
    return then % {"name": asked.person.chosen_name}, queries.words_answered(asked.before)


def _say_form(request: HttpRequest, asked: _Asked) -> SayForm:
    before, initial = asked.before, {}
    if before is not None:
        initial = {
            "answer": before.answer,
            "importance": before.importance,
            "reason": before.reason,
            "attribution": before.attribution,
            "values": [value.name for value in before.values.all()],
        }
    space, person = asked.place.space, asked.person
    return form_for(
        request,
        SayForm,
        person=person,
        ways=queries.ways_of_people(space, [person.pk], shown_only=True).get(person.pk, ""),
        values=queries.values_offered(space),
        own=asked.is_own,
        present=asked.claim.wording,
        still=before.answer if before is not None and asked.is_overtaken else None,
        initial=initial,
    )


def _respond(asked: _Asked, form: SayForm, *, goes_on: bool) -> str:
    """Back to the claim for somebody who changed their mind there; else on to the next one."""
    changes = asked.is_own and asked.answered and not asked.is_overtaken and not goes_on
    actions.respond(actor=asked.place.person, statement=asked.claim, person=asked.person, **form.fields_for_action())
    return asked.claim.get_absolute_url() if changes else say_url(asked.place, asked.person)


@require_POST
def skip(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Leave a claim for later. It is remembered until this sign-in ends and written down nowhere."""
    place = member_place(request, slug)
    person = queries.speaker(place, request.GET.get("for", ""))
    remembered = _Remembered(request, place, person)
    remembered.skip(queries.statement_in(place, pk).pk)
    remembered.went_past(pk)
    return HttpResponseRedirect(say_url(place, person))


@require_POST
def let_stand(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Leave one's answer with the earlier words of a claim it was given to."""
    place = member_place(request, slug)
    person = queries.speaker(place, request.GET.get("for", ""))
    response = queries.response_of(queries.statement_in(place, pk), person)
    if response is None:
        raise NotHere
    form = form_for(request, NobodyForm)
    if not form.is_valid():
        return HttpResponseRedirect(_say_to_url(place, person, pk))

    def leave() -> str:
        actions.let_answer_stand(actor=place.person, response=response)
        own = _("Your answer stays with the words it was given to.")
        theirs = _("The answer of %(name)s stays with the words it was given to.") % {"name": person.chosen_name}
        messages.success(request, own if person == place.person else theirs)
        return say_url(place, person)

    return send_once(request, form, leave)
