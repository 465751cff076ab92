"""The pages of django-allauth that we use, under its own names: password, passkeys, the app and its codes.

Each is drawn through ``page()``, from a template of ours. Its other pages (signing up, changing and
confirming addresses, resetting passwords) have no address here: one flow by email does all of that.
"""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.http import HttpResponse
from django.urls import path, reverse_lazy
from django.views.generic import RedirectView

from coproduce.people.still_you import still_you
from coproduce.ui.pages import page


class Drawn:
    """Draws a view of allauth as a page of ours; a refused form answers 422."""

    request: Any
    template_name: str

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> HttpResponse:
        forms = [context[name] for name in ("form", "webauthn_form") if context.get(name) is not None]
        if "authenticators" in context:
            context["authenticators"] = list(context["authenticators"])
        refused = any(form.errors for form in forms)
        return page(self.request, self.template_name, context, status=422 if refused else 200)


def drawn(view: Any, template: str, **changes: Any) -> Any:
    """``view`` of allauth as a page drawn by ``template``; ``changes`` replace attributes like ``success_url``."""
    attributes = {"template_name": f"people/{template}.html", **changes}
    return type(view.__name__, (Drawn, view), attributes).as_view()


me = reverse_lazy("people:me")


codes = reverse_lazy("mfa_view_recovery_codes")


def to_me(_view: Any) -> str:
    """A passkey is a way in of its own: no codes on paper are needed beside it."""
    return str(me)


def to_codes(_view: Any) -> str:
    """With an app go codes on paper, for the day the phone is lost: always show them."""
    return str(codes)


urlpatterns = [
    path("sign-in/password/", drawn(account.LoginView, "sign_in_password"), name="account_login"),
    path("sign-in/closed/", drawn(account.AccountInactiveView, "closed"), name="account_inactive"),
    path("sign-in/second-step/", drawn(second_step.AuthenticateView, "second_step"), name="mfa_authenticate"),
    path("sign-in/passkey/", drawn(passkeys.LoginWebAuthnView, "sign_in_password"), name="mfa_login_webauthn"),
    path(
        "still-you/password/",
        drawn(account.ReauthenticateView, "again_password"),
        name="account_reauthenticate",
    ),
    path("still-you/app/", drawn(second_step.ReauthenticateView, "again_app"), name="mfa_reauthenticate"),
    path(
        "still-you/passkey/",
        drawn(passkeys.ReauthenticateWebAuthnView, "again_passkey"),
        name="mfa_reauthenticate_webauthn",
    ),
    path("me/keys/", RedirectView.as_view(url=me), name="mfa_index"),
    path("me/passkeys/", drawn(passkeys.ListWebAuthnView, "passkeys"), name="mfa_list_webauthn"),
    path(
        "me/passkeys/add/",
        still_you(drawn(passkeys.AddWebAuthnView, "add_passkey", get_success_url=to_me)),
        name="mfa_add_webauthn",
    ),
    path(
        "me/passkeys/<int:pk>/name/",
        still_you(drawn(passkeys.EditWebAuthnView, "name_passkey")),
        name="mfa_edit_webauthn",
    ),
    path(
        "me/passkeys/<int:pk>/remove/",
        still_you(drawn(passkeys.RemoveWebAuthnView, "remove_passkey")),
        name="mfa_remove_webauthn",
    ),
    path(
        "me/app/add/",
        still_you(drawn(app.ActivateTOTPView, "add_app", get_success_url=to_codes)),
        name="mfa_activate_totp",
    ),
    path(
        "me/app/remove/",
        still_you(drawn(app.DeactivateTOTPView, "remove_app", success_url=me)),
        name="mfa_deactivate_totp",
    ),
    path(
        "me/codes/",
        still_you(drawn(recovery_codes.ViewRecoveryCodesView, "codes")),
        name="mfa_view_recovery_codes",
    ),
    path(
        "me/codes/new/",
        still_you(drawn(recovery_codes.GenerateRecoveryCodesView, "new_codes")),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "me/codes/file/",
        still_you(recovery_codes.DownloadRecoveryCodesView.as_view(template_name="people/codes.txt")),
        name="mfa_download_recovery_codes",
    ),
]
