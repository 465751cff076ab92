"""What a file became, or why it did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class Unkept(Exception):
    """A file that is not kept. ``code`` is a word of ``making.SENTENCES``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Made:
    """A file as it is kept. ``width`` and ``height`` in pixels; ``seconds`` of sound; 0 where there is none."""

    kind: str
    content_type: str
    content: bytes
    width: int = 0
    height: int = 0
    seconds: int = 0

    def facts(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "content_type": self.content_type,
            "width": self.width,
            "height": self.height,
            "seconds": self.seconds,
        }
