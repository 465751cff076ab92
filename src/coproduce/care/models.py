"""How people of a space look after each other: rules, worries, words out of sight, and where to turn."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.history.models import Identified
from coproduce.people.models import Attribution, Person
from coproduce.spaces.models import Space


def carries_a_name(contribution: Contribution) -> bool:
    """Whether a name stands beside these words.

    Nobody reads a worry about their own words. Where the words carry no name, to say who does read it would, by whom
    it leaves out, say whose they are.
    """
    return contribution.attribution in (Attribution.NAME, Attribution.CHOSEN)


# ── house rules ──────────────────────────────────────────────────────────────────────────────────


class RuleState(models.TextChoices):
    PROPOSED = "proposed", _("suggested")
    AGREED = "agreed", _("holds")
    ENDED = "ended", _("let go")


class HouseRule(Identified):
    """Something people of a space ask of each other, in the words of whoever suggested it.

    ``replaces`` is the rule that this is another wording of; it is let go when this one holds. ``from_words`` is the
    story that made somebody suggest it. A rule is never edited.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=300)
    why = models.CharField(max_length=1000, blank=True)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    from_words = models.ForeignKey(Contribution, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="wordings")
    state = models.CharField(max_length=10, choices=RuleState.choices, default=RuleState.PROPOSED)
    agreed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["proposed_at", "id"]
        indexes = [models.Index(fields=["space", "state"], name="care_rules_of_a_space")]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="care_rule_has_words"),
            models.CheckConstraint(
                condition=~Q(state=RuleState.AGREED) | Q(agreed_at__isnull=False), name="care_rule_agreed_since"
            ),
            models.CheckConstraint(
                condition=Q(state=RuleState.ENDED, ended_at__isnull=False) & ~Q(ended_why="")
                | ~Q(state=RuleState.ENDED) & Q(ended_at=None),
                name="care_rule_ended_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.words[:60]

    def get_absolute_url(self) -> str:
        return reverse("care:rule", args=[self.space.slug, self.pk])


class RuleVoice(Identified):
    """What somebody says to a suggested rule: they can live with it, or would word it differently, and how."""

    rule = models.ForeignKey(HouseRule, on_delete=models.CASCADE, related_name="voices")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lives_with_it = models.BooleanField()
    words = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "person"], name="care_voice_once"),
            models.CheckConstraint(condition=Q(lives_with_it=True) | ~Q(words=""), name="care_voice_says_how"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.rule_id}"


# ── who looks after what ─────────────────────────────────────────────────────────────────────────


class Role(models.TextChoices):
    WORRIES = "worries", _("reads when somebody says that something is wrong with words")
    SAFEGUARDING = "safeguarding", _("reads when somebody may not be safe")


class CareRole(Identified):
    """Somebody whom the space asked to look after worries, from ``since`` until ``until`` (None: still)."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=14, choices=Role.choices)
    since = models.DateTimeField(default=clock.now)
    named_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "person", "role"], condition=Q(until=None), name="care_role_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"

    def get_absolute_url(self) -> str:
        return reverse("care:people", args=[self.space.slug])


# ── something is wrong here ──────────────────────────────────────────────────────────────────────


class Reason(models.TextChoices):
    RULE = "rule", _("It breaks a house rule")
    HURTS = "hurts", _("It hurts somebody")
    NAMES = "names", _("It names somebody who did not agree to that")
    UNSAFE = "unsafe", _("Somebody may not be safe")
    SPAM = "spam", _("It is advertising, or nonsense")
    OTHER = "other", _("Something else")


class Answer(models.TextChoices):
    LEFT = "left", _("left as it is")
    HIDDEN = "hidden", _("put out of sight")
    GONE = "gone", _("taken back by whoever brought it")


class Flag(Identified):
    """Somebody says to a named person that something is wrong with some words. No other member ever sees it.

    ``to_person`` is None where nobody but the author of the words could read it: then it waits. Once answered it
    holds what was done and why, for the flagger. ``talked_at``: the reader wrote ``talk`` to the author meanwhile.
    """

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")
    flagger = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    rule = models.ForeignKey(HouseRule, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    words = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(default=clock.now)
    to_person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    talked_at = models.DateTimeField(null=True, blank=True)
    talked_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    talk = models.CharField(max_length=1000, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "flagger"], condition=Q(answered_at=None), name="care_flag_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="care_flag_answered_with_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("care:worry", args=[self.contribution.space.slug, self.pk])

    @property
    def may_name_reader(self) -> bool:
        """Whether whoever had the worry may be told who reads and answers it."""
        return carries_a_name(self.contribution)


class Moderation(Identified):
    """Words put out of sight: by whom, why, by which rule, and until when. The words themselves are not touched."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")
    hidden_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    why = models.CharField(max_length=300)
    rule = models.ForeignKey(HouseRule, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    flag = models.ForeignKey(Flag, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contribution"], condition=Q(ended_at=None), name="care_moderation_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="care_moderation_has_a_reason"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return self.contribution.get_absolute_url()


class Appeal(Identified):
    """The author asks somebody else to look again.

    ``hidden_by`` is repeated from the moderation, so that the database itself refuses that the one who put the words
    out of sight is asked or decides. ``to_person`` is None while there is nobody else; ``wishes_for`` is then whom the
    author would like to be asked to look after worries.
    """

    moderation = models.OneToOneField(Moderation, on_delete=models.CASCADE, related_name="appeal")
    hidden_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=2000)
    at = models.DateTimeField(default=clock.now)
    to_person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    wishes_for = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    upheld = models.BooleanField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_person=None) | ~Q(to_person=F("hidden_by")), name="care_appeal_to_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("hidden_by")), name="care_appeal_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, upheld=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, upheld__isnull=False) & ~Q(why=""),
                name="care_appeal_decided_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return self.moderation.contribution.get_absolute_url()


class Reading(Identified):
    """Somebody who looks after the space read words that few may read. Once for each reader and day."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")
    reader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(default=clock.today)
    at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contribution", "reader", "on"], name="care_reading_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} {self.on}"


# ── where to turn ────────────────────────────────────────────────────────────────────────────────


class CareNote(Identified):
    """Where to turn when it is too much, version by version. The newest holds."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    words = models.TextField(max_length=3000)
    contacts = models.TextField(max_length=2000)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["space", "version"], name="care_note_one_per_version")]

    def __str__(self) -> str:
        return f"{self.space_id} {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("care:where_to_turn", args=[self.space.slug])


class Concern(Identified):
    """Somebody may not be safe. Read by whom the space named for that and by its writer; by another only through a
    ``BrokenGlass``. The words are kept as they are, not encrypted: whoever runs the server could read them."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    about = models.ForeignKey(Contribution, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(max_length=5000)
    at = models.DateTimeField(default=clock.now)
    to_person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="care_concern_answered_in_words",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("care:concern", args=[self.space.slug, self.pk])

    @property
    def may_name_reader(self) -> bool:
        """As for a ``Flag``."""
        return self.about is None or carries_a_name(self.about)


class BrokenGlass(Identified):
    """Somebody not named for it needs to read a concern: who, why, and which second person agreed.

    ``tells_writer``: whether the writer is told. Not telling needs ``quiet_why``: that it would raise the risk.
    """

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="openings")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=1000)
    asked_at = models.DateTimeField(default=clock.now)
    tells_writer = models.BooleanField(default=True)
    quiet_why = models.CharField(max_length=300, blank=True)
    second = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["concern", "asked_by"], name="care_glass_once_each"),
            models.CheckConstraint(condition=~Q(why=""), name="care_glass_has_a_reason"),
            models.CheckConstraint(condition=Q(tells_writer=True) | ~Q(quiet_why=""), name="care_glass_quiet_why"),
            models.CheckConstraint(
                condition=Q(second=None, opened_at=None)
                | Q(second__isnull=False, opened_at__isnull=False) & ~Q(second=F("asked_by")),
                name="care_glass_two_people",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return self.concern.get_absolute_url()
