"""From whose words a decision or an outcome comes, and which ways of knowing reached it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.urls import reverse

from coproduce.contributions.models import ContributionState
from coproduce.contributions.queries import visible_contributions
from coproduce.decisions.models import Proposal, ProposalSource
from coproduce.deliberation.queries import SourceWords, as_sources
from coproduce.priorities.models import Question
from coproduce.spaces.access import Place
from coproduce.themes.models import ThemeLink
from coproduce.ways import LETTERS, in_order

VOICES = 8
"""Contributions drawn one by one in the picture of a decision; of the rest each theme is one thread."""


@dataclass(frozen=True, slots=True)
class ThemeSource:
    """A theme something comes from, with the visible contributions in it that are not named on their own.

    ways: every way of knowing that is among them; by_way: how many of them were given with each letter.
    """

    pk: UUID
    name: str
    url: str
    contributions: int
    ways: str
    by_way: dict[str, int]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """From whose words a decision or an outcome comes. ``gone``: the states of sources taken back or out of sight;
    ``questions``: those of a list of what matters most that it takes up. The words behind them are among ``words``.
    """

    words: list[SourceWords]
    themes: list[ThemeSource]
    gone: list[str]
    questions: list[Question] = field(default_factory=list)

    def by_way(self) -> dict[str, int]:
        """How many contributions reached it with each way of knowing, in the order of drawing; 0 for none."""
        return {
            letter: sum(letter in each.ways for each in self.words)
            + sum(theme.by_way.get(letter, 0) for theme in self.themes)
            for letter in LETTERS
        }

    @property
    def total(self) -> int:
        return len(self.words) + sum(theme.contributions for theme in self.themes)


def knowledge_of(place: Place, proposal: Proposal) -> Knowledge:
    """The words, themes and questions that a proposal was made from. Three queries, four for visitors."""
    sources = list(
        ProposalSource.objects.filter(proposal=proposal)
        .select_related("contribution__author", "theme__merged_into", "question__exercise")
        .order_by("contribution__said_on", "theme__proposed_at", "question__final__place", "pk")
    )
    knowledge = knowledge_from(place, sources)
    questions = [each.question for each in sources if each.question is not None]
    for question in questions:
        question.exercise.space = place.space
    return replace(knowledge, questions=questions)


def knowledge_from(place: Place, sources: Sequence[object]) -> Knowledge:
    """The same from rows that have a ``contribution`` or a ``theme``. Two queries at most, three for visitors."""
    contributions = [each.contribution for each in sources if getattr(each, "contribution", None)]  # type: ignore[attr-defined]
    shown = as_sources(place, contributions)
    words = [source for source in shown if not source.is_gone]
    themes = {}
    for each in sources:
        theme = getattr(each, "theme", None)
        if theme is not None:
            present = theme.merged_into or theme
            themes[present.pk] = present
    inside = _in_themes(place, list(themes), [each.pk for each in contributions]) if themes else {}
    rows = []
    for pk, theme in themes.items():
        counts = inside.get(pk, {})
        rows.append(
            ThemeSource(
                pk=pk,
                name=theme.name,
                url=reverse("themes:theme", args=[place.space.slug, pk]),
                contributions=sum(counts.values()),
                ways=in_order("".join(counts)),
                by_way={letter: sum(n for ways, n in counts.items() if letter in ways) for letter in LETTERS},
            )
        )
    return Knowledge(words, rows, [source.state for source in shown if source.is_gone])


def _in_themes(place: Place, themes: list[UUID], besides: list[UUID]) -> dict[UUID, dict[str, int]]:
    """For each theme how many visible contributions were given with which ways, ``besides`` left out."""
    links = ThemeLink.objects.filter(theme__in=themes, ended_at=None).exclude(contribution__in=besides)
    if place.is_member:
        links = links.filter(contribution__state=ContributionState.VISIBLE)
    else:
        links = links.filter(contribution__in=visible_contributions(place).select_related(None).values("pk"))
    found: dict[UUID, dict[str, int]] = {}
    # A contribution that is in two of the themes is counted in the first alone, so that totals hold.
    seen: set[UUID] = set()
    rows = links.order_by("linked_at", "pk").values_list("theme", "contribution", "contribution__ways")
    for theme, contribution, ways in rows:
        if contribution not in seen:
            seen.add(contribution)
            counts = found.setdefault(theme, {})
            counts[ways] = counts.get(ways, 0) + 1
    return found
