"""The account counts what is there, opens every number to its rows, and keeps small groups together."""

from datetime import timedelta

import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.contributions.models import Acknowledgement
from coproduce.decisions.models import Decision, Proposal, ProposalSource, ProposalVersion
from coproduce.outcomes.actions import tell_outcome
from coproduce.reports.queries.account import knowledge, number_behind, relations, rows_behind
from coproduce.reports.queries.did import what_words_did
from coproduce.reports.queries.given import days_taken
from coproduce.reports.queries.weave import weave_of
from coproduce.spaces.access import Place, membership_of
from coproduce.themes.models import Theme, ThemeLink

pytestmark = pytest.mark.django_db


def place_of(space, person):
    return Place(space, person, membership_of(person, space.pk))


def decide(space, title, *, themes=(), contributions=(), agreed=True):
    proposal = Proposal.objects.create(
        space=space, title=title, proposed_by=space.opened_by, charter=space.charters.get(),
        state="agreed" if agreed else "not_agreed",
    )  # fmt: skip
    version = ProposalVersion.objects.create(proposal=proposal, number=1, words=title, written_by=space.opened_by)
    for theme in themes:
        ProposalSource.objects.create(proposal=proposal, theme=theme)
    for contribution in contributions:
        ProposalSource.objects.create(proposal=proposal, contribution=contribution)
    return Decision.objects.create(proposal=proposal, agreed=agreed, version=version, closed_by=space.opened_by)


@pytest.fixture
def space(build):
    """Six contributions: two reach a decision (one by a theme), one joins the theme too late."""
    made = build.space(privacy="public")
    author = build.member(made, "Ada", ways="L")
    carer = build.member(made, "Bo", ways="C")
    direct = build.contribution(made, author, "direct", ways="L")
    themed = build.contribution(made, carer, "themed", ways="LC")
    build.contribution(made, author, "waiting", ways="C")
    build.contribution(made, author, "taken back", ways="L", state="withdrawn")
    answer = build.contribution(made, carer, "answer", ways="", answers=direct, verb="supports")
    Acknowledgement.objects.create(contribution=answer, person=author)
    theme = Theme.objects.create(space=made, name="<b>Stairs</b>", proposed_by=author, origin="emerged")
    ThemeLink.objects.create(theme=theme, contribution=themed, linked_by=author)
    decision = decide(made, "Put in a rail", themes=[theme], contributions=[direct])
    with clock.told(clock.now() + timedelta(days=3)):
        late = build.contribution(made, author, "late", ways="L")
        ThemeLink.objects.create(theme=theme, contribution=late, linked_by=author)
        tell_outcome(
            actor=author, space=made, title="A rail", state="partly", because="One side.", decisions=[decision]
        )
    return made


def test_numbers_and_the_rows_behind_them_agree(space):
    place = place_of(space, space.opened_by)
    found = knowledge(place)
    assert found.contributions == 5
    assert {one.way: (one.mentions, one.reached.count) for one in found.method.uptakes if one.mentions} == {
        "L": (3, 2),
        "C": (2, 1),
    }
    assert found.method.untagged == 1
    for uptake in found.method.uptakes:
        assert rows_behind(place, f"brought-{uptake.way}").count() == uptake.mentions
        assert number_behind(place, f"reached-{uptake.way}") == uptake.reached.count
    assert {one.words for one in rows_behind(place, "reached")} == {"direct", "themed"}
    assert rows_behind(place, "brought-X") is None
    assert rows_behind(place, "nonsense") is None


def test_what_words_did_says_what_changed_and_what_did_not(space):
    place = place_of(space, space.opened_by)
    words = list(rows_behind(place, "brought"))
    traces = what_words_did(place, words)
    said = {one.words: [step.what for step in traces[one.pk].steps] for one in words}
    assert said["direct"] == ["Ada brought them.", "They went into a decision.", "Part of it was done."]
    assert said["themed"][1:] == ["A theme began with them.", "They went into a decision.", "Part of it was done."]
    assert said["late"] == ["Ada brought them.", "They came into a theme."]
    assert said["waiting"] == ["Ada brought them."]
    assert all(traces[one.pk].still_open for one in words)


def test_a_refused_proposal_and_a_no_stand_in_the_trace(space, build):
    author = build.member(space)
    words = build.contribution(space, author, "no luck")
    decision = decide(space, "A lift", contributions=[words], agreed=False)
    tell_outcome(
        actor=author, space=space, title="No lift", state="not_because", because="No money.", decisions=[decision]
    )
    trace = what_words_did(place_of(space, author), [words])[words.pk]
    assert [step.what for step in trace.steps][1:] == ["It was not agreed.", "It was not done."]
    assert not trace.still_open


def test_few_people_are_not_shown_apart(space):
    found = relations(place_of(space, space.opened_by))
    assert found.answers == 1
    assert all(not period.between for period in found.ties.periods)


def test_the_weave_joins_words_themes_decisions_and_outcomes(space):
    woven = weave_of(place_of(space, space.opened_by))
    assert [theme.theme.name for theme in woven.themes] == ["<b>Stairs</b>"]
    assert {one.words for one in woven.themes[0].chosen} == {"themed", "late"}
    assert [one.words for one in woven.direct] == ["direct"]
    assert len(woven.outcomes) == 1


PAGES = ["reports:account", "reports:weave"]


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_members_and_visitors_and_escape(space, signed_in, name):
    for person in (space.opened_by, None):
        answer = signed_in(person).get(reverse(name, args=[space.slug]))
        assert answer.status_code == 200
        assert "<b>Stairs</b>" not in answer.content.decode()


def test_a_visitor_reads_no_words_that_nobody_let_be_quoted(space, signed_in):
    client = signed_in(None)
    for address in (
        reverse("reports:weave", args=[space.slug]),
        reverse("reports:account", args=[space.slug]),
        reverse("reports:rows", args=[space.slug, "brought"]),
    ):
        page = client.get(address).content.decode()
        assert "themed" not in page
        assert "direct" not in page
    assert "None." in page


@pytest.mark.parametrize("name", [*PAGES, "reports:did"])
def test_nobody_else_finds_a_private_space(build, signed_in, name):
    private = build.space()
    address = reverse(name, args=[private.slug])
    assert signed_in(build.person()).get(address).status_code == 404
    assert signed_in(None).get(address).status_code in (302, 404)


@pytest.mark.parametrize("name", [*PAGES, "reports:did"])
def test_the_number_of_queries_does_not_grow(build, signed_in, django_assert_max_num_queries, name):
    space = build.space()
    author = space.opened_by
    client = signed_in(author)
    for number in range(30):
        words = build.contribution(space, author, f"words {number}", ways="LM")
        theme = Theme.objects.create(space=space, name=f"theme {number}", proposed_by=author)
        ThemeLink.objects.create(theme=theme, contribution=words, linked_by=author)
        decision = decide(space, f"proposal {number}", themes=[theme])
        tell_outcome(actor=author, space=space, title=f"outcome {number}", decisions=[decision])
    with django_assert_max_num_queries(27):
        assert client.get(reverse(name, args=[space.slug])).status_code == 200


def test_days_are_counted_to_the_first_decision_and_what_waits_is_counted_apart(build):
    space = build.space()
    author = space.opened_by
    early = build.contribution(space, author, "early", ways="L", said_on=clock.today() - timedelta(days=30))
    late = build.contribution(space, author, "late", ways="L", said_on=clock.today() - timedelta(days=10))
    build.contribution(space, author, "waits", ways="L", said_on=clock.today() - timedelta(days=5))
    build.contribution(space, author, "gone", ways="L", state="withdrawn")
    theme = Theme.objects.create(space=space, name="Stairs", proposed_by=author)
    for words in (early, late):
        ThemeLink.objects.create(theme=theme, contribution=words, linked_by=author)
    decide(space, "first", contributions=[early])
    with clock.told(clock.now() + timedelta(days=7)):
        decide(space, "later", themes=[theme])
        decide(space, "again", themes=[theme])
    assert days_taken(space, None, clock.today()) == ([17, 30], [5])
    took = knowledge(place_of(space, author)).took
    assert (took.reached, took.waiting, took.median) == (2, 1, 23.5)


def test_who_gives_no_name_is_not_counted_so_that_nobody_sees_whether_somebody_new_spoke(build, signed_in):
    space = build.space()
    known = build.member(space, "Noreen")
    build.contribution(space, known, "With a name", attribution="chosen")
    client, url = signed_in(known), reverse("reports:account", args=[space.slug])
    before = knowledge(place_of(space, known)).people
    build.contribution(space, known, "Without one", attribution="anonymous")
    again = knowledge(place_of(space, known)).people
    build.contribution(space, build.member(space, "Delroy"), "Without one either", attribution="standpoint")
    assert before == again == knowledge(place_of(space, known)).people == 1
    page = client.get(url).content.decode()
    assert "One person put a name to what they said." in page
    assert "who said them is not counted" in page
