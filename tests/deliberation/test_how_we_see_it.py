"""The results: what nearly everyone holds, where people differ, and nobody picked out."""

import random
import uuid

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coproduce.consent.models import Agreement, AgreementText
from coproduce.deliberation import actions
from coproduce.deliberation.models import Answer, OpinionMap, Response, Statement
from coproduce.deliberation.queries import agreement_on, how_we_see_it, tallies
from coproduce.errors import NotAllowed, NotHere
from coproduce.history import many
from coproduce.history.models import Event
from coproduce.spaces.access import Place


@pytest.fixture
def space(build):
    return build.space(privacy="public")


def draw(build, space, words):
    by = space.opened_by
    return actions.draw_statement(actor=by, space=space, words=words, contributions=[build.contribution(space, by)])


def people(build, space, ways, count):
    return [build.member(space, ways=ways) for _n in range(count)]


def answer(statement, everyone, value, **fields):
    for person in everyone:
        actions.respond(actor=person, statement=statement, answer=value, **fields)


def results(space):
    return reverse("deliberation:statements", args=[space.slug])


def place_of(space):
    return Place(space, space.opened_by, space.memberships.get(person=space.opened_by))


@pytest.fixture
def divided(build, space):
    """Twenty who live with it and ten who practise: they share one claim and differ over another."""
    lived, practise = people(build, space, "L", 20), people(build, space, "P", 10)
    shared, apart = draw(build, space, "Ask what I cannot do."), draw(build, space, "Keep what is saved.")
    answer(shared, [*lived, *practise], 1)
    answer(apart, lived, 1, reason="It is ours.", values=["fairness"])
    answer(apart, practise, -1, reason="We would lose the rest.", values=["fairness", "safety"], attribution="chosen")
    return shared, apart, lived, practise


def test_what_is_shared_comes_first_and_reasons_of_both_sides_stand_together(space, divided, signed_in):
    shared, apart, lived, practise = divided
    seen = how_we_see_it(place_of(space))
    assert [claim.statement for claim in seen.shared] == [shared]
    assert [claim.statement for claim in seen.differing] == [apart]
    html = signed_in(lived[0]).get(results(space)).content.decode()
    assert html.index(shared.words) < html.index(apart.words)
    assert "20 agree" in html
    assert "10 disagree" in html
    assert "It is ours." in html
    assert "We would lose the rest." in html
    assert practise[0].chosen_name in html or practise[-1].chosen_name in html
    assert "On either side people speak of fairness" in html
    assert "Nobody is shown alone." in html
    assert "The same as a table" in html


def test_a_claim_that_one_group_turns_down_is_not_held_by_nearly_everyone(build, space):
    many, few = people(build, space, "L", 50), people(build, space, "C", 8)
    claim = draw(build, space, "Carers have time.")
    answer(claim, many, 1)
    answer(claim, few, -1)
    seen = how_we_see_it(place_of(space))
    assert tallies(space)[claim.pk].agree / 58 > 0.8
    assert not seen.shared
    assert [each.statement for each in seen.differing] == [claim]


@pytest.mark.parametrize(("apart", "told"), [(1, "A few more said"), (9, "9 more said")])
def test_who_says_only_that_it_is_not_theirs_to_say_is_told_apart(build, space, signed_in, apart, told):
    claim = draw(build, space, "A claim.")
    answer(claim, people(build, space, "L", 9), Answer.AGREE)
    answer(claim, people(build, space, "C", apart), Answer.NOT_MINE)
    seen = how_we_see_it(place_of(space))
    assert (seen.people, seen.apart) == (9, apart)
    html = signed_in(space.opened_by).get(results(space)).content.decode()
    assert "9 of us have said how we see some of them." in html
    assert f"{told} only that it is not theirs to say." in html


class TestSmallGroups:
    def test_are_joined_and_a_sentence_says_so(self, build, space, signed_in):
        claim = draw(build, space, "A claim.")
        answer(claim, people(build, space, "L", 20), 1)
        answer(claim, people(build, space, "R", 4) + people(build, space, "O", 4), 0)
        html = signed_in(space.opened_by).get(claim.get_absolute_url()).content.decode()
        assert "People who research it and people who organise" in html
        assert "counted together" in html
        assert "8 unsure" in html
        assert "4 unsure" not in html

    def test_below_the_threshold_nothing_is_shown(self, build, space, signed_in):
        claim = draw(build, space, "A claim.")
        answer(claim, people(build, space, "L", 7), 1)
        client = signed_in(space.opened_by)
        every = reverse("deliberation:all_statements", args=[space.slug])
        for url in (claim.get_absolute_url(), results(space), every):
            html = client.get(url).content.decode()
            assert "7 agree" not in html
        assert "Fewer than eight people have answered" in client.get(claim.get_absolute_url()).content.decode()

    def test_the_order_of_claims_does_not_tell_what_few_people_answered(self, build, space, signed_in):
        one, two = draw(build, space, "One."), draw(build, space, "Two.")
        answer(one, people(build, space, "L", 5), -1)
        answer(two, people(build, space, "L", 5), 1)
        url = reverse("deliberation:all_statements", args=[space.slug])
        client = signed_in(space.opened_by)
        drawn = [claim.statement for claim, _matters in client.get(url).context["claims"]]
        for order in ("agree", "differ", "matters"):
            shown = client.get(f"{url}?order={order}").context["claims"]
            assert [claim.statement for claim, _matters in shown] == drawn

    def test_only_counted_standpoints_count_and_stand_beside_no_reason(self, build, space, signed_in):
        claim = draw(build, space, "A claim.")
        quiet = [build.member(space, ways="C", shown="counted") for _n in range(9)]
        answer(claim, quiet, 1, reason="I keep this to myself.")
        answer(claim, people(build, space, "L", 9), 1)
        agreement = agreement_on(space, tallies(space))[claim.pk]
        assert {row.groups for row in agreement.rows} == {("C",), ("L",)}
        html = signed_in(space.opened_by).get(claim.get_absolute_url()).content.decode()
        assert "I keep this to myself." in html
        assert "Someone who cares for someone" not in html

    def test_people_who_never_said_are_a_group_like_any_other(self, build, space):
        claim = draw(build, space, "A claim.")
        answer(claim, people(build, space, "L", 9) + people(build, space, "", 9), 1)
        agreement = agreement_on(space, tallies(space))[claim.pk]
        assert [(row.groups, row.agree) for row in agreement.rows] == [(("",), 9), (("L",), 9)]


def test_somebody_who_gives_no_name_is_not_told_by_all_their_standpoints_together(build, space, signed_in):
    claim = draw(build, space, "A claim.")
    actions.respond(actor=build.member(space, ways="LCR"), statement=claim, answer=1, reason="Mine.")
    html = signed_in(space.opened_by).get(claim.get_absolute_url()).content.decode()
    assert "Someone who lives with it" in html
    assert 'class="threads n1"' in html
    assert 'class="threads n3"' not in html


class TestVisitors:
    def agree_to(self, space, person, use):
        text, _made = AgreementText.objects.get_or_create(
            space=space, use=use, defaults={"words": "May we?", "written_by": space.opened_by}
        )
        Agreement.objects.create(space=space, person=person, use=use, text=text, given=True)

    def test_read_results_and_only_the_reasons_that_may_be_quoted(self, build, space, divided, signed_in):
        _shared, apart, lived, practise = divided
        visitor = signed_in(None)
        html = visitor.get(apart.get_absolute_url()).content.decode()
        assert "20 agree" in html
        assert "It is ours." not in html
        assert "We would lose the rest." not in html
        self.agree_to(space, lived[0], "quote")
        self.agree_to(space, practise[0], "quote")
        html = visitor.get(apart.get_absolute_url()).content.decode()
        assert "It is ours." in html
        assert "Someone who lives with it" in html
        assert "We would lose the rest." not in html, "it bears a name, and the name may not be quoted"
        self.agree_to(space, practise[0], "attributed_quote")
        html = visitor.get(results(space)).content.decode()
        assert "We would lose the rest." in html
        assert practise[0].chosen_name in html

    def test_do_not_see_whose_words_a_claim_is_from(self, build, space, divided, signed_in):
        html = signed_in(None).get(divided[0].get_absolute_url()).content.decode()
        assert "Some words." not in html
        assert space.opened_by.chosen_name not in html


class TestTheMap:
    @pytest.fixture
    def two_camps(self, build, space):
        rng = random.Random(4)
        everyone = people(build, space, "L", 36)
        claims = [draw(build, space, f"Claim {n}.") for n in range(10)]
        Response.objects.bulk_create(
            Response(
                statement=claim,
                person=person,
                answer=(1 if (i < 20) == (n % 2 == 0) else -1) if rng.random() < 0.9 else 0,
            )
            for i, person in enumerate(everyone)
            for n, claim in enumerate(claims)
        )
        return everyone, claims

    def test_is_drawn_where_enough_people_took_part(self, space, two_camps, signed_in):
        everyone, _claims = two_camps
        made = actions.compute_opinion_map(actor=space.opened_by, space=space)
        assert made.result["worth_showing"]
        assert sorted(group["size"] for group in made.result["groups"]) == [16, 20]
        html = signed_in(everyone[0]).get(results(space)).content.decode()
        assert "Two ways of seeing the whole" in html
        assert "you are here" in html
        how = signed_in(everyone[0]).get(reverse("deliberation:how_made", args=[space.slug])).content.decode()
        assert "opinion_map" in how
        assert "seed" in how
        assert "you are here" not in signed_in(None).get(results(space)).content.decode()

    def test_is_the_same_again_for_the_same_answers(self, space, two_camps):
        first = actions.compute_opinion_map(actor=None, space=space)
        assert actions.compute_opinion_map(actor=None, space=space) == first
        first_result = first.result
        OpinionMap.objects.all().delete()
        again = actions.compute_opinion_map(actor=None, space=space)
        assert again.input_hash == first.input_hash
        assert again.result | {"computed_at": ""} == first_result | {"computed_at": ""}

    def test_says_plainly_why_it_is_not_drawn(self, build, space, signed_in):
        answer(draw(build, space, "A claim."), people(build, space, "L", 9), 1)
        actions.compute_opinion_map(actor=None, space=space)
        html = signed_in(space.opened_by).get(results(space)).content.decode()
        assert "There are too few claims." in html
        assert "Two ways of seeing" not in html

    def test_the_command_makes_it_where_answers_changed(self, space, two_camps, capsys):
        call_command("recompute_maps", "--space", space.slug)
        call_command("recompute_maps")
        assert "360 answers, 2 groups" in capsys.readouterr().out
        assert OpinionMap.objects.count() == 1


class TestMany:
    @pytest.fixture
    def grown(self, build, space):
        everyone = people(build, space, "L", 12)
        self.more(build, space, everyone, 4)
        return everyone

    def more(self, build, space, everyone, count):
        rows = [
            actions.ImportedStatement(f"polis:{uuid.uuid4()}", f"Claim {n}.", build.contribution(space, everyone[0]))
            for n in range(count)
        ]
        made = actions.draw_statements_many(actor=space.opened_by, space=space, rows=rows)
        given = [
            actions.ImportedResponse(statement, person, (i + n) % 3 - 1)
            for n, statement in enumerate(made.values())
            for i, person in enumerate(everyone)
        ]
        actions.respond_many(actor=space.opened_by, space=space, rows=given)
        for statement in made.values():
            actions.respond(actor=everyone[0], statement=statement, answer=1, reason="So it is.", values=["home"])
            actions.respond(actor=everyone[1], statement=statement, answer=-1, reason="It is not.", values=["home"])

    @pytest.mark.parametrize(("name", "most"), [("statements", 19), ("all_statements", 10), ("say", 24)])
    def test_pages_ask_no_more_of_the_database_with_more_claims(  # noqa: PLR0917
        self, build, space, grown, signed_in, django_assert_max_num_queries, name, most
    ):
        client = signed_in(space.opened_by)
        url = reverse(f"deliberation:{name}", args=[space.slug])
        actions.compute_opinion_map(actor=None, space=space)
        for _turn in range(2):
            # The first time after something was done in the space everything is counted.
            with django_assert_max_num_queries(26):
                assert client.get(url, follow=True).status_code == 200
            with django_assert_max_num_queries(most):
                assert client.get(url, follow=True).status_code == 200
            self.more(build, space, grown, 46)

    def test_one_claim_with_many_reasons(self, build, space, signed_in, django_assert_max_num_queries):
        claim = draw(build, space, "A claim.")
        for n in range(50):
            actions.respond(
                actor=build.member(space), statement=claim, answer=1, reason=f"Reason {n}.", values=[f"value {n}"]
            )
        client = signed_in(space.opened_by)
        with django_assert_max_num_queries(26):
            client.get(claim.get_absolute_url())
        with django_assert_max_num_queries(16):
            html = client.get(claim.get_absolute_url()).content.decode()
        assert "Reason 0." in html
        assert "Reason 49." in html

    def test_importing_twice_brings_nothing_twice_and_tells_it_in_one_event(self, build, space):
        words = build.contribution(space, space.opened_by)
        everyone = people(build, space, "L", 3)
        for _turn in range(2):
            made = actions.draw_statements_many(
                actor=space.opened_by,
                space=space,
                rows=[
                    actions.ImportedStatement("polis:1", "One.", words),
                    actions.ImportedStatement("polis:2", "Two.", words, hidden_why="It was moderated out."),
                ],
            )
            rows = [actions.ImportedResponse(made["polis:1"], person, 1) for person in everyone]
            actions.respond_many(actor=space.opened_by, space=space, rows=rows)
        assert Statement.objects.count() == 2
        assert Statement.objects.get(source="polis:2").hidden_at is not None
        assert Response.objects.count() == 3
        kinds = ["statements drawn together", "statements answered together"]
        assert Event.objects.filter(kind__in=kinds).count() == 2

    def test_rows_that_do_not_belong_are_refused_and_nothing_is_brought(self, build, space):
        made = draw(build, space, "A claim.")
        stranger = build.person()
        rows = [
            actions.ImportedResponse(made, space.opened_by, 1),
            actions.ImportedResponse(made, stranger, 1),
        ]
        with pytest.raises(NotHere):
            actions.respond_many(actor=space.opened_by, space=space, rows=rows)
        assert not Response.objects.exists()
        with pytest.raises(NotAllowed):
            actions.respond_many(actor=build.member(space), space=space, rows=[])
        elsewhere = build.space()
        foreign = build.contribution(elsewhere, elsewhere.opened_by)
        with pytest.raises(NotHere):
            actions.draw_statements_many(
                actor=space.opened_by, space=space, rows=[actions.ImportedStatement("x", "No.", foreign)]
            )
        assert not Statement.objects.filter(source="x").exists()


def test_after_very_many_answers_the_database_counts_its_tables(build, space, monkeypatch):
    """Else PostgreSQL plans as if there were none, and whoever opens a page after an import waits for it."""
    claim = draw(build, space, "A claim.")
    rows = [actions.ImportedResponse(claim, person, 1) for person in people(build, space, "L", 3)]

    def counted(some):
        with CaptureQueriesContext(connection) as asked:
            actions.respond_many(actor=space.opened_by, space=space, rows=some)
        return any("ANALYZE" in query["sql"] for query in asked)

    assert not counted(rows[:1])
    monkeypatch.setattr(many, "MANY", 2)
    assert counted(rows) == (connection.vendor == "postgresql")


def test_the_newest_reasons_lie_open_and_the_others_unfold(build, space, signed_in):
    claim = draw(build, space, "A claim.")
    for number, person in enumerate(people(build, space, "L", 9)):
        actions.respond(actor=person, statement=claim, answer=1, reason=f"Reason {number}.")
    html = signed_in(space.opened_by).get(claim.get_absolute_url()).content.decode()
    lie_open, unfold = html.split("<summary>3 more</summary>")
    assert [number for number in range(9) if f"Reason {number}." in lie_open] == [3, 4, 5, 6, 7, 8]
    assert [number for number in range(9) if f"Reason {number}." in unfold.split("</details>")[0]] == [0, 1, 2]
