"""Putting something to decide, and writing down who may decide it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.ballots.actions import open_ballot
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import in_use, require_usable
from coproduce.decisions.actions.held import add_version, held_open, require_open_space, require_proposer
from coproduce.decisions.models import Decision, Eligible, Proposal, ProposalSource, Stage
from coproduce.decisions.queries import is_left_behind
from coproduce.deliberation.queries import ways_of_people
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.priorities.models import Question, Step
from coproduce.priorities.queries import words_behind
from coproduce.spaces.access import require_member
from coproduce.spaces.charters import CharterRules, changed_rules
from coproduce.spaces.models import ALWAYS_ALLOWED, Charter, Deciding, Membership, MembershipState, Space
from coproduce.spaces.queries import charter_with_rights, people_named
from coproduce.themes.models import Theme, ThemeState


@dataclass(frozen=True, slots=True)
class Sources:
    """What a proposal comes from."""

    themes: Sequence[Theme] = ()
    contributions: Sequence[Contribution] = ()
    questions: Sequence[Question] = ()


@dataclass(frozen=True, slots=True)
class Vote:
    """How a proposal is voted on: a ``ballots.models.Rule``, in secret or by name, and between what."""

    rule: str
    secret: bool
    options: Sequence[str]


@transaction.atomic
def propose(  # what is put, what it comes from, and how it is decided
    *,
    actor: Person,
    space: Space,
    title: str,
    words: str,
    themes: Sequence[Theme] = (),
    contributions: Sequence[Contribution] = (),
    questions: Sequence[Question] = (),
    kind: str = Deciding.CONSENT,
    for_what: str = "",
    vote: Vote | None = None,
) -> Proposal:
    """Put something to decide together, from these themes, contributions and questions (at least one of them).

    questions: of a list of what matters most, once it has been chosen. The words behind them are taken up with them.

    It is decided under the charter that holds now, whatever becomes of the charter later, and by those who are members
    now. kind: one that the charter allows; for_what: the charter's matter, where people named there decide;
    vote: how it is voted on, for a vote alone. The reading time begins.
    Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    require_member(actor, space)
    sources = Sources(themes, contributions, questions)
    _require_sources(space, sources)
    if (vote is None) == (kind == Deciding.VOTE):
        raise NotAllowed(_("For a vote, say between what people choose and how it is counted."))
    proposal = Proposal(space=space, title=title.strip(), proposed_by=actor, kind=kind, for_what=for_what)
    put(actor=actor, proposal=proposal, words=words, sources=sources, vote=vote)
    return proposal


@transaction.atomic
def propose_charter(
    *, actor: Person, space: Space, title: str, why: str, rules: CharterRules, kind: str = Deciding.CONSENT
) -> Proposal:
    """Put a change of the charter. Once it is agreed, the next version of the charter says what ``rules`` say.

    A charter is changed by consent, at once or in rounds, under the charter that holds. ``NotAllowed`` where nothing
    would change, or for another kind.
    """
    require_member(actor, space)
    if kind not in ALWAYS_ALLOWED:
        raise NotAllowed(_("The charter is changed by consent, so that it stays everybody’s."))
    if not changed_rules(CharterRules.of(charter_with_rights(space)), rules):
        raise NotAllowed(_("This is what our charter says already, so there is nothing to decide."))
    proposal = Proposal(space=space, title=title.strip(), proposed_by=actor, kind=kind, about_charter=True)
    return put(actor=actor, proposal=proposal, words=why, sources=Sources(), rules=rules)


def put(
    *,
    actor: Person,
    proposal: Proposal,
    words: str,
    sources: Sources,
    rules: CharterRules | None = None,
    why: str = "",
    vote: Vote | None = None,
) -> Proposal:
    """Save a proposal, the register of those who decide it, its first wording, and what it comes from."""
    require_open_space(proposal.space)
    proposal.charter = charter_with_rights(proposal.space)
    proposal.opened_at = clock.now()
    proposal.stage = Stage.CLARIFY if proposal.kind == Deciding.ROUNDS else ""
    _require_allowed(proposal)
    proposal.full_clean()
    proposal.save(force_insert=True)
    deciding = _write_register(proposal)
    version = add_version(
        proposal, actor, number=1, words=words, why=why, charter=rules.to_json() if rules is not None else None
    )
    if vote is not None:
        _open_vote(proposal, words, vote)
    themes = list(dict.fromkeys(theme.pk for theme in sources.themes))
    questions = list(dict.fromkeys(each.pk for each in sources.questions))
    named = list(dict.fromkeys([*(each.pk for each in sources.contributions), *words_behind(questions)]))
    rows = [ProposalSource(proposal=proposal, theme_id=pk) for pk in themes]
    rows += [ProposalSource(proposal=proposal, contribution_id=pk) for pk in named]
    rows += [ProposalSource(proposal=proposal, question_id=pk) for pk in questions]
    ProposalSource.objects.bulk_create(rows)
    record(
        "proposal put",
        actor=actor,
        space=proposal.space,
        subject=proposal,
        title=proposal.title,
        words=version.words,
        charter=proposal.charter_id,
        way=proposal.kind,
        deciding=deciding,
        rules=version.charter,
        reopens=proposal.reopens_id,
        themes=themes,
        contributions=named,
        questions=questions,
    )
    return proposal


@transaction.atomic
def hand_on_proposal(*, actor: Person, proposal: Proposal, to: Person) -> Proposal:
    """The proposer asks another member, who agreed to it, to carry the proposal on.

    Of somebody who has left, a facilitator asks: what they put is not left without anybody who can answer for it.
    ``NotAllowed`` for others, and for giving it to somebody who does not go online.
    """
    proposal = held_open(proposal)
    membership = require_member(actor, proposal.space)
    require_member(to, proposal.space)
    if not (membership.is_facilitator and is_left_behind(proposal)):
        require_proposer(actor, proposal, _("Only the person who put this can hand it on."))
    if to.is_assisted:
        raise NotAllowed(_("Whoever carries it on answers here. This person does not go online: choose somebody else."))
    proposal.proposed_by = to
    proposal.save(update_fields=["proposed_by"])
    record("proposal handed on", actor=actor, space=proposal.space, subject=proposal, to=to.pk)
    return proposal


def _require_allowed(proposal: Proposal) -> None:
    charter = proposal.charter
    if proposal.kind in ALWAYS_ALLOWED:
        return
    if proposal.kind not in {one.kind for one in charter.kinds.all()}:
        raise NotAllowed(_("Our charter does not allow this way of deciding. Consent can always be used."))
    if proposal.kind == Deciding.DELEGATED and proposal.for_what not in people_named(charter):
        raise NotAllowed(_("Our charter names nobody who may decide this matter."))


def _write_register(proposal: Proposal) -> int:
    """Write down who may decide, with the ways of knowing they speak from today. Answers how many."""
    here = Membership.objects.filter(space=proposal.space).exclude(state=MembershipState.LEFT)
    if proposal.kind == Deciding.DELEGATED:
        here = here.filter(person__in=people_named(proposal.charter)[proposal.for_what])
    elif days := proposal.charter.days_here_to_decide:
        here = here.filter(joined_at__lte=proposal.opened_at - timedelta(days=days))
    people = list(here.order_by("joined_at", "pk").values_list("person", flat=True))
    if not people:
        raise NotAllowed(_nobody_decides(proposal.charter))
    ways = ways_of_people(proposal.space, people)
    rows = [Eligible(proposal=proposal, person_id=person, ways=ways.get(person, "")) for person in people]
    Eligible.objects.bulk_create(rows, batch_size=500)
    return len(people)


def _open_vote(proposal: Proposal, words: str, vote: Vote) -> None:
    """Those in the register vote, for as long as everybody has to read at least."""
    deciding = Eligible.objects.filter(proposal=proposal).select_related("person")
    proposal.ballot = open_ballot(
        actor=proposal.proposed_by,
        space=proposal.space,
        title=proposal.title,
        words=words,
        options=vote.options,
        rule=vote.rule,
        secret=vote.secret,
        people=[one.person for one in deciding],
        minimum_days=max(proposal.charter.minimum_reading_days, 1),
        leads_to=proposal.get_absolute_url(),
    )
    proposal.save(update_fields=["ballot"])


def _nobody_decides(charter: Charter) -> str:
    days = {"days": charter.days_here_to_decide}
    if charter.days_here_to_decide:
        return _("By our charter those decide who have been here for %(days)s days, and nobody has yet.") % days
    return _("Nobody whom our charter names for this is here any more.")


def _require_sources(space: Space, sources: Sources) -> None:
    if not sources.themes and not sources.contributions and not sources.questions:
        raise NotAllowed(_("Choose at least one theme or one thing that somebody brought: what this comes from."))
    wrong_theme = any(theme.space_id != space.pk or theme.state != ThemeState.OPEN for theme in sources.themes)
    if wrong_theme:
        raise NotHere(_("A theme you chose was merged, or is not from this space."))
    wanted = {question.pk for question in sources.questions}
    chosen = Question.objects.filter(pk__in=wanted, exercise__space=space, exercise__step=Step.DONE)
    if wanted and chosen.exclude(final=None).count() < len(wanted):
        raise NotHere(_("A question you chose is on no list of this space that has been settled."))
    require_usable(space, sources.contributions)


def sources_of_decision(decision: Decision) -> Sources:
    """What the proposal of a decision came from, as far as something may still be made of it."""
    rows = (
        ProposalSource.objects.filter(proposal=decision.proposal_id)
        .filter(Q(contribution=None) | in_use("contribution__"))
        .select_related("theme__merged_into", "contribution", "question")
    )
    themes = [row.theme.merged_into or row.theme for row in rows if row.theme is not None]
    return Sources(
        themes,
        [row.contribution for row in rows if row.contribution is not None],
        [row.question for row in rows if row.question is not None],
    )
