"""Everything that can be done with themes: name and link (``naming``), rename, merge and split (``changing``)."""

from coproduce.themes.actions.changing import merge_themes, rename_theme, split_theme
from coproduce.themes.actions.naming import (
    NameTaken,
    end_link,
    link_contribution,
    link_many,
    name_theme,
)

__all__ = [
    "NameTaken",
    "end_link",
    "link_contribution",
    "link_many",
    "merge_themes",
    "name_theme",
    "rename_theme",
    "split_theme",
]
