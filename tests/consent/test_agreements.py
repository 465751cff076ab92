"""What people agree to: each use apart, nothing ticked, taken back whenever they like."""

import uuid

import pytest

from coproduce.consent.actions import WordingChanged, answer_agreements, write_agreement_text
from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.consent.queries import agreement_texts, agreements_of
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event, EventDetail
from coproduce.spaces.actions import add_assisted_member
from coproduce.spaces.models import Membership

pytestmark = pytest.mark.django_db


def filled(**answers):
    versions = {f"version_{use}": "1" for use in Use.values}
    return {"key": str(uuid.uuid4()), **versions, **{f"use_{use}": answer for use, answer in answers.items()}}


def test_six_questions_apart_with_nothing_ticked(build, signed_in):
    space = build.space()
    page = signed_in(build.member(space)).get(f"/s/{space.slug}/agreements/?joining=1").content.decode()
    assert page.count('type="radio"') == 12
    assert " checked" not in page
    assert page.count("cannot be called back") >= 2
    assert "You belong here just as much with six times no" in page


def test_yes_and_no_are_kept_each_with_its_wording(build, signed_in):
    space = build.space()
    someone = build.member(space)
    client = signed_in(someone)
    answer = client.post(f"/s/{space.slug}/agreements/?joining=1", filled(quote="yes", archive="no"))
    assert answer["Location"] == f"/s/{space.slug}/"
    held = agreements_of(someone, space)
    assert {use: one.given for use, one in held.items()} == {"quote": True, "archive": False}
    assert held["quote"].text.words.startswith("You may repeat my words")
    assert Event.objects.get(kind="agreements answered").actor == someone.pk
    assert EventDetail.objects.get().payload["answers"] == {"quote": True, "archive": False}
    page = client.get(f"/s/{space.slug}/agreements/").content.decode()
    assert page.count(" checked") == 2
    assert "You said yes on" in page


def test_taking_back_keeps_both_answers_with_their_times(build, signed_in):
    space = build.space()
    someone = build.member(space)
    client = signed_in(someone)
    client.post(f"/s/{space.slug}/agreements/", filled(quote="yes"))
    form = filled(quote="no")
    client.post(f"/s/{space.slug}/agreements/", form)
    client.post(f"/s/{space.slug}/agreements/", form)
    first, second = Agreement.objects.order_by("at")
    assert (first.given, second.given) == (True, False)
    assert first.ended_at is not None
    assert second.ended_at is None
    page = client.get(f"/s/{space.slug}/agreements/").content.decode()
    assert "Earlier answers" in page
    answer_agreements(actor=someone, space=space, answers={"quote": False})
    assert Agreement.objects.count() == 2
    assert Event.objects.filter(kind="agreements answered").count() == 2


def test_answers_are_to_the_words_that_were_shown(build, signed_in):
    space = build.space()
    someone = build.member(space)
    answer_agreements(actor=someone, space=space, answers={"quote": True})
    write_agreement_text(actor=space.opened_by, space=space, use="quote", words="You may print my words.")
    assert [text.version for text in agreement_texts(space)] == [2, 1, 1, 1, 1, 1]
    client = signed_in(someone)
    page = client.get(f"/s/{space.slug}/agreements/").content.decode()
    assert "You may print my words." in page
    assert "The wording has changed since you answered" in page
    assert client.post(f"/s/{space.slug}/agreements/", filled(quote="no")).status_code == 409
    assert agreements_of(someone, space)["quote"].given
    with pytest.raises(WordingChanged):
        answer_agreements(actor=someone, space=space, answers={"quote": False}, versions={"quote": 1})
    client.post(f"/s/{space.slug}/agreements/", {**filled(quote="yes"), "version_quote": "2"})
    assert agreements_of(someone, space)["quote"].text.version == 2


def test_a_space_may_begin_with_wordings_of_its_own(build):
    space = build.space()
    text = write_agreement_text(actor=space.opened_by, space=space, use="archive", words="Keep them.")
    assert text.version == 1
    with pytest.raises(NotAllowed):
        write_agreement_text(actor=build.member(space), space=space, use="archive", words="Mine.")
    assert AgreementText.objects.count() == 1


def test_a_facilitator_writes_down_the_answers_of_someone_not_online(build, signed_in):
    space = build.space()
    harold = add_assisted_member(actor=space.opened_by, space=space, chosen_name="Harold")
    address = f"/s/{space.slug}/agreements/for/{harold.pk}/"
    client = signed_in(space.opened_by)
    assert "What may become of the words of Harold?" in client.get(address).content.decode()
    assert client.post(address, filled(quote="yes"))["Location"] == f"/s/{space.slug}/members/"
    agreement = Agreement.objects.get()
    assert (agreement.person, agreement.recorded_by) == (harold.person, space.opened_by)
    member = build.member(space)
    assert signed_in(member).get(address).status_code == 404
    theirs = Membership.objects.get(person=member)
    assert client.get(f"/s/{space.slug}/agreements/for/{theirs.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        answer_agreements(actor=space.opened_by, space=space, person=member, answers={"quote": True})


def test_whoever_has_not_said_where_they_speak_from_is_asked_next(build, signed_in):
    space = build.space()
    someone = build.member(space, ways="")
    client = signed_in(someone)
    answer = client.post(f"/s/{space.slug}/agreements/", filled(quote="no"))
    assert answer["Location"] == f"/s/{space.slug}/my-place/describe/"
    answer = client.post(f"/s/{space.slug}/agreements/", {**filled(), "next": "/s/x/brought/"})
    assert answer["Location"] == "/s/x/brought/"
    answer = client.post(f"/s/{space.slug}/agreements/", {**filled(), "next": "//evil.example"})
    assert "evil" not in answer["Location"]


def test_strangers_have_nothing_to_agree_to(build, signed_in, client):
    space = build.space(privacy="public")
    assert signed_in(build.person()).get(f"/s/{space.slug}/agreements/").status_code == 404
    assert client.get(f"/s/{space.slug}/agreements/").status_code == 302
    with pytest.raises(NotHere):
        answer_agreements(actor=build.person(), space=space, answers={"quote": True})
