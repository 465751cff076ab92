"""Pieces of work for the tests: what a worker process can load by name."""

import time
from pathlib import Path

from coproduce.errors import NotAllowed
from coproduce.work.running import piece_of_work


@piece_of_work
def count_to_three(doing):
    for at in range(3):
        doing.says("Counting", done=at, total=3)
    return {"counted": 3}


@piece_of_work
def refuse(doing):
    raise NotAllowed("Not with these words.")


@piece_of_work
def break_down(doing):
    raise ValueError("a secret that nobody should read")


@piece_of_work
def wait_for_a_file(doing):
    """Goes on until the file that the piece leads to is there: so a test can catch it in the middle."""
    for at in range(600):
        doing.says("Waiting", done=at, total=600)
        if Path(doing.piece.leads_to).exists():
            return {"found": True}
        time.sleep(0.1)
    return {"found": False}


@piece_of_work
def be_stopped_half_way(doing):
    """Somebody stops it, or another worker has taken it up, while it is at it."""
    type(doing.piece).objects.filter(pk=doing.piece.pk).update(**SOMEBODY_DID)
    doing.says("Going on regardless", done=1, total=2)
    raise AssertionError("a piece that is not wanted any more went on")


SOMEBODY_DID = {}
