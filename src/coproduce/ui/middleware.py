"""Refusals become pages here, and nowhere else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from coproduce.errors import Refused, SignInNeeded
from coproduce.ui.forms import keep_words, sheet_of
from coproduce.ui.pages import refusal_page


class RefusalMiddleware:
    """Turns a ``Refused`` into its page. ``SignInNeeded`` keeps what was typed and leads to signing in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, SignInNeeded):
            if request.method == "POST":
                keep_words(request)
            return HttpResponseRedirect(f"{reverse('people:sign_in')}?{urlencode({'next': sheet_of(request)})}")
        if isinstance(exception, Refused):
            return refusal_page(request, exception)
        return None
