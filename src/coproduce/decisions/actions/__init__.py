"""Proposing, speaking, amending, standing, closing by the charter's rules, and looking again."""

from coproduce.decisions.actions.afterwards import ask_to_look_again, say_rung
from coproduce.decisions.actions.amending import (
    amend_proposal,
    answer_amendment,
    may_be_reworded,
    rules_with,
    suggest_amendment,
)
from coproduce.decisions.actions.closing import close_proposal
from coproduce.decisions.actions.held import DecidedAlready
from coproduce.decisions.actions.proposing import Vote, hand_on_proposal, propose, propose_charter
from coproduce.decisions.actions.reckoning import reckon_registers
from coproduce.decisions.actions.speaking import (
    answer_voice,
    ask_for_advice,
    move_round,
    next_stages,
    speak_to,
    write_down_advice,
)
from coproduce.decisions.actions.standing import (
    SAYS_WHY,
    NotInTheRegister,
    ask_for_time,
    ask_to_carry,
    end_carrying,
    require_in_register,
    take_position,
)

__all__ = [
    "SAYS_WHY",
    "DecidedAlready",
    "NotInTheRegister",
    "Vote",
    "amend_proposal",
    "answer_amendment",
    "answer_voice",
    "ask_for_advice",
    "ask_for_time",
    "ask_to_carry",
    "ask_to_look_again",
    "close_proposal",
    "end_carrying",
    "hand_on_proposal",
    "may_be_reworded",
    "move_round",
    "next_stages",
    "propose",
    "propose_charter",
    "reckon_registers",
    "require_in_register",
    "rules_with",
    "say_rung",
    "speak_to",
    "suggest_amendment",
    "take_position",
    "write_down_advice",
]
