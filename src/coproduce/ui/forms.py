"""What all forms share: a key made with the form, and words that are never lost."""

import uuid
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from django import forms
from django.forms.utils import ErrorDict
from django.http import HttpRequest, QueryDict
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from coproduce import clock
from coproduce.ui.words import shortened

F = TypeVar("F", bound=forms.Form)

ON_PURPOSE = "on_purpose"
"""The field of the page that says *we already have these words*: they are to be sent all the same."""
KEPT = "kept_words"
KEPT_AT_MOST = 200_000
KEPT_FOR = timedelta(hours=12)
"""As long as a session. A computer in a library has many readers."""
WHOSE = "whose"
"""The hidden field that says for whom a sheet was shown, so that words which come back come back to them alone."""
NEVER_KEPT = ("csrfmiddlewaretoken", "password", "credential", WHOSE)
SECRET = "secret-"  # noqa: S105  # how the name of a field begins
"""Fields whose names begin so are never kept either: how somebody votes lies nowhere but in the urn."""


class KeyInput(forms.HiddenInput):
    """The key of a sheet, and the mark of whoever it was shown to."""

    whose = ""

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        mark = format_html('<input type="hidden" name="{}" value="{}">', WHOSE, self.whose) if self.whose else ""
        return SafeString(super().render(*args, **kwargs) + mark)


class KeyedForm(forms.Form):
    """A form that can be sent twice and acts once: ``history.sending.send_once`` reads ``key``.

    ``makes_new``: each sending adds something (words, a theme, a promise), so the same words from the same
    sheet a little later are most likely the browser's Back, and are asked about. Without it a sheet
    sets something, and setting it back and forth is nobody's mistake.
    """

    makes_new = False
    key = forms.UUIDField(widget=KeyInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.makes_new:
            self.fields["key"].widget.attrs["data-makes-new"] = ""


def own_words(label: Any, *, needed: Any = None, hint: Any = "", rows: int = 4, at_most: int = 4000) -> forms.CharField:
    """A field for somebody's words. needed: what is said to whoever leaves it empty; None where it may be."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=at_most,
        required=needed is not None,
        widget=forms.Textarea(attrs={"rows": rows, "class": "short"}),
        error_messages={} if needed is None else {"required": needed},
    )


def sheet_of(request: HttpRequest) -> str:
    """The address of the sheet that a request is about: with ``?for=``, for what is written down for somebody else.

    Words for another person must never come back on the sheet that speaks for whoever signs in.
    """
    whose = request.GET.get("for", "")
    return f"{request.path}?{urlencode({'for': whose})}" if whose else request.path


def keep_words(request: HttpRequest) -> bool:
    """Keep what was typed in the session, for when the person comes back to this address. False if it is too much."""
    words = request.POST.copy()
    for name in [name for name in words if name in NEVER_KEPT or name.startswith(SECRET)]:
        words.pop(name, None)
    encoded = words.urlencode()
    if not encoded or len(encoded) > KEPT_AT_MOST:
        return False
    request.session[KEPT] = {"path": sheet_of(request), "words": encoded, **_kept_by(request.POST.get(WHOSE, ""))}
    return True


def begin_words(request: HttpRequest, path: str, **begun: str) -> bool:
    """Keep the beginning of something for the form at ``path``, out of the address. False if it is too much."""
    if sum(len(text) for text in begun.values()) > KEPT_AT_MOST:
        return False
    request.session[KEPT] = {"path": path, "begun": begun, **_kept_by(whose_mark(request))}
    return True


def whose_mark(request: HttpRequest) -> str:
    """What stands for whoever is signed in, on a sheet and beside kept words; "" for nobody. It tells nothing."""
    person = getattr(request, "person", None)
    return salted_hmac("coproduce.whose", str(person.pk)).hexdigest()[:32] if person is not None else ""


def _kept_by(mark: str) -> dict[str, Any]:
    return {"whose": mark[:32], "at": clock.now().timestamp()}


class Waiting(NamedTuple):
    """Words of nobody known that wait for the sheet which is open now."""

    beginning: str
    is_recent: bool


RECENT = timedelta(hours=1)
BEGINNING = 40


def words_waiting(request: HttpRequest) -> Waiting | None:
    """Words kept for this page by somebody who was not signed in: they are asked about, not shown."""
    kept = _kept_here(request)
    if kept is None or kept.get("whose") or not whose_mark(request):
        return None
    began = kept.get("begun", {}).get("words") or QueryDict(kept.get("words", "")).get("words", "")
    age = clock.now().timestamp() - kept["at"]
    return Waiting(shortened(str(began), BEGINNING), age < RECENT.total_seconds())


def answer_whose(request: HttpRequest, *, mine: bool) -> str:
    """Keep the words that wait for whoever is signed in, or forget them; the address of their sheet, or ""."""
    kept = request.session.get(KEPT)
    if not kept or kept.get("whose"):
        return ""
    if mine:
        request.session[KEPT] = {**kept, "whose": whose_mark(request)}
    else:
        del request.session[KEPT]
    return str(kept["path"])


def _kept_here(request: HttpRequest) -> dict[str, Any] | None:
    """What is kept for this sheet. What is older than ``KEPT_FOR`` is forgotten on the way."""
    kept: dict[str, Any] | None = request.session.get(KEPT)
    if kept and clock.now().timestamp() - kept.get("at", 0) > KEPT_FOR.total_seconds():
        del request.session[KEPT]
        return None
    return kept if kept and kept["path"] == sheet_of(request) else None


def form_for(request: HttpRequest, form_class: type[F], *, began: QueryDict | None = None, **kwargs: Any) -> F:
    """The form for this request: with what was sent; or with words kept from before; or with what was begun; or empty.

    Kept words are shown as they were typed, without complaints about them, and only to whom they were kept for.
    ``began``: what this person left on this sheet for later, from their draft.
    """
    form = _form_for(request, form_class, began, **kwargs)
    if isinstance(form, KeyedForm):
        form.fields["key"].widget.whose = whose_mark(request)
    return form


def _form_for(request: HttpRequest, form_class: type[F], began: QueryDict | None, /, **kwargs: Any) -> F:
    if request.method == "POST":
        return form_class(request.POST, request.FILES, **kwargs)
    kept = _kept_here(request)
    if kept and constant_time_compare(kept.get("whose", ""), whose_mark(request)):
        del request.session[KEPT]
        initial = kwargs.pop("initial", None) or {}
        if "begun" in kept:
            return form_class(initial={**initial, **kept["begun"]}, **kwargs)
        return _filled_in(form_class, QueryDict(kept["words"]), **kwargs)
    return _filled_in(form_class, began, **kwargs) if began is not None else form_class(**kwargs)


def _filled_in(form_class: type[F], words: QueryDict, /, **kwargs: Any) -> F:
    """The form as it was left, without complaints."""
    form = form_class(words, **kwargs)
    form._errors = ErrorDict()
    return form
