"""What can be done about values: give tokens, change the list, count, say what it means, name a tension."""

from coproduce.valuing.actions.counting import count_if_due, count_values
from coproduce.valuing.actions.giving import give_tokens
from coproduce.valuing.actions.naming import (
    bring_back_value,
    hold_back_value,
    retire_value,
    show_value,
    word_value,
)
from coproduce.valuing.actions.saying import name_tension, say_understanding, take_back_tension

__all__ = [
    "bring_back_value",
    "count_if_due",
    "count_values",
    "give_tokens",
    "hold_back_value",
    "name_tension",
    "retire_value",
    "say_understanding",
    "show_value",
    "take_back_tension",
    "word_value",
]
