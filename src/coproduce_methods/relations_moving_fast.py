"""``relations_moving`` compiled with numba (the extra ``fast``)."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from coproduce_methods.relations_fast import compiled_for
from coproduce_methods.relations_moving import Joined, Room, moved

Array = NDArray[Any]

_moved = njit(nogil=True, error_model="numpy")(moved)


@compiled_for("i8(i8[::1], i8[::1], f8[::1], f8[::1], i8[::1], f8[::1], i8[::1], f8)")
def _from_arrays(  # noqa: PLR0917  # compiled for arrays by place
    starts: Array, others: Array, weights: Array, strength: Array, part: Array, inside: Array, queue: Array, per: float
) -> Any:
    count = part.size
    room = Room(inside, np.zeros(count), np.zeros(count, np.int64), queue, np.ones(count, np.bool_))
    return _moved(Joined(starts, others, weights, strength), part, room, per)


def move_compiled(ties: Joined, part: Array, visit: Array, per: float) -> int:
    """The same as ``relations_moving.move``."""
    inside = np.bincount(part, weights=ties.strength, minlength=part.size)
    return int(_from_arrays(*ties, part, inside, visit.copy(), per))
