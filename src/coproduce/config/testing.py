"""A pytest plugin: every run of the tests has a home folder of its own, gone afterwards.

It is loaded by name in ``pyproject.toml``, before Django reads its settings, so that two people
can test in one checkout at the same time, and a test can never meet somebody's real database.
"""

import os
import shutil
import tempfile

import pytest

OWN_HOME = "COPRODUCE_TESTING_HOME"

# Workers of one run inherit the folder from the process that started them.
_made_here = "" if OWN_HOME in os.environ else tempfile.mkdtemp(prefix="coproduce-test-")
_home = _made_here or os.environ[OWN_HOME]
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
os.environ[OWN_HOME] = _home
os.environ["COPRODUCE_HOME"] = os.path.join(_home, _worker)
os.environ["COPRODUCE_TESTING"] = "1"
os.makedirs(os.path.join(os.environ["COPRODUCE_HOME"], "static"), exist_ok=True)
os.environ.pop("COPRODUCE_DEMONSTRATION", None)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the home folder at the end of the run that made it."""
    if _made_here:
        shutil.rmtree(_made_here, ignore_errors=True)
