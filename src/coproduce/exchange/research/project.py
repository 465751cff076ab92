"""Coded texts on their way in, whatever file they were in.

``key`` tells things apart within the file and for ever: reading the same file again finds what it brought before.
Positions count code points of ``Text.words``, from 0, end excluded, as everywhere here.
"""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(slots=True)
class Code:
    """A theme of the file. ``parent`` is the key of the code above it, "" for none; ``colour`` as ``#a1b2c3``."""

    key: str
    name: str
    words: str = ""
    colour: str = ""
    parent: str = ""


@dataclass(slots=True)
class Text:
    """One text. ``person`` is the key of whose words they are, "" where the file does not say."""

    key: str
    name: str
    words: str
    person: str = ""
    said_on: date | None = None
    kind: str = ""
    ways: str = ""
    channel: str = ""
    content_note: str = ""


@dataclass(slots=True)
class Coding:
    """A text, or a passage of it, is put to a code by a coder ("" where the file does not say)."""

    key: str
    text: str
    code: str
    start: int | None = None
    end: int | None = None
    coder: str = ""
    why: str = ""
    at: datetime | None = None


@dataclass(slots=True)
class Remark:
    """Something said about a passage and a code, which is not the reason for one coding."""

    key: str
    text: str
    code: str
    words: str
    start: int | None = None
    end: int | None = None
    coder: str = ""
    at: datetime | None = None


@dataclass(slots=True)
class Project:
    """All that a file holds and that can be taken; ``not_taken`` says in sentences what cannot, and why."""

    origin: str = ""
    name: str = ""
    counted: str = ""
    prefix: str = "refi"
    texts: list[Text] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    codings: list[Coding] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    not_taken: list[str] = field(default_factory=list)

    @property
    def people(self) -> list[str]:
        """The keys of those whose words there are, each once, in the order of the texts."""
        return list(dict.fromkeys(text.person for text in self.texts if text.person))

    @property
    def coders(self) -> list[str]:
        said = [coding.coder for coding in self.codings] + [remark.coder for remark in self.remarks]
        return list(dict.fromkeys(coder for coder in said if coder))

    @property
    def passages(self) -> int:
        return sum(coding.start is not None for coding in self.codings)
