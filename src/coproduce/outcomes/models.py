"""What came of it: what changed, what did not and why, and whether that was good enough."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.decisions.models import Decision
from coproduce.history.models import Identified
from coproduce.people.models import Person
from coproduce.people.naming import shown_recorder
from coproduce.spaces.models import Space
from coproduce.themes.models import Theme


class OutcomeKind(models.TextChoices):
    SERVICE = "service", _("A service")
    RESEARCH = "research", _("Research")
    PRACTICE = "practice", _("How someone works")
    COMMUNITY = "community", _("Between people")
    KNOWLEDGE = "knowledge", _("What is known")


class State(models.TextChoices):
    DONE = "done", _("Done")
    PARTLY = "partly", _("Partly")
    NOT_BECAUSE = "not_because", _("Not, because")
    NOT_YET = "not_yet", _("Not yet")


class Outcome(Identified):
    """Something that changed, or did not. Its present state is the newest ``OutcomeState``."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=160)
    words = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=OutcomeKind.choices)
    expected = models.BooleanField(default=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-recorded_at", "id"]
        indexes = [models.Index(fields=["space", "-recorded_at"], name="outcomes_in_space")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("outcomes:outcome", args=[self.space.slug, self.pk])


class OutcomeState(Identified):
    """How far an outcome had come at one time. *Not* always says why; *not yet* says since when it was asked."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="states")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices)
    because = models.TextField(blank=True)
    asked_on = models.DateField(null=True, blank=True)
    told_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["outcome", "number"], name="outcomes_state_one_per_number"),
            models.CheckConstraint(
                condition=~models.Q(state="not_because") | ~models.Q(because=""), name="outcomes_state_not_says_why"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="not_yet") | models.Q(asked_on__isnull=False),
                name="outcomes_state_not_yet_says_when_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id} {self.state}"


class OutcomeSource(Identified):
    """What an outcome comes from: a decision, a theme or a contribution."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="sources")
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    contribution = models.ForeignKey(Contribution, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision__isnull=False, theme=None, contribution=None)
                | models.Q(decision=None, theme__isnull=False, contribution=None)
                | models.Q(decision=None, theme=None, contribution__isnull=False),
                name="outcomes_source_is_one_thing",
            ),
            models.UniqueConstraint(fields=["outcome", "decision"], name="outcomes_source_decision_once"),
            models.UniqueConstraint(fields=["outcome", "theme"], name="outcomes_source_theme_once"),
            models.UniqueConstraint(fields=["outcome", "contribution"], name="outcomes_source_contribution_once"),
        ]

    def __str__(self) -> str:
        return str(self.outcome_id)


class Commitment(Identified):
    """Who will do what."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="commitments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.NOT_YET)
    because = models.TextField(blank=True)
    made_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return self.words[:60]


class GoodEnough(Identified):
    """Whether someone whose words led here says that the answer is good enough.

    They may answer again when more has happened; an earlier answer stays, with when it was replaced.
    """

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="good_enough")
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answer = models.BooleanField()
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)
    replaced_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "contribution"],
                condition=models.Q(replaced_at=None),
                name="outcomes_good_enough_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id} {self.answer}"

    @property
    def shown_recorder(self) -> str:
        """The name of who wrote the answer down, "" where that would say whose the words are."""
        return shown_recorder(self.recorded_by, self.contribution.attribution)
