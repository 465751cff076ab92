"""How long somebody stays signed in. Nobody is kept signed in once the browser is closed."""

from django.conf import settings
from django.http import HttpRequest

from coproduce import clock

ENDS_AT = "ends_at"


def begin(request: HttpRequest) -> None:
    """The session lasts its full time from now: at signing in, and when *Stay signed in* is pressed."""
    request.session[ENDS_AT] = clock.now().timestamp() + settings.SESSION_COOKIE_AGE


def seconds_left(request: HttpRequest) -> int | None:
    """Seconds until the person is signed out, 0 when that time has come; None where no end was set."""
    ends_at = request.session.get(ENDS_AT)
    return None if ends_at is None else max(0, int(ends_at - clock.now().timestamp()))
