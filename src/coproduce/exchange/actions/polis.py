"""Reading a Polis export: comments become contributions with claims drawn from them, votes become responses."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.actions import ImportedWords, bring_many
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.deliberation.actions import (
    ImportedResponse,
    ImportedStatement,
    compute_opinion_map,
    draw_statements_many,
    respond_many,
)
from coproduce.errors import BadFile
from coproduce.exchange.actions.target import Imported, Progress, people_from, space_to_fill
from coproduce.people.models import Person
from coproduce.spaces.models import Space
from coproduce_methods.polis_files import (
    MODERATED_OUT,
    Comment,
    PolisExport,
    PolisFilesRefused,
    read_polis_folder,
)


@transaction.atomic
def import_polis(
    *, actor: Person, slug: str, folder: Path, question: str = "", progress: Progress | None = None
) -> Imported:
    """Read a Polis export into the space called ``slug``, which is made if it is not there: all of it, or nothing.

    People become pseudonymous members. Comments that were moderated out stay out of sight, with that as the reason.
    Reading the same folder twice brings nothing twice; a later export of the same conversation brings what is new.
    Raises ``BadFile``.
    """
    tell = progress or (lambda done, of, doing: None)
    export = _export(folder)
    space = space_to_fill(actor=actor, slug=slug, question=question or export.topic)
    comments = [comment for comment in export.comments if comment.text.strip()]
    told = _Sources(export, folder)
    ids = [*export.people, *(comment.author for comment in comments)]
    everyone = people_from(actor=actor, space=space, sources=[told.person(name) for name in ids], name=_("Person %s"))
    tell(0, len(comments), _("comments"))
    brought = bring_many(
        actor=actor,
        space=space,
        rows=[_words(told.comment(comment), comment, everyone[told.person(comment.author)]) for comment in comments],
    )
    statements = draw_statements_many(
        actor=actor,
        space=space,
        rows=[_statement(told.comment(comment), comment, brought[told.comment(comment)]) for comment in comments],
    )
    tell(len(comments), len(comments), _("comments"))
    responses = respond_many(
        actor=actor,
        space=space,
        rows=(
            ImportedResponse(
                statements[told.comment(export.comments[statement])],
                everyone[told.person(export.people[person])],
                int(answer),
                _moment(int(at)),
            )
            for person, statement, answer, at in zip(
                export.person, export.statement, export.response, export.at, strict=True
            )
            if export.comments[statement].text.strip()
        ),
        progress=lambda done: tell(done, len(export.response), _("responses")),
    )
    compute_opinion_map(actor=actor, space=space)
    return _summary(space, export, len(comments), responses, len(everyone))


class _Sources:
    """What tells people and comments apart for ever: the conversation, and their number in it."""

    def __init__(self, export: PolisExport, folder: Path) -> None:
        conversation = export.summary.get("url") or export.topic or folder.resolve().name
        self.start = f"polis:{hashlib.sha256(conversation.encode()).hexdigest()[:12]}"

    def person(self, name: str) -> str:
        return f"{self.start}:person:{name}"

    def comment(self, comment: Comment) -> str:
        return f"{self.start}:comment:{comment.id}"


def _export(folder: Path) -> PolisExport:
    if not folder.is_dir():
        raise BadFile(_("%(folder)s is not a folder. Give the folder of the export.") % {"folder": folder})
    try:
        export = read_polis_folder(folder)
    except (PolisFilesRefused, UnicodeDecodeError) as why:
        raise BadFile(str(why)) from None
    if export.bad_rows:
        raise BadFile(
            _("Some rows are not as they should be."),
            [(bad.row, f"{bad.file}: {bad.reason}") for bad in export.bad_rows],
        )
    return export


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else clock.now()


def _said_on(comment: Comment) -> date:
    return _moment(comment.at).date()


def _is_hidden(comment: Comment) -> bool:
    return comment.moderated == MODERATED_OUT


def _words(source: str, comment: Comment, author: Person) -> ImportedWords:
    hidden = _is_hidden(comment)
    return ImportedWords(
        source,
        comment.text,
        author,
        _said_on(comment),
        state=ContributionState.HIDDEN if hidden else ContributionState.VISIBLE,
        state_why=_("It was moderated out where it comes from.") if hidden else "",
    )


def _statement(source: str, comment: Comment, contribution: Contribution) -> ImportedStatement:
    hidden = _("It was moderated out where it comes from.") if _is_hidden(comment) else ""
    return ImportedStatement(
        source, comment.text.strip(), contribution, drawn_at=_moment(comment.at), hidden_why=hidden
    )


def _summary(space: Space, export: PolisExport, comments: int, responses: int, people: int) -> Imported:
    sentence = _(
        "“%(name)s” holds %(comments)d comments by %(people)d people, and %(responses)d responses from this export."
    ) % {"name": space.name, "comments": comments, "people": people, "responses": responses}
    if export.moderated_out:
        sentence += " " + _("%(hidden)d comments that were moderated out stay out of sight.") % {
            "hidden": len(export.moderated_out)
        }
    left_out = len(export.comments) - comments
    return Imported(comments, 0, 0, comments, responses, people, left_out, sentence)
