"""How people see it: claims drawn from their words, and what each says to them."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.history.models import Identified
from coproduce.people.models import Attribution, Person
from coproduce.spaces.models import Space


class Statement(Identified):
    """One claim, drawn from named contributions."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    words = models.TextField()
    drawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(default=clock.now)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_why = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["drawn_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "source"], condition=~models.Q(source=""), name="deliberation_statement_source_once"
            ),
        ]
        indexes = [models.Index(fields=["space", "drawn_at"], name="deliberation_in_space")]

    def __str__(self) -> str:
        return self.words[:60]

    def get_absolute_url(self) -> str:
        return reverse("deliberation:statement", args=[self.space.slug, self.pk])


class StatementSource(Identified):
    """A statement was drawn from this contribution."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="sources")
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "contribution"], name="deliberation_source_once"),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} -> {self.statement_id}"


class Value(Identified):
    """Something that matters to people here. The first ones are offered; anyone adds more."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    added_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["space", "name"], name="deliberation_value_once")]

    def __str__(self) -> str:
        return self.name


class Answer(models.IntegerChoices):
    AGREE = 1, _("Agree")
    UNSURE = 0, _("Unsure")
    DISAGREE = -1, _("Disagree")


class Response(Identified):
    """What one person says to one statement now. Their earlier answers are kept as ``EarlierResponse``."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="responses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answer = models.SmallIntegerField(choices=Answer.choices)
    reason = models.TextField(blank=True)
    attribution = models.CharField(max_length=10, choices=Attribution.choices, default=Attribution.STANDPOINT)
    values = models.ManyToManyField(Value, related_name="+", blank=True)
    answered_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "person"], name="deliberation_response_one_each"),
            models.CheckConstraint(
                condition=models.Q(answer__in=[-1, 0, 1]), name="deliberation_response_known_answer"
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="deliberation_by_person"),
            # Counting answers reads this index alone, however many there are.
            models.Index(fields=["statement", "answer"], name="deliberation_response_count"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.answer}"


class EarlierResponse(Identified):
    """An answer that a person gave before they changed their mind."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="earlier")
    answer = models.SmallIntegerField(choices=Answer.choices)
    reason = models.TextField(blank=True)
    attribution = models.CharField(max_length=10, choices=Attribution.choices, default=Attribution.STANDPOINT)
    answered_at = models.DateTimeField()
    until = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["answered_at"]

    def __str__(self) -> str:
        return f"{self.response_id} {self.answer}"


class OpinionMap(Identified):
    """A stored analysis: everything needed to compute the published picture again.

    ``result`` is what the method answers (``docs/methods/opinion_map.md``), with people and statements by identifier.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    method = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    parameters = models.JSONField(default=dict)
    seed = models.PositiveBigIntegerField(default=0)
    input_hash = models.CharField(max_length=64)
    result = models.JSONField()
    computed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["computed_at"]
        indexes = [models.Index(fields=["space", "-computed_at"], name="deliberation_map_newest")]

    def __str__(self) -> str:
        return f"{self.method} {self.version}"
