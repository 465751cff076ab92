"""Spaces: a question, the people around it, and how they agree to work."""

import secrets

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.history.models import Identified
from coproduce.people.models import Person
from coproduce.ways import LETTERS

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_code() -> str:
    """A code short enough to print and type, of letters and digits that cannot be mistaken: ``K7QM-3XTR``."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _place in range(8))
    return f"{letters[:4]}-{letters[4:]}"


class Privacy(models.TextChoices):
    MEMBERS = "members", _("Only members can find it and read it")
    LISTED = "listed", _("Anyone can find its question; only members read the rest")
    PUBLIC = "public", _("Anyone can read what people agreed to show")


class SpaceState(models.TextChoices):
    FORMING = "forming", _("forming")
    OPEN = "open", _("open")
    RESTING = "resting", _("resting")
    ENDED = "ended", _("ended")


class Practice(models.TextChoices):
    """What a space means to make."""

    CO_DESIGN = "co_design", _("Designing a service together")
    CO_EVALUATION = "co_evaluation", _("Judging a service together")
    CO_IMPLEMENTATION = "co_implementation", _("Changing a service together")
    CO_RESEARCH = "co_research", _("Doing research together")
    OTHER = "other", _("Something else, or we do not know yet")


class Visibility(models.TextChoices):
    """What becomes of something said about oneself. What is not to be recorded is never stored."""

    SHOWN = "shown", _("Shown with my words")
    COUNTED = "counted", _("Only counted, never shown")


class Space(Identified):
    """A question and the people around it. The question itself is the newest ``Framing``."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("a short name"), max_length=80)
    for_whom = models.TextField(_("who it is for"), blank=True)
    practices = models.CharField(max_length=120, blank=True)
    privacy = models.CharField(max_length=10, choices=Privacy.choices, default=Privacy.MEMBERS)
    state = models.CharField(max_length=10, choices=SpaceState.choices, default=SpaceState.OPEN)
    rhythm = models.TextField(blank=True)
    threshold = models.PositiveSmallIntegerField(default=8)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors")
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(threshold__gte=5), name="spaces_space_threshold_never_below_5"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("spaces:space", args=[self.slug])

    @property
    def practice_names(self) -> list[str]:
        """The practices in words, in the order of the list."""
        return [str(Practice(code).label) for code in self.practices.split()]


class Framing(Identified):
    """One wording of the question. Earlier ones stay, with who changed it and why."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="framings")
    number = models.PositiveIntegerField()
    words = models.CharField(max_length=300)
    why = models.TextField(blank=True)
    framed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    framed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["space", "number"], name="spaces_framing_one_per_number")]

    def __str__(self) -> str:
        return self.words

    def get_absolute_url(self) -> str:
        return reverse("spaces:framings", args=[self.space.slug])


class Deciding(models.TextChoices):
    """Kinds of deciding. Consent, at once or in rounds, may always be used; the others where the charter says so."""

    CONSENT = "consent", _("Consent")
    ROUNDS = "rounds", _("Consent in rounds")
    ADVICE = "advice", _("Advice process")
    VOTE = "vote", _("Vote")
    PRIORITIES = "priorities", _("Taking up a list of what matters most")
    DELEGATED = "delegated", _("People we asked to decide")


ALWAYS_ALLOWED = (Deciding.CONSENT, Deciding.ROUNDS)


class AmendmentRule(models.TextChoices):
    """Until when proposers may take up other words."""

    ANY_TIME = "any_time", _("At any time until it is closed")
    BEFORE_POSITIONS = "before_positions", _("Only until the first person has said where they stand")


class Charter(Identified):
    """Ground rules and decision rights, version by version. The newest one holds.

    An agreement needs: ``minimum_reading_days`` since the proposal's last wording; a position from as many people of
    each way of knowing as its ``needs`` say; and no more objections than ``objections_that_may_stand``
    (their reasons stay with the decision). ``days_here_to_decide``: who has been a member for that long when something
    is put may decide it. ``days_when_asked``: closing waits so long for somebody who asks for time.
    ``members_to_reopen``: so many who ask put a decision again, or one who brings something new (``evidence_reopens``).
    ``is_agreed``: the members decided on it; from then on nobody writes the charter alone.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="charters")
    version = models.PositiveIntegerField()
    ground_rules = models.TextField(blank=True)
    how_we_decide = models.TextField(blank=True)
    minimum_reading_days = models.PositiveSmallIntegerField(default=14)
    objections_that_may_stand = models.PositiveSmallIntegerField(default=0)
    days_here_to_decide = models.PositiveSmallIntegerField(default=0)
    days_when_asked = models.PositiveSmallIntegerField(default=7)
    positions_one_may_carry = models.PositiveSmallIntegerField(default=1)
    members_to_reopen = models.PositiveSmallIntegerField(default=3)
    evidence_reopens = models.BooleanField(default=True)
    amendments = models.CharField(max_length=20, choices=AmendmentRule.choices, default=AmendmentRule.ANY_TIME)
    amending_restarts_reading = models.BooleanField(default=True)
    is_agreed = models.BooleanField(default=False)
    why = models.TextField(blank=True)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["space", "version"], name="spaces_charter_one_per_version"),
            models.CheckConstraint(
                condition=models.Q(members_to_reopen__gte=1), name="spaces_charter_somebody_reopens"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.space_id} {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("spaces:charter", args=[self.space.slug])


class CharterNeed(models.Model):
    """How many people who know in one way must take a position before a decision can close."""

    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="needs")
    way = models.CharField(max_length=1)
    people = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["charter", "way"], name="spaces_need_one_per_way"),
            models.CheckConstraint(condition=models.Q(way__in=list(LETTERS)), name="spaces_need_known_way"),
            models.CheckConstraint(condition=models.Q(people__gte=1), name="spaces_need_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.people}"


class CharterKind(models.Model):
    """A kind of deciding that the charter allows beside consent, and for what ("" for anything)."""

    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="kinds")
    kind = models.CharField(max_length=12, choices=Deciding.choices)
    for_what = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["charter", "kind"], name="spaces_charter_kind_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.for_what}"


class CharterDelegate(models.Model):
    """Somebody whom the charter names to decide a matter."""

    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="delegates")
    matter = models.CharField(max_length=160)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["charter", "matter", "person"], name="spaces_delegate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.matter}: {self.person_id}"


class MembershipState(models.TextChoices):
    ACTIVE = "active", _("here")
    PAUSED = "paused", _("having a pause")
    LEFT = "left", _("has left")


class Membership(Identified):
    """A person in a space. Pausing costs nothing; leaving keeps what was given unless it is withdrawn.

    ``last_here_at`` is noted at most once an hour; ``here_before_at`` is what it said before, so that
    *since you were last here* does not empty itself when a page is opened twice.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=MembershipState.choices, default=MembershipState.ACTIVE)
    is_facilitator = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=clock.now)
    state_since = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    last_here_at = models.DateTimeField(null=True, blank=True)
    here_before_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "person"], name="spaces_membership_once"),
            models.UniqueConstraint(
                fields=["space", "source"], condition=~models.Q(source=""), name="spaces_membership_source_once"
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="spaces_membership_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.space_id}"

    def get_absolute_url(self) -> str:
        return reverse("spaces:my_place", args=[self.space.slug])


class Standpoint(Identified):
    """Where someone speaks from, in their own words, and the way of knowing they count it under."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="standpoints")
    words = models.CharField(max_length=160)
    way = models.CharField(max_length=1)
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.SHOWN)
    said_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["said_at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(way__in=list(LETTERS)), name="spaces_standpoint_known_way"),
        ]

    def __str__(self) -> str:
        return self.words


class Affiliation(Identified):
    """An organisation or group someone belongs to, in their words."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="affiliations")
    organisation = models.CharField(max_length=160)
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.SHOWN)

    class Meta:
        ordering = ["organisation"]

    def __str__(self) -> str:
        return self.organisation


class Understanding(Identified):
    """What co-production means to someone, in their words, when they joined and as it changes."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="understandings")
    words = models.TextField()
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.SHOWN)
    said_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["said_at"]

    def __str__(self) -> str:
        return self.words[:60]


class JoinLink(Identified):
    """A link or printed code that lets people join. It can end, and be closed.

    One that is ``for_anyone`` is shown to strangers on the front page of a listed or public space.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="join_links")
    code = models.CharField(max_length=12, unique=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    for_anyone = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("spaces:ways_in", args=[self.space.slug])

    @property
    def is_open(self) -> bool:
        """Whether it still lets people in."""
        return self.closed_at is None and (self.ends_at is None or self.ends_at > clock.now())
