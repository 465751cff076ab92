"""Some hundreds of attempts at a forged, late, doubled, replayed, ineligible or foreign ballot: none is counted.

``bench/ballots.py`` makes ten thousand, from several processes at once, on both databases.
"""

import random
import threading

import pytest
from django.db import connection

from coproduce.ballots import actions
from coproduce.ballots.actions import VotedAlready
from coproduce.ballots.models import RegisterEntry, Urn
from coproduce.ballots.proof import problems
from tests.ballots import attempts
from tests.ballots.ballots import group, opened

EACH = 10


@pytest.fixture
def ground(db):
    attempts.forget_browsers()
    yield attempts.lay(voters=6, abstaining=4)
    attempts.forget_browsers()


def test_none_is_counted_and_each_is_refused_clearly(ground):
    chance, wrong, sentences = random.Random(7), [], {}
    before = attempts.standing(ground)
    for name in attempts.ATTEMPTS:
        for _each in range(EACH):
            is_right, status, sentence = attempts.attempt(name, ground, chance)
            sentences.setdefault(name, set()).add(sentence)
            if not is_right:
                wrong.append((name, status, sentence))
    assert wrong == []
    assert attempts.standing(ground) == before
    assert list(problems()) == []
    assert all(said and "Server Error" not in said for each in sentences.values() for said in each)
    assert sentences["doubled: a fresh sheet of one who has voted"] == {"There is a vote already"}


@pytest.mark.django_db(transaction=True)
def test_one_person_in_many_windows_at_once_votes_once():
    space, people = group(6)
    ballot = opened(space, people)
    sheets = [actions.new_sheet(ballot, people[0]) for _each in range(6)]
    start, done, refused = threading.Barrier(len(sheets)), [], []

    def send(code, ticket):
        start.wait()
        try:
            done.append(
                actions.vote_in_secret(actor=people[0], ballot=ballot, choice=(1, 0, 0), code=code, ticket=ticket)
            )
        except VotedAlready:
            refused.append(code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=sheet) for sheet in sheets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(refused)) == (1, 5)
    assert Urn.objects.get().papers_in == 1
    assert RegisterEntry.objects.filter(voted=True).count() == 1
