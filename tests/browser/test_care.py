"""Looking after each other, by keyboard: a worry, words out of sight with a reason, and another look; every page."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from coproduce import clock
from coproduce.care.actions import (
    appeal_moderation,
    ask_to_open,
    put_out_of_sight,
    raise_concern,
    raise_flag,
    record_reading,
    say_to_rule,
    suggest_rule,
    write_note,
)
from coproduce.care.models import HouseRule
from coproduce.care.views.home import default_contacts, default_words
from tests import building
from tests.browser.conftest import DESK, PHONE, TINY
from tests.browser.steps import choose_by_keyboard, fits, heading, press_by_keyboard, type_into
from tests.care.conftest import Here

WHY = "It names Mrs Oduya, and she cannot answer here."


@pytest.fixture
def here(transactional_db):
    return Here(building)


@pytest.fixture
def as_person(window):
    """``as_person(somebody, PHONE)`` is a page with that person signed in."""

    def opened(person, size=PHONE):
        client = Client()
        client.force_login(person.account, backend="coproduce.people.backends.PersonBackend")
        page = window(size)
        page.goto("/help/")
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": page.url.removesuffix("help/")}]
        )
        return page

    return opened


def link(page, name):
    return page.get_by_role("main").get_by_role("link", name=name).first


def button(page, name):
    return page.get_by_role("button", name=name)


def look(page, axe, shot, name):
    fits(page)
    axe(page)
    shot(page, f"care-{name}")


def say_that_something_is_wrong(comfort, address, axe, shot):
    comfort.goto(address)
    press_by_keyboard(comfort, link(comfort, "Something is wrong here"))
    heading(comfort, "Something is wrong here")
    look(comfort, axe, shot, "flag")
    choose_by_keyboard(comfort, comfort.get_by_label("It hurts somebody"))
    type_into(comfort, comfort.get_by_role("textbox"), "It names her.")
    press_by_keyboard(comfort, button(comfort, "Say so"))
    expect(comfort.get_by_role("main")).to_contain_text("It waits with Zofia.")
    look(comfort, axe, shot, "my-worries")


def put_out_of_sight_by_keyboard(zofia, axe, shot):
    zofia.goto("/s/ours/")
    press_by_keyboard(zofia, link(zofia, "Look at it"))
    press_by_keyboard(zofia, link(zofia, "It hurts somebody"))
    assert not zofia.get_by_text("Mrs Oduya").is_visible()
    look(zofia, axe, shot, "worry")
    press_by_keyboard(zofia, link(zofia, "Put them out of sight"))
    look(zofia, axe, shot, "hide")
    type_into(zofia, zofia.get_by_role("textbox"), WHY)
    press_by_keyboard(zofia, button(zofia, "Put them out of sight"))
    heading(zofia, "What people say is wrong")


def ask_for_another_look(noreen, axe, shot):
    noreen.goto("/s/ours/")
    press_by_keyboard(noreen, link(noreen, "Read why"))
    expect(noreen.get_by_role("main")).to_contain_text(WHY)
    press_by_keyboard(noreen, link(noreen, "Ask somebody else to look again"))
    look(noreen, axe, shot, "appeal")
    type_into(noreen, noreen.get_by_role("textbox"), "She told me that I may tell it.")
    press_by_keyboard(noreen, button(noreen, "Ask for another look"))
    expect(noreen.get_by_role("main")).to_contain_text("Philippa was asked to look again.")
    look(noreen, axe, shot, "own-words")


def bring_them_back(philippa, axe, shot):
    philippa.goto("/s/ours/care/worries/")
    press_by_keyboard(philippa, link(philippa, WHY))
    look(philippa, axe, shot, "decide")
    choose_by_keyboard(philippa, philippa.get_by_label("Bring the words back into sight"))
    type_into(philippa, philippa.get_by_role("textbox"), "She did agree: I asked her.")
    press_by_keyboard(philippa, button(philippa, "Decide this"))
    heading(philippa, "What people say is wrong")


def test_a_worry_and_another_look_by_keyboard(here, as_person, axe, shot):
    comfort, noreen = as_person(here.comfort), as_person(here.noreen)
    say_that_something_is_wrong(comfort, here.page, axe, shot)
    put_out_of_sight_by_keyboard(as_person(here.zofia), axe, shot)
    ask_for_another_look(noreen, axe, shot)
    bring_them_back(as_person(here.philippa), axe, shot)
    comfort.goto(here.page)
    expect(comfort.get_by_role("main")).to_contain_text("shouted at me")
    noreen.goto("/s/ours/care/who-read/")
    expect(noreen.get_by_role("main")).to_contain_text("Read by Philippa")


def something_of_everything(here):
    """Addresses of every page of care with something on it, by who opens it."""
    here.name(here.farzana, "safeguarding")
    write_note(actor=here.philippa, space=here.space, words=default_words(), contacts=default_contacts())
    holds = suggest_rule(actor=here.noreen, space=here.space, words="We let each other finish.")
    HouseRule.objects.filter(pk=holds.pk).update(state="agreed", agreed_at=clock.now())
    rule = suggest_rule(actor=here.comfort, space=here.space, words="No names of staff.", why="They cannot answer.")
    say_to_rule(actor=here.farzana, rule=rule, lives_with_it=False, words="No surnames of staff.")
    heavy = building.contribution(here.space, here.noreen, "It is heavy.", content_note="Somebody dies.")
    worry = raise_flag(actor=here.comfort, contribution=heavy, reason="rule", rule=holds, words="She cut me short.")
    held = put_out_of_sight(actor=here.zofia, contribution=here.words, why=WHY, rule=holds)
    appeal = appeal_moderation(actor=here.noreen, moderation=held, words="She said I may.", to_person=here.philippa)
    here.words.refresh_from_db()
    record_reading(actor=here.philippa, contribution=here.words)
    again = put_out_of_sight(
        actor=here.zofia, contribution=building.contribution(here.space, here.noreen, "Another."), why="Too loud."
    )
    concern = raise_concern(actor=here.comfort, space=here.space, words="He takes her tablets.", about=heavy)
    yvonne = building.member(here.space, "Yvonne", facilitator=True)
    glass = ask_to_open(actor=here.philippa, concern=concern, why="Farzana is away until Monday.")
    return {
        here.comfort: ["care/", "care/rules/", "care/rules/suggest/?start=1", f"care/rules/{rule.pk}/", "care/mine/",
                       "care/where-to-turn/", "care/not-safe/", "care/safety/", f"care/safety/{concern.pk}/",
                       f"care/wrong/{heavy.pk}/", f"brought/{heavy.pk}/"],
        here.noreen: ["care/mine/", "care/who-read/", f"brought/{here.words.pk}/", f"care/appeal/{again.pk}/",
                      f"care/appeal/{held.pk}/"],
        here.zofia: ["care/", "care/worries/", f"care/worries/{worry.pk}/", f"care/worries/{worry.pk}/leave/",
                     f"care/worries/{worry.pk}/talk/", f"brought/{heavy.pk}/out-of-sight/?worry={worry.pk}"],
        here.philippa: ["", "care/", "care/people/", "care/where-to-turn/write/", f"care/rules/{rule.pk}/let-go/",
                        "care/out-of-sight/", f"brought/{here.words.pk}/out-of-sight/",
                        f"care/out-of-sight/with/{heavy.pk}/", f"care/look-again/{appeal.pk}/", "care/safety/",
                        f"care/safety/{concern.pk}/open/"],
        here.farzana: [f"care/safety/{concern.pk}/", "care/safety/"],
        yvonne: [f"care/safety/openings/{glass.pk}/"],
    }  # fmt: skip


@pytest.mark.parametrize("size", [TINY, DESK], ids=["tiny", "desk"])
def test_every_page_with_something_on_it(here, as_person, axe, shot, size):
    seen = 0
    for person, addresses in something_of_everything(here).items():
        page = as_person(person, size)
        for address in addresses:
            assert page.goto(f"/s/ours/{address}").status == 200, address
            look(page, axe, shot, f"{seen:02}-{person.chosen_name.lower()}")
            seen += 1
    page = as_person(here.noreen, size)
    page.goto("/told/")
    heading(page, "What you were told")
    look(page, axe, shot, "told")
