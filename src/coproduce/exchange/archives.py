"""Looking into a zip file that anybody may have made, without believing what it says about itself."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from coproduce.errors import BadFile

MOST_MEMBERS = 60_000
MOST_BYTES = 200 * 1024 * 1024
"""Of all that is read from one archive."""
MOST_RATIO = 200
"""Text packs to a fifth, XML with much that repeats to a fiftieth. Above this it was made to fill a disk."""
SMALL = 1024 * 1024
"""What unpacks to less is no danger, however well it packs."""
A_PIECE = 64 * 1024
READ = (".qde", ".txt", ".xml", ".rels")
"""What is ever read; pictures and sound beside it are left alone and may be as large as they like."""


class Member(NamedTuple):
    """One file in the archive: its name in small letters with ``/``, and where it begins and ends."""

    name: str
    info: zipfile.ZipInfo


class Archive:
    """The members of a zip file by name. Nothing is ever written to disk, so a name can lead nowhere.

    Raises ``BadFile`` at once for an archive with a name that leads out of it, with two members of one name or place,
    with a link, a password, too many members, or one that unpacks to more than it should.
    """

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, UnicodeError, EOFError):
            raise BadFile(_("This file is not a zip archive, or it was cut off.")) from None
        if len(infos) > MOST_MEMBERS:
            raise BadFile(_("There are more than %(most)d files in this archive.") % {"most": MOST_MEMBERS})
        self.members: dict[str, zipfile.ZipInfo] = {}
        self._read = 0
        for info in infos:
            self._take(info)
        self._refuse_overlaps(infos)
        if sum(info.file_size for info in infos if info.filename.lower().endswith(READ)) > MOST_BYTES:
            raise BadFile(_too_large())

    def _take(self, info: zipfile.ZipInfo) -> None:
        name = info.filename
        parts = name.replace("\\", "/").split("/")
        if not name or name[0] in "/\\" or ".." in parts or ":" in parts[0] or not name.isprintable():
            raise BadFile(_("A name in this archive leads out of it. A program that means well writes no such name."))
        if (info.external_attr >> 16) & 0o170000 == 0o120000:
            raise BadFile(_("There is a link in this archive in place of a file."))
        if info.flag_bits & 0x1:
            raise BadFile(_("This archive needs a password. Save it again without one."))
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadFile(_("This archive is packed in a way that we do not read. Save it again as an ordinary zip."))
        key = "/".join(parts).lower()
        if key in self.members:
            raise BadFile(_("Two files in this archive have the same name."))
        if info.file_size > SMALL and info.file_size > MOST_RATIO * max(info.compress_size, 1):
            raise BadFile(_("A file in this archive unpacks to far more than it should."))
        self.members[key] = info

    def _refuse_overlaps(self, infos: list[zipfile.ZipInfo]) -> None:
        """Members that share bytes are how a small archive unpacks to terabytes."""
        ended = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            if info.header_offset < ended:
                raise BadFile(_("Files in this archive lie over one another."))
            ended = info.header_offset + 30 + len(info.filename.encode()) + info.compress_size

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.members

    def names(self) -> Iterator[str]:
        return (info.filename for info in self.members.values() if not info.is_dir())

    def read(self, name: str, *, most: int = MOST_BYTES) -> bytes:
        """What is in a member, in pieces, so that one which lies about its size is stopped. Raises ``BadFile``."""
        info = self.members[name.lower()]
        pieces: list[bytes] = []
        size = 0
        try:
            with self._zip.open(info) as member:
                while piece := member.read(A_PIECE):
                    size += len(piece)
                    self._read += len(piece)
                    if size > min(most, info.file_size) or self._read > MOST_BYTES:
                        raise BadFile(_too_large())
                    pieces.append(piece)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error):
            raise BadFile(_("“%(name)s” in this archive cannot be unpacked.") % {"name": name[-60:]}) from None
        return b"".join(pieces)


def _too_large() -> str:
    return _("What is in this archive is larger than %(most)d MB once unpacked.") % {"most": MOST_BYTES // 1024 // 1024}
