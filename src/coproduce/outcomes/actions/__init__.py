"""What can be done about what came of it."""

from coproduce.outcomes.actions.ending import (
    answer_succession,
    ask_successor,
    call_off_ending,
    end_space,
    leave_open,
    say_ending,
    take_up,
    wake_space,
)
from coproduce.outcomes.actions.judging import note_told, say_good_enough
from coproduce.outcomes.actions.keeping import answer_handing, hand_on, let_go, take_on
from coproduce.outcomes.actions.noticing import add_evidence, bring_evidence, tell_effect
from coproduce.outcomes.actions.promising import make_commitment, update_commitment
from coproduce.outcomes.actions.telling import add_sources, say_state, tell_outcome

__all__ = [
    "add_evidence",
    "add_sources",
    "answer_handing",
    "answer_succession",
    "ask_successor",
    "bring_evidence",
    "call_off_ending",
    "end_space",
    "hand_on",
    "leave_open",
    "let_go",
    "make_commitment",
    "note_told",
    "say_ending",
    "say_good_enough",
    "say_state",
    "take_on",
    "take_up",
    "tell_effect",
    "tell_outcome",
    "update_commitment",
    "wake_space",
]
