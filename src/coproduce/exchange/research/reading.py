"""Reading ``.qdpx`` projects and ``.qdc`` codebooks of the REFI-QDA standard, whichever program wrote them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lxml import etree

from coproduce import clock
from coproduce.contributions.models import Kind
from coproduce.errors import BadFile
from coproduce.exchange.archives import Archive
from coproduce.exchange.research import names
from coproduce.exchange.research.positions import Counting, Ruler, Told, counting_of
from coproduce.exchange.research.project import Code, Coding, Project, Remark, Text
from coproduce.exchange.research.xml import elements, forget, local
from coproduce.people.models import Channel

LONGEST_WORDS = 200_000
LONGEST_CODE_WORDS = 20_000
DEEPEST = 20
MOST = {"User": 10_000, "Code": 20_000, "Case": 100_000, "TextSource": 50_000}
MOST_OF_OTHERS = 500_000
"""Of any other element: passages, codings, notes."""
NOT_TAKEN_SOURCES = {
    "PDFSource": lambda n: ngettext(
        "%d PDF. Only plain text can be taken.", "%d PDFs. Only plain text can be taken.", n
    ),
    "PictureSource": lambda n: ngettext("%d picture.", "%d pictures.", n),
    "AudioSource": lambda n: ngettext("%d sound recording.", "%d sound recordings.", n),
    "VideoSource": lambda n: ngettext("%d film.", "%d films.", n),
}


_Place = tuple[int | None, int | None]


@dataclass(slots=True)
class _Selection:
    """A passage as the file gives it, or the whole of a text (``start`` is None)."""

    text: str
    start: int | None
    end: int | None
    words: str
    codings: list["_Coding"] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Coding:
    key: str
    code: str
    coder: str
    at: datetime | None
    notes: list[str]


@dataclass(slots=True)
class _Note:
    name: str
    words: str
    coder: str
    at: datetime | None


class _Reader:
    """Takes the elements of a project one by one, and puts them together at the end."""

    def __init__(self, archive: Archive | None) -> None:
        self.archive = archive
        self.project = Project()
        self.rulers: dict[str, Ruler] = {}
        self.selections: list[_Selection] = []
        self.notes: dict[str, _Note] = {}
        self.code_notes: list[tuple[Code, str]] = []
        self.codes: dict[str, Code] = {}
        self.open_codes: list[Code] = []
        self.variables: dict[str, str] = {}
        self.people: dict[str, str] = {}
        self.count: Counter[str] = Counter()
        self.left: Counter[str] = Counter()
        self.whys: list[str] = []

    def read(self, content: bytes, namespace: str, what: str) -> Project:
        for event, element in elements(content, namespace, what):
            kind = local(element)
            if event == "start":
                self._begin(kind, element)
            else:
                self._end(kind, element)
        self._put_together()
        return self.project

    def _begin(self, kind: str, element: etree._Element) -> None:
        self.count[kind] += 1
        most = MOST.get(kind, MOST_OF_OTHERS)
        if self.count[kind] > most:
            raise BadFile(_("There are more than %(most)d of “%(kind)s” in this file.") % {"most": most, "kind": kind})
        if kind in ("Project", "CodeBook") and element.getparent() is None:
            self.project.origin = element.get("origin", "")[:120]
            self.project.name = element.get("name", "")[:120]
        elif kind == "Code":
            self._begin_code(element)

    def _begin_code(self, element: etree._Element) -> None:
        if len(self.open_codes) >= DEEPEST:
            raise BadFile(
                _("The codes of this file stand under one another more than %(most)d deep.") % {"most": DEEPEST}
            )
        key = _guid(element.get("guid"))
        code = Code(key, " ".join(element.get("name", "").split()), colour=_colour(element.get("color")))
        code.parent = self.open_codes[-1].key if self.open_codes else ""
        if not key or key in self.codes:
            raise BadFile(_("Two codes in this file have the same identifier, or one has none."))
        self.codes[key] = code
        self.open_codes.append(code)

    def _end(self, kind: str, element: etree._Element) -> None:
        above = element.getparent()
        parent = local(above) if above is not None else ""
        if kind == "Code":
            code = self.open_codes.pop()
            code.words = _text_of(element, "Description")[:LONGEST_CODE_WORDS]
            self.code_notes += [(code, key) for key in _references(element, "NoteRef")]
            element.clear()  # not what stands before it: that may be the description of the code above
        elif kind == "Variable" and parent == "Variables":
            self.variables[_guid(element.get("guid"))] = element.get("name", "")
        elif parent == "Sources":
            self._source(kind, element)
            forget(element)
        elif kind == "Note" and parent == "Notes":
            self._note(element)
            forget(element)
        elif kind == "Case" and parent == "Cases":
            self._case(element)
            forget(element)
        elif parent in ("Links", "Sets", "Graphs"):
            self.left[parent] += 1
            forget(element)
        elif kind == "NoteRef" and parent == "Project":
            self.left["notes"] += 1

    def _case(self, element: etree._Element) -> None:
        key = _guid(element.get("guid"))
        for source in _references(element, "SourceRef"):
            self.people.setdefault(source, key)
        self.left["selections of cases"] += len(_references(element, "SelectionRef"))
        self.left["values of cases"] += len(element.findall("{*}VariableValue"))
        self.left["codes of cases"] += len(_references(element, "CodeRef"))

    def _note(self, element: etree._Element) -> None:
        words = self._plain_text(element, what=element.get("name", ""))
        if words is not None:
            self.notes[_guid(element.get("guid"))] = _Note(
                element.get("name", ""), words.strip(), _guid(element.get("creatingUser")), _moment(element)
            )

    def _source(self, kind: str, element: etree._Element) -> None:
        if kind != "TextSource":
            self.left[kind] += 1
            return
        key, name = _guid(element.get("guid")), " ".join(element.get("name", "").split())[:200]
        raw = self._plain_text(element, what=name)
        if raw is None:
            return
        ruler = Ruler(raw)
        if not key or key in self.rulers:
            raise BadFile(_("Two texts in this file have the same identifier, or one has none."))
        if why := _why_not(ruler):
            self.whys.append(f"{_shown(name)}: {why}")
            return
        self.rulers[key] = ruler
        text = Text(key, name, ruler.words, said_on=_day(_moment(element)))
        self._tell(text, element)
        self.project.texts.append(text)
        self.selections.append(
            _Selection(key, None, None, "", list(_codings(element)), _references(element, "NoteRef"))
        )
        for selection in element.iterfind("{*}PlainTextSelection"):
            self.selections.append(_selection(key, selection))

    def _plain_text(self, element: etree._Element, *, what: str) -> str | None:
        """The words of a source or note; None, with the reason noted, where they cannot be had."""
        inside = element.find("{*}PlainTextContent")
        if inside is not None:
            return inside.text or ""
        path = element.get("plainTextPath", "")
        if not path:
            self.whys.append(_("%(name)s: there is no plain text of it in the file.") % {"name": _shown(what)})
            return None
        found = self._member(path)
        if found is None:
            self.whys.append(_("%(name)s: its text is not in the file.") % {"name": _shown(what)})
            return None
        try:
            content = self.archive.read(found, most=LONGEST_WORDS * 8) if self.archive else b""
            coding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
            return content.decode(coding)
        except UnicodeDecodeError:
            self.whys.append(_("%(name)s: its text is not in UTF-8.") % {"name": _shown(what)})
            return None

    def _member(self, path: str) -> str | None:
        """The member that a path means: in ``Sources`` or ``sources``, with or without the folder in the path."""
        if self.archive is None or not path.startswith(names.INTERNAL):
            return None
        name = path.removeprefix(names.INTERNAL).replace("\\", "/").lstrip("/")
        tries = (f"sources/{name}", name, f"sources/{name.rpartition('/')[2]}")
        return next((one for one in tries if one in self.archive), None)

    def _tell(self, text: Text, element: etree._Element) -> None:
        """What our own variables and notes say of a text; variables of other programs are counted as left."""
        description = _text_of(element, "Description")
        if description.startswith(names.CONTENT_NOTE):
            text.content_note = " ".join(description.removeprefix(names.CONTENT_NOTE).split())[:200]
        for value in element.iterfind("{*}VariableValue"):
            name = self.variables.get(next(iter(_references(value, "VariableRef")), ""), "")
            said = next(("".join(part.itertext()).strip() for part in value if local(part) != "VariableRef"), "")
            if name == names.KIND and said in Kind.values:
                text.kind = said
            elif name == names.WAYS:
                text.ways = names.ways_of_words(said)
            elif name == names.CHANNEL and said in Channel.values:
                text.channel = said
            elif name == names.SAID_ON and (day := _day_of(said)):
                text.said_on = day
            else:
                self.left["values of texts"] += 1

    # ── putting together ─────────────────────────────────────────────────────────────────────────

    def _put_together(self) -> None:
        project = self.project
        project.codes = list(self.codes.values())
        for text in project.texts:
            text.person = self.people.get(text.key, "")
        for code, note in self.code_notes:
            if said := self.notes.get(note):
                code.words = f"{code.words}\n\n{said.words}".strip()[:LONGEST_CODE_WORDS]
        told = [
            Told(self.rulers[each.text], each.start, each.end, each.words)
            for each in self.selections
            if each.start is not None and each.end is not None
        ]
        counting, holding, saying = counting_of(project.origin, told)
        if told:
            project.counted = counting.told()
        if saying:
            project.counted += " " + _("%(holding)d of %(saying)d passages that say their words hold them so.") % {
                "holding": holding, "saying": saying,
            }  # fmt: skip
        for selection in self.selections:
            self._take(selection, counting)
        project.not_taken = [*self.whys, *self._left_out()]

    def _take(self, selection: _Selection, counting: Counting) -> None:
        place: _Place | None = (None, None)
        if selection.start is not None and selection.end is not None:
            place = self.rulers[selection.text].stretch(selection.start, selection.end, counting)
        if place is None:
            self.left["passages outside"] += 1
            return
        coded = [coding for coding in selection.codings if coding.code in self.codes]
        self.left["codings without code"] += len(selection.codings) - len(coded)
        for coding in coded:
            self._take_coding(selection, coding, place)
        if not coded:
            self.left["notes"] += len(selection.notes)
        for coding in coded:
            for key in selection.notes:
                self._remark(selection, coding, key, place)

    def _take_coding(self, selection: _Selection, coding: _Coding, place: _Place) -> None:
        reasons = []
        for key in coding.notes:
            note = self.notes.get(key)
            if note is None:
                continue
            if note.name == names.SAID_ABOUT or (note.coder and coding.coder and note.coder != coding.coder):
                self._remark(selection, coding, key, place)
            else:
                reasons.append(note.words)
        why = "\n\n".join(reasons)
        made = Coding(coding.key, selection.text, coding.code, *place, coding.coder, why, coding.at)
        self.project.codings.append(made)

    def _remark(self, selection: _Selection, coding: _Coding, key: str, place: _Place) -> None:
        note = self.notes.get(key)
        if note is not None and note.words:
            said = Remark(key, selection.text, coding.code, note.words, *place, note.coder, note.at)
            self.project.remarks.append(said)

    def _left_out(self) -> Iterator[str]:
        for kind, told in (NOT_TAKEN_SOURCES | _LEFT).items():
            if self.left[kind]:
                yield told(self.left[kind]) % self.left[kind]


_LEFT = {
    "passages outside": lambda n: ngettext(
        "%d passage: its positions lie outside of its text.",
        "%d passages: their positions lie outside of their text.",
        n,
    ),
    "codings without code": lambda n: ngettext(
        "%d coding: its code is not in the file.", "%d codings: their code is not in the file.", n
    ),
    "notes": lambda n: ngettext(
        "%d note that belongs to no code and no coded passage.",
        "%d notes that belong to no code and no coded passage.",
        n,
    ),
    "values of cases": lambda n: ngettext(
        "%d value of a variable of people. Where somebody speaks from, they say themselves.",
        "%d values of variables of people. Where somebody speaks from, they say themselves.",
        n,
    ),
    "values of texts": lambda n: ngettext(
        "%d value of a variable of texts that we have no place for.",
        "%d values of variables of texts that we have no place for.",
        n,
    ),
    "selections of cases": lambda n: ngettext(
        "%d passage that is put to a person. We keep one person for each text.",
        "%d passages that are put to people. We keep one person for each text.",
        n,
    ),
    "codes of cases": lambda n: ngettext(
        "%d code that is put to a person. Here words have themes, people have none.",
        "%d codes that are put to people. Here words have themes, people have none.",
        n,
    ),
    "Links": lambda n: ngettext("%d link.", "%d links.", n),
    "Sets": lambda n: ngettext("%d set.", "%d sets.", n),
    "Graphs": lambda n: ngettext("%d drawing.", "%d drawings.", n),
}


def read_qdpx(content: bytes) -> Project:
    """What a ``.qdpx`` holds. Raises ``BadFile``."""
    archive = Archive(content)
    inside = [name for name in archive.names() if name.lower().endswith(".qde")]
    if len(inside) != 1 or "/" in inside[0]:
        raise BadFile(_("This is not a project of the REFI-QDA standard: there should be one “project.qde” in it."))
    return _Reader(archive).read(archive.read(inside[0]), names.PROJECT, inside[0])


def read_qdc(content: bytes) -> Project:
    """The codes of a ``.qdc``. Raises ``BadFile``."""
    return _Reader(None).read(content, names.CODEBOOK, _("codebook"))


def _selection(text: str, element: etree._Element) -> _Selection:
    start, end = _number(element.get("startPosition")), _number(element.get("endPosition"))
    words = element.get("name", "") or _text_of(element, "Description")
    return _Selection(text, start, end, words, list(_codings(element)), _references(element, "NoteRef"))


def _codings(element: etree._Element) -> Iterator[_Coding]:
    for coding in element.iterfind("{*}Coding"):
        for code in _references(coding, "CodeRef"):
            yield _Coding(
                _guid(coding.get("guid")),
                code,
                _guid(coding.get("creatingUser") or element.get("creatingUser")),
                _moment(coding) or _moment(element),
                _references(coding, "NoteRef"),
            )


def _references(element: etree._Element, kind: str) -> list[str]:
    return [_guid(one.get("targetGUID")) for one in element.iterfind(f"{{*}}{kind}")]


def _text_of(element: etree._Element, kind: str) -> str:
    found = element.find(f"{{*}}{kind}")
    return (found.text or "").strip() if found is not None else ""


def _guid(raw: str | None) -> str:
    """An identifier in one spelling: small letters, without braces."""
    return (raw or "").strip().strip("{}").lower()[:64]


def _number(raw: str | None) -> int:
    try:
        return int(raw or "")
    except ValueError:
        return -1


def _colour(raw: str | None) -> str:
    said = (raw or "").strip().lower()
    if len(said) == 4 and said.startswith("#"):
        said = "#" + "".join(2 * digit for digit in said[1:])
    is_one = len(said) == 7 and said.startswith("#") and all(digit in "0123456789abcdef" for digit in said[1:])
    return said if is_one else ""


def _moment(element: etree._Element) -> datetime | None:
    raw = (element.get("creationDateTime") or "").strip()
    try:
        found = datetime.fromisoformat(raw)
    except ValueError:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found.astimezone(UTC) if 1900 < found.year < 9000 and found <= clock.now() else None


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _day_of(said: str) -> date | None:
    try:
        day = date.fromisoformat(said[:10])
    except ValueError:
        return None
    return day if date(1900, 1, 1) <= day <= clock.today() else None


def _why_not(ruler: Ruler) -> str:
    if not ruler.words:
        return _("there are no words in it.")
    if len(ruler.words) > LONGEST_WORDS:
        return _("it is longer than %(most)d characters.") % {"most": LONGEST_WORDS}
    if "\0" in ruler.words:
        return _("it is not text.")
    return ""


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:80] or _("a text without a name")
