"""What the front page of a space says, pulled from everything below."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from coproduce import clock
from coproduce.contributions.models import Acknowledgement, Contribution, ContributionState, FramingSource
from coproduce.contributions.queries import WORDS_WAIT_FOR, seen_by
from coproduce.decisions.models import Decision, Proposal, ProposalSource, ProposalState
from coproduce.outcomes.models import OutcomeState
from coproduce.outcomes.queries.waiting import led_from_words_of
from coproduce.people.models import Attribution, Person
from coproduce.people.naming import shown_name
from coproduce.prepared import given, given_many, prepared
from coproduce.reports.front_quiet import for_me_alone
from coproduce.spaces.access import Place
from coproduce.spaces.models import Framing, SpaceState
from coproduce.themes.models import Theme, ThemeLink, ThemeState
from coproduce.ways import in_order

LATELY = 12
"""How many of the newest of each kind are looked at."""

SINCE_AT_MOST = 5
UNTHEMED_AMONG = 500
UNTHEMED_COUNTED_TO = 100
GONE_AT_MOST = 500


class Happening(NamedTuple):
    """Something that happened in a space, as one row of ``happenings``.

    what: ``answered acknowledged waits asked meant followed grown linked theme proposed decided due outcome reframed``;
    subject: what it leads to; title: the words, name or wording it is about; how: the verb, origin or state, or the day
    that was due; ways, attribution and names: of whoever spoke; actor: who did it; mine: it came from words of the
    person who asks.
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
    title: Any,
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
        Cast(F(title) if isinstance(title, str) else title, TextField()),
        how if not isinstance(how, str) else _text(how),
        ways if not isinstance(ways, str) else _text(ways),
        attribution if not isinstance(attribution, str) else _text(attribution),
        F(f"{person}__full_name"),
        F(f"{person}__chosen_name"),
        F(f"{person}__pk"),
        mine if not isinstance(mine, bool) else Value(mine),
    )


def _words_or_note(path: str) -> Case:
    """The words at the end of a path; for words with a note to read first, the note."""
    in_sight = When(**{f"{path}content_note": ""}, then=F(f"{path}words"))
    return Case(in_sight, default=F(f"{path}content_note"), output_field=TextField())


def _as_text(field: str) -> Cast:
    return Cast(F(field), TextField())


def happenings(place: Place) -> list[Happening]:
    """The newest of what happened in the space, for members, newest first. One query.

    At most ``LATELY`` of each kind: since the person was here before, answers and acknowledgements to their own words,
    and what is for them alone (``front_quiet``); words put into the theme that grew last; themes, proposals, decisions
    and those that are due to be looked at again, states of outcomes, and wordings of the question after the first.
    """
    since = was_here(place)
    person = place.person.pk if place.person is not None else None
    given_now = {"space": place.space.pk, "me": person, "since": since, "today": clock.today()}
    rows: Any = _happenings(was_here=since is not None)(**given_now)
    return sorted((Happening(*row) for row in rows), key=lambda one: one.at, reverse=True)


@prepared
def _happenings(*, was_here: bool) -> QuerySet[Any, Any]:
    mine = [*_to_my_words(), *for_me_alone(_rows, given("since", DateTimeField()))] if was_here else []
    first, *others = [*mine, *_in_the_space()]
    return first.union(*others, all=True)


def _to_my_words() -> list[QuerySet[Any]]:
    me, space, since = given("me"), given("space"), given("since", DateTimeField())
    # Asked of an expression, so that the database begins with what is new and not with all that the person ever said.
    answers = Contribution.objects.alias(spoke=Coalesce("answers__author", "answers__author")).filter(
        space=space, state=ContributionState.VISIBLE, answers__isnull=False, spoke=me, brought_at__gt=since
    )
    thanks = Acknowledgement.objects.alias(
        spoke=Coalesce("contribution__author", "contribution__author"),
        where=Coalesce("contribution__space", "contribution__space"),
    ).filter(where=space, spoke=me, at__gt=since)
    return [
        _rows(
            answers.exclude(author=me),
            "answered", "brought_at", title=_words_or_note("answers__"), how=_as_text("verb"), ways=_as_text("ways"),
            attribution=_as_text("attribution"), person="author", mine=True,
        ),
        _rows(
            thanks.exclude(person=me),
            "acknowledged", "at", subject="contribution_id", title=_words_or_note("contribution__"),
            ways=_as_text("contribution__ways"), person="person", mine=True,
        ),
    ]  # fmt: skip


def _newest_links() -> QuerySet[ThemeLink]:
    """Links to words in sight, of the theme that somebody put words into last."""
    seen = ThemeLink.objects.filter(ended_at=None, contribution__state=ContributionState.VISIBLE)
    newest = seen.filter(theme=OuterRef("pk")).order_by("-linked_at").values("linked_at")[:1]
    grew = Theme.objects.filter(space=given("space"), state=ThemeState.OPEN).annotate(grew_at=Subquery(newest))
    last = grew.filter(grew_at__isnull=False).order_by("-grew_at", "pk").values("pk")[:1]
    return seen.filter(theme=Subquery(last))


def _in_the_space() -> list[QuerySet[Any]]:
    space, own = given("space"), _own_sources()
    return [
        _rows(
            _newest_links(), "linked", "linked_at", subject="theme_id", title="theme__name",
            ways=_as_text("contribution__ways"), person="linked_by",
        ),
        _rows(
            Theme.objects.filter(space=space, state=ThemeState.OPEN),
            "theme", "proposed_at", title="name", how=_as_text("origin"), person="proposed_by",
        ),
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
            Decision.objects.filter(
                proposal__space=space, review_on__lte=given("today", DateField()), looked_at_again=None
            ),
            "due", "decided_at", subject="proposal_id", title="proposal__title", how=_as_text("review_on"),
            person="closed_by",
        ),
        _rows(
            OutcomeState.objects.filter(outcome__space=space),
            "outcome", "at", subject="outcome_id", title="outcome__title", how=_as_text("state"), person="told_by",
            mine=ExpressionWrapper(
                led_from_words_of(given("me"), given("space"), "outcome"), output_field=BooleanField()
            ),
        ),
        _rows(
            Framing.objects.filter(space=space, number__gt=1),
            "reframed", "framed_at", title="words", person="framed_by",
        ),
    ]  # fmt: skip


def _own_sources() -> QuerySet[ProposalSource]:
    """Sources of proposals that are someone's words, or themes that hold them."""
    me = given("me")
    in_theme = ThemeLink.objects.filter(theme=OuterRef("theme"), contribution__author=me, ended_at=None)
    return ProposalSource.objects.filter(Q(contribution__author=me) | Exists(in_theme))


def was_here(place: Place) -> datetime | None:
    """When the person was here before; None on a first visit. A visit that began within the hour is the same visit."""
    membership = place.membership
    if membership is None or membership.last_here_at is None:
        return None
    same_visit = membership.last_here_at > clock.now() - timedelta(hours=1)
    return membership.here_before_at if same_visit else membership.last_here_at


def since_last_here(place: Place, lately: list[Happening]) -> tuple[datetime | None, list[Happening]]:
    """When the person was here before, and what others have done since: what touches their own words first.

    At most ``SINCE_AT_MOST``. ``(None, [])`` on a first visit. No query. A visit that began within the hour is
    the same visit, so what it said is still said.
    """
    since = was_here(place)
    if since is None:
        return None, []
    person = place.person.pk if place.person is not None else None
    # A question by name waits, without a hurry, until it is looked at; words for one's yes as long as they are kept.
    new = [one for one in lately if (one.at > since or one.what == "asked") and one.actor != person]
    new += [one for one in lately if one.what == "waits" and one.at > clock.now() - WORDS_WAIT_FOR]
    new = [one for one in new if one.what not in ("linked", "due")]
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


def to_look_at_again(place: Place, lately: list[Happening]) -> list[tuple[Happening, date]]:
    """Decisions whose day has come, with that day, the longest due first: for whoever can act on it. No query."""
    if not place.is_member or place.space.state == SpaceState.ENDED:
        return []
    due = [(one, date.fromisoformat(one.how)) for one in lately if one.what == "due"]
    return sorted(due, key=lambda pair: pair[1])


def words_that_changed(place: Place) -> list[tuple[int, Contribution]]:
    """(number of the wording, contribution) for every wording that came from words this person may see. One query.

    ``opening`` of each is the passage that people marked first in these words, or the words themselves.
    """
    sources: Any = list(_words_that_changed(is_member=place.is_member)(space=place.space.pk))
    for source in sources:
        words = source.contribution.words
        source.contribution.opening = words[source.start : source.end] if source.end else words
    return [(source.number, source.contribution) for source in sources]


def sources_gone_from_wordings(place: Place) -> dict[int, list[str]]:
    """By number of the wording: the states of words it came from that cannot be read any more. One query.

    Visitors are not told which: "" stands for each.
    """
    sources = FramingSource.objects.filter(framing__space=place.space)
    gone = sources.exclude(contribution__state=ContributionState.VISIBLE).order_by("framing__number")
    found: dict[int, list[str]] = {}
    for number, state in gone.values_list("framing__number", "contribution__state")[:GONE_AT_MOST]:
        found.setdefault(number, []).append(state if place.is_member else "")
    return found


@prepared
def _words_that_changed(*, is_member: bool) -> QuerySet[FramingSource]:
    seen = seen_by(is_member=is_member, through="contribution__")
    sources = FramingSource.objects.filter(seen, framing__space=given("space"))
    marked = ThemeLink.objects.filter(
        contribution=OuterRef("contribution"),
        version=OuterRef("contribution__version"),
        ended_at=None,
        start__isnull=False,
    ).order_by("linked_at", "id")
    told = sources.select_related("contribution__author", "contribution__gathering").annotate(
        number=F("framing__number"),
        start=Subquery(marked.values("start")[:1]),
        end=Subquery(marked.values("end")[:1]),
    )
    return told.order_by("-number", "contribution__said_on", "pk")[:100]


def ends_of_themes(place: Place, themes: list[UUID]) -> dict[UUID, list[str]]:
    """theme -> the states of its proposals (``agreed not_agreed open``). One query."""
    found: dict[UUID, list[str]] = {}
    rows: Any = _ends()(space=place.space.pk, themes=themes)
    for theme, state in rows:
        found.setdefault(theme, []).append(state)
    return found


@prepared
def _ends() -> QuerySet[ProposalSource, Any]:
    found = ProposalSource.objects.filter(theme__in=given_many("themes"), proposal__space=given("space"))
    return found.values_list("theme", "proposal__state")


def unthemed(place: Place) -> int:
    """How many of the newest ``UNTHEMED_AMONG`` contributions (answers aside) are in no theme, counted to
    ``UNTHEMED_COUNTED_TO`` + 1. One query, which stops looking however much was brought.
    """
    return len(_unthemed(is_member=place.is_member)(space=place.space.pk))


@prepared
def _unthemed(*, is_member: bool) -> QuerySet[Contribution, Any]:
    held = ThemeLink.objects.filter(contribution=OuterRef("pk"), ended_at=None, theme__state=ThemeState.OPEN)
    brought = Contribution.objects.filter(space=given("space"), state=ContributionState.VISIBLE, answers=None)
    newest = brought.order_by("-said_on", "-id").values("pk")[:UNTHEMED_AMONG]
    found = Contribution.objects.filter(seen_by(is_member=is_member), ~Exists(held), pk__in=newest)
    return found.order_by().values_list(Value(1))[: UNTHEMED_COUNTED_TO + 1]
