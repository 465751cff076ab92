"""Who is here: ``request.person`` is the person signed in, or None."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from coproduce.people.session import seconds_left


class PersonMiddleware:
    """Sets ``request.person``, from the account that the session names: one query for someone signed in, else none.

    ``request.session_seconds`` is how long they stay signed in (None for a visitor); when the time is up
    they are signed out here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user.is_authenticated
        left = seconds_left(request) if signed_in else None
        if left == 0:
            logout(request)
            signed_in, left = False, None
        request.person = getattr(request.user, "person", None) if signed_in else None  # type: ignore[attr-defined]
        request.session_seconds = left  # type: ignore[attr-defined]
        return self.get_response(request)
