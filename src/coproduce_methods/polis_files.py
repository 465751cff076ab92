"""Reading the folder that Polis exports: comments, votes, who took part, and the summary.

    export = read_polis_folder(Path("2018-kentucky"))
    export.bad_rows          # nothing is dropped in silence: file, row, reason
    opinion_map(export.person, export.statement, export.response, moderated_out=export.moderated_out)

Files: ``comments.csv`` is needed, and one of ``votes.csv`` (one row for each vote, the last of a
person on a comment counts) and ``participants-votes.csv`` (one row for each person, one column
for each comment). ``summary.csv`` is read where it is there. Only reads; knows no database.

Which sign means *agree* has differed between exports and between files of one export, so it is
never assumed: it is found by comparison with the numbers of agreeing and disagreeing votes that
the same folder gives, and ``PolisFilesRefused`` is raised where they leave it open.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.polis_signs import column_sign, compared_sign, counted_sign

Ints = NDArray[np.int64]

COMMENTS, VOTES, PEOPLE, SUMMARY = "comments.csv", "votes.csv", "participants-votes.csv", "summary.csv"
LARGEST_CELL = 2**31 - 1
MILLISECONDS_FROM = 100_000_000_000
MODERATED_OUT = -1
RESPONSES = {"1": 1, "-1": -1, "0": 0, "1.0": 1, "-1.0": -1, "0.0": 0}


class PolisFilesRefused(ValueError):
    """The folder cannot be read as a Polis export; the message says which file and why."""


@dataclass(frozen=True)
class BadRow:
    """A row that could not be used. ``row`` counts records, as a spreadsheet does; the header is 1."""

    file: str
    row: int
    reason: str


@dataclass(frozen=True)
class Comment:
    """One comment. ``at`` is in milliseconds since 1970 (UTC), 0 where the file gives none.

    ``moderated``: 1 let through, 0 not looked at, -1 moderated out. ``agrees`` and ``disagrees``
    are Polis' own counts, which in some exports are not those of the votes in the same folder.
    """

    id: str
    author: str
    text: str
    at: int
    agrees: int
    disagrees: int
    moderated: int


@dataclass(frozen=True, eq=False)
class PolisExport:
    """Everything in the folder. ``person`` and ``statement`` index ``people`` and ``comments``.

    response: -1 disagree, 0 unsure, +1 agree, one for each person and comment: the last
    at: milliseconds since 1970 of each response, 0 where only participants-votes.csv tells of it
    groups: the group that Polis published for each of ``people``, None where it gave none
    votes_from: the file the responses are from; agree_is: the sign that meant *agree* in it
    repeated: how many earlier votes gave way to a later one of the same person on the same comment
    """

    comments: tuple[Comment, ...]
    people: tuple[str, ...]
    groups: tuple[int | None, ...]
    person: Ints
    statement: Ints
    response: Ints
    at: Ints
    summary: dict[str, str]
    bad_rows: tuple[BadRow, ...]
    votes_from: str
    agree_is: int
    repeated: int

    @property
    def topic(self) -> str:
        """What the conversation was called."""
        return self.summary.get("topic", "")

    @property
    def moderated_out(self) -> tuple[int, ...]:
        """Indices of the comments that were moderated out."""
        return tuple(i for i, comment in enumerate(self.comments) if comment.moderated == MODERATED_OUT)


@dataclass
class _Votes:
    """Responses as read, signs as in the file; the last of each pair has won already."""

    cells: dict[tuple[str, int], tuple[int, int]]
    groups: dict[str, int | None]
    claimed: list[tuple[int, int, int, int]]
    repeated: int = 0


def read_polis_folder(folder: Path | str, agree_is: int | None = None) -> PolisExport:
    """Read a Polis export. ``agree_is`` (1 or -1) is used only where the files leave the sign open.

    Raises PolisFilesRefused where a needed file or column is missing, or the sign stays unknown.
    Rows that cannot be used are in ``bad_rows``; the caller decides whether to go on without them.
    """
    folder = Path(folder)
    bad: list[BadRow] = []
    comments = _read_comments(folder / COMMENTS, bad)
    number = {comment.id: i for i, comment in enumerate(comments)}
    if len(number) < len(comments):
        raise PolisFilesRefused(f"{COMMENTS}: two comments have the same comment-id")
    wide = _read_people(folder / PEOPLE, number, bad) if (folder / PEOPLE).exists() else None
    long = _read_votes(folder / VOTES, number, bad) if (folder / VOTES).exists() else None
    used = long or wide
    if used is None:
        raise PolisFilesRefused(f"{folder.name} has neither {VOTES} nor {PEOPLE}")
    name = VOTES if long else PEOPLE
    sign = _sign(long, wide, comments, agree_is, name)
    groups = wide.groups if wide else {}
    people = sorted({person for person, _ in used.cells} | set(groups), key=_as_number)
    index = {person: i for i, person in enumerate(people)}
    rows = sorted((index[who], what, value, at) for (who, what), (value, at) in used.cells.items())
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return PolisExport(
        comments=tuple(comments),
        people=tuple(people),
        groups=tuple(groups.get(person) for person in people),
        person=table[:, 0],
        statement=table[:, 1],
        response=table[:, 2] * sign,
        at=table[:, 3],
        summary=_read_summary(folder / SUMMARY, bad) if (folder / SUMMARY).exists() else {},
        bad_rows=tuple(bad),
        votes_from=name,
        agree_is=sign,
        repeated=used.repeated,
    )


def _as_number(label: str) -> tuple[int, int, str]:
    """Sort ids as numbers where they are numbers."""
    return (0, int(label), label) if label.isdecimal() else (1, 0, label)


def _records(path: Path, bad: list[BadRow]) -> Iterator[tuple[int, list[str]]]:
    """Every record of a CSV file with its number, the header as 1; unreadable ones go to ``bad``.

    UTF-8 with or without a byte order mark, any line end, cells of any length.
    """
    # The limit is one for the whole process: raised, and never lowered under somebody else's feet.
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST_CELL))
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, strict=True)
        number = 0
        while True:
            number += 1
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                bad.append(BadRow(path.name, number, f"is not readable as CSV: {error}"))
                continue
            if not record:
                continue
            if any("\udc80" <= character <= "\udcff" for cell in record for character in cell):
                bad.append(BadRow(path.name, number, "is not UTF-8 text"))
                continue
            yield number, record


def _table(path: Path, needed: tuple[str, ...], bad: list[BadRow]) -> Iterator[tuple[int, list[str]]]:
    """The header first, then every record of its width; others go to ``bad``."""
    if not path.exists():
        raise PolisFilesRefused(f"{path.name} is missing")
    records = _records(path, bad)
    number, header = next(records, (1, []))
    header = [column.strip() for column in header]
    missing = [column for column in needed if column not in header]
    if missing:
        raise PolisFilesRefused(f"{path.name}: no column named {', '.join(missing)} in its first row")
    yield number, header
    for number, record in records:
        if len(record) != len(header):
            reason = f"has {len(record)} cells where the first row has {len(header)}"
            bad.append(BadRow(path.name, number, reason))
        else:
            yield number, record


def _whole(cell: str, column: str) -> int:
    """A whole number, or a ValueError that names the column."""
    try:
        return int(cell.strip())
    except ValueError:
        raise ValueError(f"{column} is {cell[:40]!r}, not a whole number") from None


def _moment(cell: str) -> int:
    """Milliseconds since 1970: Polis has written both seconds and milliseconds."""
    at = _whole(cell, "timestamp")
    return at if abs(at) >= MILLISECONDS_FROM else at * 1000


def _read_comments(path: Path, bad: list[BadRow]) -> list[Comment]:
    needed = ("comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body")
    rows = _table(path, needed, bad)
    column = {name: i for i, name in enumerate(next(rows)[1])}
    comments = []
    for number, row in rows:
        try:
            comment = Comment(
                id=row[column["comment-id"]].strip(),
                author=row[column["author-id"]].strip(),
                text=row[column["comment-body"]],
                at=_moment(row[column["timestamp"]]) if "timestamp" in column else 0,
                agrees=_whole(row[column["agrees"]], "agrees"),
                disagrees=_whole(row[column["disagrees"]], "disagrees"),
                moderated=_whole(row[column["moderated"]], "moderated"),
            )
        except ValueError as error:
            bad.append(BadRow(path.name, number, str(error)))
            continue
        if comment.id:
            comments.append(comment)
        else:
            bad.append(BadRow(path.name, number, "has no comment-id"))
    return sorted(comments, key=lambda comment: _as_number(comment.id))


def _read_votes(path: Path, number_of: dict[str, int], bad: list[BadRow]) -> _Votes:
    rows = _table(path, ("timestamp", "comment-id", "voter-id", "vote"), bad)
    header = next(rows)[1]
    when, comment, voter, vote = (header.index(c) for c in ("timestamp", "comment-id", "voter-id", "vote"))
    found = []
    for number, row in rows:
        try:
            at, what = _moment(row[when]), number_of.get(row[comment].strip())
        except ValueError as error:
            bad.append(BadRow(path.name, number, str(error)))
            continue
        value, who = RESPONSES.get(row[vote].strip()), row[voter].strip()
        if what is None:
            bad.append(BadRow(path.name, number, f"comment {row[comment][:40]!r} is not in {COMMENTS}"))
        elif value is None:
            bad.append(BadRow(path.name, number, f"vote is {row[vote][:40]!r}, not -1, 0 or 1"))
        elif not who:
            bad.append(BadRow(path.name, number, "has no voter-id"))
        else:
            found.append((at, number, who, what, value))
    # By time; of two in one moment the later row.
    found.sort(key=lambda row: row[:2])
    cells = {(who, what): (value, at) for at, _, who, what, value in found}
    return _Votes(cells, {}, [], repeated=len(found) - len(cells))


def _read_people(path: Path, number_of: dict[str, int], bad: list[BadRow]) -> _Votes:
    rows = _table(path, ("participant",), bad)
    number, header = next(rows)
    column = {name: i for i, name in enumerate(header)}
    comments = [(i, number_of[name]) for i, name in enumerate(header) if name in number_of]
    for name in header:
        if name.isdecimal() and name not in number_of:
            bad.append(BadRow(path.name, number, f"comment {name} is not in {COMMENTS}"))
    read = _Votes({}, {}, [])
    for number, row in rows:
        who = row[column["participant"]].strip()
        try:
            values = _answers(row, comments)
            group = row[column["group-id"]].strip() if "group-id" in column else ""
            group_number = _whole(group, "group-id") if group else None
            claim = _claim(row, column, list(values.values()))
        except ValueError as error:
            bad.append(BadRow(path.name, number, str(error)))
            continue
        if not who or who in read.groups:
            bad.append(BadRow(path.name, number, "has no participant, or one who has a row already"))
            continue
        read.groups[who] = group_number
        read.cells.update({(who, what): (value, 0) for what, value in values.items()})
        read.claimed.extend(claim)
    return read


def _answers(row: list[str], comments: list[tuple[int, int]]) -> dict[int, int]:
    """The answers in one row of participants-votes.csv, or a ValueError for a cell that is none."""
    values = {}
    for i, what in comments:
        cell = row[i]
        if cell and cell.strip():
            value = RESPONSES.get(cell.strip())
            if value is None:
                raise ValueError(f"the vote on comment column {i + 1} is {cell[:40]!r}, not -1, 0 or 1")
            values[what] = value
    return values


def _claim(row: list[str], column: dict[str, int], values: list[int]) -> list[tuple[int, int, int, int]]:
    """What a row says of itself and holds: n-agree, n-disagree, cells of +1, cells of -1."""
    if "n-agree" not in column or "n-disagree" not in column:
        return []
    said = _whole(row[column["n-agree"]], "n-agree"), _whole(row[column["n-disagree"]], "n-disagree")
    return [(*said, values.count(1), values.count(-1))]


def _read_summary(path: Path, bad: list[BadRow]) -> dict[str, str]:
    summary = {}
    for number, row in _records(path, bad):
        if len(row) == 2:
            summary[row[0].strip()] = row[1]
        else:
            bad.append(BadRow(path.name, number, f"has {len(row)} cells where 2 were expected"))
    return summary


def _sign(long: _Votes | None, wide: _Votes | None, comments: list[Comment], agree_is: int | None, name: str) -> int:
    """The sign that means *agree* in the file the votes are from."""
    used = long or wide
    counts = [(comment.agrees, comment.disagrees) for comment in comments]
    cells = {cell: value for cell, (value, _) in used.cells.items()} if used else {}
    by_comment = counted_sign(cells, counts)
    wide_sign = column_sign(wide.claimed) if wide else None
    if long is None:
        found = wide_sign or by_comment
    else:
        others = {cell: value for cell, (value, _) in wide.cells.items()} if wide else {}
        same = compared_sign(cells, others)
        found = same * wide_sign if same and wide_sign else by_comment
    if found is None and not any(cells.values()):
        return 1
    found = found or agree_is
    if found not in (1, -1):
        raise PolisFilesRefused(
            f"{name}: whether 1 or -1 means agree cannot be told from the counts in {COMMENTS} and {PEOPLE}"
        )
    return found
