"""``coproduce themes TEXTS.csv --text COLUMN``: which themes texts may belong to, and what fits none."""

import argparse
import json
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from coproduce_methods.themes_files import Labelled, read_texts
from coproduce_methods.themes_picture import Shown, clean, drawn

if TYPE_CHECKING:  # what learns takes seconds to load, and --help needs none of it
    from coproduce_methods.emergence import Emergence
    from coproduce_methods.suggestion import Suggestions
    from coproduce_methods.texts import Floats

FORMAT, VERSION = "coproduce.themes", 1
HONEST = (
    "Groups are found by how texts are worded, not by what matters most; people read them, and decide whether there is "
    "a theme and what it is called."
)
SUGGESTED = 10
"""Texts with suggestions that the summary shows."""


def _given(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="coproduce themes", description=__doc__)
    parser.add_argument("path", metavar="TEXTS.csv", type=Path, help="a table with a row for each text")
    parser.add_argument("--text", required=True, metavar="COLUMN", help="the column that holds the words")
    parser.add_argument(
        "--labels", nargs="+", default=[], metavar="COLUMN", help="a column for each theme, 1 where a person gave it"
    )
    parser.add_argument("--json", action="store_true", help="print the whole result (docs/methods/suggestion.md)")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw what fits no theme into this file")
    parser.add_argument("--language", default="en", help="whose words tell nothing by themselves (default: en)")
    parser.add_argument(
        "--words-only", action="store_true", help="compare words, not meanings, also where that extra is installed"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    """Read, learn, and say it as asked."""
    given = _given(arguments)
    from coproduce_methods.emergence import emergence

    table = read_texts(given.path, given.text, given.labels)
    meaning, vectors = _meaning(table, given.words_only)
    suggestions = _suggested(table, meaning, vectors)
    found = emergence(table.texts, table.belongs, vectors=vectors, meaning=meaning, language=given.language)
    if given.svg:
        given.svg.write_text(picture(table, found), encoding="utf-8")
    if given.json:
        record = as_json(table, suggestions, found, meaning)
        sys.stdout.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
    else:
        sys.stdout.write(summary(table, suggestions, found))


def _meaning(table: Labelled, words_only: bool) -> "tuple[bool, Floats | None]":
    """Whether meanings are compared; their vectors are made once for both questions."""
    from coproduce_methods.texts import MEANING_MOST, has_meaning, meaning_vectors, tidy, words

    different = {tidy(text) for text in table.texts}
    usable = any(words(text) for text in different)
    if words_only or not usable or not has_meaning() or len(different) > MEANING_MOST:
        return False, None
    return True, meaning_vectors(table.texts)


def _suggested(table: Labelled, meaning: bool, vectors: "Floats | None") -> "Suggestions | None":
    """Suggestions for the rows without a theme, in their order; None where no row has one to learn from."""
    from coproduce_methods.suggestion import learn_themes

    known = np.flatnonzero(table.belongs.any(axis=1))
    if not len(known):
        return None
    made = learn_themes(
        [table.texts[at] for at in known],
        table.belongs[known],
        table.themes,
        vectors=None if vectors is None else vectors[known],
        meaning=meaning,
    )
    asked = table.unlabelled
    return made.suggest([table.texts[at] for at in asked], None if vectors is None else vectors[asked])


def as_json(table: Labelled, suggestions: "Suggestions | None", found: "Emergence", meaning: bool) -> dict[str, Any]:
    """The record that ``--json`` prints; its keys are told in docs/methods/suggestion.md."""
    rows = table.unlabelled.tolist()
    return {
        "format": FORMAT,
        "version": VERSION,
        "texts": len(table.texts),
        "labels": list(table.themes),
        "meaning": meaning,
        "too_few": list(table.themes if suggestions is None else suggestions.too_few),
        "suggestions": [
            {
                "row": row,
                "labels": []
                if suggestions is None
                else [[theme, round(chance, 4)] for theme, chance in suggestions.of(at)],
            }
            for at, row in enumerate(rows)
        ]
        if table.themes
        else [],
        "emergent": found.to_json(),
        "too_few_to_gather": found.too_few,
    }


def picture(table: Labelled, found: "Emergence") -> str:
    """The groups as one SVG file."""
    shown = [
        Shown(
            group.words,
            len(group.rows),
            group.reason,
            [table.texts[row] for row in group.typical],
            "" if group.within is None else ", ".join(found.groups[group.within].words[:3]),
        )
        for group in found.groups
    ]
    return drawn(shown, [HONEST])


def _quoted(text: str, indent: str) -> str:
    short = textwrap.shorten(clean(text), 240, placeholder=" …")
    return textwrap.fill(f"“{short}”", 100, initial_indent=indent, subsequent_indent=indent + " ")


def summary(table: Labelled, suggestions: "Suggestions | None", found: "Emergence") -> str:
    """What was found, for reading."""
    rows = table.unlabelled
    lines = [f"{len(table.texts):,} texts, {len(rows):,} without a theme."]
    if table.themes and suggestions is None:
        lines += ["", "No text has a theme yet: there is nothing to learn suggestions from."]
    elif suggestions is not None:
        lines += _suggestion_lines(table, suggestions)
    if found.too_few:
        lines += ["", "Too few texts without a theme to gather any of them."]
    elif not found.groups:
        lines += ["", "Nothing among them asks for a theme of its own."]
    else:
        lines += ["", "What fits no theme yet"]
    for number, group in enumerate(found.groups, 1):
        within = "" if group.within is None else f" (within {group.within + 1})"
        lines += ["", f"  {number}{within}  {', '.join(clean(word) for word in group.words)}"]
        lines.append(textwrap.fill(clean(group.reason), 96, initial_indent="     ", subsequent_indent="     "))
        lines += [_quoted(table.texts[row], "     ") for row in group.typical]
    return "\n".join([*lines, "", textwrap.fill(HONEST, 96)]) + "\n"


def _suggestion_lines(table: Labelled, suggestions: "Suggestions") -> list[str]:
    lines = []
    if suggestions.too_few:
        lines.append(f"Too few examples to suggest: {', '.join(clean(theme) for theme in suggestions.too_few)}.")
    likely = np.flatnonzero((suggestions.probabilities >= 0.5).any(axis=1))
    rows = table.unlabelled
    lines += ["", f"{len(likely):,} of them may belong to a known theme."]
    for at in likely[:SUGGESTED]:
        named = ", ".join(f"{clean(theme)} ({chance:.0%})" for theme, chance in suggestions.of(at) if chance >= 0.5)
        lines += [f"  row {rows[at]}: {named}", _quoted(table.texts[rows[at]], "    ")]
    if len(likely) > SUGGESTED:
        lines.append(f"  … and {len(likely) - SUGGESTED:,} more (--json tells them all)")
    return lines
