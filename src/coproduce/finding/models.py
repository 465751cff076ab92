"""Everything that can be found by its words, in one table that the database itself keeps up to date."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coproduce.spaces.models import Space


class What(models.TextChoices):
    """What was found. The codes are those of ``index.SOURCES``."""

    CONTRIBUTION = "contribution", _("Something that was brought")
    THEME = "theme", _("A theme")
    CLAIM = "claim", _("A claim")
    PROPOSAL = "proposal", _("A decision, or a proposal")
    OUTCOME = "outcome", _("Something that came of it")


class Searchable(models.Model):
    """The words of one thing. Written by triggers alone (``index``), so it can never fall behind.

    ``subject`` is the key of the thing in its own table. ``marks`` are words of our own by which results are narrowed:
    what it is, and of a contribution its kind, ways, year and month. Whether somebody may see it is never decided here.
    """

    id = models.BigAutoField(primary_key=True)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=12, choices=What.choices)
    subject = models.UUIDField()
    words = models.TextField()
    marks = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "subject"], name="finding_searchable_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.subject}"
