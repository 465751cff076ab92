"""The map of opinion at scale and over time: exact silhouettes, one more answer, Parquet, and how honest it is.

    .venv/bin/python bench/methods opinion_scale          or, inside the anchors' environment,
    python bench/methods/opinion_scale.py [--runs 5] [--whole] [--nation] [--certainty]

- silhouettes for k = 2..5 of 20,000 people beside scikit-learn's of the same points, and of 100,000 for one k
  (``--whole``: for all four, which takes scikit-learn many minutes); the answers agree within 1e-10
- a conversation of 5,000 × 300 beside red-dwarf, with the number of groups chosen by the exact silhouette
  (``--whole``: of 100,000 × 1,000, for which red-dwarf takes minutes and 8 GB)
- Parquet beside the same in memory: the same to the last bit (``--nation``: 106 million responses, alone)
- one more answer among 50,000, with everything that is told after it
- ``--certainty``: how often sets without features, and sets with planted groups, are held worth showing

Files are made in a temporary folder and removed.
"""

import argparse
import sys
import warnings
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from measuring import Row, alternating, told
from opinion_map import WITHOUT_CERTAINTY, Export, differences, measured, peak_mib, planted
from sklearn.metrics import silhouette_score

from coproduce_methods.opinion_groups import adjusted_rand, k_means
from coproduce_methods.opinion_map import Parameters, opinion_map
from coproduce_methods.opinion_parquet import opinion_map_parquet
from coproduce_methods.opinion_silhouette import silhouettes
from coproduce_methods.opinion_update import OpinionState

EXACT = Parameters(n_resamples=0, n_null=0, max_exact=sys.maxsize)
"""No gathering into base clusters: k-means and silhouettes of everybody."""

VILLAGE, TOWN, NATION = (5000, 300, 0.2), (100_000, 1000, 0.115), (1_000_000, 2000, 0.053)


# ── silhouettes ──────────────────────────────────────────────────────────────────────────────────


def of_points(n: int, numbers: tuple[int, ...], runs: int, goal: str = "≥ 50×") -> Row:
    """Silhouettes of groupings by k-means of six overlapping crowds."""
    rng = np.random.default_rng(0)
    points = (rng.normal(size=(6, 2)) * 2)[rng.integers(0, 6, n)] + rng.normal(size=(n, 2))
    groupings = [k_means(points, k, rng=rng, n_init=1) for k in numbers]
    silhouettes(points[:9000], [labels[:9000] for labels in groupings])
    made = [[], []]

    def theirs():
        made[0][:] = [silhouette_score(points, labels) for labels in groupings]

    def ours():
        made[1][:] = silhouettes(points, groupings)

    times = alternating(runs, theirs, ours)
    wrong = float(np.abs(np.subtract(*made)).max())
    agrees = "yes" if wrong < 1e-10 else f"no: they differ by {wrong:.1e}"
    case = f"silhouettes, {n:,} people, k = {', '.join(map(str, numbers))}"
    return Row(
        case, "scikit-learn", *(times if wrong < 1e-10 else (None, None)), agrees, goal, f"|difference| {wrong:.1e}"
    )


# ── conversations ────────────────────────────────────────────────────────────────────────────────


class MadeUp(Export):
    """A made-up conversation as each of the two takes it."""

    def __init__(self, shape: tuple[int, int, float]) -> None:
        self.answers, self.camp = planted(*shape)
        self.name, self.published = f"made up, {shape[0]:,} × {shape[1]:,}", ()
        self.size = {"n_people": shape[0], "n_statements": shape[1]}
        self.moderated_out = []

    @property
    def votes(self):
        rows = zip(*(column.tolist() for column in self.answers), strict=True)
        return [{"participant_id": p, "statement_id": s, "vote": v, "modified": 0} for p, s, v in rows]


def beside_red_dwarf(shape: tuple[int, int, float], runs: int) -> Row:
    """The whole map without certainty, k chosen by the exact silhouette by both."""
    export = MadeUp(shape)
    differ = differences(export, export.theirs())
    ours = export.ours(EXACT)
    alike = adjusted_rand(np.array([-1 if g is None else g for g in ours.groups]) + 1, export.camp[ours.people])
    times = alternating(runs, export.theirs, lambda: export.ours(EXACT)) if not differ else (None, None)
    note = f"{len(export.answers[0]):,} responses; exact silhouettes; k {ours.k}, ARI to the planted {alike:.3f}"
    goal = "≥ 50×" if shape == TOWN else ""
    return Row(export.name, "red-dwarf", *times, "yes" if not differ else "no: " + "; ".join(differ), goal, note)


def written(answers, folder: Path) -> Path:
    """The answers as Parquet, in files of 100,000 people."""
    import duckdb

    person, statement, response = answers
    ends = np.searchsorted(person, np.arange(0, person[-1] + 100_001, 100_000))
    with duckdb.connect() as database:
        for i, (a, b) in enumerate(pairwise(ends)):
            if a < b:
                # DuckDB finds it by its name.
                rows = {  # noqa: F841
                    "person": person[a:b],
                    "statement": statement[a:b].astype(np.int16),
                    "response": response[a:b],
                }
                database.execute(f"COPY rows TO '{folder}/{i:04}.parquet' (FORMAT parquet, ROW_GROUP_SIZE 1000000)")
    return folder


def from_parquet(shape: tuple[int, int, float], runs: int, folder: Path) -> Row:
    """Reading and mapping files beside mapping arrays in memory; the same to the last bit."""
    answers, _ = planted(*shape)
    written(answers, folder)
    size = {"n_people": shape[0], "n_statements": shape[1]}
    made = []

    def here():
        made[:1] = [opinion_map(*answers, **size, parameters=WITHOUT_CERTAINTY)]

    def there():
        made[1:] = [opinion_map_parquet([folder], parameters=WITHOUT_CERTAINTY, workers=2).map]

    here()
    there()
    same = made[0].to_json() == made[1].to_json()
    times = alternating(runs, here, there) if same else (None, None)
    note = f"{len(answers[0]):,} responses; the same to the last bit; two processes, with starting them"
    case = f"Parquet, {shape[0]:,} × {shape[1]:,}"
    return Row(case, "ours in memory", *times, "yes" if same else "no: not the same map", "", note)


def nation(folder: Path) -> Row:
    """106 million responses from Parquet, alone: nothing else can."""
    import resource

    answers, camp = planted(*NATION)
    n = len(answers[0])
    written(answers, folder)
    del answers
    made = []
    Path("/proc/self/clear_refs").write_text("5")
    seconds = measured(1, lambda: made.append(opinion_map_parquet([folder], parameters=WITHOUT_CERTAINTY, workers=2)))
    found = made[0].map
    alike = adjusted_rand(np.array([-1 if g is None else g for g in found.groups]) + 1, camp[found.people])
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    note = f"{n:,} responses; a worker {worker:,.0f} MiB, the caller {peak_mib():,.0f}; k {found.k}, ARI {alike:.3f}"
    return Row("Parquet, 1,000,000 × 2,000", "none", None, seconds, "–", "≤ 15 s, < 0.5 GB a worker", note)


def one_more(runs: int) -> list[Row]:
    """An answer among 50,000: what it changes, whether a full map is due, and the map to show."""
    answers, _ = planted(1250, 50, 0.8)
    state = OpinionState(*answers, n_people=1250, n_statements=50, parameters=WITHOUT_CERTAINTY)
    turn = iter(range(10**6))

    def answer():
        i = next(turn)
        state.answer(i % 1250, i % 50, i % 3 - 1)

    def everything():
        answer()
        state.needs_full()
        state.now()

    note, goal = f"{len(answers[0]):,} responses", "< 5 ms"
    seconds = [measured(40 * runs, work) for work in (answer, everything)]
    return [
        Row("one more answer", "none", None, seconds[0], "–", goal, note),
        Row("… and the map of now", "none", None, seconds[1], "–", goal, note),
    ]


# ── honesty ──────────────────────────────────────────────────────────────────────────────────────


def unrelated(seed: int, n: int, m: int, density: float):
    """People who answer by chance; statements differ in how many agree, people in how much they answer."""
    rng = np.random.default_rng(seed)
    agree, unsure = rng.beta(2, 2, m), rng.beta(1, 5, m)
    answered = rng.random((n, m)) < rng.beta(4 * density, 4 * (1 - density), n)[:, None]
    drawn = rng.random((n, m))
    table = np.where(drawn < unsure, 0, np.where(drawn < unsure + (1 - unsure) * agree, 1, -1))
    person, statement = np.nonzero(answered)
    return person, statement, table[person, statement]


def certainty(sets: int) -> None:
    """Print how often a pattern is seen, and how often the map is held worth showing."""
    print(
        f"{'kind':<34}{'people':>8}{'stmts':>7}{'filled':>8}{'pattern':>9}{'shown':>7}{'k right':>9}{'ARI':>7}   sets"
    )
    for n, m, filled in (
        (20, 10, 0.9),
        (40, 12, 0.8),
        (100, 60, 0.3),
        (200, 30, 0.6),
        (1000, 100, 0.2),
        (8000, 60, 0.4),
    ):
        some = sets if n < 1000 else max(sets // 5, 10)
        maps = [opinion_map(*unrelated(seed, n, m, filled), seed=seed) for seed in range(some)]
        told_of("answers by chance", (n, m, filled), maps, None)
    for k in (2, 3, 4):
        for strength in (0.5, 1.0, 2.0):
            n, m, filled = 200, 40, 0.5
            maps, right = [], []
            for seed in range(sets // 2):
                rng = np.random.default_rng(seed)
                camp = rng.integers(0, k, n)
                lean = (rng.normal(size=(k, m)) * strength)[camp] + rng.normal(size=(n, m))
                person, statement = np.nonzero(rng.random((n, m)) < filled)
                response = np.where(np.abs(lean) < 0.3, 0, np.sign(lean)).astype(int)[person, statement]
                maps.append(opinion_map(person, statement, response, seed=seed))
                right.append(camp)
            told_of(f"{k} camps, strength {strength}", (n, m, filled), maps, (k, right))


def told_of(kind: str, shape, maps, planted_) -> None:
    count = len(maps)
    pattern = sum("no_pattern" not in found.why_not and found.k > 0 for found in maps) / count
    shown = sum(found.worth_showing for found in maps) / count
    ending = f"{'–':>9}{'–':>7}"
    if planted_:
        k, camps = planted_
        alike = [
            adjusted_rand(np.array([-1 if g is None else g for g in found.groups]) + 1, camp[found.people])
            for found, camp in zip(maps, camps, strict=True)
        ]
        ending = f"{sum(found.k == k for found in maps) / count:>9.2f}{np.mean(alike):>7.2f}"
    n, m, filled = shape
    print(f"{kind:<34}{n:>8}{m:>7}{filled:>8}{pattern:>9.3f}{shown:>7.3f}{ending}   {count}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--whole", action="store_true", help="everything that takes an anchor minutes")
    parser.add_argument("--nation", action="store_true", help="also 106 million responses from Parquet")
    parser.add_argument("--certainty", nargs="?", type=int, const=200, metavar="SETS", help="only simulate honesty")
    given = parser.parse_args()
    if given.certainty:
        certainty(given.certainty)
        return 0
    warnings.filterwarnings("ignore")
    runs = given.runs
    rows = [of_points(20_000, (2, 3, 4, 5), min(runs, 3))]
    rows.append(of_points(100_000, (2, 3, 4, 5) if given.whole else (3,), 1, "≥ 50×" if given.whole else ""))
    rows.append(beside_red_dwarf(TOWN if given.whole else VILLAGE, 1 if given.whole else min(runs, 3)))
    with TemporaryDirectory() as folder:
        rows.append(from_parquet(TOWN, min(runs, 3), Path(folder)))
    rows += one_more(runs)
    if given.nation:
        with TemporaryDirectory() as folder:
            rows.append(nation(Path(folder)))
    told(rows, given.out, "numpy", "scipy", "scikit-learn", "numba", "duckdb", "red-dwarf")
    return int(any(row.agrees.startswith("no") for row in rows))


if __name__ == "__main__":
    sys.exit(main())
