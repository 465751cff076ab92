"""Maps of opinion beside red-dwarf: every export of Polis, then made-up conversations of a town and of a nation.

    .venv/bin/python bench/methods opinion_map            or, inside the anchors' environment,
    python bench/methods/opinion_map.py [--runs 5] [--nation] [FOLDER …]

*The same answers*, checked before a time is printed: the projections correlate (|r| = 1); begun from red-dwarf's
projections and its first centres, everybody is in the same group; with its groups, the same representative statements
with their directions, the same consensus; group-aware consensus within 1e-12. Where one differs the row says which.
What each does by itself is then timed: from answers in memory to groups with their number chosen, representative
statements, consensus. red-dwarf has no checks of certainty, so ours are left out, and timed apart
(*with certainty*). Representative statements are compared by its rule, which depends on how statements are numbered
(``best_agree="in_order"``).
"""

import argparse
import os
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from measuring import Row, alternating, told

from coproduce_methods.opinion_groups import adjusted_rand
from coproduce_methods.opinion_map import RED_DWARF, Parameters, opinion_map
from coproduce_methods.opinion_statements import majorities, representative_statements, votes_by_group
from coproduce_methods.opinion_table import table_of
from coproduce_methods.polis_files import read_polis_folder

PROJECT = Path(__file__).resolve().parents[2]
ANCHOR = "red-dwarf"
WITHOUT_CERTAINTY = Parameters(n_resamples=0, n_null=0)
TOWN, NATION = (100_000, 1000, 0.115), (1_000_000, 2000, 0.053)


class Export:
    """A conversation as each of the two takes it."""

    def __init__(self, folder: Path) -> None:
        read = read_polis_folder(folder)
        self.name, self.published = folder.name, read.groups
        self.answers = read.person.astype(np.int32), read.statement.astype(np.int32), read.response.astype(np.int8)
        self.size = {"n_people": len(read.people), "n_statements": len(read.comments)}
        self.moderated_out = list(read.moderated_out)
        rows = zip(*(column.tolist() for column in self.answers), strict=True)
        self.votes = [{"participant_id": p, "statement_id": s, "vote": v, "modified": 0} for p, s, v in rows]

    def ours(self, parameters: Parameters = WITHOUT_CERTAINTY, **given):
        return opinion_map(*self.answers, **self.size, moderated_out=self.moderated_out, parameters=parameters, **given)

    def theirs(self):
        from reddwarf.implementations.polis import run_pipeline

        return run_pipeline(votes=self.votes, mod_out_statement_ids=self.moderated_out, random_state=1)


def differences(export: Export, theirs) -> list[str]:
    """What is not the same, in words; nothing where all is."""
    ours = export.ours()
    places = np.full((export.size["n_people"], 2), np.nan)
    for person, xy in theirs.participant_projections.items():
        places[person] = xy
    found = []
    for axis in (0, 1):
        r = abs(np.corrcoef(ours.coordinates[:, axis], places[ours.people, axis])[0, 1])
        if r < 1 - 1e-6:  # above 500 people red-dwarf's own components are from a randomised solver
            found.append(f"projection |r| {r:.6f}")
    labels = np.full(len(places), -1)
    kept = theirs.participants_df["cluster_id"].dropna()
    labels[kept.index.to_numpy()] = kept.to_numpy(dtype=int)
    begun = export.ours(RED_DWARF, coordinates=np.nan_to_num(places))
    mine = np.array([-1 if g is None else g for g in begun.groups])
    if adjusted_rand(mine + 1, labels[begun.people] + 1) < 1:
        found.append(f"groups (k {begun.k} and {labels.max() + 1})")
    return found + statements_that_differ(export, theirs, labels)


def statements_that_differ(export: Export, theirs, labels) -> list[str]:
    """Given the same groups: representative statements, consensus, group-aware consensus."""
    table = table_of(*export.answers, **export.size)
    k, z = int(labels.max()) + 1, RED_DWARF.significance
    counts = votes_by_group(np.where(labels < 0, k, labels), table, k + 1)
    allowed = np.setdiff1d(np.flatnonzero(counts[..., 2].sum(axis=0)), export.moderated_out)
    found = []
    ours = representative_statements(counts[:k], allowed, significance=z, best_agree="in_order")
    for g, rows in enumerate(ours):
        mine = [(r.statement, r.direction) for r in rows]
        other = [(r["tid"], r["repful-for"]) for r in theirs.repness[g]]
        if mine != other:
            found.append(f"representative of group {g}: {len(set(mine) & set(other))} of {len(other)} the same")
    mine = [(m.statement, m.direction) for m in majorities(counts.sum(axis=0), allowed, significance=z)]
    other = [(r["tid"], side) for side in ("agree", "disagree") for r in theirs.consensus[side]]
    if mine != other:
        found.append(f"consensus: {len(set(mine) & set(other))} of {len(other)} the same")
    shared = ((counts[:k, :, 0] + 1) / (counts[:k, :, 2] + 2)).prod(axis=0)
    wanted = theirs.group_aware_consensus["agree"]
    if max(abs(shared[j] - value) for j, value in wanted.items()) > 1e-12:
        found.append("group-aware consensus")
    return found


def likeness(export: Export, groups) -> float:
    """Adjusted Rand index of a grouping (by person) to the groups that Polis published."""
    both = [(a, groups[p]) for p, a in enumerate(export.published) if a is not None and groups.get(p) is not None]
    return adjusted_rand(*np.array(both).T) if both else float("nan")


def beside(folder: Path, runs: int) -> list[Row]:
    export = Export(folder)
    theirs, ours = export.theirs(), export.ours()
    differ = differences(export, theirs)
    agrees = "yes" if not differ else "no: " + "; ".join(differ)
    kept = theirs.participants_df["cluster_id"].dropna()
    by_them = likeness(export, dict(zip(kept.index.tolist(), kept.tolist(), strict=True)))
    by_us = likeness(export, dict(zip(ours.people.tolist(), ours.groups, strict=True)))
    note = f"ARI to Polis' groups {by_us:.3f} (red-dwarf {by_them:.3f}); k {ours.k} ({len(theirs.repness)})"
    case = f"{export.name} ({export.size['n_people']} people)"
    goal = "≥ 50×" if export.size["n_people"] >= 300 else ""
    times = alternating(runs, export.theirs, export.ours) if not differ else (None, None)
    rows = [Row(case, ANCHOR, *times, agrees, goal, note)]
    seconds = measured(runs, lambda: export.ours(Parameters()))
    return [
        *rows,
        Row(f"{export.name}, with certainty", "none", None, seconds, "–", "", "red-dwarf has no such checks"),
    ]


def measured(runs: int, function) -> float:
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds))


# ── made-up conversations ────────────────────────────────────────────────────────────────────────


def planted(n: int, m: int, filled: float, k: int = 4, seed: int = 0):
    """Answers of people in ``k`` camps, with noise: person, statement, response by person; and the camp of each."""
    rng = np.random.default_rng(seed)
    lean, camp = rng.standard_normal((k, m), dtype=np.float32), rng.integers(0, k, n)
    parts = []
    for first in range(0, n, 10_000):
        rows = min(10_000, n - first)
        person, statement = np.nonzero(rng.random((rows, m), dtype=np.float32) < filled)
        value = lean[camp[first + person], statement] + rng.standard_normal(len(person), dtype=np.float32)
        response = (np.sign(value) * (np.abs(value) > 0.4)).astype(np.int8)
        parts.append(((person + first).astype(np.int32), statement.astype(np.int32), response))
    return [np.concatenate(column) for column in zip(*parts, strict=True)], camp


def peak_mib() -> float:
    """The most memory this process has held since it was last asked to forget (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


def at_scale(shape: tuple[int, int, float], runs: int, goal: str) -> Row:
    """Ours alone: red-dwarf took 313 s and 7.65 GB for the first, and was not tried on the second."""
    answers, camp = planted(*shape)
    n, m, _ = shape
    few = answers[0] < 5000  # compiled before it is timed
    opinion_map(*(column[few] for column in answers), n_statements=m, parameters=WITHOUT_CERTAINTY)
    made = []

    def go():
        made[:] = [opinion_map(*answers, n_people=n, n_statements=m, parameters=WITHOUT_CERTAINTY)]

    Path("/proc/self/clear_refs").write_text("5")
    seconds = measured(runs, go)
    result = made[0]
    alike = adjusted_rand(np.array([-1 if g is None else g for g in result.groups]) + 1, camp[result.people])
    held = f"peak {peak_mib():,.0f} MiB with the answers"
    note = f"{len(answers[0]):,} responses; {held}; k {result.k}, ARI to the planted {alike:.3f}"
    return Row(f"made up, {n:,} × {m:,}", "none", None, seconds, "–", goal, note)


def main() -> int:
    data = (PROJECT / os.environ.get("COPRODUCE_TEST_DATA", "../shared/data")).resolve()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, help=f"default: every folder in {data / 'polis'}")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--nation", action="store_true", help="also 106 million responses (4 GB, a minute)")
    given = parser.parse_args()
    folders = given.folders or sorted(path.parent for path in (data / "polis").glob("*/comments.csv"))
    if not folders:
        print(f"No exports in {data / 'polis'}: name folders, or set COPRODUCE_TEST_DATA.", file=sys.stderr)
        return 2
    warnings.filterwarnings("ignore")
    rows = [row for folder in folders for row in beside(folder, given.runs)]
    if not given.folders:
        rows.append(at_scale(TOWN, min(given.runs, 3), "about 1 s (red-dwarf was measured at 313 s, 7,650 MB)"))
    if given.nation:
        rows.append(at_scale(NATION, 1, "≤ 10 s, < 3 GB"))
    told(rows, given.out, "numpy", "scipy", "scikit-learn", "numba", "red-dwarf", "pandas")
    return int(any(row.agrees.startswith("no") for row in rows))


if __name__ == "__main__":
    sys.exit(main())
