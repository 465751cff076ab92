"""Opening a ballot, voting by name or in secret, votes that come on paper, and closing it."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coproduce import clock
from coproduce.ballots import urn as urns
from coproduce.ballots.forgetting import forget_earlier_urns
from coproduce.ballots.models import (
    Ballot,
    BallotOption,
    Cast,
    Closing,
    MayClose,
    Paper,
    RegisterEntry,
    Rule,
    Urn,
)
from coproduce.ballots.proof import digest_of
from coproduce.errors import NotAllowed, NotHere, NotReady
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_facilitator, require_member
from coproduce.spaces.models import Membership, MembershipState, Space, SpaceState
from coproduce_methods.votes import Choice, check_choice

MOST_PEOPLE, MOST_OPTIONS, LONGEST_DAYS = 2000, 20, 366
SLIPS_AT_ONCE = 60


class VotedAlready(NotAllowed):
    """One person, one vote: there is one from this person already."""

    status = 409
    title = gettext_lazy("There is a vote already")
    what_now = gettext_lazy(
        "There is already one vote in this ballot from this person. It counts, and it cannot be changed or given "
        "twice. What you sent now was not kept."
    )


class NotOnRegister(NotAllowed):
    """Somebody who came after the register was fixed."""

    title = gettext_lazy("You are not on the list for this ballot")
    what_now = gettext_lazy(
        "The list of those who can vote was fixed on the day the ballot was opened, so that nobody can add or take "
        "away voters while it goes on. You can still say what you think wherever people talk about it, and you "
        "will be on the list of the next one."
    )


class BallotClosed(NotAllowed):
    """A ballot that takes no more votes."""

    status = 410
    title = gettext_lazy("This ballot is closed")
    what_now = gettext_lazy("It takes no more votes, and what you sent was not kept. You can read what came out of it.")


class ClosedMeanwhile(BallotClosed):
    """Two people close it at the same moment: the later one is told."""

    status = 409
    title = gettext_lazy("Somebody closed this ballot just before you")
    what_now = gettext_lazy(
        "It is closed once, and what you pressed changed nothing. Open the ballot to read how it ended."
    )


class NotAPaper(NotAllowed):
    """What was sent is no voting paper of this ballot."""

    status = 400
    title = gettext_lazy("That is not a voting paper of this ballot")
    what_now = gettext_lazy("It was not counted. Open the ballot again, and vote on the sheet that you see there.")


# ── opening ──────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def open_ballot(
    *,
    actor: Person,
    space: Space,
    title: str,
    options: Sequence[str],
    rule: str,
    secret: bool,
    people: Collection[Person],
    minimum_days: int,
    words: str = "",
    may_close: str = MayClose.MEMBERS,
    leads_to: str = "",
) -> Ballot:
    """Ask ``people`` (members of the space) to choose between ``options`` by ``rule``. From now on it stands.

    secret: refused where fewer people are on the register than the space's threshold. leads_to: the address of what
    it belongs to. The caller has made sure that the charter lets ``actor`` open it.
    Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    require_member(actor, space)
    if space.state == SpaceState.ENDED:
        raise NotAllowed(_("This space has ended. It can still be read, and nothing in it is lost."))
    named = [" ".join(option.split()) for option in options]
    _require_sense(named, minimum_days, leads_to)
    on_register = _people_for_register(space, people, secret)
    opened_at = clock.now()
    ballot = Ballot(
        space=space,
        title=title.strip(),
        words=words.strip(),
        rule=rule,
        secret=secret,
        opened_by=actor,
        opened_at=opened_at,
        stays_open_until=opened_at + timedelta(days=minimum_days),
        may_close=may_close,
        leads_to=leads_to,
    )
    ballot.full_clean()
    ballot.save(force_insert=True)
    _save_options(ballot, named)
    # In the order of the people's own identifiers, so that who stands where on the list says nothing.
    entries = [RegisterEntry(ballot=ballot, person_id=pk) for pk in sorted(on_register)]
    RegisterEntry.objects.bulk_create(entries, batch_size=500)
    Urn.objects.create(ballot=ballot, sealed=urns.seal(ballot.pk, urns.Contents()) if secret else "")
    record(
        "ballot opened",
        actor=actor,
        space=space,
        subject=ballot,
        title=ballot.title,
        words=ballot.words,
        options=named,
        rule=rule,
        secret=secret,
        people=[entry.person_id for entry in entries],
        stays_open_until=ballot.stays_open_until,
    )
    return ballot


def _require_sense(options: Sequence[str], minimum_days: int, leads_to: str) -> None:
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise ValidationError({"options": _("There must be at least two things to choose from, and 20 at most.")})
    if len({option.casefold() for option in options}) != len(options) or not all(options):
        raise ValidationError({"options": _("Each thing to choose from needs words of its own.")})
    if not 1 <= minimum_days <= LONGEST_DAYS:
        raise ValidationError({"minimum_days": _("A ballot stays open for one day at least, and a year at most.")})
    if leads_to and (not leads_to.startswith("/") or leads_to.startswith(("//", "/\\"))):
        raise ValidationError({"leads_to": _("A ballot can only lead to a page of this site.")})


def _people_for_register(space: Space, people: Collection[Person], secret: bool) -> set[UUID]:
    wanted = {person.pk for person in people}
    here = Membership.objects.filter(space=space, person__in=wanted).exclude(state=MembershipState.LEFT)
    if here.count() != len(wanted):
        raise NotHere
    if not 2 <= len(wanted) <= MOST_PEOPLE:
        raise ValidationError({"people": _("A ballot needs at least two people on its list, and 2,000 at most.")})
    if secret and len(wanted) < space.threshold:
        raise NotAllowed(
            _(
                "With only %(people)s people a secret ballot would not be secret: how each voted could be guessed. "
                "It takes at least %(threshold)s here. You can vote by name instead."
            )
            % {"people": len(wanted), "threshold": space.threshold}
        )
    return wanted


def _save_options(ballot: Ballot, named: Sequence[str]) -> None:
    options = [BallotOption(ballot=ballot, number=number, words=words) for number, words in enumerate(named, 1)]
    for option in options:
        option.full_clean(validate_unique=False, validate_constraints=False)
    BallotOption.objects.bulk_create(options)


# ── voting ───────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def vote_by_name(*, actor: Person, ballot: Ballot, choice: Choice, person: Person | None = None) -> Cast:
    """How ``person`` (the actor, if not told) votes in a ballot by name. It cannot be changed afterwards.

    For an assisted person a facilitator votes as they were told, and both names stand in the register.
    Raises ``NotHere``, ``NotAllowed`` and its kinds above.
    """
    urn = _held_open(ballot)
    if urn.ballot.secret:
        raise NotAPaper
    person = person or actor
    _require_choice(urn.ballot, choice)
    entry = _mark(urn, actor, person)
    cast = Cast.objects.create(entry=entry, choice=list(choice), cast_at=clock.now())
    _count_in(urn)
    record(
        "vote cast",
        actor=actor,
        space=urn.ballot.space,
        subject=urn.ballot,
        person=person.pk,
        choice=list(choice),
    )
    return cast


@transaction.atomic
def vote_in_secret(
    *, actor: Person, ballot: Ballot, choice: Choice, code: str, ticket: str, person: Person | None = None
) -> str:
    """Put a paper in the urn for ``person`` (the actor, if not told) and mark that they voted. Returns the receipt.

    code, ticket: from ``new_sheet`` for this person. The same sheet sent again leads to the same receipt and counts
    once. What was chosen is neither in the history nor anywhere beside the person. Raises as ``vote_by_name``.
    """
    urn = _held_open(ballot)
    person = person or actor
    if not urn.ballot.secret:
        raise NotAPaper
    code = urns.plain_code(code)
    if not urns.is_ours(ballot.pk, code) or not urns.is_ticket_for(ballot.pk, person.pk, code, ticket):
        require_member(actor, urn.ballot.space)
        raise NotAPaper
    _require_choice(urn.ballot, choice)
    contents = _opened(urn)
    recorder_for(actor, person, urn.ballot.space)
    if code in contents.papers:
        return code
    _mark(urn, actor, person)
    contents.papers[code] = tuple(choice)
    _count_in(urn, contents)
    record("vote put in the urn", actor=actor, space=urn.ballot.space, subject=urn.ballot, person=person.pk)
    return code


def new_sheet(ballot: Ballot, person: Person) -> tuple[str, str]:
    """A code and a ticket for one voting sheet of one person in a secret ballot. Nothing is kept of them."""
    code = urns.new_code(ballot.pk)
    return code, urns.ticket_for(ballot.pk, person.pk, code)


# ── on paper ─────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def print_slips(*, actor: Person, ballot: Ballot, how_many: int) -> list[str]:
    """Codes for voting papers that are printed, each used once. They are for nobody in particular, and shown once.

    Raises ``NotHere`` or ``NotAllowed``.
    """
    urn = _held_open(ballot)
    require_facilitator(actor, urn.ballot.space)
    _require_secret(urn.ballot)
    contents = _opened(urn)
    most = RegisterEntry.objects.filter(ballot=ballot).count() + SLIPS_AT_ONCE - len(contents.slips)
    if not 1 <= how_many <= min(SLIPS_AT_ONCE, most):
        raise NotAllowed(_("You can print up to 60 papers at a time, and not many more than there are people."))
    codes = [urns.new_code(ballot.pk) for _each in range(how_many)]
    contents.slips.update(codes)
    urn.sealed = urns.seal(ballot.pk, contents)
    urn.save(update_fields=["sealed"])
    record("ballot papers printed", actor=actor, space=urn.ballot.space, subject=urn.ballot, number=how_many)
    return codes


@transaction.atomic
def note_envelope(*, actor: Person, ballot: Ballot, person: Person) -> RegisterEntry:
    """An assisted person's envelope came in: they have voted, and the envelope waits to be opened by somebody else.

    Raises ``NotHere``, ``NotAllowed`` and its kinds above.
    """
    urn = _held_open(ballot)
    _require_secret(urn.ballot)
    if recorder_for(actor, person, urn.ballot.space) is None:
        raise NotAllowed(_("You vote here yourself. Paper is for people who do not go online."))
    entry = _mark(urn, actor, person, on_paper=True)
    urn.waiting += 1
    urn.save(update_fields=["waiting"])
    record("ballot envelope noted", actor=actor, space=urn.ballot.space, subject=urn.ballot, person=person.pk)
    return entry


@transaction.atomic
def enter_paper(*, actor: Person, ballot: Ballot, code: str, choice: Choice) -> None:
    """Enter what stands on a paper that lay in an envelope without a name. ``code`` "" for one that holds no paper.

    Only a facilitator who has noted no envelope of this ballot: who knows names does not see papers. An envelope
    without a paper counts as a blank vote. Raises ``NotHere`` or ``NotAllowed``.
    """
    urn = _held_open(ballot)
    require_facilitator(actor, urn.ballot.space)
    _require_secret(urn.ballot)
    if RegisterEntry.objects.filter(ballot=ballot, on_paper=True, recorded_by=actor).exists():
        raise NotAllowed(
            _("You noted whose envelopes came in, so somebody else who facilitates opens them. That keeps it secret.")
        )
    _require_choice(urn.ballot, choice)
    contents = _opened(urn)
    code = _code_of_slip(ballot, contents, code)
    if not urn.waiting:
        raise NotReady(_("No envelope waits to be opened. First somebody else notes in the register whose came in."))
    contents.slips.discard(code)
    contents.papers[code] = tuple(choice)
    urn.waiting -= 1
    _count_in(urn, contents)
    record("ballot paper entered", actor=actor, space=urn.ballot.space, subject=urn.ballot)


def _code_of_slip(ballot: Ballot, contents: urns.Contents, typed: str) -> str:
    if not typed:
        return urns.new_code(ballot.pk)
    code = urns.plain_code(typed)
    if code in contents.papers:
        raise VotedAlready(_("A paper with this code is in the ballot box already. It counts once."))
    if code not in contents.slips:
        raise NotAPaper(_("No paper with this code was printed for this ballot. Look at each letter again."))
    return code


# ── closing ──────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def close_ballot(*, actor: Person, ballot: Ballot, uncounted_because: str = "") -> Closing:
    """Close it and count, not before its shortest time is over. Nothing closes by itself.

    A secret ballot with fewer papers than the space's threshold, or whose urn cannot be opened, is not counted; it
    can stay open, or end with ``uncounted_because``: its papers are then destroyed unread.
    Raises ``NotReady``, ``NotHere``, ``NotAllowed`` and its kinds above.
    """
    urn = _held_open(ballot, ClosedMeanwhile)
    ballot = urn.ballot
    _require_closer(actor, ballot)
    if clock.now() < ballot.stays_open_until:
        raise NotReady(_("Everybody has the whole time to vote. It cannot be closed before then."))
    because = uncounted_because.strip()
    if not because:
        _empty_urn(urn)
    elif urn.sealed:
        urn.sealed = ""
        urn.save(update_fields=["sealed"])
    closing = Closing(
        ballot=ballot,
        closed_by=actor,
        closed_at=clock.now(),
        counted=not because,
        why=because,
        digest="" if because else digest_of(ballot),
    )
    closing.full_clean()
    closing.save(force_insert=True)
    forget_earlier_urns()
    record(
        "ballot closed",
        actor=actor,
        space=ballot.space,
        subject=ballot,
        counted=closing.counted,
        why=closing.why,
        papers=urn.papers_in,
        digest=closing.digest,
    )
    return closing


def _empty_urn(urn: Urn) -> None:
    """Lay the papers out to be counted, if there are as many as people who voted, and enough of them."""
    if urn.waiting:
        raise NotReady(_("There are envelopes that nobody has opened. They count as much as any other vote."))
    if not urn.ballot.secret:
        return
    if urn.papers_in < urn.ballot.space.threshold:
        raise NotReady(
            _(
                "Fewer than %(threshold)s people have voted. Counting so few would show how people voted. It can stay "
                "open for longer, or end without being counted."
            )
            % {"threshold": urn.ballot.space.threshold}
        )
    contents = _opened(urn)
    if len(contents.papers) != urn.papers_in:
        raise NotReady(_("The ballot box does not hold as many papers as people voted. It was not counted."))
    papers = [
        Paper(ballot=urn.ballot, code=code, choice=list(choice)) for code, choice in sorted(contents.papers.items())
    ]
    Paper.objects.bulk_create(papers, batch_size=500)
    urn.sealed = ""
    urn.save(update_fields=["sealed"])


def may_be_closed_by(ballot: Ballot, membership: Membership) -> bool:
    """Whether this member may close it, once its shortest time is over. No query."""
    if membership.is_facilitator or ballot.may_close == MayClose.MEMBERS:
        return True
    return ballot.may_close == MayClose.OPENER and membership.person_id == ballot.opened_by_id


def _require_closer(actor: Person, ballot: Ballot) -> None:
    if may_be_closed_by(ballot, require_member(actor, ballot.space)):
        return
    raise NotAllowed(_("This ballot is closed by %(who)s.") % {"who": ballot.get_may_close_display()})


# ── what all share ───────────────────────────────────────────────────────────────────────────────


def _held_open(ballot: Ballot, otherwise: type[BallotClosed] = BallotClosed) -> Urn:
    """The urn with its ballot as they are now, held until the transaction ends, or ``otherwise`` when it is closed."""
    found = Urn.objects.select_for_update(of=("self",)).select_related("ballot__space").filter(ballot=ballot.pk)
    urn = found.first()
    if urn is None:
        raise NotHere
    if Closing.objects.filter(ballot=ballot.pk).exists():
        raise otherwise
    return urn


def _mark(urn: Urn, actor: Person, person: Person, *, on_paper: bool = False) -> RegisterEntry:
    """Mark in the register that somebody voted. Refused for whoever is not in it, or has voted."""
    recorder = recorder_for(actor, person, urn.ballot.space)
    entry = RegisterEntry.objects.filter(ballot=urn.ballot_id, person=person).first()
    if entry is None:
        raise NotOnRegister
    # Asked of the row itself: two at once cannot both find it unmarked.
    if not RegisterEntry.objects.filter(pk=entry.pk, voted=False).update(
        voted=True, on_paper=on_paper, recorded_by=recorder
    ):
        raise VotedAlready
    return entry


def _count_in(urn: Urn, contents: urns.Contents | None = None) -> None:
    urn.papers_in += 1
    if contents is not None:
        urn.sealed = urns.seal(urn.ballot_id, contents)
        forget_earlier_urns()
    urn.save(update_fields=["papers_in", "waiting", "sealed"])


def _opened(urn: Urn) -> urns.Contents:
    try:
        return urns.unseal(urn.ballot_id, urn.sealed)
    except urns.CannotBeOpened:
        raise NotReady(
            _(
                "The urn cannot be opened here: it was sealed with another key, as happens when a ballot that is open "
                "is moved to another server. Nothing was changed. It can be ended without counting, and held again."
            )
        ) from None


def _require_secret(ballot: Ballot) -> None:
    if not ballot.secret:
        raise NotAllowed(_("This ballot is by name. Write down how somebody votes on their sheet."))


def _require_choice(ballot: Ballot, choice: Choice) -> None:
    try:
        check_choice(Rule(ballot.rule), tuple(choice), BallotOption.objects.filter(ballot=ballot).count())
    except ValueError:
        raise NotAPaper from None
