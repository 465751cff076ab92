"""Reading XML that anybody may have made: no declarations, no entities, nothing fetched, one element at a time."""

import io
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from lxml import etree

from coproduce.errors import BadFile

LARGEST = 120 * 1024 * 1024
MOST_ELEMENTS = 4_000_000
_DECLARED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SAYS_HOW = re.compile(rb"\s*<\?xml[^>]{0,300}\?>")


def elements(content: bytes, namespace: str, what: str) -> Iterator[tuple[str, etree._Element]]:
    """(``start`` or ``end``, element) for each element of ``namespace``, in the order of the file.

    what: the file's name for what is wrong with it. Whoever reads frees what it has read (``forget``).
    Raises ``BadFile`` for XML with a DOCTYPE (what declares nothing can blow up nothing), for what is no
    XML, is of another namespace, or is too large or too deep.
    """
    if len(content) > LARGEST:
        raise BadFile(_("“%(what)s” is larger than %(most)d MB.") % {"what": what, "most": LARGEST // 1024 // 1024})
    content = _in_utf_8(content, what)
    if _DECLARED.search(content):
        raise BadFile(
            _("“%(what)s” holds a DOCTYPE. Such declarations can make a small file endless; the standard needs none.")
            % {"what": what}
        )
    events = etree.iterparse(
        io.BytesIO(content),
        events=("start", "end"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        yield from _of_namespace(events, namespace, what)
    except etree.XMLSyntaxError as error:
        raise BadFile(
            _("“%(what)s” is not XML that can be read.") % {"what": what}, [(error.lineno or 1, "")]
        ) from None


def _of_namespace(
    events: Iterator[tuple[str, etree._Element]], namespace: str, what: str
) -> Iterator[tuple[str, etree._Element]]:
    prefix = f"{{{namespace}}}"
    for count, (event, element) in enumerate(events, start=1):
        if count == 1 and not str(element.tag).startswith(prefix):
            raise BadFile(_("“%(what)s” is not a file of the REFI-QDA standard.") % {"what": what})
        if count > MOST_ELEMENTS:
            raise BadFile(_("There is more in “%(what)s” than we can read at once.") % {"what": what})
        if str(element.tag).startswith(prefix):
            yield event, element


def _in_utf_8(content: bytes, what: str) -> bytes:
    """The XML in UTF-8 whatever it says about itself: what is looked for in it cannot hide in another coding."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeError:
            raise BadFile(_("“%(what)s” is not text in UTF-8.") % {"what": what}) from None
    content = content.removeprefix(b"\xef\xbb\xbf")
    says = _SAYS_HOW.match(content)
    if says and (says[0][0] != ord("<") or (b"encoding" in says[0] and b"utf-8" not in says[0].lower())):
        content = content[says.end() :]
    if b"\0" in content:
        raise BadFile(_("“%(what)s” is not XML that can be read.") % {"what": what})
    return content


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def forget(element: etree._Element) -> None:
    """Free an element that was read, and what stands before it, so that memory does not grow with the file."""
    element.clear()
    above = element.getparent()
    while above is not None and element.getprevious() is not None:
        del above[0]
