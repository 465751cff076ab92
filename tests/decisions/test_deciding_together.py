"""Proposing, reading, taking positions and closing by the charter's rules."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.consent.models import Agreement, AgreementText
from coproduce.decisions import actions
from coproduce.decisions.models import Decision, EarlierPosition, Eligible, Position, Proposal
from coproduce.decisions.queries import readiness
from coproduce.errors import NotAllowed, NotHere, NotReady
from coproduce.history.models import Event
from coproduce.spaces.models import Charter
from coproduce.themes.models import Theme, ThemeLink

BEGUN = datetime(2026, 3, 1, 10, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\u202e{{ 7|add:7 }}"


def on_day(days):
    return clock.told(BEGUN + timedelta(days=days))


@pytest.fixture
def space(build):
    space = build.space(privacy="public", needs=[("L", 2), ("C", 1)], days=14)
    for ways in ("L", "L", "L", "L", "L", *["LC"] * 8, "O"):
        build.member(space, ways=ways)
    return space


@pytest.fixture
def noreen(build, space):
    return build.member(space, "Noreen", ways="L")


@pytest.fixture
def lynne(build, space):
    return build.member(space, "Lynne", ways="C")


@pytest.fixture
def words(build, space, noreen):
    return build.contribution(space, noreen, "They each give me a sheet for it.", ways="LM")


@pytest.fixture
def proposal(space, noreen, words):
    with on_day(0):
        return actions.propose(
            actor=noreen, space=space, title="Letters ask first", words="Every letter asks.", contributions=[words]
        )


def consent(proposal, ways, count=1, kind="consent", day=1, **fields):
    """``count`` of those who may decide, speak from ``ways`` and have said nothing yet, now say where they stand."""
    silent = Eligible.objects.filter(proposal=proposal, ways=ways).exclude(
        person__in=[
            proposal.proposed_by_id,
            *Position.objects.filter(proposal=proposal).values_list("person", flat=True),
        ]
    )
    people = [each.person for each in silent.exclude(person__chosen_name="Lynne").order_by("pk")[:count]]
    assert len(people) == count
    with on_day(day):
        for person in people:
            actions.take_position(actor=person, proposal=proposal, kind=kind, **fields)
    return people


def url_of(proposal, name="proposal"):
    return reverse(f"decisions:{name}", args=[proposal.space.slug, proposal.pk])


def filled(**fields):
    return {"key": uuid.uuid4(), "attribution": "chosen", **fields}


class TestProposing:
    def test_from_a_theme_and_words(self, build, space, noreen, words, signed_in):
        theme = Theme.objects.create(space=space, name="Letters", proposed_by=noreen)
        other = build.contribution(space, noreen, "It is addressed to him. I open it.", ways="C")
        for each in (words, other):
            ThemeLink.objects.create(theme=theme, contribution=each, linked_by=noreen)
        client = signed_in(noreen)
        url = reverse("decisions:propose", args=[space.slug])
        assert client.get(f"{url}?from={words.pk}&theme={theme.pk}").content.decode().count("checked") == 2
        sent = {
            "key": uuid.uuid4(),
            "title": "Ask",
            "words": "Ask first.",
            "themes": [theme.pk],
            "contributions": [words.pk],
        }
        made = client.post(url, sent)
        assert made.url == Proposal.objects.get().get_absolute_url()
        html = client.get(made.url).content.decode()
        assert "They each give me a sheet for it." in html
        assert "a theme, with one more contribution in it" in html
        assert "People who research it" not in html
        assert "Nothing that people who practise, people who research it or people who organise know" in html

    def test_needs_something_it_comes_from(self, space, noreen, signed_in):
        sent = {"key": uuid.uuid4(), "title": "Ask", "words": "Ask first."}
        refused = signed_in(noreen).post(reverse("decisions:propose", args=[space.slug]), sent)
        assert refused.status_code == 422
        with pytest.raises(NotAllowed):
            actions.propose(actor=noreen, space=space, title="Ask", words="Ask first.")

    def test_refuses_themes_and_words_of_elsewhere(self, build, space, noreen):
        other = build.space()
        theme = Theme.objects.create(space=other, name="Theirs", proposed_by=other.opened_by)
        foreign = build.contribution(other, other.opened_by)
        for sources in ({"themes": [theme]}, {"contributions": [foreign]}):
            with pytest.raises(NotHere):
                actions.propose(actor=noreen, space=space, title="No", words="No.", **sources)

    def test_is_decided_under_the_charter_that_held_when_it_was_put(self, build, space, proposal):
        later = Charter.objects.create(space=space, version=2, minimum_reading_days=0, written_by=space.opened_by)
        assert proposal.charter_id != later.pk
        with on_day(2):
            assert not readiness(Proposal.objects.get(pk=proposal.pk)).reading_is_over


class TestReadingTime:
    def test_nothing_closes_before_it_is_over_nor_by_itself_after(self, build, proposal, noreen):
        consent(proposal, "LC", 3)
        with on_day(13), pytest.raises(NotReady, match="15 March 2026"):
            actions.close_proposal(actor=noreen, proposal=proposal, agreed=True)
        with on_day(13), pytest.raises(NotReady):
            actions.close_proposal(actor=noreen, proposal=proposal, agreed=False, why="Enough.")
        with on_day(400):
            assert Proposal.objects.get().state == "open"
            assert actions.close_proposal(actor=noreen, proposal=proposal, agreed=True).agreed

    def test_begins_again_when_the_words_change(self, build, proposal, noreen):
        consent(proposal, "LC", 3)
        with on_day(10):
            actions.amend_proposal(
                actor=noreen, proposal=proposal, words="Every letter asks twice.", why="Lynne asked."
            )
        with on_day(20), pytest.raises(NotReady, match="25 March 2026"):
            actions.close_proposal(actor=noreen, proposal=proposal, agreed=True)
        with on_day(24):
            assert actions.close_proposal(actor=noreen, proposal=proposal, agreed=True).version.number == 2


class TestWhoHasToBeHere:
    def test_missing_people_are_named_by_how_they_know_and_never_counted(self, build, proposal, signed_in, noreen):
        consent(proposal, "L", 1)
        html = signed_in(noreen).get(url_of(proposal)).content.decode()
        assert "two needed. Not yet." in html
        assert "one needed. Not yet." in html
        consent(proposal, "LC", 1)
        html = signed_in(noreen).get(url_of(proposal)).content.decode()
        assert "two needed. They were here." in html
        assert "one needed. They were here." in html
        assert "Not yet" not in html

    def test_of_few_people_it_is_not_told_who_came_until_it_is_agreed(self, build, noreen, signed_in):
        """With two who practise, *they were here* would say that both have spoken, to whoever looks twice."""
        space = build.space(privacy="public", needs=[("P", 2), ("C", 1)], days=14)
        few = [build.member(space, ways="P", shown="counted") for _n in range(2)]
        carer, author = build.member(space, ways="C"), build.member(space, ways="L")
        words = build.contribution(space, author)
        with on_day(0):
            proposal = actions.propose(actor=author, space=space, title="T", words="W.", contributions=[words])

        def told(day):
            with on_day(day):
                html = signed_in(author).get(url_of(proposal)).content.decode()
                assert "two needed. They are few, so whether they were here is told once it is agreed." in html
                assert "They were here" not in html
                assert "are all here" not in html
                return readiness(Proposal.objects.get()).missing

        in_turn = [(carer, "consent"), (few[0], "consent"), (few[1], "aside")]
        said = []
        for person, kind in in_turn:
            said.append((told(2), told(20)))
            with on_day(1):
                actions.take_position(actor=person, proposal=proposal, kind=kind, attribution="anonymous")
        assert said[1] == said[2], "who looks before and after one of the two has spoken sees no change"
        assert said[0][0] == said[1][0] + ["Nobody has consented yet."]
        assert said[1][1] == ["Of the people whom our charter asks for, not all have been here yet."]
        assert told(20) == []
        with on_day(20):
            actions.close_proposal(actor=author, proposal=proposal, agreed=True)
        assert "two needed. They were here." in signed_in(author).get(url_of(proposal)).content.decode()
        with on_day(21):
            put = actions.propose(actor=author, space=space, title="T", words="W.", contributions=[words])
        with on_day(40):
            actions.close_proposal(actor=author, proposal=put, agreed=False, why="Nobody came.")
        assert "whether they were here is not told." in signed_in(author).get(url_of(put)).content.decode()

    def test_without_them_it_is_not_agreed(self, build, proposal, noreen):
        consent(proposal, "L", 5)
        with on_day(20), pytest.raises(NotReady, match="Carers: one needed"):
            actions.close_proposal(actor=noreen, proposal=proposal, agreed=True)

    def test_only_counted_standpoints_count(self, build, space, noreen, words):
        quiet = build.member(space, ways="C", shown="counted")
        with on_day(0):
            proposal = actions.propose(actor=noreen, space=space, title="T", words="W.", contributions=[words])
        consent(proposal, "L", 2)
        actions.take_position(actor=quiet, proposal=proposal, kind="aside")
        with on_day(20):
            assert actions.close_proposal(actor=noreen, proposal=proposal, agreed=True).agreed

    def test_somebody_must_consent(self, build, proposal, noreen):
        consent(proposal, "LC", 3, kind="aside")
        with on_day(20), pytest.raises(NotReady, match="Nobody has consented"):
            actions.close_proposal(actor=noreen, proposal=proposal, agreed=True)


class TestObjections:
    def test_one_is_enough_where_the_charter_lets_none_stand(self, build, proposal, noreen):
        consent(proposal, "LC", 3)
        consent(proposal, "O", kind="object", reason="It costs a claim.")
        with on_day(20), pytest.raises(NotReady, match="Somebody objects"):
            actions.close_proposal(actor=noreen, proposal=proposal, agreed=True)

    def test_one_may_stand_where_the_charter_says_so_and_stays_for_ever(self, build, space, noreen, words, signed_in):
        space.charters.update(objections_that_may_stand=1)
        with on_day(0):
            proposal = actions.propose(actor=noreen, space=space, title="T", words="W.", contributions=[words])
        consent(proposal, "LC", 3)
        consent(proposal, "O", kind="object", reason="It costs a claim.")
        with on_day(20):
            actions.close_proposal(actor=noreen, proposal=proposal, agreed=True, review_on=date(2099, 11, 9))
        html = signed_in(noreen).get(url_of(proposal)).content.decode()
        assert "Agreed on 21 March 2026, after 20 days of reading" in html
        assert "It costs a claim." in html
        assert "We look again on 9 November 2099" in html

    def test_an_objection_outlives_other_words_until_its_owner_changes_it(self, build, proposal, noreen):
        consent(proposal, "LC", 3)
        (stephen,) = consent(proposal, "O", kind="object", reason="It costs a claim.")
        with on_day(10):
            actions.amend_proposal(actor=noreen, proposal=proposal, words="With the name on the back.", why="Stephen.")
        with on_day(30), pytest.raises(NotReady):
            actions.close_proposal(actor=noreen, proposal=proposal, agreed=True)
        with on_day(30):
            actions.take_position(actor=stephen, proposal=proposal, kind="reservations", reason="Print it plainly.")
            actions.close_proposal(actor=noreen, proposal=proposal, agreed=True)
        assert EarlierPosition.objects.values_list("kind", "reason").get() == ("object", "It costs a claim.")

    def test_not_agreed_needs_a_reason_and_stands_like_agreed(self, build, proposal, noreen, signed_in):
        consent(proposal, "O", kind="object", reason="It costs a claim.")
        with on_day(20):
            with pytest.raises(NotAllowed, match="Say why"):
                actions.close_proposal(actor=noreen, proposal=proposal, agreed=False)
            actions.close_proposal(
                actor=noreen, proposal=proposal, agreed=False, why="We could not meet Stephen’s point."
            )
        client = signed_in(noreen)
        html = client.get(url_of(proposal)).content.decode()
        assert "Not agreed on 21 March 2026" in html
        assert "We could not meet Stephen’s point." in html
        listed = client.get(reverse("decisions:decisions", args=[proposal.space.slug])).content.decode()
        assert "Not agreed on 21 March 2026" in listed

    def test_what_the_charter_calls_agreed_cannot_be_closed_as_not_agreed(self, build, proposal, noreen):
        consent(proposal, "LC", 3)
        with on_day(20), pytest.raises(NotReady):
            actions.close_proposal(actor=noreen, proposal=proposal, agreed=False, why="I would rather not.")


class TestPositions:
    @pytest.mark.parametrize("kind", ["reservations", "object"])
    def test_a_reason_is_needed_where_it_is_all_that_is_left(self, proposal, noreen, signed_in, kind):
        refused = signed_in(noreen).post(url_of(proposal, "position"), filled(kind=kind))
        assert refused.status_code == 422
        assert "Say why" in refused.content.decode()
        with pytest.raises(NotAllowed):
            actions.take_position(actor=noreen, proposal=proposal, kind=kind)

    def test_changing_where_you_stand_keeps_what_you_said(self, proposal, noreen, signed_in):
        client, url = signed_in(noreen), url_of(proposal, "position")
        client.post(url, filled(kind="object", reason="No lift."))
        assert "No lift." in client.get(url).content.decode()
        client.post(url, filled(kind="consent", reason="There is a lift now."))
        html = client.get(url_of(proposal)).content.decode()
        assert "There is a lift now." in html
        assert "No lift." in html
        assert Position.objects.count() == 1

    def test_a_facilitator_writes_down_for_somebody_who_uses_post(self, build, space, noreen, words, signed_in):
        harold = build.member(space, "Harold", account=False)
        proposal = actions.propose(actor=noreen, space=space, title="T", words="W.", contributions=[words])
        client = signed_in(space.opened_by)
        url = f"{url_of(proposal, 'position')}?for={harold.pk}"
        client.post(url, filled(kind="reservations", reason="Provided there is time."))
        position = Position.objects.get()
        assert (position.person, position.recorded_by) == (harold, space.opened_by)
        html = client.get(url_of(proposal)).content.decode()
        assert f"written down by {space.opened_by.chosen_name}" in html

    def test_nobody_speaks_for_others(self, build, space, proposal, noreen, lynne, signed_in):  # noqa: PLR0917
        with pytest.raises(NotAllowed):
            actions.take_position(actor=space.opened_by, person=lynne, proposal=proposal, kind="consent")
        stranger = build.person()
        with pytest.raises(NotHere):
            actions.take_position(actor=stranger, proposal=proposal, kind="consent")
        harold = build.member(space, account=False)
        assert signed_in(noreen).get(f"{url_of(proposal, 'position')}?for={harold.pk}").status_code == 404

    def test_sent_twice_is_taken_once(self, proposal, noreen, signed_in):
        client, sent = signed_in(noreen), filled(kind="consent", reason="Yes.")
        for _turn in range(2):
            assert client.post(url_of(proposal, "position"), sent).status_code == 302
        assert Event.objects.filter(kind="position taken").count() == 1
        assert client.post(url_of(proposal, "position"), sent | {"reason": "No."}).status_code == 409

    def test_hostile_words_are_only_words(self, space, noreen, words, signed_in):
        proposal = actions.propose(actor=noreen, space=space, title=HOSTILE, words=HOSTILE, contributions=[words])
        actions.take_position(actor=noreen, proposal=proposal, kind="object", reason=HOSTILE)
        actions.amend_proposal(actor=noreen, proposal=proposal, words=HOSTILE + " more", why=HOSTILE)
        client = signed_in(noreen)
        listed = reverse("decisions:decisions", args=[space.slug])
        for url in (url_of(proposal), url_of(proposal, "changes"), url_of(proposal, "position"), listed):
            html = client.get(url).content.decode()
            assert "<script>alert" not in html
            assert "&lt;script&gt;" in html


class TestAmending:
    def test_shows_what_went_and_what_came(self, proposal, noreen, signed_in):
        client = signed_in(noreen)
        sent = filled(title="Letters ask first", words="Every letter listens.", why="Asking was not enough.")
        assert client.post(url_of(proposal, "amend"), sent).status_code == 302
        html = client.get(url_of(proposal, "changes")).content.decode()
        assert 'asks.<span class="visually-hidden">]</span></del>' in html
        assert 'listens.<span class="visually-hidden">]</span></ins>' in html
        assert "Asking was not enough." in html

    def test_is_for_whoever_put_it(self, proposal, lynne, signed_in):
        assert signed_in(lynne).get(url_of(proposal, "amend")).status_code == 404
        with pytest.raises(NotAllowed):
            actions.amend_proposal(actor=lynne, proposal=proposal, words="Mine now.", why="Because.")

    def test_can_be_handed_on(self, proposal, noreen, lynne, signed_in):
        client, sent = signed_in(noreen), filled(to=str(lynne.pk))
        for _turn in range(2):
            assert client.post(url_of(proposal, "hand_on"), sent).status_code == 302
        actions.amend_proposal(actor=lynne, proposal=proposal, words="Carried on.", why="Noreen asked me.")
        html = client.get(url_of(proposal)).content.decode()
        assert "Put by Noreen" in html
        assert "Carried on by Lynne" in html


class TestClosingOnThePage:
    def test_says_what_is_missing_and_offers_no_button(self, proposal, lynne, signed_in):
        with on_day(3):
            html = signed_in(lynne).get(url_of(proposal, "close")).content.decode()
        assert "Everyone has until 15 March 2026" in html
        assert "It cannot be closed before then" in html

    def test_any_member_closes_it_once(self, build, proposal, lynne, signed_in):
        consent(proposal, "LC", 3)
        client, sent = signed_in(lynne), filled(why="", review_on="2099-01-01")
        with on_day(20):
            for _turn in range(2):
                assert client.post(url_of(proposal, "close"), sent).status_code == 302
        assert Decision.objects.get().closed_by == lynne
        assert Event.objects.filter(kind="proposal closed").count() == 1
        refused = client.post(url_of(proposal, "position"), filled(kind="consent"))
        assert refused.status_code == 403
        assert client.get(url_of(proposal, "amend")).status_code in (403, 404)

    def test_a_review_is_still_to_come(self, build, proposal, lynne, signed_in):
        consent(proposal, "LC", 3)
        with on_day(20):
            refused = signed_in(lynne).post(url_of(proposal, "close"), filled(review_on="2026-01-01"))
        assert refused.status_code == 422


class TestVisitors:
    def test_read_decisions_without_the_names_and_words_of_people_who_did_not_agree_to_that(
        self, build, space, proposal, noreen, signed_in
    ):
        people = consent(proposal, "L", 3, reason="My reason.")
        visitor = signed_in(None)
        html = visitor.get(url_of(proposal)).content.decode()
        assert "Three people" in html
        assert "My reason." not in html
        assert all(person.chosen_name not in html for person in [*people, noreen])
        assert "Nobody asked me" not in html
        text = AgreementText.objects.create(space=space, use="attributed_quote", words="?", written_by=noreen)
        Agreement.objects.create(space=space, person=people[0], use="attributed_quote", text=text, given=True)
        html = visitor.get(url_of(proposal)).content.decode()
        assert html.count("My reason.") == 1
        assert people[0].chosen_name in html

    @pytest.mark.parametrize("name", ["position", "amend", "close", "hand_on"])
    def test_are_asked_to_sign_in_before_they_do_anything(self, proposal, signed_in, name):
        assert signed_in(None).get(url_of(proposal, name)).status_code == 302


def test_a_proposal_is_found_only_in_its_own_space(build, proposal, noreen, signed_in):
    other = build.space()
    build.join(other, noreen)
    client = signed_in(noreen)
    for name in ("proposal", "position", "amend", "close", "changes", "hand_on"):
        assert client.get(reverse(f"decisions:{name}", args=[other.slug, proposal.pk])).status_code == 404


def test_members_of_other_spaces_find_nothing(build, space, noreen, words, signed_in):
    space.privacy = "members"
    space.save()
    proposal = actions.propose(actor=noreen, space=space, title="T", words="W.", contributions=[words])
    elsewhere = signed_in(build.member(build.space()))
    listed = reverse("decisions:decisions", args=[space.slug])
    for url in (listed, url_of(proposal), url_of(proposal, "position")):
        assert elsewhere.get(url).status_code == 404


def test_withdrawn_words_leave_no_words_behind(proposal, words, noreen, signed_in):
    words.state, words.words = "withdrawn", "Taken back."
    words.save()
    html = signed_in(noreen).get(url_of(proposal)).content.decode()
    assert "One of the sources was taken back by the person who brought it" in html
    assert "Taken back." not in html


class TestManyRows:
    def test_one_proposal_with_fifty_people(  # noqa: PLR0917
        self, build, space, noreen, words, signed_in, django_assert_max_num_queries
    ):
        client = signed_in(noreen)
        limit = 30
        for _n in range(50):
            build.member(space, ways="LC")
        proposal = actions.propose(actor=noreen, space=space, title="T", words="W.", contributions=[words])
        consent(proposal, "LC", 1, reason="So.")
        with django_assert_max_num_queries(limit):
            client.get(url_of(proposal))
        for person in consent(proposal, "LC", 50, reason="So.", day=2):
            actions.take_position(actor=person, proposal=proposal, kind="object", reason="No.")
        with django_assert_max_num_queries(limit):
            assert "fifty" not in client.get(url_of(proposal)).content.decode()

    def test_the_list_with_fifty_proposals(self, space, noreen, words, signed_in, django_assert_max_num_queries):
        for n in range(50):
            actions.propose(actor=noreen, space=space, title=f"Number {n}.", words="W.", contributions=[words])
        url = reverse("decisions:decisions", args=[space.slug])
        client = signed_in(noreen)
        with django_assert_max_num_queries(6):
            first = client.get(url).content.decode()
        second = client.get(url + "?page=1").content.decode()
        assert first.count("Number ") == 40
        assert second.count("Number ") == 10
