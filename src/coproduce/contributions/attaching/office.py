"""Word and OpenDocument files: a folder in a zip, written anew from the parts that carry the text.

Left out: who wrote it and when, macros, programs and files inside it, links that a reader's computer follows by itself.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lxml import etree

from coproduce.contributions.attaching.jpegs import without_facts
from coproduce.contributions.attaching.kinds import DOCX, ODT
from coproduce.contributions.attaching.made import Made, Unkept

MOST_PARTS = 1_000
MOST_BYTES = 100 * 1024 * 1024
MOST_BYTES_OF_TEXT = 30 * 1024 * 1024
MOST_TIMES_SMALLER = 200
_PIECE = 64 * 1024
_ACTING = ("vbaproject", "vbadata", "activex", "macros", "basic/", "scripts/", "/embeddings/", "oleobject")
_WORD_LEFT_OUT = ("docprops/", "customxml/", "word/embeddings/", "word/activex/", "word/printersettings/",
                  "_xmlsignatures/", "word/people.xml", "word/recipients")  # fmt: skip
_ODT_LEFT_OUT = ("meta.xml", "thumbnails/", "configurations", "settings.xml", "object ", "objectreplacements/",
                 "meta-inf/documentsignatures.xml", "meta-inf/macrosignatures.xml", "layout-cache",
                 "manifest.rdf")  # fmt: skip


def make(folder: zipfile.ZipFile) -> Made:
    """The document that is kept. Raises ``Unkept``."""
    parts = _parts(folder)
    if "word/document.xml" in parts and "[Content_Types].xml" in parts:
        return Made("document", DOCX, _word(parts))
    if parts.get("mimetype", b"").strip() == ODT.encode() and "content.xml" in parts:
        return Made("document", ODT, _open_document(parts))
    raise Unkept("unknown")


def _parts(folder: zipfile.ZipFile) -> dict[str, bytes]:
    """Every part by its name, read no further than the limits whatever the folder says of itself."""
    entries = [entry for entry in folder.infolist() if not entry.is_dir()]
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Unkept("too_much")
    left, parts = MOST_BYTES, {}
    for entry in entries:
        name = entry.filename
        if entry.flag_bits & 1:
            raise Unkept("locked")
        if name in parts or name.startswith("/") or "\\" in name or ".." in name.split("/") or not name.isprintable():
            raise Unkept("broken")
        if any(word in name.lower() for word in _ACTING[:5]):
            raise Unkept("macros")
        parts[name] = _part(folder, entry, left)
        left -= len(parts[name])
    return parts


def _part(folder: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    most = min(left, max(entry.compress_size, 1024) * MOST_TIMES_SMALLER)
    if entry.filename.lower().endswith((".xml", ".rels", ".rdf")):
        most = min(most, MOST_BYTES_OF_TEXT)
    read = bytearray()
    with folder.open(entry) as part:
        while piece := part.read(_PIECE):
            read += piece
            if len(read) > most:
                raise Unkept("too_much")
    return bytes(read)


# ── Word ─────────────────────────────────────────────────────────────────────────────────────────


def _word(parts: dict[str, bytes]) -> bytes:
    types = _read(parts["[Content_Types].xml"])
    if any("macroEnabled" in (each.get("ContentType") or "") for each in types):
        raise Unkept("macros")
    kept = {name: content for name, content in parts.items() if not name.lower().startswith(_WORD_LEFT_OUT)}
    for each in list(types):
        name = (each.get("PartName") or "").removeprefix("/")
        if name and name not in kept:
            types.remove(each)
    kept["[Content_Types].xml"] = _written(types)
    for name, content in kept.items():
        if name.endswith(".rels"):
            kept[name] = _without_far_links(name, content, kept)
        elif name.endswith(".xml") and name != "[Content_Types].xml":
            kept[name] = _without_names(content)
        else:
            kept[name] = without_facts(content)
    return _zipped(kept, first="[Content_Types].xml")


def _without_far_links(name: str, content: bytes, kept: dict[str, bytes]) -> bytes:
    """Only links to parts that are there, and links that a reader sees and chooses."""
    tree = _read(content)
    folder = name.rsplit("_rels/", 1)[0]
    for each in list(tree):
        target = each.get("Target") or ""
        if each.get("TargetMode") == "External":
            chosen = (each.get("Type") or "").endswith("/hyperlink") and _is_address(target)
            if not chosen:
                tree.remove(each)
        elif target.split("#")[0] and _resolved(folder, target.split("#")[0]) not in kept:
            tree.remove(each)
    return _written(tree)


def _is_address(target: str) -> bool:
    return target.lower().startswith(("https://", "http://", "mailto:", "tel:", "#"))


def _resolved(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    steps: list[str] = []
    for step in f"{folder}{target}".split("/"):
        if step == ".." and steps:
            steps.pop()
        elif step not in ("", ".", ".."):
            steps.append(step)
    return "/".join(steps)


_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TELLING = {f"{_WORD}{name}" for name in ("author", "initials", "date", "userId", "providerId", "rsidR", "rsidRPr",
            "rsidRDefault", "rsidP", "rsidTr", "rsidSect", "rsidDel")}  # fmt: skip


def _without_names(content: bytes) -> bytes:
    """Comments and changes stay; who made them, when and in which sitting does not."""
    tree = _read(content)
    for each in list(tree.iter(f"{_WORD}rsids", f"{_WORD}attachedTemplate", f"{_WORD}mailMerge")):
        each.getparent().remove(each)
    for each in tree.iter(etree.Element):
        for name in _TELLING & set(each.attrib):
            if name == f"{_WORD}author":
                each.set(name, "")
            else:
                del each.attrib[name]
    return _written(tree)


# ── OpenDocument ─────────────────────────────────────────────────────────────────────────────────

_LISTED = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}full-path"
_CREATORS = ("{http://purl.org/dc/elements/1.1/}creator", "{http://purl.org/dc/elements/1.1/}date",
             "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}creator-initials")  # fmt: skip
_FOLLOWED = "{http://www.w3.org/1999/xlink}href"
_LINK = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}a"
_EVENTS = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def _open_document(parts: dict[str, bytes]) -> bytes:
    kept = {name: content for name, content in parts.items() if not name.lower().startswith(_ODT_LEFT_OUT)}
    for name, content in kept.items():
        if name == "META-INF/manifest.xml":
            kept[name] = _listing(content, kept)
        elif name.endswith(".xml"):
            kept[name] = _open_part(content)
        elif name != "mimetype":
            kept[name] = without_facts(content)
    return _zipped(kept, first="mimetype")


def _listing(content: bytes, kept: dict[str, bytes]) -> bytes:
    tree = _read(content)
    for each in list(tree):
        if each.get(_LISTED) != "/" and each.get(_LISTED) not in kept:
            tree.remove(each)
    return _written(tree)


def _open_part(content: bytes) -> bytes:
    tree = _read(content)
    for each in list(tree.iter(*_CREATORS)):
        each.text = ""
    for each in list(tree.iter(f"{_EVENTS}event-listeners", f"{_EVENTS}scripts")):
        each.getparent().remove(each)
    for each in tree.iter(etree.Element):
        target = each.get(_FOLLOWED)
        is_inside = target is None or (":" not in target and not target.startswith(("/", "..")))
        if not is_inside and not (each.tag == _LINK and _is_address(str(target))):
            del each.attrib[_FOLLOWED]
    return _written(tree)


# ── both ─────────────────────────────────────────────────────────────────────────────────────────


def _read(content: bytes) -> Any:
    """A part as a tree: no entities, no other document, nothing fetched. Raises ``Unkept``."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise Unkept("broken") from None
    if tree.getroottree().docinfo.doctype:
        raise Unkept("broken")
    return tree


def _written(tree: Any) -> bytes:
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


def _zipped(parts: dict[str, bytes], first: str) -> bytes:
    """A new folder: the same moment for every part, the part that readers look for at the beginning."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        for name in sorted(parts, key=lambda name: (name != first, name)):
            entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            folder.writestr(entry, parts[name])
    return out.getvalue()
