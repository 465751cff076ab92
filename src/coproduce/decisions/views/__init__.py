"""Deciding together: the list, one proposal, speaking to it, standing, closing, and afterwards."""

from coproduce.decisions.views.afterwards import again, rung
from coproduce.decisions.views.charter import propose_charter
from coproduce.decisions.views.putting import amend, close, hand_on, move, propose
from coproduce.decisions.views.reading import changes, decisions, proposal
from coproduce.decisions.views.speaking import answer, ask, heard, speak, suggest, suggestion
from coproduce.decisions.views.standing import no_longer_through, position, through, time

__all__ = [
    "again",
    "amend",
    "answer",
    "ask",
    "changes",
    "close",
    "decisions",
    "hand_on",
    "heard",
    "move",
    "no_longer_through",
    "position",
    "proposal",
    "propose",
    "propose_charter",
    "rung",
    "speak",
    "suggest",
    "suggestion",
    "through",
    "time",
]
