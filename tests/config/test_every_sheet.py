"""Every sheet of a space that somebody fills in: nothing typed is lost when the session ends, and twice is once.

A sheet is found by its form, so one that is new is looked at without being named here.
"""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from lxml import html

from coproduce.people.actions import sign_in_link
from coproduce.spaces.models import Membership
from coproduce.ui.forms import SECRET, WHOSE
from tests.config.one_of_everything import World, written
from tests.config.routes import NEVER, ROUTES, RULES, in_a_space

pytestmark = pytest.mark.slow

NOT_TYPED = {"csrfmiddlewaretoken", WHOSE, "find"}  # what was looked for is looked for again
LINES = "Typed slowly, with a pause: “not yet” & <so>.\r\n\r\nAnd a second line. مرحبا"
HOSTILE = (
    "=HYPERLINK('http://a.example/')</textarea></title><script>alert(1)</script><img src=x onerror=alert(2)>"
    "' {{ 7|add:7 }}{% url 'x' %} ${7*7} null \\0 %00 \u200b\u200d\u202eright to left\u2066\u200f مرحبا 👩🏽\u200d🦽 "
) + "W" * 400
# A paper is typed in again from the paper, and a receipt from the receipt; how many papers to print is a number.
COPIED = {"ballots:enter", "ballots:slips", "deliberation:enter_paper"}


@pytest.fixture
def world(db):
    """One of everything, by somebody who facilitates too: to them most sheets are open."""
    made = World()
    Membership.objects.filter(person=made.author).update(is_facilitator=True)
    return made


def form_on(answer, action=""):
    """The form of a page that somebody fills in; None where there is none. ``action``: the one that is sent there."""
    for form in html.fromstring(answer.content).forms:
        kinds = {one.tag if one.tag != "input" else one.type for one in form.inputs if one.name}
        typed = kinds & {"textarea", "text", "search", "date", "number", "checkbox", "radio", "select"}
        if form.method == "POST" and typed and form.xpath("ancestor::main") and (not action or form.action == action):
            return form
    return None


def fill(form, words=LINES):
    """Write into every line, tick every box, choose in every list; what a browser would send."""
    sent = {}
    for one in form.inputs:
        if not one.name or one.get("disabled") is not None or one.tag == "button":
            continue
        if one.tag == "input" and one.type == "checkbox":
            sent.setdefault(one.name, []).append(one.get("value") or "on")
        elif (typed := _typed(one, words)) is not None:
            sent[one.name] = typed
    button = form.xpath(".//button[@name and @value]")
    if button:
        sent[button[0].get("name")] = button[0].get("value")
    return sent


def _typed(one, words):
    """What is typed into or chosen in one field; None for a file."""
    most = int(one.get("maxlength") or 20_000)
    if one.tag == "textarea":
        return words[:most]
    if one.tag == "select":
        return next((value for value in one.value_options if value), "")
    if one.type in ("text", "search"):
        return (f"Typed into {one.name}" if words == LINES else " ".join(words.split()))[: min(most, 2000)]
    usual = {
        "date": "2026-01-02",
        "datetime-local": "2030-01-02T10:00",
        "time": "10:00",
        "number": one.get("min") or "1",
    }
    if one.type in usual:
        return one.value or usual[one.type]
    return {"hidden": one.value or "", "radio": one.get("value")}.get(one.type)


def stands(form):
    """What stands on a form, as it would be sent."""
    found = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(" ".join(value.split()))
    return found


def sheets_of(world, client):
    """(route, address, form) of every page of a space that has something to fill in for this person."""
    for name in in_a_space():
        if RULES[ROUTES[name][0]][0] is NEVER:
            continue
        address = world.address(name)
        answer = client.get(address)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        form = form_on(answer)
        if form is not None:
            yield name, address, form


def test_what_was_typed_comes_back_after_a_session_that_ended(world, signed_in):
    lost, looked_at = [], set()
    for name, address, form in sheets_of(world, signed_in(world.author)):
        body, to = fill(form), form.action or address
        browser = Client()
        answer = browser.post(to, body)
        if answer.status_code != 302 or not answer.url.startswith(reverse("people:sign_in")) or name in COPIED:
            continue  # whoever only reads may send it
        browser.post(sign_in_link(world.author, hours=1))
        looked_at.add(name)
        sheet = browser.get(to)
        if to != address and sheet.status_code == 405:
            # Only choices can be made here, and they are made again: the page says so, and leads back.
            assert f'href="{address}"' in sheet.content.decode(), name
            continue
        again = form_on(sheet) if sheet.status_code == 200 else None
        if again is None:
            lost.append((name, to, sheet.status_code, "the sheet is not there"))
            continue
        there = stands(again)
        hidden = {one.name for one in form.inputs if one.get("type") == "hidden"} - {"key"}
        # Notes that were ticked stand in the line after what was typed.
        for line in (field for field in body if field.endswith("content_note")):
            if body[line] not in there[line][0]:
                lost.append((name, line, there[line]))
        for field, typed in body.items():
            if field in NOT_TYPED | hidden or field.startswith((SECRET, "content_note")):
                continue
            wanted = [" ".join(one.split()) for one in (typed if isinstance(typed, list) else [typed])]
            if wanted != [""] and there.get(field) != wanted and not _pressed(form, field):
                lost.append((name, field, there.get(field)))
    assert len(looked_at) > 60, looked_at
    assert lost == [], "\n".join(map(str, lost))


def _pressed(form, field):
    """A button by which an answer is given is pressed again: it stands on no field."""
    return bool(form.xpath(f".//button[@name='{field}']"))


def test_a_sheet_that_is_sent_twice_does_what_it_does_once(world, signed_in):
    twice, worked = [], set()
    for name, address, form in sheets_of(world, signed_in(world.author)):
        body, to, client = fill(form), form.action or address, signed_in(world.author)
        with transaction.atomic():
            before = written()
            first = client.post(to, body)
            once = written()
            again = client.post(to, body)
            if first.status_code == 302 and once != before:
                worked.add(name)
                if again.status_code != 302 or again.url != first.url or written() != once:
                    twice.append((name, again.status_code, first.url, again.headers.get("Location")))
            transaction.set_rollback(True)
    assert len(worked) > 20, worked
    assert twice == [], "\n".join(map(str, twice))


def test_hostile_words_in_every_sheet_are_words_on_the_page_that_answers(world, signed_in):
    client, wrong, taken = signed_in(world.author), [], set()
    for name, address, form in sheets_of(world, client):
        with transaction.atomic():
            answer = client.post(form.action or address, fill(form, HOSTILE), follow=True)
            said = answer.content.decode()
            for told in ("<script>alert", "<img src=x", "{{ 14", "</textarea></title>"):
                if told in said:
                    wrong.append((name, told))
            if answer.status_code not in (200, 400, 403, 409, 410, 422):
                wrong.append((name, answer.status_code))
            if answer.redirect_chain:
                taken.add(name)
            transaction.set_rollback(True)
    assert wrong == [], "\n".join(map(str, wrong))
    assert len(taken) > 40, sorted(taken)
