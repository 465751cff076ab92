"""An account that is kept stays as it was, can be worked out again, and shows it if somebody changed it."""

import json
import uuid
from datetime import timedelta, timezone
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from coproduce import clock
from coproduce.contributions.actions import acknowledge_contribution, withdraw_contribution
from coproduce.deliberation.actions import close_round, compute_opinion_map, draw_statement, open_a_round, respond
from coproduce.deliberation.models import OpinionMap
from coproduce.errors import NotHere
from coproduce.exchange.actions.space import read_space
from coproduce.exchange.proof import problems
from coproduce.history.models import Event, EventDetail
from coproduce.reports.actions import counted_now, keep_account
from coproduce.reports.models import Analysis, KeptAccount
from coproduce.reports.queries.kept import Verdict, alike, replayed
from coproduce.reports.queries.numbers import settled
from coproduce.themes.actions import name_theme
from tests.exchange.test_space_file import empty_the_installation, lines_of

pytestmark = pytest.mark.django_db
METHODS = {"knowing", "emergence", "waiting", "agreement", "ties", "participation"}


@pytest.fixture
def space(build):
    """Eighteen people in two groups who brought, answered, thanked, and said how they see a claim."""
    made = build.space(privacy="public")
    people = [build.member(made, f"Person {n}", ways="L" if n < 9 else "P") for n in range(18)]
    words = [build.contribution(made, one, f"words of {n}", ways="LP"[n % 2]) for n, one in enumerate(people)]
    for n, one in enumerate(people[1:]):
        build.contribution(made, one, f"answer {n}", answers=words[n], verb="builds_on")
        acknowledge_contribution(actor=one, contribution=words[n])
    for n in range(2):
        name_theme(actor=people[n], space=made, name=f"Theme {n}", contributions=[words[n]])
    claim = draw_statement(actor=people[0], space=made, words="It helps.", contributions=words[:2])
    for n, one in enumerate(people):
        respond(actor=one, statement=claim, person=one, answer=1 if n % 3 else -1)
    made.people_in_it, made.words_in_it, made.claim = people, words, claim
    return made


def later(days=1):
    return clock.told(clock.now() + timedelta(days=days))


def verdicts(space):
    return {each.method: each.verdict for each in replayed(space)}


def keep(client, space, **fields):
    return client.post(reverse("reports:keep", args=[space.slug]), {"key": str(uuid.uuid4()), "note": "", **fields})


# ── keeping ──────────────────────────────────────────────────────────────────────────────────────


def test_what_is_kept_stays_while_the_account_goes_on(space, signed_in, build):
    account = keep_account(actor=space.people_in_it[0], space=space, note=" for the funder ")
    assert account.note == "for the funder"
    assert {one.method for one in account.analyses.all()} == METHODS
    client = signed_in(space.people_in_it[1])
    before = client.get(account.get_absolute_url()).content.decode()
    assert "35 things had been brought" in before
    assert "There were 2 themes" in before
    assert "for the funder" in before
    with later():
        build.contribution(space, space.people_in_it[2], "one more", ways="L")
    assert client.get(account.get_absolute_url()).content.decode().split("<h1")[1] == before.split("<h1")[1]
    assert "36 things were brought" in client.get(reverse("reports:account", args=[space.slug])).content.decode()


def test_what_a_round_hides_is_not_read_in_an_account_from_before(space, signed_in):
    account = keep_account(actor=space.people_in_it[0], space=space)
    client = signed_in(space.people_in_it[1])
    assert "It helps." in client.get(account.get_absolute_url()).content.decode()
    asked = open_a_round(actor=space.opened_by, space=space, question="Now?", claims=[space.claim], hides=True)
    for reader in (client, signed_in(None)):
        assert "It helps." not in reader.get(account.get_absolute_url()).content.decode()
    with later(40):
        close_round(actor=space.opened_by, asked=asked)
        assert "It helps." in client.get(account.get_absolute_url()).content.decode()


def test_pressed_twice_it_is_kept_once_with_one_event(space, signed_in):
    client, key = signed_in(space.people_in_it[0]), str(uuid.uuid4())
    first, second = keep(client, space, key=key, note="ours"), keep(client, space, key=key, note="ours")
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == KeptAccount.objects.get().get_absolute_url()
    assert Event.objects.filter(kind="account kept", stream=space.pk).count() == 1


def test_the_page_leads_to_it_and_reading_writes_nothing(space, signed_in):
    client = signed_in(space.people_in_it[0])
    sheet = reverse("reports:keep", args=[space.slug])
    assert sheet in client.get(reverse("reports:account", args=[space.slug])).content.decode()
    assert "What is it for?" in client.get(sheet).content.decode()
    keep(client, space, note="read together")
    events = Event.objects.count()
    page = client.get(reverse("reports:account", args=[space.slug])).content.decode()
    assert "read together" in page
    assert KeptAccount.objects.get().get_absolute_url() in page
    assert client.get(reverse("reports:how", args=[space.slug])).status_code == 200
    assert (Event.objects.count(), Analysis.objects.count()) == (events, len(METHODS))


def test_a_note_too_long_comes_back_with_what_was_typed(space, signed_in):
    refused = keep(signed_in(space.people_in_it[0]), space, note="x" * 201)
    assert refused.status_code == 422
    assert "x" * 201 in refused.content.decode()
    assert not KeptAccount.objects.exists()


def test_visitors_read_the_numbers_and_not_who_kept_them_nor_why(space, signed_in):
    account = keep_account(actor=space.people_in_it[0], space=space, note="<i>our reasons</i>")
    for client in (signed_in(None),):
        for address in (account.get_absolute_url(), reverse("reports:account", args=[space.slug])):
            page = client.get(address).content.decode()
            assert "our reasons" not in page
            assert "Person 0" not in page
    assert keep(signed_in(None), space).status_code == 302  # to sign in
    member = signed_in(space.people_in_it[1]).get(account.get_absolute_url()).content.decode()
    assert "&lt;i&gt;our reasons" in member


def test_nobody_outside_finds_it_or_keeps_anything(build, signed_in):
    private, other = build.space(), build.space()
    account = keep_account(actor=private.opened_by, space=private)
    for address in (account.get_absolute_url(), reverse("reports:keep", args=[private.slug])):
        assert signed_in(other.opened_by).get(address).status_code == 404
    elsewhere = reverse("reports:kept", args=[other.slug, account.pk])
    assert signed_in(other.opened_by).get(elsewhere).status_code == 404
    with pytest.raises(NotHere):
        keep_account(actor=other.opened_by, space=private)


def test_an_empty_space_can_be_kept_too(build, signed_in):
    space = build.space()
    account = keep_account(actor=space.opened_by, space=space)
    assert {one.method for one in account.analyses.all()} == METHODS - {"ties", "participation"}
    assert signed_in(space.opened_by).get(account.get_absolute_url()).status_code == 200
    assert set(verdicts(space).values()) == {Verdict.SAME}


def test_no_small_group_is_in_what_is_kept(space, build):
    build.member(space, "The only researcher", ways="R")
    account = keep_account(actor=space.people_in_it[0], space=space)
    kept = {one.method: one.result for one in account.analyses.all()}
    for row in [row for claim in kept["agreement"]["claims"].values() for row in claim["rows"]]:
        assert row["agree"] + row["unsure"] + row["disagree"] >= 8
    assert ["R"] not in kept["ties"]["rows"]
    everything = json.dumps([one.result for one in account.analyses.all()])
    assert not [one for one in space.people_in_it if str(one.pk) in everything]


@pytest.mark.parametrize("name", ["reports:account", "reports:kept"])
def test_the_number_of_queries_does_not_grow(space, signed_in, django_assert_max_num_queries, name):
    for _time in range(6):
        account = keep_account(actor=space.people_in_it[0], space=space)
    for n in range(20):
        draw_statement(
            actor=space.people_in_it[0], space=space, words=f"Claim {n}.", contributions=space.words_in_it[:1]
        )
    client = signed_in(space.people_in_it[0])
    address = account.get_absolute_url() if name == "reports:kept" else reverse(name, args=[space.slug])
    client.get(address)
    with django_assert_max_num_queries(30 if name == "reports:account" else 9):
        assert client.get(address).status_code == 200


# ── working it out again ─────────────────────────────────────────────────────────────────────────


def test_it_comes_out_the_same_however_the_space_went_on(space, build):
    keep_account(actor=space.people_in_it[0], space=space)
    with later():
        newcomer = build.member(space, "Newcomer", ways="R")
        more = build.contribution(space, newcomer, "more", ways="R", brought_at=clock.now())
        acknowledge_contribution(actor=space.people_in_it[3], contribution=more)
        # Somebody changes their mind: what they said before is kept.
        respond(actor=space.people_in_it[0], statement=space.claim, person=space.people_in_it[0], answer=0)
        draw_statement(actor=newcomer, space=space, words="Another.", contributions=[more])
    assert verdicts(space) == dict.fromkeys(METHODS, Verdict.SAME)


def test_the_threshold_of_that_day_holds(space):
    keep_account(actor=space.people_in_it[0], space=space)
    space.threshold = 12
    space.save()
    assert verdicts(space) == dict.fromkeys(METHODS, Verdict.SAME)


def test_words_taken_back_are_gone_from_the_past_and_it_says_so(space):
    keep_account(actor=space.people_in_it[0], space=space)
    with later():
        withdraw_contribution(actor=space.people_in_it[0], contribution=space.words_in_it[0])
    found = verdicts(space)
    assert found["knowing"] == Verdict.CHANGED
    assert found["agreement"] == Verdict.SAME
    call_command("replay", stdout=StringIO())


def test_a_number_that_somebody_changed_is_found_by_both_commands(space):
    account = keep_account(actor=space.people_in_it[0], space=space)
    row = account.analyses.get(method="knowing")
    row.result["uptakes"][0]["reached"]["count"] += 1
    row.save()
    assert verdicts(space)["knowing"] == Verdict.TAMPERED
    errors = StringIO()
    with pytest.raises(CommandError, match="1 of 6"):
        call_command("replay", stdout=StringIO(), stderr=errors)
    assert "NOT WHAT THE HISTORY SAYS" in errors.getvalue()
    assert any(f"kept account {account.pk}" in problem for problem in problems())


def test_a_number_that_is_gone_is_missed(space):
    account = keep_account(actor=space.people_in_it[0], space=space)
    assert list(problems()) == []
    account.analyses.get(method="ties").delete()
    assert verdicts(space)["ties"] == Verdict.TAMPERED
    # Where the details of the event were erased nothing can be promised any more.
    EventDetail.objects.filter(event__kind="account kept").delete()
    assert "ties" not in verdicts(space)


def test_a_method_that_answers_otherwise_is_found_out(space):
    account = keep_account(actor=space.people_in_it[0], space=space)
    EventDetail.objects.filter(event__kind="account kept").delete()
    row = account.analyses.get(method="waiting")
    row.result["waiting"] += 1
    row.save()
    assert verdicts(space)["waiting"] == Verdict.DIFFERENT
    row.version = "0.9"
    row.save()
    assert verdicts(space)["waiting"] == Verdict.OTHER_VERSION


def test_the_command_says_what_it_did(space):
    keep_account(actor=space.people_in_it[0], space=space)
    said = StringIO()
    call_command("replay", "--space", space.slug, stdout=said)
    assert "6 of 6 came out the same" in said.getvalue()
    with pytest.raises(CommandError, match="no space"):
        call_command("replay", "--space", "nowhere")


def test_maps_of_views_are_worked_out_again_as_of_their_day(space):
    with clock.told(clock.now().astimezone(timezone(timedelta(hours=5)))):
        made = compute_opinion_map(actor=None, space=space)
    with later():
        respond(actor=space.people_in_it[4], statement=space.claim, person=space.people_in_it[4], answer=0)
        compute_opinion_map(actor=None, space=space)
    assert [each.verdict for each in replayed(space)] == [Verdict.SAME, Verdict.SAME]
    made.result["n_responses"] += 1
    made.save()
    assert [each.verdict for each in replayed(space)] == [Verdict.DIFFERENT, Verdict.SAME]
    OpinionMap.objects.filter(pk=made.pk).update(input_hash="0" * 64)
    assert next(iter(replayed(space))).verdict == Verdict.CHANGED


def test_what_the_database_gives_back_is_what_was_put_in(space):
    account = keep_account(actor=space.people_in_it[0], space=space)
    made = {each.method: each.result for each in counted_now(space)[1]}
    for stored in KeptAccount.objects.get(pk=account.pk).analyses.all():
        assert stored.result == made[stored.method], connection.vendor


def test_alike_is_alike_but_for_rounding():
    assert alike({"a": [1, 0.1 + 0.2]}, {"a": [1, 0.3]})
    assert not alike({"a": 1.001}, {"a": 1.0})
    assert not alike({"a": 1}, {"a": 1, "b": 2})
    assert not alike([1], [1, 2])
    assert not alike(0.0, None)
    assert json.dumps(settled({"a": (-0.0, 1 / 3)})) == '{"a": [0.0, 0.333333333333]}'


@pytest.mark.django_db(transaction=True)
def test_it_goes_with_the_file_of_a_space_and_holds_there_too(space):
    keep_account(actor=space.people_in_it[0], space=space, note="for the move")
    lines = lines_of(space)
    empty_the_installation()
    moved = read_space(actor=None, lines=lines)
    assert lines_of(moved)[1:] == lines[1:]
    assert verdicts(moved) == dict.fromkeys(METHODS, Verdict.SAME)
    assert list(problems()) == []
