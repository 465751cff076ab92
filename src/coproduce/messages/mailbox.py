"""Django's way to send mail, for the demonstration: it is kept in a table and read at ``/mail/``."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from coproduce.messages.models import Mail


class MailboxBackend(BaseEmailBackend):
    """Keeps every message as a ``Mail``. Nothing leaves the machine."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        kept = [
            Mail(to=", ".join(message.recipients()), subject=message.subject[:300], body=message.body)
            for message in email_messages
        ]
        Mail.objects.bulk_create(kept)
        return len(kept)
