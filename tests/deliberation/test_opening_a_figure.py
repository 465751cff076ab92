"""Every figure can be opened to what it was counted from, and opening it tells of nobody who did not want it."""

import random

import pytest
from django.urls import reverse

from coproduce.consent.models import Agreement, AgreementText
from coproduce.deliberation import actions
from coproduce.deliberation.models import Answer, Importance, Response
from coproduce.deliberation.queries import (
    Tally,
    group_votes,
    how_we_see_it,
    newest_events,
    row_name,
    shown_claims,
    standing,
    standing_of,
)
from coproduce.spaces.access import Place
from coproduce.spaces.models import Standpoint


@pytest.fixture
def space(build):
    return build.space(privacy="public")


def draw(build, space, words):
    by = space.opened_by
    return actions.draw_statement(actor=by, space=space, words=words, contributions=[build.contribution(space, by)])


def people(build, space, ways, count, **more):
    return [build.member(space, ways=ways, **more) for _n in range(count)]


def answer(statement, everyone, value, **fields):
    for person in everyone:
        actions.respond(actor=person, statement=statement, answer=value, **fields)


def results(space):
    return reverse("deliberation:statements", args=[space.slug])


def row(claim, name):
    return reverse("deliberation:counted", args=[claim.space.slug, claim.pk, name])


def read(client, url):
    answered = client.get(url)
    assert answered.status_code == 200
    return answered.content.decode()


def place_of(space):
    return Place(space, space.opened_by, space.memberships.get(person=space.opened_by))


def agree_to_be_quoted(space, person):
    text = AgreementText.objects.create(space=space, use="quote", words="May we?", written_by=space.opened_by)
    Agreement.objects.create(space=space, person=person, use="quote", text=text, given=True)


@pytest.fixture
def claim(build, space):
    """Ten who live with it agree, ten who practise disagree; some say why."""
    made = draw(build, space, "Keep what is saved.")
    lived, practise = people(build, space, "L", 10), people(build, space, "P", 10)
    answer(made, lived[2:], 1)
    answer(made, practise[1:], -1)
    answer(made, lived[:1], 1, reason="It is ours.", attribution="standpoint")
    answer(made, lived[1:2], 1, reason="I give no name.", attribution="anonymous")
    answer(made, practise[:1], -1, reason="We would lose the rest.", attribution="chosen")
    return made


class TestARow:
    def test_leads_from_the_figure_to_the_reasons_that_say_they_are_from_there(self, space, claim, signed_in):
        client = signed_in(space.opened_by)
        assert row(claim, "L") in read(client, results(space))
        assert row(claim, "L") in read(client, claim.get_absolute_url())
        html = read(client, row(claim, "L"))
        assert "Agree: 10 people" in html
        assert "Disagree: 0 people" in html
        assert "It is ours." in html
        assert "We would lose the rest." not in html
        assert "shown to nobody" in html

    def test_never_lists_who_gave_no_name(self, space, claim, signed_in):
        client = signed_in(space.opened_by)
        assert "I give no name." not in read(client, row(claim, "L"))
        assert "I give no name." in read(client, row(claim, "everyone"))

    def test_never_lists_who_only_wants_to_be_counted(self, space, claim, signed_in):
        Standpoint.objects.filter(way="P").update(visibility="counted")
        html = read(signed_in(space.opened_by), row(claim, "P"))
        assert "Disagree: 10 people" in html
        assert "We would lose the rest." not in html

    def test_shows_visitors_only_what_may_be_quoted(self, space, claim, signed_in):
        html = read(signed_in(None), row(claim, "L"))
        assert "Agree: 10 people" in html
        assert "It is ours." not in html
        assert "You are reading as a visitor" in html
        agree_to_be_quoted(space, Response.objects.get(reason="It is ours.").person)
        assert "It is ours." in read(signed_in(None), row(claim, "L"))

    @pytest.mark.parametrize("name", ["C", "LP", "nonsense", "0"])
    def test_that_is_not_shown_leads_to_the_claim(self, space, claim, signed_in, name):
        answered = signed_in(space.opened_by).get(row(claim, name))
        assert (answered.status_code, answered["Location"]) == (302, claim.get_absolute_url())

    def test_of_too_few_is_no_row(self, build, space, signed_in):
        few = draw(build, space, "Few.")
        answer(few, people(build, space, "L", 7), 1)
        assert signed_in(space.opened_by).get(row(few, "everyone")).status_code == 302

    def test_of_joined_groups_is_called_by_both(self, build, space, claim, signed_in):
        answer(claim, people(build, space, "R", 3), 0, reason="We only count.", attribution="standpoint")
        name = row_name(("R", "L"))
        html = read(signed_in(space.opened_by), row(claim, name))
        assert "Unsure: 3 people" in html
        assert "We only count." in html
        assert "It is ours." in html
        assert "We would lose the rest." not in html

    def test_costs_no_more_with_more_answers(self, build, space, claim, signed_in, django_assert_max_num_queries):
        client = signed_in(space.opened_by)
        answer(claim, people(build, space, "L", 30), 1, reason="So it is.", attribution="chosen")
        client.get(row(claim, "L"))
        with django_assert_max_num_queries(16):
            client.get(row(claim, "L"))


@pytest.mark.parametrize(("few", "said", "headed"), [(3, "A few", "a few people"), (9, "9", "9 people")])
def test_not_mine_to_say_is_in_no_share_and_said_apart(  # noqa: PLR0917
    build, space, claim, signed_in, few, said, headed
):
    answer(claim, people(build, space, "C", few), Answer.NOT_MINE, reason="Ask them.", attribution="chosen")
    client = signed_in(space.opened_by)
    for url in (results(space), claim.get_absolute_url(), row(claim, "everyone")):
        assert f"{said} more said that it is not theirs to say." in read(client, url)
    assert standing_of(space).tallies[claim.pk] == Tally(10, 0, 10, few)
    assert "Ask them." in read(client, claim.get_absolute_url())
    assert f"Not mine to say: {headed}" in read(client, row(claim, "everyone"))
    assert "Ask them." in read(client, row(claim, "everyone"))
    assert "Not mine to say" not in read(client, row(claim, "L"))


class TestMattering:
    def test_what_few_agree_with_and_matters_a_lot_to_many_is_shown(self, build, space, signed_in):
        small = draw(build, space, "Nights are the worst.")
        answer(small, people(build, space, "L", 9), 1, importance=Importance.A_LOT)
        answer(small, people(build, space, "P", 12), 0, importance=Importance.LITTLE)
        seen = how_we_see_it(place_of(space))
        assert [one.statement for one in seen.mattering] == [small]
        html = read(signed_in(space.opened_by), results(space))
        assert "Few agree, and it matters a lot to many" in html
        assert "It matters a lot to 9 of the 21 who said how much it matters to them." in html

    def test_is_not_told_of_few(self, build, space, signed_in):
        small = draw(build, space, "Nights are the worst.")
        answer(small, people(build, space, "L", 7), 1, importance=Importance.A_LOT)
        answer(small, people(build, space, "P", 12), 0)
        assert how_we_see_it(place_of(space)).mattering == []
        assert "It matters a lot" not in read(signed_in(space.opened_by), small.get_absolute_url())


def test_what_nearly_everyone_holds_is_opened_to_all_that_was_looked_at(build, space, claim, signed_in):
    everyone = [one.person for one in space.memberships.exclude(person=space.opened_by)]
    nearly, most = draw(build, space, "Ask what I cannot do."), draw(build, space, "Ask it twice.")
    answer(nearly, everyone, 1)
    answer(most, everyone[:13], 1)
    answer(most, everyone[13:], 0)
    html = read(signed_in(None), reverse("deliberation:held", args=[space.slug]))
    first, second = html.split("Most agree, and not nearly everyone")
    assert nearly.words in first
    assert most.words in second
    assert claim.words not in html
    assert "at least 80 of every 100 agree" in html


class TestNumbersAreCountedAgain:
    def test_after_every_action_and_only_then(self, build, space, claim):
        first = standing_of(space)
        assert standing_of(space) is first
        late = build.member(space, ways="L")
        actions.respond(actor=late, statement=claim, answer=0)
        assert standing_of(space).tallies[claim.pk] == Tally(10, 1, 10)
        actions.hide_statement(actor=space.opened_by, statement=claim, why="It names somebody.")
        assert claim.pk not in standing_of(space).tallies
        assert standing_of(space).claims == 0

    def test_of_very_many_answers_they_may_be_some_seconds_old(self, build, space, claim, monkeypatch):
        monkeypatch.setattr(standing, "LARGE", 10)
        first = standing_of(space)
        actions.respond(actor=build.member(space, ways="L"), statement=claim, answer=0)
        assert standing_of(space) is first
        monkeypatch.setattr(standing, "FRESH_FOR", 0)
        assert standing_of(space).tallies[claim.pk] == Tally(10, 1, 10)
        actions.respond(actor=build.member(space, ways="L"), statement=claim, answer=0)
        assert standing_of(space).tallies[claim.pk] == Tally(10, 2, 10)

    def test_while_somebody_counts_others_are_shown_what_was_counted_last(self, build, space, claim, monkeypatch):
        monkeypatch.setattr(standing, "LARGE", 10)
        monkeypatch.setattr(standing, "FRESH_FOR", 0)
        first = standing_of(space)
        actions.respond(actor=build.member(space, ways="L"), statement=claim, answer=0)
        counted, count = [], standing.tallies

        def slowly(*args):
            counted.append(standing_of(space))
            return count(*args)

        monkeypatch.setattr(standing, "tallies", slowly)
        assert standing_of(space).tallies[claim.pk] == Tally(10, 1, 10)
        assert counted == [first]

    def test_two_spaces_never_share_them(self, build, space, claim):
        other = build.space()
        assert newest_events(other) != newest_events(space)
        assert standing_of(other).tallies == {}


class TestARoundThatHides:
    @pytest.fixture
    def hidden(self, space, claim):
        return actions.open_a_round(actor=space.opened_by, space=space, question="What now?", claims=[claim])

    def test_shows_no_answer_in_any_figure(self, space, claim, hidden, signed_in):
        client = signed_in(space.opened_by)
        urls = [results(space), claim.get_absolute_url(), reverse("deliberation:held", args=[space.slug])]
        urls.append(reverse("deliberation:all_statements", args=[space.slug]))
        for url in urls:
            html = read(client, url)
            for told in ("10 agree", "10 disagree", "It is ours.", "We would lose the rest."):
                assert told not in html
        assert client.get(row(claim, "everyone")).status_code == 302
        assert "shown to nobody until it is closed" in read(client, results(space))
        assert "shown to nobody until it is closed" in read(client, claim.get_absolute_url())
        assert not shown_claims(space).filter(pk=claim.pk).exists()


class TestAGroupOfTheMap:
    @pytest.fixture
    def camps(self, build, space):
        """Twenty-four people in two camps over ten claims; all speak from one standpoint."""
        rng = random.Random(4)
        everyone = people(build, space, "L", 24)
        claims = [draw(build, space, f"Claim {n}.") for n in range(10)]
        Response.objects.bulk_create(
            Response(
                statement=claim,
                person=person,
                answer=(1 if (i < 12) == (n % 2 == 0) else -1) if rng.random() < 0.95 else 0,
                reason=f"A reason of {i}." if i % 3 == 0 else "",
                attribution="chosen",
            )
            for i, person in enumerate(everyone)
            for n, claim in enumerate(claims)
        )
        actions.compute_opinion_map(actor=None, space=space)
        return everyone, claims

    def group(self, space, number):
        return reverse("deliberation:map_group", args=[space.slug, number])

    def test_is_told_claim_by_claim_and_never_by_who_is_in_it(self, space, camps, signed_in):
        everyone, claims = camps
        client = signed_in(everyone[0])
        assert self.group(space, 1) in read(client, results(space))
        one, two = read(client, self.group(space, 1)), read(client, self.group(space, 2))
        assert "12 people who answered like this" in one
        assert claims[0].words in one
        assert "A reason of" not in one + two
        assert not any(person.chosen_name in one + two for person in everyone[1:])
        assert ("You are one of them." in one) != ("You are one of them." in two)
        assert "You are" not in read(signed_in(None), self.group(space, 1))

    def test_there_are_only_the_groups_there_are(self, space, camps, signed_in):
        assert signed_in(None).get(self.group(space, 3)).status_code == 404
        assert signed_in(None).get(self.group(space, 0)).status_code == 404

    def test_without_a_map_it_leads_to_the_results(self, build, space, signed_in):
        assert signed_in(None).get(self.group(space, 1))["Location"] == results(space)

    def test_counts_are_of_today_and_add_up(self, space, camps):
        everyone, claims = camps
        labels = {person.pk: int(i >= 12) for i, person in enumerate(everyone)}
        told = group_votes(space, labels, 2, [claims[0].pk])[claims[0].pk].tallies
        assert [tally.answered for tally in told] == [12, 12]
        actions.respond(actor=everyone[0], statement=claims[0], answer=0)
        again = group_votes(space, labels, 2, [claims[0].pk])[claims[0].pk].tallies
        assert again[0].unsure >= told[0].unsure
        assert sum(tally.answered for tally in again) == 24

    def test_counts_that_beside_the_standpoints_would_tell_of_few_are_not_told(self, build, space):
        """Ten carers are all in one group with two others: group less carers is the answer of two."""
        carers, others = people(build, space, "C", 10), people(build, space, "L", 14)
        claim = draw(build, space, "One.")
        answer(claim, carers, 1)
        answer(claim, others, -1)
        labels = {person.pk: 0 for person in [*carers, *others[:2]]} | {person.pk: 1 for person in others[2:]}
        assert group_votes(space, labels, 2, [claim.pk]) == {claim.pk: None}
        mixed = {person.pk: i % 2 for i, person in enumerate([*carers, *others])}
        assert group_votes(space, mixed, 2, [claim.pk])[claim.pk].tallies == [Tally(5, 0, 7), Tally(5, 0, 7)]
        Standpoint.objects.all().delete()
        assert group_votes(space, labels, 2, [claim.pk])[claim.pk].tallies == [Tally(10, 0, 2), Tally(0, 0, 12)]

    def test_a_group_of_which_few_answered_is_not_told_nor_the_rest_by_subtraction(self, build, space):
        everyone = people(build, space, "L", 20)
        claim = draw(build, space, "One.")
        answer(claim, everyone, 1)
        labels = {person.pk: int(i >= 15) for i, person in enumerate(everyone)}
        assert group_votes(space, labels, 2, [claim.pk]) == {claim.pk: None}

    def test_people_in_no_group_are_not_told_by_subtraction(self, build, space):
        everyone = people(build, space, "L", 23)
        claim = draw(build, space, "One.")
        answer(claim, everyone, 1)
        labels = {person.pk: i // 9 for i, person in enumerate(everyone[:19])}
        labels[everyone[18].pk] = 1
        told = group_votes(space, labels, 2, [claim.pk])[claim.pk]
        assert told == ([Tally(13, 0, 0), Tally(10, 0, 0)], 0), "four are in none: counted with the smaller group"
        assert group_votes(space, labels | {p.pk: 1 for p in everyone[19:]}, 2, [claim.pk])[claim.pk].joined is None

    def test_nor_where_standpoints_tell_them_apart_from_the_group_they_are_counted_with(self, build, space):
        """All eight carers who are in a group are in the second; of those in none four are carers as well."""
        carers, others = people(build, space, "C", 12), people(build, space, "L", 20)
        claim = draw(build, space, "One.")
        answer(claim, [*carers, *others], 1)
        labels = {person.pk: 0 for person in others} | {person.pk: 1 for person in carers[:8]}
        assert group_votes(space, labels, 2, [claim.pk])[claim.pk] == ([Tally(20), Tally(12)], 1)
        labels = {person.pk: 0 for person in carers[:8]} | {person.pk: 1 for person in others}
        assert group_votes(space, labels, 2, [claim.pk])[claim.pk] == ([Tally(12), Tally(20)], 0)
        labels = {person.pk: int(i < 2) for i, person in enumerate(others)} | {person.pk: 1 for person in carers[:8]}
        assert group_votes(space, labels, 2, [claim.pk]) == {claim.pk: None}, "all less carers less a group are two"


def test_members_of_other_spaces_open_nothing(build, space, claim, signed_in):
    closed = build.space()
    stranger = build.member(closed)
    mine = draw(build, closed, "Ours alone.")
    answer(mine, people(build, closed, "L", 9), 1)
    for url in (
        row(mine, "everyone"),
        reverse("deliberation:held", args=[closed.slug]),
        reverse("deliberation:how_made", args=[closed.slug]),
        reverse("deliberation:map_group", args=[closed.slug, 1]),
    ):
        assert signed_in(None).get(url).status_code == 404
        assert signed_in(space.opened_by).get(url).status_code == 404
        assert signed_in(stranger).get(url).status_code in {200, 302}
    assert signed_in(None).get(reverse("deliberation:counted", args=[space.slug, mine.pk, "L"])).status_code == 404
