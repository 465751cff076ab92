"""Whether we write to somebody; and the demonstration's mail, which is nowhere else."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.errors import NotHere, SignInNeeded
from coproduce.history.sending import send_once
from coproduce.messages.actions import choose_letters, stop_writing
from coproduce.messages.forms import LettersForm
from coproduce.messages.queries import choice_of, choice_to_stop, mail_with, newest_mails, places_to_tell_of
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page

CHOSEN = ("news", "letter", "promises", "may_name", "quiet_from", "quiet_until")


@require_http_methods(["GET", "POST"])
def letters(request: HttpRequest) -> HttpResponse:
    """The letters that are ready, and whether and how often we write."""
    person = getattr(request, "person", None)
    if person is None:
        raise SignInNeeded
    choice = choice_of(person)
    form = form_for(request, LettersForm, initial={name: getattr(choice, name) for name in CHOSEN})
    if request.method == "POST" and form.is_valid():
        led = send_once(request, form, lambda: _choose(person, form))
        messages.success(request, _("That is how we will do it. You can change it on any day."))
        return led
    context = {"form": form, "spaces": [one.space for one in places_to_tell_of(person)]}
    return page(request, "coproduce_messages/letters.html", context, status=422 if form.errors else 200)


def _choose(person: object, form: LettersForm) -> str:
    choose_letters(actor=person, **form.fields_for_action())  # type: ignore[arg-type]
    return reverse("messages:letters")


@csrf_exempt  # mail programs press this button themselves (RFC 8058); the link itself is the secret
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop our mail, from the link in it. Opening it does nothing: programs that check mail open links."""
    choice = choice_to_stop(token)
    if request.method == "POST":
        stop_writing(choice=choice)
    is_stopped = {choice.news, choice.letter, choice.promises} == {"never"}
    return page(request, "coproduce_messages/stop.html", {"is_stopped": is_stopped})


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Every mail that would have been sent, the newest first."""
    if not settings.DEMONSTRATION:
        raise NotHere
    return page(request, "coproduce_messages/mails.html", {"mails": newest_mails()})


@require_safe
def mail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One mail, its links ready to press."""
    found = mail_with(pk) if settings.DEMONSTRATION else None
    if found is None:
        raise NotHere
    return page(request, "coproduce_messages/mail.html", {"mail": found})
