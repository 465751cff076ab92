"""The map of opinion is made again in the background, once for many answers, and loses none."""

import random
import uuid
from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.deliberation import actions
from coproduce.deliberation.actions import mapping
from coproduce.deliberation.models import Answer, OpinionMap, Response, Round, Statement
from coproduce.deliberation.queries import answers_at, map_being_made, newest_map
from coproduce.deliberation.queries.maps import answers_now
from coproduce.reports.queries.kept import Verdict, replayed
from coproduce.work.models import Piece, PieceState
from coproduce.work.worker import QuietWorker, work_off


@pytest.fixture
def space(build):
    return build.space(privacy="public")


@pytest.fixture
def everyone(build, space):
    return [build.member(space, ways="L") for _n in range(24)]


@pytest.fixture
def claims(build, space, everyone):
    """Ten claims and two camps of twelve."""
    rng, by = random.Random(4), space.opened_by
    made = [
        actions.draw_statement(
            actor=by, space=space, words=f"Claim {n}.", contributions=[build.contribution(space, by)]
        )
        for n in range(10)
    ]
    Response.objects.bulk_create(
        Response(
            statement=claim,
            person=person,
            answer=(1 if (i < 12) == (n % 2 == 0) else -1) if rng.random() < 0.9 else 0,
        )
        for i, person in enumerate(everyone)
        for n, claim in enumerate(made)
    )
    return made


def say(client, claim, value, **more):
    sent = {"key": uuid.uuid4(), "answer": str(value), "attribution": "chosen"} | more
    answered = client.post(reverse("deliberation:say_to", args=[claim.space.slug, claim.pk]), sent)
    assert answered.status_code == 302
    return answered


def results(space):
    return reverse("deliberation:statements", args=[space.slug])


def test_twenty_answers_in_a_row_make_one_map(space, everyone, claims, signed_in):
    for person in everyone[:2]:
        client = signed_in(person)
        for claim in claims:
            say(client, claim, 1)
    assert Piece.objects.filter(space=space, kind="opinion map").count() == 1
    assert not OpinionMap.objects.exists()
    work_off()
    assert OpinionMap.objects.count() == 1
    assert newest_map(space).result["n_responses"] == 240


def test_no_answer_makes_a_map_at_once(space, everyone, claims, signed_in):
    say(signed_in(everyone[0]), claims[0], 1)
    QuietWorker(beat=0, batch=True).run()
    assert not OpinionMap.objects.exists()
    assert map_being_made(space).state == PieceState.WAITING


def test_who_answers_while_it_is_being_made_is_in_the_next_one(space, everyone, claims, signed_in, monkeypatch):
    say(signed_in(everyone[0]), claims[0], -1)
    read, others = mapping.read_input, []

    def slowly(*args, **more):
        given = read(*args, **more)
        if not others:
            others.append(everyone[1])
            say(signed_in(everyone[1]), claims[0], -1)
        return given

    monkeypatch.setattr(mapping, "read_input", slowly)
    work_off()
    assert list(Piece.objects.values_list("state", flat=True).order_by("asked_at")) == [
        PieceState.DONE,
        PieceState.WAITING,
    ]
    assert OpinionMap.objects.count() == 1
    work_off()
    assert Response.objects.get(statement=claims[0], person=everyone[1]).answer == -1
    assert newest_map(space).input_hash == read(space).digest()


def test_the_page_says_that_newer_answers_are_being_counted(space, everyone, claims, signed_in):
    actions.compute_opinion_map(actor=None, space=space)
    new = actions.draw_statement(
        actor=everyone[0],
        space=space,
        words="Another claim.",
        contributions=[claims[0].sources.get().contribution],
    )
    client = signed_in(everyone[0])
    assert "come since" not in client.get(results(space)).content.decode()
    say(client, new, 1)
    html = client.get(results(space)).content.decode()
    assert "One answer has come since" in html
    assert "being counted" in html
    work_off()
    html = client.get(results(space)).content.decode()
    assert "come since" not in html
    assert "being counted" not in html


def test_of_the_maps_of_a_day_the_last_is_kept_and_those_on_the_record(space, everyone, claims, signed_in):
    kept = actions.compute_opinion_map(actor=space.opened_by, space=space)
    client = signed_in(everyone[0])
    for value in (0, 1, -1):
        say(client, claims[0], value)
        work_off()
    assert OpinionMap.objects.count() == 2
    assert OpinionMap.objects.filter(pk=kept.pk).exists()


def test_the_same_answers_make_no_other_map(space, everyone, claims, signed_in):
    say(signed_in(everyone[0]), claims[0], 0)
    work_off()
    first = newest_map(space)
    actions.ask_for_map(space)
    work_off()
    assert newest_map(space) == first


def test_answers_read_quickly_are_those_read_one_by_one(space, everyone, claims):
    """With claims out of sight, a round that hides, answers that are not theirs, and answers to older words."""
    actions.respond(actor=everyone[0], statement=claims[0], answer=Answer.NOT_MINE)
    actions.hide_statement(actor=space.opened_by, statement=claims[1], why="It names somebody.")
    Response.objects.filter(statement=claims[2], person=everyone[3]).update(overtaken_at=clock.now())
    hiding = Round.objects.create(
        space=space, question="What now?", opened_by=space.opened_by, not_before=clock.now() - timedelta(days=1)
    )
    hiding.claims.add(claims[4])
    pks = sorted(Statement.objects.filter(space=space).values_list("pk", flat=True))
    quickly = answers_now(space, pks)
    told = zip(quickly.person.tolist(), quickly.statement.tolist(), quickly.answer.tolist(), strict=True)
    assert [(quickly.people[i], pks[j], answer) for i, j, answer in told] == answers_at(space)
    assert len(quickly.person) == 24 * 10 - 1 - 1 - 24


def test_of_no_answers_there_are_no_columns(space):
    assert answers_now(space, []).people == []
    assert mapping.read_input(space).answer.dtype == np.int8


def test_a_map_of_today_can_be_made_again_after_other_answers_came(space, everyone, claims, signed_in):
    stored = actions.compute_opinion_map(actor=None, space=space)
    say(signed_in(everyone[0]), claims[0], 2)
    say(signed_in(everyone[1]), claims[1], 0, importance="3")
    digest, again = actions.map_again(stored)
    assert digest == stored.input_hash
    assert again["participants"] == stored.result["participants"]
    assert [one.verdict for one in replayed(space)] == [Verdict.SAME]


def test_a_round_that_hides_keeps_its_answers_out_of_the_map_until_it_is_closed(space, everyone, claims):
    opened = Round.objects.create(
        space=space, question="What now?", opened_by=space.opened_by, not_before=clock.now() - timedelta(days=1)
    )
    opened.claims.add(claims[0])
    stored = actions.compute_opinion_map(actor=None, space=space)
    assert stored.result["n_responses"] == 24 * 9
    Round.objects.filter(pk=opened.pk).update(closed_at=clock.now(), closed_by=space.opened_by)
    later = actions.compute_opinion_map(actor=None, space=space)
    assert later.result["n_responses"] == 24 * 10
    assert [one.verdict for one in replayed(space)] == [Verdict.SAME, Verdict.SAME]
