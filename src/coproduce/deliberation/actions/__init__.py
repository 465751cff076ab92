"""What can be done with claims and answers to them."""

from coproduce.deliberation.actions.drawing import (
    add_value,
    draw_statement,
    hide_statement,
    offer_values,
    show_statement,
)
from coproduce.deliberation.actions.importing import (
    ImportedResponse,
    ImportedStatement,
    draw_statements_many,
    respond_many,
)
from coproduce.deliberation.actions.mapping import SMALL, compute_opinion_map, map_again, redraw_map_if_small
from coproduce.deliberation.actions.responding import respond

__all__ = [
    "SMALL",
    "ImportedResponse",
    "ImportedStatement",
    "add_value",
    "compute_opinion_map",
    "draw_statement",
    "draw_statements_many",
    "hide_statement",
    "map_again",
    "offer_values",
    "redraw_map_if_small",
    "respond",
    "respond_many",
    "show_statement",
]
