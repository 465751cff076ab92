"""The mail with a link and a code. It says nothing of any space, and not what this installation is for."""

import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coproduce.errors import Refused
from coproduce.people.actions import LASTS, Asked
from coproduce.people.codes import as_read

log = logging.getLogger(__name__)


class MailNotSent(Refused):
    """The mail server did not take the mail."""

    status = 503
    title = _("We could not send the mail")
    what_now = _("This is a fault on our side. Please try again in a few minutes. Nothing you wrote is lost.")


def send_sign_in_mail(asked: Asked, *, link: str) -> None:
    """Send the code and the link to the address that asked. ``MailNotSent`` when the mail server refuses.

    It is sent while the person waits, so that nobody is told of a mail that never left. The address
    plays no part in how long that takes: whether it is known here is not looked up before it is proved.
    """
    code = as_read(asked.code)
    words = {"code": code, "link": link, "minutes": int(LASTS.total_seconds() // 60)}
    body = render_to_string("people/mail/sign_in.txt", words)
    subject = gettext("%(code)s is your code to sign in") % {"code": code}
    try:
        EmailMessage(subject, body, to=[asked.request.email]).send()
    except (SMTPException, OSError) as why:
        log.error("A mail to sign in could not be sent: %s", type(why).__name__)
        raise MailNotSent from why
