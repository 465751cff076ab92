"""A claim in better words: who may, what stays readable, and to which words an answer is."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from coproduce import clock
from coproduce.deliberation import actions
from coproduce.deliberation.models import EarlierResponse, Response, StatementVersion, WordingTalk
from coproduce.deliberation.queries import answers_at, may_word, overtaken, tallies, wordings_at, wordings_of
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.reports.actions import keep_account
from coproduce.spaces.access import Place

HOSTILE = "<script>alert(1)</script> \u202e{{ 7|add:7 }} %s"
OLD, NEW = "Nobody listens at night.", "At night it is hard to be heard."


@pytest.fixture
def space(build):
    return build.space(privacy="public")


@pytest.fixture
def donna(build, space):
    return build.member(space, "Donna")


@pytest.fixture
def claim(build, space, donna):
    return actions.draw_statement(actor=donna, space=space, words=OLD, contributions=[build.contribution(space, donna)])


@pytest.fixture
def nine(build, space, claim):
    everyone = [build.member(space, f"Answerer {n}") for n in range(9)]
    for person in everyone:
        actions.respond(actor=person, statement=claim, answer=1)
    return everyone


def place_of(space, person=None):
    return Place(space, person, space.memberships.filter(person=person).first() if person else None)


def reword(claim, by, **fields):
    return actions.reword_statement(actor=by, statement=claim, **{"words": NEW, "why": "Some do listen.", **fields})


def url(name, space, thing):
    return reverse(f"deliberation:{name}", args=[space.slug, thing.pk])


def sent(**fields):
    return {"key": uuid.uuid4(), **fields}


class TestRewording:
    def test_earlier_words_stay_readable_with_what_changed(self, space, donna, claim, signed_in):
        client = signed_in(donna)
        done = client.post(url("reword", space, claim), sent(words=NEW, why="Some do listen."), follow=True)
        html = done.content.decode()
        assert NEW in html
        assert "Nobody" in html
        assert "<del>" in html
        assert "Some do listen." in html
        assert list(StatementVersion.objects.values_list("number", "words")) == [(1, OLD), (2, NEW)]
        assert Event.objects.filter(kind="statement reworded").count() == 1

    def test_twice_sent_is_done_once(self, space, donna, claim, signed_in):
        client, body = signed_in(donna), sent(words=NEW, why="Better.")
        for _turn in range(2):
            assert client.post(url("reword", space, claim), body).status_code == 302
        assert StatementVersion.objects.count() == 2

    def test_an_answer_counts_for_the_words_it_was_given_to_and_for_no_other(self, space, donna, claim, nine):
        reword(claim, donna)
        assert tallies(space) == {}
        assert answers_at(space) == []
        seen = wordings_of(place_of(space, donna), _again(claim))
        assert [(one.number, one.tally.agree if one.tally else None) for one in seen.wordings] == [(1, 9), (2, None)]

    def test_what_was_counted_at_a_moment_is_counted_so_again(self, space, donna, claim, nine):
        before = clock.now()
        reword(claim, donna)
        after = clock.now()
        actions.respond(actor=nine[0], statement=_again(claim), answer=1)
        assert len(answers_at(space, before)) == 9
        assert answers_at(space, after) == []
        assert len(answers_at(space)) == 1

    def test_words_are_told_as_they_were_at_a_moment(self, space, donna, claim):
        before = clock.now()
        reworded = reword(claim, donna)
        assert wordings_at([reworded], before)[claim.pk].words == OLD
        assert wordings_at([reworded], None)[claim.pk].words == NEW

    def test_needs_a_reason_and_other_words(self, donna, claim):
        for wrong in ({"why": " "}, {"words": f"  {OLD} "}):
            with pytest.raises(NotAllowed):
                reword(claim, donna, **wrong)
        assert not StatementVersion.objects.exists()

    def test_hostile_words_are_only_words(self, space, donna, claim, signed_in):
        reword(claim, donna, words=HOSTILE, why=HOSTILE)
        html = signed_in(donna).get(url("wording", space, claim)).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html

    def test_a_number_is_one_wording_in_the_database_too(self, donna, claim):
        reword(claim, donna)
        with pytest.raises(IntegrityError), transaction.atomic():
            StatementVersion.objects.create(statement=claim, number=2, words="x", worded_by=donna)


class TestWhoMay:
    def test_only_whoever_drew_it_while_they_are_here(self, build, space, donna, claim):
        other = build.member(space)
        assert may_word(donna, claim)
        for person in (other, space.opened_by, None):
            assert not may_word(person, claim)
        with pytest.raises(NotAllowed):
            reword(claim, space.opened_by)

    def test_a_facilitator_where_they_have_left(self, space, donna, claim):
        space.memberships.filter(person=donna).update(state="left")
        assert not may_word(donna, claim)
        reword(claim, space.opened_by)
        assert StatementVersion.objects.get(number=2).worded_by == space.opened_by

    def test_a_facilitator_writes_it_down_for_somebody_who_does_not_go_online(self, build, space):
        alan = build.member(space, "Alan", account=False)
        claim = actions.draw_statement(
            actor=space.opened_by, space=space, words=OLD, contributions=[build.contribution(space, alan)]
        )
        claim.drawn_by = alan
        claim.save()
        reword(claim, space.opened_by)
        version = StatementVersion.objects.get(number=2)
        assert (version.worded_by, version.recorded_by) == (alan, space.opened_by)

    def test_a_member_who_tries_is_told_why_not(self, build, space, claim, signed_in):
        refused = signed_in(build.member(space)).post(url("reword", space, claim), sent(words=NEW, why="Mine."))
        assert refused.status_code == 403
        assert "Whoever drew a claim" in refused.content.decode()

    def test_strangers_find_nothing(self, build, claim, signed_in):
        elsewhere = build.space()
        stranger = signed_in(build.member(elsewhere))
        for name in ("wording", "reword", "talk"):
            assert stranger.get(url(name, elsewhere, claim)).status_code == 404


class TestAskedAgain:
    def test_first_of_all_and_once(self, build, space, claim, nine, signed_in):
        donna = claim.drawn_by
        actions.draw_statement(
            actor=donna, space=space, words="Another.", contributions=[build.contribution(space, donna)]
        )
        reword(claim, donna)
        client = signed_in(nine[0])
        asked = client.get(reverse("deliberation:say", args=[space.slug]), follow=True)
        html = asked.content.decode()
        assert asked.context["claim"] == claim
        assert "It still holds" in html
        assert f"“{OLD}”" in html
        assert "You agreed when it read:" in html
        assert html.count('name="answer"') == 4, "the answer that may still hold is there once"
        holds = client.post(url("say_to", space, claim), sent(answer="1", attribution="chosen", wording=2))
        assert holds.url == reverse("deliberation:say", args=[space.slug])
        response = Response.objects.get(person=nine[0])
        assert (response.wording, response.overtaken_at) == (2, None)
        assert EarlierResponse.objects.get(response=response).wording == 1
        assert tallies(space)[claim.pk].agree == 1
        assert client.get(reverse("deliberation:say", args=[space.slug]), follow=True).context["claim"] != claim

    def test_of_somebody_who_does_not_go_online_it_is_spoken_as_of_somebody_else(self, build, space, claim, signed_in):
        alan = build.member(space, "Alan", account=False)
        actions.respond(actor=space.opened_by, person=alan, statement=claim, answer=-1, channel="phone")
        reword(claim, claim.drawn_by)
        client = signed_in(space.opened_by)
        asked = client.get(f"{url('say_to', space, claim)}?for={alan.pk}").content.decode()
        assert "Alan disagreed when it read:" in asked
        assert "Alan has answered one of 1 claims." in asked
        for wrong in ("You answered", "You have answered", "your answer"):
            assert wrong not in asked
        left = client.post(f"{url('let_stand', space, claim)}?for={alan.pk}", sent(), follow=True).content.decode()
        assert "The answer of Alan stays with the words it was given to." in left

    def test_may_leave_it_with_the_earlier_words(self, space, donna, claim, nine, signed_in):
        reword(claim, donna)
        client = signed_in(nine[0])
        client.post(url("let_stand", space, claim), sent())
        assert Response.objects.get(person=nine[0]).let_stand_at is not None
        assert tallies(space) == {}
        assert "That was all of them" in client.get(reverse("deliberation:say", args=[space.slug])).content.decode()
        assert Event.objects.filter(kind="answer left with earlier words").count() == 1

    def test_who_left_it_is_not_asked_again_of_still_other_words(self, space, donna, claim, nine):
        reworded = reword(claim, donna)
        actions.let_answer_stand(actor=nine[0], response=Response.objects.get(person=nine[0]))
        with pytest.raises(NotAllowed):
            actions.let_answer_stand(actor=donna, response=Response.objects.get(person=nine[0]))
        reword(reworded, donna, words="Nights are long.")
        assert not overtaken(space, nine[0])
        assert len(overtaken(space, nine[1])) == 1

    def test_words_that_changed_while_somebody_read_them_are_read_again(self, space, donna, claim, nine, signed_in):
        reword(claim, donna)
        body = sent(answer="-1", attribution="chosen", wording=1, reason="I wrote this long.")
        refused = signed_in(nine[0]).post(url("say_to", space, claim), body)
        html = refused.content.decode()
        assert refused.status_code == 422
        assert "put in other words while you read it" in html
        assert "I wrote this long." in html
        assert NEW in html
        assert Response.objects.get(person=nine[0]).answer == 1
        with pytest.raises(NotAllowed):
            actions.respond(actor=nine[0], statement=_again(claim), answer=0, wording=1)


class TestTalk:
    def test_somebody_suggests_words_and_they_are_taken_up(self, build, space, donna, claim, signed_in):
        noreen = build.member(space, "Noreen")
        signed_in(noreen).post(url("talk", space, claim), sent(why="“Nobody” is too much.", words=NEW))
        talk = WordingTalk.objects.get()
        client = signed_in(donna)
        html = client.get(url("wording", space, claim)).content.decode()
        assert "“Nobody” is too much." in html
        sheet = client.get(f"{url('reword', space, claim)}?talk={talk.pk}").content.decode()
        assert NEW in sheet
        client.post(f"{url('reword', space, claim)}?talk={talk.pk}", sent(words=NEW, why="Noreen is right."))
        talk.refresh_from_db()
        assert (talk.state, talk.answered_by) == ("taken_up", donna)
        assert "Donna took it up" in client.get(url("wording", space, claim)).content.decode()

    def test_or_the_words_stay_and_it_is_said_why(self, build, space, donna, claim, signed_in):
        talk = actions.talk_about_wording(actor=build.member(space), statement=claim, why="Too short.")
        client = signed_in(donna)
        assert client.post(url("answer_talk", space, talk), sent(why=" ")).status_code == 422
        client.post(url("answer_talk", space, talk), sent(why="Short is good."))
        assert "Short is good." in client.get(url("wording", space, claim)).content.decode()
        with pytest.raises(NotAllowed):
            actions.leave_wording(actor=donna, talk=talk, why="Again.")

    def test_only_whoever_may_change_the_words_answers(self, build, space, claim, signed_in):
        talk = actions.talk_about_wording(actor=build.member(space), statement=claim, why="Too short.")
        for person in (build.member(space), space.opened_by):
            assert signed_in(person).post(url("answer_talk", space, talk), sent(why="No.")).status_code == 403

    def test_is_taken_back_only_by_who_said_it_while_it_waits(self, build, space, donna, claim, signed_in):
        noreen = build.member(space, "Noreen")
        talk = actions.talk_about_wording(actor=noreen, statement=claim, why="Too short.")
        assert signed_in(donna).post(url("take_back_talk", space, talk), sent()).status_code == 403
        signed_in(noreen).post(url("take_back_talk", space, talk), sent())
        assert "Too short." not in signed_in(donna).get(url("wording", space, claim)).content.decode()
        with pytest.raises(NotHere):
            reword(claim, donna, talk=talk)

    def test_is_for_members_alone(self, build, space, claim, signed_in):
        actions.talk_about_wording(actor=build.member(space, "Noreen"), statement=claim, why="Too short.")
        html = signed_in(None).get(url("wording", space, claim)).content.decode()
        assert OLD in html
        assert "Too short." not in html
        assert "Donna" not in html

    def test_by_somebody_who_does_not_go_online_with_both_names(self, build, space, claim, signed_in):
        alan = build.member(space, "Alan", account=False)
        client = signed_in(space.opened_by)
        client.post(f"{url('talk', space, claim)}?for={alan.pk}", sent(why="Say doctors, not services."))
        talk = WordingTalk.objects.get()
        assert (talk.person, talk.recorded_by) == (alan, space.opened_by)
        assert "written down by" in client.get(url("wording", space, claim)).content.decode()


def test_the_page_asks_the_same_however_much_was_said(build, space, claim, signed_in, django_assert_max_num_queries):
    donna = claim.drawn_by
    for n in range(30):
        actions.talk_about_wording(actor=build.member(space), statement=claim, why=f"Said {n}.")
    for n in range(10):
        claim = reword(claim, donna, words=f"Words {n}.")
    client = signed_in(donna)
    with django_assert_max_num_queries(16):
        client.get(url("wording", space, claim))


def _again(claim):
    claim.refresh_from_db()
    return claim


def test_what_is_imported_later_is_to_the_words_it_was_said_to(build, space, donna, claim):
    reworded = reword(claim, donna)
    person = build.member(space)
    row = actions.ImportedResponse(reworded, person, 1)
    assert actions.respond_many(actor=space.opened_by, space=space, rows=[row]) == 1
    assert (Response.objects.get().wording, tallies(space)) == (1, {})


def test_a_kept_account_shows_a_claim_in_its_words_of_then(build, space, claim, nine, signed_in):
    kept = keep_account(actor=space.opened_by, space=space, note="then")
    reword(claim, claim.drawn_by)
    html = signed_in(space.opened_by).get(reverse("reports:kept", args=[space.slug, kept.pk])).content.decode()
    assert OLD in html
    assert NEW not in html
