"""Words that only their writer may read, sealed so that the database alone does not give them away.

AES-GCM with a key of each person's own, made by HKDF from the installation's secret key, which is not in the database.
What is sealed belongs to one field of one row: copied to another row it cannot be opened.
"""

import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12


@lru_cache(maxsize=256)
def _key(secret: str, person: UUID) -> bytes:
    info = b"coproduce drafts of " + person.bytes
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())


def _belongs_to(row: UUID) -> bytes:
    return b"contributions_draft/" + row.bytes + b"/sealed"


def seal(person: UUID, row: UUID, words: str) -> bytes:
    """A nonce and the sealed words."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(settings.SECRET_KEY, person)).encrypt(nonce, words.encode(), _belongs_to(row))


def unseal(person: UUID, row: UUID, sealed: bytes) -> str | None:
    """The words, or None where this person's key, or the installation's secret of today, does not open them."""
    try:
        opened = AESGCM(_key(settings.SECRET_KEY, person)).decrypt(sealed[:_NONCE], sealed[_NONCE:], _belongs_to(row))
    except (InvalidTag, ValueError):
        return None
    return opened.decode()
