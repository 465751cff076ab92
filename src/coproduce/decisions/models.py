"""Proposals, what people say to them, and decisions that keep their dissent."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.ballots.models import Ballot
from coproduce.contributions.models import Contribution
from coproduce.history.models import Identified
from coproduce.people.models import Attribution, Person
from coproduce.priorities.models import Question
from coproduce.spaces.models import Charter, Deciding, Space
from coproduce.themes.models import Theme


class ProposalState(models.TextChoices):
    OPEN = "open", _("open")
    AGREED = "agreed", _("agreed")
    NOT_AGREED = "not_agreed", _("not agreed")


class Stage(models.TextChoices):
    """Where a consent round is. It moves when a person moves it, never by a clock."""

    CLARIFY = "clarify", _("Asking what it means")
    REACT = "react", _("Saying what we think of it")
    AMEND = "amend", _("Making it better")
    CONSENT = "consent", _("Saying where we stand")
    INTEGRATE = "integrate", _("Answering objections")


class Proposal(Identified):
    """Something to decide together, under the charter that held when it was put.

    ``title`` is that of the newest ``ProposalVersion``, kept here too so that lists are quick. ``stage``: of consent in
    rounds, else "". ``for_what``: the matter of the charter under which people named there decide. ``ballot``: where
    those who decide vote on it. ``reopens``: the decision that is looked at again. ``is_reckoned``: who could decide
    was worked out later, from who was a member when it was put, because it was put before there was a register.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=160)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    kind = models.CharField(max_length=12, choices=Deciding.choices, default=Deciding.CONSENT)
    stage = models.CharField(max_length=10, choices=Stage.choices, blank=True, default="")
    for_what = models.CharField(max_length=160, blank=True, default="")
    about_charter = models.BooleanField(default=False)
    is_reckoned = models.BooleanField(default=False)
    ballot = models.OneToOneField(Ballot, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reopens = models.ForeignKey(
        "Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="looked_at_again"
    )

    class Meta:
        ordering = ["-opened_at", "id"]
        indexes = [models.Index(fields=["space", "-opened_at"], name="decisions_in_space")]
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(kind=Deciding.ROUNDS) & ~models.Q(stage=""))
                | (~models.Q(kind=Deciding.ROUNDS) & models.Q(stage="")),
                name="decisions_stages_are_of_rounds",
            ),
            models.UniqueConstraint(
                fields=["reopens"], condition=models.Q(state="open"), name="decisions_reopened_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("decisions:proposal", args=[self.space.slug, self.pk])


class ProposalVersion(Identified):
    """One wording of a proposal. A new wording starts the reading time again, unless the charter says otherwise.

    ``charter``: what the charter would say (``CharterRules.to_json``), of a proposal to change it.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    words = models.TextField()
    why = models.TextField(blank=True)
    charter = models.JSONField(null=True, blank=True)
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
    """What a proposal comes from: a contribution, a theme, or a question of a list of what matters most.

    The words behind a question that was taken up are there beside it, as they stood behind it on that day.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="sources")
    contribution = models.ForeignKey(Contribution, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contribution=None, theme__isnull=False, question=None)
                | models.Q(contribution__isnull=False, theme=None, question=None)
                | models.Q(contribution=None, theme=None, question__isnull=False),
                name="decisions_source_is_one_of_three",
            ),
            models.UniqueConstraint(fields=["proposal", "question"], name="decisions_source_question_once"),
            models.UniqueConstraint(fields=["proposal", "contribution"], name="decisions_source_contribution_once"),
            models.UniqueConstraint(fields=["proposal", "theme"], name="decisions_source_theme_once"),
        ]

    def __str__(self) -> str:
        return str(self.proposal_id)


class Eligible(Identified):
    """Somebody who may decide this proposal: written down when it was put, and fixed from then on.

    ``ways``: the ways of knowing they spoke from on that day, shown or only counted; it is used to count alone.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="register")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ways = models.CharField(max_length=6, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "person"], name="decisions_eligible_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.ways}"


class PositionKind(models.TextChoices):
    CONSENT = "consent", _("Consent")
    RESERVATIONS = "reservations", _("Consent, with reservations")
    ASIDE = "aside", _("Stand aside")
    OBJECT = "object", _("Object")


class Position(Identified):
    """Where one person stands on one proposal. The wording they answered is kept with it.

    ``brought_by``: who brought it for them, as their ``Carrying`` says; ``recorded_by``: who wrote it down.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="positions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ProposalVersion, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=PositionKind.choices)
    reason = models.TextField(blank=True)
    attribution = models.CharField(max_length=10, choices=Attribution.choices, default=Attribution.CHOSEN)
    taken_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    brought_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

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
    brought_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    until = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["taken_at"]

    def __str__(self) -> str:
        return f"{self.position_id} {self.kind}"


class Carrying(Identified):
    """Somebody asks a member to bring their position on one proposal. They can end it, and speak for themselves."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="carryings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    through = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "person"], condition=models.Q(ended_at=None), name="decisions_carried_by_one"
            ),
            models.CheckConstraint(condition=~models.Q(person=models.F("through")), name="decisions_carried_by_other"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} through {self.through_id}"


class AskedBecause(models.TextChoices):
    AFFECTED = "affected", _("It would change things for them")
    KNOWS = "knows", _("They know about it")


class AdviceAsked(Identified):
    """Whom the proposer asked for advice: a member, or somebody from outside by the name that is given for them."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="asked")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outside = models.CharField(max_length=160, blank=True)
    because = models.CharField(max_length=10, choices=AskedBecause.choices)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "person"], name="decisions_asked_once"),
            models.CheckConstraint(
                condition=(models.Q(person=None) & ~models.Q(outside=""))
                | (models.Q(person__isnull=False) & models.Q(outside="")),
                name="decisions_asked_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id or self.outside}"


class VoiceKind(models.TextChoices):
    QUESTION = "question", _("A question")
    REACTION = "reaction", _("What I think of it")
    ADVICE = "advice", _("Advice")


class Voice(Identified):
    """Something said to a proposal that is no position: anybody here may, also those who came too late to decide.

    A question and advice are owed an ``answer`` by whoever put the proposal: what it means, or what they did
    with it. ``is_noted``: it cannot be answered, and everybody knows that it stands.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="voices")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=VoiceKind.choices)
    words = models.TextField()
    attribution = models.CharField(max_length=10, choices=Attribution.choices, default=Attribution.CHOSEN)
    said_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked = models.ForeignKey(AdviceAsked, null=True, blank=True, on_delete=models.PROTECT, related_name="said")
    answer = models.TextField(blank=True)
    is_noted = models.BooleanField(default=False)
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["said_at", "id"]

    def __str__(self) -> str:
        return self.words[:60]


class Amendment(Identified):
    """Other words that somebody suggests. The proposers take them up, or say why not.

    ``charter``: of a proposal to change the charter, the rules that would be others, by name (``changed_rules``).
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="amendments")
    suggested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    charter = models.JSONField(null=True, blank=True)
    why = models.TextField()
    suggested_at = models.DateTimeField(default=clock.now)
    is_taken_up = models.BooleanField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    version = models.ForeignKey(ProposalVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["suggested_at", "id"]

    def __str__(self) -> str:
        return self.words[:60]


class StageMove(Identified):
    """A consent round was moved on, or back, by somebody."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="moves")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    note = models.TextField(blank=True)
    moved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["moved_at", "id"]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.stage}"


class TimeAsked(Identified):
    """Somebody asked for time, once for each proposal. Who, is shown to nobody; closing waits until the day."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="time_asked")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "person"], name="decisions_time_asked_once")]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.until}"


class Decision(Identified):
    """What became of a proposal. Agreed or not, it stands with every reason that was given.

    ``charter``: the version of the charter that it wrote. ``result``: what a count found (methods, rows), or null.
    """

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="decision")
    agreed = models.BooleanField()
    version = models.ForeignKey(ProposalVersion, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(blank=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)
    review_on = models.DateField(null=True, blank=True)
    charter = models.ForeignKey(Charter, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    result = models.JSONField(null=True, blank=True)

    @property
    def is_due(self) -> bool:
        """Whether the day has come on which it is looked at again."""
        return self.review_on is not None and self.review_on <= clock.today()

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.agreed}"


class ReopeningAsked(Identified):
    """A member asks to look at a decision again, with a reason. ``contribution``: what is new since it was made.

    ``outcome``: what came of it, as the identifier of an outcome, where that is what is new.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="asked_again")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    contribution = models.ForeignKey(Contribution, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.UUIDField(null=True, blank=True)
    asked_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [models.UniqueConstraint(fields=["decision", "person"], name="decisions_asked_again_once")]

    def __str__(self) -> str:
        return self.reason[:60]


class RungSaid(Identified):
    """Which rung of participation a decision was, as one person saw it afterwards. ``ladder``: of which data file."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="rungs")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ladder = models.CharField(max_length=40)
    rung = models.CharField(max_length=40)
    words = models.TextField(blank=True)
    attribution = models.CharField(max_length=10, choices=Attribution.choices, default=Attribution.CHOSEN)
    said_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["said_at", "id"]
        constraints = [models.UniqueConstraint(fields=["decision", "person"], name="decisions_rung_one_each")]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.rung}"
