"""Linear algebra on one thread, for as long as a ``with`` lasts.

For matrices as small as ours a second thread gains nothing, loses much on a busy machine, and can
change the last digit of a result.
"""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


@cache
def _controller() -> ThreadpoolController:
    """Finding the libraries takes milliseconds; they stay where they are."""
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[Any]:
    """``with one_thread(): …``"""
    limited: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limited
