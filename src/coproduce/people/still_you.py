"""Asking once more who somebody is, before something that opens or closes a way in."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode

from coproduce.errors import SignInNeeded


def shown_recently(request: HttpRequest) -> bool:
    """Whether the person signed in, or showed again who they are, within the last quarter of an hour."""
    records = get_authentication_records(request, request.user)
    shown = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(shown) and time.time() - max(shown) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def still_you(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view only after showing recently who one is; otherwise ask, and come back.

    allauth asks only people who have a password or a passkey. Someone who found another person's screen
    open could then add a passkey of their own and stay.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            raise SignInNeeded
        if shown_recently(request):
            return view(request, *args, **kwargs)
        methods = get_adapter(request).get_reauthentication_methods(request.user)
        return HttpResponseRedirect(f"{methods[0]['url']}?{urlencode({'next': request.path})}")

    return wrapped
