"""What all forms share: a key made with the form, and words that are never lost."""

import uuid
from typing import Any, TypeVar

from django import forms
from django.forms.utils import ErrorDict
from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode

F = TypeVar("F", bound=forms.Form)

ON_PURPOSE = "on_purpose"
"""The field of the page that says *we already have these words*: they are to be sent all the same."""
KEPT = "kept_words"
KEPT_AT_MOST = 200_000
NEVER_KEPT = ("csrfmiddlewaretoken", "password", "credential")


class KeyedForm(forms.Form):
    """A form that can be sent twice and acts once: ``history.sending.send_once`` reads ``key``.

    ``makes_new``: each sending adds something (words, a theme, a promise), so the same words from the same
    sheet a little later are most likely the browser's Back, and are asked about. Without it a sheet
    sets something, and setting it back and forth is nobody's mistake.
    """

    makes_new = False
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.makes_new:
            self.fields["key"].widget.attrs["data-makes-new"] = ""


def sheet_of(request: HttpRequest) -> str:
    """The address of the sheet that a request is about: with ``?for=``, for what is written down for somebody else.

    Words for another person must never come back on the sheet that speaks for whoever signs in.
    """
    whose = request.GET.get("for", "")
    return f"{request.path}?{urlencode({'for': whose})}" if whose else request.path


def keep_words(request: HttpRequest) -> bool:
    """Keep what was typed in the session, for when the person comes back to this address. False if it is too much."""
    words = request.POST.copy()
    for name in NEVER_KEPT:
        words.pop(name, None)
    encoded = words.urlencode()
    if len(encoded) > KEPT_AT_MOST:
        return False
    request.session[KEPT] = {"path": sheet_of(request), "words": encoded}
    return True


def begin_words(request: HttpRequest, path: str, **begun: str) -> bool:
    """Keep the beginning of something for the form at ``path``, out of the address. False if it is too much."""
    if sum(len(text) for text in begun.values()) > KEPT_AT_MOST:
        return False
    request.session[KEPT] = {"path": path, "begun": begun}
    return True


def form_for(request: HttpRequest, form_class: type[F], **kwargs: Any) -> F:
    """The form for this request: with what was sent; or with words kept from before; or empty.

    Kept words are shown as they were typed, without complaints about them.
    """
    if request.method == "POST":
        return form_class(request.POST, request.FILES, **kwargs)
    kept = request.session.get(KEPT)
    if kept and kept["path"] == sheet_of(request):
        del request.session[KEPT]
        initial = kwargs.pop("initial", None) or {}
        if "begun" in kept:
            return form_class(initial={**initial, **kept["begun"]}, **kwargs)
        form = form_class(QueryDict(kept["words"]), **kwargs)
        form._errors = ErrorDict()
        return form
    return form_class(**kwargs)
