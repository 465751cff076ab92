"""How somebody stays master of their words: out of sight, nothing new from them, erased; and the ways back."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coproduce.care.models import Reading
from coproduce.contributions.actions import (
    acknowledge_contribution,
    allow_use,
    answer_contribution,
    bring_back,
    bring_contribution,
    end_use,
    hide_contribution,
    open_to_all,
    put_aside,
    reframe_from_contributions,
    revise_contribution,
    show_contribution,
    withdraw_contribution,
)
from coproduce.contributions.models import ContributionState
from coproduce.contributions.use import usable
from coproduce.decisions.actions import propose
from coproduce.deliberation.actions import draw_statement
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import problems_in_chains
from coproduce.history.models import Event
from coproduce.outcomes.actions import tell_outcome
from coproduce.reports.reach import shared_run
from coproduce.spaces.access import Place, membership_of
from coproduce.spaces.models import Membership, MembershipState
from coproduce.themes.actions import name_theme
from coproduce.themes.models import ThemeLink

pytestmark = pytest.mark.django_db

SECRET = "They turned the chair to the wall when I cried."


@pytest.fixture
def brought(build):
    space = build.space()
    return bring_contribution(actor=build.member(space, "Noreen"), space=space, words=SECRET, ways="L")


def address(contribution, rest=""):
    return f"/s/{contribution.space.slug}/brought/{contribution.pk}/{rest}"


def choose(client, contribution, depth, **more):
    filled = {"key": str(uuid.uuid4()), "depth": depth, **more}
    return client.post(address(contribution, "take-back/"), filled)


def read(client, url):
    return client.get(url).content.decode()


def place_of(person, space):
    return Place(space, person, membership_of(person, space.pk))


def kinds_of(contribution):
    return list(Event.objects.filter(subject=contribution.pk).order_by("sequence").values_list("kind", flat=True))


def test_the_page_offers_three_depths_and_says_what_each_reaches(build, signed_in, brought):
    alison = build.member(brought.space, "Alison")
    name_theme(actor=alison, space=brought.space, name="Not believed", contributions=[brought])
    page = read(signed_in(brought.author), address(brought, "take-back/"))
    for said in (
        "Out of sight for now", "Nothing new from them", "Erased", "It cannot be undone", "The theme “Not believed”",
        "What nobody can call back", "These may not, so they are in none", "Our mails never hold",
    ):  # fmt: skip
        assert said in page
    assert "Bring them back" not in page
    assert signed_in(brought.author).post(address(brought, "take-back/"), {"key": uuid.uuid4()}).status_code == 422


def test_out_of_sight_and_back_with_one_button(build, signed_in, brought):
    other, own = signed_in(build.member(brought.space)), signed_in(brought.author)
    facilitator = signed_in(brought.space.opened_by)
    choose(own, brought, "aside")
    brought.refresh_from_db()
    assert (brought.state, brought.words) == (ContributionState.ASIDE, SECRET)
    for client in (other, facilitator):
        page = read(client, address(brought))
        assert SECRET not in page
        assert "Noreen" not in page
        assert "The person who brought these words has put them out of sight for now." in page
        assert SECRET not in read(client, f"/s/{brought.space.slug}/brought/")
        assert SECRET not in read(client, f"/s/{brought.space.slug}/brought/?hidden=1")
        assert client.get(address(brought, "changes/")).status_code == 404
        assert client.get(address(brought, "answer/")).status_code == 404
    assert own.get(address(brought, "changes/")).status_code == 200
    page = read(own, address(brought))
    assert SECRET in page
    assert "Only you can read them." in page
    assert "Bring them back" in page
    assert SECRET in read(own, f"/s/{brought.space.slug}/did/")
    choose(own, brought, "back")
    assert SECRET in read(other, address(brought))
    brought.refresh_from_db()
    assert (brought.state, brought.state_before, brought.taken_back_at) == ("visible", "", None)
    assert kinds_of(brought)[1:] == ["contribution put aside", "contribution brought back"]


def test_each_is_done_once_however_often(brought):
    noreen = brought.author
    for action in (put_aside, bring_back, end_use, allow_use):
        before = Event.objects.count()
        action(actor=noreen, contribution=brought)
        action(actor=noreen, contribution=brought)
        assert Event.objects.count() == before + 1
    before = Event.objects.count()
    for action in (bring_back, allow_use, open_to_all):
        action(actor=noreen, contribution=brought)
    assert Event.objects.count() == before
    assert list(problems_in_chains()) == []


def test_nobody_else_does_any_of_it(build, signed_in, brought):
    for person in (build.member(brought.space), brought.space.opened_by):
        for depth in ("aside", "no_use", "erase", "back", "use", "open"):
            assert choose(signed_in(person), brought, depth, sure="1").status_code in (403, 404)
        for action in (put_aside, bring_back, end_use, allow_use, open_to_all, withdraw_contribution):
            with pytest.raises(NotAllowed):
                action(actor=person, contribution=brought)
    brought.refresh_from_db()
    assert (brought.state, brought.words, brought.use_ended_at) == ("visible", SECRET, None)


def test_a_facilitator_does_it_for_an_assisted_person_and_still_reads_the_words(build, signed_in):
    space = build.space()
    frank = build.member(space, "Frank", account=False)
    brought = bring_contribution(actor=space.opened_by, author=frank, space=space, words=SECRET)
    helper = signed_in(space.opened_by)
    assert "You do this for Frank" in read(helper, address(brought, "take-back/"))
    choose(helper, brought, "aside")
    assert SECRET in read(helper, address(brought))
    assert SECRET not in read(signed_in(build.member(space)), address(brought))
    choose(helper, brought, "back")
    choose(helper, brought, "no_use")
    brought.refresh_from_db()
    assert brought.state == "visible"
    assert brought.use_ended_at is not None
    assert set(Event.objects.filter(subject=brought.pk).values_list("actor", flat=True)) == {space.opened_by.pk}


def test_what_moderation_hid_does_not_come_into_sight_by_putting_it_aside(build, signed_in, brought):
    facilitator, noreen = brought.space.opened_by, brought.author
    hide_contribution(actor=facilitator, contribution=brought, why="It names a doctor.")
    put_aside(actor=noreen, contribution=brought)
    assert SECRET not in read(signed_in(facilitator), address(brought))
    bring_back(actor=noreen, contribution=brought)
    brought.refresh_from_db()
    assert (brought.state, brought.state_why) == ("hidden", "It names a doctor.")
    put_aside(actor=noreen, contribution=brought)
    show_contribution(actor=facilitator, contribution=brought)
    brought.refresh_from_db()
    assert brought.state == "aside"
    bring_back(actor=noreen, contribution=brought)
    brought.refresh_from_db()
    assert (brought.state, brought.state_why) == ("visible", "")


def test_words_put_aside_can_be_said_better_and_erased(brought):
    put_aside(actor=brought.author, contribution=brought)
    revise_contribution(actor=brought.author, contribution=brought, words="They turned it to the window.")
    brought.refresh_from_db()
    assert (brought.state, brought.version) == ("aside", 2)
    withdraw_contribution(actor=brought.author, contribution=brought)
    brought.refresh_from_db()
    assert (brought.state, brought.words, brought.state_before) == ("withdrawn", "", "")
    for action in (put_aside, bring_back, end_use, allow_use, open_to_all):
        with pytest.raises(NotHere):
            action(actor=brought.author, contribution=brought)


def test_nothing_new_from_them_but_they_are_read_and_answered(build, signed_in, brought):
    alison = build.member(brought.space, "Alison")
    other, own = signed_in(alison), signed_in(brought.author)
    choose(own, brought, "no_use")
    page = read(other, address(brought))
    assert SECRET in page
    assert "nothing new from them, please" in page
    assert "Not to be quoted." in page
    assert "Put them with a theme" not in page
    assert "They change our question" not in page
    assert SECRET in read(other, f"/s/{brought.space.slug}/brought/")
    answer_contribution(actor=alison, answers=brought, verb="supports", words="I was there too.")
    assert "I was there too." in read(other, address(brought))
    assert list(usable(place_of(alison, brought.space)).values_list("words", flat=True)) == ["I was there too."]
    assert "Allow new things to be made from them" in read(own, address(brought))
    choose(own, brought, "use")
    assert "Put them with a theme" in read(other, address(brought))


# ── what was made from them says so ──────────────────────────────────────────────────────────────


@pytest.fixture
def made(build, brought):
    """A theme, a claim, a proposal, an outcome and a wording of the question, from the same words."""
    space, alison = brought.space, build.member(brought.space, "Alison")
    here = {"actor": alison, "space": space}
    theme = name_theme(**here, name="Not believed", contributions=[brought])
    claim = draw_statement(**here, words="Chairs are turned.", contributions=[brought])
    proposal = propose(**here, title="Chairs stay", words="Nobody turns them.", contributions=[brought])
    outcome = tell_outcome(**here, title="They stay", contributions=[brought])
    framing = reframe_from_contributions(**here, words="Whose chair?", why="Because.", contributions=[brought])
    return [theme, claim, proposal, outcome, framing]


@pytest.mark.parametrize(
    "gone",
    [
        ("aside", "One of the sources is out of sight for now: the person who brought it put it aside."),
        ("erase", "One of the sources was taken back by the person who brought it."),
    ],
)
def test_what_came_from_them_says_that_a_source_is_gone(build, signed_in, brought, made, gone):
    depth, says = gone
    other = signed_in(build.member(brought.space))
    pages = [one.get_absolute_url() for one in made]
    for page in pages:
        assert SECRET in read(other, page) or "Noreen" in read(other, page)
        assert "One of the sources" not in read(other, page)
    choose(signed_in(brought.author), brought, depth, sure="1")
    for page in pages:
        drawn = read(other, page)
        assert says in drawn, page
        assert SECRET not in drawn, page
    choose(signed_in(brought.author), brought, "back")
    drawn = [SECRET in read(other, page) or "Noreen" in read(other, page) for page in pages]
    assert drawn == [depth == "aside"] * 5


def test_visitors_are_told_no_more_than_that_it_may_be_for_members(build, signed_in, brought, made):
    brought.space.privacy = "public"
    brought.space.save()
    put_aside(actor=brought.author, contribution=brought)
    for page in (made[1].get_absolute_url(), made[3].get_absolute_url(), made[4].get_absolute_url()):
        drawn = read(signed_in(None), page)
        assert "One of the sources is read by members only, or was taken back." in drawn
        assert "put it aside" not in drawn


def test_saying_what_is_gone_takes_no_more_queries_for_more_of_it(build, signed_in, brought):
    alison = build.member(brought.space, "Alison")
    theme = name_theme(actor=alison, space=brought.space, name="Not believed", contributions=[brought])
    client = signed_in(alison)

    def asked():
        with CaptureQueriesContext(connection) as ran:
            client.get(theme.get_absolute_url())
        return len(ran)

    put_aside(actor=brought.author, contribution=brought)
    asked()
    few = asked()
    for number in range(30):
        one = build.contribution(
            brought.space, brought.author, f"Words {number}.", state=["hidden", "withdrawn"][number % 2]
        )
        ThemeLink.objects.create(theme=theme, contribution=one, linked_by=alison)
    assert asked() == few
    assert "15 of the sources were taken back by the people who brought them." in read(client, theme.get_absolute_url())


# ── the same words elsewhere ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "words", "shared"),
    [
        ("She said they turned the chair to the wall, and left.", SECRET, "they turned the chair to the wall"),
        ("TURNED THE CHAIR, TO THE!", SECRET, "TURNED THE CHAIR, TO THE"),
        ("They turned the chair away.", SECRET, ""),
        ("Nobody knocked.", "Nobody knocked", "Nobody knocked"),
        ("Nobody came.", "Nobody", ""),
        ("", SECRET, ""),
        (SECRET, "", ""),
    ],
)
def test_a_run_of_the_same_words_is_found(text, words, shared):
    assert shared_run(text, [words]) == shared


def test_the_page_for_erasing_lists_who_else_holds_the_same_words(build, signed_in, brought):
    revise_contribution(actor=brought.author, contribution=brought, words="They were unkind about it.")
    brought.refresh_from_db()
    space, alison, bo = brought.space, build.member(brought.space, "Alison"), build.member(brought.space, "Bo")
    theme = name_theme(
        actor=alison, space=space, name="Chairs", contributions=[brought], why="She: “turned the chair to the wall”."
    )
    draw_statement(actor=bo, space=space, words="They were unkind about it, all of them.", contributions=[brought])
    draw_statement(actor=bo, space=space, words="People are left alone.", contributions=[brought])
    answer_contribution(actor=bo, answers=brought, verb="questions", words="Who turned the chair to the wall?")
    acknowledge_contribution(actor=alison, contribution=brought, words="I had not thought of it.")
    page = read(signed_in(brought.author), address(brought, "take-back/?erase=1"))
    listed = page.split("Where the same words still stand")[1].split("<h2")[0]
    for said in (
        "turned the chair to the wall",
        theme.get_absolute_url(),
        "Alison",
        "Bo",
        "They were unkind about it",
        "An answer",
    ):
        assert said in listed
    assert "People are left alone" not in listed
    assert "I had not thought of it" not in listed
    assert "Where the same words still stand" not in read(signed_in(brought.author), address(brought, "take-back/"))


def test_the_page_for_erasing_takes_a_bounded_number_of_queries(build, signed_in, brought):
    def asked():
        with CaptureQueriesContext(connection) as ran:
            signed_in(brought.author).get(address(brought, "take-back/?erase=1"))
        return len(ran)

    alison = build.member(brought.space, "Alison")
    for number in range(2):
        name_theme(actor=alison, space=brought.space, name=f"Chairs {number}", contributions=[brought], why=SECRET)
        answer_contribution(actor=alison, answers=brought, verb="supports", words=f"{SECRET} {number}")
        draw_statement(actor=alison, space=brought.space, words=f"{SECRET} {number}", contributions=[brought])
    few = asked()
    for number in range(2, 12):
        name_theme(actor=alison, space=brought.space, name=f"Chairs {number}", contributions=[brought], why=SECRET)
        answer_contribution(actor=alison, answers=brought, verb="supports", words=f"{SECRET} {number}")
        draw_statement(actor=alison, space=brought.space, words=f"{SECRET} {number}", contributions=[brought])
    assert asked() == few


def test_who_may_not_take_words_back_is_told_nothing_of_whose_they_are(build, signed_in):
    space = build.space()
    by_post, left = build.member(space, "Terry", account=False), build.member(space, "Lee")
    Membership.objects.filter(person=left).update(state=MembershipState.LEFT)
    client, told = signed_in(build.member(space)), set()
    for author in (build.member(space), by_post, left):
        words = build.contribution(space, author, f"Said by {author.pk}.", attribution="anonymous")
        address = reverse("contributions:withdraw", args=[space.slug, words.pk])
        answer = client.post(address, {"key": str(uuid.uuid4()), "depth": "aside"})
        main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
        told.add((answer.status_code, main.replace(str(words.pk), "")))
        words.refresh_from_db()
        assert words.state == "visible"
    assert len(told) == 1


@pytest.mark.parametrize("page", ["revise", "describe", "withdraw"])
def test_who_helps_and_opens_close_words_to_change_them_is_on_record(build, signed_in, page):
    space = build.space()
    terry = build.member(space, "Terry", account=False)
    words = build.contribution(space, terry, "Only for few.", state="close", recorder=space.opened_by)
    helper = build.member(space, "Philippa", facilitator=True)
    address = reverse(f"contributions:{page}", args=[space.slug, words.pk])
    answer = signed_in(helper).get(address)
    assert answer.status_code == 200
    assert "Only for few." in answer.content.decode() or page != "revise"
    assert [one.reader for one in Reading.objects.filter(contribution=words)] == [helper]
    signed_in(space.opened_by).get(address)
    assert Reading.objects.count() == 1
