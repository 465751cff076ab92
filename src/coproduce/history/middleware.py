"""A form that is sent twice leads to the same place twice."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from coproduce.history.sending import where_it_led


class SentAgainMiddleware:
    """What was sent before in the very same words is not taken to the view a second time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        return where_it_led(request) if request.method == "POST" else None
