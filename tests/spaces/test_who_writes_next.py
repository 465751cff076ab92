"""What somebody gave before stands on the sheet for them and for who wrote it down, and for nobody who writes next."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.decisions import actions as deciding
from coproduce.deliberation import actions as seeing
from coproduce.deliberation.models import Response
from coproduce.priorities import actions as choosing
from coproduce.spaces.actions import add_assisted_member
from coproduce.valuing import actions as valuing
from coproduce.valuing.models import Allocation
from tests.priorities.conftest import Told

pytestmark = pytest.mark.django_db

SECRET = "They shouted at me."
ALREADY = "Something was written down for them already."


class Asked:
    """One space in which each kind of sheet was filled in for Frank, by the same facilitator."""

    def __init__(self, build, kind):
        self.build = build
        self.writer = None
        getattr(self, kind)()

    def begin(self, space):
        self.space = space
        self.writer = self.build.member(space, "Writer", facilitator=True)
        self.frank = self.build.member(space, "Frank", account=False)
        self.said = {"actor": self.writer, "person": self.frank}

    def proposal(self):
        self.begin(self.build.space())
        words = self.build.contribution(self.space, self.frank)
        return deciding.propose(
            actor=self.space.opened_by, space=self.space, title="T", words="W.", contributions=[words]
        )

    def tokens(self):
        self.begin(self.build.space())
        valuing.give_tokens(
            **self.said, space=self.space, tokens={"rights": 7, "money": 3}, words=SECRET, attribution="anonymous"
        )
        self.url = reverse("valuing:give", args=[self.space.slug])
        self.shows = 'value="7"'

    def claim(self):
        self.begin(self.build.space())
        words = self.build.contribution(self.space, self.frank)
        claim = seeing.draw_statement(
            actor=self.space.opened_by, space=self.space, words="Letters.", contributions=[words]
        )
        seeing.respond(**self.said, statement=claim, answer=-1, reason=SECRET, attribution="anonymous", channel="post")
        self.url = reverse("deliberation:say_to", args=[self.space.slug, claim.pk])
        self.shows = "answer so far"

    def paper(self):
        self.claim()
        held = Response.objects.get()
        asked = seeing.open_a_round(
            actor=self.space.opened_by, space=self.space, question="Q?", claims=[held.statement], hides=False
        )
        self.url = reverse("deliberation:enter_paper", args=[self.space.slug, asked.pk])
        self.shows = "Written down already: Disagree"

    def position(self):
        put = self.proposal()
        deciding.take_position(**self.said, proposal=put, kind="object", reason=SECRET, attribution="anonymous")
        self.url = reverse("decisions:position", args=[self.space.slug, put.pk])
        self.shows = r'value="object"[^>]* checked'

    def rung(self):
        put = self.proposal()
        with clock.told(clock.now() + timedelta(days=15)):
            decision = deciding.close_proposal(actor=self.space.opened_by, proposal=put, agreed=False, why="No.")
        deciding.say_rung(**self.said, decision=decision, rung="informing", words=SECRET, attribution="anonymous")
        self.url = reverse("decisions:rung", args=[self.space.slug, put.pk])
        self.shows = r'value="informing"[^>]* checked'

    def priorities(self):
        it = Told(self.build)
        self.begin(it.space)
        it.choosing()
        choosing.choose_questions(**self.said, exercise=it.exercise, questions=it.questions[:2], channel="post")
        self.url = reverse("priorities:choose", args=[it.space.slug, it.exercise.pk])
        self.shows = "This is what was chosen on"


SHEETS = ["tokens", "claim", "paper", "position", "rung", "priorities"]


def sheet(client, asked):
    answer = client.get(f"{asked.url}?for={asked.frank.pk}")
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2]


@pytest.mark.parametrize("kind", SHEETS)
def test_who_wrote_it_down_finds_it_again_and_another_finds_that_there_is_something(build, signed_in, kind):
    asked = Asked(build, kind)
    own = sheet(signed_in(asked.writer), asked)
    assert re.search(asked.shows, own)
    other = sheet(signed_in(asked.space.opened_by), asked)
    assert SECRET not in other
    assert not re.search(asked.shows, other)
    assert ALREADY in other or "Something is written down already." in other
    assert ALREADY not in own


@pytest.mark.parametrize("kind", [kind for kind in SHEETS if kind != "position"])  # who decides is written down before
def test_a_sheet_nobody_filled_in_says_nothing_of_the_kind(build, signed_in, kind):
    asked = Asked(build, kind)
    asked.frank = build.member(asked.space, "Dot", account=False)
    assert "already." not in sheet(signed_in(asked.space.opened_by), asked)


def test_what_another_writes_takes_its_place_and_is_theirs_to_see(build, signed_in):
    asked = Asked(build, "tokens")
    other = asked.space.opened_by
    valuing.give_tokens(actor=other, person=asked.frank, space=asked.space, tokens={"rights": 4, "money": 6})
    assert 'value="4"' in sheet(signed_in(other), asked)
    first = sheet(signed_in(asked.writer), asked)
    assert 'value="4"' not in first
    assert "What you gave before" not in sheet(signed_in(other), asked)
    assert Allocation.objects.get().earlier.count() == 1


def test_a_value_that_somebody_added_and_whose_name_is_kept_back_is_on_no_sheet_that_another_writes(build, signed_in):
    asked = Asked(build, "tokens")
    valuing.give_tokens(
        actor=asked.writer, person=asked.frank, space=asked.space, tokens={}, own=("The Hendersons", 10)
    )
    key = Allocation.objects.get().tokens.first().value
    valuing.hold_back_value(actor=asked.writer, space=asked.space, key=key.pk.hex, why="A name.")
    assert "The Hendersons" not in sheet(signed_in(asked.space.opened_by), asked)


def test_who_brings_a_position_does_not_read_what_was_said_before_them(build, signed_in):
    asked = Asked(build, "position")
    put = deciding.propose(
        actor=asked.space.opened_by, space=asked.space, title="Two", words="W.",
        contributions=[build.contribution(asked.space, asked.frank)],
    )  # fmt: skip
    lynne = asked.space.opened_by
    deciding.take_position(actor=lynne, proposal=put, kind="object", reason=SECRET, attribution="anonymous")
    deciding.ask_to_carry(actor=lynne, proposal=put, through=asked.writer)
    url = reverse("decisions:position", args=[asked.space.slug, put.pk])
    page = signed_in(asked.writer).get(f"{url}?for={lynne.pk}").content.decode()
    assert ALREADY in page
    assert "checked" not in page.partition('name="kind"')[2].partition("</fieldset>")[0]
    deciding.take_position(actor=asked.writer, person=lynne, proposal=put, kind="aside", reason="For now.")
    assert "For now." in signed_in(asked.writer).get(f"{url}?for={lynne.pk}").content.decode()


def test_what_is_only_counted_is_on_no_sheet_of_another_and_stays(build, signed_in):
    space = build.space()
    writer, other = build.member(space, "Writer", facilitator=True), space.opened_by
    membership = add_assisted_member(
        actor=writer, space=space, chosen_name="Frank", understanding="They pretend.",
        standpoints=[("a carer", "C", "shown"), ("once in prison", "L", "counted")],
        affiliations=[("The choir", "shown"), ("The union", "counted")],
    )  # fmt: skip
    url = reverse("spaces:describe_for", args=[space.slug, membership.pk])
    mine, page = (signed_in(one).get(url).content.decode() for one in (writer, other))
    for hidden in ("once in prison", "The union"):
        assert hidden in mine
        assert hidden not in page
    assert "They pretend." not in page
    assert "not on this sheet" in page
    assert "not on this sheet" not in mine
    sent = {"key": uuid.uuid4(), "called": "Frank", "rows": "3", "words_0": "a grandfather", "way_0": "L"}
    sent |= {"visibility_0": "shown", "next": ""}
    assert signed_in(other).post(url, sent).status_code == 302
    assert set(membership.standpoints.values_list("words", flat=True)) == {"a grandfather", "once in prison"}
    assert list(membership.affiliations.values_list("organisation", flat=True)) == ["The union"]
    assert signed_in(other).post(url, sent | {"key": uuid.uuid4(), "forget_counted": "on"}).status_code == 302
    assert list(membership.standpoints.values_list("words", flat=True)) == ["a grandfather"]
    assert not membership.affiliations.exists()
    assert membership.understandings.get().words == "They pretend."
