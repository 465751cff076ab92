"""Twenty people code at once against a real server: nothing that anybody was told is lost or overwritten."""

import pytest

from bench.coding import run

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_is_lost_when_twenty_people_code_at_once(database):
    found = run(people=20, passages=6, database=database)
    assert found["odd"] == []
    assert found["marked"] == 120
    assert found["renamed"] == found["renamings on record"] > 0
    assert found["merged"] == found["merges on record"] > 0
    for nothing in (
        "lost",
        "named twice",
        "broken rows of names",
        "links left in merged themes",
        "problems in the chain",
    ):
        assert found[nothing] == 0, nothing
