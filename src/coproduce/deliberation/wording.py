"""The wording of a claim: how it came to read as it does, what is said about it, and putting it better."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce.deliberation import actions, queries
from coproduce.deliberation.forms import AnswerTalkForm, NobodyForm, RewordForm, TalkForm
from coproduce.deliberation.models import Statement, WordingTalk
from coproduce.deliberation.views import sheet
from coproduce.errors import NotAllowed
from coproduce.history.sending import send_once
from coproduce.people.models import Person
from coproduce.spaces.access import Place, member_place, space_for
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page


def _wording_url(place: Place, claim: Statement) -> str:
    return reverse("deliberation:wording", args=[place.space.slug, claim.pk])


@require_safe
def wording(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Every wording of a claim with what changed; for members, what is said about it."""
    place = space_for(request, slug)
    claim = queries.statement_in(place, pk)
    context = {
        "seen": queries.wordings_of(place, claim),
        "claim": claim,
        "is_member": place.is_member,
        "button": NobodyForm(auto_id=False),
    }
    return page(request, "deliberation/wording.html", context, space=place.space, place="views")


@require_http_methods(["GET", "POST"])
def reword(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Put a claim in better words. ``?talk=``: taking up what somebody said."""
    place = member_place(request, slug)
    claim = queries.statement_in(place, pk)
    if not queries.may_word(place.person, claim):
        raise NotAllowed(_("Whoever drew a claim puts it in better words. You can tell them what you would say."))
    talk = _talk_taken_up(place, claim, request.GET.get("talk", ""))
    form = form_for(request, RewordForm, initial={"words": talk.words if talk and talk.words else claim.words})
    if request.method == "POST" and form.is_valid():
        done = send_once(request, form, lambda: _reword(request, place, claim, form, talk))
        actions.ask_for_map(place.space)
        return done
    asked_now = queries.is_asked_now(claim)
    context = {"form": form, "claim": claim, "talk": talk, "asked_now": asked_now}
    return sheet(request, "deliberation/reword.html", context, place)


def _talk_taken_up(place: Place, claim: Statement, named: str) -> WordingTalk | None:
    """What is taken up by the new words. Whatever is not open on this claim is left alone."""
    return next((talk for talk in queries.wordings_of(place, claim).waiting if str(talk.pk) == named), None)


def _reword(request: HttpRequest, place: Place, claim: Statement, form: RewordForm, talk: WordingTalk | None) -> str:
    data = form.cleaned_data
    actions.reword_statement(actor=place.person, statement=claim, words=data["words"], why=data["why"], talk=talk)
    messages.success(
        request, _("The claim has its new words. Whoever answered the earlier ones is asked whether it still holds.")
    )
    return _wording_url(place, claim)


@require_http_methods(["GET", "POST"])
def talk(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say something about the wording of a claim. ``?for=`` an assisted member, by a facilitator."""
    place = member_place(request, slug)
    claim = queries.statement_in(place, pk)
    person = queries.speaker(place, request.GET.get("for", ""))
    form = form_for(request, TalkForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _talk(request, place, claim, person, form))
    context = {"form": form, "claim": claim, "speaker": person, "is_own": person == place.person}
    return sheet(request, "deliberation/talk.html", context, place)


def _talk(request: HttpRequest, place: Place, claim: Statement, person: Person, form: TalkForm) -> WordingTalk:
    data = form.cleaned_data
    made = actions.talk_about_wording(
        actor=place.person, statement=claim, person=person, why=data["why"], words=data["words"]
    )
    messages.success(request, _("It stands beside the claim. Whoever drew it is asked to answer."))
    return made


@require_http_methods(["GET", "POST"])
def answer_talk(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say why the words stay as they are."""
    place = member_place(request, slug)
    about = queries.talk_in(place, pk, waiting=True)
    if not queries.may_word(place.person, about.statement):
        raise NotAllowed(_("Whoever drew the claim answers what is said about its words."))
    form = form_for(request, AnswerTalkForm)
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.leave_wording(actor=place.person, talk=about, why=form.cleaned_data["why"]),
        )
    return sheet(
        request, "deliberation/answer_talk.html", {"form": form, "talk": about, "claim": about.statement}, place
    )


@require_POST
def take_back_talk(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take back what one said about a wording, while it waits for an answer."""
    place = member_place(request, slug)
    about = queries.talk_in(place, pk)
    form = form_for(request, NobodyForm)
    if not form.is_valid():
        return HttpResponseRedirect(_wording_url(place, about.statement))

    def take_back() -> str:
        actions.take_back_talk(actor=place.person, talk=about)
        messages.success(request, _("It was taken back."))
        return _wording_url(place, about.statement)

    return send_once(request, form, take_back)
