"""Ballots: what is asked, who may vote, an urn without order, and what came out of it.

By name, a ``Cast`` says how each person voted. In secret, a vote is a mark in the register and a paper in the urn,
and nothing leads from one to the other: the urn is one sealed row, written anew as a whole with each paper, its papers
in the order of their random codes. ``docs/decisions/0026-*.md`` says what this protects from and what not.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.history.models import Identified
from coproduce.people.models import Person
from coproduce.spaces.models import Space
from coproduce_methods.votes import APPROVAL, RANKED, SCORE


class Rule(models.TextChoices):
    """How it is counted."""

    APPROVAL = APPROVAL, _("Tick each one that is good enough")
    SCORE = SCORE, _("Give each one points, from 0 to 5")
    RANKED = RANKED, _("Put them in order")


class MayClose(models.TextChoices):
    """Who may close it, once its shortest time is over. Those who facilitate always may."""

    OPENER = "opener", _("whoever opened it")
    FACILITATORS = "facilitators", _("those who facilitate")
    MEMBERS = "members", _("any member")


class Ballot(Identified):
    """One thing asked, with everything that was said before the first vote. It does not change once it is open.

    ``stays_open_until``: it cannot be closed before. It may stay open for longer; a person closes it.
    ``leads_to``: the address (on this site) of what it belongs to, such as a proposal.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=160)
    words = models.TextField(blank=True)
    rule = models.CharField(max_length=10, choices=Rule.choices)
    secret = models.BooleanField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    stays_open_until = models.DateTimeField()
    may_close = models.CharField(max_length=12, choices=MayClose.choices, default=MayClose.MEMBERS)
    leads_to = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-opened_at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(rule__in=Rule.values), name="ballots_ballot_known_rule"),
            models.CheckConstraint(
                condition=models.Q(stays_open_until__gt=models.F("opened_at")), name="ballots_ballot_open_for_a_while"
            ),
        ]
        indexes = [models.Index(fields=["space", "-opened_at"], name="ballots_in_space")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("ballots:ballot", args=[self.space.slug, self.pk])


class BallotOption(Identified):
    """One of the things to choose from, in the order in which all see them."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="options")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(20)])
    words = models.CharField(max_length=200)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "number"], name="ballots_option_one_per_number"),
            models.UniqueConstraint(fields=["ballot", "words"], name="ballots_option_said_once"),
        ]

    def __str__(self) -> str:
        return self.words


class RegisterEntry(Identified):
    """Somebody who may vote, and whether they have. It holds no time: times could be laid beside something else.

    ``on_paper``: their envelope came in, and ``recorded_by`` noted it. ``recorded_by`` without it: somebody voted for
    an assisted person as they were told.
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="register")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    voted = models.BooleanField(default=False)
    on_paper = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "person"], name="ballots_register_once"),
            models.CheckConstraint(
                condition=models.Q(voted=True) | models.Q(on_paper=False, recorded_by=None),
                name="ballots_register_recorded_only_when_voted",
            ),
            models.CheckConstraint(
                condition=models.Q(on_paper=False) | models.Q(recorded_by__isnull=False),
                name="ballots_register_paper_was_recorded",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Urn(Identified):
    """What lies in the urn while the ballot is open. Made last when a ballot is opened; the register is fixed then.

    ``papers_in`` counts votes; ``waiting`` counts envelopes that were noted in the register and are not opened yet:
    their sum is the number of people marked as having voted, which the database itself requires. ``sealed`` holds
    the papers of a secret ballot, and is emptied when it closes.
    """

    ballot = models.OneToOneField(Ballot, on_delete=models.CASCADE, related_name="urn")
    papers_in = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    sealed = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.papers_in} + {self.waiting}"


class Cast(Identified):
    """How one person voted, in a ballot by name. Once there it does not change."""

    entry = models.OneToOneField(RegisterEntry, on_delete=models.PROTECT, related_name="cast")
    choice = models.JSONField()
    cast_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return str(self.pk)


class Paper(Identified):
    """One vote of a closed secret ballot, as it lay in the urn: a random code, and a choice. No name, no time."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="papers")
    code = models.CharField(max_length=14)
    choice = models.JSONField()

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["ballot", "code"], name="ballots_paper_one_per_code")]

    def __str__(self) -> str:
        return self.code


class Closing(Identified):
    """The end of a ballot. Counted, or ended without opening the urn, saying why.

    ``digest``: SHA-256 of what was counted (``ballots.proof.digest_of``), also in the history of the space.
    """

    ballot = models.OneToOneField(Ballot, on_delete=models.PROTECT, related_name="closing")
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(default=clock.now)
    counted = models.BooleanField()
    why = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(counted=True) | ~models.Q(why=""), name="ballots_closing_says_why_not_counted"
            ),
        ]

    def __str__(self) -> str:
        return str(self.ballot_id)
