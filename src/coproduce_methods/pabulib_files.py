"""Elections over a fund as Pabulib keeps them: ``.pb`` files, read and written.

    file = read_pabulib(Path("Poland_Lodz_2022.pb"))
    file.election, file.meta["budget"], file.votes.column("age"), file.notices

The format: https://pabulib.org. What is read how: ``docs/methods/pabulib_files.md``. Large files are
read by ``pabulib_quickly`` where their votes are plain, to the same result.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import lcm
from pathlib import Path

import numpy as np

from coproduce_methods.errors import Malformed
from coproduce_methods.fund_ballots import APPROVAL, CUMULATIVE, LARGEST, ORDINAL, SCORING, Election
from coproduce_methods.pabulib_quickly import PlainVotes, read_plainly

SECTIONS = (b"META", b"PROJECTS", b"VOTES")
BALLOT_OF = {"approval": APPROVAL, "choose-1": APPROVAL, "cumulative": CUMULATIVE, "scoring": SCORING}
BALLOT_OF |= {"ordinal": ORDINAL}
LARGE = 1 << 12
"""From so many bytes of votes on it is worth while to look whether they can be read quickly."""

_AMOUNT = re.compile(r"\d{1,15}(?:[.,]\d{1,6})?")
_POINTS = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?")

Table = list[tuple[int, list[str]]]


@dataclass(frozen=True, eq=False)
class VotesTable:
    """The rows of VOTES. Cells are only made when a column is asked for."""

    columns: tuple[str, ...]
    source: PlainVotes | Table

    def column(self, name: str) -> list[str]:
        """The cells of one column, in the order of the voters. KeyError if there is none of this name."""
        if name not in self.columns:
            raise KeyError(name)
        place = self.columns.index(name)
        if isinstance(self.source, PlainVotes):
            return self.source.cells(place)
        return [row[place].strip() if place < len(row) else "" for _, row in self.source]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """All rows."""
        return zip(*(self.column(name) for name in self.columns), strict=True)


@dataclass(frozen=True, eq=False)
class PabulibFile:
    """One file.

    meta: key and value in the order of the file; project_columns and projects: that table as text
    votes: the other table; election: what the rules need
    """

    meta: dict[str, str]
    project_columns: tuple[str, ...]
    projects: tuple[tuple[str, ...], ...]
    votes: VotesTable
    election: Election
    _claims: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each project is called; its id where no name is given."""
        if "name" not in self.project_columns:
            return self.election.projects
        place = self.project_columns.index("name")
        return tuple(row[place] or row[0] for row in self.projects)

    @cached_property
    def notices(self) -> tuple[str, ...]:
        """What a person should know of this file though it can be used: counts that differ, ids used twice."""
        return (*self._claims, *_claims_of(self), *_twice(self.votes))

    def to_text(self) -> str:
        """The file again, with the same cells (quotes only where they are needed, lines ending in a line feed)."""
        out = io.StringIO()
        write = csv.writer(out, delimiter=";", lineterminator="\n")
        write.writerows([["META"], ["key", "value"], *self.meta.items()])
        write.writerows([["PROJECTS"], self.project_columns, *self.projects])
        write.writerows([["VOTES"], self.votes.columns, *self.votes.rows()])
        return out.getvalue()


def read_pabulib(path: Path | str) -> PabulibFile:
    """Read a file. ``Malformed`` with file and line where it cannot be used; OSError if it cannot be opened."""
    path = Path(path)
    return parse_pabulib(path.read_bytes(), str(path))


def parse_pabulib(raw: bytes, name: str = "votes.pb") -> PabulibFile:
    """As ``read_pabulib``, from the bytes of a file with this name."""
    raw = _text(raw, name)
    starts = _sections(raw, name)
    meta = _read_meta(_rows(raw, starts[0], starts[1], name), name)
    columns, projects = _read_projects(_rows(raw, starts[1], starts[2], name), name)
    ballot = _ballot_type(meta, name)
    costs, budget, unit = _amounts(meta, columns, projects, name)
    ids = tuple(row[0] for _, row in projects)
    votes, rest, notices = _read_votes(raw, starts[2], ids, ballot, name)
    try:
        election = Election(ids, costs, budget, *rest, ballot=ballot, unit=unit)
    except ValueError as error:
        raise Malformed(name, None, str(error)) from None
    values = {key: value for key, (_, value) in meta.items()}
    return PabulibFile(values, columns, tuple(tuple(row) for _, row in projects), votes, election, notices)


def _line(raw: bytes, at: int) -> int:
    return raw.count(b"\n", 0, at) + 1


def _text(raw: bytes, name: str) -> bytes:
    """The bytes without a byte order mark and with line feeds; refused if they are not text in UTF-8."""
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
    if (at := raw.find(b"\0")) >= 0:
        raise Malformed(name, _line(raw, at), "has a NUL byte where text in UTF-8 was expected")
    if not raw.isascii():
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            raise Malformed(name, _line(raw, error.start), "is not text in UTF-8") from None
    if b"\r" in raw and b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    if not raw.strip():
        raise Malformed(name, 1, "is empty; expected the sections META, PROJECTS and VOTES")
    return raw


def _sections(raw: bytes, name: str) -> list[int]:
    """Where the line of each section begins."""
    starts, at = [], 0
    for section in SECTIONS:
        # A quote that only opens would make a cell of all that follows: that is no line of this name.
        named = rb"^[ \t]*(?:" + section + rb'|"' + section + rb'")[ \t;]*\r?$'
        found = re.compile(named, re.MULTILINE | re.IGNORECASE).search(raw, at)
        if not found:
            raise Malformed(
                name,
                _line(raw, at) if at else 1,
                f"has no line {section.decode()}; expected the sections META, PROJECTS and VOTES in this order",
            )
        starts.append(found.start())
        at = found.end()
    return starts


def _rows(raw: bytes, start: int, end: int | None, name: str) -> Table:
    """The rows of a section after its own line, each with its line; empty ones are left out."""
    first = _line(raw, start)
    reader = csv.reader(io.StringIO(raw[start:end].decode(), newline=""), delimiter=";")
    found = []
    try:
        for row in reader:
            if row and (len(row) > 1 or row[0].strip()):
                found.append((first + reader.line_num - 1, [cell.strip() for cell in row]))
    except csv.Error as error:
        raise Malformed(name, first + reader.line_num - 1, f"cannot be read as cells ({error})") from None
    return found[1:]


def _read_meta(rows: Table, name: str) -> dict[str, tuple[int, str]]:
    """Line and value of each key."""
    if not rows or [cell.lower() for cell in rows[0][1][:2]] != ["key", "value"]:
        raise Malformed(name, rows[0][0] if rows else 1, "expected the columns key;value after META")
    meta: dict[str, tuple[int, str]] = {}
    for line, row in rows[1:]:
        if len(row) < 2:
            raise Malformed(name, line, f"has no value for {row[0][:40]!r}; expected key;value")
        if row[0] in meta:
            raise Malformed(name, line, f"says {row[0][:40]!r} a second time")
        meta[row[0]] = (line, ";".join(row[1:]).rstrip(";"))
    for key in ("budget", "vote_type"):
        if key not in meta:
            raise Malformed(name, 1, f"META has no {key}; expected a line {key};value")
    return meta


def _read_projects(rows: Table, name: str) -> tuple[tuple[str, ...], Table]:
    if not rows:
        raise Malformed(name, None, "has no columns after PROJECTS; expected project_id;cost")
    columns = tuple(rows[0][1])
    if "cost" not in columns[1:]:
        raise Malformed(name, rows[0][0], "has no column cost after the id of the project")
    seen: dict[str, int] = {}
    for line, row in rows[1:]:
        if len(row) > len(columns) and any(row[len(columns) :]):
            raise Malformed(name, line, f"has {len(row)} cells where {len(columns)} were expected")
        row[:] = [*row, *[""] * len(columns)][: len(columns)]
        if not row[0] or "," in row[0]:
            raise Malformed(name, line, "expected the id of a project, without a comma")
        if row[0] in seen:
            raise Malformed(name, line, f"has project {row[0][:40]!r} a second time, it is in line {seen[row[0]]}")
        seen[row[0]] = line
    return columns, rows[1:]


def _ballot_type(meta: dict[str, tuple[int, str]], name: str) -> str:
    line, said = meta["vote_type"]
    if said.lower() not in BALLOT_OF:
        raise Malformed(name, line, f"vote_type is {said[:40]!r}; expected one of {', '.join(BALLOT_OF)}")
    return BALLOT_OF[said.lower()]


def _amount(cell: str, what: str, line: int, name: str) -> Fraction:
    if not _AMOUNT.fullmatch(cell):
        raise Malformed(name, line, f"{what} is {cell[:40]!r}, not an amount of money of up to 15 digits")
    return Fraction(cell.replace(",", "."))


def _amounts(
    meta: dict[str, tuple[int, str]], columns: tuple[str, ...], projects: Table, name: str
) -> tuple[np.ndarray, int, int]:
    """Costs and budget in the smallest unit, and how many of these are one of the money."""
    place = columns.index("cost", 1)
    line, said = meta["budget"]
    budget = _amount(said, "budget", line, name)
    costs = [_amount(row[place], "cost", line, name) for line, row in projects]
    unit = lcm(budget.denominator, *(cost.denominator for cost in costs))
    units = [int(cost * unit) for cost in costs]
    if budget * unit >= LARGEST or sum(units) >= LARGEST:
        raise Malformed(name, line, "the budget and all costs together must each be below 4.5 · 10^15 smallest units")
    return np.array(units, dtype=np.int64), int(budget * unit), unit


Rest = tuple[np.ndarray, np.ndarray, np.ndarray | None]


def _read_votes(
    raw: bytes, start: int, ids: tuple[str, ...], ballot: str, name: str
) -> tuple[VotesTable, Rest, tuple[str, ...]]:
    head = raw.find(b"\n", start) + 1
    end = raw.find(b"\n", head)
    if head and end > 0 and len(raw) - end > LARGE and ballot != ORDINAL:
        columns = tuple(cell.strip() for cell in raw[head:end].decode().split(";"))
        if "vote" in columns and '"' not in "".join(columns):
            places = columns.index("vote"), columns.index("points") if "points" in columns else None
            plain = read_plainly(raw[end + 1 :], len(columns), places, ids, scored=ballot != APPROVAL)
            if plain:
                return VotesTable(columns, plain), (plain.indptr, plain.chosen, plain.scores), ()
    rows = _rows(raw, start, None, name)
    if not rows:
        raise Malformed(name, None, "has no columns after VOTES; expected voter_id;vote")
    line, cells = rows.pop(0)
    columns = tuple(cells)
    if "vote" not in columns:
        raise Malformed(name, line, "has no column vote")
    if ballot in (CUMULATIVE, SCORING) and "points" not in columns:
        raise Malformed(name, line, f"has no column points, which ballots of type {ballot} need")
    rest, notices = _ballots(rows, columns, ids, ballot, name)
    return VotesTable(columns, rows), rest, notices


def _ballots(
    rows: Table, columns: tuple[str, ...], ids: tuple[str, ...], ballot: str, name: str
) -> tuple[Rest, tuple[str, ...]]:
    """The ballots, row by row."""
    number = {project: i for i, project in enumerate(ids)}
    place = columns.index("vote")
    points = columns.index("points") if "points" in columns else 0
    ballots: list[dict[int, Fraction | int]] = []
    repeated = 0
    for line, row in rows:
        if len(row) > len(columns) and any(row[len(columns) :]):
            raise Malformed(name, line, f"has {len(row)} cells where {len(columns)} were expected")
        asked = _asked(row[place] if place < len(row) else "", number, line, name)
        if ballot == APPROVAL:
            votes: dict[int, Fraction | int] = dict.fromkeys(asked, 1)
        elif ballot == ORDINAL:
            votes = {p: len(asked) - i for i, p in reversed(list(enumerate(asked)))}
        else:
            votes = dict(zip(asked, _scores(row[points] if points < len(row) else "", asked, line, name), strict=True))
        repeated += len(votes) < len(asked)
        ballots.append(votes)
    notice = f"{repeated} ballots name a project more than once; it counts once, with the points that stand last"
    return _arrays(ballots, scored=ballot != APPROVAL), (notice,) if repeated else ()


def _asked(cell: str, number: dict[str, int], line: int, name: str) -> list[int]:
    if not cell or cell.lower() == "none":
        return []
    found = []
    for asked in cell.split(","):
        at = number.get(asked)
        if at is None:
            at = number.get(asked.strip())
        if at is not None:
            found.append(at)
        elif asked.strip():
            raise Malformed(name, line, f"asks for project {asked.strip()[:40]!r}, which is not in PROJECTS")
    return found


def _scores(cell: str, asked: list[int], line: int, name: str) -> list[Fraction | int]:
    said = [points.strip() for points in cell.split(",")] if cell and cell.lower() != "none" else []
    if len(said) != len(asked):
        raise Malformed(name, line, f"has points for {len(said)} projects where the vote is for {len(asked)}")
    for points in said:
        if not _POINTS.fullmatch(points):
            raise Malformed(name, line, f"has points {points[:40]!r}; expected a number of up to 12 digits")
    return [int(points) if points.isdecimal() else Fraction(points) for points in said]


def _arrays(ballots: list[dict[int, Fraction | int]], *, scored: bool) -> Rest:
    """Ballots as arrays; points become whole numbers, and what has 0 points or fewer is not asked for."""
    parts = lcm(*{value.denominator for votes in ballots for value in votes.values()})
    kept = [{p: int(value * parts) for p, value in votes.items() if value > 0} for votes in ballots]
    chosen = np.array([p for votes in kept for p in votes], dtype=np.int64)
    scores = np.array([s for votes in kept for s in votes.values()], dtype=np.int64) if scored else None
    return np.cumsum([0, *map(len, kept)], dtype=np.int64), chosen, scores


def _claims_of(file: PabulibFile) -> Iterator[str]:
    """Where META and PROJECTS say other counts than there are."""
    for key, there in (("num_projects", len(file.election.projects)), ("num_votes", file.election.voters)):
        said = file.meta.get(key, "")
        if said and said != str(there):
            yield f"META says {key} {said[:40]}, there are {there}"
    for column, there_are in (("votes", file.election.votes), ("score", file.election.points)):
        if column in file.project_columns:
            place = file.project_columns.index(column)
            for row, n in zip(file.projects, there_are.tolist(), strict=True):
                if row[place] and row[place] != str(n):
                    yield f"PROJECTS says {column} {row[place][:40]} for project {row[0][:40]}, there are {n}"


def _twice(votes: VotesTable) -> Iterator[str]:
    if "voter_id" in votes.columns:
        voters = votes.column("voter_id")
        more = len(voters) - len(set(voters))
        if more:
            yield f"{more} rows have a voter_id that another row has, too; each counts as a voter"
