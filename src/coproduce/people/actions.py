"""What is done to people and their accounts.

Asking to sign in and confirming it write no event: they are nobody's business but the person's.
"""

from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.errors import NotAllowed, TooMany
from coproduce.history.chain import record
from coproduce.people.codes import as_typed, digest, new_code, new_token
from coproduce.people.models import Account, Channel, Person, SignInRequest
from coproduce.people.naming import tidy_name

LASTS = timedelta(minutes=20)
TRIES = 5
MAILS_TO_ONE_ADDRESS, WITHIN = 5, timedelta(minutes=15)
MAILS_FROM_ONE_NETWORK, WITHIN_NETWORK = 200, timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)
NAME_NEEDED = _("We need something to call you. One letter is enough.")


class Asked(NamedTuple):
    """A request to sign in, with the two secrets that go into the mail and are kept nowhere."""

    request: SignInRequest
    token: str
    code: str


def local_path(address: str) -> str:
    """``address`` if it leads to a page of this installation, else ""."""
    local = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if local and len(address) <= 1000 else ""


def _too_many(email: str, network: str) -> bool:
    now = clock.now()
    asked = SignInRequest.objects.filter(email=email, made_at__gt=now - WITHIN).count()
    nearby = SignInRequest.objects.filter(network=network, made_at__gt=now - WITHIN_NETWORK)
    return asked >= MAILS_TO_ONE_ADDRESS or bool(network and nearby.count() >= MAILS_FROM_ONE_NETWORK)


# no actor because nobody has signed in yet
@transaction.atomic
def request_sign_in(*, email: str, next_path: str = "", network: str = "") -> Asked:
    """Note that somebody wants to sign in with ``email``; the caller sends the mail.

    Nothing here looks whether the address is known, so nothing can tell. ``network`` is an address such as
    ``192.0.2.7`` or "", kept as an HMAC. Raises ``TooMany``: earlier mails still work.
    """
    email = email.strip().lower()
    nearby = digest("network", network) if network else ""
    if _too_many(email, nearby):
        raise TooMany(_("We have sent several mails already. Please use the newest one, or wait fifteen minutes."))
    now = clock.now()
    SignInRequest.objects.filter(made_at__lt=now - FORGOTTEN_AFTER, expires_at__lt=now).delete()
    token, code = new_token(), new_code()
    asked = SignInRequest(email=email, next=local_path(next_path), network=nearby, expires_at=now + LASTS)
    asked.made_at, asked.token, asked.code = now, digest("link", token), digest(f"code {asked.pk}", code)
    asked.full_clean()
    asked.save(force_insert=True)
    return Asked(asked, token, code)


# no actor because this is how somebody comes to be known
@transaction.atomic
def confirm_sign_in(asked: SignInRequest, *, code: str | None = None) -> bool:
    """Use a request up, by the code that was typed or (None) by its link. True once.

    False for a wrong code, which counts as a try, and for a request that is used, too old or tried too often.
    """
    waiting = SignInRequest.objects.filter(pk=asked.pk, used_at=None, expires_at__gt=clock.now())
    if code is not None:
        # The try is counted before the code is looked at, so that many at once cannot try more often.
        if not waiting.filter(~Q(code=""), tries__lt=TRIES).update(tries=F("tries") + 1):
            return False
        if not constant_time_compare(asked.code, digest(f"code {asked.pk}", as_typed(code))):
            return False
    return waiting.update(used_at=clock.now()) == 1


# no actor because a command and the demonstration make it
@transaction.atomic
def sign_in_link(person: Person, *, hours: int) -> str:
    """A path that signs ``person`` in once, within ``hours``: for a command and the demonstration.

    Raises ValueError for a person without an account.
    """
    if person.account is None:
        raise ValueError("An assisted person has no account to sign in to.")
    token, now = new_token(), clock.now()
    SignInRequest.objects.create(
        email=person.account.email,
        token=digest("link", token),
        next="/",
        made_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    return reverse("people:link", args=[token])


def _named(person: Person, chosen_name: str, full_name: str) -> Person:
    person.chosen_name, person.full_name = tidy_name(chosen_name), tidy_name(full_name)
    if not person.chosen_name:
        raise ValidationError({"chosen_name": NAME_NEEDED})
    return person


# no actor because the person does not exist before
@transaction.atomic
def open_account(*, email: str, chosen_name: str, full_name: str = "") -> Person:
    """The person of this address, made if there is none. The caller knows that the address is theirs."""
    unusable = {"password": make_password(None), "joined_at": clock.now()}
    account, _made = Account.objects.get_or_create(email=email.strip().lower(), defaults=unusable)
    existing = Person.objects.filter(account=account).first()
    if existing is not None:
        return existing
    person = _named(Person(account=account), chosen_name, full_name)
    person.full_clean()
    person.save(force_insert=True)
    record("account opened", actor=person, subject=person)
    return person


@transaction.atomic
def change_how_we_call_you(*, actor: Person, chosen_name: str, full_name: str, channel: str, language: str) -> Person:
    """Change one's own names, how we reach one and in which language. The event says which, never what."""
    before = (actor.chosen_name, actor.full_name, actor.channel, actor.language)
    person = _named(actor, chosen_name, full_name)
    person.channel, person.language = channel, language
    person.full_clean()
    person.save()
    after = (person.chosen_name, person.full_name, person.channel, person.language)
    names = ("chosen_name", "full_name", "channel", "language")
    changed = [name for name, old, new in zip(names, before, after, strict=True) if old != new]
    if changed:
        record("person changed", actor=actor, subject=person, changed=changed)
    return person


@transaction.atomic
def add_assisted_person(
    *,
    actor: Person,
    chosen_name: str,
    full_name: str = "",
    channel: str = Channel.ROOM,
    language: str = "en-gb",
) -> Person:
    """Add someone who does not go online; others record for them.

    Being a facilitator is a matter of a space: the action there that lets them join asks
    ``require_facilitator`` and then calls this. Somebody who is assisted cannot add another: ``NotAllowed``.
    """
    if actor.account_id is None:
        raise NotAllowed
    person = _named(Person(added_by=actor, channel=channel, language=language), chosen_name, full_name)
    person.full_clean()
    person.save(force_insert=True)
    record("assisted person added", actor=actor, subject=person)
    return person


@transaction.atomic
def set_password(*, actor: Person, password: str) -> Account:
    """Give one's own account a password, or another one. The form has checked that it is good enough."""
    if actor.account is None:
        raise NotAllowed
    actor.account.set_password(password)
    actor.account.save(update_fields=["password"])
    record("password set", actor=actor, subject=actor)
    return actor.account


@transaction.atomic
def allow_opening_spaces(*, actor: Person | None, person: Person) -> Person:
    """Let someone open spaces where only facilitators may. ``actor`` None: by command."""
    person.is_facilitator = True
    person.save(update_fields=["is_facilitator"])
    record("opening spaces allowed", actor=actor, subject=person)
    return person
