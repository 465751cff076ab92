"""The charter changed by decision, a decision looked at again, and which rung it was."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.decisions import actions
from coproduce.decisions.ladder import ladders, present_ladder
from coproduce.decisions.models import Amendment, Decision, Proposal, ReopeningAsked, RungSaid
from coproduce.decisions.queries import readiness, reviews_due
from coproduce.errors import NotAllowed
from coproduce.history.models import Event
from coproduce.spaces.access import Place
from coproduce.spaces.charters import CharterRules
from coproduce.spaces.models import Charter
from coproduce.spaces.queries import charter_with_rights

BEGUN = datetime(2026, 3, 1, 10, tzinfo=UTC)


def on_day(days):
    return clock.told(BEGUN + timedelta(days=days))


def filled(**fields):
    return {"key": uuid.uuid4(), "attribution": "chosen", **fields}


@pytest.fixture
def space(build):
    return build.space(days=7)


@pytest.fixture
def people(build, space):
    return [build.member(space, name) for name in ("Noreen", "Lynne", "Frank", "Ged")]


@pytest.fixture
def decision(build, space, people):
    words = build.contribution(space, people[0], brought_at=BEGUN)
    with on_day(0):
        proposal = actions.propose(
            actor=people[0], space=space, title="Ask first", words="Every letter asks.", contributions=[words]
        )
        actions.take_position(actor=people[0], proposal=proposal, kind="consent")
    with on_day(7):
        return actions.close_proposal(actor=people[1], proposal=proposal, agreed=True, review_on=date(2026, 9, 1))


def url_of(proposal, name="proposal"):
    return reverse(f"decisions:{name}", args=[proposal.space.slug, proposal.pk])


def suggestion_url(amendment):
    return reverse("decisions:suggestion", args=[amendment.proposal.space.slug, amendment.proposal_id, amendment.pk])


class TestTheCharter:
    def filled_in(self, space, client, **changed):
        """The sheet as it stands, with some of it changed."""
        html = client.get(reverse("decisions:propose_charter", args=[space.slug])).content.decode()
        assert "Change what you would have different" in html
        present = charter_with_rights(space)
        return filled(
            title="Ten days", words="Seven is too short by post.", kind="consent", ground_rules=present.ground_rules,
            how_we_decide=present.how_we_decide, minimum_reading_days="7", objections_that_may_stand="0",
            days_here_to_decide="0", days_when_asked="7", positions_one_may_carry="1", members_to_reopen="3",
            evidence_reopens="on", amendments="any_time", amending_restarts_reading="on",
        ) | changed  # fmt: skip

    def test_is_changed_by_a_decision_and_by_nothing_else_from_then_on(self, space, people, signed_in):
        noreen, lynne = people[:2]
        client = signed_in(noreen)
        sent = self.filled_in(space, client, minimum_reading_days="10", need_C="1", allowed=["advice"])
        with on_day(0):
            answer = client.post(reverse("decisions:propose_charter", args=[space.slug]), sent)
        proposal = Proposal.objects.get()
        assert answer.url == proposal.get_absolute_url()
        html = client.get(answer.url).content.decode()
        assert "What would change in our charter" in html
        assert "Days everyone has to read" in html
        with on_day(1):
            actions.take_position(actor=lynne, proposal=proposal, kind="consent")
        assert Charter.objects.filter(space=space).count() == 1
        with on_day(7):
            decision = actions.close_proposal(actor=lynne, proposal=proposal, agreed=True)
        charter = charter_with_rights(space)
        assert (charter.version, charter.minimum_reading_days, charter.is_agreed) == (2, 10, True)
        assert decision.charter == charter
        assert [one.kind for one in charter.kinds.all()] == ["advice"]
        written = Event.objects.get(kind="charter written")
        assert written.detail.payload["decision"] == str(decision.pk)
        alone = signed_in(space.opened_by).get(reverse("spaces:change_charter", args=[space.slug]))
        assert alone.status_code == 403
        assert "We change our charter together" in alone.content.decode()
        told = client.get(reverse("spaces:charter", args=[space.slug])).content.decode()
        assert "The members decided on it." in told

    def test_nothing_to_change_is_said_so(self, space, people, signed_in):
        client = signed_in(people[0])
        same = client.post(reverse("decisions:propose_charter", args=[space.slug]), self.filled_in(space, client))
        assert same.status_code == 403
        assert "nothing to decide" in same.content.decode()

    def test_is_not_changed_by_a_vote(self, space, people):
        rules = CharterRules.of(charter_with_rights(space))
        with pytest.raises(NotAllowed, match="by consent"):
            actions.propose_charter(actor=people[0], space=space, title="T", why="W.", rules=rules, kind="vote")

    def test_can_be_put_in_other_rules(self, space, people, signed_in):
        client = signed_in(people[0])
        url = reverse("decisions:propose_charter", args=[space.slug])
        client.post(url, self.filled_in(space, client, minimum_reading_days="10"))
        proposal = Proposal.objects.get()
        sheet = self.filled_in(space, client, minimum_reading_days="12", why="Frank asked for more.")
        assert client.post(url_of(proposal, "amend"), sheet).status_code == 302
        kept = proposal.versions.last().charter
        assert CharterRules.from_json(kept).minimum_reading_days == 12

    @pytest.fixture
    def change(self, space, people):
        """Noreen puts ten days of reading in place of seven."""
        rules = CharterRules.of(charter_with_rights(space)).with_changes({"minimum_reading_days": 10})
        return actions.propose_charter(actor=people[0], space=space, title="Ten days", why="By post.", rules=rules)

    def test_other_rules_are_suggested_by_anybody_and_taken_up_beside_each_other(
        self, space, people, change, signed_in
    ):
        noreen, lynne, frank = people[:3]
        asker, proposer = signed_in(lynne), signed_in(noreen)
        assert "Suggest other rules" in asker.get(url_of(change)).content.decode()
        sheet = asker.get(url_of(change, "suggest")).content.decode()
        assert 'name="minimum_reading_days" value="10"' in sheet
        filled_in = self.filled_in(space, asker, minimum_reading_days="21", why="Three weeks by post.")
        assert asker.post(url_of(change, "suggest"), filled_in).status_code == 302
        other = CharterRules.of(charter_with_rights(space)).with_changes(
            {"minimum_reading_days": 10, "members_to_reopen": 5}
        )
        actions.suggest_amendment(actor=frank, proposal=change, rules=other, why="Three is few.")
        html = asker.get(url_of(change)).content.decode()
        assert "Three weeks by post." in html
        assert "Members who can have a decision looked at again" in html
        first, second = Amendment.objects.order_by("suggested_at")
        assert (first.charter, second.charter) == ({"minimum_reading_days": 21}, {"members_to_reopen": 5})
        for one in (first, second):
            assert "Somebody suggested other rules" in proposer.get(suggestion_url(one)).content.decode()
            assert proposer.post(suggestion_url(one), filled(take_up="yes")).status_code == 302
        rules = CharterRules.from_json(change.versions.last().charter)
        assert (rules.minimum_reading_days, rules.rights.members_to_reopen) == (21, 5)

    def test_suggested_rules_wait_for_an_answer_and_need_a_reason_for_no(self, people, change, signed_in):
        noreen, lynne = people[:2]
        rules = CharterRules.from_json(change.versions.get().charter).with_changes({"objections_that_may_stand": 2})
        one = actions.suggest_amendment(
            actor=lynne, proposal=change, rules=rules, why="Nobody should be able to block."
        )
        assert "Other words were suggested and have no answer yet." in readiness(change).missing
        proposer = signed_in(noreen)
        assert proposer.post(suggestion_url(one), filled(take_up="no", answer="")).status_code == 422
        assert signed_in(lynne).get(suggestion_url(one)).status_code == 404
        sent = filled(take_up="no", answer="We talked about that in May.")
        assert proposer.post(suggestion_url(one), sent).status_code == 302
        assert "We talked about that in May." in proposer.get(url_of(change)).content.decode()
        assert change.versions.count() == 1

    def test_the_same_rules_are_no_suggestion(self, people, change):
        rules = CharterRules.from_json(change.versions.get().charter)
        with pytest.raises(NotAllowed, match="as they are now"):
            actions.suggest_amendment(actor=people[1], proposal=change, rules=rules, why="Just so.")


class TestLookingAgain:
    def test_so_many_ask_and_it_is_put_again_and_the_old_one_stays(self, decision, people, signed_in):
        with on_day(20):
            for person in people[:2]:
                client = signed_in(person)
                sent = filled(reason=f"{person.chosen_name} says it did not help.")
                for _turn in range(2):
                    client.post(url_of(decision.proposal, "again"), sent)
            assert ReopeningAsked.objects.count() == 2
            html = client.get(url_of(decision.proposal)).content.decode()
            assert "Two have asked." in html
            made = signed_in(people[2]).post(url_of(decision.proposal, "again"), filled(reason="Nor here."))
            again = Proposal.objects.get(reopens=decision)
            assert made.url == again.get_absolute_url()
            assert (again.proposed_by, again.title, again.state) == (people[2], "Ask first", "open")
            assert again.sources.count() == 1
            assert "What was decided here stays as it was." in client.get(url_of(decision.proposal)).content.decode()
            assert "This looks again at a decision" in client.get(url_of(again)).content.decode()
            with pytest.raises(NotAllowed, match="put again since"):
                actions.ask_to_look_again(actor=people[3], decision=decision, reason="Me too.")
            assert Decision.objects.get() == decision

    def test_one_is_enough_with_something_new(self, build, space, decision, people):
        old = build.contribution(space, people[1], "From before.", brought_at=BEGUN)
        with pytest.raises(NotAllowed, match="before it was decided"):
            actions.ask_to_look_again(actor=people[1], decision=decision, reason="Look.", contribution=old)
        new = build.contribution(space, people[1], "The letters still do not ask.")
        actions.ask_to_look_again(actor=people[1], decision=decision, reason="Look.", contribution=new)
        again = Proposal.objects.get(reopens=decision)
        assert set(again.sources.values_list("contribution", flat=True)) >= {new.pk}

    def test_a_change_of_the_charter_looked_at_again_undoes_no_other(self, space, people):
        def changed(day, **rules):
            now = CharterRules.of(charter_with_rights(space)).with_changes(rules)
            with on_day(day):
                proposal = actions.propose_charter(actor=people[0], space=space, title="T", why="Why.", rules=now)
                actions.take_position(actor=people[0], proposal=proposal, kind="consent")
            with on_day(day + 7):
                return actions.close_proposal(
                    actor=people[0], proposal=proposal, agreed=True, review_on=(BEGUN + timedelta(days=40)).date()
                )

        first = changed(0, members_to_reopen=5)
        changed(10, how_we_decide="Slowly, and together.")
        with on_day(41):
            actions.ask_to_look_again(actor=people[1], decision=first, reason="It is the day.")
        kept = Proposal.objects.get(reopens=first).versions.get().charter
        assert (kept["how_we_decide"], kept["rights"]["members_to_reopen"]) == ("Slowly, and together.", 5)

    def test_also_when_whoever_brings_it_had_asked_before(self, build, space, decision, people, signed_in):
        with on_day(20):
            actions.ask_to_look_again(actor=people[1], decision=decision, reason="It is too slow.")
        new = build.contribution(space, people[1], "The letters still do not ask.")
        sent = filled(reason="Now it shows.", contribution=str(new.pk))
        made = signed_in(people[1]).post(url_of(decision.proposal, "again"), sent)
        again = Proposal.objects.get(reopens=decision)
        assert made.url == again.get_absolute_url()
        assert new.pk in again.sources.values_list("contribution", flat=True)
        asked = ReopeningAsked.objects.get()
        assert (asked.contribution, asked.reason) == (new, "It is too slow.\n\nNow it shows.")

    def test_or_with_what_came_of_it_or_on_the_day_that_was_set(self, space, decision, people):
        with on_day(40):
            actions.ask_to_look_again(actor=people[1], decision=decision, reason="Look.", outcome=uuid.uuid4())
        assert Proposal.objects.filter(reopens=decision).count() == 1

    def test_the_day_that_was_set_is_shown_and_enough(self, space, decision, people, signed_in):
        place = Place(space, people[0], space.memberships.get(person=people[0]))
        with on_day(40):
            assert reviews_due(place) == []
            actions.ask_to_look_again(actor=people[2], decision=decision, reason="Early.")
            assert not Proposal.objects.filter(reopens=decision).exists()
        with clock.told(datetime(2026, 9, 2, 9, tzinfo=UTC)):
            assert reviews_due(place) == [decision]
            html = signed_in(people[0]).get(reverse("decisions:decisions", args=[space.slug])).content.decode()
            assert "It is time to look again" in html
            actions.ask_to_look_again(actor=people[1], decision=decision, reason="It is the day.")
            assert reviews_due(place) == []
        assert Proposal.objects.filter(reopens=decision).count() == 1


class TestRungs:
    def test_the_ladder_says_where_it_comes_from(self):
        ladder = present_ladder()
        assert ladder in ladders()
        assert [rung.code for rung in ladder.rungs][::6] == ["coercion", "co-production"]
        assert ladder.source_url.startswith("https://")
        assert "attribution" in ladder.licence

    def test_each_says_one_and_can_change_it(self, decision, people, signed_in):
        client = signed_in(people[0])
        for rung in ("co-production", "informing"):
            client.post(url_of(decision.proposal, "rung"), filled(rung=rung, words="They had decided."))
        assert RungSaid.objects.get().rung == "informing"
        html = client.get(url_of(decision.proposal)).content.decode()
        assert "They had decided." in html
        assert "enough that nobody can be picked out" in html
        assert "(the middle)" not in html

    def test_the_gap_is_shown_between_groups_that_are_large_enough(self, build, space, decision, people, signed_in):
        for ways, rung in (("L", "informing"), ("P", "co-production")):
            for _n in range(8):
                actions.say_rung(actor=build.member(space, ways=ways), decision=decision, rung=rung)
        html = signed_in(people[0]).get(url_of(decision.proposal)).content.decode()
        assert "Four rungs lie between how it was seen." in html
        assert "People who live with it: Informing." in html
        assert html.count("(the middle)") == 2
        few = build.member(space, ways="R")
        actions.say_rung(actor=few, decision=decision, rung="coercion")
        html = signed_in(people[0]).get(url_of(decision.proposal)).content.decode()
        assert ">People who research it<" not in html

    def test_nobody_is_followed_from_one_count_to_the_next(self, build, space, decision, people, signed_in):
        """Of eight who came one practises; her row would be hers alone, to whoever looked before."""
        said = [*["L"] * 8, *["P"] * 8]
        for ways in said:
            actions.say_rung(actor=build.member(space, ways=ways), decision=decision, rung="informing")
        client = signed_in(people[0])

        def table():
            html = client.get(url_of(decision.proposal)).content.decode()
            return html.partition('id="rungs"')[2].partition("<tbody>")[2].partition("</tbody>")[0]

        before = table()
        assert "<td>8 " in before
        for ways in "LLLLLLLP":
            actions.say_rung(actor=build.member(space, ways=ways), decision=decision, rung="coercion")
            assert table() == before
        for ways in "LPPPPPPP":
            actions.say_rung(actor=build.member(space, ways=ways), decision=decision, rung="coercion")
        assert table() != before

    def test_a_rung_that_is_none_is_refused(self, decision, people, signed_in):
        refused = signed_in(people[0]).post(url_of(decision.proposal, "rung"), filled(rung="throne", words=""))
        assert refused.status_code == 422
        with pytest.raises(NotAllowed):
            actions.say_rung(actor=people[0], decision=decision, rung="throne")
