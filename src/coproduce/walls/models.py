"""Walls: what people say at a gathering, on cards, in groups that they make together."""

from django.db import models
from django.urls import reverse

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.gatherings.models import Gathering
from coproduce.history.models import Identified
from coproduce.people.models import Person
from coproduce.spaces.models import JoinLink
from coproduce.themes.models import Theme


class Wall(Identified):
    """The wall of one gathering. Its cards are the contributions brought there, so nothing is lost when it closes.

    ``code`` is typed, or scanned, in the room. It is also the code of ``way_in``, which lets people join the space as
    long as it is open, if whoever opened the wall wanted that.
    """

    gathering = models.OneToOneField(Gathering, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=12, unique=True)
    way_in = models.ForeignKey(JoinLink, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("walls:wall", args=[self.gathering.space.slug, self.gathering_id])

    @property
    def is_open(self) -> bool:
        """Whether cards can be written and moved."""
        return self.closed_at is None


class WallGroup(Identified):
    """Cards that people put together, and what they call them. ``theme``: what the group became, if it did."""

    wall = models.ForeignKey(Wall, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=120)
    place = models.PositiveIntegerField()
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["place", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.wall.get_absolute_url()}#group-{self.pk}"


class WallCard(Identified):
    """Where a contribution hangs, once somebody has moved it. One that nobody moved has no row: it is in no group.

    ``place`` orders the cards of a group. ``version`` counts the moves: whoever moves a card says which they saw.
    """

    wall = models.ForeignKey(Wall, on_delete=models.CASCADE, related_name="cards")
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(WallGroup, null=True, blank=True, on_delete=models.SET_NULL, related_name="cards")
    place = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    moved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wall", "contribution"], name="walls_card_once"),
        ]

    def __str__(self) -> str:
        return str(self.contribution_id)
