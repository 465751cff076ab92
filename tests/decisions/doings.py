"""What people can do to decide together, each tried beside what should come of it by hand."""

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from coproduce import clock
from coproduce.ballots import actions as ballots
from coproduce.ballots.models import Cast, Closing
from coproduce.contributions import actions as words_actions
from coproduce.decisions import actions
from coproduce.decisions.models import (
    Amendment,
    Carrying,
    Decision,
    EarlierPosition,
    Eligible,
    Position,
    Proposal,
    ProposalSource,
    ProposalVersion,
    Voice,
)
from coproduce.errors import Refused
from coproduce.history.models import Event
from coproduce.spaces.actions import join_space, leave_space, pause_membership, return_to_space, write_charter
from coproduce.spaces.charters import CharterRules, Rights
from coproduce.spaces.models import CharterKind
from tests import building
from tests.decisions.by_hand import STEPS, Group, Member, Paper, Rules, Vote, day_of

BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)
WAYS = ("O", "L", "LC", "C", "O", "P", "R")
BY_POST, MOST_PEOPLE = 5, 9
WHO = st.integers(0, MOST_PEOPLE - 1)
KINDS = st.sampled_from(["consent", "reservations", "aside", "object"])
MOSTLY_YES = st.sampled_from(["consent", "consent", "consent", "reservations", "aside", "object"])
CHOICES = {
    "approval": st.tuples(*[st.integers(0, 1)] * 3),
    "score": st.tuples(*[st.one_of(st.none(), st.integers(0, 5))] * 3),
    "ranked": st.tuples(*[st.one_of(st.none(), st.integers(1, 3))] * 3),
}
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "reading": st.integers(0, 3),
        "objections": st.integers(0, 2),
        "carry": st.integers(0, 2),
        "wait": st.integers(0, 3),
        "needs": st.sampled_from([(), (("L", 1),), (("C", 1), ("L", 2))]),
        "delegates": st.frozensets(st.integers(0, len(WAYS) - 1), min_size=1, max_size=2),
    },
)

REACHED = Counter()
"""How often the machine came to an ending of each sort: a machine that never closes anything shows nothing."""


class Doings(RuleBasedStateMachine):
    """A small space, one proposal after another, and a clock that only people's doing moves."""

    kind = "consent"

    @initialize(
        objections=st.integers(0, 1),
        reading=st.integers(0, 3),
        restarts=st.booleans(),
        any_time=st.booleans(),
        carry=st.integers(0, 2),
        ballot=st.tuples(st.sampled_from(sorted(CHOICES)), st.booleans()),
    )
    def open(self, ballot, **rules):
        self.now, self.numbers, self.asked_by_vote = BEGUN, itertools.count(), ballot
        with clock.told(BEGUN):
            self.space = building.space(needs=[("L", 1), ("C", 1)], days=rules["reading"], threshold=5)
            self.link = building.join_link(self.space)
            members = [building.member(self.space, ways=ways, account=n != BY_POST) for n, ways in enumerate(WAYS) if n]
        self.people = [self.space.opened_by, *members]
        kinds = frozenset(["advice", "delegated", "vote"])
        given = Rules(needs=(("C", 1), ("L", 1)), kinds=kinds, delegates=frozenset([1, 2]), **rules)
        self._hold_in_the_space(given)
        self.group = Group(
            [Member(ways, BEGUN, by_post=n == BY_POST, facilitates=n == 0) for n, ways in enumerate(WAYS)], given
        )
        self.papers, self.rows, self.stood, self.sources = [], [], {}, {}
        self.put(1)

    def _hold_in_the_space(self, rules):
        self.space.charters.update(
            objections_that_may_stand=rules.objections,
            amending_restarts_reading=rules.restarts,
            amendments="any_time" if rules.any_time else "before_positions",
            days_when_asked=rules.wait,
            positions_one_may_carry=rules.carry,
            members_to_reopen=rules.reopen,
        )
        charter = self.space.charters.get()
        CharterKind.objects.bulk_create([CharterKind(charter=charter, kind=kind) for kind in sorted(rules.kinds)])
        for n in sorted(rules.delegates):
            charter.delegates.create(matter="Tea", person=self.people[n])

    # ── trying ───────────────────────────────────────────────────────────────────────────────────

    @property
    def paper(self):
        return self.papers[-1]

    @property
    def proposal(self):
        return self.rows[-1]

    def one_of(self, who):
        return who % len(self.people)

    def tried(self, expected, act, **fields):
        """It happens if and only if it should; a refusal says something and leaves nothing behind."""
        before, done, refusal = Event.objects.count(), None, None
        try:
            with clock.told(self.now), transaction.atomic():
                done = act(**fields)
        except (Refused, ValidationError) as refused:
            refusal = refused
        self.now += timedelta(minutes=10)
        if refusal is None:
            assert expected, f"{act.__name__} {fields} was let through"
            return done
        assert not expected, f"{act.__name__} {fields} was refused: {refusal}"
        assert str(getattr(refusal, "what_now", refusal)).strip()
        assert Event.objects.count() == before
        return None

    @rule(days=st.integers(1, 5))
    def wait(self, days):
        self.now += timedelta(days=days)

    # ── putting, and the charter ─────────────────────────────────────────────────────────────────

    @precondition(lambda self: self.paper.closed is not None and len(self.papers) < 6)
    @rule(who=WHO)
    def put(self, who):
        who = self.one_of(who)
        if self.kind == "charter":
            self.put_charter(who, {"objections": (self.group.rules.objections + 1) % 3})
            return
        words = building.contribution(self.space, self.people[who], brought_at=self.now - timedelta(days=1))
        rule, secret = self.asked_by_vote
        register = self.group.who_decides(self.kind, self.now)
        may = self.group.members[who].is_here and bool(register)
        if self.kind == "vote":
            may = may and len(register) >= (5 if secret else 2)
        when = self.now
        vote = actions.Vote(rule, secret, ["A", "B", "C"]) if self.kind == "vote" else None
        made = self.tried(
            may, actions.propose, actor=self.people[who], space=self.space, title="Ask first", contributions=[words],
            words="Ask.", kind=self.kind, vote=vote, for_what="Tea" if self.kind == "delegated" else "",
        )  # fmt: skip
        if made is not None:
            self._begin(made, Paper(self.group, self.kind, who, when), [words])

    def _begin(self, made, paper, sources):
        if paper.kind == "vote":
            rule, secret = self.asked_by_vote
            paper.vote = Vote(rule, secret, paper.opened + timedelta(days=max(paper.rules.reading, 1)))
        self.papers.append(paper)
        self.rows.append(made)
        self.sources[made.pk] = {each.pk for each in sources}

    @precondition(lambda self: self.kind == "charter" and len(self.papers) < 6)
    @rule(who=WHO, changed=CHANGES)
    def put_charter(self, who, changed):
        """Also while another one is open: both may be agreed, and neither may undo the other."""
        who, before = self.one_of(who), self.group.rules
        changed = {name: value for name, value in changed.items() if getattr(before, name) != value}
        after = Rules(**{**vars(before), **changed})
        when = self.now
        made = self.tried(
            self.group.members[who].is_here and bool(changed), actions.propose_charter, actor=self.people[who],
            space=self.space, title="Otherwise", why="Because.", rules=self._as_rules(after),
        )  # fmt: skip
        if made is not None:
            self._begin(made, Paper(self.group, "consent", who, when, changes=(before, after)), [])

    def _as_rules(self, rules):
        rights = Rights(
            days_when_asked=rules.wait, positions_one_may_carry=rules.carry, members_to_reopen=rules.reopen,
            evidence_reopens=rules.evidence, amending_restarts_reading=rules.restarts,
            amendments="any_time" if rules.any_time else "before_positions",
            kinds=dict.fromkeys(sorted(rules.kinds), ""),
            delegates={"Tea": [str(self.people[n].pk) for n in sorted(rules.delegates)]},
        )  # fmt: skip
        return CharterRules("", "", rules.reading, rules.objections, dict(rules.needs), rights)

    @precondition(lambda self: self.papers)
    @rule(which=st.integers(0, 5))
    def turn_to(self, which):
        """Go on with another one of those that were put."""
        at = which % len(self.papers)
        self.papers.append(self.papers.pop(at))
        self.rows.append(self.rows.pop(at))

    @rule(who=WHO, objections=st.integers(0, 2), reading=st.integers(0, 3))
    def write_charter_alone(self, who, objections, reading):
        """What is being decided already goes on under the charter that held when it was put."""
        who, group = self.one_of(who), self.group
        member = group.members[who]
        rules = Rules(**{**vars(group.rules), "objections": objections, "reading": reading})
        may = member.is_here and member.facilitates and not group.is_the_members
        kept = self._as_rules(rules)
        if may and any(not group.members[n].is_here for n in rules.delegates):
            return
        done = self.tried(
            may, write_charter, actor=self.people[who], space=self.space, why="So.", ground_rules="",
            how_we_decide="", minimum_reading_days=reading, objections_that_may_stand=objections, needs=kept.needs,
            rights=kept.rights,
        )  # fmt: skip
        if done is not None:
            group.rules = rules

    # ── coming, pausing, leaving ─────────────────────────────────────────────────────────────────

    @precondition(lambda self: len(self.people) < MOST_PEOPLE)
    @rule()
    def come_late(self):
        with clock.told(self.now):
            self.people.append(building.member(self.space, ways="LCP"))
        self.group.members.append(Member("LCP", self.now))

    @rule(who=WHO, does=st.sampled_from(["pause", "return", "leave", "come back"]), helped=st.booleans())
    def come_and_go(self, who, does, helped):
        who = self.one_of(who)
        member, when = self.group.members[who], self.now
        if does == "come back":
            self.tried(True, join_space, actor=self.people[who], link=self.link)
            before, after, may = ("left",), "active", True
        else:
            act = {"pause": pause_membership, "return": return_to_space, "leave": leave_space}[does]
            actor = 0 if helped else who
            may = self.group.may_act_for(actor, who)
            self.tried(may, act, actor=self.people[actor], space=self.space, person=self.people[who])
            before = {"pause": ("active",), "return": ("paused",), "leave": ("active", "paused")}[does]
            after = {"pause": "paused", "return": "active", "leave": "left"}[does]
        if may and member.state in before:
            member.state, member.since = after, when
            member.facilitates = member.facilitates and after != "left"

    @rule(which=st.integers(0, 5), how=st.sampled_from(["put_aside", "end_use", "withdraw_contribution"]))
    def take_words_back(self, which, how):
        """Words that it came from are taken back: what was put stays, and nothing new is made of them."""
        proposal = self.rows[which % len(self.rows)]
        source = ProposalSource.objects.filter(proposal=proposal).select_related("contribution__author").first()
        if source is None or source.contribution.state == "withdrawn":
            return
        one = source.contribution
        may = self.group.members[self.people.index(one.author)].is_here
        if self.tried(may, getattr(words_actions, how), actor=one.author, contribution=one) is None:
            return
        self.stood.setdefault("taken back", set()).add(one.pk)

    # ── speaking ─────────────────────────────────────────────────────────────────────────────────

    @rule(
        what=st.sampled_from(
            ["speak", "speak", "suggest", "answer_a_voice", "answer_other_words", "amend", "move", "ask", "hand_on",
             "take_back", "ask_for_time"]
        ),
        who=WHO, other=WHO, is_mine=st.booleans(), data=st.data(),
    )  # fmt: skip
    def work_on_it(self, what, who, other, is_mine, data):
        """One of the smaller doings: ``is_mine`` as often as not, so that not all of them are refused."""
        who = self.paper.proposer if is_mine else who
        more = {
            "speak": lambda: [data.draw(st.sampled_from(["question", "reaction", "advice"]))],
            "answer_other_words": lambda: [data.draw(st.booleans())],
            "move": lambda: [data.draw(st.sampled_from(STEPS.get(self.paper.stage, ("consent",))))],
            "ask": lambda: [other, data.draw(st.sampled_from(["affected", "knows"]))],
            "hand_on": lambda: [other],
        }.get(what, list)
        getattr(self, what)(who, *more())

    @rule(who=WHO, kind=KINDS, actor=st.none() | WHO, silent=st.booleans())
    def stand(self, who, kind, actor=None, silent=False):
        who = self.one_of(who)
        actor = who if actor is None else self.one_of(actor)
        reason = "" if silent else f"Reason {next(self.numbers)}"
        done = self.tried(
            self.paper.may_stand(actor, who, kind, reason), actions.take_position, actor=self.people[actor],
            person=self.people[who], proposal=self.proposal, kind=kind, reason=reason,
        )  # fmt: skip
        if done is not None:
            self.paper.stand(actor, who, kind, reason)

    @rule(who=WHO, through=WHO, helped=st.booleans())
    def entrust(self, who, through, helped):
        who, through = self.one_of(who), self.one_of(through)
        actor = 0 if helped else who
        done = self.tried(
            self.paper.may_entrust(actor, who, through), actions.ask_to_carry, actor=self.people[actor],
            person=self.people[who], proposal=self.proposal, through=self.people[through],
        )  # fmt: skip
        if done is not None:
            self.paper.through[who] = through

    @rule(data=st.data(), kind=KINDS)
    def bring(self, data, kind):
        """Somebody says for another what they were asked to."""
        if self.paper.through:
            who = data.draw(st.sampled_from(sorted(self.paper.through)))
            self.stand(who, kind, self.paper.through[who])

    def take_back(self, who):
        who = self.one_of(who)
        done = self.tried(
            self.paper.may_take_back(who, who), actions.end_carrying, actor=self.people[who], proposal=self.proposal
        )
        if done is not None:
            del self.paper.through[who]

    def ask_for_time(self, who):
        who, today = self.one_of(who), self.now
        done = self.tried(
            self.paper.may_ask_for_time(who, who), actions.ask_for_time, actor=self.people[who], proposal=self.proposal
        )
        if done is not None:
            self.paper.ask_time(who, today)

    def speak(self, who, kind):
        who = self.one_of(who)
        done = self.tried(
            self.paper.may_speak(who, who, kind), actions.speak_to, actor=self.people[who], proposal=self.proposal,
            kind=kind, words=f"Voice {next(self.numbers)}",
        )  # fmt: skip
        if done is not None:
            self.paper.owed += kind == "advice" or (kind == "question" and self.paper.kind in ("rounds", "advice"))
            if kind == "advice":
                self.paper.advised.add(who)

    def ask(self, actor, who, because):
        actor, who = self.one_of(actor), self.one_of(who)
        done = self.tried(
            self.paper.may_ask_advice(actor, who), actions.ask_for_advice, actor=self.people[actor],
            proposal=self.proposal, because=because, person=self.people[who],
        )  # fmt: skip
        if done is not None:
            self.paper.asked[who] = because

    def answer_a_voice(self, actor):
        kinds = {"rounds": ["question"], "advice": ["question", "advice"]}.get(self.paper.kind, [])
        voice = Voice.objects.filter(proposal=self.proposal, kind__in=kinds, answered_at=None).first()
        if voice is None:
            assert self.paper.owed == 0
            return
        actor = self.one_of(actor)
        may = self.paper.is_for_the_proposer_or_helpers(actor)
        done = self.tried(may, actions.answer_voice, actor=self.people[actor], voice=voice, words="So it is.")
        self.paper.owed -= done is not None

    def answer_other_words(self, actor, take_up):
        one = Amendment.objects.filter(proposal=self.proposal, is_taken_up=None).first()
        if one is None:
            assert self.paper.suggested == 0
            return
        actor, when = self.one_of(actor), self.now
        may = self.paper.is_the_proposers(actor) and (not take_up or self.paper.may_be_reworded)
        done = self.tried(
            may, actions.answer_amendment, actor=self.people[actor], amendment=one, take_up=take_up, answer="Because."
        )
        if done is not None:
            self.paper.suggested -= 1
            self.paper.written += [when] if take_up else []

    def amend(self, actor):
        actor, when = self.one_of(actor), self.now
        may = self.paper.is_the_proposers(actor) and self.paper.may_be_reworded
        done = self.tried(
            may, actions.amend_proposal, actor=self.people[actor], proposal=self.proposal,
            words=f"Words {next(self.numbers)}", why="Because.",
        )  # fmt: skip
        if done is not None:
            self.paper.written.append(when)

    def suggest(self, who):
        who = self.one_of(who)
        may = self.paper.closed is None and self.group.may_act_for(who, who)
        done = self.tried(
            may, actions.suggest_amendment, actor=self.people[who], proposal=self.proposal,
            words=f"Words {next(self.numbers)}", why="Because.",
        )  # fmt: skip
        self.paper.suggested += done is not None

    def move(self, actor, to):
        actor = self.one_of(actor)
        done = self.tried(
            self.paper.may_move(actor, to), actions.move_round, actor=self.people[actor], proposal=self.proposal, to=to
        )
        if done is not None:
            self.paper.stage = to

    def hand_on(self, actor, to):
        actor, to = self.one_of(actor), self.one_of(to)
        done = self.tried(
            self.paper.may_be_handed_on(actor, to), actions.hand_on_proposal, actor=self.people[actor],
            proposal=self.proposal, to=self.people[to],
        )  # fmt: skip
        if done is not None:
            self.paper.proposer = to

    # ── voting ───────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: self.paper.vote is not None)
    @rule(who=WHO, data=st.data(), helped=st.booleans())
    def cast(self, who, data, helped):
        who = self.one_of(who)
        self._cast(who, 0 if helped else who, data.draw(CHOICES[self.paper.vote.rule]))

    def _cast(self, who, actor, choice):
        vote, people = self.paper.vote, {"actor": self.people[actor], "person": self.people[who]}
        may, ballot = self.paper.may_vote(actor, who), self.proposal.ballot
        if vote.secret:
            code, ticket = ballots.new_sheet(ballot, self.people[who])
            sheet = {"code": code, "ticket": ticket}
            done = self.tried(may, ballots.vote_in_secret, ballot=ballot, choice=choice, **sheet, **people)
        else:
            done = self.tried(may, ballots.vote_by_name, ballot=ballot, choice=choice, **people)
        if done is not None:
            vote.given[who] = choice

    @precondition(lambda self: self.paper.vote is not None)
    @rule(actor=WHO, counted=st.booleans())
    def end_the_vote(self, actor, counted):
        """On the page of the ballot itself, without closing the proposal."""
        actor = self.one_of(actor)
        may = self.paper.may_end_vote(actor, self.now, counted=counted)
        done = self.tried(
            may, ballots.close_ballot, actor=self.people[actor], ballot=self.proposal.ballot,
            uncounted_because="" if counted else "We hold it again.",
        )  # fmt: skip
        if done is not None:
            self.paper.vote.ended = "counted" if counted else "uncounted"

    # ── ending ───────────────────────────────────────────────────────────────────────────────────

    @rule(
        kinds=st.lists(MOSTLY_YES, min_size=len(WAYS), max_size=len(WAYS)), close=st.sampled_from([True, True, False]),
        data=st.data(),
    )  # fmt: skip
    def go_through(self, kinds, close, data):
        """Everybody does what is theirs, so that endings are reached and not only beginnings."""
        paper = self.paper
        if paper.closed is not None:
            return
        mine = paper.proposer
        for _step in range(4):
            self._answer_all(mine)
            if paper.stage not in ("", "consent"):
                self.move(mine, STEPS[paper.stage][0])
        for who, kind in enumerate(kinds):
            if paper.kind == "advice" and who != mine:
                self.speak(who, "advice")
            elif paper.vote is not None:
                actor = 0 if who == BY_POST else who
                self._cast(who, actor, data.draw(CHOICES[paper.vote.rule]))
            else:
                self.stand(who, kind)
        if paper.kind == "advice":
            for who, because in ((mine + 1, "affected"), (mine + 2, "knows")):
                self.ask(mine, who % len(WAYS), because)
        self._answer_all(mine)
        self.wait(4)
        if close:
            self.close(mine, agreed=True, why="So.", review=data.draw(st.sampled_from([None, 3, 30])))

    def _answer_all(self, mine):
        for _each in range(self.paper.suggested):
            self.answer_other_words(mine, take_up=False)
        for _each in range(self.paper.owed):
            self.answer_a_voice(mine)

    @rule(
        actor=WHO, agreed=st.booleans(), why=st.sampled_from(["So.", "So.", ""]),
        review=st.sampled_from([None, None, 0, 3, 30]),
    )  # fmt: skip
    def close(self, actor, agreed, why, review):
        paper, actor, when = self.paper, self.one_of(actor), self.now
        if paper.kind == "delegated" and agreed and paper.register:
            actor = min(paper.register)
        on = None if review is None else day_of(when) + timedelta(days=review)
        may = paper.may_close(actor, when, agreed=agreed, why=why, review=on)
        done = self.tried(
            may, actions.close_proposal, actor=self.people[actor], proposal=self.proposal, agreed=agreed, why=why,
            review_on=on,
        )  # fmt: skip
        if done is None:
            return
        paper.close(when, agreed=agreed, review=on)
        REACHED[self.kind, agreed] += 1
        assert (done.agreed, done.why, done.review_on) == (agreed, why, on)
        assert (done.closed_by, done.version.number) == (self.people[actor], len(paper.written))
        if paper.vote is not None:
            found = paper.vote.winners()
            assert found is None or {"ABC".index(words) for words in done.result["first"]} == found
        self.stood[self.proposal.pk] = self._as_it_stands(self.proposal)

    @precondition(lambda self: any(paper.closed is not None for paper in self.papers))
    @rule(who=WHO, new=st.booleans(), both=st.booleans())
    def look_again(self, who, new, both):
        decided = [n for n, paper in enumerate(self.papers) if paper.closed is not None]
        for person in [who, who + 1] if both else [who]:
            self._ask_again(decided[-1], self.one_of(person), new)

    def _ask_again(self, at, who, new):
        paper, decision = self.papers[at], Decision.objects.get(proposal=self.rows[at])
        brought = self.now - timedelta(days=1) if new else None
        words = building.contribution(self.space, self.people[who], brought_at=brought) if new else None
        when = self.now
        done = self.tried(
            paper.may_ask_again(who, who, when, brought), actions.ask_to_look_again, actor=self.people[who],
            decision=decision, reason="It did not help.", contribution=words,
        )  # fmt: skip
        if done is None:
            return
        is_enough = paper.ask_again(who, when, words.pk if new else None)
        assert Proposal.objects.filter(reopens=decision).exists() == is_enough
        if not is_enough:
            return
        again = Proposal.objects.get(reopens=decision)
        REACHED["again"] += 1
        gone = self.stood.get("taken back", set())
        sources = self.sources[self.rows[at].pk] - gone | ({paper.again[who]} - {None} - gone)
        assert set(again.sources.values_list("contribution", flat=True)) == sources
        kind = paper.kind if paper.kind in ("consent", "rounds") else "consent"
        rules = self.group.rules
        changes = (rules, rules.with_changes(*paper.changes)) if paper.changes else None
        self.papers.append(Paper(self.group, kind, who, when, changes=changes))
        self.rows.append(again)
        self.sources[again.pk] = sources

    @precondition(lambda self: any(paper.closed is not None for paper in self.papers))
    @rule(who=WHO, rung=st.sampled_from(["informing", "co-design", "nonsense"]))
    def say_rung(self, who, rung):
        who = self.one_of(who)
        at = next(n for n, paper in enumerate(self.papers) if paper.closed is not None)
        may = self.group.members[who].is_here and rung != "nonsense"
        self.tried(
            may, actions.say_rung, actor=self.people[who], rung=rung,
            decision=Decision.objects.get(proposal=self.rows[at]),
        )  # fmt: skip

    def _as_it_stands(self, proposal):
        """Everything about a decided proposal that stays for good."""
        of = {"proposal": proposal}
        return [
            list(model.objects.filter(**where).order_by("pk").values())
            for model, where in (
                (Proposal, {"pk": proposal.pk}), (ProposalVersion, of), (Position, of), (Eligible, of), (Voice, of),
                (Amendment, of), (Carrying, of), (Decision, of), (EarlierPosition, {"position__proposal": proposal}),
                (Closing, {"ballot": proposal.ballot_id}), (Cast, {"entry__ballot": proposal.ballot_id}),
            )
        ]  # fmt: skip
