"""Where evidence comes from: a citation in words, and a link or DOI. Both are text; the server fetches nothing.

A DOI is kept as ``doi:10.1371/journal.pbio.2001403`` however it was written, anything else as an ``http`` or ``https``
address. What could hide where a link leads is refused: other schemes, a name or password before the host, letters that
are not seen or that turn the text around them.
"""

import re
import unicodedata
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from coproduce.people.naming import JOINERS

AT_MOST = 600
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_DOI_HOSTS = ("doi.org", "dx.doi.org", "www.doi.org")
_WRITTEN_BEFORE_A_DOI = re.compile(r"doi(?:\s*[:=]\s*|\s+)", re.IGNORECASE)
_NOT_SEEN = ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp")
# What a copied reference often holds: soft hyphens, and spaces without width.
_HARMLESS = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff"))
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)


def tidy_citation(text: str) -> str:
    """A citation on one line. ``ValidationError`` for letters that are not seen, or too much."""
    line = " ".join(text.translate(_HARMLESS).split())
    _require_seen(line, but=JOINERS)
    return _short_enough(line)


def tidy_link(text: str) -> str:
    """A link or DOI in the one form it is kept in, "" for none. ``ValidationError`` says what is wrong with it."""
    text = text.strip()
    _require_seen(text)
    if not text:
        return ""
    doi = _doi_in(text)
    return _short_enough(f"doi:{doi}" if doi else _address(text))


def link_url(link: str) -> str:
    """The address that a kept link leads to, "" for what is neither a DOI nor http(s), wherever it came from."""
    try:
        kept = tidy_link(link)
    except ValidationError:
        return ""
    return f"https://doi.org/{quote(kept[4:], safe='/:;()._-')}" if kept.startswith("doi:") else kept


def _require_seen(text: str, but: str = "") -> None:
    # Control characters, and those that format: bidi overrides, zero-width letters, tags.
    if any(unicodedata.category(letter) in _NOT_SEEN and letter not in but for letter in text):
        raise ValidationError(_("There are letters in this that cannot be seen. Type it instead of pasting it."))


def _short_enough(text: str) -> str:
    if len(text) > AT_MOST:
        raise ValidationError(_("That is longer than we can keep. The beginning of it, or a shorter link, is enough."))
    return text


def _doi_in(text: str) -> str:
    """The DOI if the text is one, however it is written; "" if it is something else."""
    before = _WRITTEN_BEFORE_A_DOI.match(text)
    bare = text[before.end() :] if before else text
    split = _split(text)
    if split.scheme in ("http", "https") and (split.hostname or "") in _DOI_HOSTS and not split.username:
        bare = unquote(split.path.lstrip("/"))
    elif bare.lower().startswith(("doi.org/", "dx.doi.org/")):
        bare = unquote(bare.split("/", 1)[1])
    bare = bare.rstrip(".,;")
    _require_seen(bare)
    return bare if _DOI.fullmatch(bare) else ""


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        raise ValidationError(_not_a_link()) from None


def _address(text: str) -> str:
    if text.lower().startswith("www."):
        text = f"https://{text}"
    split = _split(text)
    if split.scheme not in ("http", "https"):
        raise ValidationError(_not_a_link())
    if "@" in split.netloc:
        raise ValidationError(_("There is a name or password in this link. Leave out what stands before the @."))
    if re.search(r"[\s\\<>\"^`{|}]", text):
        raise ValidationError(_not_a_link())
    return urlunsplit((split.scheme, _host(split), split.path, split.query, split.fragment))


def _host(split: SplitResult) -> str:
    try:
        # In letters that cannot be mistaken for others: that is also what a browser shows in doubt.
        host = (split.hostname or "").encode("idna").decode()
        port = split.port
    except (UnicodeError, ValueError):
        raise ValidationError(_not_a_link()) from None
    if not _HOST.fullmatch(host):
        raise ValidationError(_not_a_link())
    return f"{host}:{port}" if port else host


def _not_a_link() -> str:
    return _("We cannot read this as a link. Write it like https://example.org/page, or a DOI like 10.1000/182.")
