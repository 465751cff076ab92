"""What doing it together means, in people's words and beside one another; and where values pull apart."""

import uuid
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.decisions.actions import propose
from coproduce.deliberation.actions import draw_statement, respond
from coproduce.deliberation.models import Value
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.outcomes.actions import tell_outcome
from coproduce.spaces.access import Place, membership_of
from coproduce.spaces.models import Understanding
from coproduce.themes.models import Theme, ThemeLink
from coproduce.valuing import actions
from coproduce.valuing.models import ValueTension
from coproduce.valuing.queries.tensions import tension_of

SPRING, AUTUMN = (datetime(2026, month, 5, 10, tzinfo=UTC) for month in (4, 10))


@pytest.fixture
def space(build):
    return build.space()


def url(name, space, *args):
    return reverse(f"valuing:{name}", args=[space.slug, *args])


def sent(**fields):
    return {"key": str(uuid.uuid4()), **fields}


def as_member(space, person):
    return Place(space, person, membership_of(person, space.pk))


# ── what it means ────────────────────────────────────────────────────────────────────────────────


def test_two_sides_stand_next_to_each_other_with_what_people_said_before(build, space, signed_in):
    alison, tom = build.member(space, "Alison", ways="L"), build.member(space, "Tom", ways="P")
    for at, person, words in ((SPRING, alison, "A right."), (SPRING, tom, "Less me."), (AUTUMN, alison, "Or a fad.")):
        with clock.told(at):
            actions.say_understanding(actor=person, space=space, words=words)
    client = signed_in(tom)
    page = client.get(url("meaning", space), {"one": "L", "other": "P"}).content.decode()
    assert page.index("Or a fad.") < page.index("A right.") < page.index("Side by side") + len(page)
    for said in ("Or a fad.", "A right.", "What they said before", "Less me.", "Alison", "April 2026", "October 2026"):
        assert said in page
    then = client.get(url("meaning", space), {"one": "L", "other": "P", "season": "2026-spring"}).content.decode()
    assert "A right." in then
    assert "Or a fad." not in then


def test_it_is_said_again_and_the_earlier_words_stay(build, space, signed_in):
    lynne = build.member(space, "Lynne", ways="C")
    client = signed_in(lynne)
    for words in ("A chair and a brew.", "They don’t tidy it up."):
        client.post(url("say_meaning", space), sent(words=words, visibility="shown"))
    assert [each.words for each in Understanding.objects.all()] == ["A chair and a brew.", "They don’t tidy it up."]
    page = client.get(url("meaning", space)).content.decode()
    assert page.count("A chair and a brew.") == 2  # under what you said, and beside the newer words
    assert Event.objects.filter(kind="understanding said").count() == 2


def test_words_kept_for_oneself_are_shown_to_nobody_else(build, space, signed_in):
    terry = build.member(space, "Terry")
    signed_in(terry).post(url("say_meaning", space), sent(words="Search me.", visibility="counted"))
    assert "Search me." in signed_in(terry).get(url("meaning", space)).content.decode()
    assert "Search me." not in signed_in(space.opened_by).get(url("meaning", space)).content.decode()


def test_a_facilitator_writes_down_what_it_means_to_somebody(build, space, signed_in):
    zofia = build.member(space, "Pani Zofia", account=False)
    keeper = signed_in(space.opened_by)
    address = f"{url('say_meaning', space)}?for={zofia.pk}"
    assert "You are writing down what Pani Zofia says." in keeper.get(address).content.decode()
    keeper.post(address, sent(words="Razem.", visibility="shown"))
    assert Understanding.objects.get().membership.person == zofia
    with pytest.raises(NotAllowed):
        actions.say_understanding(actor=build.member(space), space=space, person=zofia, words="Not mine.")
    with pytest.raises(NotHere):
        actions.say_understanding(actor=build.person(), space=space, words="Not here.")


def test_visitors_read_nothing_of_it(build, space, client):
    space.privacy = "public"
    space.save()
    actions.say_understanding(actor=space.opened_by, space=space, words="For members.")
    assert client.get(url("meaning", space)).status_code == 302


@pytest.mark.parametrize("n", [1, 50])
def test_the_page_of_meanings_needs_few_queries(build, space, signed_in, django_assert_max_num_queries, n):
    for _person in range(n):
        actions.say_understanding(actor=build.member(space, ways="LC"), space=space, words="So.")
    client = signed_in(space.opened_by)
    client.get(url("meaning", space))
    with django_assert_max_num_queries(12):
        client.get(url("meaning", space))


# ── where values pull apart ──────────────────────────────────────────────────────────────────────


def test_a_member_says_between_which_two_it_asks_us_to_choose(build, space, signed_in):
    harold = build.member(space, "Harold")
    words = build.contribution(space, harold, "The train.")
    client = signed_in(harold)
    address = f"{url('name_tension', space)}?from={words.pk}"
    assert "It is about one thing that somebody brought." in client.get(address).content.decode()
    fields = {"one": "respect", "other": "money", "words": "Waiting costs money.", "attribution": "chosen"}
    assert client.post(address, sent(**fields)).status_code == 302
    found = tension_of(as_member(space, space.opened_by), contributions=[words.pk])
    assert [(one.one, one.other, one.words, one.name) for one in found.named] == [
        ("respect and trust", "money well spent", "Waiting costs money.", "Harold")
    ]
    other = build.contribution(space, harold, "Another.")
    assert not tension_of(as_member(space, harold), contributions=[other.pk])
    page = signed_in(space.opened_by).get(url("tensions", space)).content.decode()
    assert "Waiting costs money." in page
    assert "Take this back" not in page


def test_the_same_value_twice_is_no_tension(build, space, signed_in):
    answer = signed_in(space.opened_by).post(
        url("name_tension", space), sent(one="money", other="money", words="Hm.", attribution="chosen")
    )
    assert answer.status_code == 422
    with pytest.raises(NotAllowed):
        actions.name_tension(actor=space.opened_by, space=space, one="money", other="money", words="Hm.")
    with pytest.raises(NotHere):
        actions.name_tension(actor=space.opened_by, space=space, one="money", other="", words="Hm.")
    assert ValueTension.objects.count() == 0


def test_only_who_named_it_takes_it_back(build, space, signed_in):
    harold = build.member(space)
    said = actions.name_tension(actor=harold, space=space, one="money", other="rights", words="Hm.")
    address = url("take_back", space, said.pk)
    assert signed_in(space.opened_by).post(address).status_code == 404
    assert signed_in(harold).post(address).status_code == 302
    assert "Hm." not in signed_in(harold).get(url("tensions", space)).content.decode()
    said.refresh_from_db()
    assert said.taken_back_at


@pytest.fixture
def claim(build, space):
    """A claim on which two sides gave reasons about different values."""
    words = build.contribution(space, space.opened_by, "Let her finish.")
    made = draw_statement(actor=space.opened_by, space=space, words="A carer may speak.", contributions=[words])
    lynne, harold = build.member(space, "Lynne", ways="C"), build.member(space, "Mr Entwistle", ways="L")
    for person, answer, reason, value in (
        (lynne, 1, "Somebody has to.", "that it works"),
        (harold, -1, "It is my breath.", "having a say"),
    ):
        respond(actor=person, statement=made, answer=answer, reason=reason, values=[value], attribution="chosen")
    made.words_behind = words
    return made


def test_reasons_of_two_sides_about_different_values_pull_apart(space, claim):
    found = tension_of(as_member(space, space.opened_by), contributions=[claim.words_behind.pk])
    pull = found.pulls[0]
    assert (pull.one, pull.other, pull.claim) == ("that it works", "having a say", "A carer may speak.")
    assert (pull.for_one.words, pull.for_other.words) == ("Somebody has to.", "It is my breath.")
    assert (pull.for_one.name, pull.for_other.name) == ("Lynne", "Mr Entwistle")


def test_what_somebody_said_stands_there_once_though_it_is_about_several_values(build, space, claim):
    ged = build.member(space, "Ged")
    respond(
        actor=ged,
        statement=claim,
        answer=-1,
        reason="Ask me.",
        values=["having a say", "honesty"],
        attribution="chosen",
    )
    pulls = tension_of(as_member(space, space.opened_by), statements=[claim.pk]).pulls
    said = [reason.words for pull in pulls for reason in (pull.for_one, pull.for_other)]
    assert len(pulls) == 1
    assert len(said) == len(set(said))


def test_it_is_found_through_a_theme_and_a_claim_too(space, claim):
    theme = Theme.objects.create(space=space, name="Who speaks", proposed_by=space.opened_by)
    ThemeLink.objects.create(theme=theme, contribution=claim.words_behind, linked_by=space.opened_by)
    place = as_member(space, space.opened_by)
    assert tension_of(place, themes=[theme.pk]).pulls
    assert tension_of(place, statements=[claim.pk]).pulls
    assert not tension_of(place)


def test_a_value_that_both_sides_speak_of_does_not_pull(build, space, claim):
    respond(actor=build.member(space), statement=claim, answer=-1, reason="Also.", values=["that it works"])
    assert not tension_of(as_member(space, space.opened_by), statements=[claim.pk]).pulls


def test_visitors_and_other_spaces_see_no_more_than_they_may(build, space, claim):
    actions.name_tension(
        actor=space.opened_by, space=space, one="money", other="rights", words="Hm.", contributions=[claim.words_behind]
    )
    sources = {"contributions": [claim.words_behind.pk], "statements": [claim.pk]}
    visitor = Place(space, None, None)
    assert not tension_of(visitor, **sources)
    other = build.space()
    assert not tension_of(as_member(other, other.opened_by), **sources)


def test_finding_tensions_needs_few_queries(build, space, claim, django_assert_max_num_queries):
    for number in range(30):
        actions.name_tension(
            actor=build.member(space), space=space, one="money", other="rights", words=f"Hm {number}.",
            contributions=[claim.words_behind],
        )  # fmt: skip
    place = as_member(space, space.opened_by)
    with django_assert_max_num_queries(7):
        found = tension_of(place, contributions=[claim.words_behind.pk])
    assert len(found.named) == 30
    assert Value.objects.filter(space=space).count() == 12


def test_a_proposal_and_an_outcome_say_which_values_pull_apart(build, space, claim, signed_in):
    sources = {"contributions": [claim.words_behind]}
    proposal = propose(actor=space.opened_by, space=space, title="Speak for", words="A carer may.", **sources)
    outcome = tell_outcome(actor=space.opened_by, space=space, title="They may", kind="practice", **sources)
    actions.name_tension(
        actor=build.member(space, "Harold"), space=space, one="equals", other="works", words="My breath.", **sources
    )
    client = signed_in(build.member(space))
    for one in (proposal, outcome):
        page = client.get(one.get_absolute_url()).content.decode()
        assert "Values in tension" in page
        assert "<bdi>being equals</bdi> or <bdi>that it works</bdi>" in page
        assert "My breath." in page
        assert "<bdi>that it works</bdi> on one side, <bdi>having a say</bdi> on the other" in page
        assert f"{url('name_tension', space)}?from={claim.words_behind.pk}" in page
