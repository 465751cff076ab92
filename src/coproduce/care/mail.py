"""The one mail that care sends: there is something to read. It names no space and holds no words."""

import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

from coproduce.people.models import Channel, Person

log = logging.getLogger(__name__)


def tell(request: HttpRequest, person: Person) -> None:
    """Once what is being written is kept, mail somebody who likes to be reached so that there is something to read.

    Others find it when they come. A mail that cannot be sent undoes nothing: what happened stands on the page it
    leads to.
    """
    if person.channel != Channel.EMAIL or person.account is None or not person.account.is_active:
        return
    address = person.account.email
    body = render_to_string("care/mail/told.txt", {"link": request.build_absolute_uri(reverse("care:told"))})
    mail = EmailMessage(gettext("There is something for you to read"), body, to=[address])
    transaction.on_commit(lambda: _send(mail), robust=True)


def _send(mail: EmailMessage) -> None:
    try:
        mail.send()
    except (SMTPException, OSError) as why:
        log.error("A mail that there is something to read could not be sent: %s", type(why).__name__)
