"""Ten tokens: spread by number fields, kept when refused, changed within the season, written down for others."""

import uuid
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from coproduce import clock
from coproduce.deliberation.models import Value
from coproduce.deliberation.queries import values_offered
from coproduce.deliberation.starting import STARTING
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.valuing import actions
from coproduce.valuing.actions.giving import TooManyTokens
from coproduce.valuing.models import Allocation, EarlierAllocation, Token
from coproduce.valuing.queries.giving import given_by, season_now, sheet_code, tokens_of

SUMMER, AUTUMN = (datetime(2026, month, 1, 10, tzinfo=UTC) for month in (7, 10))


@pytest.fixture
def space(build):
    return build.space()


def url(name, space, *args):
    return reverse(f"valuing:{name}", args=[space.slug, *args])


def sheet(**fields):
    return {"key": str(uuid.uuid4()), "attribution": "chosen", **fields}


def gave(allocation):
    names = {value.pk: value.name for value in Value.objects.all()}
    return {names[pk]: n for pk, n in tokens_of([allocation.pk]).get(allocation.pk, {}).items()}


def test_the_sheet_begins_with_three_systems_and_three_arguments(build, space, signed_in):
    page = signed_in(build.member(space)).get(url("give", space)).content.decode()
    for each in STARTING:
        assert str(each.name) in page
        assert str(each.explanation) in page
    for heading in ("What is right", "What makes it good", "How we go about it", "Why do it together at all"):
        assert heading in page
    assert Value.objects.count() == 0  # looking at it changes nothing


def test_ten_tokens_are_given_and_the_list_becomes_the_spaces_own(build, space, signed_in):
    noreen = build.member(space, "Noreen")
    client = signed_in(noreen)
    answer = client.post(url("give", space), sheet(tokens_fairness=7, tokens_money=3), follow=True)
    assert "All ten are given" in answer.content.decode()
    allocation = Allocation.objects.get()
    assert (allocation.person, allocation.season) == (noreen, season_now().code)
    assert gave(allocation) == {"fairness": 7, "money well spent": 3}
    assert Value.objects.filter(space=space).count() == len(STARTING)
    assert Event.objects.filter(kind="tokens given", subject=allocation.pk).count() == 1
    page = client.get(url("values", space)).content.decode()
    assert "<bdi>fairness</bdi> <b>7</b>" in page
    assert "Only you see this" in page


def test_fewer_than_ten_are_kept_and_what_is_left_is_said(build, space, signed_in):
    client = signed_in(build.member(space))
    page = client.post(url("give", space), sheet(tokens_rights=9), follow=True).content.decode()
    assert "9 of ten are given; one is left." in page
    assert 'value="9"' in page


def test_more_than_ten_are_refused_with_every_word_kept(build, space, signed_in):
    client = signed_in(build.member(space))
    answer = client.post(
        url("give", space), sheet(tokens_rights=9, tokens_money=3, own_name="rest", words="Because I’m tired.")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "You have given 12 tokens, and there are ten. Take 2 away somewhere." in page
    assert 'value="9"' in page
    assert 'value="rest"' in page
    assert "Because I’m tired." in page
    assert Allocation.objects.count() == 0


@pytest.mark.parametrize("typed", ["-1", "11", "1.5", "many", "9" * 400])
def test_a_number_that_cannot_be_is_refused(build, space, signed_in, typed):
    answer = signed_in(build.member(space)).post(url("give", space), sheet(tokens_rights=typed))
    assert answer.status_code == 422
    assert Allocation.objects.count() == 0


def test_a_value_of_ones_own_joins_the_list_without_a_name(build, space, signed_in):
    terry = build.member(space, "Terry")
    signed_in(terry).post(
        url("give", space),
        sheet(tokens_rights=4, own_name=" being  waited for", own_tokens=6, words="It is slow.", about="own"),
    )
    own = Value.objects.get(name="being waited for")
    assert own.added_by == terry
    assert Allocation.objects.get().about == own
    other = signed_in(build.member(space)).get(url("give", space)).content.decode()
    assert "being waited for" in other
    listed = signed_in(build.member(space)).get(url("value", space, own.pk.hex)).content.decode()
    assert "It is slow." in listed
    assert "being waited for" in values_offered(space)


def test_tokens_on_something_without_a_name_are_asked_about(build, space, signed_in):
    answer = signed_in(build.member(space)).post(url("give", space), sheet(own_tokens=2))
    assert answer.status_code == 422
    assert "Write what it is." in answer.content.decode()


def test_changing_ones_mind_keeps_what_was_given_before(build, space, signed_in):
    client = signed_in(build.member(space))
    client.post(url("give", space), sheet(tokens_rights=10, words="First."))
    rights, money = (Value.objects.get(starting=code) for code in ("rights", "money"))
    fields = {f"tokens_{rights.pk.hex}": 4, f"tokens_{money.pk.hex}": 6, "words": "Second."}
    client.post(url("give", space), sheet(**fields))
    allocation = Allocation.objects.get()
    assert gave(allocation) == {"rights": 4, "money well spent": 6}
    earlier = EarlierAllocation.objects.get()
    assert (earlier.tokens, earlier.words) == ({str(rights.pk): 10}, "First.")
    client.post(url("give", space), sheet(**fields))
    assert EarlierAllocation.objects.count() == 1  # the same again is no change


def test_each_season_is_asked_anew(build, space, signed_in):
    someone = build.member(space)
    for at, code in ((SUMMER, "rights"), (AUTUMN, "money")):
        with clock.told(at):
            actions.give_tokens(actor=someone, space=space, tokens={code: 10})
            assert given_by(space, someone, season_now()).total == 10
    assert [each.season for each in Allocation.objects.order_by("season")] == ["2026-autumn", "2026-summer"]


def test_the_same_key_twice_gives_once(build, space, signed_in):
    client, body = signed_in(build.member(space)), sheet(tokens_rights=10)
    first, second = (client.post(url("give", space), body) for _time in range(2))
    assert first["Location"] == second["Location"]
    assert Event.objects.filter(kind="tokens given").count() == 1


# ── written down for somebody ────────────────────────────────────────────────────────────────────


def test_a_facilitator_types_up_a_sheet_and_both_names_stay(build, space, signed_in):
    callum = build.member(space, "Callum", facilitator=True)
    zofia = build.member(space, "Pani Zofia", account=False)
    client = signed_in(callum)
    room = client.get(url("room", space)).content.decode()
    assert "Nothing written down this season." in room
    address = f"{url('give', space)}?for={zofia.pk}"
    assert "What matters most to Pani Zofia here?" in client.get(address).content.decode()
    answer = client.post(address, sheet(tokens_respect=10), follow=True)
    assert answer.redirect_chain[-1][0] == url("room", space)
    assert "All ten are written down." in answer.content.decode()
    allocation = Allocation.objects.get()
    assert (allocation.person, allocation.recorded_by) == (zofia, callum)


def test_nobody_gives_for_somebody_else(build, space, signed_in):
    donna, zofia = build.member(space), build.member(space, account=False)
    facilitator, away = build.member(space, facilitator=True), build.person(account=False)
    client = signed_in(donna)
    assert client.get(f"{url('give', space)}?for={zofia.pk}").status_code == 404
    assert client.get(url("room", space)).status_code == 403
    wrong = ((donna, zofia, NotAllowed), (facilitator, donna, NotAllowed), (facilitator, away, NotHere))
    for actor, person, refused in wrong:
        with pytest.raises(refused):
            actions.give_tokens(actor=actor, space=space, person=person, tokens={"rights": 1})
    assert Allocation.objects.count() == 0


def test_the_sheet_on_paper_has_ten_boxes_for_each_value(build, space, signed_in):
    page = signed_in(build.member(space)).get(url("paper", space)).content.decode()
    assert page.count('<span class="box"></span>') == 10 * (len(STARTING) + 1) + 3


# ── what can never be ────────────────────────────────────────────────────────────────────────────


def test_the_action_refuses_what_the_form_would(build, space):
    someone, elsewhere = build.member(space), build.space()
    foreign = Value.objects.create(space=elsewhere, name="theirs")
    for tokens, refused in (
        ({"rights": 11}, TooManyTokens),
        ({"rights": -1, "money": 5}, TooManyTokens),
        ({"rights": 6, "money": 5}, TooManyTokens),
        ({foreign.pk.hex: 3}, NotHere),
        ({"": 3}, NotHere),
    ):
        with pytest.raises(refused):
            actions.give_tokens(actor=someone, space=space, tokens=tokens)
    with pytest.raises(ValidationError):
        actions.give_tokens(actor=someone, space=space, tokens={}, own=("x" * 61, 1))
    assert Allocation.objects.count() == Token.objects.count() == 0


def test_the_database_refuses_an_eleventh_token_and_a_second_sheet(build, space):
    someone = build.member(space)
    allocation = actions.give_tokens(actor=someone, space=space, tokens={"rights": 10})
    value = Value.objects.get(starting="money")
    for number in (0, 1, 11):
        with pytest.raises(IntegrityError), transaction.atomic():
            Token.objects.create(allocation=allocation, number=number, value=value)
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.create(space=space, person=someone, season=allocation.season)
    with pytest.raises(ProtectedError), transaction.atomic():
        Value.objects.get(starting="rights").delete()


def test_an_ended_space_takes_no_tokens(build, space):
    space.state = "ended"
    space.save()
    with pytest.raises(NotAllowed):
        actions.give_tokens(actor=build.member(space), space=space, tokens={"rights": 1})


def test_the_sheet_needs_few_queries_however_many_values(build, space, signed_in, django_assert_max_num_queries):
    client = signed_in(build.member(space))
    actions.give_tokens(actor=space.opened_by, space=space, tokens={"rights": 10})
    for number in range(50):
        Value.objects.create(space=space, name=f"value {number}", added_by=space.opened_by)
    client.get(url("give", space))
    with django_assert_max_num_queries(14):
        client.get(url("give", space))


def test_a_second_person_types_the_same_and_it_is_checked(build, space, signed_in):
    callum = build.member(space, "Callum", facilitator=True)
    isobel = build.member(space, "Isobel", facilitator=True)
    zofia = build.member(space, "Pani Zofia", account=False)
    address = f"{url('give', space)}?for={zofia.pk}"
    signed_in(callum).post(address, sheet(tokens_respect=10, words="Always."))
    first = Allocation.objects.get()
    again = signed_in(isobel)
    assert 'value="10"' not in again.get(address).content.decode()
    respect, money = (Value.objects.get(starting=code).pk.hex for code in ("respect", "money"))
    answer = again.post(address, sheet(**{f"tokens_{respect}": 10, "words": "Always."}), follow=True)
    assert "You typed the same as the first time. It is checked." in answer.content.decode()
    assert "Isobel typed the same: it is checked." in answer.content.decode()
    kept = Allocation.objects.get()
    assert (kept.recorded_by, kept.checked_by, kept.given_at) == (callum, isobel, first.given_at)
    assert EarlierAllocation.objects.count() == 0
    assert Event.objects.filter(kind="tokens checked", subject=kept.pk).count() == 1
    # What differs takes its place, and is not checked before a second person has typed that.
    answer = again.post(address, sheet(**{f"tokens_{money}": 10, "words": "Always."}), follow=True).content.decode()
    kept = Allocation.objects.get()
    assert (kept.recorded_by, kept.checked_by) == (isobel, None)
    answer = signed_in(callum).post(address, sheet(**{f"tokens_{money}": 9, "words": "Always."}), follow=True)
    assert "It is not what was typed the first time." in answer.content.decode()
    assert "Nobody else has typed it again yet." in answer.content.decode()
    assert (Allocation.objects.get().recorded_by, EarlierAllocation.objects.count()) == (callum, 2)


def test_how_a_name_appears_makes_no_difference_where_no_words_stand(build, space):
    callum, isobel = (build.member(space, name, facilitator=True) for name in ("Callum", "Isobel"))
    zofia = build.member(space, "Pani Zofia", account=False)
    given = {"person": zofia, "space": space, "tokens": {"respect": 10}}
    actions.give_tokens(actor=callum, attribution="anonymous", **given)
    respect = Value.objects.get(starting="respect").pk.hex
    kept = actions.give_tokens(actor=isobel, attribution="chosen", **given | {"tokens": {respect: 10}})
    assert (kept.recorded_by, kept.checked_by) == (callum, isobel)


def test_nobody_checks_their_own_typing(build, space):
    callum = build.member(space, "Callum", facilitator=True)
    zofia = build.member(space, account=False)
    for _time in range(2):
        given = actions.give_tokens(actor=callum, space=space, person=zofia, tokens={"rights": 10})
    assert given.checked_by is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.update(checked_by=callum, checked_at=given.given_at)


def test_a_sheet_from_the_post_is_found_by_its_code(build, space, signed_in):
    callum = build.member(space, "Callum", facilitator=True)
    zofia, harold = (build.member(space, name, account=False) for name in ("Pani Zofia", "Harold"))
    client = signed_in(callum)
    sheets = client.get(url("paper", space), {"for": "everybody"}).content.decode()
    codes = [sheet_code(space, season_now(), person) for person in (zofia, harold)]
    assert all(code in sheets for code in codes)
    one = client.get(url("paper", space), {"for": str(zofia.pk)}).content.decode()
    assert codes[0] in one
    assert codes[1] not in one
    assert "Your name, so that" not in one
    typed = codes[0].lower().replace("-", " ")
    assert client.get(url("room", space), {"code": typed})["Location"] == f"{url('give', space)}?for={zofia.pk}"
    assert "No sheet of this season has that code." in client.get(url("room", space), {"code": "x"}).content.decode()
    member = signed_in(build.member(space))
    assert member.get(url("paper", space), {"for": "everybody"}).status_code == 404
    assert member.get(url("paper", space)).status_code == 200
