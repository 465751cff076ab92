"""Which kind of file this is, by what is in it: its name says nothing."""

from coproduce.errors import BadFile
from coproduce.exchange.archives import Archive
from coproduce.exchange.research.project import Project
from coproduce.exchange.research.reading import read_qdc, read_qdpx
from coproduce.exchange.research.taguette import BEGINS, read_taguette

ZIP = b"PK"
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def is_project(content: bytes) -> bool:
    """Whether this is a project or codebook for qualitative research, or else (a table, say) something other."""
    if content.startswith(BEGINS):
        return True
    if content.startswith(ZIP):
        try:
            return any(name.lower().endswith(".qde") for name in Archive(content).names())
        except BadFile:
            return b".qde" in content  # refused with its reason by whoever reads it
    return _begins(content) == b"<"


def read_project(content: bytes) -> Project:
    """The project in a file, whichever program wrote it. Raises ``BadFile``."""
    if content.startswith(BEGINS):
        return read_taguette(content)
    return read_qdpx(content) if content.startswith(ZIP) else read_qdc(content)


def _begins(content: bytes) -> bytes:
    for mark in MARKS:
        content = content.removeprefix(mark)
    return content[:200].replace(b"\0", b"").lstrip()[:1]
