"""A space with one of everything, each holding a mark, and how its addresses are asked."""

import uuid
from datetime import timedelta

from django.apps import apps
from django.db import transaction
from django.urls import reverse

from coproduce import clock
from coproduce.ballots.models import Ballot, BallotOption, Closing, Paper, RegisterEntry, Urn
from coproduce.ballots.urn import Contents, seal
from coproduce.care.models import Appeal, BrokenGlass, CareNote, CareRole, Concern, Flag, HouseRule, Moderation
from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.contributions.models import Acknowledgement, ContributionState, WaitingWords
from coproduce.conversation.models import Ask, Following, Mention, Muted
from coproduce.decisions.models import (
    AdviceAsked,
    Amendment,
    Decision,
    Position,
    Proposal,
    ProposalSource,
    ProposalVersion,
    ReopeningAsked,
    RungSaid,
    Voice,
)
from coproduce.deliberation.models import Response, Round, Statement, StatementSource, Value, WordingTalk
from coproduce.exchange.models import Upload
from coproduce.gatherings.models import Gathering
from coproduce.history.models import Event, Submission
from coproduce.outcomes.models import (
    Commitment,
    Ending,
    Handing,
    Keeper,
    LeftOpen,
    Outcome,
    OutcomeSource,
    OutcomeState,
    Succession,
)
from coproduce.priorities.models import EvidenceCheck, Exercise, Question, QuestionSource, Seat, Uncertainty
from coproduce.reports.actions import keep_account
from coproduce.spaces.models import Affiliation, Membership, MembershipState, Understanding
from coproduce.suggestions.models import Suggestion, SuggestionRun, SuggestionWords
from coproduce.themes.models import Theme, ThemeChange, ThemeLink
from coproduce.traces.models import AcrossLink
from coproduce.valuing.actions import count_values, give_tokens, name_tension, word_value
from coproduce.valuing.queries.giving import season_now
from coproduce.walls.models import Wall, WallCard, WallGroup
from coproduce.work.models import Piece
from tests import building
from tests.config.bodies import readable
from tests.config.routes import INSIDE, ROUTES

MARK = "Nightjar"
ODD = ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND")


class World:
    """A space for members only, its people, and one of everything in it; another space; and someone in neither."""

    def __init__(self, mark=MARK):
        say = f"{mark} said"
        self.space = building.space(name=f"{mark} space", question=f"{mark}?", for_whom=say, slug="ours")
        self.author = building.member(self.space, f"{mark} Author", ways="LC")
        assisted = building.member(self.space, f"{mark} Helped", account=False)
        self.helped = assisted
        member = building.member(self.space)
        paused = building.member(self.space)
        former = building.member(self.space)
        Membership.objects.filter(person=paused).update(state=MembershipState.PAUSED)
        Membership.objects.filter(person=former).update(state=MembershipState.LEFT)
        self.other = building.space(name="Elsewhere", slug="elsewhere")
        self.people = {
            "stranger": None, "visitor": building.person(), "elsewhere": self.other.opened_by, "former": former,
            "member": member, "paused": paused, "facilitator": building.member(self.space, facilitator=True),
        }  # fmt: skip
        held = Membership.objects.get(person=self.author)
        Affiliation.objects.create(membership=held, organisation=say)
        Understanding.objects.create(membership=held, words=say)
        self.named = {
            "slug": "ours", "word": "noreen", "number": 1, "nothing": uuid.uuid4(), "token": "not-a-token",
            "number_of_the_account": "brought", "kind_of_file": "qdpx", "number_of_a_group": 1,
            "row_of_a_figure": "everyone", "season": "2026-spring", "membership": held.pk, "kind_of_thing": "theme",
            "assisted_membership": Membership.objects.get(person=assisted).pk,
        }  # fmt: skip
        self._words(say)
        self._quiet(say, assisted)
        self._claims(say)
        self._valued(say)
        self._cared_for(say)
        self._asked_first(say)
        self._balloted(say)
        self._decided(say)
        self._came_of_it(say)
        self._noticed(say)
        third = building.space()
        self._keep("across_link", AcrossLink.objects.create(
            ours=self.space, ours_theme=self.theme, theirs=third, why=say, asked_by=third.opened_by
        ))  # fmt: skip
        self._keep("piece", Piece.objects.create(space=self.space, kind="x", name=say, shared=True))
        self._keep("kept_account", keep_account(actor=self.author, space=self.space, note=say))

    def _keep(self, name, row):
        self.named[name] = row.pk
        return row

    def _words(self, say):
        space, author = self.space, self.author
        link = self._keep("join_link", building.join_link(space))
        self.named["code"] = link.code
        self.named["waiting"] = WaitingWords.objects.create(
            space=space, join_link=link, token="kept-words",
            filled_in={"words": "waiting", "kind": "story", "ways": "", "attribution": "chosen", "content_note": ""},
        ).token  # fmt: skip
        self._keep("gathering", Gathering.objects.create(
            space=space, title=say, place=say, access=say, words=say, arranged_by=author,
            starts_at=clock.now() + timedelta(days=3),
        ))  # fmt: skip
        self._wall(say)
        words = self._keep("contribution", building.contribution(space, author, say, ways="LC", content_note=say))
        self._keep("attachment", building.attachment(words, name=f"{say}.png", words=say))
        self._keep("draft", building.draft(space, author, "/s/ours/brought/bring/", say))
        building.contribution(space, author, say, state=ContributionState.HIDDEN, state_why=say)
        building.contribution(space, author, say, state=ContributionState.CLOSE, content_note=say)
        building.contribution(space, author, say, answers=words, verb="builds_on")
        Acknowledgement.objects.create(contribution=words, person=self.people["paused"], words=say)
        text = AgreementText.objects.create(space=space, use=Use.QUOTE, version=1, words=say, written_by=author)
        Agreement.objects.create(space=space, person=author, use=Use.QUOTE, text=text, given=True)
        theme = self._keep("theme", Theme.objects.create(space=space, name=say, words=say, proposed_by=author))
        self._keep("theme_change", ThemeChange.objects.create(
            theme=theme, kind="renamed", before=say, after=say, changed_by=author
        ))  # fmt: skip
        self._keep("theme_link", ThemeLink.objects.create(theme=theme, contribution=words, linked_by=author, why=say))
        self._keep("upload", Upload.objects.create(space=space, person=author, name=say, content=b"words\nNightjar\n"))
        self.words, self.theme = words, theme

    def _quiet(self, say, assisted):
        """The one who is asked does not go online, so that those who facilitate know of it, and nobody else."""
        Following.objects.create(space=self.space, person=self.author, contribution=self.words)
        Mention.objects.create(contribution=self.words, person=self.people["paused"], by=self.author)
        self._keep("muted", Muted.objects.create(space=self.space, person=self.author, phrase=say))
        self._keep("ask", Ask.objects.create(
            space=self.space, asked=assisted, by=self.author, about=self.words, words=say
        ))  # fmt: skip

    def _wall(self, say):
        gathering = Gathering.objects.get(pk=self.named["gathering"])
        wall = Wall.objects.create(
            gathering=gathering, code="WARP-WEFT", opened_by=self.author,
            way_in=building.join_link(self.space, code="WARP-WEFT"),
        )  # fmt: skip
        self.named["wall_code"] = wall.code
        group = self._keep("wall_group", WallGroup.objects.create(wall=wall, name=say, place=1, made_by=self.author))
        card = self._keep("wall_card", building.contribution(self.space, self.author, say, gathering=gathering))
        WallCard.objects.create(wall=wall, contribution=card, group=group, moved_by=self.author)

    def _noticed(self, say):
        run = SuggestionRun.objects.create(space=self.space, kind="new", asked_by=self.author, method="x")
        made = self._keep("suggestion", Suggestion.objects.create(
            run=run, space=self.space, kind="new", name=say, score=0.5
        ))  # fmt: skip
        for _ in range(2):
            words = building.contribution(self.space, self.author, say)
            SuggestionWords.objects.create(suggestion=made, contribution=words)

    def _claims(self, say):
        claim = self._keep("statement", Statement.objects.create(space=self.space, words=say, drawn_by=self.author))
        StatementSource.objects.create(statement=claim, contribution=self.words)
        Response.objects.create(statement=claim, person=self.author, answer=1, reason=say)
        talk = WordingTalk.objects.create(statement=claim, person=self.author, why=say, words=say)
        self._keep("talk", talk)
        closed = {"closed_by": self.space.opened_by, "closed_at": clock.now(), "closing_words": say}
        asked = Round.objects.create(
            space=self.space, question=say, about=say, opened_by=self.author, not_before=closed["closed_at"], **closed
        )
        asked.claims.set([claim])
        self._keep("round", asked)
        hidden = {"hidden_at": clock.now(), "hidden_why": say}
        self._keep("hidden_statement", Statement.objects.create(
            space=self.space, words=say, drawn_by=self.author, **hidden
        ))  # fmt: skip

    def _asked_first(self, say):
        """A priority exercise while words are put together, with a seat at its first table."""
        author = self.author
        exercise = self._keep("exercise", Exercise.objects.create(
            space=self.space, title=say, asks=say, scope=say, looked_after_by=author, proposed_by=author, step="merging"
        ))  # fmt: skip
        gathered = self._keep("uncertainty", Uncertainty.objects.create(
            exercise=exercise, contribution=self.words, gathered_by=author
        ))  # fmt: skip
        question = self._keep("priority_question", Question.objects.create(
            exercise=exercise, number=1, words=say, drawn_by=author
        ))  # fmt: skip
        QuestionSource.objects.create(question=question, uncertainty=gathered, made_by=author)
        EvidenceCheck.objects.create(
            question=question, verdict="not_answered", words=say, checked_on=clock.today(), checked_by=author
        )
        self._keep("seat", Seat.objects.create(exercise=exercise, round=1, table=1, person=author))

    def _valued(self, say):
        named = say[:60].strip()
        give_tokens(actor=self.author, space=self.space, tokens={"rights": 9}, own=(named, 1), words=say, about="own")
        give_tokens(actor=self.author, space=self.space, tokens={"rights": 10}, words=say)
        own, rights = Value.objects.get(starting=""), Value.objects.get(starting="rights")
        word_value(actor=self.author, space=self.space, key=own.pk.hex, name=named, explanation=say, why=say)
        self.named["value_key"] = own.pk.hex
        self._keep("tension", name_tension(
            actor=self.author, space=self.space, one=own.pk.hex, other=rights.pk.hex, words=say,
            contributions=[self.words],
        ))  # fmt: skip
        count_values(actor=None, space=self.space, season=season_now().code)

    def _cared_for(self, say):
        """What nobody but those who were told may find: in care even that it is there."""
        space, author, keeper = self.space, self.author, self.space.opened_by
        self._keep("house_rule", HouseRule.objects.create(space=space, words=say, why=say, proposed_by=author))
        self._keep("care_role", CareRole.objects.create(
            space=space, person=author, role="safeguarding", named_by=keeper
        ))  # fmt: skip
        self._keep("flag", Flag.objects.create(
            contribution=self.words, flagger=self.people["paused"], reason="other", words=say, to_person=keeper
        ))  # fmt: skip
        hidden = building.contribution(space, author, say, state=ContributionState.HIDDEN, state_why=say)
        held = self._keep("moderation", Moderation.objects.create(contribution=hidden, hidden_by=keeper, why=say))
        self._keep("appeal", Appeal.objects.create(moderation=held, hidden_by=keeper, made_by=author, words=say))
        CareNote.objects.create(space=space, version=1, words="Stop reading.", contacts="999", written_by=keeper)
        told = self._keep("concern", Concern.objects.create(
            space=space, written_by=author, words=say, to_person=keeper
        ))  # fmt: skip
        self._keep("broken_glass", BrokenGlass.objects.create(concern=told, asked_by=author, why=say))

    def _balloted(self, say):
        long_ago = clock.now() - timedelta(days=9)
        for name, papers in (("ballot", 0), ("closed_ballot", 1)):
            made = self._keep(name, Ballot.objects.create(
                space=self.space, title=say, words=say, rule="approval", secret=True, opened_by=self.author,
                opened_at=long_ago, stays_open_until=long_ago + timedelta(days=7),
            ))  # fmt: skip
            for number in (1, 2):
                BallotOption.objects.create(ballot=made, number=number, words=f"{say} {number}")
            for person in (self.author, self.helped, *(self.people[role] for role in INSIDE)):
                RegisterEntry.objects.create(ballot=made, person=person, voted=papers > 0 and person == self.author)
            Urn.objects.create(ballot=made, papers_in=papers, sealed="" if papers else seal(made.pk, Contents()))
        Paper.objects.create(ballot=made, code="AAAA-BBBB-CCCC", choice=[1, 0])
        Closing.objects.create(ballot=made, closed_by=self.author, counted=True)

    def _proposal(self, say, state):
        charter = self.space.charters.get()
        made = Proposal.objects.create(space=self.space, title=say, proposed_by=self.author, charter=charter)
        building.eligible(made, *({self.author, *self.people.values()} - {None}))
        version = ProposalVersion.objects.create(proposal=made, number=1, title=say, words=say, written_by=self.author)
        ProposalSource.objects.create(proposal=made, theme=self.theme)
        Position.objects.create(proposal=made, person=self.author, version=version, kind="object", reason=say)
        Proposal.objects.filter(pk=made.pk).update(state=state)
        return made, version

    def _decided(self, say):
        open_one = self._keep("proposal", self._proposal(say, "open")[0])
        self._spoken_to(open_one, say)
        made, version = self._proposal(say, "not_agreed")
        self.decision = Decision.objects.create(
            proposal=made, agreed=False, version=version, why=say, closed_by=self.author
        )
        self._keep("decided", made)
        ReopeningAsked.objects.create(decision=self.decision, person=self.author, reason=say)
        RungSaid.objects.create(
            decision=self.decision, person=self.author, ladder="tlap-2021", rung="co-design", words=say
        )

    def _spoken_to(self, proposal, say):
        author = self.author
        self._keep("voice", Voice.objects.create(proposal=proposal, person=author, kind="question", words=say))
        self._keep("amendment", Amendment.objects.create(proposal=proposal, suggested_by=author, words=say, why=say))
        self._keep("asked", AdviceAsked.objects.create(
            proposal=proposal, outside=say, because="knows", asked_by=author
        ))  # fmt: skip

    def _came_of_it(self, say):
        outcome = self._keep("outcome", Outcome.objects.create(
            space=self.space, title=say, words=say, kind="service", recorded_by=self.author
        ))  # fmt: skip
        OutcomeState.objects.create(outcome=outcome, number=1, state="partly", because=say, told_by=self.author)
        OutcomeSource.objects.create(outcome=outcome, contribution=self.words)
        theirs = building.contribution(self.space, self.helped, say)
        OutcomeSource.objects.create(outcome=outcome, contribution=theirs)
        Keeper.objects.create(outcome=outcome, person=self.author)
        self.named["helped"] = self.helped.pk
        Ending.objects.create(
            space=self.space, ends_as="ended", why=say, stays=say, said_by=self.author, not_before=clock.today()
        )
        before = Ending.objects.create(
            space=self.other, ends_as="ended", why="Done.", said_by=self.author, not_before=clock.today()
        )
        agreed = {"agreed": True, "answered_at": clock.now(), "answered_by": self.author}
        self._keep("succession", Succession.objects.create(
            ending=before, to_space=self.space, name=say, asked_by=self.author, **agreed
        ))  # fmt: skip
        self._keep("left_open", LeftOpen.objects.create(
            ending=before, kind="outcome", subject=uuid.uuid4(), title=say, handed_on=True, by=self.author
        ))  # fmt: skip
        self.named["left_kind"] = "commitment"
        self._keep("handing", Handing.objects.create(outcome=outcome, by=self.author, to=self.helped, words=say))
        self._keep("commitment", Commitment.objects.create(outcome=outcome, person=self.author, words=say))

    def address(self, route, **instead):
        kinds = ROUTES[route][1].split()
        return reverse(route, args=[instead.get(kind, self.named[kind]) for kind in kinds])

    def identifiers(self):
        """Every identifier of a row of the space, as it would stand in an address."""
        rows = [row for model in OF_A_SPACE() for row in model.objects.values_list("pk", flat=True)]
        return {str(pk) for pk in rows if isinstance(pk, uuid.UUID)} - {str(self.other.pk)}


def OF_A_SPACE():
    """Every model whose rows belong to spaces."""
    apart = {"history", "people", "ui", "coproduce_messages"}
    return [
        model for model in apps.get_models()
        if model.__module__.startswith("coproduce.") and model._meta.app_label not in apart
    ]  # fmt: skip


FILLED_IN = {
    "words": "Changed by an outsider.", "why": "Because.", "name": "Changed", "title": "Changed", "reason": "Because.",
    "kind": "consent", "answer": "1", "attribution": "chosen", "question": "Changed?", "state": "done",
    "because": "Because.", "agreed": "on", "origin": "emerged", "verb": "supports", "minimum_reading_days": "0",
    "objections_that_may_stand": "9", "days": "7", "called": "Changed", "rows": "0", "channel": "post",
    "starts_at_0": "2030-01-01", "starts_at_1": "10:00", "starts_at": "2030-01-01T10:00", "expected": "yes",
}  # fmt: skip


def ask(client, method, address):
    """The answer to one request, and whether it wrote anything. What it wrote is undone."""
    body = {**FILLED_IN, "key": str(uuid.uuid4())} if method == "POST" else None
    before = written()
    with transaction.atomic():
        response = client.generic(method, address) if method in ODD else getattr(client, method.lower())(address, body)
        text = b"".join(response.streaming_content) if response.streaming else response.content
        after = written()
        transaction.set_rollback(True)
    return response, readable(text) + str(dict(response.headers)), before != after


def written():
    return Event.objects.count(), Submission.objects.count(), WaitingWords.objects.count()
