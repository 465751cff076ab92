"""``coproduce relations TIES.csv``: how people are tied, within and between groups, season by season."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from coproduce_methods.errors import Malformed
from coproduce_methods.relations import ByGroup, Relations, SeasonRow, relations
from coproduce_methods.relations_communities import communities
from coproduce_methods.relations_files import TieTable, read_ties
from coproduce_methods.relations_measures import PERMUTATIONS, mixing
from coproduce_methods.relations_network import network
from coproduce_methods.relations_picture import Disc, drawn
from coproduce_methods.relations_seasons import SEASONS, to_day
from coproduce_methods.suppression import SMALLEST_THRESHOLD

PROMPT = (
    "Something to talk about with the people it is about, before anybody else sees it. Not a league table:\n"
    "who stands between others may be a bridge, a bottleneck, or worn out by it."
)


def _given(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="coproduce relations", description=__doc__)
    add = parser.add_argument
    add("ties", metavar="TIES.csv", type=Path, help="columns from and to; also kind, at (a date) and weight")
    add("--nodes", metavar="NODES.csv", type=Path, help="columns id, and what is known of each person")
    add("--group", metavar="COLUMN", help="the column of NODES.csv to compare groups by (default: the first)")
    add("--kind", action="append", metavar="KIND", help="only ties of this kind (may be given again)")
    add("--undirected", action="store_true", help="a tie means the same both ways")
    add("--season", choices=SEASONS, help="what changed from one to the next; needs the column at")
    add("--close", metavar="DATE", help="the day the work ended: which ties between groups outlived it")
    add("--threshold", type=int, default=SMALLEST_THRESHOLD, metavar="N", help="smallest group shown apart (5 or more)")
    add("--show-small-groups", action="store_true", help="join no groups: only where nobody can be harmed by it")
    add("--people", action="store_true", help="also of each person: to talk about with them, never a league table")
    add("--sample", type=int, metavar="N", help="with --people: estimate betweenness from N people, with its error")
    add("--permutations", type=int, default=PERMUTATIONS, metavar="N", help=f"default: {PERMUTATIONS}")
    add("--seed", type=int, default=0, metavar="N", help="for what is drawn at random (default: 0)")
    add("--json", action="store_true", help="print the whole result (docs/methods/relations.md)")
    add("--svg", type=Path, metavar="FILE", help="draw ties between groups into this file")
    given = parser.parse_args(arguments)
    _refuse_odd(parser, given)
    return given


def _refuse_odd(parser: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    if given.threshold < SMALLEST_THRESHOLD:
        parser.error(f"--threshold must be at least {SMALLEST_THRESHOLD}; --show-small-groups joins none")
    if given.sample is not None and given.sample < 2:
        parser.error("--sample must be at least 2")
    if given.seed < 0 or not 0 <= given.permutations <= 1_000_000:
        parser.error("--seed must be 0 or more, and --permutations between 0 and 1000000")
    if given.group and not given.nodes:
        parser.error("--group needs --nodes")
    if given.close:
        try:
            given.close = str(to_day(given.close))
        except ValueError:
            parser.error("--close must be a date like 2025-03-31")


def main(arguments: list[str]) -> None:
    """Read, measure, print. Malformed for a file that cannot be used."""
    given = _given(arguments)
    table = _of_kinds(read_ties(given.ties, given.nodes), given.kind)
    column = given.group or next(iter(table.attributes), None)
    if given.group and given.group not in table.attributes:
        there = ", ".join(table.attributes) or "none"
        raise Malformed(given.nodes, 1, f"has no column {given.group!r}; there are: {there}")
    if (given.season or given.close) and table.at is None:
        raise Malformed(given.ties, 1, "has no column at, which --season and --close need")
    try:
        found = relations(
            table, group=column, season=given.season, close=given.close, directed=not given.undirected,
            threshold=None if given.show_small_groups else given.threshold, individuals=given.people,
            permutations=given.permutations, sample=given.sample, seed=given.seed,
        )  # fmt: skip
    except ValueError as why:
        raise Malformed(given.nodes if column and column in str(why) else given.ties, None, str(why)) from None
    if given.svg:
        given.svg.write_text(_picture(table, found, given), encoding="utf-8")
    told = json.dumps(found.to_json(), ensure_ascii=False, allow_nan=False) if given.json else _told(found)
    sys.stdout.write(told + "\n")


def _of_kinds(table: TieTable, kinds: list[str] | None) -> TieTable:
    if not kinds:
        return table
    kept = np.array([kind in kinds for kind in table.kind], dtype=np.bool_)
    if not kept.any():
        there = ", ".join(sorted(set(table.kind))) or "none"
        raise SystemExit(f"coproduce relations: no tie is of kind {', '.join(kinds)}; there are: {there}")
    return replace(
        table, source=table.source[kept], target=table.target[kept], weight=table.weight[kept],
        at=None if table.at is None else table.at[kept],
        kind=tuple(kind for kind in table.kind if kind in kinds),
    )  # fmt: skip


# ── in words ─────────────────────────────────────────────────────────────────────────────────────


def _number(value: float | None, places: int = 3) -> str:
    return "cannot be said" if value is None else f"{value:.{places}f}"


def _told(found: Relations) -> str:
    whole = found.whole
    lines = [
        f"{whole.people:,} people, {whole.ties:,} different ties from {whole.events:,} rows.",
        f"Density {_number(whole.density, 4)}: of all ties there could be.",
    ]
    if whole.loops:
        lines.insert(1, f"{whole.loops:,} rows are of somebody with themselves and were left out.")
    if found.not_listed:
        lines.insert(
            1, f"{found.not_listed:,} people with ties are not in the table of people: their group is not said."
        )
    if whole.directed:
        lines.append(f"Reciprocity {_number(whole.reciprocity)}: of ties, those that were returned.")
    lines.append(f"Centralisation {_number(whole.centralisation.degree)}: 0 all alike, 1 everything through one.")
    lines.append(f"Gini {_number(whole.gini)} of ties given: 0 all alike, 1 one person gives all.")
    circles = [size for size in whole.communities if size > 1]
    lines.append(
        f"{len(circles)} circles of two or more who have more with each other than with the rest "
        f"(modularity {_number(whole.modularity)})."
    )
    lines += [f"  {count:,} of kind {kind or '(none)'}" for kind, count in found.kinds.items()]
    if found.by_group:
        lines += ["", *_told_groups(found.by_group, whole.directed)]
    if found.seasons is not None:
        lines += ["", *_told_seasons(found.seasons)]
    for each in found.persistence or ():
        alive = each.alive
        said = "the record ends too soon to say" if alive is None else f"{alive.count} of {alive.of}"
        lines.append(f"Ties between groups seen again {each.months} months after {found.close} or later: {said}.")
    if found.individuals is not None:
        lines += ["", *_told_people(found)]
    return "\n".join(lines)


def _told_groups(groups: ByGroup, directed: bool) -> list[str]:
    if not groups.rows:
        return [f"By {groups.column}: the groups are too small to be shown apart (fewer than {groups.threshold})."]
    lines = [f"By {groups.column}:"]
    lines += [f"  shown together, being small: {', '.join(names)}" for names in groups.joined]
    width = max(len(row.turns.group) for row in groups.rows)
    lines.append(f"  {'':<{width}}  people  within   given  received  share of turns ÷ of people")
    for row in groups.rows:
        ratio, low, high = row.turns.ratio, row.turns.low, row.turns.high
        sure = f" ({low:.2f} to {high:.2f})" if low is not None and high is not None else ""
        lines.append(
            f"  {row.turns.group:<{width}}{row.people:>8}{row.within:>8}{row.given:>8}{row.received:>10}"
            f"  {_number(ratio, 2)}{sure}"
        )
    e_i = groups.e_i
    if e_i is not None and e_i.index is not None:
        error = f" ± {e_i.p_error:.4f}" if e_i.p_error else ""
        ways = f"{'all' if e_i.exact else 'of'} {e_i.tried:,} ways"
        tested = "" if e_i.p is None else f", p = {e_i.p:.4f}{error} ({ways})"
        lines.append(
            f"E–I index {e_i.index:+.3f} (−1 all within, +1 all between); if groups were shared out at random "
            f"{_number(e_i.expected)} ± {_number(e_i.deviation)}{tested}."
        )
    if groups.assortativity is not None:
        lines.append(f"Assortativity {_number(groups.assortativity.r)} ± {_number(groups.assortativity.error)}.")
    if directed:
        lines.append("Ways that lead through people of each group (Gould and Fernandez):")
        lines += [
            f"  {row.turns.group:<{width}}  " + ", ".join(f"{role} {count:,}" for role, count in row.brokerage.items())
            for row in groups.rows
        ]
    return lines


def _told_seasons(seasons: tuple[SeasonRow, ...]) -> list[str]:
    lines = ["season      ties  active  density  mutual     E–I    Gini   kept   new  lost  alike"]
    for row in seasons:
        values = (row.density, row.reciprocity, row.e_i, row.gini)
        cells = [f"{'—' if v is None else f'{v:.{4 if i == 0 else 3}f}':>8}" for i, v in enumerate(values)]
        changed, alike = "", ""
        if row.change:
            changed = f"{row.change.kept:>7}{row.change.new:>6}{row.change.lost:>6}"
            alike = f"{'—' if row.change.jaccard is None else f'{row.change.jaccard:.3f}':>7}"
        lines.append(f"{row.season:<8}{row.ties:>8}{row.active:>8} {''.join(cells)}{changed}{alike}")
    return lines


def _told_people(found: Relations) -> list[str]:
    people = found.individuals or ()
    width = max((len(person.id) for person in people), default=2)
    estimated = "" if found.betweenness_sources == len(people) else f", estimated from {found.betweenness_sources}"
    lines = [PROMPT, f"{'person':<{width}}  gives  receives  with  stands between{estimated}  constraint"]
    for person in people:
        error = f" ± {person.betweenness_error:.1f}" if person.betweenness_error else ""
        lines.append(
            f"{person.id:<{width}}{person.given:>7}{person.received:>10}{person.partners:>6}"
            f"  {person.betweenness:.1f}{error}  {'—' if person.constraint is None else f'{person.constraint:.3f}'}"
        )
    return lines


# ── as a picture ─────────────────────────────────────────────────────────────────────────────────


def _picture(table: TieTable, found: Relations, given: argparse.Namespace) -> str:
    groups = found.by_group
    if groups is not None and groups.rows:
        discs = [Disc(", ".join(row.groups), row.people) for row in groups.rows]
        e_i = groups.e_i
        said = []
        if e_i is not None and e_i.index is not None:
            said = [f"E–I index {e_i.index:+.2f}; {_number(e_i.expected, 2)} if groups were shared out at random."]
        if groups.joined:
            said.append(f"Groups of fewer than {groups.threshold} people are shown together.")
        return drawn(f"Ties by {groups.column}", discs, groups.between, said)
    return _circles(table, given)


def _circles(table: TieTable, given: argparse.Namespace) -> str:
    """Without groups: the circles that the ties themselves make, the small ones together."""
    net = network(table.source, table.target, len(table.people), weight=table.weight, directed=not given.undirected)
    found = communities(net, seed=given.seed)
    large = sum(size >= given.threshold for size in found.sizes)
    large = min(large, 9)
    while large and 0 < sum(found.sizes[large:]) < given.threshold:
        large -= 1
    codes = np.minimum(found.member, large)
    count = int(codes.max(initial=-1)) + 1
    sizes = np.bincount(codes, minlength=count)
    names = [f"circle {i + 1}" for i in range(large)] + ["in other circles or none"]
    discs = [Disc(names[i], int(sizes[i])) for i in range(count)]
    between = mixing(net, codes, count).tolist()
    said = "Circles: who has more ties with each other than with the rest. Who is in them is not shown."
    return drawn("Circles of ties", discs, between, [said])
