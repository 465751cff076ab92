"""The process that makes a file anew: bytes on standard input, a line of JSON and the new bytes on standard output.

It is ``python -m coproduce.contributions.attaching``. What it reads may have been made to break whatever reads it, so
before it reads the first byte it gives up the right to open anything: no file, no connection, no more than
``MEMORY`` and ``SECONDS`` of the processor. It knows neither the person, nor the file's name, nor the database.
"""

from __future__ import annotations

import encodings.cp437
import encodings.idna
import encodings.latin_1
import encodings.utf_16
import json
import os
import re
import resource
import sys
from typing import Any

from coproduce.contributions.attaching import documents, pdf, pictures, sounds
from coproduce.contributions.attaching.kinds import LARGEST
from coproduce.contributions.attaching.made import Made, Unkept
from coproduce.contributions.attaching.sniffing import family_of

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space: the largest picture, decoded, and the libraries."""
SECONDS = 90
"""Of the processor. Half an hour of sound takes a slow machine some 40."""

_KEPT_OPEN = (encodings.cp437, encodings.idna, encodings.latin_1, encodings.utf_16)
"""Read before the right to open files is given up."""


def give_up_rights() -> None:
    """From here on: no new descriptor of any kind, bounded memory, time and output, and no core left behind."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST + 4096, LARGEST + 4096))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def make(content: bytes) -> Made:
    """What is kept of ``content``. Raises ``Unkept``."""
    if not content:
        raise Unkept("empty")
    if len(content) > LARGEST:
        raise Unkept("too_large")
    family, form = family_of(content)
    made = {"picture": pictures.make, "sound": sounds.make, "document": documents.make}[family](content, form)
    if len(made.content) > LARGEST:
        raise Unkept("too_large")
    return made


def answer(content: bytes) -> tuple[dict[str, Any], bytes]:
    """The line of JSON and the bytes below it."""
    try:
        made = make(content)
    except Unkept as why:
        return {"refused": why.code}, b""
    except MemoryError:
        return {"refused": "too_much"}, b""
    except Exception as error:  # noqa: BLE001  # whatever a hostile file makes a library say, the answer is the same
        return {"refused": "broken", "error": type(error).__name__}, b""
    return made.facts(), made.content


def _peak(status: int | None) -> int:
    """The most memory that was held at one time, in kilobytes; 0 where the system does not say."""
    said = os.pread(status, 8192, 0).decode("ascii", "replace") if status is not None else ""
    found = re.search(r"VmHWM:\s+(\d+)", said)
    return int(found[1]) if found else 0


def main() -> None:
    out = os.dup(1)
    os.dup2(2, 1)  # what a library prints must not be taken for the answer
    pictures.get_ready()
    pdf.get_ready()
    status = os.open("/proc/self/status", os.O_RDONLY) if os.path.exists("/proc/self/status") else None
    give_up_rights()
    facts, content = answer(sys.stdin.buffer.read(LARGEST + 1))
    facts["peak"] = _peak(status)
    whole = json.dumps(facts).encode() + b"\n" + content
    while whole:
        whole = whole[os.write(out, whole) :]


if __name__ == "__main__":
    main()
