"""Sending a form once, however often the button is pressed or the network repeats itself."""

import hashlib
import hmac
import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url

from coproduce import clock
from coproduce.errors import AlreadyDone, ChangedMeanwhile, SentBefore
from coproduce.history.models import Submission
from coproduce.ui.forms import ON_PURPOSE, WHOSE

log = logging.getLogger(__name__)

ASKED_FOR = timedelta(minutes=30)
"""How long the same words from the same sheet are taken for the browser's Back."""
_NOT_THE_BODY = {"csrfmiddlewaretoken", "key", ON_PURPOSE, WHOSE}


def sender_of(request: HttpRequest) -> str:
    """Who sends: the person signed in, or else this browser's session."""
    person = getattr(request, "person", None)
    if person is not None:
        return f"person:{person.pk}"
    if not request.session.session_key:
        request.session.create()
    digest = hashlib.sha256(str(request.session.session_key).encode()).hexdigest()
    return f"session:{digest[:48]}"


def _digest(request: HttpRequest) -> str:
    body = hmac.new(settings.SECRET_KEY.encode(), request.get_full_path().encode(), hashlib.sha256)
    for name in sorted(request.POST):
        if name not in _NOT_THE_BODY:
            for value in request.POST.getlist(name):
                body.update(f"\0{name}\0{len(value)}\0{value}".encode("utf-8", "surrogatepass"))
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            digest = hashlib.file_digest(file, "sha256")  # type: ignore[arg-type]  # an upload reads like a file
            file.seek(0)
            body.update(f"\0{name}\0".encode() + digest.digest())
    return body.hexdigest()


def send_once(request: HttpRequest, form: BaseForm, act: Callable[[], Any]) -> HttpResponseRedirect:
    """Run ``act`` at most once for the form's key, and redirect to where it leads.

    ``act`` does the writing (an action) and returns an object with ``get_absolute_url``, a URL
    or the name of one. It and the note that it was done share one transaction. The same
    key with another body raises ``AlreadyDone``; with the same body it leads to the same place. A form that
    ``makes_new`` and comes with a new key and a body that the same person sent within ``ASKED_FOR`` raises
    ``SentBefore``: browsers fetch a sheet anew, with a new key, when somebody goes back to it.
    """
    key: uuid.UUID = form.cleaned_data["key"]
    sender, digest = sender_of(request), _digest(request)
    earlier = Submission.objects.filter(sender=sender, key=key).first()
    if earlier is None:
        try:
            with transaction.atomic():
                _look_for_the_same(request, form, sender, digest)
                note = Submission.objects.create(sender=sender, key=key, digest=digest, location="", at=clock.now())
                note.location = resolve_url(act())
                note.save(update_fields=["location"])
            return HttpResponseRedirect(note.location)
        except IntegrityError as error:
            earlier = Submission.objects.filter(sender=sender, key=key).first()
            if earlier is None:
                _take_for_a_race(error)
                raise
    if not hmac.compare_digest(earlier.digest, digest):
        raise AlreadyDone(earlier.location)
    return HttpResponseRedirect(earlier.location)


def _take_for_a_race(error: IntegrityError) -> None:
    """Two people, or two windows, made the first of what there is one of, at the same moment: the later one is told.

    Where writers do not stand in line, as on PostgreSQL, an action that looks first and then writes can still meet it.
    """
    if "unique" in str(error).lower():
        log.warning("two at the same moment: %s", str(error).splitlines()[0])
        raise ChangedMeanwhile from error


def where_it_led(request: HttpRequest) -> HttpResponseRedirect | None:
    """For the very same form sent again: to where it led then. None for anything else.

    Asked before the view looks, because what a sheet was about may have gone by its being sent: a claim that was talked
    about, an envelope that was noted. One query, for what comes with a key.
    """
    if getattr(request, "person", None) is None and not request.session.session_key:
        return None
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None
    earlier = Submission.objects.filter(sender=sender_of(request), key=key).first()
    if earlier is None or not hmac.compare_digest(earlier.digest, _digest(request)):
        return None
    return HttpResponseRedirect(earlier.location)


def was_sent(request: HttpRequest, key: str) -> bool:
    """Whether whoever asks has sent a form with this key."""
    try:
        known = uuid.UUID(key)
    except ValueError:
        return False
    return Submission.objects.filter(sender=sender_of(request), key=known).exists()


def _look_for_the_same(request: HttpRequest, form: BaseForm, sender: str, digest: str) -> None:
    if not getattr(form, "makes_new", False) or ON_PURPOSE in request.POST:
        return
    since = clock.now() - ASKED_FOR
    lately = Submission.objects.filter(sender=sender, digest=digest, at__gte=since).order_by("-at").first()
    if lately is not None:
        raise SentBefore(lately.location)
