"""What is kept, and how its bytes begin. Plain values: the process that makes files reads this too."""

JPEG, PNG, MP3, PDF, TEXT = "image/jpeg", "image/png", "audio/mpeg", "application/pdf", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"

KEPT = {"picture": (JPEG, PNG), "sound": (MP3,), "document": (PDF, DOCX, ODT, TEXT)}
"""The content types that we make, by kind of attachment. Nothing else is ever kept or served."""
ENDINGS = {JPEG: "jpg", PNG: "png", MP3: "mp3", PDF: "pdf", DOCX: "docx", ODT: "odt", TEXT: "txt"}

LARGEST = 20 * 1024 * 1024
"""Bytes of one file, as it is sent and as it is kept."""
LONGEST_SOUND = 30 * 60
"""Seconds."""

_BEGINNINGS = {
    JPEG: (b"\xff\xd8\xff",),
    PNG: (b"\x89PNG\r\n\x1a\n",),
    MP3: (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2"),
    PDF: (b"%PDF-",),
    DOCX: (b"PK\x03\x04",),
    ODT: (b"PK\x03\x04",),
}


def is_what_it_says(kind: str, content_type: str, content: bytes) -> bool:
    """Whether bytes that were kept somewhere else begin as what they are said to be."""
    if content_type not in KEPT.get(kind, ()):
        return False
    if content_type == TEXT:
        return is_text(content)
    return content.startswith(_BEGINNINGS[content_type])


def is_text(content: bytes) -> bool:
    """UTF-8 without control characters but for line ends and tabs."""
    try:
        said = content.decode()
    except UnicodeDecodeError:
        return False
    return not any(ord(letter) < 32 and letter not in "\n\r\t" for letter in said)
