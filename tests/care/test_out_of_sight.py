"""Words out of sight: with a reason, never changed, with another look by somebody else, and on whose record."""

import itertools
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from coproduce import clock
from coproduce.care.actions import (
    appeal_moderation,
    bring_into_sight,
    decide_appeal,
    put_out_of_sight,
    put_several_out_of_sight,
    record_reading,
)
from coproduce.care.models import Appeal, CareRole, Moderation, Reading
from coproduce.contributions.models import Contribution
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.spaces.models import Membership
from tests.care.conftest import STORY

WHY = "It names somebody who cannot answer."


@pytest.fixture
def held(here):
    """Noreen's words, put out of sight by Zofia."""
    return put_out_of_sight(actor=here.zofia, contribution=here.words, why=WHY)


@pytest.fixture
def appeal(here, held):
    return appeal_moderation(actor=here.noreen, moderation=held, words="She told me I could.", to_person=here.philippa)


def test_the_named_person_puts_words_out_of_sight_and_the_author_reads_why(here, signed_in, send, read):
    sheet = f"{here.page}out-of-sight/"
    assert send(signed_in(here.zofia), sheet, why=" ").status_code == 422
    send(signed_in(here.zofia), sheet, why=WHY)
    words = Contribution.objects.get(pk=here.words.pk)
    assert (words.state, words.words, words.version) == ("hidden", STORY, 1)
    own = read(here.noreen, here.page)
    assert WHY in own
    assert "Zofia put these words out of sight" in own
    assert "Ask somebody else to look again" in own
    for other in (here.comfort, here.zofia):
        seen = read(other, here.page)
        assert STORY not in seen
        assert WHY not in seen
    assert "were put out of sight" in read(here.noreen, "/told/")
    assert list(Event.objects.filter(subject=words.pk).values_list("kind", flat=True)) == ["contribution hidden"]


def test_nobody_else_puts_words_out_of_sight(here, signed_in, send):
    for who, status in ((here.comfort, 403), (here.noreen, 403), (here.elsewhere, 404), (None, 302)):
        assert send(signed_in(who), f"{here.page}out-of-sight/", why=WHY).status_code == status
    with pytest.raises(NotAllowed):
        put_out_of_sight(actor=here.comfort, contribution=here.words, why=WHY)
    CareRole.objects.update(until=clock.now())
    with pytest.raises(NotAllowed):
        put_out_of_sight(actor=here.zofia, contribution=here.words, why=WHY)
    with pytest.raises(NotAllowed):
        put_out_of_sight(actor=here.philippa, contribution=here.words, why="  ")
    assert not Moderation.objects.exists()


def test_two_who_mean_to_hide_do_not_undo_each_other(here, held, signed_in, send):
    assert send(signed_in(here.philippa), f"{here.page}out-of-sight/", why="Me too.").status_code == 404
    here.words.refresh_from_db()
    assert here.words.state == "hidden"


def test_the_author_asks_somebody_else_who_brings_them_back(here, held, signed_in, send, read):
    sheet = f"/s/ours/care/appeal/{held.pk}/"
    shown = read(here.noreen, sheet)
    assert "It will not be Zofia who decides." in shown
    assert f'value="{here.philippa.pk}"' in shown
    assert f'value="{here.zofia.pk}"' not in shown
    said = "She told me I could."
    refused = send(signed_in(here.noreen), sheet, words=said, to_person=str(here.zofia.pk))
    assert refused.status_code == 422
    send(signed_in(here.noreen), sheet, words=said, to_person=str(here.philippa.pk))
    appeal = Appeal.objects.get()
    assert appeal.to_person == here.philippa
    assert "Philippa was asked to look again" in read(here.noreen, here.page)
    decide = f"/s/ours/care/look-again/{appeal.pk}/"
    for who in (here.zofia, here.noreen, here.comfort, here.elsewhere):
        assert signed_in(who).get(decide).status_code == 404
        assert send(signed_in(who), decide, answer="back", why="x").status_code == 404
    assert said in read(here.philippa, decide)
    send(signed_in(here.philippa), decide, answer="back", why="She did agree.")
    assert Contribution.objects.get(pk=here.words.pk).state == "visible"
    assert STORY in read(here.comfort, here.page)
    held.refresh_from_db()
    assert (held.ended_by, held.ended_why) == (here.philippa, "She did agree.")


def test_the_other_person_may_leave_them_out_of_sight(here, appeal, read):
    decide_appeal(actor=here.philippa, appeal=appeal, upheld=False, why="She did not agree to this place.")
    assert Contribution.objects.get(pk=here.words.pk).state == "hidden"
    assert "Philippa looked again and left them out of sight" in read(here.noreen, here.page)
    with pytest.raises(NotHere):
        decide_appeal(actor=here.philippa, appeal=appeal, upheld=True, why="I changed my mind.")


def test_whoever_hid_the_words_never_decides(here, held, appeal):
    with pytest.raises(NotAllowed):
        decide_appeal(actor=here.zofia, appeal=appeal, upheld=False, why="I was right.")
    with pytest.raises(NotAllowed):
        decide_appeal(actor=here.noreen, appeal=appeal, upheld=True, why="I was right.")
    with pytest.raises(NotAllowed):
        decide_appeal(actor=here.comfort, appeal=appeal, upheld=True, why="I was right.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(to_person=here.zofia)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(
            decided_by=here.zofia, decided_at=clock.now(), upheld=False, why="I was right."
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(decided_by=here.philippa, decided_at=clock.now(), upheld=True)


def test_one_appeal_for_each_time_and_only_by_the_author(here, held, appeal, signed_in, read):
    with pytest.raises(NotAllowed):
        appeal_moderation(actor=here.noreen, moderation=held, words="Please.")
    assert "You have asked already" in read(here.noreen, f"/s/ours/care/appeal/{held.pk}/")
    for who in (here.comfort, here.philippa, here.zofia, here.elsewhere):
        assert signed_in(who).get(f"/s/ours/care/appeal/{held.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        appeal_moderation(actor=here.comfort, moderation=held, words="For her.")


def test_where_there_is_nobody_else_it_waits_and_everybody_concerned_knows(here, signed_in, send, read):
    CareRole.objects.all().delete()
    held = put_out_of_sight(actor=here.philippa, contribution=here.words, why=WHY)
    sheet = f"/s/ours/care/appeal/{held.pk}/"
    assert "Nobody but Philippa looks after worries here yet" in read(here.noreen, sheet)
    send(signed_in(here.noreen), sheet, words="Please look.", wishes_for=str(here.farzana.pk))
    appeal = Appeal.objects.get()
    assert (appeal.to_person, appeal.wishes_for) == (None, here.farzana)
    for page in ("/s/ours/care/", "/s/ours/care/worries/"):
        assert "They would like Farzana to be asked." in read(here.philippa, page)
    with pytest.raises(NotAllowed):
        decide_appeal(actor=here.philippa, appeal=appeal, upheld=False, why="No.")
    with pytest.raises(NotAllowed):
        decide_appeal(actor=here.farzana, appeal=appeal, upheld=True, why="Not yet asked.")
    send(signed_in(here.philippa), "/s/ours/care/people/", person=str(here.farzana.pk), role="worries")
    assert str(appeal.pk) in read(here.farzana, "/s/ours/care/worries/")
    decide_appeal(actor=here.farzana, appeal=appeal, upheld=True, why="It is her story.")
    assert Contribution.objects.get(pk=here.words.pk).state == "visible"


def test_a_facilitator_asks_again_for_somebody_who_does_not_go_online(here, build, read):
    william = build.member(here.space, "William", account=False)
    other = build.member(here.space, "Yvonne", facilitator=True)
    words = build.contribution(here.space, william, "I said so.", recorder=here.philippa, channel="post")
    held = put_out_of_sight(actor=here.zofia, contribution=words, why=WHY)
    william.channel = "post"
    william.save()
    page = read(other, f"/s/ours/brought/{words.pk}/")
    assert "Tell them by post why" in page
    assert f"/s/ours/care/appeal/{held.pk}/" in page
    with pytest.raises(NotAllowed):
        appeal_moderation(actor=here.comfort, moderation=held, words="He asks.")
    made = appeal_moderation(actor=other, moderation=held, words="He asks.")
    assert made.made_by == other
    assert made.to_person != here.zofia


def test_a_word_brought_back_can_be_put_out_of_sight_again_and_appealed_again(here, appeal):
    bring_into_sight(actor=here.philippa, contribution=here.words, why="Too fast.")
    with pytest.raises(NotHere):
        decide_appeal(actor=here.philippa, appeal=appeal, upheld=True, why="Late.")
    again = put_out_of_sight(actor=here.zofia, contribution=Contribution.objects.get(pk=here.words.pk), why="Again.")
    assert appeal_moderation(actor=here.noreen, moderation=again, words="Again.").pk != appeal.pk
    assert Moderation.objects.count() == 2


def test_nobody_brings_their_own_words_back(here, build):
    Membership.objects.filter(person=here.noreen).update(is_facilitator=True)
    put_out_of_sight(actor=here.zofia, contribution=here.words, why=WHY)
    with pytest.raises(NotAllowed):
        bring_into_sight(actor=here.noreen, contribution=here.words)


def test_a_flood_is_put_out_of_sight_at_once_each_with_its_own_record(here, build, signed_in, send):
    flood = [build.contribution(here.space, here.farzana, f"Buy pills {number}") for number in range(12)]
    sheet = f"/s/ours/care/out-of-sight/with/{flood[0].pk}/"
    assert signed_in(here.comfort).get(sheet).status_code == 403
    ticked = [str(one.pk) for one in flood[2:]]
    assert send(signed_in(here.philippa), sheet, tick=[*ticked, str(here.words.pk)], why="Adverts.").status_code == 422
    body = {"key": "0b8f0e4c-6a61-4d5e-9f6f-3f0f3b1f1f12", "tick": ticked, "why": "Adverts."}
    client = signed_in(here.philippa)
    assert client.post(sheet, body)["Location"] == client.post(sheet, body)["Location"]
    assert Moderation.objects.count() == Contribution.objects.filter(state="hidden").count() == 10
    assert Event.objects.filter(kind="contribution hidden").count() == 10
    with pytest.raises(NotHere):
        put_several_out_of_sight(
            actor=here.philippa, space=here.space, contributions=[flood[0], here.words], why="Adverts."
        )


def test_a_flood_without_names_is_found_for_a_day_and_tied_to_no_name(here, build, read):
    now = clock.now()
    named = build.contribution(here.space, here.farzana, "With my name.")
    first = build.contribution(here.space, here.farzana, "Pills one.", attribution="anonymous")
    build.contribution(here.space, here.farzana, "Pills two.", attribution="anonymous")
    build.contribution(
        here.space, here.farzana, "Long ago.", attribution="anonymous", brought_at=now - timedelta(days=2)
    )
    shown = read(here.philippa, f"/s/ours/care/out-of-sight/with/{first.pk}/")
    assert "Pills one." in shown
    assert "Pills two." in shown
    for other in ("With my name.", "Long ago.", "Farzana"):
        assert other not in shown
    assert "Pills" not in read(here.philippa, f"/s/ours/care/out-of-sight/with/{named.pk}/")


def test_the_list_of_what_is_out_of_sight_shows_reasons_and_no_words(here, held, read, signed_in):
    for who in (here.philippa, here.zofia):
        shown = read(who, "/s/ours/care/out-of-sight/")
        assert WHY in shown
        assert STORY not in shown
    assert signed_in(here.comfort).get("/s/ours/care/out-of-sight/").status_code == 403
    assert not Reading.objects.exists()


def test_each_reading_of_what_few_may_read_stands_on_record_for_the_author(here, held, read, signed_in):
    assert STORY in read(here.philippa, here.page)
    read(here.philippa, here.page)
    read(here.noreen, here.page)
    read(here.comfort, here.page)
    assert list(Reading.objects.values_list("reader", "state")) == [(here.philippa.pk, "hidden")]
    day = clock.today()
    assert f"Read by Philippa on {day.day}" in read(here.noreen, here.page)
    assert "Read by Philippa" in read(here.noreen, "/s/ours/care/who-read/")
    assert "Read by Philippa" not in read(here.comfort, "/s/ours/care/who-read/")
    assert Event.objects.filter(kind="words read while few may").count() == 1
    read(here.zofia, f"{here.page}out-of-sight/")
    assert Reading.objects.filter(reader=here.zofia).count() == 1


def test_close_words_are_on_record_too_and_words_in_sight_are_not(here, build, read):
    close = build.contribution(here.space, here.noreen, "Only for you.", state="close")
    read(here.philippa, f"/s/ours/brought/{close.pk}/")
    read(here.philippa, here.page)
    assert list(Reading.objects.values_list("contribution", "state")) == [(close.pk, "close")]
    assert record_reading(actor=here.philippa, contribution=close) is None
    assert record_reading(actor=here.noreen, contribution=close) is None
    assert record_reading(actor=here.philippa, contribution=here.words) is None
    with clock.told(clock.now() + timedelta(days=1)):
        assert record_reading(actor=here.philippa, contribution=close) is not None


def test_mails_say_nothing_and_reach_those_who_asked_for_mail(
    here, signed_in, send, read, django_capture_on_commit_callbacks
):
    here.noreen.channel = "email"
    here.noreen.save()
    with django_capture_on_commit_callbacks(execute=True):
        send(signed_in(here.zofia), f"{here.page}out-of-sight/", why=WHY)
    (sent,) = mail.outbox
    assert sent.to == [here.noreen.account.email]
    for secret in (WHY, STORY, "Zofia", "Noreen", here.space.name, "ours"):
        assert secret not in sent.subject + sent.body
    assert "/told/" in sent.body


def test_nothing_of_care_is_in_the_shared_copy_nor_in_the_account(here, appeal, read):
    for page in ("/s/ours/data/copy.jsonl", "/s/ours/account/", "/s/ours/weave/"):
        response = read_all(here.comfort, page)
        for secret in (WHY, "She told me I could.", str(appeal.pk), STORY):
            assert secret not in response


def read_all(person, address):
    from django.test import Client

    client = Client()
    client.force_login(person.account, backend="coproduce.people.backends.PersonBackend")
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content if response.streaming else [response.content]).decode()


def test_the_page_of_words_in_sight_asks_no_more_than_before(here, signed_in, django_assert_max_num_queries):
    client = signed_in(here.comfort)
    client.get(here.page)
    with django_assert_max_num_queries(15):
        client.get(here.page)


def test_every_page_is_drawn_for_whoever_comes(here, appeal, signed_in):
    """No page of care asks the database while it is drawn, whoever looks at whatever state."""
    pages = [
        "care/", "care/rules/", "care/people/", "care/mine/", "care/worries/", "care/out-of-sight/",
        "care/where-to-turn/", "care/where-to-turn/write/", "care/who-read/", "care/not-safe/", "care/safety/",
        f"care/out-of-sight/with/{here.words.pk}/", f"care/look-again/{appeal.pk}/",
        f"care/appeal/{appeal.moderation_id}/", f"brought/{here.words.pk}/", f"brought/{here.words.pk}/out-of-sight/",
    ]  # fmt: skip
    drawn = 0
    for person, page in itertools.product(
        (here.philippa, here.zofia, here.noreen, here.comfort, here.elsewhere, None), pages
    ):
        status = signed_in(person).get(f"/s/ours/{page}").status_code
        assert status in (200, 302, 403, 404), (page, status)
        drawn += status == 200
    assert drawn > 40
