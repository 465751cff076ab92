"""Finds the account of a session together with its person, in one query."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from coproduce.people.models import Account


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """allauth's backend (password by email address), fetching the person in the same query."""

    def get_user(self, user_id: Any) -> AbstractBaseUser | None:
        return Account.objects.select_related("person").filter(pk=user_id, is_active=True).first()
