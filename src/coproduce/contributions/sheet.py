"""A page somebody writes on: with what they began before, the files they add, and *keep for later*."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from coproduce.contributions.actions import add_files, close_draft, keep_draft
from coproduce.contributions.actions.attaching import FILES_AT_MOST, NewFile, plain_name
from coproduce.contributions.attaching.made import Unkept
from coproduce.contributions.attaching.making import SENTENCES, make
from coproduce.contributions.attaching.storing import Keep, keeping
from coproduce.contributions.drafts import Version, draft_for, versions_in
from coproduce.contributions.models import Attachment, Contribution, Draft
from coproduce.errors import SignInNeeded
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place
from coproduce.ui.forms import NEVER_KEPT, KeyedForm, form_for, sheet_of
from coproduce.ui.pages import page

F = TypeVar("F", bound=KeyedForm)
FILES, KEEP, BEGAN, LEFT_OUT = "files", "keep", "began", "left_out"
"""Fields of the page beside those of its form: files, the button, the version it began from, files to leave out."""
OFTEN_TAKEN = ".jpg,.jpeg,.png,.webp,.gif,.mp3,.m4a,.ogg,.wav,.pdf,.docx,.odt,.txt,image/jpeg,image/png,audio/*"
"""For the phone's chooser. It makes an iPhone send JPEG; nothing is believed because of it."""


class Sheet:
    """One request to a page for words.

    view: ``form`` first; for a POST ``answer``, which is a response or None where the page is to be shown again; then
    ``page``. ``then``: where bringing leads, "" for the words that were brought.
    """

    tab = "brought"

    def __init__(self, request: HttpRequest, place: Place) -> None:
        if place.person is None:
            raise SignInNeeded
        self.request, self.place, self.person = request, place, place.person
        self.then = ""
        self.path = sheet_of(request)
        self.draft: Draft | None = draft_for(self.person, place.space, self.path)
        self.versions: list[Version] = versions_in(self.draft)
        self.shown: Version | None = self._shown()

    def _shown(self) -> Version | None:
        """The version to begin with: the one asked for, or the newest; none where words were brought along."""
        if "words" in self.request.GET:
            return None
        wanted = self.request.GET.get("version", "")
        asked = [each for each in self.versions if each.key == wanted]
        return (asked or self.versions[-1:] or [None])[0]

    def form(self, form_class: type[F], **kwargs: Any) -> F:
        """The page's form: with what was sent, or with what was begun."""
        began = None
        if self.shown is not None:
            began = self.shown.filled_in.copy()
            began["key"] = str(uuid4())
        form = form_for(self.request, form_class, began=began, **kwargs)
        if form.data is not began:
            self.shown = None  # words kept from a moment ago are newer: what was begun is offered beside them
        return form

    # ── what was sent ────────────────────────────────────────────────────────────────────────────

    def answer(self, form: KeyedForm, act: Callable[[], Any]) -> HttpResponse | None:
        """What to answer to a POST: ``act`` brings the words, once, and the files go with them.

        Files of a page that is shown again are kept with its draft, so that nobody has to look for them twice.
        """
        is_for_later = KEEP in self.request.POST
        looks = getattr(form, "wants_to_look", False)  # for words to choose: the page comes back with what was added
        may_send = not looks and form.is_valid() and not is_for_later
        files, refused = self._files()
        for sentence in refused:
            form.add_error(None, sentence)
        if (files or self._waiting()) and form.has_error("words", "required"):
            form.errors["words"] = form.error_class([_("Write one line about what you added. A few words are enough.")])
        with keeping() as keep:
            if may_send and not refused:
                return send_once(self.request, form, lambda: self._send(act(), files, keep))
            if files or is_for_later or self._left_out():
                self._keep(files, keep)
        if is_for_later and not refused:
            messages.success(self.request, _("It is kept on the server, for you alone. Come back on any day."))
            return HttpResponseRedirect(self.path)
        return None

    def _files(self) -> tuple[list[NewFile], list[str]]:
        """Files as they can be kept, and a sentence for each that cannot."""
        files, refused = [], []
        sent = self.request.FILES.getlist(FILES)
        if len(sent) > FILES_AT_MOST:
            return [], [_("At most %(most)d files go with one contribution.") % {"most": FILES_AT_MOST}]
        for each in sent:
            name = plain_name(each.name or "")
            try:
                files.append(NewFile(name, make(each)))
            except Unkept as why:
                said = SENTENCES.get(why.code, SENTENCES["unknown"])
                refused.append(_("“%(name)s” was not kept. %(why)s") % {"name": name, "why": said})
        return files, refused

    def _left_out(self) -> list[UUID]:
        """Files of the draft that were ticked to be left out."""
        ticked = self.request.POST.getlist(LEFT_OUT)
        return [each.pk for each in self._waiting() if str(each.pk) in ticked]

    def _waiting(self) -> list[Attachment]:
        return list(self.draft.attachments.all()) if self.draft is not None else []

    def _going_along(self) -> list[Attachment]:
        """Files of the draft that go with what is sent."""
        left_out = self._left_out()
        return [each for each in self._waiting() if each.pk not in left_out]

    def _send(self, made: Any, files: list[NewFile], keep: Keep) -> str:
        """What follows when ``act`` has answered with what it made: the address to go to."""
        waiting = self._going_along()
        if files or waiting:
            add_files(actor=self.person, contribution=made, files=files, keep=keep, from_draft=waiting)
        self._close_draft()
        return self._leads_to(made, has_files=bool(files or waiting))

    def _close_draft(self) -> None:
        close_draft(actor=self.person, space=self.place.space, sheet=self.path, **keys_of(self.request.POST))

    def _leads_to(self, contribution: Contribution, *, has_files: bool) -> str:
        return described_next(contribution, self.then) if has_files else self.then or contribution.get_absolute_url()

    def _keep(self, files: list[NewFile], keep: Keep) -> None:
        keep_draft(
            actor=self.person,
            space=self.place.space,
            sheet=self.path,
            filled=filled_in(self.request.POST),
            files=files,
            keep=keep,
            left_out=self._left_out(),
            **keys_of(self.request.POST),
        )
        self.draft = draft_for(self.person, self.place.space, self.path)

    # ── the page ─────────────────────────────────────────────────────────────────────────────────

    def page(self, template: str, form: KeyedForm, **context: Any) -> HttpResponse:
        """The page with its form. Refused words answer 422."""
        is_post = self.request.method == "POST"
        others = [] if is_post else [each for each in self.versions if each != self.shown]
        filled = {
            "form": form,
            "sheet": self.path,
            "began": self.request.POST.get(BEGAN, "") if is_post else _key_of(self.shown),
            "begun": None if is_post else self.shown,
            "draft": self.draft,
            "others": others,
            "waiting": self._waiting(),
            "taken": OFTEN_TAKEN,
            **context,
        }
        status = 422 if form.errors else 200
        return page(self.request, template, filled, space=self.place.space, place=self.tab, status=status)


def _key_of(version: Version | None) -> str:
    return version.key if version is not None else ""


def keys_of(sent: QueryDict) -> dict[str, str]:
    """The key of the form that was sent, and of the version it began from."""
    return {"key": sent.get("key", "")[:36], "began": sent.get(BEGAN, "")[:36]}


def filled_in(sent: QueryDict) -> str:
    """What is filled in on a sheet, encoded as it was sent, without what belongs to the page."""
    kept = sent.copy()
    for name in (*NEVER_KEPT, KEEP, BEGAN, LEFT_OUT, "key", "sheet"):
        kept.pop(name, None)
    return kept.urlencode()


def described_next(contribution: Contribution, then: str = "") -> str:
    """Where bringing leads when files went along: to the page that asks for a description, which can be passed by.

    then: an address of the space to which that page leads on.
    """
    address = reverse("contributions:describe", args=[contribution.space.slug, contribution.pk])
    return f"{address}?{urlencode({'then': then})}" if then else address


def leads_on(request: HttpRequest, place: Place) -> str:
    """Where a page leads that was opened with ``?then=``: an address of this space, "" for none and for any other."""
    then = request.GET.get("then", "")
    is_here = then.startswith(place.space.get_absolute_url()) and url_has_allowed_host_and_scheme(then, None)
    return then if is_here else ""
