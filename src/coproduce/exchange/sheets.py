"""Reading the first sheet of a spreadsheet file (XLSX, ODS) that anybody may have made.

python-calamine reads it, in a process of its own with little memory and time: a file of five kilobytes with one cell
in the last corner of a sheet makes it ask for 500 GB, and the process that asks is ended. That must not be the server.
This module needs no Django when it is run: ``python -m coproduce.exchange.sheets < file``.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

MEMORY = 768 * 1024 * 1024
"""Of addresses, not of memory in use: the interpreter alone takes up some 200 MB of them."""
SECONDS = 60
LARGEST_OUT = 200 * 1024 * 1024
MOST_COLUMNS = 1000
REFUSED = 3


def sheet_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """(row number as the spreadsheet counts, its cells as text) of the first sheet that holds something.

    Whole numbers are written without a point, days as 2026-03-14. Raises ``BadFile``.
    """
    from django.utils.translation import gettext as _

    from coproduce.errors import BadFile
    from coproduce.exchange.archives import Archive

    Archive(content)
    with tempfile.TemporaryFile() as out:
        try:
            done = subprocess.run(  # our own module, with no argument of anybody's
                [sys.executable, "-m", "coproduce.exchange.sheets"],
                input=content,
                stdout=out,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=False,
                env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )
        except subprocess.TimeoutExpired:
            done = None
        if done is None or done.returncode:
            raise BadFile(
                _("This spreadsheet cannot be read. Open it in your spreadsheet, and save it as XLSX or as CSV UTF-8.")
            )
        out.seek(0)
        for line in out:
            number, *cells = json.loads(line)
            yield number, cells


def _plain(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if not isinstance(cell, timedelta) else str(cell.total_seconds())


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not every system has it; the time limit holds everywhere
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_OUT),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard < 0 else min(most, hard), hard))


def main() -> int:
    """Read a spreadsheet from standard input and write each row as a JSON list: its number, and its cells."""
    content = sys.stdin.buffer.read()
    import python_calamine

    _limit()
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.start is None or not sheet.height:
                continue
            if sheet.width > MOST_COLUMNS:
                return REFUSED
            for number, cells in enumerate(sheet.iter_rows(), start=1):
                json.dump([number, *map(_plain, cells)], sys.stdout, ensure_ascii=True)
                sys.stdout.write("\n")
            break
    except (python_calamine.CalamineError, OSError, ValueError, MemoryError):
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
