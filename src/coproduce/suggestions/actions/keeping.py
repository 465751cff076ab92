"""Keeping what the computer found. What nobody has decided is replaced; what somebody decided stays."""

from typing import Any

from django.db import transaction

from coproduce import clock
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.models import Space
from coproduce.suggestions.models import (
    Suggestion,
    SuggestionKind,
    SuggestionRun,
    SuggestionState,
    SuggestionWords,
)
from coproduce.suggestions.reading import Said

AT_ONCE = 400


@transaction.atomic
def keep_suggestions(
    *, actor: Person, space: Space, said: Said, belongs: Any, groups: Any, meaning: bool
) -> tuple[SuggestionRun, SuggestionRun]:
    """Write the runs and their suggestions. Safe to do twice.

    A suggestion that waits already keeps its identifier, so that a page somebody has open still says yes to the
    right thing. belongs, groups: what ``finding_out`` found.
    """
    first = _run(actor, space, SuggestionKind.BELONGS, said, counts={**belongs.counts, "meaning": meaning})
    second = _run(actor, space, SuggestionKind.NEW, said, counts={**groups.counts, "meaning": meaning})
    _keep_belonging(first, said, belongs.belongs)
    _keep_groups(second, said, groups.groups)
    record(
        "suggestions made",
        actor=None,
        space=space,
        subject=first,
        asked_by=actor.pk,
        input_hash=first.input_hash,
        belongs=len(belongs.belongs),
        groups=len(groups.groups),
    )
    return first, second


def _run(actor: Person, space: Space, kind: SuggestionKind, said: Said, *, counts: dict[str, Any]) -> SuggestionRun:
    from coproduce.suggestions.finding_out import PARAMETERS, SEED, VERSION

    method = "coproduce_methods.suggestion" if kind == SuggestionKind.BELONGS else "coproduce_methods.emergence"
    return SuggestionRun.objects.create(
        space=space,
        kind=kind,
        asked_by=actor,
        at=clock.now(),
        method=method,
        version=VERSION,
        parameters=PARAMETERS,
        seed=SEED,
        input_hash=said.digest,
        counts=counts,
    )


def _keep_belonging(run: SuggestionRun, said: Said, found: list[Any]) -> None:
    waiting = Suggestion.objects.filter(
        space=run.space, kind=SuggestionKind.BELONGS, state=SuggestionState.WAITING
    ).select_for_update()
    there = {(each.theme_id, each.contribution_id): each for each in waiting}
    new, kept = [], []
    for each in found:
        theme, key = said.themes[each.column], said.keys[each.row]
        row = there.pop((theme.pk, key), None)
        fields = {"run": run, "version": said.versions[each.row], "reasons": each.reasons, "score": each.chance}
        if row is None:
            new.append(
                Suggestion(
                    space=run.space, kind=SuggestionKind.BELONGS, theme_id=theme.pk, contribution_id=key, **fields
                )
            )
        else:
            for name, value in fields.items():
                setattr(row, name, value)
            kept.append(row)
    gone = [each.pk for each in there.values()]
    for begin in range(0, len(gone), AT_ONCE):
        Suggestion.objects.filter(pk__in=gone[begin : begin + AT_ONCE]).delete()
    Suggestion.objects.bulk_update(kept, ["run", "version", "reasons", "score"], batch_size=AT_ONCE)
    Suggestion.objects.bulk_create(new, batch_size=AT_ONCE)


def _keep_groups(run: SuggestionRun, said: Said, found: list[Any]) -> None:
    Suggestion.objects.filter(space=run.space, kind=SuggestionKind.NEW, state=SuggestionState.WAITING).delete()
    for place, group in enumerate(found, 1):
        made = Suggestion.objects.create(
            run=run,
            space=run.space,
            kind=SuggestionKind.NEW,
            name=", ".join(group.terms)[:200],
            reasons={"newness": group.newness, "cohesion": group.cohesion},
            score=group.cohesion,
            place=place,
        )
        typical = {row: at for at, row in enumerate(group.typical, 1)}
        SuggestionWords.objects.bulk_create(
            [
                SuggestionWords(
                    suggestion=made,
                    contribution_id=said.keys[row],
                    version=said.versions[row],
                    typical=typical.get(row, 0),
                )
                for row in group.rows
            ],
            batch_size=AT_ONCE,
        )
