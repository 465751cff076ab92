"""What the charter asks for before a proposal may be closed, and what of it is still missing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.contrib.humanize.templatetags.humanize import apnumber
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coproduce import clock
from coproduce.ballots.models import Ballot, RegisterEntry
from coproduce.ballots.queries import result_of
from coproduce.decisions.models import (
    AdviceAsked,
    Amendment,
    AskedBecause,
    Eligible,
    Position,
    PositionKind,
    Proposal,
    ProposalState,
    ProposalVersion,
    Stage,
    TimeAsked,
    Voice,
    VoiceKind,
)
from coproduce.decisions.queries.finding import present_version
from coproduce.spaces.charters import CharterRules, changed_rules
from coproduce.spaces.models import Deciding, Membership, MembershipState
from coproduce.spaces.queries import charter_with_rights, needs_in_order
from coproduce.ways import LETTERS, Way

YES = (PositionKind.CONSENT, PositionKind.RESERVATIONS)


@dataclass(frozen=True, slots=True)
class Need:
    """How many people who know in one way the charter asks for, and whether they were here. Never how many came.

    is_told: whether that may be told now. Of fewer people than the space's threshold it would say who has spoken or
    voted, to whoever looks before and after; so it is told once the proposal is agreed, which it could not be without.
    is_open: whether it can still be agreed.
    """

    way: Way
    people: int
    is_met: bool
    is_told: bool = True
    is_open: bool = True

    @property
    def sentence(self) -> str:
        """*two needed. They were here.*"""
        if not self.is_told and not self.is_open:
            said = ngettext(
                "%(n)s needed. They are few, so whether they were here is not told.",
                "%(n)s needed. They are few, so whether they were here is not told.",
                self.people,
            )
        elif not self.is_told:
            said = ngettext(
                "%(n)s needed. They are few, so whether they were here is told once it is agreed.",
                "%(n)s needed. They are few, so whether they were here is told once it is agreed.",
                self.people,
            )
        elif self.is_met:
            said = ngettext("%(n)s needed. They were here.", "%(n)s needed. They were here.", self.people)
        else:
            said = ngettext("%(n)s needed. Not yet.", "%(n)s needed. Not yet.", self.people)
        return said % {"n": apnumber(self.people)}


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a proposal may be closed as agreed, rule by rule.

    reading_until: the first day on which it may be closed; waits_until: the day until which closing waits for somebody
    who asked for time, None for nobody; questions, amendments: how many wait for an answer; missing: sentences about
    what is not met, empty when all is.
    """

    reading_until: date
    waits_until: date | None
    needs: list[Need]
    objections: int
    objections_allowed: int
    has_consent: bool
    questions: int
    amendments: int
    missing: list[str] = field(default_factory=list)

    @property
    def reading_is_over(self) -> bool:
        today = clock.today()
        return today >= self.reading_until and (self.waits_until is None or today >= self.waits_until)

    @property
    def somebody_asked_for_time(self) -> bool:
        return self.waits_until is not None and clock.today() < self.waits_until

    @property
    def is_met(self) -> bool:
        return not self.missing


def counted_wording(proposal: Proposal) -> ProposalVersion:
    """The wording from which the reading time counts: the newest, or the first where the charter says so."""
    if proposal.charter.amending_restarts_reading:
        return present_version(proposal)
    return min(proposal.versions.all(), key=lambda version: version.number)


def readiness(proposal: Proposal) -> Readiness:
    """The charter's rules, looked at now. Ten queries at most.

    A person counts for every way of knowing they spoke from when the proposal was put, shown or only counted, whichever
    wording their position was about: the charter asks that people said where they stand. An objection counts until its
    owner changes it. Of advice it is those who gave some that count.
    """
    charter = proposal.charter
    stands = list(Position.objects.filter(proposal=proposal).order_by().values_list("person", "kind"))
    kinds = [kind for _person, kind in stands]
    until = timezone.localdate(counted_wording(proposal).written_at) + timedelta(days=charter.minimum_reading_days)
    waiting = Voice.objects.filter(proposal=proposal, answered_at=None, kind__in=_owed_an_answer(proposal))
    ready = Readiness(
        reading_until=until,
        waits_until=_waits_until(proposal, until, [person for person, _kind in stands]),
        needs=_needs(proposal, [person for person, _kind in stands]),
        objections=kinds.count(PositionKind.OBJECT),
        objections_allowed=0 if proposal.kind == Deciding.DELEGATED else charter.objections_that_may_stand,
        has_consent=any(kind in YES for kind in kinds),
        questions=waiting.count() if _owed_an_answer(proposal) else 0,
        amendments=Amendment.objects.filter(proposal=proposal, is_taken_up=None).count(),
    )
    ready.missing.extend(_missing(proposal, ready))
    return ready


def _owed_an_answer(proposal: Proposal) -> tuple[VoiceKind, ...]:
    owed = {
        Deciding.ROUNDS: (VoiceKind.QUESTION,),
        Deciding.ADVICE: (VoiceKind.QUESTION, VoiceKind.ADVICE),
    }
    return owed.get(Deciding(proposal.kind), ())


def _needs(proposal: Proposal, stood: Iterable[UUID]) -> list[Need]:
    if proposal.kind == Deciding.DELEGATED:
        return []
    people: Iterable[UUID] = stood
    if proposal.kind == Deciding.VOTE:
        voted = RegisterEntry.objects.filter(ballot=proposal.ballot_id, voted=True)
        people = voted.order_by().values_list("person", flat=True)
    if proposal.kind == Deciding.ADVICE:
        said = Voice.objects.filter(proposal=proposal, kind=VoiceKind.ADVICE).exclude(asked__outside__gt="")
        people = set(said.order_by().values_list("person", flat=True)) - {proposal.proposed_by_id}
    ways = dict(Eligible.objects.filter(proposal=proposal).order_by().values_list("person", "ways"))
    came = set(people)
    deciding = {letter: sum(letter in spoken for spoken in ways.values()) for letter in LETTERS}
    here = {letter: sum(letter in spoken for one, spoken in ways.items() if one in came) for letter in LETTERS}
    threshold, agreed = proposal.space.threshold, proposal.state == ProposalState.AGREED
    return [
        Need(
            way,
            asked,
            is_met=here[way.letter] >= asked,
            is_told=agreed or not 0 < deciding[way.letter] < threshold,
            is_open=proposal.state == ProposalState.OPEN,
        )
        for way, asked in needs_in_order(proposal.charter)
    ]


def _waits_until(proposal: Proposal, reading_until: date, stood: list[UUID]) -> date | None:
    """Until when closing waits: for those who asked for time, and for those who paused since it was put.

    A pause holds nothing up for longer than the charter's days after the reading time.
    """
    days = timedelta(days=proposal.charter.days_when_asked)
    asked = TimeAsked.objects.filter(proposal=proposal).aggregate(until=Max("until"))["until"]
    paused = Membership.objects.filter(
        space=proposal.space_id,
        state=MembershipState.PAUSED,
        state_since__gte=proposal.opened_at,
        person__in=Eligible.objects.filter(proposal=proposal).values("person"),
    ).exclude(person__in=stood)
    since = paused.aggregate(since=Max("state_since"))["since"] if days else None
    found = [asked] if asked else []
    if since is not None:
        found.append(min(timezone.localdate(since), reading_until) + days)
    return max(found, default=None)


def _missing(proposal: Proposal, ready: Readiness) -> list[str]:
    return [
        *_missing_time(ready),
        *_missing_vote(proposal),
        *_missing_delegates(proposal),
        *_missing_steps(proposal, ready),
        *_missing_people(proposal, ready),
        *_missing_yes(proposal, ready),
    ]


def _missing_time(ready: Readiness) -> list[str]:
    today, said = clock.today(), []
    if today < ready.reading_until:
        day = {"day": date_format(ready.reading_until, "j F Y")}
        said.append(_("Everyone has until %(day)s to read these words. It can be closed from that day on.") % day)
    if ready.waits_until is not None and today < ready.waits_until:
        day = {"day": date_format(ready.waits_until, "j F Y")}
        said.append(_("Somebody asked for time. By our charter we wait until %(day)s.") % day)
    return said


def _missing_vote(proposal: Proposal) -> list[str]:
    """A vote is asked for by hours, not by days; closing the proposal closes and counts it, unless that was done."""
    if proposal.ballot_id is None or proposal.ballot is None:
        return []
    found = result_of(proposal.ballot) if proposal.state == ProposalState.OPEN else None
    if found is not None:
        return [] if found.first else [_("The vote chose nothing.")]
    until = Ballot.objects.values_list("stays_open_until", flat=True).get(pk=proposal.ballot_id)
    if clock.now() >= until:
        return []
    on = {"day": date_format(timezone.localtime(until), "j F Y, H:i")}
    return [_("Everybody has until %(day)s to vote.") % on]


def _missing_delegates(proposal: Proposal) -> list[str]:
    """Of a change of the charter: whom it would name and who has left meanwhile."""
    if not proposal.about_charter or proposal.state != ProposalState.OPEN:
        return []
    named = {UUID(key) for keys in rules_to_be(proposal).rights.delegates.values() for key in keys}
    here = Membership.objects.filter(space=proposal.space_id, person__in=named).exclude(state=MembershipState.LEFT)
    if not named or here.count() == len(named):
        return []
    return [_("It names somebody who is not here any more. Change its words, or close it without agreement.")]


def rules_to_be(proposal: Proposal) -> CharterRules:
    """What the charter says once this proposal to change it is agreed.

    Its own changes, told beside the charter that held when it was put, in the charter that holds now: what others have
    agreed meanwhile stays. Eight queries at most.
    """
    wanted = CharterRules.from_json(present_version(proposal).charter or {})
    changes = {name: new for name, _old, new in changed_rules(CharterRules.of(proposal.charter), wanted)}
    return CharterRules.of(charter_with_rights(proposal.space)).with_changes(changes)


def _missing_steps(proposal: Proposal, ready: Readiness) -> list[str]:
    said = []
    if proposal.stage and proposal.stage != Stage.CONSENT:
        said.append(_("We are not yet at saying where we stand."))
    if ready.questions:
        one = ngettext("One thing said still waits for an answer.", "%(n)s things said still wait for an answer.",
                       ready.questions)  # fmt: skip
        said.append(one % {"n": apnumber(ready.questions)})
    if ready.amendments:
        one = ngettext("Other words were suggested and have no answer yet.",
                       "Other words were suggested %(n)s times and have no answer yet.", ready.amendments)  # fmt: skip
        said.append(one % {"n": apnumber(ready.amendments)})
    return said


def _missing_people(proposal: Proposal, ready: Readiness) -> list[str]:
    said = []
    advice = proposal.kind == Deciding.ADVICE
    for need in ready.needs:
        if need.is_told and not need.is_met:
            people = {"people": str(need.way.people), "n": apnumber(need.people)}
            if advice:
                said.append(_("%(people)s: advice from %(n)s needed, and it is not all there yet.") % people)
            elif proposal.kind == Deciding.VOTE:
                said.append(_("%(people)s: %(n)s needed, and they have not all voted yet.") % people)
            else:
                said.append(_("%(people)s: %(n)s needed, and they have not all said where they stand yet.") % people)
    if ready.reading_is_over and any(not need.is_told and not need.is_met for need in ready.needs):
        # Of all of them together, and not before it could be closed: then whoever closes it has to know.
        said.append(_("Of the people whom our charter asks for, not all have been here yet."))
    if advice:
        asked = set(AdviceAsked.objects.filter(proposal=proposal).order_by().values_list("because", flat=True))
        if AskedBecause.AFFECTED not in asked:
            said.append(_("Nobody was asked yet for whom it would change things."))
        if AskedBecause.KNOWS not in asked:
            said.append(_("Nobody was asked yet who knows about it."))
    return said


def _missing_yes(proposal: Proposal, ready: Readiness) -> list[str]:
    if proposal.kind in (Deciding.ADVICE, Deciding.VOTE):
        return []
    said = []
    if not ready.has_consent:
        said.append(_("Nobody has consented yet."))
    if ready.objections > ready.objections_allowed:
        if ready.objections_allowed:
            allowed = {"n": apnumber(ready.objections_allowed)}
            said.append(_("More people object than the charter lets stand, which is %(n)s.") % allowed)
        else:
            said.append(_("Somebody objects. By our charter nothing is agreed while anybody does."))
    return said
