"""``coproduce createfacilitator EMAIL NAME [--space SLUG]``: the first person, before any mail can be sent."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from coproduce.history.chain import record
from coproduce.people.actions import allow_opening_spaces, open_account, sign_in_link
from coproduce.people.models import Person
from coproduce.spaces.models import Membership, MembershipState, Space

HOURS = 24


class Command(BaseCommand):
    """Makes the account if it is not there yet, and prints a link that signs the person in once."""

    help = "Make a facilitator, who may open spaces, and print a link that signs them in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name", help="what we call the person")
        parser.add_argument("--space", metavar="SLUG", help="a space that they are to look after")
        parser.add_argument("--address", help="where this installation is reached, if not at its first host")

    def handle(self, *args: Any, **options: Any) -> None:
        space = self.space_called(options["space"]) if options["space"] else None
        try:
            validate_email(options["email"])
            with transaction.atomic():
                person = open_account(email=options["email"], chosen_name=options["name"])
                allow_opening_spaces(actor=None, person=person)
                if space is not None:
                    look_after(person, space)
                path = sign_in_link(person, hours=HOURS)
        except ValidationError as why:
            raise CommandError(" ".join(why.messages)) from None
        self.stdout.write(f"{person.chosen_name} can sign in once within {HOURS} hours with this link:")
        self.stdout.write((options["address"] or address()).rstrip("/") + path)

    def space_called(self, slug: str) -> Space:
        space = Space.objects.filter(slug=slug).first()
        if space is None:
            raise CommandError(f"There is no space called {slug}.")
        return space


def address() -> str:
    """Where people reach this installation, as far as the settings tell."""
    host = settings.ALLOWED_HOSTS[0].lstrip(".")
    return f"https://{host}" if settings.SECURE else f"http://{host}:8000"


def look_after(person: Person, space: Space) -> Membership:
    """Make ``person`` a facilitator of ``space``, a member first if need be. Whoever holds the server may."""
    membership = Membership.objects.filter(space=space, person=person).first()
    membership = membership or Membership(space=space, person=person)
    membership.state, membership.is_facilitator = MembershipState.ACTIVE, True
    membership.full_clean()
    membership.save()
    record("facilitator made", actor=None, space=space, subject=membership)
    return membership
