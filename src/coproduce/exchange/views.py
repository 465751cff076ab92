"""Taking a copy of a space, and reading files in."""

import io
import json
import tempfile
from collections.abc import Callable, Iterator
from typing import IO
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.errors import BadFile, NotAllowed, NotHere
from coproduce.exchange.actions.table import headings, preview
from coproduce.exchange.actions.uploads import keep_file, plan_of, read_kept_project, read_kept_table
from coproduce.exchange.forms import AgreedForm, ColumnsForm, TableForm
from coproduce.exchange.leaving import leaving_counts
from coproduce.exchange.models import Upload
from coproduce.exchange.provenance import write_prov
from coproduce.exchange.research.opening import is_project
from coproduce.exchange.research.writing import write_qdc, write_qdpx
from coproduce.exchange.shared import shared_records
from coproduce.exchange.tables import write_csv, write_xlsx
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page

FILES: dict[str, tuple[str, str, Callable[[Place, IO[bytes]], None]]] = {
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "csv": ("zip", "application/zip", write_csv),
    "qdpx": ("qdpx", "application/zip", lambda place, file: write_qdpx(place.space, file)),
    "qdc": ("qdc", "application/xml", lambda place, file: write_qdc(place.space, file)),
    "prov": ("prov.json", "application/json", lambda place, file: write_prov(place.space, "prov", file)),
    "provld": ("prov.jsonld", "application/ld+json", lambda place, file: write_prov(place.space, "provld", file)),
}
"""By kind: the ending of the file, its content type, and what writes it."""


def _facilitating(request: HttpRequest, slug: str) -> Place:
    place = member_place(request, slug)
    if not place.is_facilitator:
        raise NotAllowed
    return place


@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """What each file of the space is for, what is in it and what is not, and links to them."""
    place = member_place(request, slug)
    context = {"is_facilitator": place.is_facilitator, "counts": leaving_counts(place.space)}
    return page(request, "exchange/export.html", context, space=place.space)


@require_safe
def export_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The copy as JSON, streamed: one record a line, as far as people agreed."""
    place = member_place(request, slug)

    def lines() -> Iterator[str]:
        for record in shared_records(place):
            yield json.dumps(record, ensure_ascii=False) + "\n"

    response = StreamingHttpResponse(lines(), content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{place.space.slug}.jsonl"'
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def take(request: HttpRequest, slug: str, kind: str) -> FileResponse:
    """The copy as a workbook or as CSV files, and what may be studied as a REFI-QDA project or codebook."""
    place = member_place(request, slug)
    if kind not in FILES:
        raise NotHere
    ending, content_type, write = FILES[kind]
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    try:
        write(place, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"{place.space.slug}.{ending}"
    response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
def import_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """First step: send the file, a table or a project."""
    place = _facilitating(request, slug)
    form = form_for(request, TableForm)
    problems: list[tuple[int, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            return send_once(request, form, lambda: _keep(place, form))
        except BadFile as bad:
            form.add_error("table", str(bad.what_now))
            problems = bad.problems
    context = {"form": form, "problems": problems}
    return page(request, "exchange/send.html", context, space=place.space, status=422 if form.errors else 200)


def _keep(place: Place, form: TableForm) -> str:
    sent = form.cleaned_data["table"]
    content = sent.read()
    kept = keep_file(actor=place.person, space=place.space, name=sent.name, content=content)
    return reverse("exchange:project" if is_project(content) else "exchange:columns", args=[place.space.slug, kept.pk])


def _kept(place: Place, pk: UUID) -> Upload | None:
    kept = Upload.objects.filter(pk=pk, space=place.space, person=place.person).select_related("space")
    return kept.first()


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Second step for a table: see the first rows, say which column is which, and read it all in."""
    place = _facilitating(request, slug)
    upload = _kept(place, pk)
    form, names = None, []
    if upload is not None:
        names = headings(io.BytesIO(bytes(upload.content)))
        form = form_for(request, ColumnsForm, headings=names)
    elif request.method == "POST":
        # It was read in already: the same form again leads where it led.
        sent = [*request.POST.getlist("labels"), *request.POST.getlist("codes"), *request.POST.values()]
        form = form_for(request, ColumnsForm, headings=sent)
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
    agreed = form.cleaned_data["agreed"]
    done = read_kept_table(actor=place.person, upload=upload, columns=form.columns(), agreed=agreed)
    messages.success(request, done.sentence)
    return reverse("contributions:contributions", args=[place.space.slug])


@require_http_methods(["GET", "POST"])
def project(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Second step for a project: see what would come in and what cannot, and read it all in."""
    place = _facilitating(request, slug)
    upload = _kept(place, pk)
    form = form_for(request, AgreedForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _read_project(request, place, upload, form))
    if upload is None:
        raise NotHere
    context = {"form": form, "plan": plan_of(upload), "upload": upload}
    return page(request, "exchange/project.html", context, space=place.space, status=422 if form.errors else 200)


def _read_project(request: HttpRequest, place: Place, upload: Upload | None, form: AgreedForm) -> str:
    if upload is None:
        raise NotHere
    done = read_kept_project(actor=place.person, upload=upload, agreed=form.cleaned_data["agreed"])
    messages.success(request, done.sentence)
    return reverse(
        "themes:themes" if not done.contributions else "contributions:contributions", args=[place.space.slug]
    )
