"""The story as it stands in ``story/*.toml``; the files explain their own fields."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "story"
FILES = (
    "people",
    "space",
    "themes",
    "views",
    "asked",
    "decisions",
    "ballots",
    "deciding",
    "outcomes",
    "came",
    "acknowledgements",
    "together",
    "valuing",
    "nights",
    "letter",
)
Row = dict[str, Any]


def _read(name: str) -> Row:
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def read_story() -> Row:
    """Everything under the names it has in the files: ``people``, ``contributions`` … It is kept: do not change it."""
    story: Row = {}
    for name in FILES:
        story |= _read(name)
    story["contributions"] = [row for n in range(1, 6) for row in _read(f"contributions-{n}")["contributions"]]
    story["contributions"] += story["came_words"]
    story["priorities"] = _read("priorities")
    story["contributions"] += story["priorities"]["words_first"]
    return story
