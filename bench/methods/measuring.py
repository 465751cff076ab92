"""What every part of the bench shares: alternating runs, medians, and a table."""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass
class Row:
    """One case: median seconds of the anchor and of ours from alternating runs, and whether the answers agreed.

    ``anchor_s`` None: the anchor cannot do it, or was stopped (``note`` says which). ``goal`` is in words.
    """

    case: str
    anchor: str
    anchor_s: float | None
    ours_s: float | None
    agrees: str
    goal: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.anchor_s / self.ours_s if self.anchor_s and self.ours_s else None


def alternating(runs: int, anchor: Callable[[], object], ours: Callable[[], object]) -> tuple[float, float]:
    """Median seconds of each; they take turns, so that a busy machine is busy for both."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for kept, function in zip(seconds, (anchor, ours), strict=True):
            start = time.perf_counter()
            function()
            kept.append(time.perf_counter() - start)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def told(rows: list[Row], out: Path | None, *packages: str) -> None:
    """Print the table; write it with the versions of these packages."""
    print(f"{'case':<44}{'anchor':<26}{'anchor s':>10}{'ours s':>10}{'ratio':>9}  agrees")
    for row in rows:
        anchor, ours = ("—" if s is None else f"{s:.4f}" for s in (row.anchor_s, row.ours_s))
        ratio = "—" if row.ratio is None else f"{row.ratio:.1f}×"
        print(f"{row.case:<44}{row.anchor:<26}{anchor:>10}{ours:>10}{ratio:>9}  {row.agrees} {row.note}")
    if out:
        listed = [asdict(row) | {"ratio": row.ratio} for row in rows]
        out.write_text(json.dumps({"versions": {name: version(name) for name in packages}, "rows": listed}))
