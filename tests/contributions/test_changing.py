"""Revising one's words, taking them back, and putting words out of sight."""

import uuid

import pytest
from django.db import connection

from coproduce.contributions.actions import (
    answer_contribution,
    bring_contribution,
    hide_contribution,
    revise_contribution,
    show_contribution,
    withdraw_contribution,
)
from coproduce.contributions.difference import difference
from coproduce.contributions.models import Contribution
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import problems_in_chains
from coproduce.history.models import Event, EventDetail
from coproduce.themes.actions import name_theme

pytestmark = pytest.mark.django_db

SECRET = "The consultant laughed at me."


HIDDEN = '<span class="visually-hidden">{}</span>'


def went(words):
    return f"<del>{HIDDEN.format('[went: ')}{words}{HIDDEN.format(']')}</del>"


def came(words):
    return f"<ins>{HIDDEN.format('[came: ')}{words}{HIDDEN.format(']')}</ins>"


@pytest.fixture
def brought(build):
    space = build.space()
    return bring_contribution(actor=build.member(space, "Noreen"), space=space, words=SECRET, ways="L")


def address(contribution, rest=""):
    return f"/s/{contribution.space.slug}/brought/{contribution.pk}/{rest}"


def test_a_new_wording_keeps_the_old_one_readable(build, signed_in, brought):
    client = signed_in(brought.author)
    assert SECRET in client.get(address(brought, "revise/")).content.decode()
    filled = {
        "key": str(uuid.uuid4()),
        "words": "The consultant smiled at me.",
        "ways": ["L"],
        "attribution": "anonymous",
    }
    client.post(address(brought, "revise/"), filled)
    client.post(address(brought, "revise/"), filled)
    brought.refresh_from_db()
    assert (brought.words, brought.version, brought.attribution) == ("The consultant smiled at me.", 2, "anonymous")
    assert [version.words for version in brought.versions.all()] == [SECRET, brought.words]
    other = signed_in(build.member(brought.space))
    assert "Changed by the person who said it" in other.get(address(brought)).content.decode()
    page = other.get(address(brought, "changes/")).content.decode()
    assert went("laughed") + " " + came("smiled") in page
    assert SECRET in other.get(address(brought, "changes/?version=1")).content.decode()


def test_only_the_name_changes_and_no_version_is_made(brought):
    revise_contribution(actor=brought.author, contribution=brought, words=SECRET, attribution="anonymous")
    brought.refresh_from_db()
    assert (brought.version, brought.attribution) == (1, "anonymous")


def test_nobody_else_changes_or_takes_back_someones_words(build, signed_in, brought):
    other = build.member(brought.space)
    facilitator = brought.space.opened_by
    for person in (other, facilitator):
        for rest in ("revise/", "take-back/"):
            filled = {"key": str(uuid.uuid4()), "depth": "erase", "sure": "1"}
            assert signed_in(person).get(address(brought, rest)).status_code == 404
            assert signed_in(person).post(address(brought, rest), filled).status_code in (403, 404)
        with pytest.raises(NotAllowed):
            revise_contribution(actor=person, contribution=brought, words="Better.")
        with pytest.raises(NotAllowed):
            withdraw_contribution(actor=person, contribution=brought)
    brought.refresh_from_db()
    assert brought.words == SECRET


def test_a_facilitator_changes_an_assisted_persons_words_for_them(build, signed_in):
    space = build.space()
    frank = build.member(space, account=False)
    brought = bring_contribution(actor=space.opened_by, author=frank, space=space, words="Frist.")
    assert "Frist." in signed_in(space.opened_by).get(address(brought, "revise/")).content.decode()
    revise_contribution(actor=space.opened_by, contribution=brought, words="First.")
    brought.refresh_from_db()
    assert (brought.words, brought.author, brought.recorder) == ("First.", frank, space.opened_by)


def test_words_taken_back_are_erased_everywhere_and_a_tombstone_stays(build, signed_in, brought):
    revise_contribution(actor=brought.author, contribution=brought, words=SECRET + " Twice.")
    brought.refresh_from_db()
    alison = build.member(brought.space, "Alison")
    theme = name_theme(actor=alison, space=brought.space, name="Not believed", contributions=[brought])
    answer_contribution(actor=alison, answers=brought, verb="supports", words="I believe you.")
    client = signed_in(brought.author)
    page = client.get(address(brought, "take-back/")).content.decode()
    assert "Not believed" in page
    assert "One answer that was given to them" in page
    chosen = {"key": str(uuid.uuid4()), "depth": "erase"}
    assert client.post(address(brought, "take-back/"), chosen).url == address(brought, "take-back/?erase=1")
    brought.refresh_from_db()
    assert brought.words == SECRET + " Twice."
    assert "Erase my words for good" in client.get(address(brought, "take-back/?erase=1")).content.decode()
    sure = {"key": str(uuid.uuid4()), "depth": "erase", "sure": "1"}
    assert client.post(address(brought, "take-back/?erase=1"), sure).url == address(brought)
    assert client.post(address(brought, "take-back/?erase=1"), sure).url == address(brought)
    assert Contribution.objects.get(pk=brought.pk).words == ""
    assert set(brought.versions.values_list("words", flat=True)) == {""}
    assert "laughed" not in str(list(EventDetail.objects.values_list("payload", flat=True)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM contributions_contributionversion")
        assert "laughed" not in str(cursor.fetchall())
    assert Event.objects.filter(subject=brought.pk).count() == 3
    assert list(problems_in_chains()) == []
    other = signed_in(alison)
    page = other.get(address(brought)).content.decode()
    assert "These words were taken back by the person who brought them." in page
    assert "laughed" not in page
    assert "Noreen" not in page
    assert "I believe you." in page
    theme.refresh_from_db()
    assert theme.name == "Not believed"
    assert other.get(f"/s/{brought.space.slug}/themes/{theme.pk}/").status_code == 200


def test_what_was_taken_back_cannot_be_changed_again(brought, signed_in):
    withdraw_contribution(actor=brought.author, contribution=brought)
    with pytest.raises(NotHere):
        revise_contribution(actor=brought.author, contribution=brought, words="Back again.")
    with pytest.raises(NotHere):
        withdraw_contribution(actor=brought.author, contribution=brought)
    for rest in ("revise/", "take-back/", "answer/", "changes/", "reframe/"):
        assert signed_in(brought.author).get(address(brought, rest)).status_code == 404


def test_a_taken_back_answer_stands_as_a_tombstone_among_the_others(build, signed_in, brought):
    alison = build.member(brought.space, "Alison")
    made = answer_contribution(actor=alison, answers=brought, verb="supports", words="I was there.")
    answer_contribution(actor=brought.author, answers=made, verb="answers", words="You were.")
    withdraw_contribution(actor=alison, contribution=made)
    page = signed_in(brought.author).get(address(brought)).content.decode()
    assert "I was there." not in page
    assert "Alison" not in page
    assert "These words were taken back by the person who brought them." in page
    assert "You were." in page


def test_out_of_sight_with_a_reason_that_the_author_sees(build, signed_in, brought):
    facilitator, other = brought.space.opened_by, build.member(brought.space)
    client = signed_in(facilitator)
    assert client.post(address(brought, "out-of-sight/"), {"key": str(uuid.uuid4()), "why": " "}).status_code == 422
    client.post(address(brought, "out-of-sight/"), {"key": str(uuid.uuid4()), "why": "It names a doctor."})
    brought.refresh_from_db()
    assert (brought.state, brought.words) == ("hidden", SECRET)
    own = signed_in(brought.author).get(address(brought)).content.decode()
    assert SECRET in own
    assert "It names a doctor." in own
    for page in (
        signed_in(other).get(address(brought)).content.decode(),
        signed_in(other).get(f"/s/{brought.space.slug}/brought/").content.decode(),
    ):
        assert SECRET not in page
        assert "It names a doctor." not in page
    assert SECRET not in client.get(f"/s/{brought.space.slug}/brought/").content.decode()
    assert SECRET in client.get(address(brought)).content.decode()
    client.post(address(brought, "out-of-sight/"), {"key": str(uuid.uuid4())})
    assert SECRET in signed_in(other).get(address(brought)).content.decode()


def test_only_facilitators_put_out_of_sight(build, signed_in, brought):
    other = build.member(brought.space)
    assert signed_in(other).get(address(brought, "out-of-sight/")).status_code == 403
    with pytest.raises(NotAllowed):
        hide_contribution(actor=other, contribution=brought, why="Because.")
    with pytest.raises(NotHere):
        show_contribution(actor=brought.space.opened_by, contribution=brought)
    with pytest.raises(NotAllowed):
        hide_contribution(actor=brought.space.opened_by, contribution=brought, why="  ")


@pytest.mark.parametrize(
    ("before", "after", "drawn"),
    [
        ("one two", "one two", '<p dir="auto">one two</p>'),
        ("one two", "one three two", '<p dir="auto">one ' + came("three ") + "two</p>"),
        ("one two three", "one three", '<p dir="auto">one ' + went("two") + " three</p>"),
        ("a", "a\n\n<b>", '<p dir="auto">a</p><p dir="auto">' + came("&lt;b&gt;") + "</p>"),
        ("", "new", '<p dir="auto">' + came("new") + "</p>"),
        # What changed side by side is crossed out once and put once, and not word for word in turns.
        (
            "the old red door of the house here",
            "the new blue door of the house here",
            '<p dir="auto">the ' + went("old red") + " " + came("new blue") + " door of the house here</p>",
        ),
        # Where hardly a word stayed, the words stand whole.
        (
            "A ward at night needs a third pair of hands.",
            "Ask us at any hour, we are awake.",
            '<p dir="auto">'
            + went("A ward at night needs a third pair of hands.")
            + " "
            + came("Ask us at any hour, we are awake.")
            + "</p>",
        ),
    ],
)
def test_the_difference_between_two_wordings(before, after, drawn):
    assert difference(before, after) == drawn
