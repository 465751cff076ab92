"""People, with or without an account."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.history.models import Identified


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; an address is kept in lower case, so one person has one account."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        account = self.model(email=email.strip().lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """A way to sign in. Everything else about someone is on ``Person``."""

    email = models.EmailField(_("email address"), unique=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email


class Channel(models.TextChoices):
    """How something came, or how someone is reached. None counts for less than another."""

    WEB = "web", _("on this site")
    EMAIL = "email", _("by email")
    POST = "post", _("by post")
    PHONE = "phone", _("by phone")
    ROOM = "room", _("in the room")


class Attribution(models.TextChoices):
    """How a name appears, chosen anew each time."""

    NAME = "name", _("My full name")
    CHOSEN = "chosen", _("The name I gave you")
    STANDPOINT = "standpoint", _("No name, but how I know")
    ANONYMOUS = "anonymous", _("No name at all")


class Person(Identified):
    """Someone. A person without an account is *assisted*: somebody records for them."""

    account = models.OneToOneField(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="person")
    full_name = models.CharField(_("full name"), max_length=120, blank=True)
    chosen_name = models.CharField(_("what we call you"), max_length=80)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    language = models.CharField(max_length=12, default="en-gb")
    pseudonymous = models.BooleanField(default=False)
    is_facilitator = models.BooleanField(default=False)
    added_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(chosen_name=""), name="people_person_is_called_something"),
        ]

    def __str__(self) -> str:
        return self.chosen_name

    @property
    def is_assisted(self) -> bool:
        """True for someone who has no account: others record for them."""
        return self.account_id is None and not self.pseudonymous

    @property
    def name(self) -> str:
        """The full name, or the chosen one where no full name was given."""
        return self.full_name or self.chosen_name


class SignInRequest(Identified):
    """Somebody asked to sign in with an address. It is made whether or not the address is known here.

    The mail holds a link and a short code; only HMACs of both are kept. It works once, until ``expires_at``,
    and allows few tries of the code. ``next`` is where the person was going, a local path. ``network`` is an
    HMAC of the network address that asked, so that one network cannot ask without end. Rows go after a day.
    """

    email = models.EmailField()
    token = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=64, blank=True)
    next = models.CharField(max_length=1000, blank=True)
    network = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["email", "made_at"], name="people_sign_in_by_address"),
            models.Index(fields=["network", "made_at"], name="people_sign_in_by_network"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Remembered(models.Model):
    """What all server processes remember together for a few minutes: tries of a password, codes already used.

    This is the table of Django's database cache (``CACHES``); Django alone reads and writes it.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "people_remembered"

    def __str__(self) -> str:
        return self.cache_key
