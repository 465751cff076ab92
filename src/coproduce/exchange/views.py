"""Taking a copy of a space, and reading a table in."""

import io
import json
from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.errors import BadFile, NotAllowed, NotHere
from coproduce.exchange.actions.table import headings, preview
from coproduce.exchange.actions.uploads import keep_table, read_kept_table
from coproduce.exchange.forms import ColumnsForm, TableForm
from coproduce.exchange.models import Upload
from coproduce.exchange.shared import shared_records
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page


def _facilitating(request: HttpRequest, slug: str) -> Place:
    place = member_place(request, slug)
    if not place.is_facilitator:
        raise NotAllowed
    return place


@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """What a copy of the space holds, and a link to it."""
    place = member_place(request, slug)
    return page(request, "exchange/export.html", {"is_facilitator": place.is_facilitator}, space=place.space)


@require_safe
def export_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The copy itself, streamed: one JSON record a line, as far as people agreed."""
    place = member_place(request, slug)

    def lines() -> Iterator[str]:
        for record in shared_records(place):
            yield json.dumps(record, ensure_ascii=False) + "\n"

    response = StreamingHttpResponse(lines(), content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{place.space.slug}.jsonl"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
def import_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """First step: send the table."""
    place = _facilitating(request, slug)
    form = form_for(request, TableForm)
    problems: list[tuple[int, str]] = []
    if request.method == "POST" and form.is_valid():
        table = form.cleaned_data["table"]
        try:
            return send_once(
                request,
                form,
                lambda: reverse(
                    "exchange:columns",
                    args=[
                        slug,
                        keep_table(actor=place.person, space=place.space, name=table.name, content=table.read()).pk,
                    ],
                ),
            )
        except BadFile as bad:
            form.add_error("table", str(bad.what_now))
            problems = bad.problems
    context = {"form": form, "problems": problems}
    return page(request, "exchange/send.html", context, space=place.space, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Second step: see the first rows, say which column is which, and read it all in."""
    place = _facilitating(request, slug)
    upload = Upload.objects.filter(pk=pk, space=place.space, person=place.person).select_related("space").first()
    form, names = None, []
    if upload is not None:
        names = headings(io.BytesIO(bytes(upload.content)))
        form = form_for(request, ColumnsForm, headings=names)
    elif request.method == "POST":
        # It was read in already: the same form again leads where it led.
        form = form_for(request, ColumnsForm, headings=[*request.POST.getlist("labels"), *request.POST.values()])
    if upload is None and (form is None or not form.is_valid()):
        raise NotHere
    problems: list[tuple[int, str]] = []
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            return send_once(request, form, lambda: _read(request, place, upload, form))
        except BadFile as bad:
            form.add_error(None, str(bad.what_now))
            problems = bad.problems
    rows = preview(io.BytesIO(bytes(upload.content))) if upload else []
    context = {"form": form, "names": names, "rows": rows, "problems": problems, "upload": upload}
    status = 422 if form is not None and form.errors else 200
    return page(request, "exchange/columns.html", context, space=place.space, status=status)


def _read(request: HttpRequest, place: Place, upload: Upload | None, form: ColumnsForm) -> str:
    if upload is None:
        raise NotHere
    done = read_kept_table(actor=place.person, upload=upload, columns=form.columns())
    messages.success(request, done.sentence)
    return reverse("contributions:contributions", args=[place.space.slug])
