"""How long a map of opinion takes and how much memory, on every real export of Polis.

    .venv/bin/python bench/opinion_map.py [--runs 5] [--out FILE.json] [FOLDER …]

Each export is measured in a process of its own, so that one does not warm up or crowd another.
``read`` is from files to arrays; ``map`` the whole method with its checks on chance and stability;
``places`` the projection and groups alone. Times are medians of several runs; memory is the peak of
the process over what it held before reading. ``ARI`` is the likeness (adjusted Rand index) to
the groups that Polis published, which depend on the history of its server: for orientation only.
"""

import argparse
import json
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import scipy

from coproduce_methods.opinion_groups import adjusted_rand
from coproduce_methods.opinion_map import Parameters, opinion_map
from coproduce_methods.polis_files import read_polis_folder

PROJECT = Path(__file__).resolve().parents[1]
COLUMNS = (
    ("name", "export", "<32"),
    ("people", "people", ">7"),
    ("statements", "statements", ">11"),
    ("responses", "responses", ">10"),
    ("read_s", "read s", ">8.3f"),
    ("places_s", "places s", ">9.3f"),
    ("map_s", "map s", ">8.3f"),
    ("peak_mib", "peak MiB", ">9.1f"),
    ("k", "k", ">3"),
    ("silhouette", "silhouette", ">11.3f"),
    ("stability", "stability", ">10.3f"),
    ("shown", "shown", ">6"),
    ("ari", "ARI", ">7.3f"),
)


def peak_mib() -> float:
    """The most memory this process has held, in MiB (Linux counts in KiB, macOS in bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def timed(runs, function):
    """The last result and the median of the seconds."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        result = function()
        seconds.append(time.perf_counter() - start)
    return result, statistics.median(seconds)


def measure(folder, runs):
    before = peak_mib()
    export, read_s = timed(runs, lambda: read_polis_folder(folder))

    def mapped(parameters):
        return opinion_map(
            export.person,
            export.statement,
            export.response,
            n_people=len(export.people),
            n_statements=len(export.comments),
            moderated_out=export.moderated_out,
            parameters=parameters,
        )

    _, places_s = timed(runs, lambda: mapped(Parameters(n_resamples=0, n_null=0)))
    result, map_s = timed(runs, lambda: mapped(None))
    both = [(export.groups[p], g) for p, g in zip(result.people, result.groups, strict=True)]
    both = [pair for pair in both if None not in pair]
    return {
        "name": folder.name,
        "people": len(export.people),
        "statements": len(export.comments),
        "responses": len(export.response),
        "read_s": read_s,
        "places_s": places_s,
        "map_s": map_s,
        "peak_mib": peak_mib() - before,
        "k": result.k,
        "silhouette": result.silhouette,
        "stability": result.stability.mean,
        "shown": "yes" if result.worth_showing else "no",
        "ari": adjusted_rand(*np.array(both).T) if both else float("nan"),
    }


def main() -> int:
    data = PROJECT / os.environ.get("COPRODUCE_TEST_DATA", "../shared/data")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, help=f"default: every folder in {data / 'polis'}")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=Path, help="also keep the table as JSON")
    options = parser.parse_args()
    folders = options.folders or sorted(path.parent for path in (data / "polis").glob("*/comments.csv"))
    if not folders:
        print(f"No exports in {data / 'polis'}: name folders, or set COPRODUCE_TEST_DATA.", file=sys.stderr)
        return 2
    print(" ".join(f"{title:{form.split('.')[0]}}" for _, title, form in COLUMNS))
    rows = []
    for folder in folders:
        with multiprocessing.get_context("spawn").Pool(1) as process:
            rows.append(process.apply(measure, (folder, options.runs)))
        print(" ".join(f"{rows[-1][key]:{form}}" for key, _, form in COLUMNS), flush=True)
    versions = {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__}
    print("medians of", options.runs, "runs;", ", ".join(f"{name} {v}" for name, v in versions.items()))
    if options.out:
        options.out.write_text(json.dumps({"versions": versions, "runs": options.runs, "rows": rows}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
