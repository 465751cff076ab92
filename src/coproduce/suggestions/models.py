"""What the computer suggests. It changes nothing until a person says yes, and every yes and no is kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.history.models import Identified
from coproduce.people.models import Person
from coproduce.spaces.models import Space
from coproduce.themes.models import Theme, ThemeLink


class SuggestionKind(models.TextChoices):
    BELONGS = "belongs", _("may belong to a theme")
    NEW = "new", _("does not fit yet")


class SuggestionState(models.TextChoices):
    WAITING = "waiting", _("nobody has decided")
    ACCEPTED = "accepted", _("somebody said yes")
    REFUSED = "refused", _("somebody said no")


class SuggestionRun(Identified):
    """One look at all the words of a space: by which method, from what, with what result.

    ``input_hash`` (SHA-256) stands for the versions of words and the links that were looked at; ``counts`` says how
    many of what.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=SuggestionKind.choices)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    method = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    parameters = models.JSONField(default=dict)
    seed = models.IntegerField(default=0)
    input_hash = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["space", "kind", "-at"], name="suggestions_run_last")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class Suggestion(Identified):
    """Words may belong to a theme (``contribution``, ``theme``), or several words that fit none may be a new one.

    ``version``: which wording of the words was looked at; of others it says nothing. ``name``: for a group, the words
    that tell it from all others; a person gives the name. ``reasons`` holds places, not words, so that nothing stays
    here of words that are taken back: ``{"terms": [[start, end], …], "passage": [start, end]}``; for a group
    ``{"newness": …, "cohesion": …}``. ``score`` is 0 to 1: how likely, or how surely the group holds together.
    ``decided_by`` may be nobody when the person was erased.
    """

    run = models.ForeignKey(SuggestionRun, on_delete=models.CASCADE, related_name="suggestions")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=SuggestionKind.choices)
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    contribution = models.ForeignKey(Contribution, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=200, blank=True)
    reasons = models.JSONField(default=dict)
    score = models.FloatField()
    place = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=SuggestionState.choices, default=SuggestionState.WAITING)
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_why = models.TextField(blank=True)
    became_theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    became_link = models.ForeignKey(ThemeLink, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="belongs", theme__isnull=False, contribution__isnull=False)
                | models.Q(kind="new", theme=None, contribution=None),
                name="suggestions_suggestion_of_what",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", decided_at=None)
                | models.Q(state__in=["accepted", "refused"], decided_at__isnull=False),
                name="suggestions_suggestion_decided_when",
            ),
            models.UniqueConstraint(
                fields=["theme", "contribution"],
                condition=models.Q(kind="belongs", state="waiting"),
                name="suggestions_suggestion_waits_once",
            ),
        ]
        indexes = [
            models.Index(fields=["space", "state", "kind"], name="suggestions_in_space"),
            models.Index(fields=["space", "-decided_at"], name="suggestions_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class SuggestionWords(Identified):
    """Words in a group that may be a new theme. ``typical``: 1, 2, 3 for those that stand for it, else 0."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="words")
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=1)
    typical = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "contribution"], name="suggestions_words_once"),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} in {self.suggestion_id}"
