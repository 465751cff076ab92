"""What is read about people and their ways in."""

from typing import NamedTuple
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Count, Q

from coproduce import clock
from coproduce.people.codes import digest
from coproduce.people.models import Account, SignInRequest


class WaysIn(NamedTuple):
    """How someone can sign in. Email always; the rest when they chose it."""

    email: str
    has_password: bool
    passkeys: int
    has_app: bool


def ways_in(account: Account) -> WaysIn:
    """The ways in of an account. One query."""
    found = Authenticator.objects.filter(user=account).aggregate(
        passkeys=Count("pk", filter=Q(type=Authenticator.Type.WEBAUTHN)),
        apps=Count("pk", filter=Q(type=Authenticator.Type.TOTP)),
    )
    return WaysIn(account.email, account.has_usable_password(), found["passkeys"], found["apps"] > 0)


def has_app(account: Account) -> bool:
    """Whether an app's code is asked for as a second step. One query."""
    return bool(Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists())


def account_of(email: str) -> Account | None:
    """The account with this address, its person fetched with it; None when the address is not known."""
    return Account.objects.select_related("person").filter(email=email.strip().lower()).first()


def request_of_link(token: str) -> SignInRequest | None:
    """The request whose link this is, if it can still be used."""
    return SignInRequest.objects.filter(token=digest("link", token), used_at=None, expires_at__gt=clock.now()).first()


def request_waiting(pk: UUID | str | None) -> SignInRequest | None:
    """The request with this identifier, if it can still be used."""
    if not pk:
        return None
    return SignInRequest.objects.filter(pk=pk, used_at=None, expires_at__gt=clock.now()).first()
