"""``coproduce opinion-map FILE_OR_DIR``: who answers alike, what each group stands for, what all share."""

import argparse
import json
import sys
import textwrap
from pathlib import Path

import numpy as np

from coproduce_methods.opinion_files import Answers, read_answers
from coproduce_methods.opinion_map import WHY_NOT, OpinionMap, Parameters, opinion_map
from coproduce_methods.opinion_parquet import ParquetMap, is_parquet, opinion_map_parquet
from coproduce_methods.opinion_picture import Point, Told, drawn

NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth")
SIDES = {"agree": "agree", "disagree": "disagree"}
BESIDE = 2
"""Statements for each group that fit beside the picture."""


def _given(arguments: list[str]) -> argparse.Namespace:
    defaults = Parameters()
    parser = argparse.ArgumentParser(prog="coproduce opinion-map", description=__doc__)
    parser.add_argument(
        "path", metavar="FILE_OR_DIR", type=Path, help="CSV or Parquet with person,statement,response; or Polis"
    )
    parser.add_argument("--json", action="store_true", help="print the whole result (docs/methods/opinion_map.md)")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the map into this file")
    for name, what in (
        ("min-group", "smallest group to show"),
        ("min-votes", "answers before a person is placed in a group"),
        ("max-k", "most groups tried"),
        ("n-resamples", "times the map is made again to see whether it is steady"),
    ):
        usual = getattr(defaults, name.replace("-", "_"))
        parser.add_argument(f"--{name}", type=int, default=usual, metavar="N", help=f"{what} (default: {usual})")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of everything drawn by chance (default: 0)")
    parser.add_argument("--agree-is", type=int, choices=(1, -1), help="only where a Polis folder leaves the sign open")
    parser.add_argument("--skip-bad-rows", action="store_true", help="go on without rows of Polis that make no sense")
    given = parser.parse_args(arguments)
    if given.seed < 0:
        parser.error("--seed must not be negative")
    try:
        given.parameters = Parameters(
            min_group=given.min_group, min_votes=given.min_votes, max_k=given.max_k, n_resamples=given.n_resamples
        )
    except ValueError as why:
        parser.error(str(why))
    return given


def main(arguments: list[str]) -> None:
    """Read, make the map, and say it as asked."""
    given = _given(arguments)
    if is_parquet(given.path):
        found = opinion_map_parquet([given.path], parameters=given.parameters, seed=given.seed)
        answers = _without_rows(found)
        result = found.map
    else:
        answers = read_answers(given.path, skip_bad_rows=given.skip_bad_rows, agree_is=given.agree_is)
        result = _mapped(answers, given)
    if given.svg:
        given.svg.write_text(picture(result, answers), encoding="utf-8")
    if given.json:
        record = found.to_json() if is_parquet(given.path) else result.to_json(answers.people, answers.statements)
        sys.stdout.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
    else:
        sys.stdout.write(summary(result, answers))


def _without_rows(found: ParquetMap) -> Answers:
    """The names alone, for telling and drawing: the rows stay in the files."""
    nothing = np.empty(0, dtype=np.int32)
    names = tuple(str(name) for name in found.statements)
    return Answers(nothing, nothing, nothing.astype(np.int8), people=(), statements=names, texts=names)


def _mapped(answers: Answers, given: argparse.Namespace) -> OpinionMap:
    return opinion_map(
        answers.person,
        answers.statement,
        answers.response,
        n_people=len(answers.people),
        n_statements=len(answers.statements),
        moderated_out=answers.moderated_out,
        parameters=given.parameters,
        seed=given.seed,
    )


# ── the picture ──────────────────────────────────────────────────────────────────────────────────


def _named(words: tuple[str, ...], number: int) -> str:
    return words[number] if number < len(words) else str(number)


def picture(result: OpinionMap, answers: Answers) -> str:
    """The map that the page draws, as one file; without groups where they are not worth showing."""
    groups = result.groups
    points = [Point(x, y, g) for (x, y), g in zip(result.coordinates.tolist(), groups, strict=True)]
    honest = (
        "Near means answered alike; the two directions mean nothing else. Where one group ends and the next begins "
        "was drawn by the method, not by people."
    )
    if not result.worth_showing:
        why = "Groups are not shown. " + " ".join(WHY_NOT[code] for code in result.why_not)
        return drawn("A map of how we see it", points, [], [why, honest])
    told = [
        Told(
            f"{_named(ORDINALS, g)} group",
            groups.count(g),
            [
                ("More than others they " + SIDES[row.direction], answers.texts[row.statement])
                for row in result.representative[g][:BESIDE]
                if row.stands_out
            ],
        )
        for g in range(result.k)
    ]
    return drawn(f"{_named(NUMBERS, result.k)} ways of seeing the whole", points, told, [honest])


# ── the summary ──────────────────────────────────────────────────────────────────────────────────


def _claim(answers: Answers, statement: int, said: str) -> str:
    name, words = answers.statements[statement], " ".join(answers.texts[statement].split())
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in (words if words != name else ""))
    return textwrap.fill(
        f"{name} · {said}" + (f" · {shown}" if shown else ""), 100, initial_indent="    ", subsequent_indent="      "
    )


def _sure(result: OpinionMap) -> str:
    steady = result.stability
    again = "" if steady is None else f"\nMade again from {steady.share:.0%} of the people: {steady.mean:.2f} alike."
    tried = ", ".join(f"{k}: {width:.3f}" for k, width in result.silhouettes.items())
    return f"Silhouette by number of groups: {tried or 'none'}.{again}"


def summary(result: OpinionMap, answers: Answers) -> str:
    """What the map says, for reading."""
    groups = result.groups
    lines = [
        f"{len(result.people):,} people gave {result.n_responses:,} answers to {result.n_statements:,} statements.",
        _sure(result),
    ]
    if answers.left_out:
        lines.append(f"{answers.left_out} rows were left out because they make no sense.")
    if not result.worth_showing:
        lines += ["", "No groups worth showing:", *(f"  - {WHY_NOT[code]}" for code in result.why_not)]
        return "\n".join(lines) + "\n"
    lines += [
        "",
        f"{_named(NUMBERS, result.k)} groups; {groups.count(None):,} people answered too little to be in one.",
    ]
    for g in range(result.k):
        theirs = [row for row in result.representative[g] if row.stands_out]
        tells = "More than the others they" if theirs else "Nothing tells them from the others for sure."
        lines += ["", f"  {_named(ORDINALS, g)} group, {groups.count(g):,} people. {tells}"]
        for row in theirs:
            lines.append(_claim(answers, row.statement, f"{row.direction} ({row.n_success} of {row.n_trials})"))
    lines += ["", "Common ground: every group leans the same way"] if result.common_ground else []
    lines += [_claim(answers, row.statement, row.direction) for row in result.common_ground]
    lines += ["", "Where groups part"] if result.divisive else []
    for split in result.divisive:
        said = f"for: group {split.most_for + 1}, against: group {split.most_against + 1}"
        lines.append(_claim(answers, split.statement, said))
    return "\n".join(lines) + "\n"
