"""What an outcome did, as people noticed it, and the evidence for it: as far as each reader may see the words."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import seen_among
from coproduce.errors import NotHere
from coproduce.outcomes.models import Bearing, Effect, Outcome, OutcomeEvidence
from coproduce.spaces.access import Place

AT_MOST = 200


@dataclass(slots=True)
class Noticed:
    """One telling of an effect with its words, and those who tell it differently."""

    effect: Effect
    words: Contribution
    others: list["Noticed"] = field(default_factory=list)


@dataclass(slots=True)
class Effects:
    """Good and bad side by side, never set off against each other. ``gone``: how many cannot be read here."""

    good: list[Noticed]
    bad: list[Noticed]
    both: list[Noticed]
    gone: int

    def __bool__(self) -> bool:
        return bool(self.good or self.bad or self.both or self.gone)


def effects_of(place: Place, outcome: Outcome) -> Effects:
    """The effects people told, oldest first, each with who tells it differently. Two queries."""
    told = list(Effect.objects.filter(outcome=outcome).order_by("noticed_on", "linked_at", "pk")[:AT_MOST])
    readable = _readable(place, [one.contribution_id for one in told])
    shown = {one.pk: Noticed(one, readable[one.contribution_id]) for one in told if one.contribution_id in readable}
    columns: dict[str, list[Noticed]] = {bearing: [] for bearing in Bearing.values}
    for each in shown.values():
        columns[each.effect.bearing].append(each)
        first = shown.get(each.effect.sees_differently_id) if each.effect.sees_differently_id else None
        if first is not None:
            first.others.append(each)
    both = [*columns[Bearing.BOTH], *columns[Bearing.UNSURE]]
    return Effects(columns[Bearing.GOOD], columns[Bearing.BAD], both, len(told) - len(shown))


def effect_in(place: Place, outcome: Outcome, pk: UUID) -> Effect:
    """One effect of the outcome whose words this person may see. Raises ``NotHere``."""
    found = Effect.objects.filter(outcome=outcome, pk=pk).first()
    if found is None or not _readable(place, [found.contribution_id]):
        raise NotHere
    return found


def evidence_of(place: Place, outcome: Outcome) -> tuple[list[Contribution], int]:
    """The words that show that it is so, each with ``files`` (how many go with it), and how many cannot be read here.

    Two queries.
    """
    wanted = list(OutcomeEvidence.objects.filter(outcome=outcome).values_list("contribution", flat=True)[:AT_MOST])
    readable = _readable(place, wanted)
    return [readable[pk] for pk in wanted if pk in readable], len(wanted) - len(readable)


def _readable(place: Place, wanted: list[UUID]) -> dict[UUID, Contribution]:
    if not wanted:
        return {}
    whole = Count("attachments", filter=Q(attachments__erased_at=None))
    found = seen_among(place, wanted).annotate(files=whole)
    return {one.pk: one for one in found}
