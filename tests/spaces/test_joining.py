"""Coming in by a link or a printed code, and saying where one speaks from."""

import uuid
from datetime import timedelta

import pytest

from coproduce import clock
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.people.models import Person
from coproduce.spaces.access import LinkClosed, recorder_for
from coproduce.spaces.actions import add_assisted_member, describe_myself, join_space, leave_space
from coproduce.spaces.models import Affiliation, Membership, Standpoint, Understanding
from coproduce.spaces.queries import plain_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(build):
    return build.join_link(build.space(name="Nights", question="What helps at night?"), code="K7QM-3XTR")


def filled(**changed):
    return {"key": str(uuid.uuid4()), "called": "Del", "rows": "3", "understanding": "", **changed}


@pytest.mark.parametrize("typed", ["K7QM-3XTR", "k7qm3xtr", " k7qm 3xtr ", "K 7 Q M–3 X T R", "k7qm/3xtr"])
def test_a_code_may_be_typed_in_any_way(link, client, typed):
    answer = client.post("/join/", {"code": typed})
    assert answer["Location"] == "/join/K7QM-3XTR/"


def test_a_code_nobody_has_is_refused_kindly_and_kept(link, client):
    answer = client.post("/join/", {"code": "K7QM-3XTT"})
    assert answer.status_code == 422
    assert "K7QM-3XTT" in answer.content.decode()
    assert "ask the person who gave it to you" in answer.content.decode()
    assert plain_code("<script>") == ""


def test_a_stranger_with_a_link_sees_the_question_and_two_ways(link, client):
    page = client.get("/join/k7qm3xtr/").content.decode()
    assert "What helps at night?" in page
    assert "/join/K7QM-3XTR/bring/" in page
    assert "/join/K7QM-3XTR/you/" in page
    assert link.space.opened_by.chosen_name in page
    answer = client.get("/join/K7QM-3XTR/you/")
    assert answer["Location"] == "/sign-in/?next=%2Fjoin%2FK7QM-3XTR%2Fyou%2F"


def test_a_closed_and_an_ended_link_say_what_to_do(build, client, signed_in, link):
    ended = build.join_link(link.space, code="AAAA-2222", ends_at=clock.now() - timedelta(minutes=1))
    closed = build.join_link(link.space, code="BBBB-2222", closed_at=clock.now())
    for way_in in (ended, closed):
        for address in (f"/join/{way_in.code}/", f"/join/{way_in.code}/you/"):
            answer = signed_in(build.person()).get(address)
            assert answer.status_code == 410
            page = answer.content.decode()
            assert "for a new one" in page
            assert "What helps at night?" not in page
        with pytest.raises(LinkClosed):
            join_space(actor=build.person(), link=way_in)
    assert client.get("/join/XXXX-9999/").status_code == 404


def test_joining_keeps_what_is_to_be_shown_and_counted_and_nothing_else(build, signed_in, link):
    noreen = build.person("Noreen")
    client = signed_in(noreen)
    page = client.get(f"/join/{link.code}/you/").content.decode()
    assert 'value="Noreen"' in page
    assert page.count('name="words_') == 3
    assert "checked" not in page
    answer = client.post(
        f"/join/{link.code}/you/",
        filled(
            words_0="I cannot get my breath", way_0="L", visibility_0="shown",
            words_1="I had a breakdown in 2019", way_1="L", visibility_1="none",
            words_2="I look after Mum", way_2="C", visibility_2="counted",
            organisation_0="Harlesden Mosque", belongs_0="shown",
            organisation_1="A clinic I keep to myself", belongs_1="none",
            understanding="Not being told.",
        ),
    )  # fmt: skip
    assert answer["Location"] == f"/s/{link.space.slug}/agreements/?joining=1"
    membership = Membership.objects.get(person=noreen)
    said = list(membership.standpoints.values_list("words", "way", "visibility"))
    assert said == [("I cannot get my breath", "L", "shown"), ("I look after Mum", "C", "counted")]
    assert list(membership.affiliations.values_list("organisation", flat=True)) == ["Harlesden Mosque"]
    assert membership.understandings.get().words == "Not being told."
    noreen.refresh_from_db()
    assert noreen.chosen_name == "Del"
    assert Event.objects.get(stream=link.space.pk).kind == "member joined"
    for model in (Standpoint, Affiliation, Understanding):
        assert "2019" not in str(list(model.objects.values()))
        assert "keep to myself" not in str(list(model.objects.values()))


def test_what_is_not_recorded_does_not_even_wait_in_the_session(client, link):
    answer = client.post(
        f"/join/{link.code}/you/",
        filled(words_0="A secret", way_0="L", visibility_0="none", words_1="Not one", way_1="L", visibility_1="shown"),
    )
    assert answer.status_code == 302
    kept = client.session["kept_words"]["words"]
    assert "secret" not in kept
    assert "Not+one" in kept


def test_another_row_without_a_script_keeps_the_words(build, signed_in, link):
    client = signed_in(build.person())
    answer = client.post(f"/join/{link.code}/you/", filled(words_0="A nurse", another="1", called=""))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="A nurse"' in page
    assert page.count('name="words_') == 4
    assert "error-summary" not in page
    assert not Standpoint.objects.filter(words="A nurse").exists()
    many = client.post(f"/join/{link.code}/you/", filled(rows="9" * 30, another="1")).content.decode()
    assert many.count('name="words_') == 12


def test_a_row_half_filled_is_asked_about(build, signed_in, link):
    client = signed_in(build.person())
    answer = client.post(f"/join/{link.code}/you/", filled(words_0="A nurse", organisation_0="A ward"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_way_0"' in page
    assert 'href="#id_visibility_0"' in page
    assert 'href="#id_belongs_0"' in page
    assert not Membership.objects.filter(space=link.space, is_facilitator=False).exists()


def test_joining_twice_is_joining_once(build, signed_in, link):
    someone = build.person()
    client = signed_in(someone)
    form = filled(words_0="Here", way_0="L", visibility_0="shown")
    first, second = (client.post(f"/join/{link.code}/you/", form) for _i in range(2))
    assert first["Location"] == second["Location"]
    assert Standpoint.objects.filter(membership__person=someone).count() == 1
    again = client.get(f"/join/{link.code}/")
    assert again["Location"] == f"/s/{link.space.slug}/"
    assert client.get(f"/join/{link.code}/you/")["Location"] == f"/s/{link.space.slug}/"


def test_where_they_were_going_is_kept_and_cannot_be_abused(build, signed_in, link):
    client = signed_in(build.person())
    page = client.get(f"/join/{link.code}/you/?next=//evil.example/").content.decode()
    assert "evil.example" not in page
    answer = client.post(f"/join/{link.code}/you/", filled(next="https://evil.example/"))
    assert "evil" not in answer["Location"]
    client = signed_in(build.person())
    answer = client.post(f"/join/{link.code}/you/", filled(next="/brought/kept/"))
    assert answer["Location"].endswith("agreements/?joining=1&next=%2Fbrought%2Fkept%2F")


def test_coming_back_after_leaving(build, link):
    someone = build.person()
    first = join_space(actor=someone, link=link, standpoints=[("Here", "L", "shown")])
    leave_space(actor=someone, space=link.space)
    back = join_space(actor=someone, link=link, standpoints=[("Here", "L", "shown"), ("There", "C", "counted")])
    assert back.pk == first.pk
    assert back.state == "active"
    assert Event.objects.filter(kind="member came back").count() == 1


def test_saying_it_anew_takes_away_what_is_gone(build, signed_in, link):
    space = link.space
    mum = build.member(space, "Mina", ways="LC")
    client = signed_in(mum)
    page = client.get(f"/s/{space.slug}/my-place/describe/").content.decode()
    assert 'value="standpoint L"' in page
    kept = Standpoint.objects.get(words="standpoint L")
    form = filled(called="Mina", words_0="standpoint L", way_0="L", visibility_0="shown", understanding="Waiting.")
    answer = client.post(f"/s/{space.slug}/my-place/describe/", form)
    assert answer["Location"] == f"/s/{space.slug}/my-place/"
    assert Standpoint.objects.get(membership__person=mum) == kept
    form = {**form, "key": str(uuid.uuid4()), "understanding": "Being waited for."}
    client.post(f"/s/{space.slug}/my-place/describe/", form)
    page = client.get(f"/s/{space.slug}/my-place/").content.decode()
    assert page.index("Being waited for.") < page.index("Waiting.</p>")


def test_a_facilitator_brings_in_somebody_who_does_not_go_online(build, signed_in, link):
    space = link.space
    client = signed_in(space.opened_by)
    chest = {"called": "Harold", "words_0": "Bad chest", "way_0": "L", "visibility_0": "shown"}
    answer = client.post(
        f"/s/{space.slug}/members/add/",
        filled(full_name="Harold Platt", channel="post", **chest),
    )
    harold = Person.objects.get(chosen_name="Harold")
    membership = Membership.objects.get(person=harold)
    assert answer["Location"] == f"/s/{space.slug}/agreements/for/{membership.pk}/"
    assert (harold.is_assisted, harold.added_by, harold.channel) == (True, space.opened_by, "post")
    assert membership.recorded_by == space.opened_by
    page = client.get(f"/s/{space.slug}/members/").content.decode()
    assert "Does not go online; brought in by" in page
    client.post(
        f"/s/{space.slug}/members/{membership.pk}/",
        filled(words_1="Widower", way_1="C", visibility_1="shown", **chest),
    )
    assert membership.standpoints.count() == 2


def test_only_facilitators_write_for_others_and_only_for_those_who_need_it(build, signed_in, link):
    space = link.space
    facilitator, member, other = space.opened_by, build.member(space), build.member(space)
    harold = add_assisted_member(actor=facilitator, space=space, chosen_name="Harold")
    assert recorder_for(facilitator, harold.person, space) == facilitator
    assert recorder_for(member, member, space) is None
    with pytest.raises(NotAllowed):
        recorder_for(member, harold.person, space)
    with pytest.raises(NotAllowed):
        describe_myself(actor=facilitator, space=space, person=other)
    with pytest.raises(NotAllowed):
        add_assisted_member(actor=member, space=space, chosen_name="X")
    elsewhere = build.space(opened_by=build.person("Elsewhere"))
    with pytest.raises(NotHere):
        recorder_for(elsewhere.opened_by, harold.person, space)
    with pytest.raises(NotHere):
        add_assisted_member(actor=elsewhere.opened_by, space=elsewhere, chosen_name="", person=harold.person)
    theirs = Membership.objects.get(person=other)
    assert signed_in(facilitator).get(f"/s/{space.slug}/members/{theirs.pk}/").status_code == 404
    assert signed_in(member).get(f"/s/{space.slug}/members/{harold.pk}/").status_code == 404
    assert signed_in(member).get(f"/s/{space.slug}/members/add/").status_code == 403
