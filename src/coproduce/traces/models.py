"""Links from one space to another. All other links stand in the tables of the apps below (``links.py``)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.decisions.models import Proposal
from coproduce.history.models import Identified
from coproduce.outcomes.models import Outcome
from coproduce.people.models import Person
from coproduce.spaces.models import Space
from coproduce.themes.models import Theme

ENDS = ("words", "theme", "proposal", "outcome")


def _one_of(prefix: str, *, or_none: bool) -> Q:
    """Exactly one of the ends is set, or at most one."""
    kinds = [None, *ENDS] if or_none else list(ENDS)
    condition = Q()
    for chosen in kinds:
        condition |= Q(**{f"{prefix}{kind}__isnull": kind != chosen for kind in ENDS})
    return condition


class AcrossLink(Identified):
    """Something of one space led to something of another: ``theirs_…`` came from ``ours_…``.

    Where none of ``theirs_…`` is set it led to the other space itself. It holds once somebody who facilitates each of
    the two has agreed, and until either ends it. Nobody learns by it what they may not read in the other space.
    """

    ours = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    ours_words = models.ForeignKey(Contribution, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    ours_theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    ours_proposal = models.ForeignKey(Proposal, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    ours_outcome = models.ForeignKey(Outcome, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    theirs = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    theirs_words = models.ForeignKey(Contribution, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    theirs_theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    theirs_proposal = models.ForeignKey(Proposal, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    theirs_outcome = models.ForeignKey(Outcome, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=300)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    ours_agreed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ours_agreed_at = models.DateTimeField(null=True, blank=True)
    theirs_agreed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    theirs_agreed_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(ours=models.F("theirs")), name="traces_across_joins_two_spaces"),
            models.CheckConstraint(condition=_one_of("ours_", or_none=False), name="traces_across_from_one_thing"),
            models.CheckConstraint(condition=_one_of("theirs_", or_none=True), name="traces_across_to_one_thing"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended_why="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why=""),
                name="traces_across_ended_says_why",
            ),
            models.CheckConstraint(
                condition=Q(ours_agreed_at=None, ours_agreed_by=None)
                | Q(ours_agreed_at__isnull=False, ours_agreed_by__isnull=False),
                name="traces_across_our_yes_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(theirs_agreed_at=None, theirs_agreed_by=None)
                | Q(theirs_agreed_at__isnull=False, theirs_agreed_by__isnull=False),
                name="traces_across_their_yes_has_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ours_id} -> {self.theirs_id}"

    def get_absolute_url(self) -> str:
        return reverse("traces:across_one", args=[self.ours.slug, self.pk])

    @property
    def holds(self) -> bool:
        """Whether both have agreed and neither has ended it."""
        return self.ended_at is None and self.ours_agreed_at is not None and self.theirs_agreed_at is not None
