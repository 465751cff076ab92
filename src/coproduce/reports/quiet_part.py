"""What a reader arranged for themselves on the page of one contribution: what they follow, fold away, are asked."""

from typing import Any

from coproduce.contributions.models import Contribution, ContributionState
from coproduce.contributions.queries import Thread
from coproduce.conversation.folding import folded_by
from coproduce.conversation.forms import ButtonForm
from coproduce.conversation.queries import beside_words
from coproduce.spaces.access import Place


def quiet_part(place: Place, brought: Contribution, answered: Contribution | None, thread: Thread) -> dict[str, Any]:
    """More for the page: ``quiet`` are the words that are folded for this reader.

    One query for members, two more where the reader folds anything away; none for visitors.
    """
    beside = beside_words(place, brought)
    if beside is None:
        return {"quiet": ()}
    shown = [answer.pk for top in thread.answers for answer in (top, *top.under)]
    quiet = folded_by(place, beside.mutes, [brought.pk, *([answered.pk] if answered else []), *shown])
    return {
        "quiet": quiet,
        "is_quiet": brought.pk in quiet,
        "answered_is_quiet": answered is not None and answered.pk in quiet,
        "is_followed": beside.is_followed,
        "may_follow": brought.state == ContributionState.VISIBLE,
        "asks": beside.asks,
        "button": ButtonForm(),
    }
