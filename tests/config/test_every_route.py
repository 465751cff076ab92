"""Every address × method × who asks: what is not for someone is not there, and a route without a row fails.

The table in ``routes`` says for each route what each role is answered in a space for members only. Every text in
that space (``one_of_everything``) holds a mark; an answer to somebody outside that holds the mark, or an identifier of
anything in the space, is a leak.
"""

import re
import uuid

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from coproduce.consent.models import Agreement
from coproduce.themes.models import Theme
from tests import building
from tests.config.one_of_everything import FILLED_IN, MARK, ODD, World, ask, written
from tests.config.routes import NEVER, OUTSIDE, ROLES, ROUTES, RULES, SIGN_IN, in_a_space

pytestmark = pytest.mark.slow

IDENTIFIER = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.fixture
def world(db):
    return World()


def another(client):
    """A client with the same session that has seen nothing since; what was asked before was undone."""
    fresh = Client()
    fresh.cookies.load({name: cookie.value for name, cookie in client.cookies.items()})
    return fresh


def fits(response, wanted):
    if wanted == SIGN_IN:
        return response.status_code == 302 and response["Location"].startswith(reverse("people:sign_in"))
    return response.status_code in (wanted if isinstance(wanted, tuple) else (wanted,))


def routes():
    """Every named route that is served, with the names of what its address holds."""

    def walk(patterns, namespace="", held=frozenset()):
        for one in patterns:
            if isinstance(one, URLResolver):
                inner = namespace + (f"{one.namespace}:" if one.namespace else "")
                yield from walk(one.url_patterns, inner, held | set(one.pattern.converters))
            else:
                yield f"{namespace}{one.name}", held | set(one.pattern.converters)

    return dict(walk(get_resolver().url_patterns))


def test_every_route_has_a_row_and_every_row_a_route():
    served = routes()
    assert {name for name in served if name not in ROUTES} == set(), "say in routes.py who may do what at these"
    assert {name for name in ROUTES if name not in served} == set(), "these are not served any more"
    for name, held in served.items():
        assert len(held) == len(ROUTES[name][1].split()), name
    assert {rule for rule, _kinds in ROUTES.values()} == set(RULES), "a rule is missing, or nobody uses it"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_answered_as_the_table_says(world, signed_in, role):
    client, wrong = signed_in(world.people[role]), []
    for name, (rule_name, _kinds) in ROUTES.items():
        for method, answers in zip(("GET", "POST"), RULES[rule_name], strict=True):
            if answers is None:
                continue
            response, _text, _wrote = ask(another(client), method, world.address(name))
            if not fits(response, answers[role]):
                wrong.append((method, name, response.status_code, response.headers.get("Location"), answers[role]))
    assert wrong == []


@pytest.mark.parametrize("role", ["stranger", *OUTSIDE])
def test_nobody_outside_reads_or_changes_anything(world, signed_in, role):
    client, leaks, asked = signed_in(world.people[role]), [], 0
    known = world.identifiers()
    for name in in_a_space():
        for method in ("GET", "POST"):
            address = world.address(name)
            response, text, wrote = ask(another(client), method, address)
            found = {pk for pk in re.findall(IDENTIFIER, text) if pk in known and pk not in address}
            asked += 1
            if MARK in text or found or wrote or response.status_code >= 500:
                leaks.append((method, name, response.status_code, wrote, found))
    assert asked > 140
    assert leaks == []


@pytest.mark.parametrize("also_here", [False, True])
def test_nothing_of_one_space_is_found_through_another(world, signed_in, also_here):
    """Someone who looks after another space asks there for what is in this one; even as a member of both."""
    person = world.other.opened_by
    if also_here:
        building.join(world.space, person, facilitator=True)
    client, wrong, asked = signed_in(person), [], 0
    for name in in_a_space():
        kinds = ROUTES[name][1].split()
        if len(kinds) < 2 or {"number_of_the_account", "season", "kind_of_file", "number_of_a_group"} & set(kinds):
            continue
        for method, answers in zip(("GET", "POST"), RULES[ROUTES[name][0]], strict=True):
            response, text, wrote = ask(another(client), method, world.address(name, slug=world.other.slug))
            asked += 1
            if response.status_code != (405 if answers is NEVER else 404) or MARK in text or wrote:
                wrong.append((method, name, response.status_code, wrote))
    assert asked > 60
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "begun_with", "fields"),
    [
        ("decisions:propose", ("from", "theme"), ("themes", "contributions")),
        ("deliberation:draw_statement", ("from",), ("contributions",)),
        ("outcomes:tell", ("from", "theme", "decision"), ("themes", "contributions", "decisions")),
        ("themes:name_theme", ("tick",), ("tick",)),
        ("contributions:write_down", (), ("person",)),
        ("deliberation:say", ("for",), ()),
        ("reports:weave", ("theme",), ()),
    ],
)
def test_what_is_chosen_on_a_sheet_must_be_of_the_same_space(world, signed_in, name, begun_with, fields):
    """Every identifier of this space in every field of a sheet of another changes nothing and shows nothing."""
    person, address = world.other.opened_by, reverse(name, args=[world.other.slug])
    every = sorted(world.identifiers() | {str(one.pk) for one in world.people.values() if one})
    building.contribution(world.other, person, "Own.")
    Theme.objects.create(space=world.other, name="Own", proposed_by=person)
    for field in begun_with:
        for chosen in (every, str(world.named["theme"])):
            assert MARK not in signed_in(person).get(address, {field: chosen}).content.decode(), field
    for field in fields:
        body = {**FILLED_IN, "kind": "service", "key": str(uuid.uuid4()), field: every}
        before = written()
        sent = signed_in(person).post(address, body)
        assert sent.status_code == 422, field
        assert MARK not in sent.content.decode(), field
        assert written() == before, field


def test_no_other_method_does_anything(world, signed_in):
    """Asked by the one who may do most."""
    client, wrong = signed_in(world.people["facilitator"]), []
    for name in in_a_space():
        for method in ODD:
            response, _text, wrote = ask(another(client), method, world.address(name))
            if response.status_code != 405 or wrote:
                wrong.append((method, name, response.status_code, wrote))
    assert wrong == []


PUBLIC = {"read": 200, "front": 200, "sheet of readers": 200, "read or led on": (200, 302)}


@pytest.mark.parametrize("role", ["stranger", *OUTSIDE])
def test_in_a_public_space_visitors_read_what_was_agreed_to_and_no_more(world, signed_in, role):
    world.space.privacy = "public"
    world.space.save()
    held = Agreement.objects.filter(space=world.space)
    held.update(given=False)
    client, wrong = signed_in(world.people[role]), []
    for name in in_a_space():
        rule_name = ROUTES[name][0]
        wanted = RULES[rule_name][0][role]
        if rule_name in PUBLIC:
            # Words that nobody agreed to let be quoted are not there for visitors.
            wanted = 404 if ROUTES[name][1].endswith(("contribution", "attachment")) else PUBLIC[rule_name]
        response, text, _wrote = ask(another(client), "GET", world.address(name))
        if not fits(response, wanted) or f"{MARK} Author" in text:
            wrong.append((name, response.status_code, wanted, f"{MARK} Author" in text))
    assert wrong == []


@pytest.mark.parametrize("role", ["stranger", *OUTSIDE])
def test_of_a_listed_space_only_the_question_is_found(world, signed_in, role):
    world.space.privacy = "listed"
    world.space.save()
    client = signed_in(world.people[role])
    for name in in_a_space():
        rule_name = ROUTES[name][0]
        wanted = 200 if rule_name == "front" else RULES[rule_name][0][role]
        response, text, _wrote = ask(another(client), "GET", world.address(name))
        assert fits(response, wanted), (name, response.status_code, wanted)
        assert f"{MARK} Author" not in text
        if rule_name != "front":
            assert MARK not in text, name


def test_addresses_of_another_shape_are_answered_like_what_is_not_there(world, signed_in):
    """Identifiers that cannot be, and slugs in other letters: never an error of ours."""
    odd = ["x" * 300, "ours%00", "OURS", "%D0%BEurs", "ours%0d%0aSet-Cookie:a=b", "..%2f..%2fours", "ours%20", "-1"]
    for client in (signed_in(None), signed_in(world.people["facilitator"])):
        for slug in odd:
            for tail in ("", "brought/", "data/copy.jsonl", "brought/not-a-uuid/", f"brought/{uuid.uuid4()}/"):
                assert client.get(f"/s/{slug}/{tail}").status_code in (302, 404), (slug, tail)
        for code in ("%00", "K7QM%00", "x" * 3000, "%F0%9F%98%80", "..%2f..", "%EF%BC%AB7QM-3XTR", "-", "%20"):
            for address in ("/join/{}/", "/join/{}/bring/", "/join/{}/you/", "/kept/{}/", "/sign-in/link/{}/"):
                assert client.get(address.format(code)).status_code in (302, 404, 410), (address, code)
        for tail in ("brought/00000000-0000-0000-0000-00000000000g/", f"brought/{uuid.UUID(int=0)}/", "themes/1/"):
            assert client.get(f"/s/ours/{tail}").status_code == 404, tail


@pytest.mark.parametrize("typed", ["-1", "9" * 5000, "²", "\0"])
def test_whatever_stands_after_the_question_mark_is_no_error_of_ours(world, signed_in, typed):
    client, asked = signed_in(world.people["facilitator"]), 0
    for name in in_a_space():
        if RULES[ROUTES[name][0]][0] is NEVER:
            continue
        named = [
            "page",
            "from",
            "before",
            "go",
            "version",
            "way",
            "kind",
            "order",
            "theme",
            "tick",
            "for",
            "decision",
            "verb",
            "words",
            "next",
            "hidden",
        ]
        response = client.get(world.address(name), dict.fromkeys(named, typed))
        asked += 1
        assert response.status_code in (200, 302, 403, 404), (name, response.status_code)
    assert asked > 60


@pytest.mark.parametrize("typed", ["9" * 5000, "\0", "9" * 200_000])
def test_whatever_a_sheet_is_filled_in_with_is_no_error_of_ours(world, signed_in, typed):
    client, asked = signed_in(world.people["facilitator"]), 0
    for name in in_a_space():
        _response, sheet, _wrote = ask(client, "GET", world.address(name))
        fields = set(re.findall(r'name="([a-z_0-9]+)"', sheet))
        for more in ({}, {"another": ""}, {"look": ""}, {"go": typed}):
            body = {**dict.fromkeys(fields | {"rows", "tick", "person"}, typed), "key": str(uuid.uuid4()), **more}
            with transaction.atomic():
                response = client.post(world.address(name), body)
                transaction.set_rollback(True)
            asked += 1
            assert response.status_code < 500, (name, more, response.status_code)
    assert asked > 240
