"""Bringing something, and writing down what an assisted person said."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.contributions.actions import bring_contribution
from coproduce.contributions.models import Contribution, Purpose
from coproduce.errors import ConsentMissing, NotAllowed, NotHere
from coproduce.history.models import Event, Submission

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script> & \"quotes\" 'more' \u202e {{ 7|add:7 }} %s %(n)s\n\nمرحبا"  # noqa: RUF001  # Arabic on purpose


def sheet(**fields):
    return {
        "key": str(uuid.uuid4()),
        "words": "I sleep in the chair now.",
        "ways": ["M", "L"],
        "attribution": "chosen",
        "kind": "story",
        "content_note": "",
        **fields,
    }


def test_a_member_brings_something_on_one_page(build, signed_in):
    space = build.space()
    ada = build.member(space, "Ada", ways="LM")
    client = signed_in(ada)
    asked = client.get(f"/s/{space.slug}/brought/bring/")
    assert asked.status_code == 200
    html = asked.content.decode()
    assert "Ada Example" in html
    assert "Someone who lives with it" in html
    answer = client.post(f"/s/{space.slug}/brought/bring/", sheet(content_note="It speaks of nights."))
    brought = Contribution.objects.get()
    assert answer.url == f"/s/{space.slug}/brought/{brought.pk}/"
    assert (brought.author, brought.recorder, brought.ways) == (ada, None, "LM")
    assert brought.versions.get().words == brought.words == "I sleep in the chair now."
    event = Event.objects.get(kind="contribution brought")
    assert (event.actor, event.subject, event.stream) == (ada.pk, brought.pk, space.pk)
    page = client.get(answer.url).content.decode()
    assert "I sleep in the chair now." in page
    assert "It speaks of nights." in page


def test_the_button_pressed_twice_brings_it_once(build, signed_in):
    space = build.space()
    client = signed_in(build.member(space))
    filled = sheet()
    first = client.post(f"/s/{space.slug}/brought/bring/", filled)
    second = client.post(f"/s/{space.slug}/brought/bring/", filled)
    assert first.url == second.url
    assert Contribution.objects.count() == 1
    other = client.post(f"/s/{space.slug}/brought/bring/", {**filled, "words": "Something else."})
    assert other.status_code == 409
    assert Contribution.objects.count() == 1


def test_a_refused_sheet_keeps_the_words(build, signed_in):
    space = build.space()
    client = signed_in(build.member(space))
    answer = client.post(f"/s/{space.slug}/brought/bring/", sheet(attribution="standpoint", ways=[]))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "I sleep in the chair now." in html
    assert "Tick how you know this" in html
    assert client.post(f"/s/{space.slug}/brought/bring/", sheet(words="  \n ")).status_code == 422
    assert not Contribution.objects.exists()


def test_someone_signed_out_meanwhile_finds_their_words_again(build, signed_in, client):
    space = build.space()
    ada = build.member(space)
    answer = client.post(f"/s/{space.slug}/brought/bring/", sheet(words="Typed for half an hour."))
    assert answer.url.startswith("/sign-in/?next=")
    client.force_login(ada.account, backend="coproduce.people.backends.PersonBackend")
    assert "Typed for half an hour." in client.get(f"/s/{space.slug}/brought/bring/").content.decode()


def test_hostile_words_are_shown_as_they_were_typed(build, signed_in):
    space = build.space()
    client = signed_in(build.member(space))
    answer = client.post(f"/s/{space.slug}/brought/bring/", sheet(words=HOSTILE, content_note="<b>note</b>"))
    html = client.get(answer.url).content.decode() + client.get(f"/s/{space.slug}/brought/").content.decode()
    assert "<script>alert" not in html
    assert "<b>note" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert Contribution.objects.get().words == HOSTILE


def test_strangers_and_members_of_other_spaces_cannot_tell_it_is_there(build, signed_in):
    space, other = build.space(), build.space()
    stranger = build.member(other)
    client = signed_in(stranger)
    assert client.get(f"/s/{space.slug}/brought/bring/").status_code == 404
    assert client.post(f"/s/{space.slug}/brought/bring/", sheet()).status_code == 404
    with pytest.raises(NotHere):
        bring_contribution(actor=stranger, space=space, words="Let me in.")


def test_nothing_new_comes_to_a_space_that_has_ended(build):
    space = build.space(state="ended")
    with pytest.raises(NotAllowed):
        bring_contribution(actor=build.member(space), space=space, words="Too late?")


def test_words_become_research_data_only_after_an_agreement(build):
    space = build.space()
    ada = build.member(space)
    bring = {"actor": ada, "space": space, "words": "For the study.", "purpose": Purpose.RESEARCH_DATA}
    with pytest.raises(ConsentMissing):
        bring_contribution(**bring)
    text = AgreementText.objects.create(space=space, use=Use.RESEARCH_DATA, words="May we?", written_by=ada)
    Agreement.objects.create(space=space, person=ada, use=Use.RESEARCH_DATA, text=text, given=True)
    assert bring_contribution(**bring).purpose == Purpose.RESEARCH_DATA


def test_what_the_database_would_refuse_is_refused_in_words(build):
    space = build.space()
    with pytest.raises(ValidationError):
        bring_contribution(actor=build.member(space), space=space, words="")
    with pytest.raises(ValidationError):
        bring_contribution(actor=build.member(space), space=space, words="An answer to nothing.", verb="builds_on")


def test_a_gathering_of_another_space_is_not_here(build):
    from coproduce import clock
    from coproduce.gatherings.models import Gathering

    space, other = build.space(), build.space()
    elsewhere = Gathering.objects.create(space=other, title="Tea", starts_at=clock.now(), arranged_by=other.opened_by)
    with pytest.raises(NotHere):
        bring_contribution(actor=build.member(space), space=space, words="Said there.", gathering=elsewhere)


# ── writing down ─────────────────────────────────────────────────────────────────────────────────


def recorded(person, **fields):
    return sheet(person=str(person.pk), channel="post", said_on="2026-03-14", **fields)


def test_a_facilitator_writes_down_what_an_assisted_person_sent(build, signed_in):
    space = build.space()
    comfort = build.member(space, "Comfort", facilitator=True)
    noreen = build.member(space, "Noreen", account=False, channel="post")
    client = signed_in(comfort)
    assert "Noreen" in client.get(f"/s/{space.slug}/brought/write-down/").content.decode()
    answer = client.post(f"/s/{space.slug}/brought/write-down/", recorded(noreen))
    brought = Contribution.objects.get()
    assert (brought.author, brought.recorder) == (noreen, comfort)
    assert (brought.channel, brought.said_on) == ("post", date(2026, 3, 14))
    page = client.get(answer.url).content.decode()
    assert "Written down by Comfort." in page
    assert "by post" in page


def test_who_wrote_it_down_does_not_give_away_who_gave_no_name(build, signed_in):
    space = build.space()
    comfort = build.member(space, "Comfort", facilitator=True)
    noreen = build.member(space, "Noreen", account=False)
    made = bring_contribution(actor=comfort, author=noreen, space=space, words="Mine.", attribution="anonymous")
    assert made.recorder == comfort
    page = signed_in(build.member(space)).get(made.get_absolute_url()).content.decode()
    assert "Mine." in page
    assert "Comfort" not in page


def test_nobody_is_written_down_for_who_can_speak_here(build, signed_in):
    space = build.space()
    comfort = build.member(space, facilitator=True)
    alison = build.member(space, "Alison")
    assert signed_in(comfort).post(f"/s/{space.slug}/brought/write-down/", recorded(alison)).status_code == 422
    with pytest.raises(NotAllowed):
        bring_contribution(actor=comfort, author=alison, space=space, words="Alison thinks…")


def test_only_facilitators_write_down(build, signed_in):
    space = build.space()
    alison = build.member(space)
    noreen = build.member(space, account=False)
    client = signed_in(alison)
    assert client.get(f"/s/{space.slug}/brought/write-down/").status_code == 403
    assert client.post(f"/s/{space.slug}/brought/write-down/", recorded(noreen)).status_code == 403
    with pytest.raises(NotAllowed):
        bring_contribution(actor=alison, author=noreen, space=space, words="He told me.")


def test_an_assisted_person_of_another_space_cannot_be_chosen(build, signed_in):
    space = build.space()
    comfort = build.member(space, facilitator=True)
    elsewhere = build.member(build.space(), account=False)
    assert signed_in(comfort).post(f"/s/{space.slug}/brought/write-down/", recorded(elsewhere)).status_code == 422
    with pytest.raises(NotHere):
        bring_contribution(actor=comfort, author=elsewhere, space=space, words="?")


def test_a_day_to_come_is_refused(build, signed_in):
    space = build.space()
    comfort = build.member(space, facilitator=True)
    noreen = build.member(space, account=False)
    answer = signed_in(comfort).post(
        f"/s/{space.slug}/brought/write-down/", {**recorded(noreen), "said_on": "2999-01-01"}
    )
    assert answer.status_code == 422
    assert not Submission.objects.exists()
