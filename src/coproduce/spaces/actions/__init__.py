"""What can be done to a space and to one's place in it."""

from coproduce.spaces.actions.joining import add_assisted_member, describe_myself, join_space
from coproduce.spaces.actions.opening import open_space, reframe_question, write_charter
from coproduce.spaces.actions.staying import (
    leave_space,
    make_facilitator,
    note_visit,
    pause_membership,
    return_to_space,
    stop_facilitating,
)
from coproduce.spaces.actions.ways_in import close_join_link, make_join_link

__all__ = [
    "add_assisted_member",
    "close_join_link",
    "describe_myself",
    "join_space",
    "leave_space",
    "make_facilitator",
    "make_join_link",
    "note_visit",
    "open_space",
    "pause_membership",
    "reframe_question",
    "return_to_space",
    "stop_facilitating",
    "write_charter",
]
