"""What is new for one person alone: questions by name, words meant for them, and what they follow.

Each part has the columns of ``front_queries.Happening``, so that the front page asks for everything in one query. What
the person asked not to see under somebody's name is left out. Nothing here is ever shown to anybody else.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce

from coproduce.contributions.models import Contribution, ContributionState, WaitingWords
from coproduce.conversation.models import Ask, Following, Mention, Muted
from coproduce.conversation.queries import OPEN
from coproduce.people.models import Attribution
from coproduce.prepared import given
from coproduce.themes.models import ThemeLink, ThemeState

Rows = Callable[..., QuerySet[Any]]


def for_me_alone(rows: Rows, since: Any) -> list[QuerySet[Any]]:
    """Five parts for the union of ``front_queries``; ``rows`` puts each in its columns."""
    return [_waits(rows), _asked(rows), _meant(rows, since), _answered(rows, since), _grown(rows, since)]


def _text(field: str) -> Cast:
    return Cast(F(field), TextField())


def _muted(author: str, attribution: Any) -> Exists:
    held = Muted.objects.filter(space=given("space"), person=given("me"), author=OuterRef(author))
    return Exists(held.filter(attribution=attribution))


def _waits(rows: Rows) -> QuerySet[Any]:
    """Words that were written down for the person on a phone that was passed round, and wait for their yes.

    The title is the token of their page.
    """
    waiting = WaitingWords.objects.filter(space=given("space"), person=given("me"))
    return rows(waiting, "waits", "written_at", title="token", person="person", mine=True)


def _asked(rows: Rows) -> QuerySet[Any]:
    """Questions by name that the person has not looked at yet, however long they have waited."""
    asks = Ask.objects.filter(OPEN, space=given("space"), asked=given("me"), seen_at=None)
    shown = asks.filter(~_muted("by", Attribution.CHOSEN.value))
    return rows(shown, "asked", "at", title="by__chosen_name", person="by", mine=True)


def _meant(rows: Rows, since: Any) -> QuerySet[Any]:
    mentions = Mention.objects.alias(where=Coalesce("contribution__space", "contribution__space")).filter(
        person=given("me"), at__gt=since, where=given("space"), contribution__state=ContributionState.VISIBLE
    )
    shown = mentions.filter(~_muted("contribution__author", OuterRef("contribution__attribution")))
    # Whose words they are is told by the name beside them, never by who pressed the button.
    return rows(
        shown, "meant", "at", subject="contribution_id", title="contribution__kind", ways=_text("contribution__ways"),
        attribution=_text("contribution__attribution"), person="contribution__author", mine=True,
    )  # fmt: skip


def _answered(rows: Rows, since: Any) -> QuerySet[Any]:
    """Answers to words that the person follows, but for their own words, whose answers are told anyway."""
    followed = Following.objects.filter(person=given("me"), contribution__isnull=False, ended_at=None)
    answers = Contribution.objects.filter(
        answers__in=followed.values("contribution"), space=given("space"), state=ContributionState.VISIBLE,
        answers__state=ContributionState.VISIBLE, brought_at__gt=since,
    ).exclude(author=given("me")).exclude(answers__author=given("me"))  # fmt: skip
    shown = answers.filter(~_muted("author", OuterRef("attribution")))
    # Words that carry a note are not quoted without it.
    quotable = When(answers__content_note="", then=_text("answers__words"))
    about = Case(quotable, default=Value("", TextField()), output_field=TextField())
    return rows(
        shown, "followed", "brought_at", title=about, how=_text("verb"), ways=_text("ways"),
        attribution=_text("attribution"), person="author", mine=True,
    )  # fmt: skip


def _grown(rows: Rows, since: Any) -> QuerySet[Any]:
    """Words that others put into themes that the person follows."""
    followed = Following.objects.filter(person=given("me"), theme__isnull=False, ended_at=None)
    # It begins with the few themes that are followed, never with all links.
    links = ThemeLink.objects.alias(where=Coalesce("theme__space", "theme__space")).filter(
        theme__in=followed.values("theme"), where=given("space"), theme__state=ThemeState.OPEN, ended_at=None,
        linked_at__gt=since, contribution__state=ContributionState.VISIBLE,
    ).exclude(linked_by=given("me"))  # fmt: skip
    return rows(
        links, "grown", "linked_at", subject="theme_id", title="theme__name", ways=_text("contribution__ways"),
        person="linked_by", mine=True,
    )  # fmt: skip
