"""Proposals, what people say to them, and decisions that keep their dissent."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.history.models import Identified
from coproduce.people.models import Attribution, Person
from coproduce.spaces.models import Charter, Space
from coproduce.themes.models import Theme


class ProposalState(models.TextChoices):
    OPEN = "open", _("open")
    AGREED = "agreed", _("agreed")
    NOT_AGREED = "not_agreed", _("not agreed")


class Proposal(Identified):
    """Something to decide together, under the charter that held when it was put.

    ``title`` is that of the newest ``ProposalVersion``, kept here too so that lists are quick.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=160)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)

    class Meta:
        ordering = ["-opened_at", "id"]
        indexes = [models.Index(fields=["space", "-opened_at"], name="decisions_in_space")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("decisions:proposal", args=[self.space.slug, self.pk])


class ProposalVersion(Identified):
    """One wording of a proposal. A new wording starts the reading time again."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    words = models.TextField()
    why = models.TextField(blank=True)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="decisions_version_one_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.number}"


class ProposalSource(Identified):
    """What a proposal comes from: a contribution or a theme."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="sources")
    contribution = models.ForeignKey(Contribution, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contribution=None, theme__isnull=False)
                | models.Q(contribution__isnull=False, theme=None),
                name="decisions_source_is_one_thing",
            ),
            models.UniqueConstraint(fields=["proposal", "contribution"], name="decisions_source_contribution_once"),
            models.UniqueConstraint(fields=["proposal", "theme"], name="decisions_source_theme_once"),
        ]

    def __str__(self) -> str:
        return str(self.proposal_id)


class PositionKind(models.TextChoices):
    CONSENT = "consent", _("Consent")
    RESERVATIONS = "reservations", _("Consent, with reservations")
    ASIDE = "aside", _("Stand aside")
    OBJECT = "object", _("Object")


class Position(Identified):
    """Where one person stands on one proposal. The wording they answered is kept with it."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="positions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ProposalVersion, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=PositionKind.choices)
    reason = models.TextField(blank=True)
    attribution = models.CharField(max_length=10, choices=Attribution.choices, default=Attribution.CHOSEN)
    taken_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["taken_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "person"], name="decisions_position_one_each"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class EarlierPosition(Identified):
    """Where someone stood before they changed their mind."""

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="earlier")
    version = models.ForeignKey(ProposalVersion, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=PositionKind.choices)
    reason = models.TextField(blank=True)
    attribution = models.CharField(max_length=10, choices=Attribution.choices, default=Attribution.CHOSEN)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    until = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["taken_at"]

    def __str__(self) -> str:
        return f"{self.position_id} {self.kind}"


class Decision(Identified):
    """What became of a proposal. Agreed or not, it stands with every reason that was given."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="decision")
    agreed = models.BooleanField()
    version = models.ForeignKey(ProposalVersion, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(blank=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)
    review_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.agreed}"
