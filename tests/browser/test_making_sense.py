"""From what people brought to a theme, to how they see it."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import DESK, WALKED
from tests.browser.steps import bring, fits, follow, heading, open_space, press, tick, write

SAID = [
    "The night nurse hums. When she stops I know that it is bad. Nobody wrote the humming down.",
    "On nights there are two of us for thirty beds. I hum so that they can hear where I am.",
    "My mother slept when the humming came down the corridor, and lay awake when it did not.",
]


def three_things(page, question):
    slug = open_space(page, question, "Nights")
    return slug, [
        bring(page, slug, words, way=way) for words, way in zip(SAID, ("I live", "I practise", "I care"), strict=True)
    ]


@WALKED
# long because one theme is followed from page to page, each standing on the one before
def test_a_theme_is_named_given_a_passage_renamed_merged_and_split(visit, shot, size, scripts):  # noqa: PLR0915
    page = visit(size, "noreen", java_script_enabled=scripts)
    slug, brought = three_things(page, "What do nights sound like?")
    main = page.get_by_role("main")

    page.goto(f"/s/{slug}/themes/")
    shot(page, "themes-empty")
    follow(page, re.compile("Name (a|the first) theme"))
    write(page, "What would you call it?", "The humming")
    tick(page, "On nights there are two of us")
    tick(page, "My mother slept when")
    shot(page, "name-theme")
    fits(page)
    press(page, "Name this theme")
    heading(page, "The humming")
    expect(main).to_contain_text("My mother slept")
    theme = page.url
    shot(page, "theme")
    fits(page)

    page.goto(brought[0])
    follow(page, "Put them with a theme")
    passage = "Nobody wrote the humming down."
    if scripts:
        expect(page.get_by_text("Select a piece of the words")).to_be_visible()
        select(page, passage)
        expect(page.get_by_role("textbox", name="Which passage?")).to_have_value(passage)
    else:
        write(page, "Which passage?", passage)
    page.get_by_label("Which theme?").select_option(label="The humming")
    shot(page, "link")
    fits(page)
    press(page, "Put them there")
    page.goto(theme)
    expect(main.locator("mark", has_text=passage)).to_be_visible()
    page.goto(brought[0])
    expect(main.locator("mark")).to_contain_text(passage)
    shot(page, "contribution-with-passage")
    fits(page)

    page.goto(theme)
    follow(page, "Rename it")
    write(page, "What shall it be called?", "Hearing each other at night")
    write(page, "Why?", "It is not only the humming.")
    press(page, "Rename it")
    heading(page, "Hearing each other at night")
    expect(main).to_contain_text("The humming")

    follow(page, "Split it")
    write(page, "What shall the new theme be called?", "Two for thirty beds")
    tick(page, "On nights there are two of us")
    write(page, "Why?", "That is about how many they are.")
    shot(page, "split")
    fits(page)
    press(page, "Split it")
    page.goto(f"/s/{slug}/themes/")
    shot(page, "themes-few")
    fits(page)
    follow(page, "Two for thirty beds")
    expect(main).to_contain_text("On nights there are two of us")

    follow(page, "Make it part of another")
    page.get_by_label("Which theme does it belong to?").select_option(label="Hearing each other at night")
    write(page, "Why?", "It is the same thing after all.")
    press(page, "Merge them")
    page.goto(f"/s/{slug}/themes/")
    follow(page, "Hearing each other at night")
    for words in ("On nights there are two of us", "My mother slept", passage):
        expect(main).to_contain_text(words)
    fits(page)


def select(page, passage):
    """Draw the mouse over a passage, as a person would."""
    page.evaluate(
        """(passage) => {
            const holder = document.querySelector("[data-passage-from]");
            const walk = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) {
                const at = walk.currentNode.data.indexOf(passage);
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(walk.currentNode, at);
                range.setEnd(walk.currentNode, at + passage.length);
                getSelection().removeAllRanges();
                getSelection().addRange(range);
            }
        }""",
        passage,
    )


@WALKED
def test_a_claim_is_drawn_from_words_and_people_say_how_they_see_it(visit, shot, size, scripts):
    page = visit(size, "noreen", java_script_enabled=scripts)
    slug, _brought = three_things(page, "Who hears whom at night?")
    main = page.get_by_role("main")
    page.goto(f"/s/{slug}/views/")
    follow(page, "Draw a claim from somebody’s words")
    write(page, "What is the claim?", "A ward should be heard at night.")
    write(page, "Which words do you look for?", "mother")
    press(page, "Look")
    tick(page, "My mother slept when")
    shot(page, "draw")
    fits(page)
    press(page, "Put it to everyone")
    heading(page, "A ward should be heard at night.")

    page.goto(f"/s/{slug}/views/say/")
    heading(page, "A ward should be heard at night.")
    shot(page, "say")
    fits(page)
    page.get_by_text("Say why, or how much it matters").click()
    write(page, "Would you like to say why?", "Silence is not rest.")
    write(page, "Something else that matters here", "being heard")
    press(page, "I agree")
    shot(page, "say-done")
    follow(page, "See how we see it")
    shot(page, "views-new")
    fits(page)
    follow(page, "Every claim")
    follow(page, "A ward should be heard at night.")
    expect(main).to_contain_text("You agree.")
    expect(main).to_contain_text("Silence is not rest.")
    expect(main).to_contain_text("being heard")
    follow(page, "Change your answer")
    press(page, "I disagree")
    expect(main).to_contain_text("You disagree.")


def test_where_many_answered_agreement_is_shown_with_the_same_as_a_table(visit, site, shot):
    page = visit(DESK, "noreen")
    page.goto(f"/s/{site.slug}/views/")
    main = page.get_by_role("main")
    expect(main.locator("svg").first).to_be_visible()
    shot(page, "views")
    main.get_by_text("The same as a table, and how it was made").first.click()
    expect(main.get_by_role("table").first).to_be_visible()
    expect(main.get_by_role("heading", name="Those who disagree say").first).to_be_visible()
