"""A PDF without what acts, hides or tells: scripts, actions, files inside it, who made it and with what."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from coproduce.contributions.attaching.jpegs import without_facts
from coproduce.contributions.attaching.kinds import PDF
from coproduce.contributions.attaching.made import Made, Unkept

MOST_PAGES = 300
MOST_OBJECTS = 100_000
_GONE = ("/AA", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/AF", "/XFA", "/Metadata", "/PieceInfo",
         "/LastModified", "/CreationDate", "/ModDate", "/Collection", "/Perms", "/Thumb")  # fmt: skip
_HARMLESS = ("/GoTo", "/Named", "/URI", "/Thread")
"""Actions that lead to a place in the document, or to an address that the reader sees and chooses."""
_ACTING = ("/FileAttachment", "/Movie", "/Sound", "/RichMedia", "/Screen", "/3D")


def get_ready() -> None:
    """Let the library find its source of chance, which it would otherwise open in the midst of a locked document."""
    Pdf.new().save(io.BytesIO(), encryption=pikepdf.Encryption(owner="", user=""))


def make(content: bytes) -> Made:
    """The document that is kept. Raises ``Unkept`` for one that is locked, broken or too long."""
    try:
        with Pdf.open(io.BytesIO(content), access_mode=pikepdf.AccessMode.stream) as found:
            if found.is_encrypted:
                raise Unkept("locked")
            _look_at_size(found)
            _clean(found)
            out = io.BytesIO()
            found.save(out, fix_metadata_version=False, deterministic_id=True, linearize=False)
    except pikepdf.PasswordError:
        raise Unkept("locked") from None
    except pikepdf.PdfError:
        raise Unkept("broken") from None
    return Made("document", PDF, out.getvalue())


def _look_at_size(found: Pdf) -> None:
    if len(found.objects) > MOST_OBJECTS or len(found.pages) > MOST_PAGES:
        raise Unkept("document_too_long")
    if not len(found.pages):
        raise Unkept("broken")


def _clean(found: Pdf) -> None:
    if "/Info" in found.trailer:
        del found.trailer["/Info"]
    for page in found.pages:
        _leave_out_what_acts(page.obj)
    for each in found.objects:
        _clean_object(each, depth=0)
    found.remove_unreferenced_resources()


def _leave_out_what_acts(page: Any) -> None:
    notes = page.get("/Annots")
    if isinstance(notes, Array):
        kept = [note for note in notes if str(_of(note, "/Subtype")) not in _ACTING]
        for note in kept:
            _leave_out_who_wrote(note)
        page["/Annots"] = Array(kept)


def _leave_out_who_wrote(note: Any) -> None:
    """A remark in the margin stays; who made it and when does not. In a field of a form ``/T`` is the field's name."""
    if _of(note, "/Subtype") != Name("/Widget"):
        for key in ("/T", "/M"):
            if _of(note, key) is not None:
                del note[key]


def _of(thing: Any, key: str) -> Any:
    return thing.get(key) if isinstance(thing, Dictionary | pikepdf.Stream) else None


def _clean_object(thing: Any, depth: int) -> None:
    """Clean what an object holds directly; what it only leads to is an object of its own."""
    if depth > 50:
        raise Unkept("broken")
    held: list[Any] = []
    if isinstance(thing, Array):
        held = list(thing)
    elif isinstance(thing, Dictionary | pikepdf.Stream):
        for key in {*_GONE, *_acting_keys(thing)} & set(thing.keys()):
            del thing[key]
        held = [thing[key] for key in thing.keys()]  # noqa: SIM118  # a dictionary of theirs, not ours
    for each in held:
        if _is_direct(each):
            _clean_object(each, depth + 1)
    if isinstance(thing, pikepdf.Stream):
        _clean_picture(thing)


def _is_direct(thing: Any) -> bool:
    return isinstance(thing, Dictionary | Array) and not thing.is_indirect


def _acting_keys(thing: Any) -> list[str]:
    """Of an action that does something: all that it is made of."""
    does = thing.get("/S")
    is_action = isinstance(does, Name) and (thing.get("/Type") == Name("/Action") or str(does) in _DOING)
    return list(thing.keys()) if is_action and str(does) not in _HARMLESS else []


_DOING = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound",
          "/ResetForm", "/Hide", "/SetOCGState", "/Trans", "/GoTo3DView", "/RichMediaExecute")  # fmt: skip


def _clean_picture(stream: Any) -> None:
    """A photograph inside it keeps its pixels and loses what the camera wrote."""
    how = stream.get("/Filter")
    if how == Name("/DCTDecode") or (isinstance(how, Array) and len(how) == 1 and how[0] == Name("/DCTDecode")):
        raw = stream.read_raw_bytes()
        clean = without_facts(raw)
        if len(clean) != len(raw):
            stream.write(clean, filter=Name("/DCTDecode"), decode_parms=stream.get("/DecodeParms"))
