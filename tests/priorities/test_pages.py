"""The pages of an exercise, through the browser’s eyes: who reads what, what a button does, and how many queries."""

import re
import uuid

import pytest
from django.urls import reverse

from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.contributions.models import ContributionState
from coproduce.gatherings.actions import arrange_gathering
from coproduce.history.models import Event
from coproduce.people.models import Person
from coproduce.priorities import actions
from coproduce.priorities.figures import interim_figure
from coproduce.priorities.models import (
    Calculation,
    Choice,
    Exercise,
    FinalPlace,
    Question,
    QuestionSource,
    Seat,
    Step,
    TableRanking,
    Uncertainty,
)
from coproduce.spaces.models import Space

HOSTILE = "<script>alert(1)</script> \u202e{{ 7|add:7 }} %s ‘’ 🫁"


def at(it, name, *more):
    return reverse(f"priorities:{name}", args=[it.space.slug, it.exercise.pk, *more])


def send(client, url, **filled):
    return client.post(url, {"key": str(uuid.uuid4()), **filled})


READ = ["exercise", "words", "questions", "results", "tables", "top"]


class TestReading:
    @pytest.mark.parametrize("step", ["gathered", "checked", "choosing", "meeting", "ranked", "done"])
    def test_every_page_can_be_read_at_every_step(self, told, signed_in, step):
        it = getattr(told(), step)()
        for person in (it.noreen, it.comfort):
            client = signed_in(person)
            for name in [*READ, "choose", "paper", "cards"]:
                assert client.get(at(it, name)).status_code == 200, name

    def test_strangers_and_members_of_another_space_find_nothing(self, told, build, signed_in, client):
        it = told().done()
        for asks in (client, signed_in(build.space().opened_by)):
            for name in READ:
                assert asks.get(at(it, name)).status_code == 404, name

    def test_in_a_public_space_visitors_see_no_names_and_no_words_that_may_not_be_quoted(self, told, client):
        it = told(privacy="public").done()
        Person.objects.filter(pk=it.nurses[0].pk).update(chosen_name="Nurse Nightjar")
        for name in READ:
            html = client.get(at(it, name)).content.decode()
            assert "Patient 0" not in html, name
            assert "Nightjar" not in html, name
            assert "Would a small fan in the hand" not in html, name
        top = client.get(at(it, "top")).content.decode()
        assert "Does a fan ease breathlessness?" in top

    def test_visitors_read_the_words_of_who_agreed_to_it(self, told, client):
        it = told(privacy="public").done()
        text = AgreementText.objects.create(
            space=it.space, use=Use.ATTRIBUTED_QUOTE, version=1, words="yes", written_by=it.comfort
        )
        Agreement.objects.create(space=it.space, person=it.patients[0], use=Use.ATTRIBUTED_QUOTE, text=text, given=True)
        html = client.get(at(it, "top")).content.decode()
        assert "Does a fan at the bedside help?" in html
        assert "Would a small fan" not in html

    def test_nothing_of_what_people_chose_is_seen_before_the_round_is_closed(self, told, signed_in):
        it = told().chosen()
        html = signed_in(it.noreen).get(at(it, "results")).content.decode()
        assert "shown when the round is closed" in html
        assert "place" not in re.sub("placeholder", "", html.split("<main")[1])

    def test_small_groups_are_joined_in_the_results(self, told, build, signed_in):
        it = told(nurses=2, patients=9)
        it.chosen()
        it.move(Step.MEETING)
        html = signed_in(it.noreen).get(at(it, "results")).content.decode()
        assert "Everyone is counted together" in html
        assert "2 people chose" not in html

    def test_below_the_threshold_nothing_is_shown(self, told, signed_in):
        it = told(nurses=1, patients=3)
        it.chosen()
        it.move(Step.MEETING)
        html = signed_in(it.noreen).get(at(it, "results")).content.decode()
        assert "We show nothing of it" in html

    def test_groups_are_shown_apart_with_what_hangs_on_them(self, told, signed_in):
        it = told(shortlist=2, top=1)
        it.chosen()
        it.move(Step.MEETING)
        html = signed_in(it.noreen).get(at(it, "results")).content.decode()
        assert "People who live with it: 6 people chose" in html
        assert "because of one group" in html

    def test_an_empty_list_explains_itself(self, build, signed_in):
        space = build.space()
        html = signed_in(space.opened_by).get(reverse("priorities:exercises", args=[space.slug])).content.decode()
        assert "Propose to find out what matters most" in html


class TestSheets:
    def test_it_is_proposed_carried_and_opened(self, build, signed_in):
        space = build.space()
        noreen, farzana = build.member(space, "Noreen"), build.member(space, "Farzana", ways="P")
        filled = {
            "title": "First things", "asks": "What do we not know?", "scope": HOSTILE, "top": "5", "shortlist": "8",
            "most": "5", "ranked": "yes", "minimum_days": "7", "key": str(uuid.uuid4()),
        }  # fmt: skip
        client = signed_in(noreen)
        url = reverse("priorities:propose", args=[space.slug])
        assert client.post(url, filled).status_code == 302
        client.post(url, filled)
        exercise = Exercise.objects.get()
        assert (exercise.looked_after_by, exercise.step) == (noreen, Step.PROPOSED)
        page = client.get(exercise.get_absolute_url()).content.decode()
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        move = reverse("priorities:move", args=[space.slug, exercise.pk])
        assert client.get(move).status_code == 403
        facilitator = signed_in(space.opened_by)
        assert "all know it in the same way" in facilitator.get(move).content.decode()
        carried = reverse("priorities:steering", args=[space.slug, exercise.pk])
        assert send(client, carried, people=[str(noreen.pk), str(farzana.pk)]).status_code == 302
        assert send(facilitator, move, to="gathering", why="We agreed it on Tuesday.").status_code == 302
        exercise.refresh_from_db()
        assert exercise.step == Step.GATHERING
        assert "We agreed it on Tuesday." in client.get(exercise.get_absolute_url()).content.decode()

    def test_it_is_said_where_the_tables_meet(self, told, signed_in):
        it = told()
        gathering = arrange_gathering(
            actor=it.noreen, space=it.space, title="In the band room", starts_at=it.exercise.proposed_at
        )
        client = signed_in(it.noreen)
        assert "In the band room" in client.get(at(it, "change")).content.decode()
        filled = {"title": "New", "asks": "What?", "scope": "This.", "top": "2", "shortlist": "4", "most": "3"}
        filled |= {"ranked": "no", "minimum_days": "9", "gathering": str(gathering.pk)}
        assert send(client, at(it, "change"), **filled).status_code == 302
        changed = Exercise.objects.get()
        assert (changed.title, changed.ranked, changed.gathering) == ("New", False, gathering)
        assert send(client, at(it, "change"), **{**filled, "gathering": str(it.exercise.pk)}).status_code == 422
        for name in ("steering", "move", "change"):
            assert client.get(at(it, name)).status_code in (200, 403), name

    def test_words_are_gathered_by_any_member_once(self, told, build, signed_in):
        it = told()
        it.move(Step.GATHERING)
        ray = build.member(it.space, "Ray")
        client = signed_in(ray)
        picked = [str(each.pk) for each in it.words[:2]]
        assert send(client, at(it, "gather"), contributions=picked).status_code == 302
        assert send(client, at(it, "gather"), contributions=picked[:1]).status_code == 302
        assert Uncertainty.objects.count() == 2
        assert send(client, at(it, "gather")).status_code == 422
        assert it.words[0].words in client.get(at(it, "words")).content.decode()

    def test_words_whose_use_has_ended_are_not_offered_and_not_taken(self, told, build, signed_in):
        it = told()
        it.move(Step.GATHERING)
        type(it.words[0]).objects.filter(pk=it.words[0].pk).update(use_ended_at=it.exercise.proposed_at)
        client = signed_in(it.noreen)
        assert it.words[0].words not in client.get(at(it, "gather")).content.decode()
        assert send(client, at(it, "gather"), contributions=[str(it.words[0].pk)]).status_code == 422

    def test_words_go_out_of_scope_with_a_reason_that_their_author_reads(self, told, signed_in):
        it = told().gathered()
        row = Uncertainty.objects.get(contribution=it.words[4])
        client = signed_in(it.comfort)
        assert send(client, at(it, "out", row.pk), why=" ").status_code == 422
        assert send(client, at(it, "out", row.pk), why="It is about the building.").status_code == 302
        author = signed_in(it.words[4].author)
        assert "It is about the building." in author.get(at(it, "exercise")).content.decode()
        client.post(at(it, "back_in", row.pk))
        row.refresh_from_db()
        assert row.out_at is None
        assert row.out_why == ""

    def test_a_member_who_does_not_carry_it_is_told_who_does(self, told, build, signed_in):
        it = told().merged()
        ray = signed_in(build.member(it.space, "Ray"))
        for name in ("draw", "move", "change", "steering", "shortlist", "seat", "change_place"):
            assert ray.get(at(it, name)).status_code == 403, name
        assert ray.get(at(it, "check", it.questions[0].pk)).status_code == 403

    def test_words_move_between_questions_and_both_names_stay(self, told, signed_in):
        it = told().merged()
        fan, sitting = it.questions[:2]
        row = Uncertainty.objects.get(contribution=it.words[1])
        client = signed_in(it.comfort)
        assert send(client, at(it, "behind", sitting.pk), uncertainties=[str(row.pk)]).status_code == 302
        standing = QuestionSource.objects.get(uncertainty=row, ended_at=None)
        assert (standing.question, standing.made_by) == (sitting, it.comfort)
        assert standing.moved_from.question == fan
        assert standing.moved_from.ended_by == it.comfort
        send(client, at(it, "behind", fan.pk), uncertainties=[str(row.pk)], also="on")
        assert QuestionSource.objects.filter(uncertainty=row, ended_at=None).count() == 2
        assert "as well" in client.get(at(it, "question", fan.pk)).content.decode()

    def test_a_question_is_reworded_with_the_old_words_kept(self, told, signed_in):
        it = told().merged()
        fan = it.questions[0]
        client = signed_in(it.noreen)
        assert (
            send(client, at(it, "reword", fan.pk), words="Does moving air help?", why="Not only fans.").status_code
            == 302
        )
        html = client.get(at(it, "question", fan.pk)).content.decode()
        assert "Does moving air help?" in html
        assert "Does a fan ease breathlessness?" in html
        assert "Not only fans." in html

    def test_an_answer_needs_to_say_where_it_can_be_read(self, told, signed_in):
        it = told().merged()
        it.move(Step.CHECKING)
        client = signed_in(it.nurses[0])
        url = at(it, "check", it.questions[0].pk)
        filled = {"verdict": "answered", "words": "Yes.", "checked_on": "2026-01-05"}
        assert send(client, url, **filled).status_code == 422
        assert send(client, url, **filled, citation="A review, 2019").status_code == 302
        author = signed_in(it.words[0].author).get(at(it, "exercise")).content.decode()
        assert "A review, 2019" in author

    def test_a_question_whose_words_were_all_taken_back_says_so(self, told, signed_in):
        it = told().merged()
        type(it.words[2]).objects.filter(pk=it.words[2].pk).update(state=ContributionState.WITHDRAWN, words="gone")
        html = signed_in(it.noreen).get(at(it, "question", it.questions[1].pk)).content.decode()
        assert "All the words that this question came from were taken back" in html


class TestChoosing:
    def test_a_ballot_on_one_page(self, told, signed_in):
        it = told().choosing()
        fan, sitting = it.questions[:2]
        client = signed_in(it.noreen)
        html = client.get(at(it, "choose")).content.decode()
        assert "Do inhalers help? (asked plainly)" not in html, "it was found answered"
        assert send(client, at(it, "choose")).status_code == 422
        twice = {f"q-{fan.pk}": "1", f"q-{sitting.pk}": "1"}
        refused = send(client, at(it, "choose"), **twice)
        assert refused.status_code == 422
        assert "Two questions stand at place 1" in refused.content.decode()
        assert send(client, at(it, "choose"), **{f"q-{fan.pk}": "3", f"q-{sitting.pk}": "1"}).status_code == 302
        choice = Choice.objects.get()
        assert [row.question for row in choice.chosen.all()] == [sitting, fan]
        assert send(client, at(it, "choose"), **{f"q-{fan.pk}": "1"}).status_code == 302
        assert Choice.objects.count() == 1
        assert [row.question for row in choice.chosen.all()] == [fan]

    def test_ticks_where_the_exercise_asks_for_no_order(self, told, signed_in):
        it = told().choosing()
        Exercise.objects.update(ranked=False)
        client = signed_in(it.noreen)
        every = {f"q-{question.pk}": "on" for question in it.questions[:4]}
        assert send(client, at(it, "choose"), **every).status_code == 422
        every.popitem()
        assert send(client, at(it, "choose"), **every).status_code == 302

    def test_a_paper_ballot_is_entered_with_both_names(self, told, build, signed_in):
        it = told()
        harold = build.member(it.space, "Harold", account=False)
        it.choosing()
        client = signed_in(it.comfort)
        mine = {f"q-{it.questions[0].pk}": "1"}
        url = f"{at(it, 'choose')}?for={harold.pk}"
        assert "Harold" in client.get(f"{at(it, 'paper')}?for={harold.pk}").content.decode()
        assert send(client, url, **mine, channel="post", said_on="2026-01-02").status_code == 302
        choice = Choice.objects.get()
        assert (choice.person, choice.recorded_by, choice.channel) == (harold, it.comfort, "post")
        assert signed_in(it.noreen).get(url).status_code == 404

    def test_a_second_person_types_the_same_ballot_and_it_is_checked(self, told, build, signed_in):
        it = told()
        harold = build.member(it.space, "Harold", account=False)
        isobel = build.member(it.space, "Isobel", facilitator=True)
        it.choosing()
        url = f"{at(it, 'choose')}?for={harold.pk}"
        one, other = (f"q-{question.pk}" for question in it.questions[:2])
        send(signed_in(it.comfort), url, **{one: "1", other: "2"}, channel="post", said_on="2026-01-02")
        again = signed_in(isobel)
        assert '<option value="1" selected' not in again.get(url).content.decode()
        differs = send(again, url, **{one: "2", other: "1"}, channel="post", said_on="2026-01-02")
        assert "It is not what was typed the first time." in again.get(differs["Location"]).content.decode()
        assert Choice.objects.get().checked_by is None
        client = signed_in(it.comfort)
        same = send(client, url, **{one: "2", other: "1"}, channel="post", said_on="2026-01-02")
        page = client.get(same["Location"]).content.decode()
        assert "It is checked." in page
        choice = Choice.objects.get()
        assert (choice.recorded_by, choice.checked_by) == (isobel, it.comfort)
        assert Event.objects.filter(kind="ballot checked").count() == 1

    def test_nobody_chooses_after_it_was_closed(self, told, signed_in):
        it = told().meeting()
        client = signed_in(it.noreen)
        assert "The round was closed" in client.get(at(it, "choose")).content.decode()
        before = Event.objects.count()
        send(client, at(it, "choose"), **{f"q-{it.questions[0].pk}": "1"})
        assert Event.objects.count() == before

    def test_it_is_not_closed_before_its_time(self, told, signed_in):
        it = told().choosing()
        actions.choose_questions(actor=it.noreen, exercise=it.exercise, questions=it.questions[:1])
        client = signed_in(it.comfort)
        assert "at least to choose" in client.get(at(it, "move")).content.decode()
        assert send(client, at(it, "move"), to="meeting", why="Now.").status_code == 409


class TestTables:
    def test_from_a_short_list_to_seats_that_can_be_changed_by_hand(self, told, signed_in):
        it = told().chosen()
        it.move(Step.MEETING)
        client = signed_in(it.comfort)
        short = [str(question.pk) for question in it.questions[:4]]
        assert send(client, at(it, "shortlist"), questions=short, why="What we chose.").status_code == 302
        people = [str(person.pk) for person in [*it.patients, *it.nurses]]
        assert send(client, at(it, "seat"), people=people, tables="9", seed="3").status_code == 422
        assert send(client, at(it, "seat"), people=people, tables="3", seed="3").status_code == 302
        assert Seat.objects.count() == 24
        seat = Seat.objects.filter(round=1, table=1).first()
        assert send(client, at(it, "move_seat", seat.pk), table="2", why="She hears better there.").status_code == 302
        html = signed_in(it.noreen).get(at(it, "tables")).content.decode()
        assert "She hears better there." in html
        assert "Round 2, table 3" in client.get(at(it, "cards")).content.decode()

    def test_a_question_is_moved_by_buttons_and_kept_by_one(self, told, signed_in):
        it = told().seated()
        seat = Seat.objects.filter(round=1, table=1).first()
        client = signed_in(seat.person)
        url = at(it, "rank", 1, 1)
        short = it.questions[:4]
        filled = {f"q-{question.pk}": str(place) for place, question in enumerate(short, start=1)}
        moved = send(client, url, **filled, up=f"q-{short[2].pk}").content.decode()
        assert moved.index(short[2].words) < moved.index(short[1].words)
        assert not TableRanking.objects.exists()
        tied = {**filled, f"q-{short[3].pk}": "3"}
        assert send(client, url, **tied).status_code == 302
        assert [row.place for row in TableRanking.objects.get().places.all()] == [1, 2, 3, 3]
        assert send(client, url, **{**filled, f"q-{short[3].pk}": ""}).status_code == 422

    def test_only_who_sits_there_or_carries_it_enters_an_order(self, told, build, signed_in):
        it = told().seated()
        elsewhere = Seat.objects.filter(round=1, table=2).exclude(person__in=[it.noreen, it.nurses[0]]).first()
        assert signed_in(elsewhere.person).get(at(it, "rank", 1, 1)).status_code == 403
        assert signed_in(elsewhere.person).get(at(it, "rank", 1, 2)).status_code == 200
        assert signed_in(it.comfort).get(at(it, "rank", 1, 9)).status_code == 404

    def test_a_slip_at_a_table_is_mended_and_counted_again(self, told, signed_in):
        it = told().counted()
        client = signed_in(it.comfort)
        short = it.questions[:4]
        other_way = {f"q-{question.pk}": str(place) for place, question in enumerate(short[::-1], start=1)}
        assert send(client, at(it, "rank", 2, 1), **other_way).status_code == 302
        assert not FinalPlace.objects.exists()
        assert send(client, at(it, "move"), to="done", why="We are.").status_code == 409
        client.post(at(it, "count"))
        actions.change_place(actor=it.comfort, question=short[3], to=1, why="All agreed.")
        assert send(client, at(it, "rank", 2, 1), **other_way).status_code == 409

    def test_a_place_is_changed_by_all_together_with_a_reason(self, told, signed_in):
        it = told().ranked()
        client = signed_in(it.comfort)
        assert client.post(at(it, "count")).status_code == 302
        last = FinalPlace.objects.order_by("-place").first()
        filled = {"question": str(last.question_id), "place": "1"}
        assert send(client, at(it, "change_place"), **filled).status_code == 422
        assert send(client, at(it, "change_place"), **filled, why="Nobody else will ask it.").status_code == 302
        it.move(Step.DONE)
        top = client.get(at(it, "top")).content.decode()
        assert "Nobody else will ask it." in top
        assert top.index(last.question.words) < top.index("How each of them got here")

    def test_the_list_shows_the_whole_path(self, told, signed_in):
        it = told().done()
        top = signed_in(it.noreen).get(at(it, "top")).content.decode()
        for said in (
            "Would a small fan in the hand do any good?", "by Patient 0", "Looked; nothing on it.",
            "Round 2:", "table 3: 1", "What everyone chose",
        ):  # fmt: skip
            assert said in top, said


def test_pages_ask_the_database_no_more_with_fifty_rows(told, build, signed_in, django_assert_max_num_queries):
    it = told(privacy="public", most=20).merged()
    for number in range(44):
        words = build.contribution(it.space, build.member(it.space), f"Words {number}")
        row = Uncertainty.objects.create(exercise=it.exercise, contribution=words, gathered_by=it.noreen)
        question = Question.objects.create(
            exercise=it.exercise, number=number + 10, words=f"Question {number}", drawn_by=it.noreen
        )
        QuestionSource.objects.create(question=question, uncertainty=row, made_by=it.noreen)
    for name, most in {"exercise": 18, "words": 11, "questions": 14, "draw": 12, "gather": 12}.items():
        client = signed_in(it.noreen)
        with django_assert_max_num_queries(most):
            assert client.get(at(it, name)).status_code == 200


def test_the_list_asks_the_database_no_more_with_many_questions(told, signed_in, django_assert_max_num_queries):
    it = told().done()
    client = signed_in(it.noreen)
    for name, most in {"top": 22, "tables": 18, "results": 13}.items():
        with django_assert_max_num_queries(most):
            assert client.get(at(it, name)).status_code == 200


def test_a_group_with_those_who_said_nothing_is_not_named_by_the_others_alone():
    """A knot says *lived it*; of a row that holds people who said nothing of themselves too, that would be wrong."""
    result = {"rows": [["", "L"], ["P"]], "people": [9, 8], "order": [], "joined": [["", "L"]], "agreement": None}
    figure = interim_figure(Calculation(result={**result, "top": 3}), [], Space(threshold=8))
    assert [group.ways for group in figure.groups] == ["", "P"]
    assert "who have not said" in figure.groups[0].name
