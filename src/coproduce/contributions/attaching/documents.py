"""A document that others can open without being harmed, found or followed: PDF, Word, OpenDocument, plain text."""

from __future__ import annotations

import io
import zipfile

from coproduce.contributions.attaching import office, pdf
from coproduce.contributions.attaching.kinds import TEXT
from coproduce.contributions.attaching.made import Made, Unkept


def make(content: bytes, form: str) -> Made:
    """The document that is kept. Raises ``Unkept``."""
    if form == "pdf":
        return pdf.make(content)
    if form == "txt":
        said = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if not said.strip():
            raise Unkept("empty")
        return Made("document", TEXT, said)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as folder:
            return office.make(folder)
    except zipfile.BadZipFile:
        raise Unkept("broken") from None
