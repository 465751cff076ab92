"""Whatever order things are done in: words are lost by erasing them and by nothing else, and erased they are gone."""

import uuid

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coproduce.contributions.actions import (
    allow_use,
    answer_contribution,
    bring_back,
    bring_contribution,
    end_use,
    hide_contribution,
    open_to_all,
    put_aside,
    revise_contribution,
    show_contribution,
    withdraw_contribution,
)
from coproduce.contributions.models import Contribution
from coproduce.errors import Refused
from coproduce.history.chain import problems_in_chains
from coproduce.themes.actions import link_contribution, name_theme
from coproduce.themes.passages import Stretch
from tests import building

RARE = "zyzzogeton"


class Expected:
    """What somebody's words should be after each thing that was done with them."""

    def __init__(self, words, close):
        self.stands = "close" if close else "visible"
        self.is_aside = self.is_ended = self.is_gone = False
        self.wordings = [words]

    def after(self, what, words):
        if self.is_gone:
            return
        if what == "aside":
            self.is_aside = True
        elif what == "back":
            self.is_aside = False
        elif what in ("end", "allow"):
            self.is_ended = what == "end"
        elif what == "erase":
            self.is_gone, self.is_aside, self.stands, self.wordings = True, False, "withdrawn", [""]
        elif what == "revise":
            self.wordings += [words] if words != self.wordings[-1] else []
        elif what == "hide" and (self.stands, self.is_aside) == ("visible", False):
            self.stands = "hidden"
        elif (what == "show" and self.stands == "hidden") or (
            what == "open" and (self.stands, self.is_aside) == ("close", False)
        ):
            self.stands = "visible"


def act(what, one, author, facilitator, words):
    own = {"actor": author, "contribution": one}
    theirs = {"actor": facilitator, "contribution": one}
    done = {
        "aside": lambda: put_aside(**own), "back": lambda: bring_back(**own), "end": lambda: end_use(**own),
        "allow": lambda: allow_use(**own), "erase": lambda: withdraw_contribution(**own),
        "open": lambda: open_to_all(**own), "revise": lambda: revise_contribution(**own, words=words),
        "hide": lambda: hide_contribution(**theirs, why="Because."), "show": lambda: show_contribution(**theirs),
    }  # fmt: skip
    try:
        done[what]()
    except Refused:
        return


DONE = st.lists(
    st.tuples(
        st.sampled_from(["aside", "back", "end", "allow", "erase", "open", "revise", "hide", "show"]),
        st.sampled_from(["One.", "Two.", "Three."]),
    ),
    max_size=9,
)


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=DONE, close=st.booleans(), assisted=st.booleans())
def test_no_order_of_things_loses_words_but_erasing_them(request, done, close, assisted):
    space = building.space()
    facilitator = space.opened_by
    author = building.member(space, account=not assisted)
    actor = facilitator if assisted else author
    one = bring_contribution(actor=actor, author=author, space=space, words="One.", close=close)
    expected = Expected("One.", close)
    for what, words in done:
        act(what, one, actor, facilitator, words)
        expected.after(what, words)
        now = Contribution.objects.get(pk=one.pk)
        assert now.state == ("aside" if expected.is_aside else expected.stands)
        assert now.words == expected.wordings[-1]
        assert expected.is_gone or (now.use_ended_at is not None) == expected.is_ended
        held = list(now.versions.values_list("words", flat=True))
        assert set(held) == {""} if expected.is_gone else held == expected.wordings


@pytest.mark.django_db(transaction=True)
def test_erased_words_are_in_no_table_and_not_in_the_bytes_of_the_file(signed_in):
    space = building.space()
    author, alison = building.member(space, "Noreen"), building.member(space, "Alison")
    client = signed_in(author)
    sheet = f"/s/{space.slug}/brought/bring/"
    filled = {
        "words": f"The {RARE} landed on my arm.", "ways": ["L"], "attribution": "chosen", "kind": "evidence",
        "content_note": f"A {RARE}", "citation": f"{RARE} and others, 2017", "link": f"https://example.org/{RARE}",
    }  # fmt: skip
    client.post(sheet, {**filled, "key": str(uuid.uuid4()), "keep": "1"})
    address = client.post(sheet, {**filled, "key": str(uuid.uuid4())}).url
    one = Contribution.objects.get()
    again = {**filled, "words": f"The {RARE} sat on my arm.", "citation": f"{RARE}, 2018"}
    client.post(f"{address}revise/", {**again, "key": str(uuid.uuid4())})
    one.refresh_from_db()
    theme = name_theme(actor=alison, space=space, name="Arms", contributions=[one])
    link_contribution(actor=alison, theme=theme, contribution=one, passage=Stretch(4, 14), why="There.")
    answer_contribution(actor=alison, answers=one, verb="supports", words="I saw it.")
    client.post(f"{address}take-back/", {"key": str(uuid.uuid4()), "depth": "aside"})
    client.post(f"{address}take-back/", {"key": str(uuid.uuid4()), "depth": "back"})
    assert one.version == 2
    assert tables_with(RARE) >= {"contributions_contribution", "contributions_contributionversion"}
    erased = {"key": str(uuid.uuid4()), "depth": "erase", "sure": "1"}
    assert client.post(f"{address}take-back/?erase=1", erased).status_code == 302
    assert tables_with(RARE) == set()
    assert not found_in_bytes(RARE)
    assert list(problems_in_chains()) == []


def tables_with(word):
    """Every table of the database that holds a word in any of its columns."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            cells = [cell for row in cursor.fetchall() for cell in row]
            if any(word in repr(bytes(cell) if isinstance(cell, memoryview) else cell) for cell in cells):
                found.add(table)
    return found


def found_in_bytes(word):
    """Whether the bytes of the database hold a word, free pages and all. PostgreSQL overwrites when it vacuums."""
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return word.encode() in connection.connection.serialize()
