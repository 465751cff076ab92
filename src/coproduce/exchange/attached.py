"""The bytes of an attachment inside its record: base64 beside the columns.

The place of a file on the disk is never in a record: whoever reads it in gives it a new one.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from coproduce.contributions.attaching.kinds import LARGEST, is_what_it_says
from coproduce.contributions.attaching.storing import Keep, content_of, digest_of
from coproduce.contributions.models import Attachment
from coproduce.exchange.field_values import Unreadable

BYTES = "bytes"


def bytes_of(attachment: Attachment) -> str | None:
    """The kept file in base64, or None for one that was erased or is lost."""
    content = content_of(attachment.path)
    return None if content is None else base64.b64encode(content).decode()


def take_bytes(attachment: Attachment, record: dict[str, Any], keep: Keep) -> None:
    """Check the file of a record and keep it. Raises ``Unreadable``.

    It must be as long as ``size`` says, have that ``digest``, and begin as what it is said to be.
    """
    if BYTES not in record:
        raise Unreadable("“bytes” is missing")
    if record[BYTES] is None:
        return
    content = _decoded(record[BYTES])
    if attachment.erased_at is not None:
        raise Unreadable("“bytes” of a file that was erased should be null")
    if len(content) != attachment.size or digest_of(content) != attachment.digest:
        raise Unreadable("“bytes” are not those that “size” and “digest” speak of")
    if not is_what_it_says(attachment.kind, attachment.content_type, content):
        raise Unreadable("“bytes” are not what “kind” and “content_type” say")
    attachment.path = keep(attachment.space_id, content)


def _decoded(raw: Any) -> bytes:
    if not isinstance(raw, str) or len(raw) > LARGEST * 4 // 3 + 4:
        raise Unreadable("“bytes” should be base64 of at most 20 MB, or null")
    try:
        return base64.b64decode(raw, validate=True)
    except (ValueError, binascii.Error):
        raise Unreadable("“bytes” should be base64, or null") from None
