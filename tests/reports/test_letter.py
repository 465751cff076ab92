"""A season's letter: told to whoever was away, on paper too; nothing on it that nobody agreed to."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduce.clock import told
from coproduce.consent.models import Agreement, AgreementText
from coproduce.contributions.models import Acknowledgement, Contribution
from coproduce.conversation.actions import ask_somebody, fold_away, mean_for_people
from coproduce.conversation.seasons import EARLIEST, season_called, season_of
from coproduce.decisions.models import Decision, Proposal, ProposalVersion
from coproduce.outcomes.models import Outcome, OutcomeState
from coproduce.spaces.models import Charter, Framing, Membership, Space
from coproduce.themes.models import Theme, ThemeLink
from tests.conversation.conftest import Here, main_of

DAYS = st.dates(min_value=date(EARLIEST + 1, 1, 1), max_value=date(9000, 1, 1))


@given(DAYS)
def test_every_day_is_in_one_season_and_the_seasons_join(day):
    season = season_of(day)
    assert season.first <= day <= season.last
    assert season.before.last + timedelta(days=1) == season.first
    assert season.after.first == season.last + timedelta(days=1)
    assert season_called(season.code) == season
    assert 88 < (season.last - season.first).days < 93


@pytest.mark.parametrize(
    "code", ["", "spring", "2026", "2026-Spring", "0000-spring", "1899-winter", "26-spring", "2026-spring "]
)
def test_what_is_no_season(code):
    assert season_called(code) is None


def test_a_winter_goes_by_the_year_it_began():
    winter = season_of(date(2026, 1, 15))
    assert (winter.code, winter.first, winter.last) == ("2025-winter", date(2025, 12, 1), date(2026, 2, 28))
    assert winter.name == "Winter 2025 to 2026, December to February"


IN_SPRING = datetime(2026, 4, 10, 12, tzinfo=UTC)


@pytest.fixture
def here(build, signed_in):
    made = Here(build, signed_in)
    Space.objects.update(opened_at=datetime(2025, 9, 10, tzinfo=UTC))
    made.space.refresh_from_db()
    Framing.objects.update(framed_at=datetime(2025, 9, 10, tzinfo=UTC))
    Membership.objects.update(joined_at=datetime(2025, 9, 10, tzinfo=UTC))
    Contribution.objects.update(said_on=date(2026, 4, 1))
    with told(datetime(2026, 6, 20, 9, tzinfo=UTC)):
        yield made


def letter(here, person, code="2026-spring", ask=""):
    return here.read(person, "reports:season_letter", code, ask=ask)


def agree_to_be_quoted(here, person, use="attributed_quote"):
    text = AgreementText.objects.create(space=here.space, use=use, words="May we?", written_by=here.facilitator)
    Agreement.objects.create(space=here.space, person=person, use=use, text=text, given=True)


def decided(here, title, agreed):
    proposal = Proposal.objects.create(
        space=here.space, title=title, proposed_by=here.ada, charter=Charter.objects.get(space=here.space),
        state="agreed" if agreed else "not_agreed", opened_at=IN_SPRING,
    )  # fmt: skip
    version = ProposalVersion.objects.create(proposal=proposal, number=1, words=title, written_by=here.ada)
    Decision.objects.create(proposal=proposal, agreed=agreed, version=version, closed_by=here.ada, decided_at=IN_SPRING)


def a_busy_spring(here):
    """A new question, a theme, two decisions, an outcome, an older one that waits, somebody new, and a thank-you."""
    Framing.objects.create(
        space=here.space,
        number=2,
        words="What helps on stairs?",
        why="Ada.",
        framed_by=here.ada,
        framed_at=IN_SPRING,
    )
    theme = Theme.objects.create(space=here.space, name="Getting about", proposed_by=here.ada, proposed_at=IN_SPRING)
    ThemeLink.objects.create(theme=theme, contribution=here.words, linked_by=here.bea, linked_at=IN_SPRING)
    decided(here, "A seat on each floor", agreed=True)
    decided(here, "No more stairs", agreed=False)
    outcome = Outcome.objects.create(space=here.space, title="Two seats", kind="service", recorded_by=here.ada)
    OutcomeState.objects.create(
        outcome=outcome, number=1, state="partly", because="One floor.", told_by=here.ada, at=IN_SPRING
    )
    older = Outcome.objects.create(space=here.space, title="A ramp", kind="service", recorded_by=here.ada)
    OutcomeState.objects.create(
        outcome=older, number=1, state="not_yet", asked_on=date(2025, 9, 20), told_by=here.ada,
        at=IN_SPRING - timedelta(days=200),
    )  # fmt: skip
    newcomer = here.build.member(here.space, "Nia")
    Membership.objects.filter(person=newcomer).update(joined_at=IN_SPRING)
    Acknowledgement.objects.create(contribution=here.words, person=here.bea, at=IN_SPRING)


@pytest.mark.django_db
class TestTheLetter:
    def test_it_tells_what_happened(self, here):
        a_busy_spring(here)
        agree_to_be_quoted(here, here.ada)
        page = main_of(letter(here, here.bea))
        for said in (
            "Dear Bea,", "Spring 2026, March to May",
            "What helps on stairs?", "asked anew this season", "Getting about",
            "We agreed: A seat on each floor", "not agreed, and the reasons are kept: No more stairs",
            "Partly done: Two seats . One floor.", "Nia", "Stairs are the worst of it.", "We wait for: A ramp",
        ):  # fmt: skip
            assert said in page, said
        assert "What your words did" not in page
        assert page.count("Two seats") == page.count("A ramp") == 1
        own = main_of(letter(here, here.ada))
        assert "What your words did You said: Stairs are the worst of it." in own
        assert "They changed minds." in own
        # Nothing of it happened in the winter, and the question was the old one.
        before = main_of(letter(here, here.bea, "2025-winter"))
        assert "It was a quiet season." in before
        assert "What would help?" in before
        assert "Nia" not in before

    def test_voices_are_only_of_those_who_agreed(self, here):
        assert "Stairs" not in main_of(letter(here, here.bea))
        agree_to_be_quoted(here, here.ada, "quote")
        assert "Stairs" not in main_of(letter(here, here.bea))
        Contribution.objects.filter(pk=here.words.pk).update(attribution="anonymous")
        page = main_of(letter(here, here.bea))
        assert "Stairs" in page
        assert "No name , 1 April" in page
        assert "Ada" not in page

    @pytest.mark.parametrize(
        "change",
        [
            {"state": "hidden"}, {"state": "withdrawn", "words": ""}, {"state": "close"}, {"use_ended_at": IN_SPRING},
            {"content_note": "Somebody falls"},
        ],
    )  # fmt: skip
    def test_nothing_that_is_away_or_carries_a_note_is_quoted(self, here, change):
        agree_to_be_quoted(here, here.ada)
        assert "Stairs" in main_of(letter(here, here.bea))
        Contribution.objects.filter(pk=here.words.pk).update(**change)
        assert "Stairs" not in main_of(letter(here, here.bea))

    def test_what_its_reader_folded_away_is_not_quoted(self, here):
        agree_to_be_quoted(here, here.ada)
        fold_away(actor=here.bea, space=here.space, phrase="stairs")
        assert "Stairs" not in main_of(letter(here, here.bea))
        assert "Stairs" in main_of(letter(here, here.carl))

    def test_a_facilitator_prints_it_for_somebody_who_uses_post(self, here):
        dot = here.build.member(here.space, "Dot", account=False)
        said = here.build.contribution(here.space, dot, "My sister reads it to me.", said_on=date(2026, 4, 2))
        Acknowledgement.objects.create(contribution=said, person=here.bea, at=IN_SPRING)
        ask_somebody(actor=here.bea, space=here.space, asked=dot, words="What did she say?")
        meant = here.build.contribution(here.space, here.carl, "For Dot.", said_on=date(2026, 4, 3))
        with told(IN_SPRING):
            mean_for_people(actor=here.carl, contribution=meant, people=[dot])
        assert str(dot.pk) in letter(here, here.facilitator)
        page = letter(here, here.facilitator, ask=f"?for={dot.pk}")
        text = main_of(page)
        assert 'class="large-print"' in page
        for words in (
            "Dear Dot,",
            "My sister reads it to me.",
            "What did she say?",
            "Carl brought words that are meant",
        ):
            assert words in text, words
        assert "For Dot." not in text
        for who in (here.bea, here.carl):
            assert here.get(who, "reports:season_letter", "2026-spring", ask=f"?for={dot.pk}").status_code == 404
        for key in (here.bea.pk, here.facilitator.pk, "x", ""):
            answer = here.get(here.facilitator, "reports:season_letter", "2026-spring", ask=f"?for={key}")
            assert answer.status_code == (200 if key == "" else 404), key

    def test_the_newest_whole_season_comes_first(self, here):
        assert here.get(here.bea, "reports:letter").url == here.url("reports:season_letter", "2026-spring")
        Space.objects.update(opened_at=datetime(2026, 6, 2, tzinfo=UTC))
        assert here.get(here.bea, "reports:letter").url == here.url("reports:season_letter", "2026-summer")
        assert "The season is not over." in letter(here, here.bea, "2026-summer")

    @pytest.mark.parametrize("code", ["2026-autumn", "9998-spring", "2026", "1700-spring", "spring-2026"])
    def test_there_is_no_letter_of_what_has_not_come(self, here, code):
        assert here.get(here.bea, "reports:season_letter", code).status_code == 404

    def test_a_full_season_needs_no_more_queries_than_an_empty_one(self, here, django_assert_max_num_queries):
        agree_to_be_quoted(here, here.ada)
        client, url = here.signed_in(here.ada), here.url("reports:season_letter", "2026-spring")
        client.get(url)

        def fill(number):
            words = here.build.contribution(here.space, here.ada, f"Words {number}", said_on=date(2026, 4, 5))
            theme = Theme.objects.create(
                space=here.space, name=f"Theme {number}", proposed_by=here.ada, proposed_at=IN_SPRING
            )
            ThemeLink.objects.create(theme=theme, contribution=words, linked_by=here.bea, linked_at=IN_SPRING)
            decided(here, f"Decision {number}", agreed=True)
            outcome = Outcome.objects.create(
                space=here.space, title=f"Outcome {number}", kind="service", recorded_by=here.ada
            )
            OutcomeState.objects.create(
                outcome=outcome, number=1, state="not_yet", asked_on=date(2026, 4, 2), told_by=here.ada, at=IN_SPRING
            )

        fill(0)
        with django_assert_max_num_queries(33) as counted:
            client.get(url)
        for number in range(1, 50):
            fill(number)
        # Three more: how many themes, decisions and states there are besides those that are told.
        with django_assert_max_num_queries(len(counted.captured_queries) + 3):
            page = main_of(client.get(url).content.decode())
        assert page.count("We agreed:") == 12
        assert page.count("And 38 more.") == 3
