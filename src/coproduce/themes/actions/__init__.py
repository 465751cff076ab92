"""Everything that can be done with themes: name and link (``naming``), rename, merge, split, place and colour
(``changing``), undo (``undoing``), move words on the board (``moving``), talk about a passage (``talking``)."""

from coproduce.themes.actions.changing import colour_theme, merge_themes, place_theme, rename_theme, split_theme
from coproduce.themes.actions.holding import ChangedMeanwhile, as_it_is
from coproduce.themes.actions.moving import MovedMeanwhile, move_links, undo_move
from coproduce.themes.actions.naming import (
    NameTaken,
    end_link,
    link_contribution,
    link_many,
    may_end,
    name_theme,
)
from coproduce.themes.actions.talking import add_coding_note, see_it_their_way
from coproduce.themes.actions.undoing import InTheWay, undo_change

__all__ = [
    "ChangedMeanwhile",
    "InTheWay",
    "MovedMeanwhile",
    "NameTaken",
    "add_coding_note",
    "as_it_is",
    "colour_theme",
    "end_link",
    "link_contribution",
    "link_many",
    "may_end",
    "merge_themes",
    "move_links",
    "name_theme",
    "place_theme",
    "rename_theme",
    "see_it_their_way",
    "split_theme",
    "undo_change",
    "undo_move",
]
