"""What came of it: what changed, what did not and why, and whether that was good enough."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.decisions.models import Decision
from coproduce.history.models import Identified
from coproduce.people.models import Channel, Person
from coproduce.people.naming import shown_recorder
from coproduce.spaces.models import Space
from coproduce.themes.models import Theme


class OutcomeKind(models.TextChoices):
    SERVICE = "service", _("A service")
    RESEARCH = "research", _("Research")
    PRACTICE = "practice", _("How someone works")
    COMMUNITY = "community", _("Between people")
    KNOWLEDGE = "knowledge", _("What is known")
    OTHER = "other", _("Somewhere else, or nobody can say yet")


class Bearing(models.TextChoices):
    """Whether something is good or bad, for whoever says so. Never summed, never set off against each other."""

    GOOD = "good", _("Good")
    BAD = "bad", _("Bad")
    BOTH = "both", _("Good and bad")
    UNSURE = "unsure", _("I cannot say yet")


class State(models.TextChoices):
    DONE = "done", _("Done")
    PARTLY = "partly", _("Partly")
    NOT_BECAUSE = "not_because", _("Not, because")
    NOT_YET = "not_yet", _("Not yet")


class Outcome(Identified):
    """Something that changed, or did not. Its present state is the newest ``OutcomeState``.

    ``bearing``: whether it is good or bad, as whoever told it saw it; "" where they did not say.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=160)
    words = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=OutcomeKind.choices)
    expected = models.BooleanField(default=True)
    bearing = models.CharField(max_length=6, choices=Bearing.choices, blank=True)
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
    """How far an outcome had come at one time. *Not* always says why; *not yet* says since when it was asked.

    ``reply``: what is said to those who had said that the answer before was not good enough.
    """

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="states")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices)
    because = models.TextField(blank=True)
    reply = models.TextField(blank=True)
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
    """What an outcome comes from: a decision, a theme or a contribution; who said so, and when (None: not known)."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="sources")
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    contribution = models.ForeignKey(Contribution, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    linked_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(null=True, blank=True)

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


class OutcomeEvidence(Identified):
    """Words that show that it is so, with what was brought with them: a picture, a paper, a place where to look."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="evidence")
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")
    linked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["linked_at", "id"]
        constraints = [models.UniqueConstraint(fields=["outcome", "contribution"], name="outcomes_evidence_once")]

    def __str__(self) -> str:
        return f"{self.outcome_id} {self.contribution_id}"


class Effect(Identified):
    """What an outcome did, as one person noticed it: their words are a contribution like any other.

    ``for_whom``: in their words. ``noticed_on``: when, None where they did not say. ``sees_differently``: another
    telling of the same, that this one does not share.
    """

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="effects")
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")
    bearing = models.CharField(max_length=6, choices=Bearing.choices)
    for_whom = models.CharField(max_length=160, blank=True)
    noticed_on = models.DateField(null=True, blank=True)
    sees_differently = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="seen_differently"
    )
    linked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["linked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["outcome", "contribution"], name="outcomes_effect_once"),
            models.CheckConstraint(
                condition=models.Q(sees_differently=None) | ~models.Q(sees_differently=models.F("id")),
                name="outcomes_effect_differs_from_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id} {self.bearing}"


class Keeper(Identified):
    """Who looks after the answer to an outcome, from one day to another. Nobody now: a gap, and shown as one."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="keepers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["outcome"], condition=models.Q(until=None), name="outcomes_one_keeper_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id} {self.person_id}"


class Commitment(Identified):
    """Who will do what. Its present state is the newest ``CommitmentState``, kept here too so that lists are quick."""

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
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="not_because") | ~models.Q(because=""), name="outcomes_promise_not_says_why"
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="outcomes_promised_by")]

    def __str__(self) -> str:
        return self.words[:60]


class CommitmentState(Identified):
    """How far a promise had come at one time, and whose it was then."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="states")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices)
    because = models.TextField(blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    told_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "number"], name="outcomes_promise_state_one_per_number"),
            models.CheckConstraint(
                condition=~models.Q(state="not_because") | ~models.Q(because=""),
                name="outcomes_promise_state_not_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.state}"


class Handing(Identified):
    """Somebody is asked to take on a promise, or (without one) to look after the answer to an outcome.

    Nothing moves until they agree.
    """

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="handings")
    commitment = models.ForeignKey(Commitment, null=True, blank=True, on_delete=models.CASCADE, related_name="handings")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)
    agreed = models.BooleanField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_words = models.TextField(blank=True)
    noted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agreed=None, answered_at=None)
                | models.Q(agreed__isnull=False, answered_at__isnull=False),
                name="outcomes_handing_is_answered_or_waits",
            ),
            models.UniqueConstraint(
                fields=["outcome"],
                condition=models.Q(answered_at=None, commitment=None),
                name="outcomes_answer_handed_to_one",
            ),
            models.UniqueConstraint(
                fields=["commitment"],
                condition=models.Q(answered_at=None, commitment__isnull=False),
                name="outcomes_promise_handed_to_one",
            ),
        ]
        indexes = [models.Index(fields=["to"], condition=models.Q(answered_at=None), name="outcomes_handed_to")]

    def __str__(self) -> str:
        return str(self.pk)


class Told(Identified):
    """Somebody who does not read it here was told how far an outcome has come: by post, by phone, in the room.

    ``told_by`` did so; both names stay on the record.
    """

    state = models.ForeignKey(OutcomeState, on_delete=models.CASCADE, related_name="told")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    told_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=Channel.choices)
    on = models.DateField()
    words = models.TextField(blank=True)
    noted_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["on", "noted_at", "id"]
        constraints = [models.UniqueConstraint(fields=["state", "person"], name="outcomes_told_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.how}"


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


class EndsAs(models.TextChoices):
    """What becomes of a space."""

    RESTING = "resting", _("It rests, and can begin again")
    ENDED = "ended", _("It ends, and stays to be read")


class Ending(Identified):
    """A space means to end or to rest. It is said to everybody first; ``not_before``: the charter's reading time.

    ``stays``: what can still be read, where, and who keeps it. Done, or called off, or still to come.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    ends_as = models.CharField(max_length=10, choices=EndsAs.choices)
    why = models.TextField()
    stays = models.TextField(blank=True)
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=clock.now)
    not_before = models.DateField()
    last_words = models.TextField(blank=True)
    done_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    called_off_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    called_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["said_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(why=""), name="outcomes_ending_says_why"),
            models.CheckConstraint(
                condition=models.Q(done_at=None, done_by=None)
                | models.Q(done_at__isnull=False, done_by__isnull=False, called_off_at=None) & ~models.Q(last_words=""),
                name="outcomes_ending_done_by_somebody_with_last_words",
            ),
            models.CheckConstraint(
                condition=models.Q(called_off_at=None, called_off_by=None)
                | models.Q(called_off_at__isnull=False, called_off_by__isnull=False, done_at=None),
                name="outcomes_ending_called_off_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["space"],
                condition=models.Q(done_at=None, called_off_at=None),
                name="outcomes_ending_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.space_id} {self.ends_as}"

    def get_absolute_url(self) -> str:
        return reverse("outcomes:ending", args=[self.space.slug])


class Succession(Identified):
    """Another space is asked to go on with what is left. It does when somebody who facilitates it agrees.

    ``name``: what it was called when it was asked.
    """

    ending = models.ForeignKey(Ending, on_delete=models.CASCADE, related_name="successions")
    to_space = models.ForeignKey(Space, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=80)
    words = models.TextField(blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    agreed = models.BooleanField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_words = models.TextField(blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agreed=None, answered_at=None, answered_by=None)
                | models.Q(agreed__isnull=False, answered_at__isnull=False, answered_by__isnull=False),
                name="outcomes_succession_is_answered_or_waits",
            ),
            models.UniqueConstraint(
                fields=["ending"],
                condition=models.Q(agreed=None) | models.Q(agreed=True),
                name="outcomes_one_successor_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LeftKind(models.TextChoices):
    """What can still be open when a space ends."""

    OUTCOME = "outcome", _("a question without an answer")
    COMMITMENT = "commitment", _("a promise")
    PROPOSAL = "proposal", _("a proposal")
    BALLOT = "ballot", _("a ballot")
    ROUND = "round", _("a round of questions")
    EXERCISE = "exercise", _("what matters most")
    WORDS = "words", _("words that nobody answered")
    PERSON = "person", _("somebody to be told")


class LeftOpen(Identified):
    """Something that was still open when a space meant to end: handed on to its successor, or left, and why.

    ``subject``: the key of what it is; ``title``: how it is called, "" for words and people, which are never named
    outside their space. ``taken_up``: what became of it in the successor.
    """

    ending = models.ForeignKey(Ending, on_delete=models.CASCADE, related_name="left_open")
    kind = models.CharField(max_length=10, choices=LeftKind.choices)
    subject = models.UUIDField()
    title = models.CharField(max_length=200, blank=True)
    handed_on = models.BooleanField(default=False)
    because = models.TextField(blank=True)
    asked_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    taken_up = models.ForeignKey(Outcome, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    taken_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ending", "kind", "subject"], name="outcomes_left_open_once"),
            models.CheckConstraint(
                condition=models.Q(handed_on=True) | ~models.Q(because=""), name="outcomes_left_open_says_why"
            ),
            models.CheckConstraint(
                condition=models.Q(taken_up_at=None) | models.Q(handed_on=True), name="outcomes_taken_up_was_handed_on"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"
