"""What a reader asked not to see is folded for them alone, and tells them nothing they did not know."""

import pytest
from django.db import IntegrityError, transaction

from coproduce.conversation.actions import fold_away, show_again
from coproduce.conversation.models import Muted
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.themes.models import Theme, ThemeLink
from tests.conversation.conftest import main_of, open_to_read

pytestmark = pytest.mark.django_db
FOLDED = "You asked not to see this. Show it once."


def listed(here, person):
    return here.read(person, "contributions:contributions")


def test_what_somebody_says_under_their_name_is_folded_in_list_page_and_thread(here, build):
    other = build.contribution(here.space, here.carl, "Lifts break.", answers=None)
    reply = build.contribution(here.space, here.ada, "Ramps would do.", answers=other, verb="builds_on")
    fold_away(actor=here.bea, space=here.space, said_by=here.words)
    for page in (listed(here, here.bea), here.page_of(here.bea, here.words)):
        assert FOLDED in page
        assert "Stairs" not in open_to_read(page)
        assert "Stairs" in main_of(page)  # nothing is lost
    assert "<title>Someone’s words" in here.page_of(here.bea, here.words)
    page = here.page_of(here.bea, other)
    assert "Lifts break." in open_to_read(page)
    assert "Ramps" not in open_to_read(page)
    assert "Lifts break." not in open_to_read(here.page_of(here.bea, reply)) or "Carl" in main_of(page)


@pytest.mark.parametrize("attribution", ["anonymous", "standpoint", "name"])
def test_words_without_that_name_are_not_folded_for_who_wrote_them(here, build, attribution):
    nameless = build.contribution(here.space, here.ada, "Nobody knows it is me.", ways="L", attribution=attribution)
    fold_away(actor=here.bea, space=here.space, said_by=here.words)
    page = listed(here, here.bea)
    assert page.count(FOLDED) == 1
    assert "Nobody knows it is me." in open_to_read(page)
    assert FOLDED not in here.page_of(here.bea, nameless)
    if attribution != "name":
        with pytest.raises(NotAllowed):
            fold_away(actor=here.bea, space=here.space, said_by=nameless)
        sheet = here.read(here.bea, "conversation:fold", ask=f"?about={nameless.pk}")
        assert "Ada" not in sheet


@pytest.mark.parametrize(
    ("asked", "folded"),
    [
        ("stair", True), ("STAIRS  are", True), ("tairs", False), ("worst", True), ("wor.t", False), ("lift", False),
    ],
)  # fmt: skip
def test_words_are_folded_by_how_a_word_begins(here, asked, folded):
    fold_away(actor=here.bea, space=here.space, phrase=asked)
    assert (FOLDED in listed(here, here.bea)) is folded
    assert (FOLDED in here.page_of(here.bea, here.words)) is folded


def test_words_with_a_note_are_folded_altogether(here, build):
    build.contribution(here.space, here.ada, "He did not come home.", content_note="Somebody dies in it")
    fold_away(actor=here.bea, space=here.space, note="dies")
    page = listed(here, here.bea)
    assert "Before you read: Somebody dies in it" in main_of(page)
    assert "Somebody dies" not in open_to_read(page)
    assert "Stairs are the worst" in open_to_read(page)


def test_a_theme_is_folded_wherever_its_words_stand(here):
    theme = Theme.objects.create(space=here.space, name="Getting about", proposed_by=here.ada)
    ThemeLink.objects.create(theme=theme, contribution=here.words, linked_by=here.ada)
    led = here.post(here.bea, "conversation:fold", ask=f"?theme={theme.pk}", what=str(theme.pk))
    assert led.url == here.url("conversation:quiet")
    for page in (
        listed(here, here.bea), here.page_of(here.bea, here.words), here.read(here.bea, "themes:theme", theme.pk),
    ):  # fmt: skip
        assert "Stairs" not in open_to_read(page)
    ThemeLink.objects.all().delete()
    assert FOLDED not in listed(here, here.bea)


def test_ones_own_words_are_never_folded(here):
    fold_away(actor=here.ada, space=here.space, phrase="stairs")
    assert FOLDED not in listed(here, here.ada)
    with pytest.raises(NotAllowed):
        fold_away(actor=here.ada, space=here.space, said_by=here.words)


def test_nobody_else_learns_of_it(here):
    others = (here.ada, here.carl, here.facilitator)
    before = {who: (main_of(listed(here, who)), main_of(here.page_of(who, here.words))) for who in others}
    events = Event.objects.count()
    here.post(here.bea, "conversation:fold", ask=f"?about={here.words.pk}", what="author")
    here.post(here.bea, "conversation:fold", what="word", text="worst")
    assert Muted.objects.count() == 2
    for who in others:
        assert (main_of(listed(here, who)), main_of(here.page_of(who, here.words))) == before[who]
        quiet = here.read(who, "conversation:quiet")
        assert "worst" not in quiet
        assert "Bea" not in quiet
        for one in Muted.objects.all():
            assert here.post(who, "conversation:show_again", one.pk).status_code == 404
            with pytest.raises(NotHere):
                show_again(actor=who, muted=one)
    assert Event.objects.count() == events


def test_it_is_shown_again_at_the_press_of_a_button(here):
    muted = fold_away(actor=here.bea, space=here.space, phrase="stairs")
    assert "stairs" in here.read(here.bea, "conversation:quiet")
    here.post(here.bea, "conversation:show_again", muted.pk)
    assert not Muted.objects.exists()
    assert FOLDED not in listed(here, here.bea)


def test_asking_twice_is_asking_once_and_the_sheet_asks_for_a_word(here):
    for _time in range(2):
        fold_away(actor=here.bea, space=here.space, phrase=" the   stairs ")
        fold_away(actor=here.bea, space=here.space, said_by=here.words)
    assert Muted.objects.count() == 2
    for text in ("", " ", "a"):
        assert here.post(here.bea, "conversation:fold", what="word", text=text).status_code == 422
    assert here.post(here.bea, "conversation:fold", what="author").status_code == 422


def test_the_database_keeps_one_thing_in_a_row(here):
    theme = Theme.objects.create(space=here.space, name="A", proposed_by=here.ada)
    mine = {"space": here.space, "person": here.bea}
    for wrong in (
        {}, {"phrase": "a", "note": "b"}, {"theme": theme, "phrase": "a"}, {"author": here.ada},
        {"author": here.ada, "attribution": "anonymous"}, {"author": here.bea, "attribution": "chosen"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Muted.objects.create(**mine, **wrong)


def test_the_name_of_what_is_folded_is_not_read_out_by_its_link(here):
    fold_away(actor=here.bea, space=here.space, phrase="stairs")
    assert "words you asked not to see" in open_to_read(listed(here, here.bea))


def test_who_folds_nothing_pays_one_query_and_who_does_three_at_most(here, build, django_assert_num_queries):
    for number in range(30):
        build.contribution(here.space, here.ada, f"Stairs {number}")
    url, client = here.url("contributions:contributions"), here.signed_in(here.bea)
    client.get(url)
    with django_assert_num_queries(8) as counted:
        client.get(url)
    assert sum('"conversation_' in one["sql"] for one in counted.captured_queries) == 1
    fold_away(actor=here.bea, space=here.space, phrase="stairs")
    theme = Theme.objects.create(space=here.space, name="A", proposed_by=here.ada)
    fold_away(actor=here.bea, space=here.space, theme=theme)
    with django_assert_num_queries(10):
        assert client.get(url).content.decode().count(FOLDED) == 25
    # Nobody is asked about visitors of a public space.
    here.space.privacy = "public"
    here.space.save()
    with django_assert_num_queries(2) as counted:
        here.signed_in(None).get(url)
    assert not any('"conversation_' in one["sql"] for one in counted.captured_queries)


def test_the_page_of_words_stays_within_its_queries(here, build, django_assert_max_num_queries):
    for number in range(50):
        build.contribution(here.space, here.ada, f"Stairs {number}", answers=here.words, verb="supports")
    client, url = here.signed_in(here.bea), here.url("contributions:contribution", here.words.pk)
    client.get(url)
    with django_assert_max_num_queries(15):
        client.get(url)
    fold_away(actor=here.bea, space=here.space, phrase="stairs")
    with django_assert_max_num_queries(17):
        assert client.get(url).content.decode().count(FOLDED) == 51
