"""Everything that can be done here: follow and fold away (``quiet``), ask and answer by name (``asking``)."""

from coproduce.conversation.actions.asking import (
    answer_ask,
    ask_somebody,
    choose_who_may_ask,
    decline_ask,
    mean_for_people,
    see_asks,
    take_back_ask,
)
from coproduce.conversation.actions.quiet import fold_away, follow_quietly, show_again, stop_following

__all__ = [
    "answer_ask",
    "ask_somebody",
    "choose_who_may_ask",
    "decline_ask",
    "fold_away",
    "follow_quietly",
    "mean_for_people",
    "see_asks",
    "show_again",
    "stop_following",
    "take_back_ask",
]
