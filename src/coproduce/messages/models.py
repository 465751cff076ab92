"""Whether we write to somebody, and what the demonstration shows in place of sending it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.history.models import Identified
from coproduce.people.models import Person


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


class News(models.TextChoices):
    """How often somebody would like to hear that there is news for them."""

    NEVER = "never", _("Never. I look in when I like")
    WEEKLY = "weekly", _("Once a week, if there is any")
    SEASON = "season", _("Once each season, if there is any")


class Letters(models.TextChoices):
    """How often somebody would like to be told that a letter is ready."""

    NEVER = "never", _("Never")
    SEASON = "season", _("When a season has ended")
    MONTH = "month", _("At the beginning of each month, as far as the season has come")


class Reminders(models.TextChoices):
    """How often somebody would like to be reminded of what they promised and have not done yet."""

    NEVER = "never", _("Never. I remember by myself")
    WEEKLY = "weekly", _("Once a week")
    MONTH = "month", _("At the beginning of each month")
    SEASON = "season", _("Once each season")


class LetterChoice(Identified):
    """Whether and how often we write to somebody. Nobody is written to who has not asked for it.

    may_name: whether a mail may say which space it is from; without it, it says nothing but that there is something.
    ``quiet_from`` and ``quiet_until`` are hours of the day (from 22 until 7, say) in which nothing is sent.
    ``news_at``, ``letter_at`` and ``promises_at``: when we last looked whether there was something to write, or it was
    chosen.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    news = models.CharField(max_length=10, choices=News.choices, default=News.NEVER)
    letter = models.CharField(max_length=10, choices=Letters.choices, default=Letters.NEVER)
    promises = models.CharField(max_length=10, choices=Reminders.choices, default=Reminders.NEVER)
    may_name = models.BooleanField(default=False)
    quiet_from = models.PositiveSmallIntegerField(default=20)
    quiet_until = models.PositiveSmallIntegerField(default=8)
    chosen_at = models.DateTimeField(default=clock.now)
    news_at = models.DateTimeField(default=clock.now)
    letter_at = models.DateTimeField(default=clock.now)
    promises_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__lte=23, quiet_until__lte=23), name="messages_quiet_hours_are_hours"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=~models.Q(news="never", letter="never", promises="never"),
                name="messages_written_to",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def is_quiet(self, hour: int) -> bool:
        """Whether nothing is sent in this hour of the day (0 to 23). The same hour twice: never quiet."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until
