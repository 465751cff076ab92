"""What makes talking together quiet and kind: following, asking by name, meaning words for somebody, folding away.

What a person follows and folds away is theirs alone: no page shows it to anybody else, and no event records it.
"""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.history.models import Identified
from coproduce.people.models import Attribution, Person
from coproduce.people.naming import shown_name
from coproduce.spaces.models import Space
from coproduce.themes.models import Theme

OPEN_ASKS_AT_MOST = 3
"""From one person to another in a space."""


class Following(Identified):
    """Somebody wants to hear what becomes of some words, or of a theme. Nobody else knows."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    contribution = models.ForeignKey(Contribution, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contribution__isnull=True, theme__isnull=False)
                | models.Q(contribution__isnull=False, theme__isnull=True),
                name="conversation_following_one_thing",
            ),
            models.UniqueConstraint(
                fields=["person", "contribution"],
                condition=models.Q(ended_at=None, contribution__isnull=False),
                name="conversation_words_followed_once",
            ),
            models.UniqueConstraint(
                fields=["person", "theme"],
                condition=models.Q(ended_at=None, theme__isnull=False),
                name="conversation_theme_followed_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["space", "person"], condition=models.Q(ended_at=None), name="conversation_followed_here"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class NotNow(models.TextChoices):
    """What somebody who was asked may say in place of an answer. None of them counts against anybody."""

    LATER = "later", _("Not now")
    NOT_MINE = "not_mine", _("It is not mine to say")


class Ask(Identified):
    """Somebody is asked by name for what they know.

    about: the words it is about, or None. ``answer`` is what they brought for it. It is open until it is answered,
    declined or taken back by whoever asked. ``place`` (1 to 3) lets the database see to it that nobody has more than
    three open questions to the same person. ``noted_by``: the facilitator who wrote down what an assisted person said.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    asked = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(Contribution, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    at = models.DateTimeField(default=clock.now)
    place = models.PositiveSmallIntegerField(default=1)
    seen_at = models.DateTimeField(null=True, blank=True)
    answer = models.ForeignKey(Contribution, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_as = models.CharField(max_length=10, choices=NotNow.choices, blank=True)
    declined_words = models.TextField(blank=True)
    noted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(asked=models.F("by")), name="conversation_ask_of_another"),
            models.CheckConstraint(condition=~models.Q(words=""), name="conversation_ask_says_what"),
            models.CheckConstraint(
                condition=models.Q(place__gte=1, place__lte=OPEN_ASKS_AT_MOST), name="conversation_ask_has_a_place"
            ),
            models.CheckConstraint(
                condition=models.Q(declined_at=None, declined_as="")
                | (models.Q(declined_at__isnull=False, answer=None) & ~models.Q(declined_as="")),
                name="conversation_ask_answered_or_declined",
            ),
            models.UniqueConstraint(
                fields=["space", "by", "asked", "place"],
                condition=models.Q(answer=None, declined_at=None, taken_back_at=None),
                name="conversation_ask_three_open_at_most",
            ),
        ]
        indexes = [
            models.Index(
                fields=["space", "asked"],
                condition=models.Q(answer=None, declined_at=None, taken_back_at=None),
                name="conversation_ask_open",
            ),
            models.Index(fields=["space", "by", "at"], name="conversation_ask_by"),
        ]

    def __str__(self) -> str:
        return self.words[:60]

    def get_absolute_url(self) -> str:
        return reverse("conversation:asked", args=[self.space.slug, self.pk])

    @property
    def is_open(self) -> bool:
        return self.answer_id is None and self.declined_at is None and self.taken_back_at is None

    @property
    def answer_is_named(self) -> bool:
        """Whether the answer carries a name. Whoever asked is led to no other: it would tell them whose words it is."""
        return self.answer is not None and self.answer.attribution in (Attribution.NAME, Attribution.CHOSEN)


class Mention(Identified):
    """Words that are meant for somebody. ``by`` pressed the button: their author, or who writes down for them.

    It is told to the person it is meant for, with the name that stands beside the words and never with ``by``.
    """

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contribution", "person"], name="conversation_mention_once"),
        ]
        indexes = [models.Index(fields=["person", "at"], name="conversation_mention_of")]

    def __str__(self) -> str:
        return str(self.pk)


def _only(field: str) -> models.Q:
    """The condition that of the four things one can fold away exactly ``field`` is set."""
    said = {
        "author": models.Q(author__isnull=False),
        "theme": models.Q(theme__isnull=False),
        "phrase": ~models.Q(phrase=""),
        "note": ~models.Q(note=""),
    }
    condition = said[field]
    for name, is_set in said.items():
        if name != field:
            condition &= ~is_set
    return condition


class Muted(Identified):
    """Something a reader asked not to see: it is folded for them alone, and nobody else learns of it.

    One of four: what somebody (``author``) says under a name (``attribution``: their full or their chosen one); what is
    in a theme; words that hold a word or ``phrase``; words whose content note holds ``note``. Words without a name, or
    under the other one, are never folded because of their author: that would tell whose they are.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    attribution = models.CharField(max_length=10, choices=Attribution.choices, blank=True)
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    phrase = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=80, blank=True)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.CheckConstraint(
                condition=_only("author") | _only("theme") | _only("phrase") | _only("note"),
                name="conversation_muted_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(author=None) | ~models.Q(author=models.F("person")),
                name="conversation_muted_is_another",
            ),
            models.CheckConstraint(
                condition=models.Q(author=None, attribution="")
                | models.Q(author__isnull=False, attribution__in=[Attribution.NAME, Attribution.CHOSEN]),
                name="conversation_muted_under_a_name",
            ),
            models.UniqueConstraint(
                fields=["space", "person", "author", "attribution"],
                condition=models.Q(author__isnull=False),
                name="conversation_muted_author_once",
            ),
            models.UniqueConstraint(
                fields=["space", "person", "theme"],
                condition=models.Q(theme__isnull=False),
                name="conversation_muted_theme_once",
            ),
            models.UniqueConstraint(
                fields=["space", "person", "phrase", "note"],
                condition=models.Q(author=None, theme=None),
                name="conversation_muted_words_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def shown_name(self) -> str:
        """The name under which their words are folded, "" where it is not about somebody."""
        return shown_name(self.author, self.attribution) if self.author is not None else ""


class WhoMayAsk(models.TextChoices):
    ANYONE = "anyone", _("Anyone here")
    NOBODY = "nobody", _("Nobody, for now")


class QuietChoice(Identified):
    """What somebody chose about being asked by name in a space. Without a row, anyone there may ask."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    who_may_ask = models.CharField(max_length=10, choices=WhoMayAsk.choices, default=WhoMayAsk.ANYONE)
    chosen_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "person"], name="conversation_quiet_choice_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
