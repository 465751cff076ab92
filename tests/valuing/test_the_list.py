"""The list of values is its members' own: other words with both names on record, off and back, nothing deleted."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from coproduce.deliberation.actions import add_value, draw_statement, offer_values, respond
from coproduce.deliberation.models import Value
from coproduce.deliberation.queries import values_offered
from coproduce.deliberation.starting import STARTING
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.valuing import actions
from coproduce.valuing.models import ValueChange


@pytest.fixture
def space(build):
    return build.space()


def url(name, space, *args):
    return reverse(f"valuing:{name}", args=[space.slug, *args])


def sent(**fields):
    return {"key": str(uuid.uuid4()), **fields}


def test_a_space_that_says_nothing_is_offered_the_first_list(space):
    assert values_offered(space) == [str(each.name) for each in STARTING]


def test_one_reason_makes_the_list_the_spaces_own_and_nothing_goes_missing(build, space):
    claim = draw_statement(
        actor=space.opened_by, space=space, words="So.", contributions=[build.contribution(space, space.opened_by)]
    )
    respond(actor=build.member(space), statement=claim, answer=1, reason="So.", values=["evidence", "my own"])
    assert values_offered(space) == [*(str(each.name) for each in STARTING), "my own"]
    assert Value.objects.filter(space=space, added_by=None).count() == len(STARTING)


def test_what_a_space_offers_stands_in_place_of_the_first_list(space):
    offer_values(actor=space.opened_by, space=space, names=["breath", "rights"])
    assert values_offered(space) == ["rights", "breath"]
    rights = Value.objects.get(name="rights")
    assert (rights.system, rights.starting) == ("argument", "rights")
    assert rights.explanation


def test_what_somebody_adds_stands_beside_the_first_list(build, space):
    add_value(actor=build.member(space), space=space, name="Evidence")
    assert len(values_offered(space)) == len(STARTING)
    assert "Evidence" in values_offered(space)


def test_any_member_adds_what_is_missing(build, space, signed_in):
    client = signed_in(build.member(space))
    page = client.post(
        url("add_value", space), sent(name="being waited for", explanation="Dignity can be quick."), follow=True
    ).content.decode()
    assert "being waited for" in page
    assert "Dignity can be quick." in page
    assert "Dignity can be quick." in client.get(url("give", space)).content.decode()


def test_other_words_leave_both_names_on_record(build, space, signed_in):
    shahida = build.member(space, "Shahida")
    client = signed_in(shahida)
    assert client.get(url("change_value", space, "equals")).status_code == 200
    page = client.post(
        url("change_value", space, "equals"),
        sent(name="sitting at one table", explanation="", system="process", why="Equals sounds like sums."),
        follow=True,
    ).content.decode()
    assert "“being equals” became “sitting at one table”" in page
    assert "Equals sounds like sums." in page
    value = Value.objects.get(starting="equals")
    change = ValueChange.objects.get(value=value)
    assert (change.name_before, change.name_after, change.changed_by) == (
        "being equals", "sitting at one table", shahida,
    )  # fmt: skip
    assert "Called “being equals” before." in client.get(url("value_list", space)).content.decode()
    assert "Called “being equals” before." in client.get(url("give", space)).content.decode()
    assert Event.objects.filter(kind="value changed", subject=value.pk).count() == 1


def test_two_values_never_have_one_name(build, space):
    member = build.member(space)
    with pytest.raises(NotAllowed):
        actions.word_value(actor=member, space=space, key="equals", name="RIGHTS", explanation="")
    with pytest.raises(ValidationError):
        actions.word_value(actor=member, space=space, key="equals", name=" ", explanation="")
    assert Value.objects.filter(starting="equals", name="being equals").exists() is False  # nothing was begun


def test_a_value_with_tokens_is_taken_off_and_its_tokens_stay(build, space, signed_in):
    someone = build.member(space)
    actions.give_tokens(actor=someone, space=space, tokens={"money": 4, "rights": 6})
    money = Value.objects.get(starting="money")
    client = signed_in(build.member(space))
    page = client.post(
        url("change_value", space, money.pk.hex), sent(what="retire", why="Not here."), follow=True
    ).content.decode()
    assert "Tokens that were given to it stay on it." in page
    assert "money well spent" not in values_offered(space)
    with pytest.raises(NotAllowed):
        actions.give_tokens(actor=build.member(space), space=space, tokens={money.pk.hex: 1})
    # Whoever has tokens on it keeps them, and may give them again as they are.
    assert "No longer on the list" in signed_in(someone).get(url("give", space)).content.decode()
    actions.give_tokens(actor=someone, space=space, tokens={money.pk.hex: 5, "rights": 5})
    page = client.post(
        url("change_value", space, money.pk.hex), sent(what="bring_back", why=""), follow=True
    ).content.decode()
    assert "It is on the list again." in page
    assert "money well spent" in values_offered(space)
    assert [change.kind for change in ValueChange.objects.all()] == ["retired", "brought_back"]


def test_only_who_facilitates_keeps_a_name_back(build, space, signed_in):
    member = build.member(space)
    value = add_value(actor=member, space=space, name="my ferrets")
    client = signed_in(member)
    refused = client.post(url("change_value", space, value.pk.hex), sent(what="hold_back", why="Mine."))
    assert refused.status_code == 403
    with pytest.raises(NotAllowed):
        actions.hold_back_value(actor=space.opened_by, space=space, key=value.pk.hex, why=" ")
    keeper = signed_in(space.opened_by)
    keeper.post(url("change_value", space, value.pk.hex), sent(what="hold_back", why="It says who."))
    assert "my ferrets" not in values_offered(space)
    assert signed_in(build.member(space)).get(url("value", space, value.pk.hex)).status_code == 404
    assert "my ferrets" in keeper.get(url("value_list", space)).content.decode()
    keeper.post(url("change_value", space, value.pk.hex), sent(what="show", why=""))
    assert "my ferrets" in values_offered(space)


def test_a_value_page_has_the_words_behind_it(build, space, signed_in):
    claim = draw_statement(
        actor=space.opened_by, space=space, words="A claim.", contributions=[build.contribution(space, space.opened_by)]
    )
    terry = build.member(space, "Terry")
    respond(
        actor=terry, statement=claim, answer=-1, reason="Ask my barrister.", values=["rights"], attribution="chosen"
    )
    rights = Value.objects.get(starting="rights")
    page = signed_in(terry).get(url("value", space, rights.pk.hex)).content.decode()
    for words in ("Ask my barrister.", "A claim.", "Disagrees with:", "Terry", str(rights.explanation)):
        assert words in page


def test_values_of_another_space_are_not_there(build, space, signed_in):
    other = build.space()
    theirs = add_value(actor=other.opened_by, space=other, name="theirs")
    client = signed_in(space.opened_by)
    for name in ("value", "change_value"):
        assert client.get(url(name, space, theirs.pk.hex)).status_code == 404
    with pytest.raises(NotHere):
        actions.retire_value(actor=space.opened_by, space=space, key=theirs.pk.hex)
    with pytest.raises(NotHere):
        actions.retire_value(actor=other.opened_by, space=space, key="rights")
