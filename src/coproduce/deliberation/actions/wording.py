"""Putting a claim in better words, and talking about its wording."""

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.deliberation.actions.drawing import require_open
from coproduce.deliberation.models import Response, Statement, StatementVersion, WordingState, WordingTalk
from coproduce.deliberation.queries import is_asked_now, may_word
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_member


@transaction.atomic
def reword_statement(
    *, actor: Person, statement: Statement, words: str, why: str, talk: WordingTalk | None = None
) -> Statement:
    """Put a claim in better words. Earlier wordings stay readable, and an answer stays with the words it was given to.

    Only for ``queries.may_word``: whoever drew it, or a facilitator where they have left or do not go online. Not
    while a round asks about it: people are answering these words, some on paper. ``talk``: what somebody said that is
    taken up by it. Everyone who answered is asked once whether their answer still holds; until then it counts for the
    wording it was given to and for no other. Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    held = _held(actor, statement)
    words, why = " ".join(words.split()), why.strip()
    _require_new_words(held, words, why)
    now = clock.now()
    if held.wording == 1:
        StatementVersion.objects.create(
            statement=held, number=1, words=held.words, worded_by_id=held.drawn_by_id, worded_at=held.drawn_at
        )
    before, held.words, held.wording = held.words, words, held.wording + 1
    held.full_clean(exclude=["space", "drawn_by"])
    held.save(update_fields=["words", "wording"])
    _word(held, actor, why)
    held.responses.filter(overtaken_at=None).update(overtaken_at=now, let_stand_at=None)
    if talk is not None:
        _take_up(talk, held, actor)
    record(
        "statement reworded",
        actor=actor,
        space=held.space,
        subject=held,
        words=words,
        before=before,
        why=why,
        talk=talk.pk if talk else None,
    )
    return held


def _held(actor: Person, statement: Statement) -> Statement:
    """The claim as it is now, locked, for somebody who may put it in other words."""
    require_member(actor, statement.space)
    require_open(statement.space)
    held = Statement.objects.select_for_update(of=("self",)).select_related("space", "drawn_by").get(pk=statement.pk)
    if held.hidden_at is not None:
        raise NotHere
    if not may_word(actor, held):
        raise NotAllowed(
            _(
                "Whoever drew a claim puts it in better words. You can tell them what you would say, "
                "or draw a claim of your own. Nothing was changed."
            )
        )
    if is_asked_now(held):
        raise NotAllowed(
            _(
                "People are answering these words in a round, some of them on paper. The claim keeps its words until "
                "the round is closed. Nothing was changed."
            )
        )
    return held


def _require_new_words(held: Statement, words: str, why: str) -> None:
    if not why:
        raise NotAllowed(_("Say why. People who answered the earlier words will ask."))
    if words == held.words:
        raise NotAllowed(_("These are the words it has. Change them, or leave it as it is."))


def _word(held: Statement, actor: Person, why: str) -> None:
    """Keep the newest wording. Of somebody who does not go online the facilitator is named as who wrote it down."""
    speaks_for = held.drawn_by.is_assisted and actor.pk != held.drawn_by_id
    version = StatementVersion(
        statement=held,
        number=held.wording,
        words=held.words,
        why=why,
        worded_by=held.drawn_by if speaks_for else actor,
        recorded_by=actor if speaks_for else None,
        worded_at=clock.now(),
    )
    version.full_clean(exclude=["statement"])
    version.save(force_insert=True)


def _take_up(talk: WordingTalk, held: Statement, actor: Person) -> None:
    waiting = held.talks.filter(pk=talk.pk, state=WordingState.OPEN)
    if not waiting.update(state=WordingState.TAKEN_UP, answered_by=actor, answered_at=clock.now()):
        raise NotHere(_("What was said about the wording was answered or taken back in the meantime."))


@transaction.atomic
def talk_about_wording(
    *, actor: Person, statement: Statement, why: str, words: str = "", person: Person | None = None
) -> WordingTalk:
    """Say something about the wording of a claim, with other words for it or without. It changes nothing by itself.

    person: an assisted member who said it, written down by a facilitator (the actor).
    """
    person = person or actor
    recorder = recorder_for(actor, person, statement.space)
    require_open(statement.space)
    if statement.hidden_at is not None:
        raise NotHere
    talk = WordingTalk(
        statement=statement,
        wording=statement.wording,
        person=person,
        recorded_by=recorder,
        words=" ".join(words.split()),
        why=why.strip(),
        said_at=clock.now(),
    )
    talk.full_clean(exclude=["statement"])
    talk.save(force_insert=True)
    record(
        "wording talked about",
        actor=actor,
        space=statement.space,
        subject=talk,
        statement=statement.pk,
        person=person.pk,
        words=talk.words,
        why=talk.why,
    )
    return talk


@transaction.atomic
def leave_wording(*, actor: Person, talk: WordingTalk, why: str) -> WordingTalk:
    """Say why the wording stays as it is. For whoever may put the claim in other words."""
    statement = talk.statement
    require_member(actor, statement.space)
    if not may_word(actor, statement):
        raise NotAllowed(_("Whoever drew the claim answers what is said about its words."))
    if not why.strip():
        raise NotAllowed(_("Say why it stays as it is. Somebody took the trouble to think about it."))
    return _end_talk(actor, talk, WordingState.NOT_TAKEN_UP, why.strip())


@transaction.atomic
def take_back_talk(*, actor: Person, talk: WordingTalk) -> WordingTalk:
    """Take back what one said about a wording, while nobody has answered it. It stays on the record as taken back."""
    recorder_for(actor, talk.person, talk.statement.space)
    return _end_talk(actor, talk, WordingState.TAKEN_BACK, "")


def _end_talk(actor: Person, talk: WordingTalk, state: WordingState, answer: str) -> WordingTalk:
    waiting = WordingTalk.objects.filter(pk=talk.pk, state=WordingState.OPEN)
    now = clock.now()
    if not waiting.update(state=state, answer=answer, answered_by=actor, answered_at=now):
        raise NotAllowed(_("It was answered or taken back in the meantime. Nothing was changed."))
    talk.state, talk.answer, talk.answered_by, talk.answered_at = state, answer, actor, now
    record("wording talk answered", actor=actor, space=talk.statement.space, subject=talk, state=state, why=answer)
    return talk


@transaction.atomic
def let_answer_stand(*, actor: Person, response: Response) -> Response:
    """Leave an answer with the earlier words it was given to. It counts for those alone, and nobody asks again."""
    recorder_for(actor, response.person, response.statement.space)
    require_open(response.statement.space)
    if response.overtaken_at is None:
        raise NotAllowed(_("This answer is to the words the claim has now. Nothing was changed."))
    response.let_stand_at = clock.now()
    response.save(update_fields=["let_stand_at"])
    record(
        "answer left with earlier words",
        actor=actor,
        space=response.statement.space,
        subject=response,
        wording=response.wording,
        person=response.person_id,
    )
    return response
