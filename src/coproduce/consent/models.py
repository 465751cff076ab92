"""What people agree to, use by use, version by version, and can take back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.history.models import Identified
from coproduce.people.models import Person
from coproduce.spaces.models import Space


class Use(models.TextChoices):
    """The uses that someone is asked about, each apart."""

    QUOTE = "quote", _("Quote my words without my name")
    ATTRIBUTED_QUOTE = "attributed_quote", _("Quote my words with the name I chose")
    RESEARCH_DATA = "research_data", _("Use my words as research data")
    REUSE = "reuse", _("Use my words in another project")
    ARCHIVE = "archive", _("Keep my words in an archive")
    LATER_CONTACT = "later_contact", _("Get in touch with me after this ends")


class AgreementText(Identified):
    """The wording of one agreement. A changed wording is a new version; who agreed to which stays known."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    use = models.CharField(max_length=20, choices=Use.choices)
    version = models.PositiveIntegerField(default=1)
    words = models.TextField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["use", "version"]
        constraints = [
            models.UniqueConstraint(fields=["space", "use", "version"], name="consent_text_one_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.version}"


class Agreement(Identified):
    """One person's answer to one text: yes or no, from when until when. The row without an end holds."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    use = models.CharField(max_length=20, choices=Use.choices)
    text = models.ForeignKey(AgreementText, on_delete=models.PROTECT, related_name="agreements")
    given = models.BooleanField()
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "person", "use"],
                condition=models.Q(ended_at=None),
                name="consent_agreement_one_holds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.use} {self.given}"
