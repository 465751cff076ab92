"""The demonstration's mail. Anywhere else there is nothing here."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from coproduce.errors import NotHere
from coproduce.messages.queries import mail_with, newest_mails
from coproduce.ui.pages import page


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Every mail that would have been sent, the newest first."""
    if not settings.DEMONSTRATION:
        raise NotHere
    return page(request, "coproduce_messages/mails.html", {"mails": newest_mails()})


@require_safe
def mail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One mail, its links ready to press."""
    found = mail_with(pk) if settings.DEMONSTRATION else None
    if found is None:
        raise NotHere
    return page(request, "coproduce_messages/mail.html", {"mail": found})
