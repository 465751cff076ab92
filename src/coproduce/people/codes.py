"""Tokens and codes for signing in: how they are made, and what is kept of them."""

import secrets

from django.utils.crypto import salted_hmac

DIGITS = 8


def new_token() -> str:
    """What stands in a link: 256 bits that nobody can guess."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """What a person types: eight digits, which every keyboard has."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def as_typed(code: str) -> str:
    """A code without the spaces and dashes typed or pasted with it; digits of every script count."""
    return "".join(str(int(c)) for c in code if c.isdecimal())


def as_read(code: str) -> str:
    """A code in two groups, so that it can be kept in mind: ``4831 9027``."""
    return f"{code[: DIGITS // 2]} {code[DIGITS // 2 :]}"


def digest(what: str, value: str) -> str:
    """What is kept: an HMAC under the installation's secret, so that the database alone lets nobody in."""
    return salted_hmac(f"coproduce sign in {what}", value, algorithm="sha256").hexdigest()
