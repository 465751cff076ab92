"""What matters most: choosing on a phone without scripts, ranking by keyboard, and every sheet on the way."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from coproduce.priorities.models import Seat, TablePlace, Uncertainty
from tests.browser.conftest import DESK, PHONE, TINY
from tests.browser.steps import fits, follow, heading, press, tick
from tests.priorities.conftest import Told


def at(it, name, *more):
    return reverse(f"priorities:{name}", args=[it.space.slug, it.exercise.pk, *more])


def test_somebody_chooses_on_a_phone_without_scripts(build, seen_by, shot):
    it = Told(build).choosing()
    page = seen_by(it.noreen, PHONE, java_script_enabled=False)
    page.goto(at(it, "exercise"))
    heading(page, "What to look into first")
    follow(page, "Choose what matters most")
    heading(page, "Which of these matter most to you?")
    fits(page)
    shot(page, "priorities-choose")
    page.get_by_label("Which exercises can be done sitting down?").select_option("1")
    page.get_by_label("Does a fan ease breathlessness?").select_option("1")
    press(page, "This is my choice")
    expect(page.get_by_role("alert")).to_contain_text("Two questions stand at place 1")
    page.get_by_label("Does a fan ease breathlessness?").select_option("2")
    press(page, "This is my choice")
    expect(page.get_by_role("main")).to_contain_text("Look at what you chose")
    follow(page, "Look at what you chose")
    expect(page.get_by_label("Which exercises can be done sitting down?")).to_have_value("1")


def test_a_table_puts_questions_in_order_by_keyboard(build, seen_by, shot):
    it = Told(build).seated()
    sits = Seat.objects.filter(round=1, table=1).first().person
    page = seen_by(sits, DESK)
    page.goto(at(it, "tables"))
    follow(page, "Enter the order of table 1, round 1")
    heading(page, "Table 1, round 1")
    rows = page.get_by_role("main").locator(".ballot > li")
    last = rows.last.locator("label").inner_text()
    with page.expect_navigation():
        rows.last.get_by_role("button", name="Up").focus()
        page.keyboard.press("Enter")
    expect(rows.nth(2)).to_contain_text(last)
    expect(page.get_by_role("main")).to_contain_text("Nothing is kept until")
    shot(page, "priorities-rank")
    rows.nth(3).get_by_role("spinbutton").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    heading(page, "The tables")
    assert list(TablePlace.objects.order_by("place").values_list("place", flat=True)) == [1, 2, 3, 3]
    assert TablePlace.objects.get(question__words=last).place == 3


def test_a_question_is_drawn_and_looked_up(build, seen_by):
    it = Told(build).gathered()
    it.move("merging")
    page = seen_by(it.noreen, PHONE)
    page.goto(at(it, "questions"))
    follow(page, "Draw a question")
    page.get_by_label("What is the question?").fill("Does moving air help?")
    tick(page, "Does a fan at the bedside help?")
    tick(page, "Would a small fan in the hand")
    press(page, "Draw this question")
    heading(page, "Does moving air help?")
    follow(page, "Say what is known of it")
    tick(page, "It is answered")
    page.get_by_label("Say it in plain words").fill("It does, for some.")
    press(page, "Keep what you found")
    expect(page.get_by_role("alert")).to_contain_text("Say where the answer can be read")
    page.get_by_label("Where can it be read?").fill("A trial, 2010")
    press(page, "Keep what you found")
    expect(page.get_by_role("main")).to_contain_text("A trial, 2010")


SHEETS = {
    "gathered": ["exercise", "words", "gather", "change", "steering", "move", "out"],
    "merged": ["questions", "draw", "question", "behind", "reword", "check"],
    "chosen": ["choose", "paper", "results", "move"],
    "seated": ["shortlist", "seat", "tables", "cards", "move_seat", "rank"],
    "counted": ["change_place", "tables"],
    "done": ["top", "exercise", "results"],
}


@pytest.mark.parametrize("step", SHEETS)
def test_every_sheet_fits_and_is_accessible(build, seen_by, axe, step):
    it = getattr(Told(build), step)()
    page = seen_by(it.comfort, TINY)
    for name in SHEETS[step]:
        more = {
            "out": lambda: [Uncertainty.objects.first().pk],
            "move_seat": lambda: [Seat.objects.first().pk],
            "rank": lambda: [1, 1],
        }.get(name, lambda name=name: [it.questions[0].pk] if name in ("question", "behind", "reword", "check") else [])
        page.set_viewport_size(TINY)
        assert page.goto(at(it, name, *more())).status == 200, name
        assert page.locator("h1").count() == 1, name
        fits(page)
        axe(page)
        page.set_viewport_size(DESK)
        fits(page)
