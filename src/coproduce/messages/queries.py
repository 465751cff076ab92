"""What is read of the demonstration's mail."""

from uuid import UUID

from coproduce.messages.models import Mail

SHOWN = 200


def newest_mails() -> list[Mail]:
    """The newest mails, at most ``SHOWN``, the newest first, without their bodies."""
    return list(Mail.objects.defer("body").order_by("-sent_at", "-id")[:SHOWN])


def mail_with(pk: UUID) -> Mail | None:
    """One mail, or None."""
    return Mail.objects.filter(pk=pk).first()
