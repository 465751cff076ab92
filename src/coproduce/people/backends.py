"""Finds the account of a session together with its person, in one query."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from coproduce.people.models import Account
from coproduce.prepared import given, only, prepared


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """allauth's backend (password by email address), fetching the person in the same query."""

    def get_user(self, user_id: Any) -> AbstractBaseUser | None:
        return only(_account()(pk=user_id))


@prepared
def _account() -> QuerySet[Account]:
    return Account.objects.select_related("person").filter(pk=given("pk", Account._meta.pk), is_active=True)
