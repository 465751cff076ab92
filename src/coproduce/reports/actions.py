"""Keeping an account: the numbers of a day, for good."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from coproduce import clock
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.reports.models import Analysis, KeptAccount
from coproduce.reports.queries.numbers import Made, digest_of, numbers_at
from coproduce.spaces.access import require_member
from coproduce.spaces.models import Space


def counted_now(space: Space) -> tuple[datetime, list[Made]]:
    """The moment and the numbers to keep. It reads much and locks nothing: call it before ``keep_account``."""
    at = clock.now()
    return at, numbers_at(space, at, space.threshold)


@transaction.atomic
def keep_account(
    *, actor: Person, space: Space, note: str = "", numbers: tuple[datetime, Sequence[Made]] | None = None
) -> KeptAccount:
    """Keep the numbers of the account as they are, with what is needed to work each out again. Any member may.

    note: what it is for, in a few words. numbers: from ``counted_now``. The digests of the results stand in the
    history, so that nobody can change what was kept without it showing. Raises ``NotHere`` or ``ValidationError``.
    """
    require_member(actor, space)
    at, made = numbers if numbers is not None else counted_now(space)
    account = KeptAccount(space=space, kept_by=actor, kept_at=at, note=note.strip())
    account.full_clean()
    account.save(force_insert=True)
    rows = [Analysis(kept=account, **each._asdict()) for each in made]
    for row in rows:
        row.full_clean(exclude=["kept"])
    Analysis.objects.bulk_create(rows)
    digests = {row.method: digest_of(row.result) for row in rows}
    record("account kept", actor=actor, space=space, subject=account, numbers=digests)
    return account
