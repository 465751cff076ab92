"""Serving the files that go with words, and asking what is in them; keeping and throwing away drafts."""

import re
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coproduce.contributions import queries
from coproduce.contributions.actions import describe_files, discard_draft, keep_draft
from coproduce.contributions.attaching.kinds import ENDINGS, TEXT
from coproduce.contributions.attaching.storing import content_of
from coproduce.contributions.drafts import draft_in, sheet_in
from coproduce.contributions.forms import DescribeForm
from coproduce.contributions.models import Attachment, AttachmentKind, Contribution
from coproduce.contributions.recognised import NAMELESS
from coproduce.contributions.sheet import filled_in, keys_of, leads_on
from coproduce.errors import NotHere
from coproduce.history.sending import send_once, was_sent
from coproduce.spaces.access import Place, member_place
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page


def file_served(request: HttpRequest, place: Place, contribution: Contribution, file: UUID) -> HttpResponse:
    """A picture, recording or document, for exactly those who may read the words it goes with; else ``NotHere``.

    Its page stands in ``reports``, which notes who opens what few may read.
    """
    found = Attachment.objects.filter(contribution=contribution, pk=file, erased_at=None).first()
    if found is None or not queries.may_read(place, contribution):
        raise NotHere
    content = content_of(found.path)
    if content is None or found.content_type not in ENDINGS:
        raise NotHere
    if contribution.attribution in NAMELESS:
        found.name = ""  # what somebody calls a file on their own machine may say who they are
    return _served(found, content, request.headers.get("Range", ""))


def _served(found: Attachment, content: bytes, wanted: str) -> HttpResponse:
    """The bytes, whole or the one range that was asked for, under rules that let them do nothing but be looked at."""
    part = _part(wanted, len(content))
    if part is None:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{len(content)}"
    else:
        start, end = part
        whole = (start, end) == (0, len(content))
        response = HttpResponse(content[start:end], content_type=_TYPES.get(found.content_type, found.content_type))
        response.status_code = 200 if whole else 206
        if not whole:
            response["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = _disposition(found)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Encoding"] = "identity"  # compressed on the way, a range would not fit its numbers
    return response


_TYPES = {TEXT: f"{TEXT}; charset=utf-8"}


def _part(wanted: str, length: int) -> tuple[int, int] | None:
    """From a Range header the first byte and the one after the last; all of it where there is none, None if outside.

    Several ranges at once are answered with all of it, as the standard allows.
    """
    found = re.fullmatch(r"bytes=(\d{0,12})-(\d{0,12})", wanted.strip())
    if found is None or found.groups() == ("", ""):
        return 0, length
    first, last = found.groups()
    if not first:
        return (max(0, length - int(last)), length) if int(last) else None
    start, end = int(first), min(int(last) + 1, length) if last else length
    return (start, end) if start < end else None


def _disposition(found: Attachment) -> str:
    """Shown in its place, or for documents saved, under a name with the ending of what it really is."""
    ending = ENDINGS[found.content_type]
    stem = found.name.rpartition(".")[0] or found.name or "file"
    plain = re.sub(r"[^A-Za-z0-9 _-]", "", stem).strip() or found.kind
    how = "attachment" if found.kind == AttachmentKind.DOCUMENT else "inline"
    return f"{how}; filename=\"{plain}.{ending}\"; filename*=UTF-8''{quote(f'{stem}.{ending}', safe='')}"


@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say what a picture shows and what is said in a recording, and take files away again. It can be passed by."""
    place = member_place(request, slug)
    contribution = queries.own_contribution(place, pk)
    attached = queries.attachments_of([contribution.pk])
    form = form_for(request, DescribeForm, attachments=attached)
    then = leads_on(request, place) or contribution.get_absolute_url()

    def act() -> str:
        describe_files(actor=place.person, contribution=contribution, **form.fields_for_action())
        return then

    if request.method == "POST" and form.is_valid():
        return send_once(request, form, act)
    context = {"form": form, "contribution": contribution, "attached": form.beside(), "then": then}
    status = 422 if form.errors else 200
    return page(request, "contributions/describe.html", context, space=place.space, place="brought", status=status)


@require_POST
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep what is on a sheet while somebody writes. Answers ``{"said": …}``, a sentence for them.

    A page's script asks, so whoever is signed out by now is not led anywhere: 401, and nothing is kept anywhere.
    """
    if getattr(request, "person", None) is None:
        return HttpResponse(status=401)
    place = member_place(request, slug)
    if was_sent(request, request.POST.get("key", "")):
        return HttpResponse(status=409)  # it was under way when the sheet was sent, and must not come back as begun
    sheet = sheet_in(place.space, request.POST.get("sheet", ""))
    kept = keep_draft(
        actor=place.person, space=place.space, sheet=sheet, filled=filled_in(request.POST), **keys_of(request.POST)
    )
    at = time_format(timezone.localtime(kept.written_at), "H:i")
    response = JsonResponse({"said": _("Kept on the server at %(time)s") % {"time": at}})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def discard(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Throw away what was begun."""
    place = member_place(request, slug)
    mine = draft_in(place.person, place.space, pk)
    discard_draft(actor=place.person, draft=mine)
    messages.success(request, _("It is thrown away."))
    return HttpResponseRedirect(reverse("contributions:contributions", args=[slug]))
