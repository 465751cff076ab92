"""Where the real data is. A test that reads it carries the marker ``data``, and fails without it."""

import csv
import json
import os
from pathlib import Path

import numpy as np

from coproduce_methods.polis_files import read_polis_folder

PROJECT = Path(__file__).resolve().parents[2]
POLIS = (
    "15-per-hour-seattle",
    "american-assembly.bowling-green",
    "football-concussions",
    "scoop-hivemind.freshwater",
    "vtaiwan.uberx",
)
POLIS_MATH = ("25ptpt-3gp-no-strict-with-meta", "above-100-ptpts", "r6vbnhffkxbd7ifmfbdrd-vw")


def data_folder() -> Path:
    return (PROJECT / os.environ.get("COPRODUCE_TEST_DATA", "../shared/data")).resolve()


def polis(name: str):
    return read_polis_folder(data_folder() / "polis" / name)


class PolisMath:
    """A conversation with what Polis' own mathematics made of it, in our signs and indices.

    people and statements hold Polis' ids; columns are statements in the order of its ``tids``.
    """

    def __init__(self, name: str) -> None:
        folder = data_folder() / "polis-math" / name
        self.math = json.loads((folder / "math-pca2.json").read_text(encoding="utf-8"))
        self.statements = self.math["tids"]
        votes = self._from_export(folder) if (folder / "votes.csv").exists() else self._from_json(folder)
        self.people = sorted({person for person, _ in votes})
        who = {person: i for i, person in enumerate(self.people)}
        what = {statement: j for j, statement in enumerate(self.statements)}
        rows = sorted((who[p], what[s], value) for (p, s), value in votes.items())
        self.person, self.statement, self.response = np.array(rows, dtype=np.int64).T
        self.moderated_out = [what[s] for s in self.math["mod-out"] if s in what]

    def _from_export(self, folder: Path) -> dict[tuple[int, int], int]:
        export = read_polis_folder(folder)
        rows = zip(export.person, export.statement, export.response, strict=True)
        return {(int(export.people[p]), int(export.comments[s].id)): int(value) for p, s, value in rows}

    def _from_json(self, folder: Path) -> dict[tuple[int, int], int]:
        rows = json.loads((folder / "votes.json").read_text(encoding="utf-8"))
        rows.sort(key=lambda row: row["modified"])
        return {(row["participant_id"], row["statement_id"]): row["vote"] for row in rows}

    def groups(self) -> list[int]:
        """The place in Polis' list of groups for each of ``people``, -1 for those in none."""
        clusters = dict(zip(self.math["base-clusters"]["id"], self.math["base-clusters"]["members"], strict=True))
        of = {
            person: g
            for g, group in enumerate(self.math["group-clusters"])
            for cluster in group["members"]
            for person in clusters[cluster]
        }
        return [of.get(person, -1) for person in self.people]


def patient_feedback(fewest: int = 20, besides: tuple[str, ...] = ("Not assigned",)):
    """Texts, texts × themes, and the names of the themes given to at least ``fewest`` texts."""
    path = data_folder() / "patient-feedback" / "nhs-fft-labelled.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in list(rows[0])[11:] if name not in besides]
    belongs = np.array([[row[name] == "1" for name in names] for row in rows])
    kept = belongs.sum(axis=0) >= fewest
    themes = tuple(name for name, keep in zip(names, kept, strict=True) if keep)
    return [row["FFT answer"] for row in rows], belongs[:, kept], themes
