"""Who is here: ``request.person`` is the person signed in, or None."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class PersonMiddleware:
    """Sets ``request.person``, from the account that the session names. One query for someone signed in, none else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        account = request.user if request.user.is_authenticated else None
        request.person = getattr(account, "person", None)  # type: ignore[attr-defined]
        return self.get_response(request)
