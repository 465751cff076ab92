"""Signing in, signing up (the same thing), and *You*."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coproduce import clock
from coproduce.errors import SignInNeeded
from coproduce.history.sending import send_once
from coproduce.people import queries, session
from coproduce.people.actions import (
    TRIES,
    change_how_we_call_you,
    confirm_sign_in,
    local_path,
    open_account,
    request_sign_in,
    set_password,
)
from coproduce.people.adapter import UNKNOWN_NETWORK
from coproduce.people.forms import AboutYouForm, AddressForm, CodeForm, NameForm, PasswordForm
from coproduce.people.mail import send_sign_in_mail
from coproduce.people.models import Account, SignInRequest
from coproduce.people.still_you import still_you
from coproduce.ui.forms import NEVER_KEPT, answer_whose, form_for, keep_words
from coproduce.ui.pages import page

WAITING = "sign_in_waiting"
PROVED = "sign_in_proved"
PROOF_LASTS = 60 * 60


def _ask(request: HttpRequest, email: str, next_path: str) -> HttpResponse:
    """Send the mail, and wait for its code in this browser."""
    network = get_adapter(request).get_client_ip(request)
    asked = request_sign_in(email=email, next_path=next_path, network="" if network == UNKNOWN_NETWORK else network)
    send_sign_in_mail(asked, link=request.build_absolute_uri(reverse("people:link", args=[asked.token])))
    request.session[WAITING] = str(asked.request.pk)
    return redirect("people:code")


def _come_in(request: HttpRequest, asked: SignInRequest) -> HttpResponse:
    """The address is proved: sign its person in, or ask someone new what to call them."""
    request.session.pop(WAITING, None)
    account = queries.account_of(asked.email)
    if request.user.is_authenticated and request.user != account:
        logout(request)
    if account is not None and hasattr(account, "person"):
        return _signed_in(request, account, asked.next)
    request.session.cycle_key()
    request.session[PROVED] = {"email": asked.email, "next": asked.next, "at": clock.now().timestamp()}
    return redirect("people:name")


def _signed_in(request: HttpRequest, account: Account, next_path: str) -> HttpResponse:
    if request.user == account:
        # They were asked whether it is still them. Where there is an app, the app has to say so.
        record_authentication(request, account, method="code", reauthenticated=not queries.has_app(account))
        return redirect(next_path or "people:me")
    record_authentication(request, account, method="code")
    return perform_login(request, account, redirect_url=next_path or "/")


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """One way in for everybody: nothing here depends on whether the address is known."""
    next_path = local_path(request.GET.get("next", ""))
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(next_path or "/")
    form = form_for(request, AddressForm)
    if request.method == "POST" and form.is_valid():
        return _ask(request, form.cleaned_data["email"], next_path)
    context = {"form": form, "next": next_path}
    return page(request, "people/sign_in.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code from the mail."""
    asked = queries.request_waiting(request.session.get(WAITING))
    if asked is None:
        return redirect("people:sign_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if confirm_sign_in(asked, code=form.cleaned_data["code"]):
            return _come_in(request, asked)
        asked.refresh_from_db()
        form.add_error("code", _what_was_wrong(asked))
    context = {"form": form, "email": asked.email, "next": asked.next}
    return page(request, "people/code.html", context, status=422 if form.errors else 200)


def _what_was_wrong(asked: SignInRequest) -> str:
    left = TRIES - asked.tries
    if left <= 0:
        return gettext("That was the last try with this code. The link in the mail still works, or ask for another.")
    return ngettext(
        "That is not the code in the newest mail. You have one more try.",
        "That is not the code in the newest mail. You have %(left)s more tries.",
        left,
    ) % {"left": left}


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The link from the mail, on any device. Opening it does nothing: programs that check mail open links."""
    asked = queries.request_of_link(token)
    if asked is not None and request.method == "POST" and confirm_sign_in(asked):
        return _come_in(request, asked)
    gone = asked is None or request.method == "POST"
    other = request.user.is_authenticated and asked is not None and request.user.email != asked.email
    context = {"asked": asked, "gone": gone, "other": other}
    return page(request, "people/link.html", context, status=410 if gone else 200)


@require_http_methods(["GET", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """Someone new, whose address is proved."""
    proved = request.session.get(PROVED)
    if not proved or clock.now().timestamp() - proved["at"] > PROOF_LASTS:
        return redirect("people:sign_in")
    form = form_for(request, NameForm)
    if request.method == "POST" and form.is_valid():
        person = open_account(email=proved["email"], chosen_name=form.cleaned_data["chosen_name"])
        del request.session[PROVED]
        assert person.account is not None  # noqa: S101  (open_account gives every person one)
        return _signed_in(request, person.account, proved["next"])
    context = {"form": form, "email": proved["email"]}
    return page(request, "people/name.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """Is it still you? For someone signed in, by a code to their own address."""
    if not isinstance(request.user, Account):
        raise SignInNeeded
    next_path = local_path(request.GET.get("next", ""))
    if request.method == "POST":
        return _ask(request, request.user.email, next_path)
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    others = [method for method in methods if method["id"] != "email"]
    context = {"email": request.user.email, "others": others, "next": next_path}
    return page(request, "people/again.html", context)


@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out, and ask the browser to forget the pages it kept."""
    if request.method == "GET":
        return page(request, "people/sign_out.html")
    logout(request)
    response = redirect("people:signed_out")
    # Not "cookies": that would reach the cookies of every neighbour under the same domain.
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    return page(request, "people/signed_out.html")


@require_GET
def stay(request: HttpRequest) -> HttpResponse:
    """*Stay signed in* was pressed: ``{"seconds": …}`` from now on; 401 when it is too late."""
    if not request.user.is_authenticated:
        return JsonResponse({"seconds": 0}, status=401)
    session.begin(request)
    return JsonResponse({"seconds": session.seconds_left(request)}, headers={"Cache-Control": "no-store"})


@require_POST
def whose_words(request: HttpRequest) -> HttpResponse:
    """Words that somebody wrote in this browser before signing in: put back if they are theirs, or forgotten."""
    if request.person is None:
        raise SignInNeeded
    return redirect(answer_whose(request, mine=request.POST.get("mine") == "yes") or "/")


@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """You: how we call and reach you, and how you sign in."""
    if not isinstance(request.user, Account) or request.person is None:
        raise SignInNeeded
    return page(request, "people/me.html", {"ways": queries.ways_in(request.user)})


@require_http_methods(["GET", "POST"])
def about_you(request: HttpRequest) -> HttpResponse:
    """Change how we call and reach you."""
    if request.person is None:
        raise SignInNeeded
    form = form_for(request, AboutYouForm, person=request.person)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _changed(request, form.fields_for_action()))
    return page(request, "people/about_you.html", {"form": form}, status=422 if form.errors else 200)


def _changed(request: HttpRequest, fields: dict[str, Any]) -> str:
    change_how_we_call_you(actor=request.person, **fields)
    return "people:me"


@still_you
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Choose a password, or another one. Other browsers are signed out by it."""
    if request.person is None:
        raise SignInNeeded
    form = PasswordForm(request.POST or None, account=request.user)
    if request.method == "POST" and form.is_valid():
        account = set_password(actor=request.person, password=form.cleaned_data["password"])
        update_session_auth_hash(request, account)
        get_adapter(request).send_notification_mail("account/email/password_changed", account)
        messages.success(request, gettext("You have a new password."))
        return redirect("people:me")
    context = {"form": form, "has_one": request.user.has_usable_password()}
    return page(request, "people/password.html", context, status=422 if form.errors else 200)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: usually a page left open while its reader signed in elsewhere.

    If the browser says that the form came from here, its words are kept, to be sent again from its own page.
    A button that carries no words is on the page that it was pressed on.
    """
    own = urlsplit(request.build_absolute_uri("/"))
    referer = urlsplit(request.headers.get("Referer", ""))
    origin = urlsplit(request.headers.get("Origin") or request.headers.get("Referer", ""))
    same = origin[:2] == own[:2]
    names = set(request.POST) - {*NEVER_KEPT, "key"}
    written = any(value for name in names for value in request.POST.getlist(name))
    kept = same and written and keep_words(request)
    before = referer.path if same and referer[:2] == own[:2] else ""
    back = request.get_full_path() if same and (kept or not before) else before or "/"
    return page(request, "people/form_too_old.html", {"kept": kept, "back": back}, status=403)
