"""*This was not on our agenda*: each theme that arose, from the first words to where it went."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coproduce.contributions.models import Contribution, ContributionState
from coproduce.decisions.models import Proposal, ProposalSource
from coproduce.deliberation.models import Statement, StatementSource
from coproduce.outcomes.models import Outcome, OutcomeSource, OutcomeState
from coproduce.reports.arose import spans_of
from coproduce.suggestions.models import Suggestion, SuggestionRun
from coproduce.themes.models import Origin, Theme, ThemeLink


class Here:
    def __init__(self, build, privacy="members"):
        self.space = build.space(privacy=privacy)
        self.delroy = build.member(self.space, "Delroy", ways="L")
        self.farzana = build.member(self.space, "Farzana", ways="P")
        self.theme = self.name("Breathless, whatever it is called")
        days = (date(2025, 3, 9), date(2025, 6, 2), date(2025, 7, 1))
        self.words = [
            build.contribution(
                self.space, self.delroy, f"I am not an asthma patient, number {at}.", ways="LM", said_on=day
            )
            for at, day in enumerate(days)
        ]
        for words in self.words:
            self.put(words)
        self.url = reverse("reports:not_on_agenda", args=[self.space.slug])

    def name(self, name, origin=Origin.EMERGED, **fields):
        return Theme.objects.create(
            space=self.space, name=name, origin=origin, proposed_by=self.farzana,
            proposed_at=datetime(2025, 6, 3, tzinfo=UTC), **fields,
        )  # fmt: skip

    def put(self, words, theme=None):
        ThemeLink.objects.create(theme=theme or self.theme, contribution=words, linked_by=self.farzana)

    def page(self, client):
        answer = client.get(self.url)
        assert answer.status_code == 200
        return answer.content.decode()


@pytest.fixture
def here(build):
    return Here(build)


def test_it_begins_with_the_first_words_and_says_who_named_it(here, signed_in):
    page = here.page(signed_in(here.delroy))
    assert "It arose from these words, of 9 March 2025" in page
    assert "I am not an asthma patient, number 0." in page
    assert "Farzana gave it its name on 3 June 2025" in page
    assert "3 pieces of what people said are in it." in page
    assert "Nowhere yet." in page
    assert "Mar to May 2025" in page


def test_words_said_before_are_told_of_though_they_came_in_later(here, build, signed_in):
    before = build.contribution(here.space, here.delroy, "Nobody listened then.", ways="C", said_on=date(2024, 12, 24))
    here.put(before)
    page = here.page(signed_in(here.delroy))
    assert "It arose from these words, of 9 March 2025" in page
    assert "Something that was said on 24 December 2024 was seen later to hold it already." in page


def test_what_was_on_the_agenda_or_merged_is_not_there(here, signed_in):
    here.name("Letters", Origin.AGENDA)
    here.name("Merged", state="merged", merged_into=here.theme)
    page = here.page(signed_in(here.delroy))
    assert "Letters" not in page
    assert "Merged" not in page


def test_it_says_that_the_computer_noticed_it(here, signed_in):
    run = SuggestionRun.objects.create(space=here.space, kind="new", asked_by=here.farzana, method="x")
    Suggestion.objects.create(
        run=run, space=here.space, kind="new", score=0.5, state="accepted", became_theme=here.theme,
        decided_by=here.farzana, decided_at=here.theme.proposed_at,
    )  # fmt: skip
    page = here.page(signed_in(here.delroy))
    assert "The computer noticed that several people spoke alike. Farzana read them" in page


def test_it_follows_to_claims_decisions_and_what_came_of_it(here, signed_in):
    claim = Statement.objects.create(space=here.space, words="Names of illnesses hide people.", drawn_by=here.delroy)
    StatementSource.objects.create(statement=claim, contribution=here.words[1])
    hidden = Statement.objects.create(
        space=here.space, words="Out of sight.", drawn_by=here.delroy, hidden_at=datetime(2025, 8, 1, tzinfo=UTC),
        hidden_why="x",
    )  # fmt: skip
    StatementSource.objects.create(statement=hidden, contribution=here.words[1])
    proposal = Proposal.objects.create(
        space=here.space, title="One clinic, not two", proposed_by=here.farzana, charter=here.space.charters.get()
    )
    ProposalSource.objects.create(proposal=proposal, theme=here.theme)
    outcome = Outcome.objects.create(
        space=here.space, title="One clinic on Mondays", kind="service", recorded_by=here.farzana
    )
    OutcomeState.objects.create(outcome=outcome, number=1, state="partly", because="x", told_by=here.farzana)
    OutcomeSource.objects.create(outcome=outcome, contribution=here.words[0])
    page = here.page(signed_in(here.delroy))
    for said in ("Names of illnesses hide people.", "One clinic, not two", "Being read.", "One clinic on Mondays"):
        assert said in page
    assert page.count("It names words in this theme, not the theme.") == 1
    assert "Out of sight." not in page
    assert "Nowhere yet." not in page


def test_words_that_were_taken_back_are_not_the_first(here, signed_in):
    Contribution.objects.filter(pk=here.words[0].pk).update(state=ContributionState.WITHDRAWN)
    page = here.page(signed_in(here.delroy))
    assert "number 0." not in page
    assert "It arose from these words, of 2 June 2025" in page


def test_a_theme_of_which_nothing_may_be_read_says_so(here, signed_in):
    Contribution.objects.update(state=ContributionState.HIDDEN)
    page = here.page(signed_in(here.delroy))
    assert "The first words cannot be read here any more" in page


def test_a_note_stands_before_the_words(here, signed_in):
    Contribution.objects.filter(pk=here.words[0].pk).update(content_note="About dying <b>")
    page = here.page(signed_in(here.delroy))
    assert "<summary>Before you read: About dying &lt;b&gt;</summary>" in page


def test_visitors_of_a_public_space_see_only_what_may_be_quoted_and_no_name(build, signed_in):
    here = Here(build, privacy="public")
    page = signed_in(None).get(here.url).content.decode()
    assert "asthma patient" not in page
    assert "Farzana" not in page
    assert "It got its name on 3 June 2025" in page


def test_strangers_do_not_find_it(here, build, signed_in):
    assert signed_in(build.person()).get(here.url).status_code == 404
    assert signed_in(None).get(here.url).status_code == 404


@pytest.mark.parametrize(("themes", "words"), [(1, 1), (9, 60)])
def test_it_takes_fourteen_queries_whatever_is_in_it(here, build, signed_in, themes, words):
    for at in range(themes):
        theme = here.name(f"Theme {at}")
        for which in range(words // themes + 1):
            here.put(build.contribution(here.space, here.delroy, f"Words {at} {which}", ways="C"), theme)
    client = signed_in(here.delroy)
    client.get(here.url)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(here.url).content.decode()
    assert len(asked) <= 14
    if themes == 9:
        assert "?from=3" in page
        assert "Theme 8" in client.get(f"{here.url}?from=9").content.decode()


def test_many_years_are_told_by_years():
    days = [date(year, month, 1) for year in range(2010, 2026) for month in (2, 8)]
    spans = spans_of(days, date(2026, 1, 1))
    assert [span.lines for span in spans] == [["until 2021"], ["2022"], ["2023"], ["2024"], ["2025"], ["2026"]]
    assert spans[0].first == date(2010, 2, 1)
