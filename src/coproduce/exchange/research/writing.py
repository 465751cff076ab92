"""Writing ``.qdpx`` projects and ``.qdc`` codebooks of the REFI-QDA standard, valid against its schema.

What is in them is what people agreed may be studied (``exchange.leaving``). Positions count code points of the text
files beside the project, with LF line ends; the end position is that of the last character, as the standard says.
"""

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import IO, NamedTuple
from uuid import UUID, uuid5

from django.utils.translation import gettext as _
from lxml import etree

from coproduce import __version__, clock
from coproduce.consent.models import Use
from coproduce.contributions.models import Contribution, ContributionVersion
from coproduce.errors import NotReady
from coproduce.exchange import leaving
from coproduce.exchange.research import names
from coproduce.exchange.research.positions import line_feeds
from coproduce.people.models import Person
from coproduce.spaces.models import Space
from coproduce.themes.models import CodingNote, Theme, ThemeLink, ThemeState
from coproduce.themes.passages import Stretch, places_of
from coproduce.ui.words import shortened

AT_A_TIME = 500
LONGEST_NAME = 80
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NoThemes(NotReady):
    """There is no codebook to write yet."""

    what_now = _("There are no themes in this space yet, so there is no list of them to take.")


class _Link(NamedTuple):
    """A link as it leaves: where it stands in the present words, None for the whole."""

    row: ThemeLink
    place: Stretch | None


@dataclass(slots=True)
class _Said:
    """What was said of one text, and the notes that came of it on the way."""

    text: Contribution
    links: list[_Link]
    remarks: list[CodingNote]
    notes: list[etree._Element] = field(default_factory=list)

    def add(self, coding: etree._Element, note: etree._Element) -> None:
        coding.append(_element("NoteRef", targetGUID=note.get("guid", "")))
        self.notes.append(note)


class _Writer:
    """One export: who is who in it, and the parts of the project one after another."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.texts = leaving.research_texts(space).select_related("author")
        self.people = leaving.people_behind(space, self.texts)
        self.written: dict[leaving.Spoken, list[UUID]] = {}
        self.themes = list(Theme.objects.filter(space=space, state=ThemeState.OPEN).order_by("proposed_at", "pk"))
        self.open = {theme.pk for theme in self.themes}
        self.agreed = leaving.agreed(space, Use.RESEARCH_DATA)
        self.users = {person: (clock.new_id(), name) for person, name in self._coders().items()}
        self.spoken: set[UUID] = set()
        self.software = clock.new_id()
        self.variables = {each.name: uuid5(space.pk, each.name) for each in names.VARIABLES}

    def _coders(self) -> dict[UUID, str]:
        """Everyone who put words to themes: by name where they agreed to that, else by a pseudonym."""
        held = ThemeLink.objects.filter(theme__space=self.space, ended_at=None)
        coders = set(held.order_by().values_list("linked_by", flat=True).distinct())
        notes = CodingNote.objects.filter(theme__space=self.space).order_by()
        coders |= set(notes.values_list("said_by", flat=True).distinct()) & self.agreed
        named = coders & leaving.agreed(self.space, Use.ATTRIBUTED_QUOTE)
        called: dict[UUID, str] = {}
        ordered = sorted(named)
        for start in range(0, len(ordered), AT_A_TIME):
            some = Person.objects.filter(pk__in=ordered[start : start + AT_A_TIME])
            called |= dict(some.values_list("pk", "chosen_name"))
        return leaving.pseudonyms(coders - named, _("Coder %s")) | called

    # ── the project ──────────────────────────────────────────────────────────────────────────────

    def write(self, archive: zipfile.ZipFile) -> None:
        """Every text into the archive, and then the project that speaks of them.

        The texts are read once: what somebody takes back meanwhile is in the file whole, or not at all.
        """
        with tempfile.TemporaryFile() as sources, tempfile.TemporaryFile() as notes:
            for some in _by_the_hundred(self.texts.iterator(chunk_size=AT_A_TIME)):
                links, remarks = self._links(some), self._remarks(some)
                for text in some:
                    if text.attribution in leaving.NAMED:
                        self.written.setdefault(leaving.spoken_by(text), []).append(text.pk)
                    with archive.open(_member(f"Sources/{text.pk}.txt"), "w") as file:
                        file.write(line_feeds(text.words).encode("utf-8", "replace"))
                    said = _Said(text, links.get(text.pk, []), remarks.get(text.pk, []))
                    sources.write(etree.tostring(self._source(said), encoding="utf-8"))
                    for note in said.notes:
                        notes.write(etree.tostring(note, encoding="utf-8"))
            with archive.open(_member("project.qde"), "w", force_zip64=True) as file:
                self._project(file, sources, notes)

    def _project(self, file: IO[bytes], sources: IO[bytes], notes: IO[bytes]) -> None:
        root = _element(
            "Project",
            name=_clean(self.space.name),
            origin=f"Coproduce {__version__}",
            creatingUserGUID=str(self.software),
            creationDateTime=_moment(clock.now()),
        )
        file.write(b'<?xml version="1.0" encoding="utf-8"?>\n')
        file.write(etree.tostring(root, encoding="utf-8").removesuffix(b"/>") + b">\n")
        parts = {"Users": self._users(), "Variables": [], "Cases": []}
        if sources.tell():
            parts |= {"Variables": self._variables(), "Cases": self._cases()}
        _write_all(file, "Users", parts["Users"])
        if self.themes:
            file.write(b"<CodeBook>")
            _write_all(file, "Codes", codes_of(self.themes, names.PROJECT))
            file.write(b"</CodeBook>\n")
        _write_all(file, "Variables", parts["Variables"])
        _write_all(file, "Cases", parts["Cases"])
        _copy_all(file, "Sources", sources)
        _copy_all(file, "Notes", notes)
        file.write(etree.tostring(_element("Description", text=_description()), encoding="utf-8"))
        file.write(b"\n</Project>\n")

    def _users(self) -> list[etree._Element]:
        known = sorted((self.users[person] for person in self.spoken), key=lambda user: user[1])
        return [
            _element("User", guid=str(key), name=_clean(name)) for key, name in [(self.software, "Coproduce"), *known]
        ]

    def _variables(self) -> list[etree._Element]:
        made = []
        for each in names.VARIABLES:
            guid = str(self.variables[each.name])
            made.append(_element("Variable", guid=guid, name=each.name, typeOfVariable=each.type))
            made[-1].append(_element("Description", text=each.words))
        return made

    def _cases(self) -> list[etree._Element]:
        made = []
        for spoken, someone in sorted(self.people.items(), key=lambda each: each[1].name):
            theirs = self.written.get(spoken, [])
            case = _element("Case", guid=str(clock.new_id()), name=someone.name)
            ways, standpoints = names.ways_as_words(someone.ways), "; ".join(someone.standpoints)
            self._values(case, {names.WAYS: ways, names.STANDPOINTS: standpoints})
            case.extend(_element("SourceRef", targetGUID=str(text)) for text in theirs)
            if theirs:
                made.append(case)
        return made

    def _source(self, said: _Said) -> etree._Element:
        text = said.text
        source = _element(
            "TextSource",
            guid=str(text.pk),
            name=_clean(f"{text.said_on.isoformat()} {shortened(' '.join(text.words.split()), 50)}"),
            plainTextPath=f"{names.INTERNAL}{text.pk}.txt",
            creatingUser=str(self.software),
            creationDateTime=f"{text.said_on.isoformat()}T00:00:00Z",
        )
        if text.content_note:
            source.append(_element("Description", text=f"{names.CONTENT_NOTE}{text.content_note}"))
        passages: dict[Stretch, list[_Link]] = {}
        for link in said.links:
            if link.place is not None:
                passages.setdefault(link.place, []).append(link)
        for place, held in sorted(passages.items()):
            source.append(self._selection(said, place, held))
        for link in said.links:
            if link.place is None:
                source.append(self._coding(said, link))
        self._values(
            source,
            {
                names.KIND: text.kind,
                names.WAYS: names.ways_as_words(text.ways),
                names.CHANNEL: text.channel,
                names.SAID_ON: text.said_on.isoformat(),
            },
        )
        return source

    def _selection(self, said: _Said, place: Stretch, links: list[_Link]) -> etree._Element:
        text = said.text
        selection = _element(
            "PlainTextSelection",
            guid=str(uuid5(text.pk, f"{place.start}-{place.end}")),
            name=_clean(shortened(" ".join(text.words[place.start : place.end].split()), LONGEST_NAME)),
            startPosition=str(place.start),
            endPosition=str(place.end - 1),
            creatingUser=self._user(links[0].row.linked_by_id),
            creationDateTime=_moment(links[0].row.linked_at),
        )
        for link in links:
            selection.append(self._coding(said, link))
        return selection

    def _coding(self, said: _Said, link: _Link) -> etree._Element:
        """A link; why it was made, and what was said about it, by those who agreed, are notes beside it."""
        row = link.row
        by, at = self._user(row.linked_by_id), _moment(row.linked_at)
        coding = _element("Coding", guid=str(row.pk), creatingUser=by, creationDateTime=at)
        coding.append(_element("CodeRef", targetGUID=str(row.theme_id)))
        if row.why.strip() and row.linked_by_id in self.agreed:
            said.add(coding, _note(uuid5(row.pk, "why"), "Why", row.why, by, at))
        about = (row.theme_id, *_span(link.place))
        for note in [one for one in said.remarks if (one.theme_id, one.start, one.end) == about]:
            # Of several who coded the passage alike, one carries what is said about it.
            said.remarks.remove(note)
            by, at = self._user(note.said_by_id), _moment(note.said_at)
            said.add(coding, _note(note.pk, names.SAID_ABOUT, note.words, by, at))
        return coding

    def _user(self, person: UUID) -> str:
        self.spoken.add(person)
        return str(self.users[person][0])

    def _values(self, element: etree._Element, said: dict[str, str]) -> None:
        kinds = {each.name: each.type for each in names.VARIABLES}
        for name, words in said.items():
            if words:
                value = _element("VariableValue")
                value.append(_element("VariableRef", targetGUID=str(self.variables[name])))
                value.append(_element(f"{kinds[name]}Value", text=words))
                element.append(value)

    # ── what was said of these texts ─────────────────────────────────────────────────────────────

    def _links(self, texts: list[Contribution]) -> dict[UUID, list[_Link]]:
        """The links of some texts to open themes, with where their passages stand in the present words."""
        by_key = {text.pk: text for text in texts}
        held = [
            link
            for link in ThemeLink.objects.filter(contribution__in=by_key, ended_at=None).order_by("linked_at", "pk")
            if link.theme_id in self.open
        ]
        earlier = _earlier_words([link for link in held if link.version != by_key[link.contribution_id].version])
        found: dict[UUID, list[_Link]] = {}
        for link in held:
            text = by_key[link.contribution_id]
            old = None if link.version == text.version else earlier.get((text.pk, link.version))
            place = _place(link, text.words, old)
            if place is not None or link.start is None:
                found.setdefault(text.pk, []).append(_Link(link, place))
        return found

    def _remarks(self, texts: list[Contribution]) -> dict[UUID, list[CodingNote]]:
        found: dict[UUID, list[CodingNote]] = {}
        held = CodingNote.objects.filter(contribution__in=[text.pk for text in texts], theme__in=self.open)
        for note in held.order_by("said_at", "pk"):
            if note.said_by_id in self.agreed:
                found.setdefault(note.contribution_id, []).append(note)
        return found


def write_qdpx(space: Space, file: IO[bytes]) -> None:
    """Write the project of a space: what may be studied, and what it was put to."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _Writer(space).write(archive)


def write_qdc(space: Space, file: IO[bytes]) -> None:
    """Write the themes of a space as a codebook. Raises ``NoThemes``."""
    themes = list(Theme.objects.filter(space=space, state=ThemeState.OPEN).order_by("proposed_at", "pk"))
    if not themes:
        raise NoThemes
    book = etree.Element(
        f"{{{names.CODEBOOK}}}CodeBook", nsmap={None: names.CODEBOOK}, origin=f"Coproduce {__version__}"
    )
    codes = etree.SubElement(book, f"{{{names.CODEBOOK}}}Codes")
    codes.extend(codes_of(themes, names.CODEBOOK))
    etree.ElementTree(book).write(file, encoding="utf-8", xml_declaration=True, pretty_print=True)


def codes_of(themes: list[Theme], namespace: str) -> list[etree._Element]:
    """The topmost codes, with the others below them. A theme whose parent is not among them stands by itself."""
    made = {theme.pk: _code(theme, namespace) for theme in themes}
    top = []
    for theme in themes:
        if theme.parent_id in made:
            made[theme.parent_id].append(made[theme.pk])
        else:
            top.append(made[theme.pk])
    return top


def _code(theme: Theme, namespace: str) -> etree._Element:
    code = etree.Element(
        f"{{{namespace}}}Code", guid=str(theme.pk), name=_clean(theme.name), isCodable="true", nsmap={None: namespace}
    )
    if theme.colour:
        code.set("color", theme.colour)
    if theme.words:
        etree.SubElement(code, f"{{{namespace}}}Description").text = _clean(theme.words)
    return code


def _by_the_hundred(texts: Iterator[Contribution]) -> Iterator[list[Contribution]]:
    while some := list(islice(texts, AT_A_TIME)):
        yield some


def _member(name: str) -> zipfile.ZipInfo:
    at = clock.now()
    info = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _write_all(file: IO[bytes], kind: str, made: Iterable[etree._Element]) -> None:
    """Elements in the one that holds them; nothing if there are none, which is how the standard has it."""
    written = [etree.tostring(each, encoding="utf-8") for each in made]
    if written:
        file.write(b"<%s>\n%s\n</%s>\n" % (kind.encode(), b"\n".join(written), kind.encode()))


def _copy_all(file: IO[bytes], kind: str, made: IO[bytes]) -> None:
    if made.tell():
        made.seek(0)
        file.write(b"<%s>\n" % kind.encode())
        shutil.copyfileobj(made, file)
        file.write(b"\n</%s>\n" % kind.encode())


def _note(key: UUID, name: str, words: str, by: str, at: str) -> etree._Element:
    note = _element("Note", guid=str(key), name=name, creatingUser=by, creationDateTime=at)
    note.append(_element("PlainTextContent", text=words.strip()))
    return note


def _earlier_words(links: list[ThemeLink]) -> dict[tuple[UUID, int], str]:
    wanted = {(link.contribution_id, link.version) for link in links if link.start is not None}
    if not wanted:
        return {}
    found = ContributionVersion.objects.filter(contribution__in={text for text, _number in wanted})
    return {
        (one.contribution_id, one.number): one.words for one in found if (one.contribution_id, one.number) in wanted
    }


def _place(link: ThemeLink, words: str, earlier: str | None) -> Stretch | None:
    """Where a passage stands in the present words: a passage of earlier words where it still stands once."""
    if link.start is None or link.end is None:
        return None
    if earlier is None:
        return Stretch(link.start, link.end) if link.end <= len(words) else None
    places = places_of(earlier[link.start : link.end], words)
    return places[0] if len(places) == 1 else None


def _span(place: Stretch | None) -> tuple[int | None, int | None]:
    return (place.start, place.end) if place is not None else (None, None)


def _p(name: str) -> str:
    return f"{{{names.PROJECT}}}{name}"


def _element(kind: str, *, text: str = "", **attributes: str) -> etree._Element:
    made = etree.Element(_p(kind), attributes, nsmap={None: names.PROJECT})
    if text:
        made.text = _clean(text)
    return made


def _clean(text: str) -> str:
    """Without the few characters that XML cannot hold. The texts themselves are in files, which can."""
    return _NO_XML.sub("", text)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _description() -> str:
    return _(
        "Words whose speakers agreed that researchers may study them. Names are taken off: the pseudonyms are other "
        "ones in every file. Whoever takes this file keeps to what people agreed to, and leaves out later what "
        "they take back."
    )
