"""What a file is, by how it begins. A name and a declared type are never asked: anybody can write them."""

from __future__ import annotations

from coproduce.contributions.attaching.kinds import is_text
from coproduce.contributions.attaching.made import Unkept

_STARTS = (
    (b"\xff\xd8\xff", "picture", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "picture", "PNG"),
    (b"GIF87a", "picture", "GIF"),
    (b"GIF89a", "picture", "GIF"),
    (b"ID3", "sound", "mp3"),
    (b"OggS", "sound", "ogg"),
    (b"fLaC", "sound", "flac"),
    (b"#!AMR", "sound", "amr"),
    (b"\x1aE\xdf\xa3", "sound", "matroska"),
    (b"\xff\xf1", "sound", "aac"),
    (b"\xff\xf9", "sound", "aac"),
    (b"\xff\xfb", "sound", "mp3"),
    (b"\xff\xfa", "sound", "mp3"),
    (b"\xff\xf3", "sound", "mp3"),
    (b"\xff\xf2", "sound", "mp3"),
    (b"%PDF-", "document", "pdf"),
    (b"PK\x03\x04", "document", "zip"),
)
_STILL = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
_REFUSED = ((b"\xd0\xcf\x11\xe0", "old_office"), (b"{\\rtf", "rich_text"), (b"II*\0", "photo"), (b"MM\0*", "photo"))


def family_of(content: bytes) -> tuple[str, str]:
    """(picture, sound or document; the form a library knows it by). Raises ``Unkept``."""
    for start, family, form in _STARTS:
        if content.startswith(start):
            return family, form
    if content[:4] == b"RIFF" and content[8:12] in (b"WEBP", b"WAVE"):
        return ("picture", "WEBP") if content[8:12] == b"WEBP" else ("sound", "wav")
    if content[4:8] == b"ftyp":
        if content[8:12] in _STILL:
            raise Unkept("photo")
        return "sound", "mov"
    for start, code in _REFUSED:
        if content.startswith(start):
            raise Unkept(code)
    if is_text(content.removeprefix(b"\xef\xbb\xbf")) and not _is_markup(content):
        return "document", "txt"
    raise Unkept("unknown")


def _is_markup(content: bytes) -> bool:
    """Pages and drawings are no plain text, though they are made of letters."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<!--", b"<head", b"<body"))
