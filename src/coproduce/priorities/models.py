"""What matters most: from what we do not know to the few questions that should be answered first.

Everything that leads to the list is kept as links with a date and a name: who gathered which words, who put them to
which question, who checked what is known, who chose, who sat where, and what was changed at the end.
"""

# long because it is one exercise from end to end, and each step has its rows
from itertools import pairwise

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.citing import link_url
from coproduce.contributions.models import Contribution
from coproduce.gatherings.models import Gathering
from coproduce.history.models import Identified
from coproduce.people.models import Channel, Person
from coproduce.spaces.models import Space

MOST_CHOSEN = 20


class Step(models.TextChoices):
    """Where an exercise is. It moves when a person says so, with a reason; never by the clock."""

    PROPOSED = "proposed", _("Agree what it is about")
    GATHERING = "gathering", _("Gather what we do not know")
    MERGING = "merging", _("Put like with like")
    CHECKING = "checking", _("Look for what is known already")
    CHOOSING = "choosing", _("Everyone chooses")
    MEETING = "meeting", _("Talk it over at tables")
    DONE = "done", _("The list, with its path")


ORDER = list(Step)
BACK_TO = {Step.MERGING: Step.GATHERING, Step.CHECKING: Step.MERGING, Step.CHOOSING: Step.CHECKING}
"""From which step one may go back to which. Not once results have been seen: a second round would know the first."""


def _allowed_moves() -> models.Q:
    moves = [*pairwise(ORDER), *BACK_TO.items()]
    allowed = models.Q()
    for before, after in moves:
        allowed |= models.Q(before=before.value, after=after.value)
    return allowed


class Exercise(Identified):
    """One priority exercise: what it asks, what belongs to it and what does not, and where it is.

    ``most``: how many questions each person may choose; ``ranked``: whether the first of them counts for more.
    ``shortlist``: how many go to the tables; ``top``: how many the list names in the end.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=160)
    asks = models.CharField(max_length=300)
    scope = models.TextField()
    looked_after_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.PROPOSED)
    step_since = models.DateTimeField(default=clock.now)
    ranked = models.BooleanField(default=True)
    most = models.PositiveSmallIntegerField(default=10)
    minimum_days = models.PositiveSmallIntegerField(default=21)
    shortlist = models.PositiveSmallIntegerField(default=20)
    shortlist_why = models.TextField(blank=True)
    top = models.PositiveSmallIntegerField(default=10)
    gathering = models.ForeignKey(Gathering, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["proposed_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(step__in=[step.value for step in Step]), name="priorities_known_step"
            ),
            models.CheckConstraint(
                condition=models.Q(most__gte=1, most__lte=MOST_CHOSEN), name="priorities_most_between"
            ),
            models.CheckConstraint(condition=models.Q(minimum_days__gte=1), name="priorities_time_to_choose"),
            models.CheckConstraint(
                condition=models.Q(top__gte=1, shortlist__gte=models.F("top")), name="priorities_top_of_shortlist"
            ),
        ]
        indexes = [models.Index(fields=["space", "proposed_at"], name="priorities_in_space")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("priorities:exercise", args=[self.space.slug, self.pk])


class Steering(Identified):
    """Somebody helps to carry an exercise: gathers, puts like with like, checks. ``ended_at``: no longer."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="steering")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    named_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["named_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "person"], condition=models.Q(ended_at=None), name="priorities_steering_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.exercise_id}"


class StepChange(Identified):
    """Somebody moved an exercise on, or a step back, and said why."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="changes")
    before = models.CharField(max_length=10, choices=Step.choices)
    after = models.CharField(max_length=10, choices=Step.choices)
    why = models.TextField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["changed_at", "id"]
        constraints = [models.CheckConstraint(condition=_allowed_moves(), name="priorities_steps_in_order")]

    def __str__(self) -> str:
        return f"{self.before} {self.after}"


# ── what we do not know ──────────────────────────────────────────────────────────────────────────


class Uncertainty(Identified):
    """Somebody's words, gathered as something we do not know. Out of scope only with a reason, and by somebody."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="uncertainties")
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")
    gathered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    gathered_at = models.DateTimeField(default=clock.now)
    out_why = models.CharField(max_length=300, blank=True)
    out_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["gathered_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["exercise", "contribution"], name="priorities_gathered_once"),
            models.CheckConstraint(
                condition=models.Q(out_at=None, out_why="", out_by=None)
                | (models.Q(out_at__isnull=False, out_by__isnull=False) & ~models.Q(out_why="")),
                name="priorities_out_of_scope_says_why",
            ),
        ]
        indexes = [models.Index(fields=["contribution"], name="priorities_words_gathered")]

    def __str__(self) -> str:
        return f"{self.contribution_id} in {self.exercise_id}"


class Question(Identified):
    """One question that several people's words ask. Its wording is the newest ``QuestionVersion``."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300)
    version = models.PositiveSmallIntegerField(default=1)
    drawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(default=clock.now)
    shortlisted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    shortlisted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["exercise", "number"], name="priorities_question_one_per_number"),
            models.CheckConstraint(condition=~models.Q(words=""), name="priorities_question_asks_something"),
            models.CheckConstraint(
                condition=models.Q(shortlisted_by=None, shortlisted_at=None)
                | models.Q(shortlisted_by__isnull=False, shortlisted_at__isnull=False),
                name="priorities_shortlisted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.words[:60]

    def get_absolute_url(self) -> str:
        return reverse("priorities:question", args=[self.exercise.space.slug, self.exercise_id, self.pk])


class QuestionVersion(Identified):
    """One wording of a question: by whom, when, and why it changed."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300)
    why = models.TextField(blank=True)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="priorities_version_one_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.number}"


class QuestionSource(Identified):
    """These words stand behind this question: who put them there, when, and since when no more.

    ``also``: on purpose in a second question as well. ``moved_from``: the link that this one carries on.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="sources")
    uncertainty = models.ForeignKey(Uncertainty, on_delete=models.CASCADE, related_name="placed")
    also = models.BooleanField(default=False)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    ended_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    moved_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["uncertainty"],
                condition=models.Q(ended_at=None, also=False),
                name="priorities_words_in_one_question",
            ),
            models.UniqueConstraint(
                fields=["question", "uncertainty"],
                condition=models.Q(ended_at=None),
                name="priorities_words_once_in_a_question",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uncertainty_id} -> {self.question_id}"


class Verdict(models.TextChoices):
    ANSWERED = "answered", _("It is answered")
    PARTLY = "partly", _("It is partly answered")
    NOT_ANSWERED = "not_answered", _("It is not answered")


class EvidenceCheck(Identified):
    """Somebody looked whether a question is answered already. The newest check of a question holds.

    ``citation`` and ``link`` are kept as text; nothing is fetched.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="checks")
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    words = models.TextField()
    citation = models.CharField(max_length=600, blank=True)
    link = models.CharField(max_length=600, blank=True)
    checked_on = models.DateField()
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["checked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict__in=[verdict.value for verdict in Verdict]),
                name="priorities_known_verdict",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="not_answered") | ~models.Q(citation="", link=""),
                name="priorities_an_answer_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.verdict}"

    @property
    def link_url(self) -> str:
        """Where ``link`` leads, "" for what a browser should not be sent to."""
        return link_url(self.link) if self.link else ""


# ── choosing ─────────────────────────────────────────────────────────────────────────────────────


class Choice(Identified):
    """What one person chose in the interim round: one for each person, changed until the round is closed.

    checked_by: of a ballot that somebody typed up, who typed the same a second time.
    """

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="choices")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    said_on = models.DateField()
    chosen_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exercise", "person"], name="priorities_choice_one_each"),
            models.CheckConstraint(
                condition=models.Q(checked_by=None, checked_at=None)
                | models.Q(checked_by__isnull=False, checked_at__isnull=False, recorded_by__isnull=False)
                & ~models.Q(checked_by=models.F("recorded_by")),
                name="priorities_checked_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.exercise_id}"


class ChosenQuestion(models.Model):
    """One of the questions somebody chose: 1 is the first."""

    choice = models.ForeignKey(Choice, on_delete=models.CASCADE, related_name="chosen")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["choice", "question"], name="priorities_chosen_once"),
            models.UniqueConstraint(fields=["choice", "place"], name="priorities_one_in_each_place"),
            models.CheckConstraint(
                condition=models.Q(place__gte=1, place__lte=MOST_CHOSEN), name="priorities_place_is_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.question_id}"


class CalculationKind(models.TextChoices):
    INTERIM = "interim", _("what everyone chose")
    SEATS = "seats", _("who sits at which table")
    TABLES = "tables", _("what the tables said")


class Calculation(Identified):
    """A stored calculation, with everything needed to do it again.

    ``given`` is what went in: of the interim round the groups and the choices of each person in the order of the
    alphabet, with nobody's name or identifier.
    """

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="calculations")
    kind = models.CharField(max_length=10, choices=CalculationKind.choices)
    method = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    parameters = models.JSONField(default=dict)
    seed = models.PositiveBigIntegerField(default=0)
    input_hash = models.CharField(max_length=64)
    given = models.JSONField()
    result = models.JSONField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["made_at", "id"]
        indexes = [models.Index(fields=["exercise", "kind", "-made_at"], name="priorities_newest_calculation")]

    def __str__(self) -> str:
        return f"{self.kind} {self.method} {self.version}"


# ── tables ───────────────────────────────────────────────────────────────────────────────────────

ROUNDS = (1, 2)


class Seat(Identified):
    """Where somebody sits in one round. ``moved_why``: a person moved it by hand, and this is why."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="seats")
    round = models.PositiveSmallIntegerField()
    table = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    moved_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField(null=True, blank=True)
    moved_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["round", "table", "id"]
        constraints = [
            models.UniqueConstraint(fields=["exercise", "round", "person"], name="priorities_one_seat_a_round"),
            models.CheckConstraint(condition=models.Q(round__in=ROUNDS), name="priorities_seat_known_round"),
            models.CheckConstraint(condition=models.Q(table__gte=1), name="priorities_seat_at_a_table"),
            models.CheckConstraint(
                condition=models.Q(moved_at=None, moved_by=None, moved_why="")
                | (models.Q(moved_at__isnull=False, moved_by__isnull=False) & ~models.Q(moved_why="")),
                name="priorities_moved_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.table} {self.person_id}"


class TableRanking(Identified):
    """The order that one table came to in one round."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="rankings")
    round = models.PositiveSmallIntegerField()
    table = models.PositiveSmallIntegerField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["round", "table"]
        constraints = [
            models.UniqueConstraint(fields=["exercise", "round", "table"], name="priorities_one_order_a_table"),
            models.CheckConstraint(condition=models.Q(round__in=ROUNDS), name="priorities_ranking_known_round"),
            models.CheckConstraint(condition=models.Q(table__gte=1), name="priorities_ranking_of_a_table"),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.table}"


class TablePlace(models.Model):
    """Where one question stands in a table's order; several may share a place."""

    ranking = models.ForeignKey(TableRanking, on_delete=models.CASCADE, related_name="places")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "question"], name="priorities_ranked_once"),
            models.CheckConstraint(condition=models.Q(place__gte=1), name="priorities_table_place_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.question_id}"


class FinalPlace(Identified):
    """Where a question stands in the end; ``counted``: where the tables of the second round put it."""

    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="final")
    counted = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(place__gte=1, counted__gte=1), name="priorities_final_place"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.question_id}"


class PlaceChange(Identified):
    """All together at the end somebody asked for another place, and this is why."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="place_changes")
    before = models.PositiveSmallIntegerField()
    after = models.PositiveSmallIntegerField()
    why = models.TextField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["changed_at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(after__gte=1) & ~models.Q(why=""), name="priorities_change_why"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.before} -> {self.after}"
