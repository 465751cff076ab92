"""What can be done with claims and answers to them."""

from coproduce.deliberation.actions.drawing import (
    draw_statement,
    hide_statement,
    show_statement,
)
from coproduce.deliberation.actions.importing import (
    ImportedResponse,
    ImportedStatement,
    draw_statements_many,
    respond_many,
)
from coproduce.deliberation.actions.mapping import ask_for_map, compute_opinion_map, map_again
from coproduce.deliberation.actions.naming import add_value, begin_list, find_value, offer_values
from coproduce.deliberation.actions.responding import Said, respond
from coproduce.deliberation.actions.rounds import OnPaper, close_round, enter_paper, open_a_round
from coproduce.deliberation.actions.wording import (
    leave_wording,
    let_answer_stand,
    reword_statement,
    take_back_talk,
    talk_about_wording,
)

__all__ = [
    "ImportedResponse",
    "ImportedStatement",
    "OnPaper",
    "Said",
    "add_value",
    "ask_for_map",
    "begin_list",
    "close_round",
    "compute_opinion_map",
    "draw_statement",
    "draw_statements_many",
    "enter_paper",
    "find_value",
    "hide_statement",
    "leave_wording",
    "let_answer_stand",
    "map_again",
    "offer_values",
    "open_a_round",
    "respond",
    "respond_many",
    "reword_statement",
    "show_statement",
    "take_back_talk",
    "talk_about_wording",
]
