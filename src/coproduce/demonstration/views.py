"""Being one of the people in the demonstration. Anywhere else there is nothing here."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.demonstration.queries import account_for, cast, part_called
from coproduce.demonstration.story_files import read_story
from coproduce.errors import NotHere
from coproduce.ui.pages import page


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everyone whom somebody looking round may be."""
    if not settings.DEMONSTRATION:
        raise NotHere
    return page(request, "demonstration/people.html", {"parts": cast()})


@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, key: str) -> HttpResponse:
    """One of them. Opening it does nothing; the button signs in, as often as it is pressed."""
    if not settings.DEMONSTRATION:
        raise NotHere
    chosen = part_called(key)
    account = account_for(chosen)
    if request.method != "POST":
        return page(request, "demonstration/part.html", {"part": chosen})
    if request.user.is_authenticated:
        logout(request)
    slug = read_story()["space"]["slug"]
    begins_at = "contributions:write_down" if chosen.helper else "spaces:space"
    record_authentication(request, account, method="code")
    return perform_login(request, account, redirect_url=reverse(begins_at, args=[slug]))
