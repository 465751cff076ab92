"""Deciding in other ways: the charter changed by decision, advice, a round in stages, rungs, and looking again."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from coproduce.decisions import actions
from coproduce.decisions.models import AdviceAsked, Amendment, Proposal, Voice
from coproduce.decisions.queries import looked_at_again, present_version
from coproduce.demonstration.story_files import Row
from coproduce.demonstration.telling import Act, Book, Turn
from coproduce.spaces.charters import CharterRules
from coproduce.spaces.queries import charter_with_rights

Did = Callable[[Book, Proposal, Row], object]


def acts(book: Book) -> Iterator[Act]:
    for row in book.story["deciding"]:
        yield Act(row["on"], Turn.PROPOSED, partial(put, book, row))
        for step in row["steps"]:
            turn = Turn.CLOSED if step["do"] == "close" else Turn.STOOD
            yield Act(step["on"], turn, partial(take, book, row["key"], step))
    for row in book.story["rungs"]:
        yield Act(row["on"], Turn.JUDGED, partial(say_rung, book, row))
    for row in book.story["again"]:
        yield Act(row["on"], Turn.JUDGED, partial(look_again, book, row))
    for step in book.story["again_steps"]:
        yield Act(step["on"], Turn.STOOD, partial(take, book, "again", step))


def put(book: Book, row: Row) -> None:
    actor = book.people[row["by"]]
    if "charter" in row:
        rules = _rules(CharterRules.of(charter_with_rights(book.space)), row["charter"])
        put_now = actions.propose_charter(
            actor=actor, space=book.space, title=row["title"], why=row["words"].strip(), rules=rules
        )
    else:
        put_now = actions.propose(
            actor=actor,
            space=book.space,
            kind=row["kind"],
            title=row["title"],
            words=row["words"],
            themes=[book.themes[key] for key in row["themes"]],
            contributions=book.words(row["contributions"]),
        )
    book.proposals[row["key"]] = put_now


def _rules(before: CharterRules, said: Row) -> CharterRules:
    return replace(before, rights=replace(before.rights, **said))


def take(book: Book, key: str, step: Row) -> None:
    """One step of a proposal, on the proposal as it is by then."""
    DID[step["do"]](book, Proposal.objects.get(pk=book.proposals[key].pk), step)


def _who(book: Book, step: Row) -> dict[str, Any]:
    actor, person = book.who(step["by"], step.get("recorder"))
    return {"actor": actor, "person": person}


def stand(book: Book, proposal: Proposal, step: Row) -> None:
    who = _who(book, step)
    if "for" in step:
        who["person"] = book.people[step["for"]]
    actions.take_position(**who, proposal=proposal, kind=step["position"], reason=step["reason"])


def speak(book: Book, proposal: Proposal, step: Row) -> None:
    actions.speak_to(**_who(book, step), proposal=proposal, kind=step["kind"], words=step["words"])


def answer(book: Book, proposal: Proposal, step: Row) -> None:
    voice = Voice.objects.filter(proposal=proposal)[step["to"] - 1]
    noted = step.get("noted", False)
    actions.answer_voice(actor=book.people[step["by"]], voice=voice, words=step["words"], is_noted=noted)


def ask(book: Book, proposal: Proposal, step: Row) -> None:
    actions.ask_for_advice(
        actor=book.people[step["by"]],
        proposal=proposal,
        because=step["because"],
        person=book.people[step["whom"]] if "whom" in step else None,
        outside=step.get("outside", ""),
    )


def hear(book: Book, proposal: Proposal, step: Row) -> None:
    asked = AdviceAsked.objects.get(proposal=proposal, outside=step["outside"])
    actions.write_down_advice(actor=book.people[step["by"]], asked=asked, words=step["words"])


def suggest(book: Book, proposal: Proposal, step: Row) -> None:
    actions.suggest_amendment(**_who(book, step), proposal=proposal, words=step["words"], why=step["why"])


def take_up(book: Book, proposal: Proposal, step: Row) -> None:
    amendment = Amendment.objects.get(proposal=proposal, is_taken_up=None)
    actions.answer_amendment(actor=book.people[step["by"]], amendment=amendment, take_up=True, answer=step["words"])


def amend(book: Book, proposal: Proposal, step: Row) -> None:
    now = present_version(proposal)
    rules = _rules(CharterRules.from_json(now.charter), step["charter"]) if now.charter else None
    actions.amend_proposal(
        actor=book.people[step["by"]],
        proposal=proposal,
        words=step.get("words", now.words),
        why=step["why"],
        title=step.get("title"),
        rules=rules,
    )


def move(book: Book, proposal: Proposal, step: Row) -> None:
    actions.move_round(actor=book.people[step["by"]], proposal=proposal, to=step["to"], note=step.get("note", ""))


def entrust(book: Book, proposal: Proposal, step: Row) -> None:
    actions.ask_to_carry(**_who(book, step), proposal=proposal, through=book.people[step["through"]])


def wait(book: Book, proposal: Proposal, step: Row) -> None:
    actions.ask_for_time(**_who(book, step), proposal=proposal)


def close(book: Book, proposal: Proposal, step: Row) -> None:
    key = next(key for key, held in book.proposals.items() if held.pk == proposal.pk)
    book.decisions[key] = actions.close_proposal(
        actor=book.people[step["by"]],
        proposal=proposal,
        agreed=step["agreed"],
        why=step["words"],
        review_on=step.get("review_on"),
    )


DID: dict[str, Did] = {
    "stand": stand,
    "speak": speak,
    "answer": answer,
    "ask": ask,
    "hear": hear,
    "suggest": suggest,
    "take_up": take_up,
    "amend": amend,
    "move": move,
    "entrust": entrust,
    "time": wait,
    "close": close,
}


def say_rung(book: Book, row: Row) -> None:
    actor, person = book.who(row["person"], row.get("recorder"))
    decision = book.decisions[row["decision"]]
    actions.say_rung(actor=actor, person=person, decision=decision, rung=row["rung"], words=row["words"])


def look_again(book: Book, row: Row) -> None:
    actor, person = book.who(row["person"], row.get("recorder"))
    decision = book.decisions[row["decision"]]
    actions.ask_to_look_again(actor=actor, person=person, decision=decision, reason=row["words"])
    if again := looked_at_again(decision):
        book.proposals["again"] = again
