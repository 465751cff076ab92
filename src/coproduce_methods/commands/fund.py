"""``coproduce fund FILE.pb``: which projects a fund pays for, who paid what, and what the others lacked."""

import argparse
import json
import sys
from fractions import Fraction
from pathlib import Path

from coproduce_methods.errors import Malformed
from coproduce_methods.fund_allocation import COMPLETIONS, RULES, TIE_BREAKS, allocate, ranks
from coproduce_methods.fund_equal_shares import UTILITIES
from coproduce_methods.fund_explained import Price
from coproduce_methods.fund_fairness import Fairness, age_bands, fairness
from coproduce_methods.fund_picture import Bar, clean, drawn
from coproduce_methods.fund_result import EQUAL_SHARES, GREEDY, PHRAGMEN, Allocation
from coproduce_methods.pabulib_files import PabulibFile, read_pabulib

GROUPS = (
    "age",
    "sex",
    "gender",
    "neighborhood",
    "neighbourhood",
    "district",
    "subunit",
    "education",
    "voting_method",
)
"""Columns of the ballots by which spending is told, where they are there."""
LOST_DRAWN, LOST_TOLD = 12, 20
WORTH_COMPILING = {True: 100_000, False: 1_000_000}
"""From so many choices on (with and without adding 1 again and again) loading numba takes less than it saves."""


def _given(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="coproduce fund", description=__doc__)
    parser.add_argument("path", metavar="FILE.pb", type=Path, help="an election in the format of Pabulib")
    parser.add_argument("--rule", choices=RULES, default=EQUAL_SHARES, help=f"default: {EQUAL_SHARES}")
    parser.add_argument("--utility", choices=UTILITIES, help="default: cost for approval ballots, else points")
    parser.add_argument(
        "--completion", choices=COMPLETIONS, default="none", help="what equal shares does with money left over"
    )
    parser.add_argument(
        "--tie-break", default="lexico", metavar="RULES", help=f"{', '.join(TIE_BREAKS)} by commas; or order:ID,ID,…"
    )
    parser.add_argument("--only-wanted", action="store_true", help="never fund what nobody asked for")
    parser.add_argument("--by", action="append", metavar="COLUMN", help="tell spending by this column of the votes")
    parser.add_argument("--json", action="store_true", help="print the whole result (docs/methods/fund_allocation.md)")
    parser.add_argument("--payments", action="store_true", help="with --json: also what each voter paid")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw where the fund went into this file")
    given = parser.parse_args(arguments)
    if given.completion != "none" and given.rule != EQUAL_SHARES:
        parser.error("--completion is for equal-shares: the other rules spend what they can")
    if given.payments and not given.json:
        parser.error("--payments is for --json")
    whole = given.tie_break.startswith("order:")
    given.ties = (given.tie_break,) if whole else tuple(given.tie_break.split(","))
    if not whole and (unknown := set(given.ties) - set(TIE_BREAKS)):
        parser.error(f"--tie-break: {sorted(unknown)[0]!r} is none of {', '.join(TIE_BREAKS)}, order:ID,ID,…")
    return given


def main(arguments: list[str]) -> None:
    """Read, decide, and say it as asked."""
    given = _given(arguments)
    file = read_pabulib(given.path)
    election = file.election
    try:
        ranks(election, given.ties)
    except ValueError as why:
        raise Malformed(given.path, None, str(why)) from None
    large = len(election.chosen) >= WORTH_COMPILING[given.completion.startswith("add1")]
    result = allocate(
        election,
        given.rule,
        utility=given.utility,
        completion=given.completion,
        tie_break=given.ties,
        only_wanted=given.only_wanted,
        fast=None if large else False,
    )
    measures = fairness(election, result.selected, _groups(file, given))
    if given.svg:
        given.svg.write_text(picture(result, file), encoding="utf-8")
    if given.json:
        ids = file.votes.column("voter_id") if given.payments and "voter_id" in file.votes.columns else None
        record = result.to_json(voter_ids=ids, by_voter=given.payments, measures=measures, notices=file.notices)
        sys.stdout.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
    else:
        sys.stdout.write(summary(result, file, measures))


def _groups(file: PabulibFile, given: argparse.Namespace) -> dict[str, list[str]]:
    for name in given.by or ():
        if name not in file.votes.columns:
            raise Malformed(given.path, None, f"VOTES has no column {name!r}; it has {', '.join(file.votes.columns)}")
    wanted = given.by or [name for name in GROUPS if name in file.votes.columns]
    cells = {name: file.votes.column(name) for name in wanted}
    return {name: age_bands(said) if name == "age" else said for name, said in cells.items()}


# ── in words ─────────────────────────────────────────────────────────────────────────────────────


def _money(file: PabulibFile, amount: int | Fraction | float) -> str:
    """An amount of smallest units, with the currency where the file says it."""
    value = amount / file.election.unit
    currency = clean(file.meta.get("currency", ""))[:12]
    # An amount that is not whole is shown to the hundredth, up or down.
    said = f"{int(value):,}" if value == int(value) else f"{float(value):,.2f}"
    return f"{said} {currency}".rstrip()


def _people(n: int) -> str:
    return "one person" if n == 1 else f"{n:,} people"


def how_paid(price: Price, file: PabulibFile) -> str:
    """One sentence: who paid how much for a project."""
    if price.how == "free":
        return "costs nothing"
    if price.how == "loads":
        return f"{_people(price.full)} paid what they had earned"
    if price.each is None:
        return "from the fund" if price.how == GREEDY else "from what was left over"
    each = _money(file, price.each)
    alike = f"{_people(price.full)} paid {each}"
    if file.election.scores is not None:
        alike += " a point"
    return alike + (f", {_people(price.last)} their last, less than that" if price.last else "")


RULE_SAID = {EQUAL_SHARES: "Equal shares", GREEDY: "Greedy", PHRAGMEN: "Sequential Phragmén"}
COMPLETION_SAID = {
    "none": "",
    "add1": ", completed by raising every share",
    "utilitarian": ", completed by support",
    "add1u": ", completed by raising every share and then by support",
}


def _headline(result: Allocation, file: PabulibFile) -> list[str]:
    election = result.election
    lines = [
        f"{_people(election.voters)} voted on {len(election.projects)} projects "
        f"and a budget of {_money(file, election.budget)}.",
        f"{RULE_SAID[result.rule]}"
        + ("" if result.rule == PHRAGMEN else f" with utility {result.utility}")
        + f"{COMPLETION_SAID[result.completion]}.",
        f"{len(result.selected)} funded, {_money(file, result.spent)} spent, "
        f"{_money(file, election.budget - result.spent)} left.",
    ]
    if result.share is not None:
        raised = f", of which {result.raised:,} were added to complete it" if result.raised else ""
        lines.append(f"Every voter had {_money(file, result.share)} to give{raised}.")
    return lines


def _name(file: PabulibFile, project: int) -> str:
    identity, name = clean(file.election.projects[project]), clean(file.names[project])
    return identity if name == identity else f"{identity} · {name}"


def _fair(measures: Fairness) -> list[str]:
    if not measures.asked or measures.projects is None or measures.granted is None:
        return []
    lines = [
        "",
        f"{measures.left_out:,} of {measures.asked:,} who asked for something got nothing of it "
        f"({measures.exclusion:.1%}). On average {measures.projects:.2f} projects of each were funded, "
        f"{measures.granted:.0%} of what they asked for.",
    ]
    for group in measures.groups:
        left_out = "" if group.left_out is None else f", {group.left_out:.1%} got nothing"
        lines.append(
            f"  {group.column} {clean(group.label)}: {_people(group.voters)}, {group.part:.1%} of the voters, "
            f"{group.spending:.1%} of the spending{left_out}"
        )
    return lines


def summary(result: Allocation, file: PabulibFile, measures: Fairness) -> str:
    """What was decided, for reading."""
    lines = _headline(result, file)
    lines += [f"Note: {clean(notice)}." for notice in file.notices]
    lines += ["", "Funded, in this order:"] if result.selected else ["", "Nothing is funded."]
    for place, price in enumerate(result.prices, start=1):
        cost = _money(file, int(result.election.costs[price.project]))
        lines += [f"  {place:>3}. {_name(file, price.project)}", f"       {cost}: {how_paid(price, file)}"]
    for tie in result.ties:
        said = ", ".join(clean(file.election.projects[p]) for p in tie.projects)
        taken = (
            "none of them fits any more"
            if tie.taken is None
            else f"{clean(file.election.projects[tie.taken])} came first"
        )
        lines.append(f"  Tie before place {tie.step + 1}: {said}; {taken}, by {', '.join(result.tie_break)}.")
    lost = sorted(result.lost, key=lambda one: (one.lacking or 0, one.project))
    lines += ["", "Not funded" + (", by what was lacking:" if result.share is not None else ":")] if lost else []
    for one in lost[:LOST_TOLD]:
        lines.append(f"       {_name(file, one.project)}")
        lines.append(
            f"       {_money(file, int(result.election.costs[one.project]))}: {_lacked(one.money, one.lacking, file)}"
        )
    if len(lost) > LOST_TOLD:
        lines.append(f"       and {len(lost) - LOST_TOLD} more")
    return "\n".join(lines + _fair(measures)) + "\n"


def _lacked(money: Fraction | None, lacking: Fraction | None, file: PabulibFile) -> str:
    if money is None or lacking is None:
        return "more than was left when its turn came"
    if not lacking:
        return f"its supporters had {_money(file, money)} left, but it is more than the fund had left"
    return f"its supporters had {_money(file, money)} left, {_money(file, lacking)} too little"


def picture(result: Allocation, file: PabulibFile) -> str:
    """Where the fund went, as one file."""
    unit, costs = result.election.unit, result.election.costs.tolist()
    funded = []
    for price in result.prices:
        cost = costs[price.project]
        said = f"{_money(file, cost)}: {how_paid(price, file)}"
        funded.append(Bar(_name(file, price.project), cost / unit, price.alike / unit, price.lasts / unit, said))
    lost = sorted(result.lost, key=lambda one: (one.lacking or 0, one.project))
    bars = []
    for one in lost[:LOST_DRAWN]:
        had = 0.0 if one.money is None else float(one.money) / unit
        said = f"{_money(file, costs[one.project])}: {_lacked(one.money, one.lacking, file)}"
        bars.append(Bar(_name(file, one.project), costs[one.project] / unit, 0, 0, said, had))
    below = [
        "Dark: paid by supporters, all alike. Striped: the last money of those who had less. "
        "Grey: what supporters had left.",
        "It shows what people asked for on their ballots, not who did not vote or what they need.",
    ]
    title = f"{len(funded)} of {len(costs)} projects are funded"
    return drawn(title, _headline(result, file), funded, bars, below=below, more=len(lost) - len(bars))
