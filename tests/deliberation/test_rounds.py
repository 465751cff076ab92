"""Rounds: one at a time, answers out of sight while it is open, closed by a person when there was time; and paper."""

import json
import re
import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from coproduce import clock
from coproduce.deliberation import actions
from coproduce.deliberation.models import Response, Round
from coproduce.deliberation.queries import (
    answers_at,
    hidden_claims,
    how_we_see_it,
    one_claim,
    paper_code,
    people_who_answered,
    tallies,
    whose_paper,
)
from coproduce.errors import ChangedMeanwhile, NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.reports.queries import account
from coproduce.spaces.access import Place

SECRET = "Between me and the wall."


@pytest.fixture
def space(build):
    return build.space(privacy="public", days=14)


@pytest.fixture
def alan(build, space):
    return build.member(space, "Alan", account=False)


@pytest.fixture
def claims(build, space):
    by = space.opened_by
    source = build.contribution(space, by)
    return [
        actions.draw_statement(actor=by, space=space, words=f"Claim number {n}.", contributions=[source])
        for n in range(3)
    ]


def opened(space, claims, **fields):
    return actions.open_a_round(actor=space.opened_by, space=space, question="Before winter?", claims=claims, **fields)


def later(days=15):
    return clock.told(clock.now() + timedelta(days=days))


def answer(build, space, claim, count=9, **fields):
    people = [build.member(space, ways="LC"[n % 2]) for n in range(count)]
    for person in people:
        actions.respond(actor=person, statement=claim, **{"answer": 1, "reason": SECRET, **fields})
    return people


def place_of(space, person):
    return Place(space, person, space.memberships.filter(person=person).first())


def url(name, space, *things):
    return reverse(f"deliberation:{name}", args=[space.slug, *(thing.pk for thing in things)])


def sent(**fields):
    return {"key": uuid.uuid4(), **fields}


class TestHiding:
    @pytest.fixture
    def hidden(self, build, space, claims):
        opened(space, claims[:1])
        return answer(build, space, claims[0], values=["quiet"])

    def test_nothing_of_what_others_answered_is_anywhere(self, build, space, claims, hidden, signed_in):
        other = build.member(space, "Other")
        pages = [
            url("statements", space),
            url("all_statements", space),
            url("all_statements", space) + "?order=agree",
            url("statement", space, claims[0]),
            url("wording", space, claims[0]),
            url("say_to", space, claims[0]),
            url("rounds", space),
            reverse("spaces:space", args=[space.slug]),
            reverse("reports:account", args=[space.slug]),
            reverse("find") + "?q=wall",
        ]
        for person in (other, space.opened_by, None):
            client = signed_in(person)
            for page in pages if person else pages[:4]:
                html = client.get(page, follow=True).content.decode()
                assert SECRET not in html, page
                assert "9 agree" not in html, page
        copy = signed_in(other).get(reverse("exchange:export_file", args=[space.slug])).getvalue().decode()
        rows = [json.loads(line) for line in copy.splitlines()]
        told = {row["words"]: row["responses"] for row in rows if row["record"] == "statement"}
        assert told[claims[0].words] is None
        assert SECRET not in copy

    def test_no_figure_holds_them(self, space, claims, hidden):
        place = place_of(space, space.opened_by)
        assert [claim.pk for claim in hidden_claims(space)] == [claims[0].pk]
        assert tallies(space) == {}
        assert answers_at(space) == []
        assert people_who_answered(space) == (0, 0)
        seen = one_claim(place, claims[0].pk)
        assert seen.tally.answered == 0
        assert not seen.reasons
        assert seen.agreement.total is None
        assert how_we_see_it(place).answers == 0
        assert account.values(place).reasons == 0
        assert "quiet" not in dict(account.values(place).spoken)

    def test_all_of_it_when_the_round_is_closed(self, space, claims, hidden, signed_in):
        while_open = clock.now()
        with later():
            actions.close_round(actor=space.opened_by, asked=Round.objects.get())
            assert tallies(space)[claims[0].pk].agree == 9
            assert SECRET in signed_in(hidden[0]).get(url("statement", space, claims[0])).content.decode()
            assert answers_at(space, while_open) == [], "what was counted then is counted so again"

    def test_each_sees_their_own(self, space, claims, hidden, signed_in):
        html = signed_in(hidden[0]).get(url("say_to", space, claims[0])).content.decode()
        assert SECRET in html
        assert "Nobody sees your answer while this round is open" in html

    def test_who_wrote_it_down_sees_it_and_no_other_facilitator(self, build, claims, hidden, alan, signed_in):
        space = claims[0].space
        second = build.member(space, "Second", facilitator=True)
        actions.respond(
            actor=second, person=alan, statement=claims[0], answer=-1, reason="Alan said no.", channel="phone"
        )
        page = f"{url('say_to', space, claims[0])}?for={alan.pk}"
        assert "Alan said no." in signed_in(second).get(page).content.decode()
        html = signed_in(space.opened_by).get(page).content.decode()
        assert "Alan said no." not in html
        assert "your answer so far" not in html
        assert "Something was written down for them already" in html

    def test_other_claims_stand_open_as_ever(self, build, space, claims, hidden):
        answer(build, space, claims[1])
        assert tallies(space)[claims[1].pk].agree == 9

    def test_a_round_about_every_claim_hides_those_drawn_later_too(self, build, space, claims):
        opened(space, [], for_all=True)
        made = actions.draw_statement(
            actor=space.opened_by,
            space=space,
            words="Late.",
            contributions=[build.contribution(space, space.opened_by)],
        )
        answer(build, space, made)
        assert tallies(space) == {}

    def test_a_round_that_does_not_hide_hides_nothing(self, build, space, claims):
        opened(space, claims, hides=False)
        answer(build, space, claims[0])
        assert tallies(space)[claims[0].pk].agree == 9


class TestOpeningAndClosing:
    def test_by_those_who_facilitate(self, build, space, claims, signed_in):
        member = build.member(space)
        with pytest.raises(NotAllowed):
            actions.open_a_round(actor=member, space=space, question="Mine?", claims=claims)
        client = signed_in(space.opened_by)
        body = sent(question="Before winter?", which="some", claims=[claims[0].pk], hides="yes", days="21")
        made = client.post(url("open_round", space), body, follow=True)
        asked = Round.objects.get()
        assert "Before winter?" in made.content.decode()
        assert list(asked.claims.all()) == [claims[0]]
        assert asked.not_before - asked.opened_at == timedelta(days=21)
        assert signed_in(member).get(url("close_round", space, asked)).status_code == 403

    def test_never_shorter_than_people_are_given_to_read(self, space, claims, signed_in):
        assert opened(space, claims, days=1).not_before >= clock.now() + timedelta(days=13, hours=23)
        Round.objects.all().delete()
        body = sent(question="Quick?", which="all", hides="yes", days="3")
        assert signed_in(space.opened_by).post(url("open_round", space), body).status_code == 422

    def test_a_space_has_one_open_round_in_the_database_too(self, space, claims):
        asked = opened(space, claims)
        with pytest.raises(NotAllowed):
            opened(space, claims)
        with pytest.raises(IntegrityError), transaction.atomic():
            Round.objects.create(space=space, question="x", opened_by=space.opened_by, not_before=clock.now())
        with pytest.raises(IntegrityError), transaction.atomic():
            Round.objects.filter(pk=asked.pk).update(closed_at=clock.now(), closed_by=space.opened_by)

    def test_closed_by_a_person_not_before_its_time(self, build, space, claims, signed_in):
        asked = opened(space, claims)
        client = signed_in(space.opened_by)
        assert client.post(url("close_round", space, asked), sent(words="")).status_code == 409
        with later(400):
            assert Round.objects.get().is_open, "no clock closes it"
            client = signed_in(space.opened_by)
            done = client.post(url("close_round", space, asked), sent(words="Thank you all."), follow=True)
            assert "Thank you all." in done.content.decode()
            with pytest.raises(ChangedMeanwhile):
                actions.close_round(actor=space.opened_by, asked=asked)
            answer(build, space, claims[0])
            assert tallies(space)[claims[0].pk].agree == 9, "whoever had a pause answers later"

    def test_a_space_that_ended_can_still_show_what_was_hidden(self, space, claims):
        asked = opened(space, claims)
        space.state = "ended"
        space.save()
        with later():
            assert actions.close_round(actor=space.opened_by, asked=asked).closed_at

    def test_claims_keep_their_words_while_it_is_open(self, space, claims, signed_in):
        opened(space, claims[:1])
        with pytest.raises(NotAllowed):
            actions.reword_statement(actor=space.opened_by, statement=claims[0], words="Other.", why="Better.")
        actions.reword_statement(actor=space.opened_by, statement=claims[1], words="Other.", why="Better.")
        html = signed_in(space.opened_by).get(url("wording", space, claims[0])).content.decode()
        assert "its words stay as they are until the round is closed" in html

    def test_claims_of_another_space_or_out_of_sight_are_refused(self, build, space, claims):
        elsewhere = build.space()
        with pytest.raises(NotHere):
            actions.open_a_round(actor=elsewhere.opened_by, space=elsewhere, question="?", claims=claims)
        actions.hide_statement(actor=space.opened_by, statement=claims[0], why="It names somebody.")
        with pytest.raises(NotHere):
            opened(space, claims[:1])

    def test_sent_twice_opens_one(self, space, claims, signed_in):
        client, body = signed_in(space.opened_by), sent(question="One?", which="all", hides="no", days="14")
        for _turn in range(2):
            assert client.post(url("open_round", space), body).status_code == 302
        assert Event.objects.filter(kind="round opened").count() == 1

    def test_strangers_find_nothing(self, build, space, claims, signed_in):
        asked = opened(space, claims)
        elsewhere = build.space()
        client = signed_in(elsewhere.opened_by)
        for name in ("round", "close_round", "paper", "enter_paper"):
            assert client.get(url(name, elsewhere, asked)).status_code == 404


class TestPaper:
    def row(self, claim, answer, importance="", reason=""):
        return {
            f"answer-{claim.pk}": answer,
            f"importance-{claim.pk}": importance,
            f"reason-{claim.pk}": reason,
        }

    def test_a_sheet_for_each_who_does_not_go_online_with_a_code_and_no_name(self, space, claims, alan, signed_in):
        asked = opened(space, claims, send_to="The front desk, 4 Mill Street")
        html = signed_in(space.opened_by).get(url("paper", space, asked)).content.decode()
        code = paper_code(asked, alan)
        sheet = html[html.index('<article class="ballot"') :]
        assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", code)
        assert code in sheet
        assert "Alan" not in sheet
        assert "The front desk" in sheet
        assert all(claim.words in sheet for claim in claims)
        assert "Not mine to say" in sheet

    def test_a_code_says_whose_it_is_in_this_round_alone(self, build, space, claims, alan):
        asked = opened(space, claims)
        code = paper_code(asked, alan)
        assert whose_paper(asked, f" {code.lower().replace('-', ' ')} ") == alan
        assert whose_paper(asked, "ABCD-EFGH") is None
        with later():
            actions.close_round(actor=space.opened_by, asked=asked)
            assert whose_paper(opened(space, claims), code) is None

    def test_a_whole_sheet_is_entered_at_once_with_both_names(self, space, claims, alan, signed_in):
        asked = opened(space, claims)
        client = signed_in(space.opened_by)
        enter = url("enter_paper", space, asked)
        found = client.get(f"{enter}?code={paper_code(asked, alan)}", follow=True)
        assert "Alan" in found.content.decode()
        body = sent(channel="post", said_on="2026-03-14", attribution="chosen")
        body |= self.row(claims[0], "1", "3", "I was there.") | self.row(claims[1], "2") | self.row(claims[2], "")
        with clock.told(clock.now().replace(year=2026, month=4)):
            done = client.post(f"{enter}?for={alan.pk}", body, follow=True)
        assert "Alan: 2 answers are written down." in done.content.decode()
        one, two = Response.objects.order_by("statement__words")
        assert (one.answer, one.importance, one.reason) == (1, 3, "I was there.")
        assert (one.person, one.recorded_by) == (alan, space.opened_by)
        assert (one.channel, one.said_on) == ("post", date(2026, 3, 14))
        assert two.answer == 2
        assert Event.objects.filter(kind="answers entered from paper").count() == 1

    def test_a_reason_without_an_answer_is_asked_about_and_kept(self, space, claims, alan, signed_in):
        asked = opened(space, claims)
        body = sent(channel="post", said_on=clock.today().isoformat(), attribution="chosen")
        body |= self.row(claims[0], "", "", "Half a word")
        refused = signed_in(space.opened_by).post(f"{url('enter_paper', space, asked)}?for={alan.pk}", body)
        assert refused.status_code == 422
        assert "Half a word" in refused.content.decode()
        assert not Response.objects.exists()

    def test_an_unknown_code_is_said_kindly(self, space, claims, alan, signed_in):
        asked = opened(space, claims)
        refused = signed_in(space.opened_by).get(url("enter_paper", space, asked) + "?code=ZZZZ-ZZZZ")
        assert refused.status_code == 422
        assert "No sheet of this round has that code" in refused.content.decode()

    def test_only_for_people_who_do_not_go_online(self, build, space, claims, signed_in):
        asked, other = opened(space, claims), build.member(space)
        client = signed_in(space.opened_by)
        enter = url("enter_paper", space, asked)
        for person in (other, space.opened_by):
            assert client.get(f"{enter}?for={person.pk}").status_code == 404
        with pytest.raises(NotAllowed):
            actions.enter_paper(
                actor=space.opened_by,
                asked=asked,
                person=other,
                rows=[actions.OnPaper(claims[0], actions.Said(1))],
                channel="post",
                said_on=clock.today(),
            )

    def test_what_comes_after_the_words_changed_is_to_the_words_on_the_sheet(self, space, claims, alan):
        asked = opened(space, claims)
        with later():
            asked = actions.close_round(actor=space.opened_by, asked=asked)
        with later(20):
            actions.reword_statement(actor=space.opened_by, statement=claims[0], words="Other.", why="Better.")
            rows = [actions.OnPaper(claim, actions.Said(1)) for claim in claims[:2]]
            actions.enter_paper(
                actor=space.opened_by, asked=asked, person=alan, rows=rows, channel="post", said_on=clock.today()
            )
            assert Response.objects.get(statement=claims[0]).wording == 1
            assert set(tallies(space)) == {claims[1].pk}, "it is not counted under words that were not on the sheet"


class TestNotMineToSay:
    def test_is_kept_and_is_in_no_share(self, build, space, claims):
        answer(build, space, claims[0], 9)
        answer(build, space, claims[0], 3, answer=2, reason="I was never on a ward.")
        tally = tallies(space)[claims[0].pk]
        assert (tally.answered, tally.not_mine) == (9, 3)
        assert len(answers_at(space)) == 9
        seen = one_claim(place_of(space, space.opened_by), claims[0].pk)
        assert seen.agreement.total.people == 9
        assert not [reason for reason in seen.agreeing if "ward" in reason.words]

    def test_is_one_button_and_the_claim_is_not_asked_again(self, build, space, claims, signed_in):
        client = signed_in(build.member(space))
        page = client.get(url("say_to", space, claims[0])).content.decode()
        assert "Not mine to say" in page
        client.post(url("say_to", space, claims[0]), sent(answer="2", attribution="chosen", importance="3"))
        response = Response.objects.get()
        assert (response.answer, response.importance) == (2, 3)
        assert client.get(url("say", space), follow=True).context["claim"] != claims[0]

    def test_no_other_number_is_an_answer(self, build, space, claims, signed_in):
        client = signed_in(build.member(space))
        for wrong in ("3", "-2", "x", "1.0"):
            assert (
                client.post(url("say_to", space, claims[0]), sent(answer=wrong, attribution="chosen")).status_code
                == 422
            )
        assert not Response.objects.exists()


def test_one_after_the_other_back_to_the_last_and_enough_for_now(build, space, claims, signed_in):
    client = signed_in(build.member(space))
    first = client.get(url("say", space), follow=True).context["claim"]
    second = client.post(url("say_to", space, first), sent(answer="1", attribution="chosen"), follow=True)
    back = re.search(r'class="back" href="([^"]+)"', second.content.decode()).group(1)
    assert str(first.pk) in back
    assert "your answer so far" in client.get(back).content.decode()
    on = client.post(back, sent(answer="-1", attribution="chosen"))
    assert on.url == url("say", space)
    assert Response.objects.get().answer == -1
    enough = client.get(url("say", space) + "?enough=1").content.decode()
    assert "There are 2 more, and they will wait." in enough
    assert "Go on after all" in enough


def test_enter_in_a_line_of_text_is_no_answer(build, space, claims, signed_in):
    """The first button of the form is one that cannot be pressed: browsers press the first on Enter."""
    html = signed_in(build.member(space)).get(url("say_to", space, claims[0])).content.decode()
    form = html[html.index('<form method="post" class="say"') :]
    assert re.search(r"<button[^>]*>", form).group() == "<button disabled hidden>"


def test_what_was_pressed_and_written_comes_back_when_it_was_refused(build, space, claims, signed_in):
    client = signed_in(build.member(space))
    body = sent(answer="-1", attribution="chosen", reason="So long. " * 600, importance="2")
    refused = client.post(url("say_to", space, claims[0]), body)
    html = refused.content.decode()
    assert refused.status_code == 422
    assert "press it again to send it" in html
    assert "So long. So long." in html
    assert "<details open>" in html


@pytest.mark.parametrize("count", [1, 40])
def test_a_sheet_asks_the_same_however_much_there_is(build, space, count, signed_in, django_assert_max_num_queries):
    source = build.contribution(space, space.opened_by)
    many = [
        actions.draw_statement(actor=space.opened_by, space=space, words=f"One of many {n}.", contributions=[source])
        for n in range(count)
    ]
    opened(space, many)
    person = build.member(space)
    actions.respond(actor=person, statement=many[0], answer=1, values=["rest"])
    client = signed_in(person)
    with django_assert_max_num_queries(24):
        client.get(url("say_to", space, many[0]))
    with django_assert_max_num_queries(16):
        client.get(url("say", space))
    with django_assert_max_num_queries(16):
        client.get(Round.objects.get().get_absolute_url())
    client = signed_in(space.opened_by)
    alan = build.member(space, "Alan", account=False)
    with django_assert_max_num_queries(20):
        client.get(f"{url('enter_paper', space, Round.objects.get())}?for={alan.pk}")


class TestAsMany:
    """A round may ask about hundreds of claims."""

    @pytest.fixture
    def many(self, build, space):
        source = build.contribution(space, space.opened_by)
        return [
            actions.draw_statement(
                actor=space.opened_by, space=space, words=f"One of many, {n:02}.", contributions=[source]
            )
            for n in range(70)
        ]

    def told(self, html):
        return re.findall(r"One of many, (\d\d)", html)

    def test_the_sheet_offers_a_few_finds_others_and_loses_nothing(self, space, many, signed_in):
        client = signed_in(space.opened_by)
        first = client.get(url("open_round", space)).content.decode()
        assert self.told(first) == [f"{n}" for n in range(69, 61, -1)]
        body = sent(question="Before winter?", which="some", claims=[many[69].pk], hides="yes", days="21")
        found = client.post(url("open_round", space), {**body, "find": "MANY, 03", "look": "1"}).content.decode()
        assert self.told(found) == ["69", "03"]
        assert "Before winter?" in found
        assert "field-refused" not in found
        body["claims"] = [many[69].pk, many[3].pk]
        client.post(url("open_round", space), {**body, "find": "MANY, 03"})
        assert set(Round.objects.get().claims.all()) == {many[3], many[69]}

    def test_a_later_part_of_a_sheet_begins_as_the_one_before(self, space, many, alan, signed_in):
        """“No name at all” stands at the end of the paper: it must not become a name on the next part."""
        asked = opened(space, [], for_all=True)
        client = signed_in(space.opened_by)
        enter = f"{url('enter_paper', space, asked)}?for={alan.pk}"
        body = sent(channel="phone", said_on="2026-03-14", attribution="anonymous")
        body |= {f"answer-{many[3].pk}": "1", f"reason-{many[3].pk}": "I was there."}
        form = client.post(enter, body, follow=True).context["form"]
        begins = {name: str(form[name].value()) for name in ("channel", "said_on", "attribution")}
        assert begins == {"channel": "phone", "said_on": "2026-03-14", "attribution": "anonymous"}

    def test_its_page_the_paper_and_what_comes_back_are_shown_a_part_at_a_time(self, space, many, alan, signed_in):
        asked = opened(space, [], for_all=True)
        client = signed_in(space.opened_by)
        listed = client.get(url("round", space, asked), {"page": "1"}).content.decode()
        assert self.told(listed) == [f"{n}" for n in range(20, 40)]
        assert "Claims 21 to 40 of 70" in listed
        for name in ("paper", "enter_paper"):
            there = client.get(url(name, space, asked), {"for": alan.pk, "page": "1"})
            assert self.told(there.content.decode()) == [f"{n}" for n in range(30, 60)], name
        assert 'start="31"' in client.get(url("paper", space, asked), {"page": "1"}).content.decode()
        enter = f"{url('enter_paper', space, asked)}?for={alan.pk}&page=1"
        body = sent(channel="post", said_on=clock.today().isoformat(), attribution="chosen")
        done = client.post(enter, body | {f"answer-{many[35].pk}": "1"}, follow=True)
        assert "Alan: one answer is written down." in done.content.decode()
        assert Response.objects.get().statement == many[35]
        assert self.told(done.content.decode()) == [f"{n}" for n in range(60, 70)], "the next part of the same sheet"


def test_what_an_answer_is_about_comes_on_paper_too(space, claims, alan, signed_in):
    asked = opened(space, claims)
    client = signed_in(space.opened_by)
    assert "fairness" in client.get(url("paper", space, asked)).content.decode()
    body = sent(channel="post", said_on=clock.today().isoformat(), attribution="chosen")
    body |= {f"answer-{claims[0].pk}": "1", f"values-{claims[0].pk}": ["fairness"]}
    body |= {f"own_value-{claims[0].pk}": "a warm room", f"values-{claims[1].pk}": ["fairness"]}
    enter = f"{url('enter_paper', space, asked)}?for={alan.pk}"
    refused = client.post(enter, body)
    assert refused.status_code == 422, "something was written of a claim without an answer to it"
    assert client.post(enter, body | {f"answer-{claims[1].pk}": "0"}).status_code == 302
    told = {each.statement: {value.name for value in each.values.all()} for each in Response.objects.all()}
    assert told == {claims[0]: {"fairness", "a warm room"}, claims[1]: {"fairness"}}
    html = client.get(f"{enter}&again=1").content.decode()
    assert "a warm room" in html
