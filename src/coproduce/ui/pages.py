"""``page()``: the one way to answer with HTML."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.urls import reverse

from coproduce import clock
from coproduce.errors import AlreadyDone, Refused
from coproduce.ui.forms import ON_PURPOSE, words_waiting

LARGE_PRINT = "large_print"
"""Where the session keeps that somebody wants large print."""

log = logging.getLogger(__name__)


class QueryInTemplate(Exception):
    """A template asked the database for something. Fetch it in the view's query instead."""


def _watch(template: str) -> Callable[..., Any]:
    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if settings.TESTING:
            raise QueryInTemplate(f"{template} ran a query while it was drawn: {sql[:300]}")
        log.warning("%s ran a query while it was drawn: %s", template, sql[:300])
        return execute(sql, params, many, context)

    return wrapper


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    space: Any = None,
    place: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw ``template`` as a page. It may run no query: refused in tests, logged in production.

    space: the space whose head and places are drawn, from ``spaces.access``; place: which of its nine
    places this is (``question brought themes weave views worth decisions outcomes account``).
    The context always holds ``person`` (who is signed in, or None), ``space``, ``place`` and ``demonstration``.
    """
    seconds = getattr(request, "session_seconds", None)
    filled = {
        "person": getattr(request, "person", None),
        "space": space,
        "place": place,
        "demonstration": settings.DEMONSTRATION,
        "session_seconds": seconds,
        "stay_url": reverse("people:stay") if seconds else "",
        "words_waiting": words_waiting(request) if request.method == "GET" else None,
        "large_print": request.session.get(LARGE_PRINT, False),
        **(context or {}),
    }
    # Reading the session's notices is a query of the session, not of the page: do it before drawing.
    request.session.get("_messages")
    engine = get_template(template)
    with connections["default"].execute_wrapper(_watch(template)):
        html = engine.render(filled, request)
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "no-store"
    return response


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The page that says what was refused, what was kept and what to do next."""
    context = {"refused": refused, "sent_again": _sent_again(request) if isinstance(refused, AlreadyDone) else []}
    return page(request, "ui/refused.html", context, status=refused.status)


def _sent_again(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, value) of all that was sent, ready to be sent on purpose with a new key. A file cannot be sent along."""
    if request.FILES:
        return []
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "key", ON_PURPOSE)
    ]
    return [*sent, (ON_PURPOSE, "yes"), ("key", str(clock.new_id()))]
