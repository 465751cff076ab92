"""What the front page of a space says, pulled from everything below."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from coproduce import clock
from coproduce.contributions.models import Acknowledgement, Contribution, ContributionState, FramingSource
from coproduce.contributions.queries import may_be_seen, visible_contributions
from coproduce.decisions.models import Decision, Proposal, ProposalSource, ProposalState
from coproduce.outcomes.models import OutcomeState
from coproduce.people.models import Attribution, Person
from coproduce.people.naming import shown_name
from coproduce.spaces.access import Place
from coproduce.spaces.models import Framing
from coproduce.themes.models import Theme, ThemeLink, ThemeState
from coproduce.ways import in_order

LATELY = 12
"""How many of the newest of each kind are looked at."""

SINCE_AT_MOST = 5
UNTHEMED_COUNTED_TO = 100


class Happening(NamedTuple):
    """Something that happened in a space, as one row of ``happenings``.

    what: ``answered acknowledged linked theme proposed decided outcome reframed``; subject: what it leads to;
    title: the words, name or wording it is about; how: the verb, origin or state; ways, attribution and names: of
    whoever spoke; actor: who did it; mine: it came from words of the person who asks.
    """

    what: str
    at: datetime
    subject: UUID
    title: str
    how: str
    ways: str
    attribution: str
    full_name: str
    chosen_name: str
    actor: UUID
    mine: bool

    @property
    def name(self) -> str:
        """The name of whoever spoke, as they chose it that time."""
        speaker = Person(full_name=self.full_name, chosen_name=self.chosen_name)
        return shown_name(speaker, self.attribution, self.ways)


def _text(value: str) -> Value:
    return Value(value, output_field=TextField())


def _rows(
    found: QuerySet[Any],
    what: str,
    at: str,
    *,
    subject: str = "pk",
    title: str,
    how: Any = "",
    ways: Any = "",
    attribution: Any = Attribution.CHOSEN,
    person: str,
    mine: Any = False,
) -> QuerySet[Any]:
    """The newest ``LATELY`` of a kind in the columns of ``Happening``, so that kinds can be united in one query."""
    newest = found.model.objects.filter(pk__in=found.order_by(f"-{at}").values("pk")[:LATELY])
    return newest.order_by().values_list(
        _text(what),
        F(at),
        F(subject),
        Cast(F(title), TextField()),
        how if not isinstance(how, str) else _text(how),
        ways if not isinstance(ways, str) else _text(ways),
        attribution if not isinstance(attribution, str) else _text(attribution),
        F(f"{person}__full_name"),
        F(f"{person}__chosen_name"),
        F(f"{person}__pk"),
        mine if not isinstance(mine, bool) else Value(mine),
    )


def _as_text(field: str) -> Cast:
    return Cast(F(field), TextField())


def happenings(place: Place) -> list[Happening]:
    """The newest of what happened in the space, for members, newest first. One query.

    At most ``LATELY`` of each kind: answers and acknowledgements to the person's own words, words put into themes,
    themes, proposals, decisions, states of outcomes, and wordings of the question after the first.
    """
    first, *others = [*_to_my_words(place), *_in_the_space(place)]
    united = first.union(*others, all=True)
    return sorted((Happening(*row) for row in united), key=lambda one: one.at, reverse=True)


def _to_my_words(place: Place) -> list[QuerySet[Any]]:
    me, space = place.person, place.space
    # The space of the words, not of the answers (it is the same): so the planner begins with the person's own words.
    answers = Contribution.objects.filter(state=ContributionState.VISIBLE, answers__space=space, answers__author=me)
    thanks = Acknowledgement.objects.filter(contribution__space=space, contribution__author=me)
    return [
        _rows(
            answers.exclude(author=me),
            "answered", "brought_at", title="answers__words", how=_as_text("verb"), ways=_as_text("ways"),
            attribution=_as_text("attribution"), person="author", mine=True,
        ),
        _rows(
            thanks.exclude(person=me),
            "acknowledged", "at", subject="contribution_id", title="contribution__words",
            ways=_as_text("contribution__ways"), person="person", mine=True,
        ),
    ]  # fmt: skip


def _in_the_space(place: Place) -> list[QuerySet[Any]]:
    space, own = place.space, _own_sources(place.person)
    themes = Theme.objects.filter(space=space, state=ThemeState.OPEN)
    links = ThemeLink.objects.filter(theme__in=themes, ended_at=None, contribution__state=ContributionState.VISIBLE)
    return [
        _rows(
            links, "linked", "linked_at", subject="theme_id", title="theme__name",
            ways=_as_text("contribution__ways"), person="linked_by",
        ),
        _rows(themes, "theme", "proposed_at", title="name", how=_as_text("origin"), person="proposed_by"),
        _rows(
            Proposal.objects.filter(space=space, state=ProposalState.OPEN),
            "proposed", "opened_at", title="title", person="proposed_by",
        ),
        _rows(
            Decision.objects.filter(proposal__space=space),
            "decided", "decided_at", subject="proposal_id", title="proposal__title",
            how=Case(When(agreed=True, then=_text("agreed")), default=_text("not_agreed")),
            person="closed_by", mine=Exists(own.filter(proposal=OuterRef("proposal"))),
        ),
        _rows(
            OutcomeState.objects.filter(outcome__space=space),
            "outcome", "at", subject="outcome_id", title="outcome__title", how=_as_text("state"), person="told_by",
        ),
        _rows(
            Framing.objects.filter(space=space, number__gt=1),
            "reframed", "framed_at", title="words", person="framed_by",
        ),
    ]  # fmt: skip


def _own_sources(me: Person | None) -> QuerySet[ProposalSource]:
    """Sources of proposals that are someone's words, or themes that hold them."""
    in_theme = ThemeLink.objects.filter(theme=OuterRef("theme"), contribution__author=me, ended_at=None)
    return ProposalSource.objects.filter(Q(contribution__author=me) | Exists(in_theme))


def since_last_here(place: Place, lately: list[Happening]) -> tuple[datetime | None, list[Happening]]:
    """When the person was here before, and what others have done since: what touches their own words first.

    At most ``SINCE_AT_MOST``. ``(None, [])`` on a first visit. No query. A visit that began within the hour is
    the same visit, so what it said is still said.
    """
    membership = place.membership
    if membership is None or membership.last_here_at is None:
        return None, []
    same_visit = membership.last_here_at > clock.now() - timedelta(hours=1)
    since = membership.here_before_at if same_visit else membership.last_here_at
    if since is None:
        return None, []
    person = place.person.pk if place.person is not None else None
    new = [one for one in lately if one.at > since and one.actor != person and one.what != "linked"]
    newest_states: dict[tuple[str, UUID], Happening] = {}
    for one in new:
        newest_states.setdefault((one.what, one.subject), one)
    ordered = sorted(newest_states.values(), key=lambda one: (not one.mine, -one.at.timestamp()))
    return since, ordered[:SINCE_AT_MOST]


@dataclass(frozen=True, slots=True)
class Woven:
    """What is being woven now. Empty parts are left out of the page.

    theme: the newest link to a theme, and ways: the letters lately brought to it; decided, proposed, outcome: newest.
    """

    theme: Happening | None
    ways: str
    decided: Happening | None
    proposed: Happening | None
    outcome: Happening | None

    @property
    def letters(self) -> str:
        """The ways of knowing lately brought to the theme, once each."""
        return in_order(self.ways)

    def __bool__(self) -> bool:
        return any((self.theme, self.decided, self.proposed, self.outcome))


def woven_now(lately: list[Happening]) -> Woven:
    """The newest of each kind that the page speaks of. No query."""
    newest = {one.what: one for one in reversed(lately)}
    theme = newest.get("linked")
    ways = "".join(one.ways for one in lately if theme and one.what == "linked" and one.subject == theme.subject)
    return Woven(theme, ways, newest.get("decided"), newest.get("proposed"), newest.get("outcome"))


def words_that_changed(place: Place) -> list[tuple[int, Contribution]]:
    """(number of the wording, contribution) for every wording that came from words this person may see. One query."""
    sources = (
        FramingSource.objects.filter(
            framing__space=place.space,
            contribution__state=ContributionState.VISIBLE,
        )
        .select_related("contribution__author", "contribution__gathering")
        .annotate(number=F("framing__number"))
        .order_by("-number", "contribution__said_on", "pk")
    )
    if not place.is_member:
        sources = sources.filter(may_be_seen(place, "contribution__"))
    return [(source.number, source.contribution) for source in sources[:100]]


def ends_of_themes(place: Place, themes: list[UUID]) -> dict[UUID, list[str]]:
    """theme -> the states of its proposals (``agreed not_agreed open``). One query."""
    found: dict[UUID, list[str]] = {}
    rows = ProposalSource.objects.filter(theme__in=themes, proposal__space=place.space)
    for theme, state in rows.values_list("theme", "proposal__state"):
        if theme is not None:
            found.setdefault(theme, []).append(state)
    return found


def unthemed(place: Place) -> int:
    """How many contributions (answers aside) are in no theme, counted to ``UNTHEMED_COUNTED_TO`` + 1. One query."""
    held = ThemeLink.objects.filter(contribution=OuterRef("pk"), ended_at=None, theme__state=ThemeState.OPEN)
    return visible_contributions(place).filter(~Exists(held), answers=None)[: UNTHEMED_COUNTED_TO + 1].count()
