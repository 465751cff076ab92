"""Saying how you see a claim, changing your mind, and writing it down for somebody else."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from coproduce.deliberation import actions
from coproduce.deliberation.models import EarlierResponse, Response, Statement
from coproduce.deliberation.queries import next_statement, values_offered
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.spaces.access import Place

HOSTILE = "<script>alert(1)</script> \u202e{{ 7|add:7 }} %s ‘’ 🫁"


@pytest.fixture
def space(build):
    return build.space()


@pytest.fixture
def donna(build, space):
    return build.member(space, "Donna", ways="LC")


@pytest.fixture
def claim(build, space, donna):
    return draw(build, space, donna)


def draw(build, space, person, words="Letters should come on paper."):
    return actions.draw_statement(
        actor=person, space=space, words=words, contributions=[build.contribution(space, person)]
    )


def place_of(space, person):
    return Place(space, person, space.memberships.filter(person=person).first())


def filled(**fields):
    return {"key": uuid.uuid4(), "answer": "1", "attribution": "chosen", **fields}


def say_to(space, claim):
    return reverse("deliberation:say_to", args=[space.slug, claim.pk])


def test_one_claim_at_a_time_until_none_is_left(build, space, donna, claim, signed_in):
    other = draw(build, space, donna, "A lift that works is a treatment.")
    client = signed_in(donna)
    seen = []
    for _turn in range(2):
        asked = client.get(reverse("deliberation:say", args=[space.slug]), follow=True)
        assert asked.status_code == 200
        seen.append(asked.context["claim"].pk)
        answered = client.post(asked.request["PATH_INFO"], filled(answer="-1", reason="Because of stairs."))
        assert answered.status_code == 302
    assert set(seen) == {claim.pk, other.pk}
    done = client.get(reverse("deliberation:say", args=[space.slug]))
    assert "That was all of them" in done.content.decode()
    assert Response.objects.filter(person=donna, answer=-1).count() == 2


def test_claims_with_fewest_answers_come_first(build, space, donna, claim):
    newer = draw(build, space, donna, "Newer.")
    for _n in range(3):
        actions.respond(actor=build.member(space), statement=newer, answer=1)
    assert next_statement(place_of(space, donna), donna) == claim
    assert next_statement(place_of(space, donna), donna, skipped=[str(claim.pk)]) == newer


def test_skipping_shows_another_and_writes_nothing_down(build, space, donna, claim, signed_in):
    client = signed_in(donna)
    skipped = client.post(reverse("deliberation:skip", args=[space.slug, claim.pk]), follow=True)
    assert "One was left for later" in skipped.content.decode()
    again = client.get(reverse("deliberation:say", args=[space.slug]) + "?again=1", follow=True)
    assert again.context["claim"] == claim
    assert not Response.objects.exists()


def test_changing_your_mind_keeps_what_you_said_before(space, donna, claim, signed_in):
    actions.respond(actor=donna, statement=claim, answer=1, reason="At first.", values=["fairness"])
    client = signed_in(donna)
    again = client.get(say_to(space, claim))
    assert "At first." in again.content.decode()
    answered = client.post(say_to(space, claim), filled(answer="0", reason="Now I wonder."))
    assert answered.url == claim.get_absolute_url()
    response = Response.objects.get()
    assert (response.answer, response.reason, response.values.count()) == (0, "Now I wonder.", 0)
    assert EarlierResponse.objects.values_list("answer", "reason").get() == (1, "At first.")
    assert "At first." in client.get(claim.get_absolute_url()).content.decode()


def test_what_you_said_before_is_for_you_alone(build, space, donna, claim, signed_in):
    actions.respond(actor=donna, statement=claim, answer=1, reason="A secret doubt.")
    actions.respond(actor=donna, statement=claim, answer=0, reason="")
    page = signed_in(build.member(space)).get(claim.get_absolute_url())
    assert "A secret doubt." not in page.content.decode()


def test_answering_the_same_again_keeps_nothing_twice(donna, claim):
    for _turn in range(2):
        actions.respond(actor=donna, statement=claim, answer=1, reason="Same.")
    assert not EarlierResponse.objects.exists()


def test_a_value_of_your_own_is_offered_to_the_next_person(space, donna, claim, signed_in):
    client = signed_in(donna)
    client.post(say_to(space, claim), filled(values=["fairness"], own_value="  Being   believed "))
    assert set(Response.objects.get().values.values_list("name", flat=True)) == {"fairness", "Being believed"}
    assert "Being believed" in values_offered(space)
    assert "fairness" in client.get(say_to(space, claim)).content.decode()


def test_a_value_is_one_value_whatever_its_capitals(build, space, donna, claim):
    actions.respond(actor=donna, statement=claim, answer=1, values=["Home", "home "])
    assert values_offered(space).count("Home") == 1


def test_the_space_can_offer_its_own_values(space, donna):
    actions.offer_values(actor=space.opened_by, space=space, names=["breath", "plain speaking"])
    assert values_offered(space) == ["breath", "plain speaking"]
    with pytest.raises(NotAllowed):
        actions.offer_values(actor=donna, space=space, names=["mine"])


def test_sending_twice_answers_once(space, donna, claim, signed_in):
    client, sent = signed_in(donna), filled(reason="Once.")
    first, second = client.post(say_to(space, claim), sent), client.post(say_to(space, claim), sent)
    assert first.status_code == second.status_code == 302
    assert Event.objects.filter(kind="statement answered").count() == 1


def test_an_answer_is_needed(space, donna, claim, signed_in):
    refused = signed_in(donna).post(say_to(space, claim), filled(answer="", reason="Kept words"))
    assert refused.status_code == 422
    assert "Kept words" in refused.content.decode()


def test_hostile_words_are_only_words(build, space, donna, signed_in):
    claim = draw(build, space, donna, HOSTILE)
    client = signed_in(donna)
    client.post(say_to(space, claim), filled(reason=HOSTILE, own_value="<b>x</b>"))
    every = reverse("deliberation:all_statements", args=[space.slug])
    for url in (claim.get_absolute_url(), say_to(space, claim), every):
        html = client.get(url).content.decode()
        assert "<script>alert" not in html
        assert "<b>x</b>" not in html
        assert "&lt;script&gt;" in html


class TestForSomebodyElse:
    def test_a_facilitator_writes_down_for_an_assisted_member(self, build, space, claim, signed_in):
        alan = build.member(space, "Alan", account=False)
        client = signed_in(space.opened_by)
        url = f"{say_to(space, claim)}?for={alan.pk}"
        assert "what Alan says" in client.get(url).content.decode()
        answered = client.post(url, filled(reason="He told me.", channel="phone", said_on="2026-03-14"))
        assert f"for={alan.pk}" in answered.url
        response = Response.objects.get()
        assert (response.person, response.recorded_by) == (alan, space.opened_by)
        assert (response.channel, response.said_on) == ("phone", date(2026, 3, 14))
        assert "written down by" in client.get(claim.get_absolute_url()).content.decode()

    def test_nobody_speaks_for_somebody_with_an_account(self, build, space, claim, signed_in):
        other = build.member(space)
        assert signed_in(space.opened_by).get(f"{say_to(space, claim)}?for={other.pk}").status_code == 404
        with pytest.raises(NotAllowed):
            actions.respond(actor=space.opened_by, person=other, statement=claim, answer=1)

    def test_a_member_cannot_write_down_for_others(self, build, space, donna, claim, signed_in):
        alan = build.member(space, "Alan", account=False)
        assert signed_in(donna).post(f"{say_to(space, claim)}?for={alan.pk}", filled()).status_code == 404
        with pytest.raises(NotAllowed):
            actions.respond(actor=donna, person=alan, statement=claim, answer=1)


class TestDrawing:
    def test_from_words_that_were_chosen_on_their_page(self, build, space, donna, signed_in):
        words = build.contribution(space, donna, "I know every bench.")
        client = signed_in(donna)
        url = reverse("deliberation:draw_statement", args=[space.slug])
        assert "checked" in client.get(f"{url}?from={words.pk}").content.decode()
        sent = {"key": uuid.uuid4(), "words": "Streets need benches.", "contributions": [str(words.pk)]}
        made = client.post(url, sent)
        statement = Statement.objects.get()
        assert made.url == statement.get_absolute_url()
        assert statement.sources.get().contribution == words
        assert "I know every bench." in client.get(made.url).content.decode()

    def test_looking_for_other_words_keeps_what_was_typed_and_ticked(self, build, space, donna, signed_in):
        ticked = build.contribution(space, donna, "First words.")
        build.contribution(space, donna, "About the lift.")
        build.contribution(space, donna, "About the rain.")
        url = reverse("deliberation:draw_statement", args=[space.slug])
        sent = {"key": uuid.uuid4(), "words": "Half a claim", "contributions": [str(ticked.pk)]}
        sent |= {"find": "LIFT", "look": "1"}
        html = signed_in(donna).post(url, sent).content.decode()
        assert "Half a claim" in html
        assert "First words." in html
        assert "About the lift." in html
        assert "About the rain." not in html
        assert "field-refused" not in html
        assert not Statement.objects.exists()

    def test_a_claim_needs_words_it_is_drawn_from(self, space, donna, signed_in):
        url = reverse("deliberation:draw_statement", args=[space.slug])
        refused = signed_in(donna).post(url, {"key": uuid.uuid4(), "words": "From nowhere."})
        assert refused.status_code == 422
        assert "always drawn from" in refused.content.decode()

    def test_words_of_another_space_are_refused(self, build, space, donna):
        elsewhere = build.space()
        words = build.contribution(elsewhere, elsewhere.opened_by)
        with pytest.raises(NotHere):
            actions.draw_statement(actor=donna, space=space, words="No.", contributions=[words])

    def test_words_with_a_note_are_read_only_after_the_note(self, build, space, donna, signed_in):
        words = build.contribution(space, donna, "How he died.", content_note="It speaks of a death.")
        client = signed_in(donna)
        html = client.get(reverse("deliberation:draw_statement", args=[space.slug])).content.decode()
        assert "It speaks of a death." in html
        assert "How he died." not in html
        claim = actions.draw_statement(actor=donna, space=space, words="Tell us.", contributions=[words])
        html = client.get(claim.get_absolute_url()).content.decode()
        assert html.index("<summary>With a note: It speaks of a death.") < html.index("How he died.")

    def test_withdrawn_words_are_a_source_without_words(self, build, space, donna, claim, signed_in):
        source = claim.sources.get().contribution
        source.state, source.words = "withdrawn", "Taken back."
        source.save()
        html = signed_in(donna).get(claim.get_absolute_url()).content.decode()
        assert "One of the sources was taken back by the person who brought it" in html
        assert "Taken back." not in html


def test_a_hidden_claim_is_asked_and_counted_nowhere(build, space, donna, claim, signed_in):
    actions.hide_statement(actor=space.opened_by, statement=claim, why="It names somebody.")
    html = signed_in(donna).get(claim.get_absolute_url()).content.decode()
    assert "It names somebody." in html
    assert claim.words not in html
    assert next_statement(place_of(space, donna), donna) is None
    with pytest.raises(NotHere):
        actions.respond(actor=donna, statement=claim, answer=1)
    with pytest.raises(NotAllowed):
        actions.hide_statement(actor=donna, statement=claim, why="I do not like it.")
    signed_in(space.opened_by).post(reverse("deliberation:show", args=[space.slug, claim.pk]))
    assert next_statement(place_of(space, donna), donna) == claim


PAGES = ["statements", "all_statements", "say", "draw_statement"]


@pytest.mark.parametrize("name", PAGES)
def test_strangers_and_members_of_other_spaces_find_nothing(build, space, claim, signed_in, name):
    url = reverse(f"deliberation:{name}", args=[space.slug])
    elsewhere = build.member(build.space())
    assert signed_in(elsewhere).get(url).status_code == 404
    assert signed_in(None).get(url).status_code in (302, 404)


def test_a_claim_is_found_only_in_its_own_space(build, space, donna, claim, signed_in):
    other = build.space()
    build.join(other, donna)
    client = signed_in(donna)
    for name in ("statement", "say_to"):
        assert client.get(reverse(f"deliberation:{name}", args=[other.slug, claim.pk])).status_code == 404
