"""Asking for a piece of work, seeing how far it is, stopping it; and what a worker makes of it."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from coproduce import clock
from coproduce.config.environment import workers
from coproduce.history.models import Event
from coproduce.work.actions import begin_piece, stop_piece
from coproduce.work.models import Piece, PieceState
from coproduce.work.worker import KEPT_FOR, QuietWorker, take_up_what_was_lost, tidy_up, work_off
from tests.work import pieces


@pytest.fixture
def place(build):
    space = build.space()
    return space, build.member(space, "Comfort")


def begin(place, task=pieces.count_to_three, **fields):
    space, person = place
    fields = {"kind": "counting", "name": "Counting what was said", **fields}
    return begin_piece(actor=person, space=space, task=task, **fields)[0]


def now_is(piece):
    piece.refresh_from_db()
    return piece


def test_a_piece_is_done_by_a_worker_and_says_what_came_of_it(place):
    piece = begin(place)
    assert piece.state == PieceState.WAITING
    work_off()
    assert now_is(piece).state == PieceState.DONE
    assert piece.result == {"counted": 3}
    assert piece.ended_at is not None


def test_of_one_key_only_one_goes_on(place):
    space, person = place
    asked = {"actor": person, "space": space, "kind": "counting", "name": "x", "task": pieces.count_to_three}
    one, new = begin_piece(**asked, key="one")
    other, again = begin_piece(**asked, key="one")
    assert (new, again) == (True, False)
    assert one.pk == other.pk
    assert DBTaskResult.objects.count() == 1
    work_off()
    assert begin_piece(**asked, key="one")[1]


def test_what_is_refused_says_why_and_what_breaks_tells_no_secret(place):
    refused, broken = begin(place, pieces.refuse), begin(place, pieces.break_down)
    work_off()
    assert (now_is(refused).state, refused.error) == (PieceState.FAILED, "Not with these words.")
    assert now_is(broken).state == PieceState.FAILED
    assert "secret" not in broken.error


def test_a_task_that_is_gone_does_not_leave_its_piece_waiting(place):
    piece = begin(place)
    DBTaskResult.objects.update(task_path="tests.work.pieces.nothing_of_this_name")
    work_off()
    assert now_is(piece).state == PieceState.FAILED


def test_a_piece_that_was_stopped_is_not_begun_and_not_finished(place):
    piece = begin(place)
    stop_piece(actor=place[1], piece=piece)
    work_off()
    assert now_is(piece).state == PieceState.STOPPED
    assert piece.result == {}
    assert Event.objects.filter(kind="work stopped").count() == 1
    stop_piece(actor=place[1], piece=piece)
    assert Event.objects.filter(kind="work stopped").count() == 1


def half_way(place, monkeypatch, **did):
    """A piece that something was done to by somebody else while a worker was at it, and what is left of it then."""
    monkeypatch.setattr(pieces, "SOMEBODY_DID", did)
    piece = begin(place, pieces.be_stopped_half_way)
    QuietWorker(beat=0, batch=True).run_task(DBTaskResult.objects.get())
    return now_is(piece)


def test_a_piece_that_was_stopped_ends_at_its_next_word(place, monkeypatch):
    piece = half_way(place, monkeypatch, state=PieceState.STOPPED, ended_at=clock.now())
    assert (piece.state, piece.result, piece.words) == (PieceState.STOPPED, {}, "")


def test_a_piece_that_another_worker_has_taken_up_is_left_to_it(place, monkeypatch):
    piece = half_way(place, monkeypatch, tries=2)
    assert (piece.state, piece.tries, piece.words) == (PieceState.RUNNING, 2, "")


def test_a_piece_that_was_taken_for_lost_while_it_was_done_is_still_in_the_queue(place, monkeypatch):
    piece = half_way(place, monkeypatch, state=PieceState.WAITING, heard_until=None)
    assert piece.state == PieceState.WAITING
    assert DBTaskResult.objects.get().status == "READY"


def test_what_was_lost_is_taken_up_once_more_and_then_said_to_have_failed(place):
    piece = begin(place)
    gone = clock.now() - timedelta(seconds=1)
    DBTaskResult.objects.update(status="RUNNING", started_at=gone)
    for tries, then in ((1, PieceState.WAITING), (2, PieceState.FAILED)):
        Piece.objects.update(state=PieceState.RUNNING, heard_until=gone, tries=tries)
        take_up_what_was_lost()
        assert now_is(piece).state == then
    assert "interrupted twice" in piece.error


def test_what_was_lost_is_done_after_all(place):
    piece = begin(place)
    DBTaskResult.objects.update(status="RUNNING", started_at=clock.now())
    Piece.objects.update(state=PieceState.RUNNING, heard_until=clock.now() - timedelta(seconds=1), tries=1)
    work_off()
    assert now_is(piece).state == PieceState.DONE


def test_a_piece_in_good_hands_is_left_alone(place):
    piece = begin(place)
    Piece.objects.update(state=PieceState.RUNNING, heard_until=clock.now() + timedelta(seconds=9), tries=1)
    take_up_what_was_lost()
    assert now_is(piece).state == PieceState.RUNNING


def test_old_pieces_are_forgotten(place):
    piece = begin(place)
    work_off()
    long_ago = clock.now() - KEPT_FOR - timedelta(days=1)
    Piece.objects.update(ended_at=long_ago)
    DBTaskResult.objects.update(finished_at=long_ago)
    kept = begin(place)
    tidy_up()
    assert list(Piece.objects.values_list("pk", flat=True)) == [kept.pk]
    assert DBTaskResult.objects.count() == 1
    assert piece.pk != kept.pk


def test_looking_whether_there_is_work_only_reads(db):
    worker = QuietWorker(beat=0, batch=True)
    worker.run()
    with CaptureQueriesContext(connection) as asked:
        worker.run()
    assert 0 < len(asked) <= 2
    assert all(query["sql"].lstrip().upper().startswith("SELECT") for query in asked)


def test_how_many_workers_is_told_from_outside(monkeypatch):
    assert workers() == 1
    monkeypatch.setenv("COPRODUCE_WORKERS", "0")
    assert workers() == 0
    monkeypatch.setenv("COPRODUCE_WORKERS", "many")
    with pytest.raises(ValueError, match="must be a number"):
        workers()


# ── its page ─────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_how_far_it_is_and_renews_itself_without_javascript(place, signed_in):
    piece = begin(place, leads_to="/s/x/")
    client = signed_in(place[1])
    page = client.get(piece.get_absolute_url()).content.decode()
    assert "It waits for its turn" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    Piece.objects.update(state=PieceState.RUNNING, words="Reading <b>", done=1, total=3)
    page = client.get(piece.get_absolute_url()).content.decode()
    assert "Reading &lt;b&gt;. Step 2 of 3." in page
    assert client.get(reverse("work:so_far", args=[piece.pk])).json()["goes_on"] is True
    Piece.objects.update(state=PieceState.WAITING)
    work_off()
    page = client.get(piece.get_absolute_url()).content.decode()
    assert "It is done." in page
    assert "refresh" not in page
    assert 'href="/s/x/"' in page


def test_it_is_stopped_from_its_page_once(place, signed_in):
    piece = begin(place)
    client, key = signed_in(place[1]), str(uuid.uuid4())
    for _ in range(2):
        assert client.post(reverse("work:stop", args=[piece.pk]), {"key": key}).status_code == 302
    assert now_is(piece).state == PieceState.STOPPED
    assert client.post(reverse("work:stop", args=[piece.pk]), {}).status_code == 422


def test_only_who_asked_sees_it_unless_it_is_shared(place, build, signed_in):
    space, _person = place
    mine, shared = begin(place), begin(place, shared=True)
    other, stranger = build.member(space), build.person()
    for route in ("piece", "so_far"):
        assert signed_in(other).get(reverse(f"work:{route}", args=[mine.pk])).status_code == 404
        assert signed_in(other).get(reverse(f"work:{route}", args=[shared.pk])).status_code == 200
        assert signed_in(stranger).get(reverse(f"work:{route}", args=[shared.pk])).status_code == 404
        assert signed_in(None).get(reverse(f"work:{route}", args=[shared.pk])).status_code == 302
    assert signed_in(other).post(reverse("work:stop", args=[mine.pk]), {"key": str(uuid.uuid4())}).status_code == 404
    assert now_is(mine).state == PieceState.WAITING
