"""Where something came from and what it led to, in both directions, and only what the reader may see of it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.contributions.models import ContributionState, FramingSource
from coproduce.decisions.models import Proposal
from coproduce.deliberation.actions import draw_statement
from coproduce.gatherings.models import Gathering
from coproduce.outcomes.actions import tell_outcome
from coproduce.outcomes.models import Effect, OutcomeEvidence
from coproduce.priorities.models import Exercise, Question, QuestionSource, Uncertainty
from coproduce.spaces.access import Place, membership_of
from coproduce.spaces.models import Framing
from coproduce.themes.actions.changing import merge_themes
from coproduce.themes.models import Theme, ThemeLink
from coproduce.traces.links import Kind, Way, What
from coproduce.traces.queries import A_PAGE, AT_FIRST, EACH, listed, walk
from tests.reports.test_account import decide

pytestmark = pytest.mark.django_db


def place_of(space, person=None):
    return Place(space, person, membership_of(person, space.pk) if person else None)


def titles(found):
    return [[step.thing.title for step in level.steps] for level in found.levels]


class Story:
    """A meeting, words said there and an answer, a theme, a decision, and what came of it."""

    def __init__(self, build, **fields):
        self.space = build.space(**fields)
        self.ada, self.bo = build.member(self.space, "Ada"), build.member(self.space, "Bo", ways="C")
        self.meeting = Gathering.objects.create(
            space=self.space, title="The library", starts_at=clock.now(), arranged_by=self.ada
        )
        self.words = build.contribution(
            self.space, self.ada, "I count the stairs", ways="L", gathering=self.meeting, content_note=""
        )
        self.answer = build.contribution(
            self.space, self.bo, "He sits down halfway", ways="C", answers=self.words, verb="builds_on"
        )
        self.theme = Theme.objects.create(space=self.space, name="Stairs", proposed_by=self.ada)
        ThemeLink.objects.create(theme=self.theme, contribution=self.answer, linked_by=self.ada, why="It is the stairs")
        self.decision = decide(self.space, "Put in a rail", themes=[self.theme])
        with clock.told(clock.now() + timedelta(days=2)):
            self.outcome = tell_outcome(
                actor=self.bo, space=self.space, title="A rail", state="done", because="", decisions=[self.decision]
            )


@pytest.fixture
def story(build):
    return Story(build)


def test_long_words_in_lines_are_cut_between_words_and_say_so(story):
    story.answer.words = "He sits.\n\n" * 60
    story.answer.save()
    found = titles(walk(place_of(story.space, story.bo), Kind.OUTCOME, story.outcome.pk, Way.BACK))
    assert found[2][0].startswith("He sits. He sits.")
    assert found[2][0].endswith("He sits…")


def test_an_outcome_is_walked_back_to_the_first_words(story):
    found = walk(place_of(story.space, story.ada), Kind.OUTCOME, story.outcome.pk, Way.BACK)
    assert titles(found) == [
        ["Put in a rail"],
        ["Stairs"],
        ["He sits down halfway"],
        ["I count the stairs"],
        ["The library"],
    ]
    whats = [level.steps[0].what for level in found.levels]
    assert whats == [What.DECIDED, What.PROPOSED, What.IN_THEME, What.ANSWERS, What.RAISED]
    assert found.by_way == [("L", 1), ("C", 1)]
    assert not found.goes_on
    in_theme = found.levels[2].steps[0]
    assert (in_theme.by, in_theme.why) == ("Ada", "It is the stairs")


def test_words_are_walked_on_to_what_came_of_them(story):
    found = walk(place_of(story.space, story.bo), Kind.WORDS, story.words.pk, Way.ON)
    assert titles(found) == [["He sits down halfway"], ["Stairs"], ["Put in a rail"], ["A rail"]]


def test_every_kind_of_link_is_followed_both_ways(build, story):
    place = place_of(story.space, story.ada)
    statement = draw_statement(
        actor=story.ada, space=story.space, words="Rails should be on both sides", contributions=[story.words]
    )
    framing = Framing.objects.create(space=story.space, number=2, words="What of the stairs?", framed_by=story.ada)
    FramingSource.objects.create(framing=framing, contribution=story.words)
    other = Theme.objects.create(space=story.space, name="Getting about", proposed_by=story.bo)
    merge_themes(actor=story.bo, theme=story.theme, into=other, why="One thing")
    refused = decide(story.space, "A lift", contributions=[story.words], agreed=False)
    tell_outcome(
        actor=story.bo,
        space=story.space,
        title="A chair",
        state="done",
        because="",
        decisions=[refused],
        themes=[other],
    )
    on = walk(place, Kind.WORDS, story.words.pk, Way.ON)
    reached = {(step.what, step.thing.title) for level in on.levels for step in level.steps}
    assert {
        (What.DRAWN, statement.words), (What.CHANGED, framing.words), (What.IN_THEME, "Getting about"),
        (What.PROPOSED, "A lift"), (What.REFUSED, "A chair"),
    } <= reached  # fmt: skip
    # The decision was made on the theme that is part of another now: its words are found all the same.
    back = walk(place, Kind.OUTCOME, story.outcome.pk, Way.BACK)
    assert titles(back)[1:3] == [["Stairs"], ["He sits down halfway"]]
    merged = walk(place, Kind.THEME, other.pk, Way.BACK)
    assert (What.MERGED, "Stairs") in {(step.what, step.thing.title) for step in merged.levels[0].steps}


@pytest.mark.parametrize(
    "state", [ContributionState.CLOSE, ContributionState.ASIDE, ContributionState.HIDDEN, "withdrawn"]
)
def test_words_that_are_out_of_sight_are_in_no_trace_and_no_count(story, state):
    fields = {"state_before": "visible"} if state == "aside" else {}
    type(story.answer).objects.filter(pk=story.answer.pk).update(state=state, **fields)
    for reader in (story.ada, story.bo, story.space.opened_by):
        found = walk(place_of(story.space, reader), Kind.OUTCOME, story.outcome.pk, Way.BACK)
        assert titles(found) == [["Put in a rail"], ["Stairs"]]
        assert found.by_way == []
        assert not found.levels[-1].rest
        assert walk(place_of(story.space, reader), Kind.WORDS, story.words.pk, Way.ON).levels == []


def test_a_visitor_reads_what_may_be_quoted_and_never_who_linked_it(build):
    story = Story(build, privacy="public")
    agree(story.space, story.bo)
    found = walk(place_of(story.space), Kind.OUTCOME, story.outcome.pk, Way.BACK)
    assert titles(found) == [["Put in a rail"], ["Stairs"], ["He sits down halfway"]]
    assert {(step.by, step.why) for level in found.levels for step in level.steps} == {("", "")}


def agree(space, person):
    text = AgreementText.objects.create(space=space, use=Use.ATTRIBUTED_QUOTE, version=1, words=".", written_by=person)
    Agreement.objects.create(space=space, person=person, use=Use.ATTRIBUTED_QUOTE, text=text, given=True)


def test_who_speaks_without_a_name_stays_without_one(build, signed_in, story):
    type(story.answer).objects.filter(pk=story.answer.pk).update(attribution="anonymous")
    ThemeLink.objects.update(linked_by=story.space.opened_by)
    address = reverse("traces:came_from", args=[story.space.slug, "outcome", story.outcome.pk])
    page = signed_in(story.ada).get(address).content.decode()
    assert "He sits down halfway" in page
    assert "No name" in page
    said = page[page.index("He sits down halfway") : page.index("I count the stairs")]
    assert "Bo" not in said


def test_a_hub_says_that_there_is_more_and_every_link_is_found_page_by_page(build, story):
    with clock.told(clock.now() - timedelta(days=1)):
        for number in range(100):
            one = build.contribution(story.space, story.ada, f"stair {number}")
            ThemeLink.objects.create(theme=story.theme, contribution=one, linked_by=story.bo)
    place = place_of(story.space, story.ada)
    found = walk(place, Kind.OUTCOME, story.outcome.pk, Way.BACK)
    assert len(found.levels[2].steps) == EACH
    assert [(rest.thing.title, rest.or_more) for rest in found.levels[2].rest] == [("Stairs", True)]
    first = walk(place, Kind.THEME, story.theme.pk, Way.BACK)
    assert len(first.levels[0].steps) == AT_FIRST
    seen, after = [], ""
    while True:
        some = listed(place, Kind.THEME, story.theme.pk, Way.BACK, after)
        assert len(some.level.steps) <= A_PAGE
        seen += [step.thing.pk for step in some.level.steps]
        after = some.further
        if not after:
            break
    assert len(seen) == len(set(seen)) == 101


def test_a_few_more_are_counted_exactly(build, story):
    for number in range(8):
        one = build.contribution(story.space, story.ada, f"stair {number}", state="visible" if number else "close")
        ThemeLink.objects.create(theme=story.theme, contribution=one, linked_by=story.bo)
    ThemeLink.objects.create(theme=story.theme, contribution=story.answer, linked_by=story.bo)
    found = walk(place_of(story.space, story.ada), Kind.PROPOSAL, story.decision.proposal.pk, Way.BACK)
    assert [(rest.number, rest.or_more) for rest in found.levels[1].rest] == [(8 - EACH, True)]
    assert [step.also for step in found.levels[1].steps] == [1, *[0] * (EACH - 1)]
    ThemeLink.objects.filter(contribution=story.answer, linked_by=story.bo).delete()
    found = walk(place_of(story.space, story.ada), Kind.PROPOSAL, story.decision.proposal.pk, Way.BACK)
    assert [(rest.number, rest.or_more) for rest in found.levels[1].rest] == [(8 - EACH, False)]


def test_a_circle_ends(build, story):
    """Words of the theme answer words of the theme: nothing is walked twice."""
    ThemeLink.objects.create(theme=story.theme, contribution=story.words, linked_by=story.ada)
    found = walk(place_of(story.space, story.ada), Kind.OUTCOME, story.outcome.pk, Way.BACK)
    every = [step.thing.node for level in found.levels for step in level.steps]
    assert len(every) == len(set(every))


def test_the_page_asks_as_often_of_much_as_of_little(build, signed_in, story, django_assert_max_num_queries):
    client = signed_in(story.ada)
    address = reverse("traces:came_from", args=[story.space.slug, "outcome", story.outcome.pk])
    client.get(address)
    for _ in range(2):
        with django_assert_max_num_queries(28):
            assert client.get(address).status_code == 200
        for number in range(50):
            one = build.contribution(story.space, story.ada, f"stair {number} {_}")
            ThemeLink.objects.create(theme=story.theme, contribution=one, linked_by=story.bo)


@pytest.mark.parametrize("name", ["came_from", "led_to", "all_from", "all_to"])
@pytest.mark.parametrize("kind", [*Kind, "nonsense"])
def test_what_is_not_here_is_not_here(build, signed_in, story, name, kind):
    """Of another space, of no kind, and for somebody who is not a member."""
    mine = {
        Kind.WORDS: story.words, Kind.THEME: story.theme, Kind.PROPOSAL: story.decision.proposal,
        Kind.OUTCOME: story.outcome, Kind.GATHERING: story.meeting, Kind.QUESTION: story.space.framings.get(),
    }  # fmt: skip
    pk = mine[kind].pk if kind in mine else story.space.pk
    elsewhere = build.space()
    member = build.member(elsewhere)
    here = reverse(f"traces:{name}", args=[story.space.slug, kind, pk])
    assert signed_in(story.ada).get(here).status_code == (200 if kind in mine else 404)
    assert signed_in(member).get(here).status_code == 404
    there = reverse(f"traces:{name}", args=[elsewhere.slug, kind, pk])
    assert signed_in(member).get(there).status_code == 404


@pytest.mark.parametrize("after", ["x", "2026-01-01_00", "2026-01-01T00:00:00+00:00_zz", "\0", "9" * 5000])
def test_a_place_in_the_list_that_is_none_begins_at_the_first(signed_in, story, after):
    address = reverse("traces:all_from", args=[story.space.slug, "theme", story.theme.pk])
    page = signed_in(story.ada).get(address, {"after": after})
    assert page.status_code == 200
    assert "He sits down halfway" in page.content.decode()


def test_words_with_a_note_and_hostile_names_are_shown_with_care(build, signed_in, story):
    type(story.answer).objects.filter(pk=story.answer.pk).update(content_note="A fall", words="He fell")
    Theme.objects.filter(pk=story.theme.pk).update(name="<script>alert(1)</script>")
    address = reverse("traces:came_from", args=[story.space.slug, "outcome", story.outcome.pk])
    page = signed_in(story.ada).get(address).content.decode()
    assert "With a note: A fall" in page
    assert "He fell" not in page
    assert "<script>alert" not in page


def test_what_should_be_found_out_what_shows_it_and_what_it_did_are_links_too(build, story):
    place, space = place_of(story.space, story.ada), story.space
    exercise = Exercise.objects.create(
        space=space, title="What first?", looked_after_by=story.ada, proposed_by=story.ada
    )
    gathered = Uncertainty.objects.create(exercise=exercise, contribution=story.words, gathered_by=story.bo)
    asked = Question.objects.create(exercise=exercise, number=1, words="Which stairs first?", drawn_by=story.bo)
    QuestionSource.objects.create(question=asked, uncertainty=gathered, made_by=story.bo)
    shows, did = (
        build.contribution(space, story.bo, "A photograph"),
        build.contribution(space, story.ada, "I go up now"),
    )
    OutcomeEvidence.objects.create(outcome=story.outcome, contribution=shows, linked_by=story.bo)
    Effect.objects.create(outcome=story.outcome, contribution=did, bearing="good", linked_by=story.ada)
    again = Proposal.objects.create(
        space=space, title="A second rail", proposed_by=story.bo, charter=space.charters.get(), reopens=story.decision
    )
    on = walk(place, Kind.WORDS, story.words.pk, Way.ON)
    assert (What.GATHERED, asked.words) in {(step.what, step.thing.title) for step in on.levels[0].steps}
    back = walk(place, Kind.PRIORITY, asked.pk, Way.BACK)
    assert titles(back)[0] == ["I count the stairs"]
    assert back.thing.url == reverse("priorities:question", args=[space.slug, exercise.pk, asked.pk])
    assert {step.thing.title for step in walk(place, Kind.OUTCOME, story.outcome.pk, Way.ON).levels[0].steps} == {
        "I go up now"
    }
    sources = walk(place, Kind.OUTCOME, story.outcome.pk, Way.BACK).levels[0].steps
    assert {step.thing.title for step in sources} == {"Put in a rail", "A photograph"}
    led = {step.thing.title for step in walk(place, Kind.PROPOSAL, story.decision.proposal.pk, Way.ON).levels[0].steps}
    assert led == {"A rail", again.title}


def test_from_every_thing_the_way_back_and_on_is_one_link_away(build, signed_in):
    story = Story(build)
    claim = draw_statement(actor=story.ada, space=story.space, words="Stairs tell", contributions=[story.words])
    client = signed_in(story.ada)
    things = [
        (Kind.CLAIM, claim, claim.get_absolute_url()),
        (Kind.THEME, story.theme, reverse("themes:theme", args=[story.space.slug, story.theme.pk])),
        (Kind.OUTCOME, story.outcome, story.outcome.get_absolute_url()),
        (Kind.PROPOSAL, story.decision.proposal, story.decision.proposal.get_absolute_url()),
        (Kind.WORDS, story.words, reverse("reports:words_did", args=[story.space.slug, story.words.pk])),
    ]
    for kind, thing, address in things:
        page = client.get(address).content.decode()
        for way in ("traces:came_from", "traces:led_to"):
            assert reverse(way, args=[story.space.slug, kind, thing.pk]) in page, kind
