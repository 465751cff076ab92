"""What can be done with a priority exercise, one module for each part of its path."""

from coproduce.priorities.actions.checking import check_evidence
from coproduce.priorities.actions.choosing import choose_questions
from coproduce.priorities.actions.gathering import bring_back_in, gather_uncertainties, put_out_of_scope
from coproduce.priorities.actions.meeting import (
    change_place,
    choose_shortlist,
    count_tables,
    move_seat,
    rank_at_table,
    seat_people,
)
from coproduce.priorities.actions.merging import draw_question, put_words_behind, reword_question
from coproduce.priorities.actions.moving import move_exercise
from coproduce.priorities.actions.opening import change_exercise, name_steering, propose_exercise

__all__ = [
    "bring_back_in",
    "change_exercise",
    "change_place",
    "check_evidence",
    "choose_questions",
    "choose_shortlist",
    "count_tables",
    "draw_question",
    "gather_uncertainties",
    "move_exercise",
    "move_seat",
    "name_steering",
    "propose_exercise",
    "put_out_of_scope",
    "put_words_behind",
    "rank_at_table",
    "reword_question",
    "seat_people",
]
