"""Themes: names that people give to what several contributions share."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.history.models import Identified
from coproduce.people.models import Person
from coproduce.spaces.models import Space

COLOURS = {
    "#b5351f": _("Madder red"),
    "#93690a": _("Weld yellow"),
    "#3f7330": _("Leaf green"),
    "#0f7a7c": _("Verdigris"),
    "#27589b": _("Woad blue"),
    "#7a4fa3": _("Violet"),
    "#a8326a": _("Rose"),
    "#6b6157": _("Walnut"),
}
"""Colours that a theme may have beside its name, all 3 : 1 or more on every ground. A colour never stands alone."""


class Origin(models.TextChoices):
    AGENDA = "agenda", _("on our first agenda")
    EMERGED = "emerged", _("arose as we went")


class ThemeState(models.TextChoices):
    OPEN = "open", _("open")
    MERGED = "merged", _("merged into another")


class Theme(Identified):
    """A name, and whether it was on an opening agenda or arose, and from whom."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    words = models.TextField(blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.EMERGED)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=ThemeState.choices, default=ThemeState.OPEN)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    split_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="splits")
    source = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    colour = models.CharField(max_length=7, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")),
                name="themes_theme_is_not_its_own_parent",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", merged_into=None)
                | models.Q(state="merged", merged_into__isnull=False),
                name="themes_theme_merged_says_into_what",
            ),
            models.UniqueConstraint(
                fields=["space", "source"], condition=~models.Q(source=""), name="themes_theme_source_once"
            ),
        ]
        indexes = [models.Index(fields=["space", "state", "proposed_at"], name="themes_theme_in_space")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("themes:theme", args=[self.space.slug, self.pk])


class ThemeChangeKind(models.TextChoices):
    RENAMED = "renamed", _("renamed")
    MERGED = "merged", _("merged")
    SPLIT = "split", _("split")
    PLACED = "placed", _("put under another, or on its own")


class ThemeChange(Identified):
    """A theme was renamed, merged, split or placed: by whom, why, and how it was before.

    ``other``: merged into which, which was split from it, under which it was put. ``stood_under``: under which it
    stood. What was undone stays, with who undid it.
    """

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=ThemeChangeKind.choices)
    before = models.CharField(max_length=120)
    after = models.CharField(max_length=120)
    other = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words_before = models.TextField(blank=True)
    words_after = models.TextField(blank=True)
    stood_under = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(blank=True)
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)
    undone_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["changed_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.before}"


class ThemeLink(Identified):
    """A contribution, or a passage of it, belongs to a theme: who said so, and why.

    ``start`` and ``end`` count code points of version ``version`` of the words, from 0, end excluded;
    both empty means the whole. An ended link stays on the record. Each person links for themselves: two people who
    mark the same passage for the same theme made two links. ``moved_from`` and ``moved_by``: the link that this one
    carries on, and the merge or split that moved it.
    """

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="links")
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=1)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    why = models.TextField(blank=True)
    linked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    moved_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    moved_by = models.ForeignKey(ThemeChange, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["linked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(start=None, end=None) | models.Q(start__gte=0, end__gt=models.F("start")),
                name="themes_link_passage_is_a_stretch",
            ),
            models.UniqueConstraint(
                fields=["theme", "contribution", "version", "start", "end", "linked_by"],
                condition=models.Q(ended_at=None),
                name="themes_link_once",
            ),
            models.UniqueConstraint(
                fields=["theme", "contribution", "linked_by"],
                condition=models.Q(ended_at=None, start=None),
                name="themes_link_whole_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["theme", "linked_at", "id"], condition=models.Q(ended_at=None), name="themes_link_in_theme"
            ),
            # Somebody who reads on is offered the themes they used last.
            models.Index(fields=["linked_by", "linked_at"], name="themes_link_made_by"),
            # Nearly every link was moved by nothing. Where SQLite has counted (ANALYZE) it takes the key's own index
            # for useless, and looks for what a theme took over among all words: seconds in a large space.
            models.Index(fields=["moved_by"], condition=models.Q(moved_by__isnull=False), name="themes_link_moved_by"),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} in {self.theme_id}"


class CodingNote(Identified):
    """Something said about a passage that two people put to different themes: talk, where others would take a mean."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="+")
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    words = models.TextField()
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["said_at", "id"]
        indexes = [models.Index(fields=["contribution", "theme"], name="themes_note_about")]

    def __str__(self) -> str:
        return self.words[:60]
