"""What django-allauth does our way: the session, the second step, the words of its refusals."""

import logging
from smtplib import SMTPException
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from coproduce.people import session
from coproduce.people.queries import has_app

log = logging.getLogger(__name__)

UNKNOWN_NETWORK = "0.0.0.0"  # noqa: S104  (an address to count by, not one to listen at)

# What allauth tells somebody on the page, and by mail, that we tell too. What is not here is not said.
ON_THE_PAGE = {
    "mfa/messages/totp_activated.txt": _("From now on you sign in with your app as a second step."),
    "mfa/messages/totp_deactivated.txt": _("The second step is turned off."),
    "mfa/messages/webauthn_added.txt": _("Your passkey is added. You can sign in with it from now on."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("These are your codes. Earlier ones no longer work."),
}
BY_MAIL = {
    "account/email/password_changed": _("A new password was chosen."),
    "mfa/email/totp_activated": _("An app was added as a second step."),
    "mfa/email/totp_deactivated": _("The second step with an app was turned off."),
    "mfa/email/recovery_codes_generated": _("New codes for emergencies were made."),
    "mfa/email/webauthn_added": _("A passkey was added."),
    "mfa/email/webauthn_removed": _("A passkey was removed."),
}


class SecondStep(AuthenticateStage):  # type: ignore[misc]  # allauth ships no types
    """Asks for a second step when somebody turned an app on. A passkey alone is a way in, not a second lock.

    allauth would ask for the passkey after every other way in, and lock out whoever lost the phone it is on.
    """

    def _should_handle(self, request: HttpRequest) -> bool:
        account = self.login.user
        return account is not None and has_app(account) and super()._should_handle(request)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _(
            "That address and password do not fit together. You can also sign in with a code by email."
        ),
        "incorrect_code": _("That is not it. Codes from an app change every half minute: try the one it shows now."),
        "incorrect_password": _("That is not your password. You can also use a code by email."),
        "too_many_login_attempts": _("That was a lot of tries. Please wait five minutes, or use a code by email."),
        "rate_limited": _("That was a lot of tries. Please wait a few minutes."),
    }

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        session.begin(request)
        # Someone who has just come in has just shown who they are: do not ask again for a while.
        for record in request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, []):
            record["reauthenticated"] = True

    def get_login_stages(self) -> list[str]:
        ours, theirs = "coproduce.people.adapter.SecondStep", "allauth.mfa.stages.AuthenticateStage"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        names = {
            "reauthenticate": _("Use my password"),
            "mfa_reauthenticate": _("Use a code from my app"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        for method in methods:
            method["description"] = names[method["id"]]
        if user.is_authenticated and not has_app(user):
            said = _("Send me a code by email")
            methods.append({"id": "email", "description": said, "url": reverse("people:again")})
        return methods

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        said = kwargs.get("message") or ON_THE_PAGE.get(message_template or "")
        if said:
            messages.add_message(request, level, said)

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """Tell somebody that a way in has changed. A mail that fails does not undo the change."""
        words = {"what": BY_MAIL[template_prefix]}
        body = render_to_string("people/mail/changed.txt", words)
        try:
            EmailMessage(gettext("How you sign in has changed"), body, to=[user.email]).send()
        except (SMTPException, OSError) as why:
            log.error("A notice to an account could not be sent: %s", type(why).__name__)

    def get_client_ip(self, request: HttpRequest) -> str:
        try:
            return str(super().get_client_ip(request))
        except PermissionDenied:  # behind a socket there is no address: everyone counts together
            return UNKNOWN_NETWORK


class KeyAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        return gettext("My passkey")

    def build_totp_svg(self, url: str) -> str:
        """A QR code dark on white, whatever the page's colours are: cameras need it so."""
        drawn = qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode")
        alternative = _("A picture for your app to scan. The same as the key below.")
        said = format_html('<svg role="img" aria-label="{}" ', alternative)
        return mark_safe(drawn.replace("<svg ", said, 1))  # noqa: S308  (drawn by us, from an address)
