"""The story in the database: all of it, at its own dates, whole, and with nobody named who asked not to be."""

import io
import re
from collections import Counter

import pytest
from django.utils.html import escape

from coproduce.ballots.models import BallotOption, Closing, Paper
from coproduce.care.models import Appeal, CareNote, CareRole, Flag, HouseRule, Moderation, RuleVoice
from coproduce.consent.models import Agreement, AgreementText
from coproduce.contributions.attaching.making import make
from coproduce.contributions.attaching.storing import content_of, digest_of
from coproduce.contributions.models import (
    Acknowledgement,
    Attachment,
    Contribution,
    ContributionState,
    ContributionVersion,
    FramingSource,
)
from coproduce.conversation.models import Ask
from coproduce.decisions.models import (
    AdviceAsked,
    Amendment,
    Carrying,
    Decision,
    EarlierPosition,
    Position,
    Proposal,
    ProposalSource,
    ProposalVersion,
    ReopeningAsked,
    RungSaid,
    StageMove,
    TimeAsked,
    Voice,
)
from coproduce.deliberation.models import (
    EarlierResponse,
    OpinionMap,
    Response,
    Round,
    Statement,
    StatementSource,
    StatementVersion,
    Value,
    WordingTalk,
)
from coproduce.deliberation.queries import shown as shown_answers
from coproduce.demonstration.loading import load_demonstration
from coproduce.demonstration.story_files import read_story
from coproduce.exchange.proof import problems
from coproduce.exchange.shared import shared_records
from coproduce.gatherings.models import Gathering
from coproduce.history.models import Event
from coproduce.outcomes.models import (
    Commitment,
    Effect,
    Ending,
    GoodEnough,
    Handing,
    Keeper,
    LeftOpen,
    Outcome,
    OutcomeEvidence,
    OutcomeSource,
    OutcomeState,
    Succession,
    Told,
)
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.spaces.models import (
    Affiliation,
    Charter,
    CharterNeed,
    Framing,
    Membership,
    Space,
    Standpoint,
    Understanding,
)
from coproduce.themes.models import CodingNote, Theme, ThemeChange, ThemeLink
from coproduce.traces.models import AcrossLink
from coproduce.valuing.models import Allocation, TensionSource, Token, ValueChange, ValueTension
from coproduce.walls.models import Wall, WallCard, WallGroup

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
STORY = read_story()
MEMBERS = [row for row in STORY["people"] if "joined" in row]


def person(key):
    full_name = next(row["full_name"] for row in STORY["people"] if row["key"] == key)
    return Person.objects.get(full_name=full_name)


def contribution(key):
    words = next(row["words"] for row in STORY["contributions"] if row["key"] == key).strip()
    return Contribution.objects.get(words=words, space__slug=STORY["space"]["slug"])


def total(rows, of):
    return sum(len(row.get(of, [])) for row in rows)


def expected_rows():
    """How many rows of each model the files come to."""
    rows = Counter(expected_of_people_and_words() | expected_of_views_and_decisions() | expected_of_care_and_talk())
    for short in ("nights", "letter"):
        rows.update(expected_of_a_small_space(STORY[short]))
    rows.update({**dict.fromkeys((Outcome, OutcomeState, Keeper), 1), OutcomeSource: 2})  # of the nights
    rows.update(expected_of_what_the_letter_left())
    return rows


def expected_of_a_small_space(row):
    """What each of the two smaller spaces adds before anything came of it."""
    opener = next(person for person in STORY["people"] if person["key"] == row["opened_by"])
    return {
        **dict.fromkeys((Framing, Charter, Theme), 1),
        Membership: 1 + len(row["people"]),
        Standpoint: len(opener["standpoints"]) + len(row["people"]),
        Contribution: len(row["words"]),
        ContributionVersion: len(row["words"]),
    }


def expected_of_what_the_letter_left():
    """What came of the third space; one question was taken up in the first one, where it is an outcome again."""
    row = STORY["letter"]
    outcomes = row["outcomes"]
    return {
        Outcome: len(outcomes) + 1,
        OutcomeState: total(outcomes, "states") + 1,
        Keeper: len(outcomes) + 1,
        OutcomeSource: total(outcomes, "from") + sum(one["in_theme"] for one in outcomes),
        Commitment: total(outcomes, "promises"),
        GoodEnough: total(outcomes, "answers"),
        Ending: 1,
        Succession: 1,
        LeftOpen: len(row["ending"]["left"]),
    }


def expected_of_people_and_words():
    people, brought, history = STORY["people"], STORY["contributions"], STORY["history"]
    answered = sum("answer" in row for row in STORY["asks"])
    return {
        Person: len(people),
        Membership: len(MEMBERS),
        Standpoint: total(people, "standpoints"),
        Affiliation: total(people, "affiliations"),
        Understanding: sum("understanding" in row for row in people)
        + total(people, "understandings")
        + len(STORY["meanings"]),
        Framing: len(STORY["framings"]),
        FramingSource: total(STORY["framings"], "sources"),
        Charter: len(STORY["charters"]) + 1 + len(CHARTERS_DECIDED),  # and the one it opened with
        CharterNeed: total(STORY["charters"], "needs") + len(CHARTERS_DECIDED) * len(STORY["charters"][-1]["needs"]),
        AgreementText: len(STORY["agreement_texts"]),
        Agreement: 6 * len(MEMBERS) + total(people, "withdrawn"),
        Gathering: len(STORY["gatherings"]),
        Contribution: len(brought) + answered,
        ContributionVersion: len(brought) + answered + total(brought, "later"),
        Acknowledgement: len(STORY["acknowledgements"]),
        Theme: len(STORY["themes"]),
        ThemeChange: len(history),
    }


def claims_of_story():
    """Every claim, with the answers that came on sheets of paper among its others."""
    on_paper = [
        (one["claim"], {**one, "person": sheet["person"]})
        for asked in STORY["rounds"]
        for sheet in asked["sheets"]
        for one in sheet["answers"]
    ]
    return [
        {**row, "responses": [*row["responses"], *(answer for key, answer in on_paper if key == row["key"])]}
        for row in [*STORY["statements"], *STORY["asked_claims"]]
    ]


CHARTERS_DECIDED = [row for row in STORY["deciding"] if "charter" in row]


def did(*names):
    """(key of the proposal, step) for everything that people did to proposals in this way, in the newer chapter."""
    told = [(row["key"], step) for row in STORY["deciding"] for step in row["steps"]]
    told += [("again", step) for step in STORY["again_steps"]]
    return [(key, step) for key, step in told if step["do"] in names]


def expected_of_deciding():
    """What the newer chapter holds; the proposal that looks again has the sources of the one before."""
    deciding = STORY["deciding"]
    again = next(row for row in STORY["proposals"] if row["key"] == STORY["again"][0]["decision"])
    stood = [(key, step.get("for", step["by"])) for key, step in did("stand")]
    return {
        Proposal: len(deciding) + 1,
        ProposalVersion: len(deciding) + 1 + len(did("amend", "take_up")),
        ProposalSource: sum(len(row["themes"]) + len(row["contributions"]) for row in [*deciding, again]),
        Position: len(set(stood)),
        EarlierPosition: len(stood) - len(set(stood)),
        Decision: len(did("close")),
    }


def expected_of_voices():
    return {
        Voice: len(did("speak", "hear")) + sum(len(row.get("voices", [])) for row in STORY["proposals"]),
        Amendment: len(did("suggest")),
        AdviceAsked: len(did("ask")),
        StageMove: len(did("move")),
        Carrying: len(did("entrust")),
        TimeAsked: len(did("time")),
        RungSaid: len(STORY["rungs"]),
        ReopeningAsked: len(STORY["again"]),
    }


def expected_of_claims():
    statements = claims_of_story()
    answered = [answer for row in statements for answer in row["responses"]]
    one_each = {(row["key"], answer["person"]) for row in statements for answer in row["responses"]}
    return {
        Statement: len(statements),
        StatementSource: total(statements, "sources"),
        StatementVersion: total(statements, "reworded") + sum("reworded" in row for row in statements),
        WordingTalk: total(statements, "talks"),
        Round: len(STORY["rounds"]),
        Response: len(one_each),
        EarlierResponse: len(answered) - len(one_each),
        OpinionMap: 1,
    }


def expected_of_views_and_decisions():
    proposals, outcomes = STORY["proposals"], STORY["outcomes"]
    stood = [position for row in proposals for position in row["positions"]]
    stands = {(row["key"], position["person"]) for row in proposals for position in row["positions"]}
    newer = expected_of_deciding()
    return (
        expected_of_claims()
        | expected_of_voices()
        | {
            Value: len(STORY["values"]["offered"])
            + len(STORY["values_added"])
            + sum("own" in row for row in STORY["tokens"]),
            Allocation: len(STORY["tokens"]),
            Token: sum(sum(row["gave"].values()) + row.get("own", ["", 0])[1] for row in STORY["tokens"]),
            ValueChange: len(STORY["renamed"]),
            ValueTension: len(STORY["tensions"]),
            TensionSource: total(STORY["tensions"], "contributions"),
            Proposal: len(proposals) + newer[Proposal],
            ProposalVersion: len(proposals) + total(proposals, "versions") + newer[ProposalVersion],
            ProposalSource: total(proposals, "themes") + total(proposals, "contributions") + newer[ProposalSource],
            Position: len(stands) + newer[Position],
            EarlierPosition: len(stood) - len(stands) + newer[EarlierPosition],
            Decision: sum("closed" in row for row in proposals) + newer[Decision],
            Outcome: len(outcomes),
            OutcomeState: total(outcomes, "states"),
            OutcomeSource: sum(total(outcomes, of) for of in ("decisions", "themes", "contributions"))
            + total(STORY["found_sources"], "decisions"),
            Effect: len(STORY["effects"]),
            OutcomeEvidence: total(STORY["evidence"], "words"),
            Handing: len(STORY["handings"]),
            Keeper: len(outcomes),
            Told: len(STORY["told"]),
            Commitment: total(outcomes, "commitments"),
            GoodEnough: total(outcomes, "answers"),
        }
    )


def expected_of_care_and_talk():
    rules, walls = STORY["house_rules"], STORY["walls"]
    groups = [group for wall in walls for group in wall["groups"]]
    return {
        CareNote: 1,
        CareRole: len(STORY["roles"]),
        HouseRule: len(rules),
        RuleVoice: len(rules) + total(rules, "voices"),  # and of those who suggested them
        Flag: len(STORY["worries"]),
        Moderation: len(STORY["worries"]),
        Appeal: len(STORY["worries"]),
        Ask: len(STORY["asks"]),
        Attachment: len(STORY["files"]),
        Wall: len(walls),
        WallGroup: len(groups),
        WallCard: total(groups, "cards"),
        CodingNote: len(STORY["coding_notes"]),
        BallotOption: total(STORY["ballots"], "options"),
        Paper: sum(len(row["papers"]) for row in STORY["ballots"] if "closed" in row),
        Closing: sum("closed" in row for row in STORY["ballots"]),
    }


def test_everything_in_the_files_is_in_the_database(demonstration):
    expected = expected_rows()
    assert {model.__name__: model.objects.count() for model in expected} == {
        model.__name__: rows for model, rows in expected.items()
    }


def test_files_of_the_story_are_what_the_making_of_files_made(demonstration):
    for attachment in Attachment.objects.all():
        content = content_of(attachment.path)
        assert digest_of(content) == attachment.digest
        again = make(io.BytesIO(content))
        assert (again.kind, again.content_type) == (attachment.kind, attachment.content_type)
        assert (again.width, again.height, again.seconds) == (
            attachment.width,
            attachment.height,
            attachment.seconds,
        )


def test_words_that_were_put_out_of_sight_by_mistake_are_back(demonstration):
    assert contribution("c-tenth-time").state == ContributionState.VISIBLE
    assert Moderation.objects.get().ended_at is not None


def test_every_link_of_a_theme_marks_the_passage_it_names(demonstration):
    links = [link for theme in STORY["themes"] for link in theme["links"]]
    marked = Counter(
        link.contribution.versions.get(number=link.version).words[link.start : link.end]
        for link in ThemeLink.objects.select_related("contribution").filter(start__isnull=False, ended_at=None)
    )
    wanted = Counter(link["passage"] for link in links if "passage" in link)
    assert set(wanted) == set(marked)
    carried = [row for row in STORY["history"] if row["kind"] in ("merge", "split")]
    held = ThemeLink.objects.filter(ended_at=None, theme__space=demonstration)
    assert held.count() <= len(links) + sum(len(row.get("moved", [])) for row in carried)


def test_the_record_is_whole_and_nothing_happens_before_what_it_needs(demonstration):
    assert list(problems()) == []
    times = list(Event.objects.filter(stream=demonstration.pk).order_by("sequence").values_list("at", flat=True))
    assert times == sorted(times)
    assert times[0].date() == STORY["space"]["opened_on"]
    assert times[-1].date() == max(row["said_on"] for row in STORY["contributions"])


def test_things_are_dated_as_the_story_tells_them(demonstration):
    said = dict(Contribution.objects.values_list("words", "said_on"))
    assert all(said[row["words"].strip()] == row["said_on"] for row in STORY["contributions"] if "later" not in row
               and "withdrawn" not in row)  # fmt: skip
    decided = {decision.proposal.title: decision for decision in Decision.objects.select_related("proposal")}
    for row in STORY["proposals"]:
        if "closed" in row:
            decision = decided[row["title"]]
            assert (decision.decided_at.date(), decision.agreed) == (row["closed"]["on"], row["closed"]["agreed"])
            assert decision.why == row["closed"]["words"].strip()


def test_theme_names_are_the_last_and_the_merged_one_says_into_what(demonstration):
    last = {row["key"]: row["name"] for row in STORY["themes"]}
    last |= {row["theme"]: row["name"] for row in STORY["history"] if row["kind"] == "rename"}
    elsewhere = {STORY[short]["theme"]["name"] for short in ("nights", "letter")}
    assert set(Theme.objects.values_list("name", flat=True)) == {*last.values(), *elsewhere}
    merge = next(row for row in STORY["history"] if row["kind"] == "merge")
    assert Theme.objects.get(state="merged").merged_into.name == last[merge["into"]]


def test_what_the_assisted_say_keeps_both_names(demonstration):
    for row in (row for row in STORY["contributions"] if "recorder" in row):
        found = contribution(row["key"])
        assert found.author == person(row["by"])
        assert found.author.account is None
        assert found.recorder == person(row["recorder"])
    assert Theme.objects.get(name="Who waits for whom").proposed_by == person("harold")
    named = Event.objects.get(kind="theme named", subject=Theme.objects.get(name="Who waits for whom").pk)
    assert named.actor == person("comfort").pk


def test_words_that_were_taken_back_are_gone_from_every_place(demonstration):
    row = next(row for row in STORY["contributions"] if "withdrawn" in row)
    gone = Contribution.objects.get(state="withdrawn")
    assert (gone.words, gone.author) == ("", person(row["by"]))
    first_words = row["words"].strip()[:40]
    assert not any(first_words in str(event.detail.payload) for event in Event.objects.filter(detail__isnull=False))


def test_telling_it_again_changes_nothing(demonstration):
    before = Event.objects.count()
    space, is_new = load_demonstration()
    assert (space, is_new) == (demonstration, False)
    assert Event.objects.count() == before


def test_a_second_telling_stands_beside_the_first_with_the_same_people(demonstration):
    people = Person.objects.count()
    other, is_new = load_demonstration(slug="told-again", name="Told again")
    assert is_new
    assert other != demonstration
    assert Person.objects.count() == people
    assert Contribution.objects.filter(space=other).count() == Contribution.objects.filter(space=demonstration).count()
    assert list(problems()) == []


# ── nobody is named who asked not to be ──────────────────────────────────────────────────────────

STANDING = [row for row in STORY["contributions"] if "withdrawn" not in row]
NAMELESS = [row for row in STANDING if row["attribution"] in ("anonymous", "standpoint")]
ANONYMOUS = [row for row in STANDING if row["attribution"] == "anonymous"]
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)


def names_of(key):
    """What would give somebody away on a page."""
    row = next(row for row in STORY["people"] if row["key"] == key)
    return [row["full_name"], str(person(key).pk), *(said["words"] for said in row["standpoints"])]


def part_about_the_words(html):
    """The page up to what others said and did; their own names are theirs to show."""
    return re.split(r"What others said to this|What they did|What these words did", MAIN.search(html)[0])[0]


@pytest.mark.parametrize("key", ["noreen", "owen", "philippa", None])
@pytest.mark.parametrize("row", ANONYMOUS, ids=lambda row: row["key"])
def test_words_without_a_name_stay_without_one(demonstration, signed_in, key, row):
    client = signed_in(person(key) if key else None)
    answer = client.get(contribution(row["key"]).get_absolute_url())
    if answer.status_code == 404:
        assert key in (None, "philippa")
        return
    shown = answer.content.decode()
    assert [name for name in names_of(row["by"]) if name in part_about_the_words(shown)] == []
    assert str(person(row["by"]).pk) not in shown


def test_a_copy_of_the_space_names_nobody_who_asked_not_to_be(demonstration):
    member = person("noreen")
    place = Place(demonstration, member, Membership.objects.get(space=demonstration, person=member))
    records = [record for record in shared_records(place) if record["record"] == "contribution"]
    ids = {str(contribution(row["key"]).pk): row for row in NAMELESS}
    found = [record for record in records if record["id"] in ids]
    assert len(found) == len(ids)
    for record in found:
        by = ids[record["id"]]["by"]
        without_words = {name: value for name, value in record.items() if name not in ("words", "content_note")}
        assert [name for name in names_of(by) if name in str(without_words)] == []


def test_who_writes_for_one_person_alone_does_not_give_them_away(demonstration, signed_in):
    """Callum writes for Pani Zofia and nobody else, and reasons for an answer stand there without a name."""
    reasons = shown_answers(demonstration).filter(person=person("zofia")).exclude(reason="")
    assert reasons
    for said in reasons:
        shown = MAIN.search(signed_in(person("noreen")).get(said.statement.get_absolute_url()).content.decode())[0]
        _before, after = shown.split(escape(said.reason), 1)
        assert "Someone who lives with it" in after.split("</div>")[0]
        assert "Callum" not in after.split("</div>")[0]


def test_somebody_is_not_asked_again_what_they_have_said(demonstration, signed_in):
    asked = next(row for row in STORY["outcomes"] if row["title"] == "£180,000")
    said = next(answer for answer in asked["answers"] if answer["person"] == "donna")
    page = signed_in(person("donna")).get(f"/s/{demonstration.slug}/did/").content.decode()
    assert said["answer"] == "no"
    assert "You said that this was not good enough: £180,000." in page
    assert "Was this good enough? £180,000" not in page


def test_what_was_answered_in_the_open_round_is_shown_to_nobody_else(demonstration, signed_in):
    asked = Round.objects.get(closed_at=None)
    said = Response.objects.filter(statement__in=asked.claims.all()).exclude(reason="")
    assert said.count() > 8
    for who in ("noreen", "yvonne", "philippa"):
        for claim in asked.claims.all():
            html = signed_in(person(who)).get(claim.get_absolute_url()).content.decode()
            assert not [one for one in said if escape(one.reason) in html]


def test_the_claim_in_better_words_asks_noreen_whether_her_answer_still_holds(demonstration, signed_in):
    page = signed_in(person("noreen")).get(f"/s/{demonstration.slug}/views/say/", follow=True)
    assert "Does your answer still hold?" in page.content.decode()
    assert page.context["claim"].words == STORY["asked_claims"][2]["reworded"][0]["words"]


# ── the other two spaces ─────────────────────────────────────────────────────────────────────────


def page_at(signed_in, key, address):
    answer = signed_in(person(key) if key else None).get(address)
    return answer.content.decode() if answer.status_code == 200 else ""


@pytest.mark.parametrize("key", ["noreen", "comfort", "philippa", None])
def test_the_nights_are_for_the_three_who_work_them(demonstration, signed_in, key):
    space = f"/s/{STORY['nights']['slug']}/"
    assert page_at(signed_in, key, space) == ""
    for theirs in ("farzana", "jocelyn", "marcus"):
        assert STORY["nights"]["question"] in page_at(signed_in, theirs, space)


def test_what_led_to_the_nights_is_shown_while_both_agree_and_not_after(demonstration, signed_in):
    held, _words, ended = AcrossLink.objects.order_by("asked_at")
    assert held.ended_at is None
    assert ended.ended_at.date() == STORY["nights"]["links"][2]["ended"]["on"]
    rested = Outcome.objects.get(title__startswith="'Rested before talking'")
    led_to = f"/s/{demonstration.slug}/trace/outcome/{rested.pk}/to/"
    title = STORY["nights"]["outcome"]["title"]
    assert title in page_at(signed_in, "farzana", led_to)
    noreen = page_at(signed_in, "noreen", led_to)
    assert "something in another space, which only its members can read" in noreen
    assert title not in noreen


def test_the_letter_has_ended_with_what_was_not_done_in_plain_sight(demonstration, signed_in):
    row = STORY["letter"]
    space = Space.objects.get(slug=row["slug"])
    assert space.state == "ended"
    front = page_at(signed_in, None, space.get_absolute_url())
    assert "This space has ended" in front
    page = page_at(signed_in, "noreen", f"{space.get_absolute_url()}outcomes/ending/")
    for words in ("it isnt all done", "Handed on to “Living with breathlessness”", "Words that nobody answered"):
        assert escape(words) in page
    for left in row["ending"]["left"]:
        assert escape(left["because"]) in page
    assert "alison is right" in page
    letter = page_at(signed_in, "frank", f"{space.get_absolute_url()}outcomes/ending/letter/")
    assert "it isnt you that failed" in letter


def test_one_question_of_the_letter_goes_on_in_the_first_space(demonstration, signed_in):
    row = STORY["letter"]["outcomes"][1]
    there, here = Outcome.objects.filter(title=row["title"]).order_by("recorded_at")
    assert (there.space.slug, here.space) == (STORY["letter"]["slug"], demonstration)
    assert here.states.get().asked_on == row["on"]
    page = page_at(signed_in, "noreen", here.get_absolute_url())
    assert "It was left open by “The letter”" in page
    assert "The letter" in page_at(signed_in, None, f"/s/{demonstration.slug}/outcomes/inherited/")
    demonstration.refresh_from_db()
    assert demonstration.parent == there.space


def test_what_was_handed_on_leads_to_where_it_was_taken_up(demonstration, signed_in):
    row = STORY["letter"]
    here = Outcome.objects.get(title=row["outcomes"][1]["title"], space=demonstration)
    ending = f"/s/{row['slug']}/outcomes/ending/"
    for key in ("noreen", None):
        page = page_at(signed_in, key, ending)
        assert f'href="{here.get_absolute_url()}">Taken up there on 3 April 2026' in page
        for there in Outcome.objects.filter(space__slug=row["slug"]).exclude(title=row["outcomes"][0]["title"]):
            assert f'href="{there.get_absolute_url()}"' in page
    assert "Another space left it open." in page_at(signed_in, "noreen", f"/s/{demonstration.slug}/outcomes/")
