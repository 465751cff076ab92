"""Asking the process of its own (``__main__``) what becomes of a file that was sent."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import threading
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from coproduce.contributions.attaching.made import Made, Unkept

log = logging.getLogger(__name__)

PATIENCE = 150
"""Seconds on the clock. The process also counts its own seconds of the processor, fewer."""
AT_ONCE = threading.BoundedSemaphore(2)
"""So that many people who add pictures at the same moment wait a little and the server's memory does not."""

WHAT_CAN_BE_SENT = _(
    "You can add pictures (JPEG, PNG, WebP, GIF), sound (MP3, M4A, WAV, Ogg and more) and documents (PDF, Word .docx, "
    "OpenDocument .odt, plain text)."
)
SENTENCES: dict[str, Any] = {
    "empty": _("There is nothing in this file. Perhaps it was still being copied: try once more."),
    "too_large": _("This file is larger than 20 MB. Send a smaller one, or a part of it."),
    "unknown": WHAT_CAN_BE_SENT,
    "broken": _("We could not read this file to its end. Open it yourself, save it anew, and add that one."),
    "photo": _(
        "This kind of photo cannot be shown by every browser. Save it as JPEG and add that one. On an iPhone: "
        "Settings, Camera, Formats, Most Compatible; or send the photo to yourself by mail and add it from there."
    ),
    "picture_too_large": _("This picture has more than 50 million points. Save it smaller and add that one."),
    "video": _("Films cannot be kept here yet. You can add what is said in it as sound, or a picture from it."),
    "no_sound": _("There is no sound in this recording. Try once more, or write down what you wanted to say."),
    "sound_too_long": _("This recording is longer than 30 minutes. Add it in two parts."),
    "locked": _("This document is locked with a password, so others could not read it. Save it without one."),
    "document_too_long": _("This document has more than 300 pages. Add the part that matters here."),
    "macros": _("There is a program in this document. Save it without macros, as .docx or PDF, and add that one."),
    "too_much": _("There is far more packed into this file than can be looked at. Save it anew, smaller."),
    "old_office": _("This is an older kind of document. Save it as .docx or PDF and add that one."),
    "rich_text": _("Save this text as .docx, .odt or PDF and add that one."),
}
"""What a person reads when a file is not kept, by ``Unkept.code``."""


def make(sent: IO[bytes]) -> Made:
    """What is kept of an open file, which is read from where it stands. Raises ``Unkept``."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answered:
        for piece in iter(lambda: sent.read(1 << 20), b""):
            given.write(piece)
        given.seek(0)
        with AT_ONCE:
            _run(given, answered)
        answered.seek(0)
        return _read(answered)


def _run(given: IO[bytes], answered: IO[bytes]) -> None:
    command = [sys.executable, "-I", "-m", "coproduce.contributions.attaching"]
    try:
        subprocess.run(
            command, stdin=given, stdout=answered, stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        raise Unkept("too_much") from None


def _read(answered: IO[bytes]) -> Made:
    line = answered.readline(4096)
    try:
        facts = json.loads(line)
    except ValueError:
        raise Unkept("too_much") from None  # it was stopped by one of its limits before it could answer
    if "error" in facts:
        log.warning("a file that was sent could not be made anew: %s", facts["error"])
    if "refused" in facts:
        raise Unkept(facts["refused"])
    return Made(
        kind=facts["kind"],
        content_type=facts["content_type"],
        content=answered.read(),
        width=facts["width"],
        height=facts["height"],
        seconds=facts["seconds"],
    )
