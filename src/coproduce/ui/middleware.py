"""Refusals become pages here, and nowhere else."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode

from coproduce.errors import ChangedMeanwhile, OnlyPressed, Refused, SignInNeeded, TooLarge
from coproduce.ui.forms import keep_words, sheet_of
from coproduce.ui.pages import refusal_page

log = logging.getLogger(__name__)
LARGEST_WITH_FILE = 11 * 1024 * 1024
"""Bytes: the largest table that can be sent, and the form around it. Nothing larger is read from strangers."""
LARGEST_FROM_PEOPLE = 64 * 1024 * 1024
"""Bytes, from somebody who is signed in: pictures and sound that go with words."""


def is_too_large(request: HttpRequest) -> bool:
    """Whether a request says that it brings more than is read: told before anything of it is taken in."""
    said = request.META.get("CONTENT_LENGTH") or ""
    length = int(said) if said.isdecimal() and len(said) < 20 else 0
    has_file = request.content_type == "multipart/form-data"
    if not has_file:
        return length > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or LARGEST_WITH_FILE)
    is_known = getattr(request, "person", None) is not None
    return length > (LARGEST_FROM_PEOPLE if is_known else LARGEST_WITH_FILE)


def page_above(path: str) -> str:
    """The nearest address above this one at which something is served; "" where there is none."""
    while path.count("/") > 2:
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return ""


class RefusalMiddleware:
    """Turns a ``Refused`` into its page. ``SignInNeeded`` keeps what was typed and leads to signing in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_too_large(request):
            return refusal_page(request, TooLarge())
        answer = self.get_response(request)
        if request.method != "GET" or answer.status_code != OnlyPressed.status:
            return answer
        said = refusal_page(request, OnlyPressed(page_above(request.path)))
        said["Allow"] = answer["Allow"]
        return said

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, SignInNeeded):
            if request.method == "POST":
                keep_words(request)
            return HttpResponseRedirect(f"{reverse('people:sign_in')}?{urlencode({'next': sheet_of(request)})}")
        if isinstance(exception, Refused):
            return refusal_page(request, exception)
        if isinstance(exception, ValidationError) and request.method == "POST":
            # The sheet was right when it was shown, or its form would have said so. The log names fields and no words.
            fields = ", ".join(getattr(exception, "error_dict", {})) or "nothing by name"
            log.warning("refused too late, at %s: %s", getattr(request.resolver_match, "view_name", ""), fields)
            return refusal_page(request, ChangedMeanwhile())
        return None
