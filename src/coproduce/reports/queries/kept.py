"""Accounts that were kept, and working their numbers out again."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

from coproduce.deliberation.actions import map_again
from coproduce.deliberation.models import OpinionMap, Statement
from coproduce.deliberation.queries import shown_claims, wordings_at
from coproduce.errors import NotHere
from coproduce.history.models import Event
from coproduce.priorities.actions.calculating import calculate_again
from coproduce.priorities.models import Calculation
from coproduce.reports.models import Analysis, KeptAccount
from coproduce.reports.queries.numbers import Made, digest_of, numbers_at, settled
from coproduce.spaces.access import Place
from coproduce.spaces.models import Space
from coproduce.valuing.models import CountedValues
from coproduce.valuing.queries.counted import made_of
from coproduce_methods.opinion_result import METHOD_VERSION as MAP_VERSION

CLOSE_ENOUGH = 1e-9


def kept_in(place: Place, most: int = 24) -> list[KeptAccount]:
    """The newest accounts that were kept of a space, with who kept them. One query."""
    return list(KeptAccount.objects.filter(space=place.space).select_related("kept_by")[:most])


def kept_account(place: Place, pk: UUID) -> KeptAccount:
    """One account that was kept, with its analyses. ``NotHere`` if there is none. Two queries."""
    found = KeptAccount.objects.filter(space=place.space, pk=pk).select_related("kept_by").prefetch_related("analyses")
    account = found.first()
    if account is None:
        raise NotHere
    account.space = place.space
    return account


def claims_of(account: KeptAccount) -> list[tuple[Statement, dict[str, Any]]]:
    """Each claim that is in sight, in its words of then, with how people saw it, the most answered first. Two queries
    at most.

    Those of a round that hides what people answer are left out until it is closed: what was kept before would lead
    people as much as what is answered now.
    """
    then: dict[str, Any] = next(
        (one.result["claims"] for one in account.analyses.all() if one.method == "agreement"), {}
    )
    claims = list(shown_claims(account.space).order_by("drawn_at", "pk"))
    worded = wordings_at(claims, account.kept_at)
    for claim in claims:
        claim.words = worded[claim.pk].words
    shown = [(claim, then[str(claim.pk)]) for claim in claims if then.get(str(claim.pk), {}).get("total")]
    return sorted(shown, key=lambda pair: -sum(pair[1]["total"][answer] for answer in ("agree", "unsure", "disagree")))


# ── again ────────────────────────────────────────────────────────────────────────────────────────


class Verdict(Enum):
    """What became of working a number out again."""

    SAME = "the same"
    CHANGED = "cannot be counted again: some of what it was counted from was taken back or changed since"
    OTHER_VERSION = "was made with another version of the method"
    DIFFERENT = "NOT THE SAME, although it was counted from the same"
    TAMPERED = "NOT WHAT THE HISTORY SAYS was kept"

    @property
    def is_wrong(self) -> bool:
        return self in (Verdict.DIFFERENT, Verdict.TAMPERED)


class Replay(NamedTuple):
    """One stored number and whether it comes out the same."""

    space: str
    made_at: datetime
    method: str
    verdict: Verdict


def replayed(only: Space | None = None) -> Iterator[Replay]:
    """Every kept account, map of views, count of values and of priorities, worked out again; oldest first."""
    for space in Space.objects.order_by("slug") if only is None else [only]:
        for account in KeptAccount.objects.filter(space=space).order_by("kept_at").prefetch_related("analyses"):
            yield from _account_again(space, account)
        for stored in OpinionMap.objects.filter(space=space).order_by("computed_at").iterator(chunk_size=20):
            stored.space = space
            yield Replay(space.slug, stored.computed_at, stored.method, _map_verdict(stored))
        for counted in CountedValues.objects.filter(space=space).order_by("computed_at", "method"):
            yield Replay(space.slug, counted.computed_at, counted.method, _values_verdict(space, counted))
        for worked_out in Calculation.objects.filter(exercise__space=space).order_by("made_at", "id"):
            yield Replay(space.slug, worked_out.made_at, worked_out.method, _priorities_verdict(worked_out))


def _account_again(space: Space, account: KeptAccount) -> Iterator[Replay]:
    changed = changed_since_kept(account)
    again: dict[int, dict[str, Made]] = {}
    for stored in account.analyses.all():
        threshold = int(stored.parameters.get("threshold", space.threshold))
        if threshold not in again:
            again[threshold] = {made.method: made for made in numbers_at(space, account.kept_at, threshold)}
        verdict = _verdict(stored, again[threshold].get(stored.method))
        if stored.method in changed:
            verdict = Verdict.TAMPERED
        yield Replay(space.slug, account.kept_at, stored.method, verdict)
    for method in sorted(changed - {stored.method for stored in account.analyses.all()}):
        yield Replay(space.slug, account.kept_at, method, Verdict.TAMPERED)


def changed_since_kept(account: KeptAccount) -> set[str]:
    """The methods whose results are not those of which the history holds the digest: changed, added or gone.

    None of them where the details of that event were erased.
    """
    kept = Event.objects.filter(subject=account.pk, kind="account kept").select_related("detail").first()
    detail = getattr(kept, "detail", None)
    if kept is not None and detail is None:
        return set()
    promised = set(detail.payload["numbers"].items()) if detail is not None else set()
    found = {(stored.method, digest_of(stored.result)) for stored in account.analyses.all()}
    return {method for method, _digest in promised ^ found}


def _verdict(stored: Analysis, made: Made | None) -> Verdict:
    if made is None or made.input_hash != stored.input_hash:
        return Verdict.CHANGED
    if made.version != stored.version:
        return Verdict.OTHER_VERSION
    return Verdict.SAME if alike(made.result, stored.result) else Verdict.DIFFERENT


def _map_verdict(stored: OpinionMap) -> Verdict:
    digest, result = map_again(stored)
    if digest != stored.input_hash:
        return Verdict.CHANGED
    if result is None or stored.version != MAP_VERSION:
        return Verdict.OTHER_VERSION
    # The moment is a field of the row; in the result it is written in whatever time zone it was told in.
    now, then = ({**each, "computed_at": None} for each in (result, stored.result))
    return Verdict.SAME if alike(settled(now), settled(then)) else Verdict.DIFFERENT


def _priorities_verdict(stored: Calculation) -> Verdict:
    """What an exercise worked out stands with what went in, without names, so it can always be worked out again."""
    again = calculate_again(stored)
    if again is None:
        return Verdict.TAMPERED
    if again["version"] != stored.version:
        return Verdict.OTHER_VERSION
    return Verdict.SAME if alike(settled(again), settled(stored.result)) else Verdict.DIFFERENT


def _values_verdict(space: Space, stored: CountedValues) -> Verdict:
    threshold = int(stored.parameters["threshold"])
    made = {each.method: each for each in made_of(space, stored.season, threshold, stored.computed_at)}
    again = made.get(stored.method)
    if again is None or again.input_hash != stored.input_hash:
        return Verdict.CHANGED
    if again.version != stored.version:
        return Verdict.OTHER_VERSION
    return Verdict.SAME if alike(settled(again.result), settled(stored.result)) else Verdict.DIFFERENT


def alike(one: Any, other: Any) -> bool:
    """Whether two results say the same, but for what rounding on another machine does."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) or isinstance(other, float):
        numbers = isinstance(one, int | float) and isinstance(other, int | float)
        return numbers and abs(one - other) <= CLOSE_ENOUGH * max(1.0, abs(one), abs(other))
    return bool(one == other)
