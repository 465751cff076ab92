"""What people fill in to sign in and to say how we call and reach them."""

import struct
from typing import Any

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter as get_keys
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as app
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from coproduce.people.actions import NAME_NEEDED
from coproduce.people.models import Channel, Person
from coproduce.people.naming import tidy_name
from coproduce.ui.forms import KeyedForm


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("What is your email address?"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"invalid": _("That does not look like an email address. It should be like sam@example.org.")},
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("What is the code?"),
        help_text=_("Eight numbers, from the newest mail."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class NameForm(KeyedForm):
    chosen_name = forms.CharField(
        label=_("What shall we call you?"),
        help_text=_(
            "A first name, a nickname, whatever you like. Others see it unless you choose otherwise, "
            "and you can change it at any time."
        ),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        error_messages={"required": NAME_NEEDED},
    )

    def clean_chosen_name(self) -> str:
        name = tidy_name(self.cleaned_data["chosen_name"])
        if not name:
            raise forms.ValidationError(NAME_NEEDED)
        return name


class AboutYouForm(NameForm):
    full_name = forms.CharField(
        label=_("What is your full name?"),
        help_text=_("Only if you want to be able to sign your words with it. You can leave this empty."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    channel = forms.ChoiceField(
        label=_("How do you like to be reached?"),
        choices=Channel.choices,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(label=_("Which language do you like to read?"))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        now = {name: getattr(person, name) for name in ("chosen_name", "full_name", "channel", "language")}
        super().__init__(*args, **{"initial": now, **kwargs})
        self.fields["language"].choices = settings.LANGUAGES
        if len(settings.LANGUAGES) == 1:
            # One language is no choice; a language said elsewhere is not to be lost by saving this page.
            del self.fields["language"]
        self.language = person.language

    def clean_full_name(self) -> str:
        return tidy_name(self.cleaned_data["full_name"])

    def fields_for_action(self) -> dict[str, str]:
        kept = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        return {"language": self.language, **kept}


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("What shall your password be?"),
        help_text=_("At least ten letters or numbers. Three or four words that you can remember are best."),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, account: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.account)
        return password


# What the libraries raise for an answer that no passkey would give; allauth itself expects only some of them.
FORGED = (KeyError, AttributeError, TypeError, ValueError, IndexError, struct.error, InvalidSignature)


class OurWords:
    """Asks allauth's questions in our words."""

    words = {
        "login": (_("What is your email address?"), ""),
        "password": (_("What is your password?"), ""),
        "code": (_("What is the code?"), _("Six numbers from your app, or one of your codes for emergencies.")),
        "name": (_("What shall we call this passkey?"), _("For example: my phone.")),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & self.words.keys():  # type: ignore[attr-defined]
            field = self.fields[name]  # type: ignore[attr-defined]
            field.label, field.help_text = self.words[name]
            field.widget.attrs.pop("placeholder", None)


class PasswordSignInForm(OurWords, account.LoginForm):  # type: ignore[misc]  # allauth ships no types
    pass


class StillYouPasswordForm(OurWords, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class SecondStepForm(OurWords, second_step.AuthenticateForm):  # type: ignore[misc]
    pass


class StillYouAppForm(OurWords, second_step.ReauthenticateForm):  # type: ignore[misc]
    pass


class AddAppForm(OurWords, app.ActivateTOTPForm):  # type: ignore[misc]
    words = {"code": (_("What is the code?"), _("Six numbers that your app shows now."))}


class NamePasskeyForm(OurWords, webauthn.EditWebAuthnForm):  # type: ignore[misc]
    pass


class CarefulAnswer:
    """Reads a passkey's answer; one that is forged or cut short is refused like a wrong code."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except FORGED:
            raise get_keys().validation_error("incorrect_code") from None


class PasskeySignInForm(CarefulAnswer, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    pass


class SecondStepPasskeyForm(CarefulAnswer, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class StillYouPasskeyForm(CarefulAnswer, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class AddPasskeyForm(OurWords, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    def clean(self) -> Any:
        try:
            return super().clean()
        except FORGED:
            raise get_keys().validation_error("incorrect_code") from None
