"""The inner loop of communities: plain Python that numba can compile, so both give the same answer."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Joined(NamedTuple):
    """Ties and their weights by person, none with oneself; and how strong all ties of each are, within too.

    Arrays, or lists: those are quicker to step through without numba.
    """

    starts: Any
    others: Any
    weights: Any
    strength: Any


class Room(NamedTuple):
    """inside: the strength of each community; to: zeros; near: room; queue: everybody; waiting: all True."""

    inside: Any
    to: Any
    near: Any
    queue: Any
    waiting: Any


def moved(ties: Joined, part: Any, room: Room, per: float) -> int:
    """Move each to the community that gains most, until none gains; then only those next to a move are asked again.

    part: the community of each, changed in place; per: resolution ÷ the sum of all strengths. Of equal gains the
    community that one is in, else the one with the lowest number. How many moves there were.
    """
    inside, to, near, queue, waiting = room
    count = len(queue)
    head, left, moves = 0, count, 0
    while left > 0:
        one = queue[head]
        head, left = (head + 1) % count, left - 1
        waiting[one] = False
        own, found, strength = part[one], 0, ties.strength[one]
        inside[own] -= strength
        for k in range(ties.starts[one], ties.starts[one + 1]):
            community = part[ties.others[k]]
            if to[community] == 0.0:
                near[found] = community
                found += 1
            to[community] += ties.weights[k]
        best, most = own, to[own] - per * strength * inside[own]
        for k in range(found):
            community = near[k]
            gain = to[community] - per * strength * inside[community]
            if gain > most + 1e-10 * strength or (best != own and community < best and gain >= most):
                best, most = community, gain
        for k in range(found):
            to[near[k]] = 0.0
        inside[best] += strength
        part[one] = best
        if best != own:
            moves += 1
            for k in range(ties.starts[one], ties.starts[one + 1]):
                other = ties.others[k]
                if part[other] != best and not waiting[other]:
                    queue[(head + left) % count] = other
                    waiting[other] = True
                    left += 1
    return moves


def move(ties: Joined, part: Array, visit: Array, per: float) -> int:
    """``moved`` without numba, from arrays; ``visit``: who is asked in which order."""
    count = part.size
    inside = np.bincount(part, weights=ties.strength, minlength=count).tolist()
    room = Room(inside, [0.0] * count, [0] * count, visit.tolist(), [True] * count)
    own = part.tolist()
    moves = moved(Joined(*(each.tolist() for each in ties)), own, room, per)
    part[:] = own
    return moves
