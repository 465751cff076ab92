"""Claims and answers from elsewhere, hundreds of thousands in one go."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.deliberation.actions.drawing import require_open
from coproduce.deliberation.models import Response, Statement, StatementSource
from coproduce.errors import NotHere
from coproduce.history.chain import record
from coproduce.history.many import counted_anew
from coproduce.people.models import Person
from coproduce.spaces.access import require_facilitator
from coproduce.spaces.models import Membership, Space

AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class ImportedStatement:
    """One claim from elsewhere. source: what tells it apart in this space for ever (``polis:4ab:17``).

    contribution: the words it was drawn from, whose author is taken to have put the claim. ``hidden_why`` is
    filled for what was moderated where it comes from: it stays out of sight and on the record.
    """

    source: str
    words: str
    contribution: Contribution
    drawn_at: datetime | None = None
    hidden_why: str = ""


@dataclass(frozen=True, slots=True)
class ImportedResponse:
    """One answer from elsewhere: 1 agree, 0 unsure, -1 disagree."""

    statement: Statement
    person: Person
    answer: int
    answered_at: datetime | None = None


@transaction.atomic
def draw_statements_many(*, actor: Person, space: Space, rows: Iterable[ImportedStatement]) -> dict[str, Statement]:
    """Draw many claims with one event for the lot. Answers every row's statement by its source, new and old.

    Safe to run twice: a source that is there already is left alone. Raises ``NotHere``, ``NotAllowed``
    or ``ValidationError``; then nothing is drawn.
    """
    require_facilitator(actor, space)
    require_open(space)
    wanted = {row.source: row for row in rows}
    if any(row.contribution.space_id != space.pk for row in wanted.values()):
        raise NotHere(_("One of the claims is drawn from words that are not in this space."))
    there = {statement.source: statement for statement in Statement.objects.filter(space=space).exclude(source="")}
    new, sources = [], []
    for source, row in wanted.items():
        if source in there:
            continue
        statement = _statement(space, row)
        new.append(statement)
        sources.append(StatementSource(statement=statement, contribution=row.contribution))
    Statement.objects.bulk_create(new, batch_size=AT_ONCE)
    StatementSource.objects.bulk_create(sources, batch_size=AT_ONCE)
    if new:
        digest = hashlib.sha256("\n".join(f"{made.pk} {made.source}" for made in new).encode()).hexdigest()
        record("statements drawn together", actor=actor, space=space, subject=space, count=len(new), digest=digest)
    return {source: there[source] for source in wanted if source in there} | {made.source: made for made in new}


def _statement(space: Space, row: ImportedStatement) -> Statement:
    if not row.source:
        raise ValueError("every imported statement needs a source")
    at = row.drawn_at or clock.now()
    statement = Statement(
        space=space,
        words=row.words.strip(),
        drawn_by_id=row.contribution.author_id,
        drawn_at=at,
        hidden_at=at if row.hidden_why else None,
        hidden_why=row.hidden_why,
        source=row.source,
    )
    statement.clean_fields(exclude={"space", "drawn_by"})
    return statement


@transaction.atomic
def respond_many(
    *,
    actor: Person,
    space: Space,
    rows: Iterable[ImportedResponse],
    progress: Callable[[int], None] | None = None,
) -> int:
    """Take many answers with one event for the lot; answers how many were new.

    Statements must be of this space and people members of it (``NotHere`` otherwise). A person who has
    already answered a statement keeps that answer, so this is safe to run twice. An answer other than
    -1, 0, 1 raises ``ValidationError``. Reasons are not brought this way. progress: told the rows done so far.
    """
    require_facilitator(actor, space)
    require_open(space)
    new = _NewAnswers(space)
    digest, made = hashlib.sha256(), 0
    batch: list[Response] = []
    for number, row in enumerate(rows, start=1):
        if response := new.response(row):
            digest.update(response.statement_id.bytes + response.person_id.bytes + bytes([row.answer + 1]))
            batch.append(response)
        if len(batch) == AT_ONCE:
            made += len(Response.objects.bulk_create(batch))
            batch = []
            if progress:
                progress(number)
    made += len(Response.objects.bulk_create(batch))
    if made:
        record(
            "statements answered together",
            actor=actor,
            space=space,
            subject=space,
            count=made,
            digest=digest.hexdigest(),
        )
    counted_anew(made)
    return made


class _NewAnswers:
    """Tells which answers are new to a space, and refuses those that do not belong to it."""

    def __init__(self, space: Space) -> None:
        self.wordings = dict(Statement.objects.filter(space=space).values_list("pk", "wording"))
        self.people = set(Membership.objects.filter(space=space).values_list("person_id", flat=True))
        given = Response.objects.filter(statement__space=space)
        self.given = set(given.values_list("statement_id", "person_id"))
        self.now = clock.now()

    def response(self, row: ImportedResponse) -> Response | None:
        """The unsaved row, or None for an answer that is there already."""
        cell = (row.statement.pk, row.person.pk)
        if cell[0] not in self.wordings or cell[1] not in self.people:
            raise NotHere(_("One of the answers is of a claim or a person that is not in this space."))
        if row.answer not in (1, 0, -1):
            raise ValidationError(_("An answer is agree, unsure or disagree: 1, 0 or -1."))
        if cell in self.given:
            return None
        self.given.add(cell)
        return Response(
            statement_id=cell[0],
            person_id=cell[1],
            answer=row.answer,
            answered_at=row.answered_at or self.now,
            # What comes from elsewhere was said to the words that the claim had there.
            overtaken_at=self.now if self.wordings[cell[0]] > 1 else None,
        )
