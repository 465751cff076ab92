"""What people bring, and what others answer."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.attaching.kinds import ENDINGS
from coproduce.contributions.citing import link_url
from coproduce.gatherings.models import Gathering
from coproduce.history.models import Identified
from coproduce.people.models import Attribution, Channel, Person
from coproduce.people.naming import shown_name, shown_recorder
from coproduce.spaces.models import Framing, JoinLink, Space


class Kind(models.TextChoices):
    STORY = "story", _("A story")
    OBSERVATION = "observation", _("Something I noticed")
    QUESTION = "question", _("A question")
    IDEA = "idea", _("An idea")
    EVIDENCE = "evidence", _("Evidence")
    CONCERN = "concern", _("A worry")
    OFFER = "offer", _("An offer")


class Verb(models.TextChoices):
    """What an answer does to the words it answers."""

    BUILDS_ON = "builds_on", _("builds on")
    SUPPORTS = "supports", _("supports")
    QUESTIONS = "questions", _("asks about")
    DIFFERS = "differs", _("sees it differently")
    REFRAMES = "reframes", _("reframes")
    ANSWERS = "answers", _("answers")


class Purpose(models.TextChoices):
    """What the words count as in law and ethics. Becoming research data needs fresh consent."""

    INVOLVEMENT = "involvement", _("involvement")
    SERVICE_IMPROVEMENT = "service_improvement", _("service improvement")
    RESEARCH_DATA = "research_data", _("research data")


class ContributionState(models.TextChoices):
    VISIBLE = "visible", _("visible")
    HIDDEN = "hidden", _("out of sight, by moderation")
    CLOSE = "close", _("only for the people who facilitate")
    ASIDE = "aside", _("out of sight, by the person who brought it")
    WITHDRAWN = "withdrawn", _("taken back by the person who brought it")


class Contribution(Identified):
    """What someone brought. Its words are the newest ``ContributionVersion``; nobody else edits them.

    An answer is a contribution too: ``answers`` is what it answers and ``verb`` what it does to it, so an
    answer can be quoted, themed, withdrawn and answered like anything else.
    ``ways`` are letters of the ways of knowing in their fixed order, such as ``LM``.

    Words can be taken back at three depths: ``ASIDE`` puts them out of sight and can be undone; ``use_ended_at`` leaves
    them where they stand but nothing new may be made of them; ``WITHDRAWN`` has erased them and leaves a tombstone.
    ``state_before`` is where words put aside go when they are brought back: never further open than they stood.
    ``CLOSE`` words are for their author and for those who facilitate; each reading by the latter is on record.
    ``citation`` and ``link`` say where evidence comes from, as text: the server fetches nothing.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorder = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.STORY)
    ways = models.CharField(max_length=6, blank=True)
    words = models.TextField()
    version = models.PositiveIntegerField(default=1)
    attribution = models.CharField(max_length=10, choices=Attribution.choices, default=Attribution.CHOSEN)
    content_note = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    purpose = models.CharField(max_length=20, choices=Purpose.choices, default=Purpose.INVOLVEMENT)
    gathering = models.ForeignKey(Gathering, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    said_on = models.DateField()
    brought_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=ContributionState.choices, default=ContributionState.VISIBLE)
    state_why = models.CharField(max_length=300, blank=True)
    state_before = models.CharField(max_length=10, choices=ContributionState.choices, blank=True)
    answers = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    verb = models.CharField(max_length=12, choices=Verb.choices, blank=True)
    source = models.CharField(max_length=200, blank=True)
    citation = models.CharField(max_length=600, blank=True)
    link = models.CharField(max_length=600, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    use_ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="aside") & ~models.Q(state_before="")
                | ~models.Q(state="aside") & models.Q(state_before=""),
                name="contributions_put_aside_says_from_where",
            ),
            models.CheckConstraint(
                condition=models.Q(answers=None, verb="") | (models.Q(answers__isnull=False) & ~models.Q(verb="")),
                name="contributions_contribution_an_answer_has_a_verb",
            ),
            models.UniqueConstraint(
                fields=["space", "source"], condition=~models.Q(source=""), name="contributions_source_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["space", "-said_on", "-id"],
                condition=models.Q(answers=None, state="visible"),
                name="contributions_brought",
            ),
            # What is in a large theme is found by going through the newest words, answers among them.
            models.Index(
                fields=["space", "-said_on", "-id"], condition=models.Q(state="visible"), name="contributions_said"
            ),
            models.Index(fields=["space", "author", "-said_on", "-id"], name="contributions_of_author"),
            models.Index(
                fields=["space", "brought_at"],
                condition=models.Q(answers__isnull=False),
                name="contributions_answered_lately",
            ),
            # A trace reads the first few of thousands of answers, or of what was said at one gathering.
            models.Index(
                fields=["answers", "brought_at", "id"],
                condition=models.Q(answers__isnull=False, state="visible"),
                name="contributions_answers_in_order",
            ),
            models.Index(
                fields=["gathering", "brought_at", "id"],
                condition=models.Q(gathering__isnull=False, state="visible"),
                name="contributions_said_at",
            ),
            # The account counts all words of a space: from these columns, without reading the words.
            models.Index(
                fields=["space", "state", "said_on", "ways", "author", "answers", "id"], name="contributions_counted"
            ),
        ]

    def __str__(self) -> str:
        return self.words[:60]

    def get_absolute_url(self) -> str:
        return reverse("contributions:contribution", args=[self.space.slug, self.pk])

    @property
    def shown_name(self) -> str:
        """The name beside the words, as the author chose it this time."""
        return shown_name(self.author, self.attribution, self.ways)

    @property
    def link_url(self) -> str:
        """Where ``link`` leads, "" for what a browser should not be sent to."""
        return link_url(self.link) if self.link else ""

    @property
    def shown_recorder(self) -> str:
        """The name of who wrote the words down, "" where that would say whose they are."""
        return shown_recorder(self.recorder, self.attribution)


class ContributionVersion(Identified):
    """One wording of a contribution. The newest is also on the contribution, so that lists are quick."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    words = models.TextField()
    citation = models.CharField(max_length=600, blank=True)
    link = models.CharField(max_length=600, blank=True)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["contribution", "number"], name="contributions_version_one_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} {self.number}"

    @property
    def link_url(self) -> str:
        """Where ``link`` led, as for the contribution."""
        return link_url(self.link) if self.link else ""


class Acknowledgement(Identified):
    """*This changed my thinking*: said once by one person of one contribution, with words if they like."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="acknowledgements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["contribution", "person"], name="contributions_acknowledgement_once"),
        ]
        indexes = [models.Index(fields=["at"], name="contributions_thanked_lately")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.contribution_id}"


class FramingSource(Identified):
    """These words changed our question."""

    framing = models.ForeignKey(Framing, on_delete=models.CASCADE, related_name="+")
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="framing_sources")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["framing", "contribution"], name="contributions_framing_source_once"),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} -> {self.framing_id}"


class WaitingWords(Identified):
    """Words written before signing up, kept on the server until the person confirms who they are, or for 30 days.

    ``person`` is whose they are, as soon as that is known; from then on nobody else finds them.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    join_link = models.ForeignKey(JoinLink, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    filled_in = models.JSONField()
    written_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return str(self.pk)


class Draft(Identified):
    """Words somebody has begun and not sent. Only its writer can read it: ``sealed`` is encrypted.

    ``sheet`` is the path of the page it belongs to, as ``ui.forms.sheet_of`` says it. It goes when it is sent or
    thrown away.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    sheet = models.CharField(max_length=300)
    sealed = models.BinaryField()
    begun_at = models.DateTimeField(default=clock.now)
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "sheet"], name="contributions_draft_one_for_each_sheet"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class AttachmentKind(models.TextChoices):
    PICTURE = "picture", _("a picture")
    SOUND = "sound", _("sound")
    DOCUMENT = "document", _("a document")


class Attachment(Identified):
    """A picture, sound or document that goes with words. What is kept is what we made of what was sent:

    checked by content, without location and device data, pictures scaled, sound in one format. ``path`` is its place
    below the folder of files; ``name`` what the person called it, for showing only. ``words`` describe a picture or
    are what is said in a recording. Until the words are brought it has no ``contribution`` and belongs to its draft.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    contribution = models.ForeignKey(
        Contribution, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments"
    )
    draft = models.ForeignKey(Draft, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=10, choices=AttachmentKind.choices)
    content_type = models.CharField(max_length=80)
    name = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)
    words = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["added_at", "id"]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def length(self) -> str:
        """How long a recording is, such as 2:05."""
        return f"{self.seconds // 60}:{self.seconds % 60:02}"

    @property
    def form(self) -> str:
        """What kind of document it is, in letters that people know: PDF, DOCX, ODT or TXT."""
        return ENDINGS.get(self.content_type, "").upper()
