"""The front page of a space: for members, for visitors of a public space, and for strangers."""

import uuid
from datetime import date, timedelta

import pytest

from coproduce import clock
from coproduce.contributions.models import Acknowledgement, FramingSource
from coproduce.decisions.models import Decision, Proposal, ProposalSource, ProposalVersion
from coproduce.gatherings.actions import arrange_gathering
from coproduce.outcomes.models import Outcome, OutcomeState
from coproduce.spaces.actions import make_join_link, reframe_question
from coproduce.spaces.models import Charter, Framing, Membership
from coproduce.themes.models import Theme, ThemeLink

pytestmark = pytest.mark.django_db


def theme_of(space, *contributions, name="Fear at night", origin="emerged"):
    theme = Theme.objects.create(space=space, name=name, origin=origin, proposed_by=space.opened_by)
    for contribution in contributions:
        ThemeLink.objects.create(theme=theme, contribution=contribution, linked_by=space.opened_by)
    return theme


def decided(space, theme, title="A card for the pocket", agreed=True):
    charter = Charter.objects.get(space=space)
    state = "agreed" if agreed else "not_agreed"
    proposal = Proposal.objects.create(
        space=space, title=title, proposed_by=space.opened_by, charter=charter, state=state
    )
    version = ProposalVersion.objects.create(proposal=proposal, number=1, words=title, written_by=space.opened_by)
    ProposalSource.objects.create(proposal=proposal, theme=theme)
    Decision.objects.create(proposal=proposal, agreed=agreed, version=version, closed_by=space.opened_by)
    return proposal


def been_here(person, days=3):
    Membership.objects.filter(person=person).update(last_here_at=clock.now() - timedelta(days=days))


def front(signed_in, person, space):
    return signed_in(person).get(f"/s/{space.slug}/").content.decode()


def test_a_young_space_says_what_to_do_first(build, signed_in):
    space = build.space()
    page = front(signed_in, space.opened_by, space)
    assert "this space has just begun" in page
    assert "ask others in" in page
    assert "ask others in" not in front(signed_in, build.member(space), space)


def test_the_words_that_changed_the_question_stand_under_it(build, signed_in):
    space = build.space(question="How do we cut readmissions?")
    noreen = build.member(space, "Noreen")
    words = build.contribution(space, noreen, "I have one chest. I am not a sum.", ways="L")
    framing = reframe_question(actor=noreen, space=space, words="What helps us live well?", why="Noreen.")
    FramingSource.objects.create(framing=framing, contribution=words)
    page = front(signed_in, space.opened_by, space)
    assert page.index("What helps us live well?") < page.index("I have one chest") < page.index("How do we cut")
    assert 'class="question-thread"' in page
    told = signed_in(noreen).get(f"/s/{space.slug}/framings/").content.decode()
    assert "Read all of it" in told
    assert "I have one chest" in told
    words.state = "withdrawn"
    words.save()
    assert "I have one chest" not in front(signed_in, space.opened_by, space)
    assert "I have one chest" not in signed_in(noreen).get(f"/s/{space.slug}/framings/").content.decode()


def test_of_long_words_the_passage_that_people_marked_stands_under_the_question(build, signed_in):
    space = build.space(question="How do we cut readmissions?")
    noreen = build.member(space, "Noreen")
    said = "Thank you for the invitation. I am not a sum."
    words = build.contribution(space, noreen, said, ways="L")
    framing = reframe_question(actor=noreen, space=space, words="What helps us live well?", why="Noreen.")
    FramingSource.objects.create(framing=framing, contribution=words)
    marked = ThemeLink.objects.get(theme=theme_of(space, words))
    marked.start, marked.end = said.index("I am"), len(said)
    marked.save()
    page = front(signed_in, space.opened_by, space)
    assert "“<bdi>I am not a sum.</bdi>”" in page
    assert "Thank you for" not in page
    marked.ended_at = clock.now()
    marked.save()
    assert "“<bdi>Thank you for the invitation." in front(signed_in, space.opened_by, space)


def test_what_is_woven_now_is_told_from_what_happened(build, signed_in):
    space = build.space()
    carer = build.member(space, ways="C")
    theme = theme_of(space, build.contribution(space, carer, ways="CL"))
    decided(space, theme, agreed=False)
    outcome = Outcome.objects.create(space=space, title="A lamp on the stairs", kind="service", recorded_by=carer)
    OutcomeState.objects.create(outcome=outcome, number=1, state="not_because", because="x", told_by=carer)
    arrange_gathering(actor=carer, space=space, title="Tea", starts_at=clock.now() + timedelta(days=2))
    page = front(signed_in, carer, space)
    assert "Just now we are thinking about" in page
    lately = page.split("Lately words were put there from:")[1].split("</p>")[1]
    assert "People who live with it" in lately
    assert "Carers" in lately
    assert "People who practise" not in lately
    assert "not agreed</a>: <bdi>A card for the pocket" in page
    assert "It did not happen, and the reason is written there." in page
    assert "We meet again on" in page
    assert "Tea" in page


def test_themes_are_drawn_as_cloth_and_say_where_they_came_from(build, signed_in):
    space = build.space()
    noreen = build.member(space, "Noreen")
    apart = build.contribution(space, noreen, "The bench.", ways="O")
    quiet = build.contribution(space, noreen, "No way of knowing given.")
    theme_of(space, quiet, name="Quiet")
    reached = theme_of(space, build.contribution(space, noreen, ways="LM"), name="Breathless")
    decided(space, reached)
    theme_of(space, apart, name="Letters", origin="agenda")
    page = front(signed_in, noreen, space)
    assert page.count('class="figure cloth"') == 2
    assert "have not said how they know" in page
    assert "Its first words: Noreen" in page
    assert "One decision draws on it." in page
    assert "On our first agenda." in page
    assert "is in no theme" not in page
    ThemeLink.objects.filter(contribution=apart).update(ended_at=clock.now())
    assert "One thing that was brought is in no theme." in front(signed_in, noreen, space)


def test_since_you_were_last_here_your_own_words_come_first(build, signed_in):
    space = build.space()
    noreen, alison = build.member(space, "Noreen"), build.member(space, "Alison", ways="P")
    stairs = build.contribution(space, noreen, "The stairs at night.", ways="L")
    build.contribution(space, alison, "On the ward too.", ways="P", answers=stairs, verb="builds_on")
    build.contribution(space, noreen, "I meant the top step.", answers=stairs, verb="answers")
    Acknowledgement.objects.create(contribution=stairs, person=alison)
    decided(space, theme_of(space, stairs))
    theme_of(space, name="A later one")
    been_here(noreen)
    page = front(signed_in, noreen, space)
    news = page.split("Since you were last here")[1].split("<h2")[0]
    assert news.count("<li>") == 5
    assert "<bdi>Alison</bdi> <b>built on</b> what you said" in news
    assert "<b>changed their thinking</b>" in news
    assert "Words of yours <b>reached a decision</b>." in news
    assert "A later one" in news
    assert "top step" not in news
    again = front(signed_in, noreen, space)
    assert "Since you were last here" in again
    assert "Since you were last here" not in front(signed_in, build.member(space), space)


def test_nobody_hears_of_what_happened_to_anothers_words(build, signed_in):
    space = build.space()
    noreen, alison = build.member(space, "Noreen"), build.member(space, "Alison")
    stairs = build.contribution(space, noreen, "The stairs at night.")
    hidden = build.contribution(space, alison, "Unkind.", answers=stairs, verb="differs", state="hidden")
    been_here(alison)
    been_here(noreen)
    assert "stairs" not in front(signed_in, alison, space).split("Since you")[-1].split("<h2")[0]
    assert str(hidden.pk) not in front(signed_in, noreen, space)


def test_the_first_words_travel_to_the_sheet_and_not_in_the_address(build, signed_in):
    space = build.space()
    client = signed_in(build.member(space, ways="C"))
    answer = client.post(f"/s/{space.slug}/begin/", {"words": "It is the third stair. <b>"})
    assert answer["Location"] == f"/s/{space.slug}/brought/bring/"
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert "It is the third stair. &lt;b&gt;" in page.content.decode()
    assert "error-summary" not in page.content.decode()
    assert client.get(f"/s/{space.slug}/begin/").status_code == 302
    assert client.post(f"/s/{space.slug}/begin/", {"words": "x" * 300_000}).status_code == 403


def test_the_first_words_survive_a_session_that_ended(build, client):
    space = build.space()
    member = build.member(space)
    answer = client.post(f"/s/{space.slug}/begin/", {"words": "The third stair."}, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/sign-in/")
    client.force_login(member.account, backend="coproduce.people.backends.PersonBackend")
    assert "The third stair." in client.get(f"/s/{space.slug}/brought/bring/").content.decode()


def test_strangers_see_a_listed_question_and_how_to_join_and_nothing_else(build, client):
    space = build.space(privacy="listed", question="What helps at night?", opened_by=build.person("Ottoline"))
    theme_of(space, build.contribution(space, space.opened_by, "My words."), name="A theme")
    page = client.get(f"/s/{space.slug}/").content.decode()
    assert "What helps at night?" in page
    assert "you need a code" in page
    for hidden in ("A theme", "My words", "Ottoline", "Gatherings"):
        assert hidden not in page
    link = make_join_link(actor=space.opened_by, space=space, for_anyone=True)
    assert f"/join/{link.code}/" in client.get(f"/s/{space.slug}/").content.decode()
    link.ends_at = clock.now()
    link.save()
    assert link.code not in client.get(f"/s/{space.slug}/").content.decode()


def test_a_private_space_is_not_there(build, client, signed_in):
    space = build.space()
    assert client.get(f"/s/{space.slug}/").status_code == 404
    assert signed_in(build.person()).get(f"/s/{space.slug}/").status_code == 404
    assert client.get("/s/nowhere/").status_code == 404


def test_visitors_of_a_public_space_read_what_was_agreed_to_be_shown(build, client):
    space = build.space(privacy="public")
    noreen = build.member(space, "Noreen")
    words = build.contribution(space, noreen, "I have one chest.", ways="L")
    framing = Framing.objects.create(space=space, number=2, words="Now?", framed_by=noreen)
    FramingSource.objects.create(framing=framing, contribution=words)
    theme_of(space, words)
    arrange_gathering(actor=noreen, space=space, title="Tea at mine", starts_at=clock.now() + timedelta(days=2))
    page = client.get(f"/s/{space.slug}/").content.decode()
    assert "Fear at night" in page
    for hidden in ("I have one chest", "Noreen", "Tea at mine", "Bring something", "my-place"):
        assert hidden not in page


@pytest.mark.parametrize("rows", [1, 50])
def test_the_page_asks_no_more_for_more(build, signed_in, django_assert_max_num_queries, rows):
    space = build.space()
    noreen, alison = build.member(space, "Noreen"), build.member(space, "Alison")
    for i in range(rows):
        words = build.contribution(space, noreen, f"Words {i}", ways="LC", said_on=date(2026, 1, 1))
        build.contribution(space, alison, f"Answer {i}", answers=words, verb="supports")
        decided(space, theme_of(space, words, name=f"Theme {i}"), title=f"Proposal {i}")
        framing = reframe_question(actor=alison, space=space, words=f"Question {i}?", why="")
        FramingSource.objects.create(framing=framing, contribution=words)
        arrange_gathering(actor=alison, space=space, title=f"G{i}", starts_at=clock.now() + timedelta(days=2))
    client = signed_in(noreen)
    been_here(noreen)
    client.get(f"/s/{space.slug}/")
    with django_assert_max_num_queries(14):
        page = client.get(f"/s/{space.slug}/").content.decode()
    assert "Since you were last here" in page
    assert f"Question {rows - 1}?" in page
    been_here(noreen)
    with django_assert_max_num_queries(15):
        client.get(f"/s/{space.slug}/")


def test_key_of_a_form_is_new_each_time(build, signed_in):
    space = build.space()
    client = signed_in(space.opened_by)
    pages = [client.get(f"/s/{space.slug}/my-place/").content.decode() for _visit in range(2)]
    assert len({uuid.UUID(page.split('name="key" value="')[1][:36]) for page in pages}) == 2
