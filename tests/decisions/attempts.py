"""Two thousand attempts at positions that must not count, of seven sorts, several at once."""

import random
import threading
from collections import Counter
from typing import NamedTuple

from django.db import DatabaseError, IntegrityError, connection, transaction

from coproduce import clock
from coproduce.decisions import actions
from coproduce.decisions.models import Decision, Position, Proposal
from coproduce.errors import Refused
from tests import building

SORTS = ("ineligible", "late", "forged for another", "foreign version", "doubled", "stranger", "straight into the rows")


class Ground(NamedTuple):
    """A space with an open proposal, a decided one, those who decide, and those who do not."""

    open: Proposal
    decided: Proposal
    deciding: list
    late: list
    strangers: list


def ground() -> Ground:
    space = building.space(days=0)
    deciding = [building.member(space, f"Member {n}") for n in range(12)]
    words = building.contribution(space, deciding[0])
    put = {"actor": deciding[0], "space": space, "words": "W.", "contributions": [words]}
    proposal, decided = (actions.propose(title=title, **put) for title in ("Open", "Decided"))
    for person in deciding:
        actions.take_position(actor=person, proposal=proposal, kind="consent", reason="As it is.")
    actions.take_position(actor=deciding[1], proposal=decided, kind="consent", reason="As it is.")
    actions.close_proposal(actor=deciding[1], proposal=decided, agreed=True)
    late = [building.member(space, f"Late {n}") for n in range(6)]
    return Ground(proposal, decided, deciding, late, [building.person(f"Stranger {n}") for n in range(6)])


def attempt(sort: str, on: Ground, luck: random.Random) -> str:
    """Try one, and answer what refused it: ``words``, ``database``, or ``counted``, which must never be."""
    one, other = luck.sample(on.deciding, 2)
    late, stranger = luck.choice(on.late), luck.choice(on.strangers)
    act = {"proposal": on.open, "kind": "object", "reason": "Forged."}
    tries = {
        "ineligible": lambda: actions.take_position(actor=late, **act),
        "late": lambda: actions.take_position(actor=one, **(act | {"proposal": on.decided})),
        "forged for another": lambda: actions.take_position(actor=one, person=other, **act),
        "stranger": lambda: actions.take_position(actor=stranger, **act),
        "foreign version": lambda: close_with_foreign_words(on, one),
        "doubled": lambda: row(on.open, one),
        "straight into the rows": lambda: row(on.open, luck.choice([late, stranger])),
    }
    try:
        with transaction.atomic():
            tries[sort]()
    except Refused as refused:
        return "words" if str(refused.what_now).strip() else "silence"
    except (IntegrityError, DatabaseError):
        return "database"
    return "counted"


def row(proposal: Proposal, person: object) -> None:
    version = proposal.versions.get()
    Position.objects.create(proposal=proposal, person=person, version=version, kind="object", reason="Forged.")


def close_with_foreign_words(on: Ground, person: object) -> None:
    """A decision about the words of another proposal, straight into the rows."""
    Decision.objects.create(
        proposal=on.open, agreed=True, version=on.decided.versions.get(), closed_by=person, decided_at=clock.now()
    )


def make(on: Ground, how_many: int, at_once: int) -> dict[str, Counter]:
    """``how_many`` attempts by ``at_once`` people at a time; answers by sort what refused them."""
    found = {sort: Counter() for sort in SORTS}
    lock = threading.Lock()

    def work(number: int) -> None:
        luck = random.Random(number)
        try:
            for _turn in range(how_many // at_once):
                sort = luck.choice(SORTS)
                answer = attempt(sort, on, luck)
                with lock:
                    found[sort][answer] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def table(found: dict[str, Counter]) -> str:
    """What was tried and what became of it."""
    lines = [f"{'attempt':<24}{'made':>8}{'in words':>10}{'by the rows':>12}{'counted':>9}"]
    for sort, answers in found.items():
        lines.append(
            f"{sort:<24}{sum(answers.values()):>8}{answers['words']:>10}{answers['database']:>12}{answers['counted']:>9}"
        )
    return "\n".join(lines)
