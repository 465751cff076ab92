"""Where to turn, and what somebody writes when another may not be safe."""

import pytest
from django.db import IntegrityError, transaction

from coproduce import clock
from coproduce.care.actions import agree_to_open, answer_concern, ask_to_open, end_role, name_for_role, raise_concern
from coproduce.care.models import BrokenGlass, CareNote, CareRole, Concern
from coproduce.errors import NotAllowed, NotHere
from coproduce.spaces.models import Membership, MembershipState

WORDS = "He takes her tablets away."


@pytest.fixture
def concern(here):
    here.name(here.farzana, "safeguarding")
    return raise_concern(actor=here.comfort, space=here.space, words=WORDS)


def test_where_to_turn_is_found_by_whoever_finds_the_space(here, signed_in, read, send):
    address = "/s/ours/care/where-to-turn/"
    assert signed_in(None).get(address).status_code == 404
    first = read(here.comfort, address)
    assert "Nobody watches this site day and night" in first
    assert '<a href="tel:116123">116 123</a>' in first
    assert '<a href="tel:999">999</a>' in first
    assert "choose option 2" in first
    assert "Have a pause" in first
    here.space.privacy = "listed"
    here.space.save()
    stranger = read(None, address)
    assert "116 123" in stranger
    assert "Philippa" not in stranger
    send(
        signed_in(here.philippa),
        "/s/ours/care/where-to-turn/write/",
        words="Ring <b>me</b>.",
        contacts="Pat <i>: 01234 56",
    )
    own = read(None, address)
    assert 'Pat &lt;i&gt;: <a href="tel:0123456">01234 56</a>' in own
    assert "116 123" not in own
    assert "Ring &lt;b&gt;me&lt;/b&gt;." in own
    assert "Philippa" not in own
    send(signed_in(here.philippa), "/s/ours/care/where-to-turn/write/", words="Rest.", contacts="Pat: 05678")
    assert [note.version for note in CareNote.objects.all()] == [1, 2]
    assert "05678" in read(here.comfort, address)


def test_from_any_page_a_pause_is_two_steps_away(here, read):
    from django.urls import reverse

    place = reverse("spaces:my_place", args=["ours"])
    for page in (here.page, "/s/ours/brought/", "/s/ours/themes/", "/s/ours/"):
        assert '<a href="/s/ours/care/">How we look after each other</a>' in read(here.comfort, page)
    for page in ("/s/ours/care/", "/s/ours/care/where-to-turn/"):
        assert f'<a href="{place}">Have a pause</a>' in read(here.comfort, page)
    assert "Nobody asks why" in read(here.comfort, place)


def test_words_with_a_note_lead_to_where_to_turn(here, build, read):
    heavy = build.contribution(here.space, here.noreen, "It is heavy.", content_note="Somebody dies.")
    assert "If this is hard to read" in read(here.comfort, f"/s/ours/brought/{heavy.pk}/")
    assert "If this is hard to read" not in read(here.comfort, here.page)


def test_one_person_reads_it_and_answers(here, concern, signed_in, send, read):
    assert concern.to_person == here.farzana
    page = f"/s/ours/care/safety/{concern.pk}/"
    assert WORDS in read(here.farzana, page)
    assert WORDS in read(here.comfort, page)
    for who in (here.philippa, here.zofia, here.noreen, here.elsewhere):
        assert signed_in(who).get(page).status_code == 404
        assert send(signed_in(who), page, answer="Hello.").status_code == 404
    assert send(signed_in(here.comfort), page, answer="Hello.").status_code == 404
    send(signed_in(here.farzana), page, answer="I have called her.")
    assert "I have called her." in read(here.comfort, page)
    with pytest.raises(NotHere):
        answer_concern(actor=here.farzana, concern=concern, answer="And again.")


def test_others_who_look_after_the_space_see_only_that_it_waits(here, concern, read):
    said = read(here.philippa, "/s/ours/care/safety/")
    assert "Waits for Farzana" in said
    assert WORDS not in said
    assert "Comfort" not in said.split("<main")[1]
    for who in (here.noreen, here.zofia):
        assert "Waits for" not in read(who, "/s/ours/care/safety/")
        assert str(concern.pk) not in read(who, "/s/ours/care/safety/")


def test_the_writer_chooses_who_reads_and_it_is_never_whom_it_is_about(here, build, signed_in, send, read):
    here.name(here.farzana, "safeguarding")
    send(signed_in(here.comfort), "/s/ours/care/not-safe/", words=WORDS, to_person=str(here.philippa.pk))
    assert Concern.objects.get().to_person == here.philippa
    refused = send(signed_in(here.comfort), "/s/ours/care/not-safe/", words="x", to_person=str(here.noreen.pk))
    assert refused.status_code == 422
    theirs = build.contribution(here.space, here.farzana, "I wrote this.")
    about = raise_concern(actor=here.comfort, space=here.space, words=WORDS, about=theirs)
    assert about.to_person == here.philippa
    assert str(about.pk) not in read(here.farzana, "/s/ours/care/safety/")
    with pytest.raises(NotHere):
        ask_to_open(actor=here.farzana, concern=about, why="I want to know.")


def test_where_nobody_else_could_read_it_the_page_says_so(build, signed_in, read):
    alone = build.space(slug="alone")
    assert "nobody else here who could read it" in read(alone.opened_by, "/s/alone/care/not-safe/")
    with pytest.raises(NotAllowed):
        raise_concern(actor=alone.opened_by, space=alone, words=WORDS)


def test_another_opens_it_only_with_a_reason_and_a_second_person_and_the_writer_is_told(
    here, concern, signed_in, send, read
):
    yvonne = here.build.member(here.space, "Yvonne", facilitator=True)
    Membership.objects.filter(person=here.farzana).update(state=MembershipState.LEFT)
    page, ask = f"/s/ours/care/safety/{concern.pk}/", f"/s/ours/care/safety/{concern.pk}/open/"
    assert send(signed_in(here.philippa), ask, why=" ", telling="tell").status_code == 422
    assert send(signed_in(here.philippa), ask, why="She is ill.", telling="quiet").status_code == 422
    send(signed_in(here.philippa), ask, why="Farzana has left.", telling="tell")
    glass = BrokenGlass.objects.get()
    assert signed_in(here.philippa).get(page).status_code == 404
    agree = f"/s/ours/care/safety/openings/{glass.pk}/"
    assert send(signed_in(here.philippa), agree).status_code == 404
    for who in (here.noreen, here.zofia, here.comfort, here.elsewhere):
        assert signed_in(who).get(agree).status_code == 404
    assert "Farzana has left." in read(yvonne, agree)
    send(signed_in(yvonne), agree)
    assert WORDS in read(here.philippa, page)
    assert signed_in(yvonne).get(page).status_code == 404
    told = read(here.comfort, "/s/ours/care/safety/")
    assert "Philippa opened it on" in told
    assert "with Yvonne" in told


def test_the_writer_is_not_told_where_that_would_raise_the_risk(here, concern, build, read):
    yvonne = build.member(here.space, "Yvonne", facilitator=True)
    with pytest.raises(NotAllowed):
        ask_to_open(actor=here.philippa, concern=concern, why="She is ill.", tells_writer=False)
    glass = ask_to_open(
        actor=here.philippa, concern=concern, why="She is ill.", tells_writer=False, quiet_why="He reads her mail."
    )
    agree_to_open(actor=yvonne, opening=glass)
    assert "opened it on" not in read(here.comfort, "/s/ours/care/safety/")


def test_a_writer_who_facilitates_does_not_learn_of_it_as_a_second_person(here, signed_in, send, read):
    """The ways of those who look after the space lead round no wish not to tell whoever wrote."""
    yvonne = here.build.member(here.space, "Yvonne", facilitator=True)
    here.name(here.farzana, "safeguarding")
    concern = raise_concern(actor=yvonne, space=here.space, words=WORDS)
    glass = ask_to_open(
        actor=here.philippa, concern=concern, why="She is ill.", tells_writer=False, quiet_why="He reads her mail."
    )
    agree = f"/s/ours/care/safety/openings/{glass.pk}/"
    assert agree in read(here.farzana, "/s/ours/care/safety/")
    assert agree not in read(yvonne, "/s/ours/care/safety/")
    assert signed_in(yvonne).get(agree).status_code == 404
    assert send(signed_in(yvonne), agree).status_code == 404


def test_the_database_wants_two_different_people(here, concern):
    glass = ask_to_open(actor=here.philippa, concern=concern, why="She is ill.")
    with pytest.raises(IntegrityError), transaction.atomic():
        BrokenGlass.objects.filter(pk=glass.pk).update(second=here.philippa, opened_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        BrokenGlass.objects.filter(pk=glass.pk).update(opened_at=clock.now())
    with pytest.raises(NotAllowed):
        agree_to_open(actor=here.philippa, opening=glass)


def test_facilitators_write_down_who_looks_after_what(here, build, signed_in, send, read):
    william = build.member(here.space, "William", account=False)
    for who, status in ((here.comfort, 403), (here.elsewhere, 404)):
        assert signed_in(who).get("/s/ours/care/people/").status_code == status
    send(signed_in(here.philippa), "/s/ours/care/people/", person=str(here.farzana.pk), role="worries")
    send(signed_in(here.philippa), "/s/ours/care/people/", person=str(here.farzana.pk), role="safeguarding")
    assert CareRole.objects.filter(person=here.farzana, until=None).count() == 2
    assert "read by Zofia and Farzana" in read(here.comfort, "/s/ours/care/")
    with pytest.raises(NotAllowed):
        name_for_role(actor=here.philippa, space=here.space, person=william, role="worries")
    with pytest.raises(NotAllowed):
        name_for_role(actor=here.comfort, space=here.space, person=here.comfort, role="worries")
    role = CareRole.objects.get(person=here.zofia)
    with pytest.raises(NotAllowed):
        end_role(actor=here.comfort, role=role)
    assert "I do it no longer" in read(here.zofia, "/s/ours/care/")
    assert "I do it no longer" not in read(here.comfort, "/s/ours/care/")
    assert send(signed_in(here.zofia), f"/s/ours/care/people/{role.pk}/ends/").status_code == 302
    role.refresh_from_db()
    assert role.until is not None
    with pytest.raises(NotHere):
        end_role(actor=here.zofia, role=role)
    with pytest.raises(IntegrityError), transaction.atomic():
        CareRole.objects.create(space=here.space, person=here.farzana, role="worries", named_by=here.philippa)


def test_who_answered_does_not_say_that_the_first_one_asked_wrote_nameless_words(here, read):
    here.name(here.farzana, "safeguarding")
    here.name(here.zofia, "safeguarding")
    for attribution, is_told in (("anonymous", False), ("chosen", True)):
        words = here.build.contribution(here.space, here.farzana, f"Pills {attribution}.", attribution=attribution)
        written = raise_concern(actor=here.comfort, space=here.space, words=WORDS, about=words)
        assert written.to_person == here.zofia
        answer_concern(actor=here.zofia, concern=written, answer="I will ring.")
        page = read(here.comfort, written.get_absolute_url())
        assert "I will ring." in page
        assert ("Zofia" in page) is is_told
        assert "Zofia answered on" in read(here.zofia, written.get_absolute_url())
