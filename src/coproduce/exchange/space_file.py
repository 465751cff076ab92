"""The file of a whole space: one JSON record a line.

The first line describes the file: ``{"record": "file", "format": "coproduce-space", "version": 3, …}``. Then
come rows, one a line, each with its ``record`` name and the fields of the model it stands for; identifiers
are UUIDs and links are identifiers. ``event`` lines are the space's history, verbatim. The last line,
``{"record": "end", "records": …}``, shows that nothing was cut off. ``docs/guides/space-file.md`` says it for people.

This module knows how a row becomes a record and back. It reads and writes no database.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models

from coproduce.ballots.models import Ballot, BallotOption, Cast, Closing, Paper, RegisterEntry, Urn
from coproduce.care.models import (
    Appeal,
    BrokenGlass,
    CareNote,
    CareRole,
    Concern,
    Flag,
    HouseRule,
    Moderation,
    Reading,
    RuleVoice,
)
from coproduce.consent.models import Agreement, AgreementText
from coproduce.contributions.models import (
    Acknowledgement,
    Attachment,
    Contribution,
    ContributionVersion,
    FramingSource,
)
from coproduce.conversation.models import Ask, Following, Mention, Muted, QuietChoice
from coproduce.decisions.models import (
    AdviceAsked,
    Amendment,
    Carrying,
    Decision,
    EarlierPosition,
    Eligible,
    Position,
    Proposal,
    ProposalSource,
    ProposalVersion,
    ReopeningAsked,
    RungSaid,
    StageMove,
    TimeAsked,
    Voice,
)
from coproduce.deliberation.models import (
    EarlierResponse,
    OpinionMap,
    Response,
    Round,
    Statement,
    StatementSource,
    StatementVersion,
    Value,
    WordingTalk,
)
from coproduce.exchange.attached import BYTES
from coproduce.exchange.field_values import Unreadable, value_of
from coproduce.gatherings.models import Gathering
from coproduce.outcomes.models import (
    Commitment,
    CommitmentState,
    Effect,
    Ending,
    GoodEnough,
    Handing,
    Keeper,
    LeftOpen,
    Outcome,
    OutcomeEvidence,
    OutcomeSource,
    OutcomeState,
    Succession,
    Told,
)
from coproduce.people.models import Person
from coproduce.priorities.models import (
    Calculation,
    Choice,
    ChosenQuestion,
    EvidenceCheck,
    Exercise,
    FinalPlace,
    PlaceChange,
    Question,
    QuestionSource,
    QuestionVersion,
    Seat,
    Steering,
    StepChange,
    TablePlace,
    TableRanking,
    Uncertainty,
)
from coproduce.reports.models import Analysis, KeptAccount
from coproduce.spaces.models import (
    Affiliation,
    Charter,
    CharterDelegate,
    CharterKind,
    CharterNeed,
    Framing,
    JoinLink,
    Membership,
    Space,
    Standpoint,
    Understanding,
)
from coproduce.suggestions.models import Suggestion, SuggestionRun, SuggestionWords
from coproduce.themes.models import CodingNote, Theme, ThemeChange, ThemeLink
from coproduce.valuing.models import (
    Allocation,
    CountedValues,
    EarlierAllocation,
    TensionSource,
    Token,
    ValueChange,
    ValueTension,
)
from coproduce.walls.models import Wall, WallCard, WallGroup

FORMAT = "coproduce-space"
VERSION = 3
NEW_IN_2: dict[str, frozenset[str]] = {
    "charter": frozenset(
        {
            "amending_restarts_reading",
            "amendments",
            "days_here_to_decide",
            "days_when_asked",
            "evidence_reopens",
            "is_agreed",
            "members_to_reopen",
            "positions_one_may_carry",
        }
    ),
    "decision": frozenset({"charter", "result"}),
    "earlier_position": frozenset({"brought_by"}),
    "position": frozenset({"brought_by"}),
    "proposal": frozenset({"about_charter", "ballot", "for_what", "is_reckoned", "kind", "reopens", "stage"}),
    "proposal_version": frozenset({"charter"}),
    "contribution": frozenset({"citation", "link", "state_before", "taken_back_at", "use_ended_at"}),
    "contribution_version": frozenset({"citation", "link"}),
    "earlier_response": frozenset({"importance", "overtaken_at", "wording"}),
    "response": frozenset({"channel", "importance", "let_stand_at", "overtaken_at", "said_on", "wording"}),
    "statement": frozenset({"wording"}),
    "outcome": frozenset({"bearing"}),
    "outcome_source": frozenset({"linked_at", "linked_by"}),
    "outcome_state": frozenset({"reply"}),
    "theme": frozenset({"colour", "parent"}),
    "value": frozenset({"explanation", "held_back_at", "retired_at", "starting", "system"}),
    "theme_change": frozenset({"stood_under", "undone_at", "undone_by", "words_after", "words_before"}),
    "theme_link": frozenset({"moved_by", "moved_from"}),
}
"""By record, the fields that files of version 1 do not have. Reading one gives them what a new row begins with."""

NEW_IN_3: dict[str, frozenset[str]] = {
    "allocation": frozenset({"checked_at", "checked_by"}),
    "amendment": frozenset({"charter"}),
    "priority_choice": frozenset({"checked_at", "checked_by"}),
    "proposal_source": frozenset({"question"}),
}
"""By record, the fields that files of version 2 do not have either."""

OF_1: dict[str, dict[str, Any]] = {"proposal": {"is_reckoned": True}}
"""What is said instead of that: proposals of version 1 have no register of who may decide, so it is worked out."""


class Part(NamedTuple):
    """One kind of record: its name, its model, and the path from the model to the space."""

    record: str
    model: type[models.Model]
    to_space: str


PARTS = (
    Part("space", Space, "pk"),
    Part("framing", Framing, "space"),
    Part("charter", Charter, "space"),
    Part("charter_need", CharterNeed, "charter__space"),
    Part("charter_kind", CharterKind, "charter__space"),
    Part("charter_delegate", CharterDelegate, "charter__space"),
    Part("membership", Membership, "space"),
    Part("standpoint", Standpoint, "membership__space"),
    Part("affiliation", Affiliation, "membership__space"),
    Part("understanding", Understanding, "membership__space"),
    Part("join_link", JoinLink, "space"),
    Part("agreement_text", AgreementText, "space"),
    Part("agreement", Agreement, "space"),
    Part("gathering", Gathering, "space"),
    Part("contribution", Contribution, "space"),
    Part("contribution_version", ContributionVersion, "contribution__space"),
    Part("attachment", Attachment, "contribution__space"),
    Part("acknowledgement", Acknowledgement, "contribution__space"),
    Part("framing_source", FramingSource, "framing__space"),
    Part("house_rule", HouseRule, "space"),
    Part("rule_voice", RuleVoice, "rule__space"),
    Part("care_role", CareRole, "space"),
    Part("flag", Flag, "contribution__space"),
    Part("moderation", Moderation, "contribution__space"),
    Part("appeal", Appeal, "moderation__contribution__space"),
    Part("reading", Reading, "contribution__space"),
    Part("care_note", CareNote, "space"),
    Part("concern", Concern, "space"),
    Part("broken_glass", BrokenGlass, "concern__space"),
    Part("theme", Theme, "space"),
    Part("theme_change", ThemeChange, "theme__space"),
    Part("theme_link", ThemeLink, "theme__space"),
    Part("coding_note", CodingNote, "theme__space"),
    Part("wall", Wall, "gathering__space"),
    Part("wall_group", WallGroup, "wall__gathering__space"),
    Part("wall_card", WallCard, "wall__gathering__space"),
    Part("following", Following, "space"),
    Part("ask", Ask, "space"),
    Part("mention", Mention, "contribution__space"),
    Part("muted", Muted, "space"),
    Part("quiet_choice", QuietChoice, "space"),
    Part("suggestion_run", SuggestionRun, "space"),
    Part("suggestion", Suggestion, "space"),
    Part("suggestion_words", SuggestionWords, "suggestion__space"),
    Part("statement", Statement, "space"),
    Part("statement_version", StatementVersion, "statement__space"),
    Part("wording_talk", WordingTalk, "statement__space"),
    Part("statement_source", StatementSource, "statement__space"),
    Part("value", Value, "space"),
    Part("value_change", ValueChange, "value__space"),
    Part("allocation", Allocation, "space"),
    Part("token", Token, "allocation__space"),
    Part("earlier_allocation", EarlierAllocation, "allocation__space"),
    Part("counted_values", CountedValues, "space"),
    Part("value_tension", ValueTension, "space"),
    Part("tension_source", TensionSource, "tension__space"),
    Part("response", Response, "statement__space"),
    Part("earlier_response", EarlierResponse, "response__statement__space"),
    Part("round", Round, "space"),
    Part("opinion_map", OpinionMap, "space"),
    Part("ballot", Ballot, "space"),
    Part("ballot_option", BallotOption, "ballot__space"),
    Part("register_entry", RegisterEntry, "ballot__space"),
    Part("urn", Urn, "ballot__space"),
    Part("cast", Cast, "entry__ballot__space"),
    Part("paper", Paper, "ballot__space"),
    Part("closing", Closing, "ballot__space"),
    Part("priority_exercise", Exercise, "space"),
    Part("priority_steering", Steering, "exercise__space"),
    Part("priority_step", StepChange, "exercise__space"),
    Part("uncertainty", Uncertainty, "exercise__space"),
    Part("priority_question", Question, "exercise__space"),
    Part("priority_question_version", QuestionVersion, "question__exercise__space"),
    Part("priority_question_source", QuestionSource, "question__exercise__space"),
    Part("evidence_check", EvidenceCheck, "question__exercise__space"),
    Part("priority_choice", Choice, "exercise__space"),
    Part("chosen_question", ChosenQuestion, "choice__exercise__space"),
    Part("priority_calculation", Calculation, "exercise__space"),
    Part("seat", Seat, "exercise__space"),
    Part("table_ranking", TableRanking, "exercise__space"),
    Part("table_place", TablePlace, "ranking__exercise__space"),
    Part("final_place", FinalPlace, "question__exercise__space"),
    Part("place_change", PlaceChange, "question__exercise__space"),
    Part("proposal", Proposal, "space"),
    Part("eligible", Eligible, "proposal__space"),
    Part("proposal_version", ProposalVersion, "proposal__space"),
    Part("proposal_source", ProposalSource, "proposal__space"),
    Part("advice_asked", AdviceAsked, "proposal__space"),
    Part("voice", Voice, "proposal__space"),
    Part("amendment", Amendment, "proposal__space"),
    Part("stage_move", StageMove, "proposal__space"),
    Part("time_asked", TimeAsked, "proposal__space"),
    Part("carrying", Carrying, "proposal__space"),
    Part("position", Position, "proposal__space"),
    Part("earlier_position", EarlierPosition, "position__proposal__space"),
    Part("decision", Decision, "proposal__space"),
    Part("reopening_asked", ReopeningAsked, "decision__proposal__space"),
    Part("rung_said", RungSaid, "decision__proposal__space"),
    Part("outcome", Outcome, "space"),
    Part("outcome_state", OutcomeState, "outcome__space"),
    Part("outcome_source", OutcomeSource, "outcome__space"),
    Part("outcome_evidence", OutcomeEvidence, "outcome__space"),
    Part("effect", Effect, "outcome__space"),
    Part("keeper", Keeper, "outcome__space"),
    Part("commitment", Commitment, "outcome__space"),
    Part("commitment_state", CommitmentState, "commitment__outcome__space"),
    Part("handing", Handing, "outcome__space"),
    Part("good_enough", GoodEnough, "outcome__space"),
    Part("told", Told, "state__outcome__space"),
    Part("ending", Ending, "space"),
    Part("succession", Succession, "ending__space"),
    Part("left_open", LeftOpen, "ending__space"),
    Part("kept_account", KeptAccount, "space"),
    Part("analysis", Analysis, "kept__space"),
)
"""Every kind of row that belongs to a space. A test fails for a model that is not here and should be."""

PERSON = Part("person", Person, "")
BY_RECORD = {part.record: part for part in (PERSON, *PARTS)}
NOT_IN_THE_FILE = {"account", "path", "draft"}
"""Fields that are not written: ways to sign in, places on the disk and what nobody has sent belong to the installation.

A person's address and the bytes of a file are written apart."""

LEADS_OUT = {"space": ("parent",), "succession": ("to_space",), "left_open": ("taken_up",)}
"""By record, the links that lead to another space. A file holds one space, so they are null in it."""


def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields of a model that a record holds: all but counted keys and ways to sign in."""
    return [
        field
        for field in model._meta.concrete_fields
        if not isinstance(field, models.AutoField) and field.name not in NOT_IN_THE_FILE
    ]


def links_to_many(model: type[models.Model]) -> list[models.ManyToManyField[Any, Any]]:
    return list(model._meta.many_to_many)


def plain(value: Any) -> Any:
    """A field's value as JSON has it: times in UTC to the microsecond, identifiers as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def record_of(part: Part, row: models.Model, many: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """The record of one row. ``many`` holds the identifiers behind its links to many."""
    record = {"record": part.record}
    record |= {field.name: plain(getattr(row, field.attname)) for field in columns(part.model)}
    record |= dict.fromkeys(LEADS_OUT.get(part.record, ()))
    record |= many or {}
    return record


def brought_up_to_date(record: dict[str, Any], version: int) -> dict[str, Any]:
    """A record as this version writes it, of a file of an earlier one: what is new holds what a row begins with."""
    kind = record.get("record")
    if version >= VERSION or not isinstance(kind, str) or kind not in BY_RECORD:
        return record
    names = NEW_IN_3.get(kind, frozenset()) | (NEW_IN_2.get(kind, frozenset()) if version == 1 else frozenset())
    model = BY_RECORD[kind].model
    new = {name: plain(model._meta.get_field(name).get_default()) for name in names}
    return {**new, **(OF_1.get(kind, {}) if version == 1 else {}), **record}


def row_of(part: Part, record: dict[str, Any]) -> models.Model:
    """The unsaved row of one record. Raises ``Unreadable`` for a missing, unknown or impossible field."""
    fields = {field.name: field for field in columns(part.model)}
    known = set(fields) | {field.name for field in links_to_many(part.model)} | {"record"}
    if part is PERSON:
        known.add("email")
    if part.model is Attachment:
        known.add(BYTES)
    if unknown := sorted(set(record) - known):
        raise Unreadable(f"“{unknown[0][:40]}” is not a field of “{part.record}”")
    row = part.model()
    for name, field in fields.items():
        if name not in record:
            raise Unreadable(f"“{name}” is missing")
        leads_out = name in LEADS_OUT.get(part.record, ())
        setattr(row, field.attname, None if leads_out else value_of(field, record[name]))
    return row


def links_of(row: models.Model) -> Iterator[tuple[str, type[models.Model], UUID]]:
    """(field name, model it points to, identifier) for each link of a row that is set."""
    for field in row._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.name not in NOT_IN_THE_FILE:
            value = getattr(row, field.attname)
            if value is not None:
                yield field.name, field.related_model, value
