"""Writing comes before signing up, and nothing is lost on the way."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from coproduce import clock
from coproduce.contributions.actions import bring_kept_words, keep_waiting_words
from coproduce.contributions.models import Contribution, WaitingWords
from coproduce.errors import NotHere, TooMany
from coproduce.history.models import Event
from coproduce.spaces.access import LinkClosed
from coproduce.spaces.models import Membership

pytestmark = pytest.mark.django_db

WORDS = "They each give me a sheet for it, and nobody reads what the other wrote."


def sheet(**fields):
    return {
        "key": str(uuid.uuid4()),
        "words": WORDS,
        "ways": ["L"],
        "attribution": "chosen",
        "kind": "concern",
        "content_note": "",
        **fields,
    }


def write_first(client, link):
    """Fill in the sheet as a stranger: the address to sign in at, and the token."""
    answer = client.post(f"/join/{link.code}/bring/", sheet())
    assert answer.status_code == 302
    return answer.url, WaitingWords.objects.get().token


def mine(client, token):
    """Say that the words are one's own; the page that shows them."""
    asked = client.get(f"/kept/{token}/").content.decode()
    assert "Are these your words?" in asked
    assert WORDS not in asked
    answer = client.post(f"/kept/{token}/whose/", {"mine": "yes"})
    return client.get(answer.url).content.decode()


def link_in_mail():
    return re.search(r"http://testserver(/sign-in/link/\S+/)", mail.outbox[-1].body).group(1)


def test_a_stranger_writes_signs_up_and_the_words_are_theirs(build):
    space = build.space(question="What would help us breathe?")
    link = build.join_link(space)
    phone = Client()
    page = phone.get(f"/join/{link.code}/bring/").content.decode()
    assert "What would help us breathe?" in page
    sign_in_at, token = write_first(phone, link)
    assert sign_in_at == f"/sign-in/?next=%2Fkept%2F{token}%2F"
    assert not Contribution.objects.exists()

    phone.post(sign_in_at, {"email": "noreen@example.org"})
    answer = phone.post(link_in_mail())
    answer = phone.post(answer.url, {"key": str(uuid.uuid4()), "chosen_name": "Noreen"})
    assert answer.url == f"/kept/{token}/"
    page = mine(phone, token)
    assert WORDS in page
    assert "Noreen" in page

    answer = phone.post(f"/kept/{token}/", sheet())
    assert answer.url == f"/s/{space.slug}/agreements/?joining=1"
    brought = Contribution.objects.get()
    assert (brought.words, brought.author.chosen_name, brought.kind) == (WORDS, "Noreen", "concern")
    assert Membership.objects.filter(space=space, person=brought.author, state="active").exists()
    assert not WaitingWords.objects.exists()
    kinds = set(Event.objects.filter(stream=space.pk).values_list("kind", flat=True))
    assert {"member joined", "contribution brought"} <= kinds


def test_the_mail_may_be_opened_on_another_device(build):
    link = build.join_link(build.space())
    phone, laptop = Client(), Client()
    sign_in_at, token = write_first(phone, link)
    phone.post(sign_in_at, {"email": "noreen@example.org"})
    answer = laptop.post(link_in_mail())
    answer = laptop.post(answer.url, {"key": str(uuid.uuid4()), "chosen_name": "Noreen"})
    assert answer.url == f"/kept/{token}/"
    assert WORDS in mine(laptop, token)
    laptop.post(answer.url, sheet())
    assert Contribution.objects.get().author.chosen_name == "Noreen"


def test_they_can_change_everything_before_it_is_brought(build, signed_in):
    link = build.join_link(build.space())
    client = signed_in(build.person("Ada"))
    answer = client.post(f"/join/{link.code}/bring/", sheet())
    token = WaitingWords.objects.get().token
    assert answer.url == f"/kept/{token}/"
    client.post(answer.url, sheet(words="Better words.", ways=["C", "L"], attribution="anonymous"))
    brought = Contribution.objects.get()
    assert (brought.words, brought.ways, brought.attribution) == ("Better words.", "LC", "anonymous")


def test_pressed_twice_it_is_brought_once_and_leads_to_the_same_place(build, signed_in):
    link = build.join_link(build.space())
    _at, token = write_first(Client(), link)
    client = signed_in(build.person())
    filled = sheet()
    assert client.post(f"/kept/{token}/", filled).url == client.post(f"/kept/{token}/", filled).url
    assert Contribution.objects.count() == 1
    assert client.get(f"/kept/{token}/").status_code == 404


def test_the_sheet_sent_twice_is_kept_once(build):
    link = build.join_link(build.space())
    client = Client()
    filled = sheet()
    client.get(f"/join/{link.code}/bring/")
    first = client.post(f"/join/{link.code}/bring/", filled)
    second = client.post(f"/join/{link.code}/bring/", filled)
    assert first.url == second.url
    assert WaitingWords.objects.count() == 1


def test_a_member_goes_straight_to_bringing(build, signed_in):
    space = build.space()
    link = build.join_link(space)
    client = signed_in(build.member(space))
    assert client.get(f"/join/{link.code}/bring/").url == f"/s/{space.slug}/brought/bring/"


def test_someone_who_joined_meanwhile_only_brings(build, signed_in):
    space = build.space()
    _at, token = write_first(Client(), build.join_link(space))
    client = signed_in(build.member(space))
    answer = client.post(f"/kept/{token}/", sheet())
    assert answer.url == f"/s/{space.slug}/brought/{Contribution.objects.get().pk}/"
    assert Membership.objects.filter(space=space).count() == 2


def test_nobody_reads_them_without_the_address_or_without_signing_in(build, signed_in):
    space = build.space()
    link = build.join_link(space)
    _at, token = write_first(Client(), link)
    assert len(token) >= 43
    assert Client().get(f"/kept/{token}/").url.startswith("/sign-in/")
    facilitator = signed_in(space.opened_by)
    assert WORDS not in facilitator.get(f"/s/{space.slug}/brought/").content.decode()
    assert facilitator.get(f"/kept/{token[:-1]}x/").status_code == 404


def test_a_closed_or_unknown_way_in_keeps_nothing(build):
    space = build.space()
    closed = build.join_link(space, closed_at=clock.now())
    ended = build.join_link(space, ends_at=clock.now() - timedelta(minutes=1))
    for link in (closed, ended):
        assert Client().post(f"/join/{link.code}/bring/", sheet()).status_code == 410
        with pytest.raises(LinkClosed):
            keep_waiting_words(join_link=link, words=WORDS, kind="story", ways="L", attribution="chosen")
    assert Client().get("/join/NOSUCH00/bring/").status_code == 404
    assert not WaitingWords.objects.exists()


def test_a_way_in_closed_since_loses_no_words(build, signed_in):
    space = build.space()
    link = build.join_link(space)
    _at, token = write_first(Client(), link)
    link.closed_at = clock.now()
    link.save()
    ada = build.person()
    page = mine(signed_in(ada), token)
    assert WORDS in page
    assert "Ask the person who gave you the link" in page
    assert signed_in(ada).post(f"/kept/{token}/", sheet()).status_code == 410
    assert WaitingWords.objects.exists()
    build.join(space, ada)
    signed_in(ada).post(f"/kept/{token}/", sheet())
    assert Contribution.objects.get().author == ada


def test_after_30_days_they_are_gone(build):
    link = build.join_link(build.space())
    with clock.told(clock.now() - timedelta(days=31)):
        waiting = keep_waiting_words(join_link=link, words=WORDS, kind="story", ways="L", attribution="chosen")
    with pytest.raises(NotHere):
        bring_kept_words(
            actor=build.person(), token=waiting.token, words=WORDS, kind="story", ways="L", attribution="chosen"
        )
    keep_waiting_words(join_link=link, words="Newer.", kind="story", ways="L", attribution="chosen")
    assert WaitingWords.objects.get().filled_in["words"] == "Newer."


def test_a_way_in_cannot_be_flooded(build, monkeypatch):
    from coproduce.contributions.actions import keeping

    monkeypatch.setattr(keeping, "AN_HOUR_AT_MOST", 2)
    link = build.join_link(build.space())
    for _time in range(2):
        keep_waiting_words(join_link=link, words=WORDS, kind="story", ways="L", attribution="chosen")
    with pytest.raises(TooMany):
        keep_waiting_words(join_link=link, words=WORDS, kind="story", ways="L", attribution="chosen")


def test_the_day_it_was_said_is_the_day_it_was_written(build):
    link = build.join_link(build.space())
    written = clock.now() - timedelta(days=5)
    with clock.told(written):
        waiting = keep_waiting_words(join_link=link, words=WORDS, kind="story", ways="L", attribution="chosen")
    brought = bring_kept_words(
        actor=build.person(), token=waiting.token, words=WORDS, kind="story", ways="L", attribution="chosen"
    )
    assert brought.said_on == written.date()


# ── a computer that several people use ───────────────────────────────────────────────────────────


@pytest.fixture
def waiting(build):
    """Words that somebody wrote before signing in, and the address where they wait."""
    write_first(Client(), build.join_link(build.space()))
    return WaitingWords.objects.get()


def test_whoever_signs_in_next_is_asked_and_sees_the_beginning_only(build, signed_in, waiting):
    other = signed_in(build.person("Next in the library"))
    page = other.get(f"/kept/{waiting.token}/").content.decode()
    assert "They each give me" in page
    assert "nobody reads" not in page
    assert other.post(f"/kept/{waiting.token}/whose/", {"mine": "no"}).url == "/spaces/"
    waiting.refresh_from_db()
    assert waiting.person is None
    assert WORDS in mine(signed_in(build.person("Who wrote them")), waiting.token)


def test_after_an_hour_not_even_the_beginning_is_shown(build, signed_in, waiting):
    WaitingWords.objects.update(written_at=clock.now() - timedelta(minutes=61))
    page = signed_in(build.person()).get(f"/kept/{waiting.token}/").content.decode()
    assert "Are these your words?" in page
    assert "They each" not in page


def test_words_that_somebody_knows_as_theirs_are_there_for_nobody_else(build, signed_in, waiting):
    ada, eve = signed_in(build.person("Ada")), signed_in(build.person("Eve"))
    mine(ada, waiting.token)
    assert WORDS in ada.get(f"/kept/{waiting.token}/").content.decode()
    assert eve.get(f"/kept/{waiting.token}/").status_code == 404
    assert eve.post(f"/kept/{waiting.token}/whose/", {"mine": "yes"}).status_code == 404
    assert eve.post(f"/kept/{waiting.token}/", sheet()).status_code == 404
    assert not Contribution.objects.exists()


def test_words_written_while_signed_in_are_known_to_be_theirs(build, signed_in):
    link = build.join_link(build.space())
    ada = signed_in(build.person("Ada"))
    answer = ada.post(f"/join/{link.code}/bring/", sheet())
    assert WORDS in ada.get(answer.url).content.decode()
    assert signed_in(build.person("Eve")).get(answer.url).status_code == 404


def test_nobody_says_whose_they_are_without_signing_in(waiting):
    answer = Client().post(f"/kept/{waiting.token}/whose/", {"mine": "yes"})
    assert answer.url.startswith("/sign-in/")
    waiting.refresh_from_db()
    assert waiting.person is None
