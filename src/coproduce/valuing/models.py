"""What it is worth: who gave ten tokens to what, season by season, and where values pull apart."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.deliberation.models import Value
from coproduce.history.models import Identified
from coproduce.people.models import Attribution, Person
from coproduce.spaces.models import Space

EACH = 10
"""Tokens that everybody has in one season."""


class Allocation(Identified):
    """How one person spread their tokens in one season, and why if they said so.

    season: its code, ``2026-spring`` (``conversation.seasons``). about: the value that the words are about, if they
    said so; nobody else learns where tokens went. What they gave before, in the same season, is kept as
    ``EarlierAllocation``. checked_by: of a sheet that somebody typed up, who typed the same a second time.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    season = models.CharField(max_length=12)
    words = models.TextField(blank=True)
    about = models.ForeignKey(Value, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    attribution = models.CharField(max_length=10, choices=Attribution.choices, default=Attribution.STANDPOINT)
    given_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["given_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["space", "person", "season"], name="valuing_one_allocation_a_season"),
            models.CheckConstraint(
                condition=models.Q(checked_by=None, checked_at=None)
                | models.Q(checked_by__isnull=False, checked_at__isnull=False, recorded_by__isnull=False)
                & ~models.Q(checked_by=models.F("recorded_by")),
                name="valuing_checked_by_a_second_person",
            ),
        ]
        indexes = [models.Index(fields=["space", "season"], name="valuing_of_a_season")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.season}"

    def get_absolute_url(self) -> str:
        return reverse("valuing:values", args=[self.space.slug])


class Token(models.Model):
    """One of somebody's ten tokens, and the value they put it on.

    Tokens have numbers, from 1 to ``EACH``, and each is there once: so the database itself sees to it that nobody
    gives more than they have. A token that was not given has no row.
    """

    allocation = models.ForeignKey(Allocation, on_delete=models.CASCADE, related_name="tokens")
    number = models.PositiveSmallIntegerField()
    value = models.ForeignKey(Value, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["allocation", "number"], name="valuing_token_given_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1, number__lte=10), name="valuing_token_one_of_ten"),
        ]

    def __str__(self) -> str:
        return f"{self.number} -> {self.value_id}"


class EarlierAllocation(Identified):
    """How somebody had spread their tokens before they changed it. tokens: value identifier -> how many."""

    allocation = models.ForeignKey(Allocation, on_delete=models.CASCADE, related_name="earlier")
    tokens = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    attribution = models.CharField(max_length=10, choices=Attribution.choices, default=Attribution.STANDPOINT)
    given_at = models.DateTimeField()
    until = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["given_at", "id"]

    def __str__(self) -> str:
        return f"{self.allocation_id} until {self.until:%Y-%m-%d}"


class ChangeKind(models.TextChoices):
    WORDED = "worded", _("put in other words")
    RETIRED = "retired", _("taken off the list")
    BROUGHT_BACK = "brought_back", _("put back on the list")
    HELD_BACK = "held_back", _("its name kept out of what is shown")
    SHOWN = "shown", _("its name shown again")


class ValueChange(Identified):
    """What somebody changed about a value on the list. Both names stay: tokens were given under the earlier one."""

    value = models.ForeignKey(Value, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=ChangeKind.choices)
    name_before = models.CharField(max_length=60, blank=True)
    name_after = models.CharField(max_length=60, blank=True)
    explanation_before = models.CharField(max_length=200, blank=True)
    explanation_after = models.CharField(max_length=200, blank=True)
    why = models.CharField(max_length=300, blank=True)
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["changed_at", "id"]
        indexes = [models.Index(fields=["value", "changed_at"], name="valuing_change_in_order")]

    def __str__(self) -> str:
        return f"{self.value_id} {self.kind}"

    @property
    def renames(self) -> bool:
        return self.kind == ChangeKind.WORDED and self.name_before != self.name_after


class CountedValues(Identified):
    """A stored analysis of one season: as it was published, and all that is needed to work it out again.

    method: ``valuing`` (each standpoint in this season) or ``value shifts`` (from the season ``before`` to this one,
    of those who took part in both). ``result`` is what the method answers (``docs/methods/valuing.md``), with values
    by identifier; it is about groups and never about somebody.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    season = models.CharField(max_length=12)
    before = models.CharField(max_length=12, blank=True)
    method = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    parameters = models.JSONField(default=dict, blank=True)
    seed = models.PositiveBigIntegerField(default=0)
    input_hash = models.CharField(max_length=64)
    result = models.JSONField()
    computed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["computed_at", "id"]
        indexes = [models.Index(fields=["space", "season", "-computed_at"], name="valuing_counted_newest")]

    def __str__(self) -> str:
        return f"{self.method} {self.season}"


class ValueTension(Identified):
    """Somebody said that these words ask us to choose between two values. In their words, with the name they chose."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    one = models.ForeignKey(Value, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Value, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    attribution = models.CharField(max_length=10, choices=Attribution.choices, default=Attribution.CHOSEN)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=clock.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["said_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(one=models.F("other")), name="valuing_tension_of_two"),
        ]
        indexes = [models.Index(fields=["space", "said_at"], name="valuing_tension_in_order")]

    def __str__(self) -> str:
        return f"{self.one_id} <> {self.other_id}"

    def get_absolute_url(self) -> str:
        return reverse("valuing:tensions", args=[self.space.slug]) + f"#t{self.pk}"


class TensionSource(Identified):
    """A tension of values was named about this contribution."""

    tension = models.ForeignKey(ValueTension, on_delete=models.CASCADE, related_name="sources")
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tension", "contribution"], name="valuing_tension_source_once"),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} -> {self.tension_id}"
