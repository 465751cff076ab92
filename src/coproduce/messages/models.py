"""What the demonstration shows in place of sending it."""

from django.db import models

from coproduce import clock
from coproduce.history.models import Identified


class Mail(Identified):
    """A mail that was not sent but kept, to be read on a page. Only the demonstration keeps any."""

    to = models.CharField(max_length=1000)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["-sent_at"], name="messages_mail_newest")]

    def __str__(self) -> str:
        return self.subject
