"""Who is to be told what came of their words outside this site: by post, by phone, in the room.

Those who do not go online, and those who asked for another way, where their words carry their name. Of nameless words
only who wrote them down learns whose they are, and so tells them: nobody else is shown that name
(``docs/decisions/0031``). Everybody else reads it on their own pages, and by mail at the rhythm they chose.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from coproduce.contributions.known import known_to
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.decisions.models import ProposalSource
from coproduce.outcomes.models import Outcome, OutcomeSource, OutcomeState, Told
from coproduce.outcomes.queries import words_behind
from coproduce.people.models import Channel, Person
from coproduce.spaces.models import Membership, MembershipState, Space
from coproduce.themes.models import ThemeLink

OTHERWISE = (Channel.POST, Channel.PHONE, Channel.ROOM)
LOOKED_AT = 200
"""Of a space the newest outcomes whose people are looked for."""


def to_be_told(outcome: Outcome, reader: Person) -> QuerySet[Person]:
    """Those whose words led to the outcome and who are told outside this site, by name, as ``reader`` may know them.

    They are among them for words that carry their name, and those who do not go online also for words that the reader
    wrote down for them.
    """
    behind = words_behind(outcome)
    named = behind.filter(known_to(None)).order_by().values("author")
    known = behind.filter(known_to(reader)).order_by().values("author")
    here = Membership.objects.filter(space=outcome.space_id, person=OuterRef("pk"))
    assisted = Q(account=None, pseudonymous=False, pk__in=known)
    otherwise = Q(account__isnull=False, channel__in=OTHERWISE, pk__in=named)
    is_here = Exists(here.exclude(state=MembershipState.LEFT))
    return Person.objects.filter(assisted | otherwise, is_here).order_by("chosen_name", "pk")


@dataclass(frozen=True, slots=True)
class Untold:
    """Somebody to tell how far an outcome has come, and how they asked to be reached."""

    state: OutcomeState
    person: Person

    @property
    def outcome(self) -> Outcome:
        return self.state.outcome


def untold_in(space: Space, reader: Person | None = None, at_most: int = 100) -> list[Untold]:
    """Who is still to be told the newest state of an outcome, longest waiting first, as ``reader`` may know them (None:
    as anybody who facilitates may). Seven queries at most.
    """
    people = _who_is_told_otherwise(space)
    if not people:
        return []
    newer = OutcomeState.objects.filter(outcome=OuterRef("outcome"), number__gt=OuterRef("number"))
    newest = OutcomeState.objects.filter(~Exists(newer), outcome__space=space).select_related("outcome", "told_by")
    states = {state.outcome_id: state for state in newest.order_by("-at")[:LOOKED_AT]}
    told = set(Told.objects.filter(state__in=[one.pk for one in states.values()]).values_list("state", "person"))
    found: list[Untold] = []
    for pk, authors in _authors_behind(space, states, people, reader).items():
        states[pk].outcome.space = space
        found += [Untold(states[pk], people[one]) for one in authors if (states[pk].pk, one) not in told]
    return sorted(found, key=lambda one: (one.state.at, one.person.chosen_name))[:at_most]


def _who_is_told_otherwise(space: Space) -> dict[UUID, Person]:
    here = Membership.objects.filter(space=space).exclude(state=MembershipState.LEFT)
    assisted = Q(account=None, pseudonymous=False)
    found = Person.objects.filter(assisted | Q(channel__in=OTHERWISE), pk__in=here.values("person"))
    return {one.pk: one for one in found.order_by("chosen_name")}


def _authors_behind(
    space: Space, states: dict[UUID, OutcomeState], people: dict[UUID, Person], reader: Person | None
) -> dict[UUID, set[UUID]]:
    """By outcome those of the people whose words led there, as ``to_be_told`` says it for one. Four queries."""
    wrote = known_to(reader) & Q(author__account=None) | known_to(None)
    said = Contribution.objects.filter(wrote, space=space, author__in=list(people), state=ContributionState.VISIBLE)
    authors: dict[UUID, UUID] = dict(said.order_by().values_list("pk", "author"))
    links = ThemeLink.objects.filter(ended_at=None, contribution__in=said.values("pk"))
    into: dict[UUID, list[tuple[datetime, UUID]]] = defaultdict(list)
    for theme, words, at in links.order_by().values_list("theme", "contribution", "linked_at"):
        if words in authors:
            into[theme].append((at, authors[words]))
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for outcome, row, until in _rows_behind(states):
        if row.contribution_id in authors:
            found[outcome].add(authors[row.contribution_id])
        if row.theme_id is not None:
            found[outcome] |= {author for at, author in into[row.theme_id] if at <= until}
    return found


def _rows_behind(
    states: dict[UUID, OutcomeState],
) -> Iterator[tuple[UUID, OutcomeSource | ProposalSource, datetime]]:
    """The sources of these outcomes and of the decisions behind them: (outcome, source, what was there until when)."""
    sources = list(OutcomeSource.objects.filter(outcome__in=list(states)).select_related("decision"))
    proposals = [one.decision.proposal_id for one in sources if one.decision is not None]
    proposed: dict[UUID, list[ProposalSource]] = defaultdict(list)
    for row in ProposalSource.objects.filter(proposal__in=proposals):
        proposed[row.proposal_id].append(row)
    for source in sources:
        if source.decision is None:
            yield source.outcome_id, source, states[source.outcome_id].outcome.recorded_at
        else:
            for row in proposed[source.decision.proposal_id]:
                yield source.outcome_id, row, source.decision.decided_at


def told_of(outcome: Outcome, reader: Person) -> list[Told]:
    """Who was told, how, by whom and when, newest first, as ``reader`` may know them. One query."""
    known = words_behind(outcome).filter(known_to(reader)).order_by().values("author")
    told = Told.objects.filter(Q(told_by=reader) | Q(person__in=known), state__outcome=outcome)
    found = told.select_related("person", "told_by", "state")
    return list(found.order_by("-on", "-noted_at"))
