"""Something is wrong here: said to a named person, answered by them, and seen by nobody else."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from coproduce import clock
from coproduce.care.actions import leave_as_it_is, put_out_of_sight, raise_flag, talk_with_author
from coproduce.care.models import CareRole, Concern, Flag, HouseRule
from coproduce.contributions.actions import withdraw_contribution
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.spaces.models import Membership, MembershipState
from tests.care.conftest import STORY

WHY = "It names somebody who cannot answer."


def test_a_worry_goes_to_the_named_person_and_its_answer_comes_back(here, signed_in, read, send):
    sheet = f"/s/ours/care/wrong/{here.words.pk}/"
    assert "Something is wrong here" in read(here.comfort, here.page)
    shown = read(here.comfort, sheet)
    assert "This is read by Zofia" in shown
    assert "Philippa" not in shown.split("If somebody may not be safe")[0]
    answer = send(signed_in(here.comfort), sheet, reason="names", words=WHY)
    assert answer.status_code == 302
    assert "It waits with Zofia." in read(here.comfort, answer["Location"])
    worry = Flag.objects.get()
    listed = read(here.zofia, "/s/ours/care/worries/")
    assert "Waits since" in listed
    assert STORY not in listed  # words are folded and stand one page further
    one = read(here.zofia, f"/s/ours/care/worries/{worry.pk}/")
    assert WHY in one
    assert "<details><summary>Open the words" in one
    send(signed_in(here.zofia), f"/s/ours/care/worries/{worry.pk}/leave/", why="She is well known for it & agreed.")
    worry.refresh_from_db()
    assert (worry.answer, worry.answered_by) == ("left", here.zofia)
    assert "She is well known for it &amp; agreed." in read(here.comfort, "/s/ours/care/mine/")
    assert "Somebody answered your worry" in read(here.comfort, "/told/")
    kinds = Event.objects.filter(subject=worry.pk).order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == ["worry raised", "worry answered"]


def test_nobody_else_learns_that_there_is_a_worry(here, read, signed_in, send):
    before = {page: len(read(here.noreen, page)) for page in (here.page, "/s/ours/", "/s/ours/care/mine/")}
    raise_flag(actor=here.comfort, contribution=here.words, reason="hurts", words=WHY)
    worry = Flag.objects.get()
    for who in (here.noreen, here.farzana, here.philippa, here.elsewhere):
        for address in (f"/s/ours/care/worries/{worry.pk}/", f"/s/ours/care/worries/{worry.pk}/leave/"):
            assert signed_in(who).get(address).status_code == 404
        assert send(signed_in(who), f"/s/ours/care/worries/{worry.pk}/leave/", why="x").status_code == 404
    for who in (here.noreen, here.farzana, here.elsewhere):
        assert signed_in(who).get("/s/ours/care/worries/").status_code == 404
    # The one who facilitates is not the one who was named: their list is there, and this is not on it.
    assert "Waits since" not in read(here.philippa, "/s/ours/care/worries/")
    for page, length in before.items():
        again = read(here.noreen, page)
        assert abs(len(again) - length) < 12, page  # a form's key may differ; nothing else does
        assert str(worry.pk) not in again
    for who in (here.noreen, here.farzana):
        for page in (here.page, "/s/ours/", "/s/ours/brought/", "/s/ours/care/", "/s/ours/account/", "/find/?q=answer"):
            said = read(who, page)
            assert WHY not in said
            assert str(worry.pk) not in said


def test_a_worry_about_the_words_of_the_named_person_goes_to_another(here, build, read):
    theirs = build.contribution(here.space, here.zofia, "I wrote this.")
    worry = raise_flag(actor=here.comfort, contribution=theirs, reason="hurts")
    assert worry.to_person == here.philippa
    assert str(worry.pk) not in read(here.zofia, "/s/ours/care/worries/")
    assert str(worry.pk) in read(here.philippa, "/s/ours/care/worries/")
    with pytest.raises(NotHere):
        leave_as_it_is(actor=here.zofia, flag=worry, why="It is fine.")


def test_who_reads_it_never_says_whose_nameless_words_are(here, build, read):
    """Nobody reads a worry about their own words; so whoever is left out of a list could be known by that."""
    nameless = build.contribution(here.space, here.zofia, "I fear him.", attribution="anonymous")
    others = build.contribution(here.space, here.noreen, "I fear her.", attribution="anonymous")
    sheets = [read(here.comfort, f"/s/ours/care/wrong/{words.pk}/") for words in (nameless, others)]
    assert all("those who look after worries here: Zofia." in sheet for sheet in sheets)
    mine = []
    for words, answers in ((nameless, here.philippa), (others, here.zofia)):
        worry = raise_flag(actor=here.comfort, contribution=words, reason="hurts")
        assert worry.to_person == answers
        waiting = read(here.comfort, "/s/ours/care/mine/").split("<main")[1]
        leave_as_it_is(actor=answers, flag=worry, why="It is hers to say.")
        mine += [waiting, read(here.comfort, "/s/ours/care/mine/").split("<main")[1]]
    assert all("Philippa" not in page and "Zofia" not in page for page in mine)


def test_where_only_the_author_could_read_it_it_waits_and_the_page_says_so(here, build, read):
    CareRole.objects.all().delete()
    theirs = build.contribution(here.space, here.philippa, "I wrote this.")
    shown = read(here.comfort, f"/s/ours/care/wrong/{theirs.pk}/")
    assert "waits, unread, until the space asks somebody else" in shown
    worry = raise_flag(actor=here.comfort, contribution=theirs, reason="hurts")
    assert worry.to_person is None
    here.name(here.farzana)
    assert str(worry.pk) in read(here.farzana, "/s/ours/care/worries/")


def test_whoever_was_named_and_has_left_reads_nothing_more(here, signed_in):
    worry = raise_flag(actor=here.comfort, contribution=here.words, reason="hurts")
    Membership.objects.filter(person=here.zofia).update(state=MembershipState.LEFT)
    assert signed_in(here.zofia).get(f"/s/ours/care/worries/{worry.pk}/").status_code == 404
    assert signed_in(here.philippa).get(f"/s/ours/care/worries/{worry.pk}/").status_code == 200


def test_one_worry_of_one_person_about_one_thing_waits_at_a_time(here, signed_in, send, read):
    sheet = f"/s/ours/care/wrong/{here.words.pk}/"
    client = signed_in(here.comfort)
    send(client, sheet, reason="hurts")
    send(client, sheet, reason="spam", words="And again.")
    assert Flag.objects.count() == 1
    assert "it waits to be answered" in read(here.comfort, sheet)
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.create(contribution=here.words, flagger=here.comfort, reason="spam")
    leave_as_it_is(actor=here.zofia, flag=Flag.objects.get(), why="It is fine.")
    with clock.told(clock.now() + timedelta(hours=1)):
        send(client, sheet, reason="other", words="It goes on.")
    assert Flag.objects.count() == 2


def test_a_double_press_says_it_once(here, signed_in):
    body = {"key": "0b8f0e4c-6a61-4d5e-9f6f-3f0f3b1f1f11", "reason": "hurts", "words": ""}
    client, sheet = signed_in(here.comfort), f"/s/ours/care/wrong/{here.words.pk}/"
    first, second = client.post(sheet, body), client.post(sheet, body)
    assert first["Location"] == second["Location"]
    assert Flag.objects.count() == Event.objects.filter(kind="worry raised").count() == 1


def test_the_named_person_writes_to_the_author_who_does_not_learn_of_the_worry(here, signed_in, send, read):
    worry = raise_flag(actor=here.comfort, contribution=here.words, reason="hurts", words=WHY)
    send(signed_in(here.zofia), f"/s/ours/care/worries/{worry.pk}/talk/", words="Shall we ring each other?")
    own = read(here.noreen, "/s/ours/care/mine/")
    assert "Shall we ring each other?" in own
    assert "Zofia wrote to you" in own
    assert "Comfort" not in own
    assert WHY not in own
    assert "hurts" not in own
    worry.refresh_from_db()
    assert worry.answered_at is None
    with pytest.raises(NotAllowed):
        talk_with_author(actor=here.zofia, flag=worry, words=" ")


def test_hiding_answers_the_worry_and_an_answer_stands(here):
    worry = raise_flag(actor=here.comfort, contribution=here.words, reason="hurts")
    put_out_of_sight(actor=here.zofia, contribution=here.words, why=WHY, flag=worry)
    worry.refresh_from_db()
    assert worry.answer == "hidden"
    with pytest.raises(NotHere):
        leave_as_it_is(actor=here.zofia, flag=worry, why="No, it is fine.")


def test_words_that_were_taken_back_leave_nothing_to_do(here, signed_in, send, read):
    worry = raise_flag(actor=here.comfort, contribution=here.words, reason="hurts")
    withdraw_contribution(actor=here.noreen, contribution=here.words)
    assert "no longer in sight" in read(here.zofia, f"/s/ours/care/worries/{worry.pk}/")
    send(signed_in(here.zofia), f"/s/ours/care/worries/{worry.pk}/leave/")
    assert "The words were no longer there." in read(here.comfort, "/s/ours/care/mine/")


def test_a_rule_that_is_broken_can_be_named_and_must_hold_here(here, build, signed_in, send, read):
    sheet = f"/s/ours/care/wrong/{here.words.pk}/"
    assert "It breaks a house rule" not in read(here.comfort, sheet)
    mine = HouseRule.objects.create(
        space=here.space, words="No names.", proposed_by=here.farzana, state="agreed", agreed_at=clock.now()
    )
    other = HouseRule.objects.create(
        space=build.space(), words="Elsewhere.", proposed_by=here.elsewhere, state="agreed", agreed_at=clock.now()
    )
    assert send(signed_in(here.comfort), sheet, reason="rule", rule=str(other.pk)).status_code == 422
    send(signed_in(here.comfort), sheet, reason="rule", rule=str(mine.pk))
    assert Flag.objects.get().rule == mine
    with pytest.raises(NotHere):
        raise_flag(actor=here.farzana, contribution=here.words, reason="rule", rule=other)


def test_somebody_who_may_not_be_safe_goes_another_way(here, signed_in, send):
    here.name(here.farzana, "safeguarding")
    sheet = f"/s/ours/care/wrong/{here.words.pk}/"
    assert send(signed_in(here.comfort), sheet, reason="unsafe").status_code == 422
    send(signed_in(here.comfort), sheet, reason="unsafe", words="She says he takes her tablets.")
    assert not Flag.objects.exists()
    concern = Concern.objects.get()
    assert (concern.to_person, concern.about) == (here.farzana, here.words)


def test_somebody_who_does_not_go_online_has_their_worry_written_down(here, build, signed_in, send):
    william = build.member(here.space, "William", account=False)
    sheet = f"/s/ours/care/wrong/{here.words.pk}/"
    send(signed_in(here.philippa), sheet, reason="hurts", person=str(william.pk))
    worry = Flag.objects.get()
    assert (worry.flagger, worry.recorded_by) == (william, here.philippa)
    assert send(signed_in(here.comfort), sheet, reason="hurts", person=str(william.pk)).status_code == 302
    assert Flag.objects.filter(flagger=here.comfort, recorded_by=None).exists()


def test_who_may_read_words_outside_may_say_so_too(here, build, signed_in, send, read):
    visitor = build.person("A visitor")
    sheet = f"/s/ours/care/wrong/{here.words.pk}/"
    assert signed_in(visitor).get(sheet).status_code == 404
    assert signed_in(None).get(sheet).status_code == 302
    here.space.privacy = "public"
    here.space.save()
    assert signed_in(visitor).get(sheet).status_code == 404  # Noreen agreed to nothing
    from coproduce.consent.models import Agreement, AgreementText, Use

    text = AgreementText.objects.create(space=here.space, use=Use.ATTRIBUTED_QUOTE, words="?", written_by=here.philippa)
    Agreement.objects.create(
        space=here.space, person=here.noreen, use=Use.ATTRIBUTED_QUOTE, text=text, given=True, at=clock.now()
    )
    answer = send(signed_in(visitor), sheet, reason="spam")
    assert answer["Location"] == "/told/"
    leave_as_it_is(actor=here.zofia, flag=Flag.objects.get(), why="It is not.")
    assert "Somebody answered your worry" in read(visitor, "/told/")


def test_the_one_who_has_a_worry_is_not_asked_to_judge_it(here):
    here.name(here.farzana)
    worry = raise_flag(actor=here.zofia, contribution=here.words, reason="hurts")
    assert worry.to_person == here.farzana


def test_hostile_words_in_a_worry_are_words(here, read):
    hostile = "</p><script>alert(1)</script>\u202eno"
    worry = raise_flag(actor=here.comfort, contribution=here.words, reason="other", words=hostile)
    for address in (f"/s/ours/care/worries/{worry.pk}/",):
        assert "<script>alert" not in read(here.zofia, address)
    leave_as_it_is(actor=here.zofia, flag=worry, why=hostile)
    assert "<script>alert" not in read(here.comfort, "/s/ours/care/mine/")


def test_the_list_asks_no_more_for_many_worries(here, build, signed_in, django_assert_max_num_queries):
    client = signed_in(here.zofia)
    client.get("/s/ours/care/worries/")
    for number in range(30):
        words = build.contribution(here.space, here.noreen, f"Words {number}")
        raise_flag(actor=here.comfort, contribution=words, reason="spam")
    with django_assert_max_num_queries(14):
        assert client.get("/s/ours/care/worries/").status_code == 200
    worried = signed_in(here.comfort)
    worried.get("/s/ours/care/mine/")
    with django_assert_max_num_queries(12):
        assert worried.get("/s/ours/care/mine/").status_code == 200
