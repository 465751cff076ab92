"""How long the state machines run: a few seconds each in the suite, or for as long as somebody wants.

    MACHINE_EXAMPLES=40 MACHINE_SEED=7 .venv/bin/pytest -q tests/decisions/test_machine.py tests/ballots/test_machine.py

runs forty times as many examples of twice the length, from that seed (another one each time where none is named; it is
printed with a failure). In the suite they are the same every time, so that a failure is about what was changed, and
what breaks is told as it was found: making it short can take minutes, so MACHINE_SHORTEN=1 asks for that.
"""

import os
import random

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

TIMES = int(os.environ.get("MACHINE_EXAMPLES", "0"))
SHORTENS = [Phase.shrink] if os.environ.get("MACHINE_SHORTEN") else []


def let_run(machine, *, examples, steps):
    """Run a state machine from a seed."""
    begins_at = int(os.environ.get("MACHINE_SEED") or (random.SystemRandom().randrange(10**6) if TIMES else 1))
    chosen = settings(
        max_examples=examples * max(TIMES, 1), stateful_step_count=steps * (2 if TIMES else 1), deadline=None,
        database=None, phases=[Phase.generate, *SHORTENS], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    try:
        run_state_machine_as_test(seed(begins_at)(machine), settings=chosen)
    except BaseException as failure:
        failure.add_note(f"MACHINE_SEED={begins_at}")
        raise
