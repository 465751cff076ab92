"""House rules: suggested, talked about, holding once people had time and can live with them, and let go."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from coproduce import clock
from coproduce.care.actions import end_rule, let_rule_hold, say_to_rule, suggest_rule
from coproduce.care.forms import START_WORDINGS
from coproduce.care.models import HouseRule, RuleState, RuleVoice
from coproduce.care.queries.rules import AT_MOST
from coproduce.errors import NotAllowed, NotHere, NotReady
from coproduce.history.models import Event
from coproduce.spaces.models import Membership, MembershipState

WORDS = "We let the person who is out of breath finish."


def send(client, address, **fields):
    return client.post(address, {"key": str(uuid.uuid4()), **fields})


@pytest.fixture
def space(build):
    made = build.space(days=7)
    for name in ("Noreen", "Comfort", "Farzana"):
        build.member(made, name)
    return made


@pytest.fixture
def people(space):
    return [one.person for one in Membership.objects.filter(space=space).order_by("joined_at", "pk")]


@pytest.fixture
def rule(space, people):
    return suggest_rule(actor=people[1], space=space, words=WORDS)


def test_a_rule_is_suggested_talked_about_and_holds(space, people, rule, signed_in):
    keeper, noreen, comfort, farzana = people
    page = f"/s/{space.slug}/care/rules/{rule.pk}/"
    for person in (comfort, farzana):
        assert send(signed_in(person), page, answer="live").status_code == 302
    with clock.told(clock.now() + timedelta(days=8)):
        shown = signed_in(noreen).get(page).content.decode()
        assert "Let it hold" in shown
        assert "Let it hold" not in signed_in(comfort).get(page).content.decode()
        assert send(signed_in(noreen), f"{page}holds/").status_code == 302
    rule.refresh_from_db()
    assert rule.state == RuleState.AGREED
    listed = signed_in(keeper).get(f"/s/{space.slug}/care/rules/").content.decode()
    assert WORDS in listed
    assert "Suggested by Noreen" in listed
    kinds = list(Event.objects.filter(subject=rule.pk).order_by("sequence").values_list("kind", flat=True))
    assert kinds == ["house rule suggested", "house rule voiced", "house rule voiced", "house rule agreed"]


def test_nothing_holds_before_everybody_had_time(people, rule):
    for person in people[2:]:
        say_to_rule(actor=person, rule=rule, lives_with_it=True)
    with pytest.raises(NotReady), clock.told(clock.now() + timedelta(days=6)):
        let_rule_hold(actor=people[1], rule=rule)


def test_nothing_holds_that_too_few_can_live_with(people, rule):
    say_to_rule(actor=people[2], rule=rule, lives_with_it=True)
    later = clock.now() + timedelta(days=8)
    with pytest.raises(NotReady), clock.told(later):
        let_rule_hold(actor=people[1], rule=rule)
    say_to_rule(actor=people[3], rule=rule, lives_with_it=True)
    Membership.objects.filter(person=people[3]).update(state=MembershipState.LEFT)
    with pytest.raises(NotReady), clock.told(later):
        let_rule_hold(actor=people[1], rule=rule)


def test_nothing_holds_that_more_would_word_differently(build, space, people, rule):
    for person in people[2:]:
        say_to_rule(actor=person, rule=rule, lives_with_it=True)
    for _one in range(4):
        say_to_rule(actor=build.member(space), rule=rule, lives_with_it=False, words="Say it shorter.")
    with pytest.raises(NotReady), clock.told(clock.now() + timedelta(days=8)):
        let_rule_hold(actor=people[1], rule=rule)


def test_in_a_space_of_two_both_are_enough(build):
    small = build.space(days=0)
    other = build.member(small, "Comfort")
    rule = suggest_rule(actor=small.opened_by, space=small, words=WORDS)
    with pytest.raises(NotReady):
        let_rule_hold(actor=small.opened_by, rule=rule)
    say_to_rule(actor=other, rule=rule, lives_with_it=True)
    assert let_rule_hold(actor=small.opened_by, rule=rule).state == RuleState.AGREED


def test_what_somebody_would_say_differently_stays_beside_it_and_can_be_changed(space, people, rule, signed_in):
    page = f"/s/{space.slug}/care/rules/{rule.pk}/"
    client = signed_in(people[2])
    assert send(client, page, answer="differently", words=" ").status_code == 422
    send(client, page, answer="differently", words="Nobody is hurried.")
    assert "Nobody is hurried." in signed_in(people[3]).get(page).content.decode()
    assert "Nobody is hurried." in signed_in(people[3]).get(f"/s/{space.slug}/care/rules/").content.decode()
    send(client, page, answer="live")
    assert RuleVoice.objects.filter(rule=rule, person=people[2]).count() == 1
    assert "Nobody is hurried." not in signed_in(people[3]).get(page).content.decode()


def test_another_wording_lets_the_earlier_one_go(space, people, rule, signed_in):
    HouseRule.objects.filter(pk=rule.pk).update(state=RuleState.AGREED, agreed_at=clock.now())
    address = f"/s/{space.slug}/care/rules/suggest/?replaces={rule.pk}"
    assert WORDS in signed_in(people[2]).get(address).content.decode()
    send(signed_in(people[2]), address, words="Nobody is hurried.")
    new = HouseRule.objects.get(words="Nobody is hurried.")
    assert new.replaces_id == rule.pk
    for person in (people[1], people[3]):
        say_to_rule(actor=person, rule=new, lives_with_it=True)
    with clock.told(clock.now() + timedelta(days=8)):
        let_rule_hold(actor=people[0], rule=new)
    rule.refresh_from_db()
    assert (rule.state, rule.ended_why != "") == (RuleState.ENDED, True)


def test_a_rule_that_holds_is_let_go_by_who_facilitates_with_a_reason(people, rule):
    HouseRule.objects.filter(pk=rule.pk).update(state=RuleState.AGREED, agreed_at=clock.now())
    with pytest.raises(NotAllowed):
        end_rule(actor=people[1], rule=rule, why="I changed my mind.")
    with pytest.raises(NotAllowed):
        end_rule(actor=people[0], rule=rule, why=" ")
    assert end_rule(actor=people[0], rule=rule, why="We agreed to at the gathering.").state == RuleState.ENDED


def test_a_suggestion_can_be_taken_back_by_who_made_it_and_by_no_other_member(people, rule):
    with pytest.raises(NotAllowed):
        end_rule(actor=people[2], rule=rule, why="No.")
    assert end_rule(actor=people[1], rule=rule, why="I meant another thing.").state == RuleState.ENDED
    with pytest.raises(NotAllowed):
        say_to_rule(actor=people[2], rule=rule, lives_with_it=True)


def test_somebody_who_does_not_go_online_suggests_and_says_too(build, space, people, rule, signed_in):
    william = build.member(space, "William", account=False)
    client = signed_in(people[0])
    send(client, f"/s/{space.slug}/care/rules/suggest/", words="Speak up, I hear badly.", person=str(william.pk))
    own = HouseRule.objects.get(words="Speak up, I hear badly.")
    assert (own.proposed_by, own.recorded_by) == (william, people[0])
    send(client, f"/s/{space.slug}/care/rules/{rule.pk}/", answer="live", person=str(william.pk))
    voice = RuleVoice.objects.get(rule=rule, person=william)
    assert voice.recorded_by == people[0]
    # Nobody speaks for those who sign in, and only those who facilitate write down for others.
    with pytest.raises(NotAllowed):
        say_to_rule(actor=people[0], rule=rule, lives_with_it=True, person=people[3])
    with pytest.raises(NotAllowed):
        say_to_rule(actor=people[2], rule=rule, lives_with_it=True, person=william)


def test_beginnings_are_offered_and_none_is_forced(space, people, signed_in):
    client = signed_in(people[2])
    shown = client.get(f"/s/{space.slug}/care/rules/").content.decode()
    assert all(str(words) in shown for words in START_WORDINGS)
    assert HouseRule.objects.count() == 0
    assert str(START_WORDINGS[2]) in client.get(f"/s/{space.slug}/care/rules/suggest/?start=2").content.decode()


def test_a_rule_comes_from_words_in_sight_of_the_same_space(build, space, people):
    words = build.contribution(space, people[1], "They talked over me.")
    elsewhere = build.contribution(build.space(), build.person(), "Elsewhere.")
    hidden = build.contribution(space, people[1], "Hidden.", state="hidden", state_why="x")
    assert suggest_rule(actor=people[2], space=space, words=WORDS, from_words=words).from_words == words
    for other in (elsewhere, hidden):
        with pytest.raises(NotHere):
            suggest_rule(actor=people[2], space=space, words=WORDS, from_words=other)


def test_visitors_of_a_public_space_read_the_rules_and_no_names(build, space, people, rule, signed_in):
    HouseRule.objects.filter(pk=rule.pk).update(state=RuleState.AGREED, agreed_at=clock.now())
    suggest_rule(actor=people[2], space=space, words="Not agreed yet.")
    space.privacy = "public"
    space.save()
    shown = signed_in(None).get(f"/s/{space.slug}/care/rules/").content.decode()
    assert WORDS in shown
    assert "Noreen" not in shown
    assert "Not agreed yet." not in shown


def test_pages_ask_no_more_for_many_rules(build, space, people, signed_in, django_assert_max_num_queries):
    client = signed_in(people[1])
    client.get(f"/s/{space.slug}/care/rules/")
    for number in range(30):
        rule = suggest_rule(actor=people[2], space=space, words=f"Rule {number}")
        say_to_rule(actor=people[3], rule=rule, lives_with_it=False, words=f"Other {number}")
    with django_assert_max_num_queries(12):
        assert "Other 29" in client.get(f"/s/{space.slug}/care/rules/").content.decode()


def test_a_flood_of_suggestions_pushes_no_rule_that_holds_off_the_page(space, people, rule, signed_in):
    HouseRule.objects.filter(pk=rule.pk).update(state=RuleState.AGREED, agreed_at=clock.now())
    earlier = clock.now() - timedelta(days=1)
    HouseRule.objects.bulk_create(
        HouseRule(space=space, words=f"Rule {number}", proposed_by=people[2], proposed_at=earlier)
        for number in range(AT_MOST)
    )
    shown = signed_in(people[1]).get(f"/s/{space.slug}/care/rules/").content.decode()
    assert WORDS in shown.split("What we are talking about")[0]


def test_hostile_words_are_words(space, people, signed_in):
    hostile = "<script>alert(1)</script>{{ 7 }}\u202e"
    send(signed_in(people[2]), f"/s/{space.slug}/care/rules/suggest/", words=hostile, why=hostile)
    shown = signed_in(people[3]).get(f"/s/{space.slug}/care/rules/").content.decode()
    assert "<script>alert" not in shown
    assert "{{ 7 }}" in shown
    too_long = send(signed_in(people[2]), f"/s/{space.slug}/care/rules/suggest/", words="x" * 301)
    assert too_long.status_code == 422


def test_the_database_refuses_two_voices_of_one_person_and_an_end_without_reason(people, rule):
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleVoice.objects.create(rule=rule, person=people[1], lives_with_it=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        HouseRule.objects.filter(pk=rule.pk).update(state="ended", ended_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        HouseRule.objects.filter(pk=rule.pk).update(state="agreed")
