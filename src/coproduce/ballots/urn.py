"""The urn of a secret ballot, and the codes that receipts are made of. No database here.

What is in the urn is sealed with AES-GCM under a key of the ballot's own, made from the installation's secret, so that
a copy of the database, its log or what it has not yet cleared away shows nothing but that one more paper lay in it.
Papers lie in the order of their random codes and all have the same length: neither order nor length tells which one
came last.
"""

import base64
import hmac
import json
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from coproduce import clock
from coproduce.spaces.models import CODE_LETTERS

_NONCE = 12
_RANDOM, _MARK = 8, 4
MADE_OF = _RANDOM + _MARK

Choice = tuple[int | None, ...]


class CannotBeOpened(Exception):
    """What is sealed does not open: the installation has another secret than when it was sealed, or it was changed."""


@dataclass
class Contents:
    """What lies in an urn: papers by their code, and the codes of paper slips that were printed and not used yet."""

    papers: dict[str, Choice] = field(default_factory=dict)
    slips: set[str] = field(default_factory=set)


def seal(ballot: UUID, contents: Contents) -> str:
    """The sealed contents, as text."""
    papers = [code + _as_written(choice) for code, choice in sorted(contents.papers.items())]
    plain = json.dumps([papers, sorted(contents.slips)], separators=(",", ":")).encode()
    nonce = clock.chance(_NONCE)
    return base64.b64encode(nonce + AESGCM(_key(ballot, "urn")).encrypt(nonce, plain, ballot.bytes)).decode()


def unseal(ballot: UUID, sealed: str) -> Contents:
    """What ``seal`` sealed. Raises ``CannotBeOpened``."""
    try:
        held = base64.b64decode(sealed, validate=True)
        plain = AESGCM(_key(ballot, "urn")).decrypt(held[:_NONCE], held[_NONCE:], ballot.bytes)
    except (InvalidTag, ValueError):
        raise CannotBeOpened from None
    papers, slips = json.loads(plain)
    return Contents({line[: MADE_OF + 2]: _as_chosen(line[MADE_OF + 2 :]) for line in papers}, set(slips))


def new_code(ballot: UUID) -> str:
    """A code for one paper: eight random letters and four that show that this installation made it for this ballot."""
    letters = _letters_of(clock.chance(16), _RANDOM)
    return _in_groups(letters + _mark(ballot, letters))


def plain_code(typed: str) -> str:
    """A code as it is kept, from how somebody typed it; "" for what is none."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return _in_groups(letters) if len(letters) == MADE_OF and set(letters) <= set(CODE_LETTERS) else ""


def is_ours(ballot: UUID, code: str) -> bool:
    """Whether this installation made this code for this ballot. It says nothing of who has it."""
    letters = code.replace("-", "")
    if len(letters) != MADE_OF or not letters.isascii():
        return False
    return hmac.compare_digest(letters[_RANDOM:], _mark(ballot, letters[:_RANDOM]))


def ticket_for(ballot: UUID, person: UUID, code: str) -> str:
    """What goes with a code on somebody's voting sheet, so that nobody else can vote with it. Kept nowhere."""
    return hmac.new(_key(ballot, "ticket"), person.bytes + code.encode(), sha256).hexdigest()


def is_ticket_for(ballot: UUID, person: UUID, code: str, ticket: str) -> bool:
    """Whether the ticket belongs to this person's sheet."""
    return ticket.isascii() and hmac.compare_digest(ticket, ticket_for(ballot, person, code))


def _key(ballot: UUID, purpose: str) -> bytes:
    info = f"coproduce ballot {purpose} ".encode() + ballot.bytes
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(settings.SECRET_KEY.encode())


def _mark(ballot: UUID, letters: str) -> str:
    digest = hmac.new(_key(ballot, "receipt"), letters.encode(), sha256).digest()
    return _letters_of(digest, _MARK)


def _letters_of(many: bytes, how_many: int) -> str:
    """Letters made of far more bytes than they need, so that each is as likely as any other."""
    number, base = int.from_bytes(many, "big"), len(CODE_LETTERS)
    return "".join(CODE_LETTERS[(number // base**place) % base] for place in range(how_many))


def _in_groups(letters: str) -> str:
    return "-".join(letters[start : start + 4] for start in range(0, MADE_OF, 4))


def _as_written(choice: Choice) -> str:
    return "".join("--" if given is None else f"{given:02d}" for given in choice)


def _as_chosen(written: str) -> Choice:
    pairs = (written[place : place + 2] for place in range(0, len(written), 2))
    return tuple(None if pair == "--" else int(pair) for pair in pairs)
