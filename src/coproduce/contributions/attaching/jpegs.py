"""Taking what a camera wrote about itself out of pictures that stand inside a document, without drawing them anew."""

from __future__ import annotations


def without_facts(content: bytes) -> bytes:
    """A JPEG or PNG without location, device, comments and thumbnails; anything else as it was."""
    if content.startswith(b"\xff\xd8"):
        return _jpeg(content)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(content)
    return content


def _jpeg(content: bytes) -> bytes:
    """Without the segments APP1 to APP13, APP15 and comments. APP0 and APP14 say how colours are stored, and stay."""
    kept, at = [b"\xff\xd8"], 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xDA:
            break
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker not in _TOLD:
            kept.append(content[at:end])
        at = end
    return b"".join([*kept, content[at:]])


_TOLD = {*range(0xE1, 0xEE), 0xEF, 0xFE}


def _png(content: bytes) -> bytes:
    """Without chunks of text, time and EXIF."""
    kept, at = [content[:8]], 8
    while at + 12 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        chunk = content[at:end]
        if chunk[4:8] not in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"):
            kept.append(chunk)
        at = end
        if chunk[4:8] == b"IEND":
            break
    return b"".join(kept)
