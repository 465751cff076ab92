"""How people see it: claims drawn from their words, and what each says to them."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.deliberation.starting import System
from coproduce.history.models import Identified
from coproduce.people.models import Attribution, Channel, Person
from coproduce.spaces.models import Space


class Statement(Identified):
    """One claim, drawn from named contributions.

    ``words`` is its newest wording and ``wording`` the number of it. A claim that was put in other words has a
    ``StatementVersion`` for each wording; one that never was has none.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    words = models.TextField()
    wording = models.PositiveSmallIntegerField(default=1)
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


class StatementVersion(Identified):
    """One wording of a claim: who put it so, when, and why. The newest is also on the claim."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    words = models.TextField()
    why = models.TextField(blank=True)
    worded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    worded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "number"], name="deliberation_version_one_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.number}"


class WordingState(models.TextChoices):
    OPEN = "open", _("not answered yet")
    TAKEN_UP = "taken_up", _("taken up")
    NOT_TAKEN_UP = "not_taken_up", _("not taken up")
    TAKEN_BACK = "taken_back", _("taken back by who said it")


class WordingTalk(Identified):
    """What somebody said about the wording of a claim, with other words for it if they had some.

    ``wording`` is the number of the wording they spoke of; ``answer`` what whoever drew the claim said to it.
    """

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="talks")
    wording = models.PositiveSmallIntegerField(default=1)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    why = models.TextField()
    said_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=12, choices=WordingState.choices, default=WordingState.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["said_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", answered_at=None)
                | ~models.Q(state="open") & models.Q(answered_at__isnull=False),
                name="deliberation_talk_answered_or_open",
            ),
        ]
        indexes = [models.Index(fields=["statement", "said_at"], name="deliberation_talk_in_order")]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("deliberation:wording", args=[self.statement.space.slug, self.statement_id]) + f"#t{self.pk}"


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
    """Something that matters to people here. The first ones are offered; anyone adds more.

    starting: which of the values to begin with it was (``starting.STARTING``), whatever it is called now. A value to
    which tokens were given is taken off the list (``retired_at``) and never deleted. The name of one that would
    point at somebody may be kept out of what is shown (``held_back_at``).
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    explanation = models.CharField(max_length=200, blank=True)
    system = models.CharField(max_length=12, choices=System.choices, blank=True)
    starting = models.CharField(max_length=20, blank=True)
    added_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    retired_at = models.DateTimeField(null=True, blank=True)
    held_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["space", "name"], name="deliberation_value_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_offered(self) -> bool:
        """Whether everybody may choose it."""
        return self.retired_at is None and self.held_back_at is None


class Answer(models.IntegerChoices):
    """How somebody sees a claim. ``NOT_MINE`` is kept and counted apart, and is part of no share and no map."""

    AGREE = 1, _("Agree")
    UNSURE = 0, _("Unsure")
    DISAGREE = -1, _("Disagree")
    NOT_MINE = 2, _("Not mine to say")


SEEN = (Answer.AGREE, Answer.UNSURE, Answer.DISAGREE)
"""The answers that say how somebody sees a claim."""


class Importance(models.IntegerChoices):
    """How much a claim matters to somebody, if they say."""

    LITTLE = 1, _("a little")
    SOME = 2, _("somewhat")
    A_LOT = 3, _("a lot")


class Response(Identified):
    """What one person says to one statement now. Their earlier answers are kept as ``EarlierResponse``.

    wording: the number of the wording they answered. overtaken_at: when the claim was put in other words since, None
    while the answer is to the present ones; until they have said whether it still holds it is counted with no wording
    but its own. let_stand_at: they were asked, and left it with the words it was given to.
    channel, said_on: by which way it came and when it was said, where somebody wrote it down for them.
    """

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="responses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answer = models.SmallIntegerField(choices=Answer.choices)
    importance = models.PositiveSmallIntegerField(choices=Importance.choices, null=True, blank=True)
    wording = models.PositiveSmallIntegerField(default=1)
    overtaken_at = models.DateTimeField(null=True, blank=True)
    let_stand_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    attribution = models.CharField(max_length=10, choices=Attribution.choices, default=Attribution.STANDPOINT)
    values = models.ManyToManyField(Value, related_name="+", blank=True)
    answered_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    said_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "person"], name="deliberation_response_one_each"),
            models.CheckConstraint(
                condition=models.Q(answer__in=[-1, 0, 1, 2]), name="deliberation_response_known_answer"
            ),
            models.CheckConstraint(
                condition=models.Q(importance=None) | models.Q(importance__in=[1, 2, 3]),
                name="deliberation_response_known_importance",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="deliberation_by_person"),
            # Counting answers reads this index alone, however many there are.
            models.Index(fields=["statement", "answer", "overtaken_at"], name="deliberation_response_counted"),
            # Few say how much a claim matters, of those who answered it long ago or elsewhere nobody.
            models.Index(
                fields=["statement", "importance"],
                condition=models.Q(importance__isnull=False),
                name="deliberation_mattering",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.answer}"


class EarlierResponse(Identified):
    """An answer that a person gave before they changed their mind, to the wording it was given to."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="earlier")
    answer = models.SmallIntegerField(choices=Answer.choices)
    importance = models.PositiveSmallIntegerField(choices=Importance.choices, null=True, blank=True)
    wording = models.PositiveSmallIntegerField(default=1)
    overtaken_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    attribution = models.CharField(max_length=10, choices=Attribution.choices, default=Attribution.STANDPOINT)
    answered_at = models.DateTimeField()
    until = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["answered_at"]

    def __str__(self) -> str:
        return f"{self.response_id} {self.answer}"


class Round(Identified):
    """A question for a season: claims that people are asked about together, until somebody closes the round.

    for_all: every claim of the space, also those drawn while it is open; else ``claims``. hides: while it is open
    nobody is shown what others answer to its claims. not_before: the earliest moment at which it may be closed.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    question = models.CharField(max_length=200)
    about = models.TextField(blank=True)
    for_all = models.BooleanField(default=False)
    claims = models.ManyToManyField(Statement, related_name="+", blank=True)
    hides = models.BooleanField(default=True)
    send_to = models.TextField(blank=True)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    not_before = models.DateTimeField()
    closed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_words = models.TextField(blank=True)

    class Meta:
        ordering = ["-opened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["space"], condition=models.Q(closed_at=None), name="deliberation_round_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(closed_at__gte=models.F("not_before")),
                name="deliberation_round_not_closed_early",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False),
                name="deliberation_round_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    def get_absolute_url(self) -> str:
        return reverse("deliberation:round", args=[self.space.slug, self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


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
