"""What people do to look after each other, one function for each thing. This list is the table of contents."""

from coproduce.care.actions.asking import end_role, name_for_role, write_note
from coproduce.care.actions.rules import end_rule, let_rule_hold, say_to_rule, suggest_rule
from coproduce.care.actions.safety import agree_to_open, answer_concern, ask_to_open, raise_concern
from coproduce.care.actions.sight import (
    appeal_moderation,
    bring_into_sight,
    decide_appeal,
    put_out_of_sight,
    put_several_out_of_sight,
    record_reading,
)
from coproduce.care.actions.worries import leave_as_it_is, note_words_gone, raise_flag, talk_with_author

__all__ = [
    "agree_to_open",
    "answer_concern",
    "appeal_moderation",
    "ask_to_open",
    "bring_into_sight",
    "decide_appeal",
    "end_role",
    "end_rule",
    "leave_as_it_is",
    "let_rule_hold",
    "name_for_role",
    "note_words_gone",
    "put_out_of_sight",
    "put_several_out_of_sight",
    "raise_concern",
    "raise_flag",
    "record_reading",
    "say_to_rule",
    "suggest_rule",
    "talk_with_author",
    "write_note",
]
