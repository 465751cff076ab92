"""Nothing new is made of words whose author ended their use: every action that could refuses, every picker leaves them
out, and nothing that leaves the space holds them. What was made before stays."""

import io
import json
import re
import zipfile

import pytest

from coproduce.consent.models import Agreement, AgreementText
from coproduce.contributions.actions import (
    acknowledge_contribution,
    allow_use,
    answer_contribution,
    end_use,
    put_aside,
    reframe_from_contributions,
)
from coproduce.contributions.use import UseEnded
from coproduce.decisions.actions import propose
from coproduce.deliberation.actions import draw_statement
from coproduce.errors import NotHere, Refused
from coproduce.finding.queries import Asked, found_in
from coproduce.outcomes.actions import tell_outcome
from coproduce.spaces.access import Place, membership_of
from coproduce.themes.actions import (
    add_coding_note,
    link_contribution,
    link_many,
    merge_themes,
    move_links,
    name_theme,
    split_theme,
)
from coproduce.themes.models import ThemeLink
from coproduce.themes.passages import Stretch

pytestmark = pytest.mark.django_db

WORDS = "The heron stood in the car park."


@pytest.fixture
def world(build):
    """A space with words that are in a theme already, and another theme beside it."""

    class World:
        space = build.space(privacy="public")
        author = build.member(space, "Noreen")
        member = build.member(space, "Alison")
        words = build.contribution(space, author, WORDS, ways="L")
        other = build.contribution(space, member, "Something else was said.")
        theme = name_theme(actor=member, space=space, name="Herons", contributions=[words])
        empty = name_theme(actor=member, space=space, name="Ponds")
        claim = draw_statement(actor=member, space=space, words="Herons park badly.", contributions=[words])

    for use in ("quote", "attributed_quote", "research_data", "reuse", "archive"):
        text = AgreementText.objects.create(
            space=World.space, use=use, version=1, words="May we?", written_by=World.space.opened_by
        )
        Agreement.objects.create(space=World.space, person=World.author, use=use, text=text, given=True)
    return World


def making(world):
    """Every action that makes something new of words, by name, ready to be called."""
    here = {"actor": world.member, "space": world.space}
    words, theme = world.words, world.theme
    held = ThemeLink.objects.filter(theme=theme)
    return {
        "name a theme": lambda: name_theme(**here, name="Birds", contributions=[words]),
        "put with a theme": lambda: link_contribution(actor=world.member, theme=world.empty, contribution=words),
        "put a passage with it": lambda: link_contribution(
            actor=world.member, theme=world.empty, contribution=words, passage=Stretch(4, 9)
        ),
        "put many with themes": lambda: link_many(**here, rows=[(world.empty, words)]),
        "move it on the board": lambda: move_links(**here, cards=[(words, None)], to=world.empty),
        "begin a theme out of one": lambda: split_theme(
            actor=world.member, theme=theme, name="Grey ones", links=list(held), why="They are."
        ),
        "draw a claim": lambda: draw_statement(**here, words="Herons park.", contributions=[words]),
        "propose": lambda: propose(**here, title="A pond", words="We dig it.", contributions=[words]),
        "tell what came of it": lambda: tell_outcome(**here, title="A pond", contributions=[words]),
        "change the question": lambda: reframe_from_contributions(
            **here, words="Whose pond?", why="The heron.", contributions=[words]
        ),
    }


def refusal_of(act):
    """How an action refuses, or None where it did what it should not."""
    try:
        act()
    except Refused as refused:
        return type(refused)
    return None


def test_every_action_that_makes_something_of_words_refuses(world):
    end_use(actor=world.author, contribution=world.words)
    assert {name: refusal_of(act) for name, act in making(world).items()} == dict.fromkeys(making(world), UseEnded)


def test_none_of_them_makes_anything_of_words_put_aside(world):
    put_aside(actor=world.author, contribution=world.words)
    assert {name: refusal_of(act) for name, act in making(world).items()} == dict.fromkeys(making(world), NotHere)


@pytest.mark.parametrize("name", ["name a theme", "put with a theme", "draw a claim", "propose", "change the question"])
def test_allowed_again_it_is_done(world, name):
    end_use(actor=world.author, contribution=world.words)
    allow_use(actor=world.author, contribution=world.words)
    making(world)[name]()


def test_a_page_opened_before_does_not_go_round_it(world):
    opened = world.words
    assert opened.use_ended_at is None
    end_use(actor=world.author, contribution=world.words)
    with pytest.raises(UseEnded):
        link_contribution(actor=world.member, theme=world.empty, contribution=opened)


def test_what_was_made_stays_and_themes_may_be_merged(world, signed_in):
    end_use(actor=world.author, contribution=world.words)
    into = merge_themes(actor=world.member, theme=world.theme, into=world.empty, why="The same.")
    client = signed_in(world.member)
    assert WORDS in client.get(into.get_absolute_url()).content.decode()
    assert WORDS in client.get(world.claim.get_absolute_url()).content.decode()


def test_it_is_still_talked_about(world):
    end_use(actor=world.author, contribution=world.words)
    answer_contribution(actor=world.member, answers=world.words, verb="supports", words="I saw it too.")
    acknowledge_contribution(actor=world.member, contribution=world.words)
    add_coding_note(actor=world.member, contribution=world.words, theme=world.theme, words="Is it a heron?")


PICKERS = ("themes/name/", "views/draw/", "decisions/propose/", "outcomes/tell/", "themes/board/")


@pytest.mark.parametrize("page", PICKERS)
def test_pickers_leave_them_out(world, signed_in, page):
    client = signed_in(world.member)
    ThemeLink.objects.all().delete()
    address = f"/s/{world.space.slug}/{page}"
    before = client.get(address).content.decode()
    assert str(world.words.pk) in before
    assert str(world.other.pk) in before
    end_use(actor=world.author, contribution=world.words)
    after = client.get(address).content.decode()
    assert str(world.words.pk) not in after
    assert str(world.other.pk) in after


def test_they_are_not_chosen_by_the_address_either(world, signed_in):
    end_use(actor=world.author, contribution=world.words)
    client, pk = signed_in(world.member), world.words.pk
    for page in (f"views/draw/?from={pk}", f"decisions/propose/?from={pk}"):
        assert f'value="{pk}"' not in client.get(f"/s/{world.space.slug}/{page}").content.decode()
    for page in (f"themes/link/{pk}/", f"brought/{pk}/reframe/"):
        refused = client.get(f"/s/{world.space.slug}/{page}")
        assert refused.status_code == 403
        assert "nothing new from them" in refused.content.decode()
    split = client.get(f"{world.theme.get_absolute_url()}split/").content.decode()
    assert f'value="{pk}"' not in split


def test_visitors_no_longer_see_them_and_members_do(world, signed_in):
    visitor, member = signed_in(None), signed_in(world.member)
    address = world.words.get_absolute_url()
    assert WORDS in visitor.get(address).content.decode()
    end_use(actor=world.author, contribution=world.words)
    assert visitor.get(address).status_code == 404
    for page in ("brought/", "themes/", "weave/", "account/", f"themes/{world.theme.pk}/", "views/"):
        answer = visitor.get(f"/s/{world.space.slug}/{page}")
        assert "heron stood" not in answer.content.decode()
    assert WORDS in member.get(address).content.decode()
    assert found(Place(world.space, None, None)) == 0
    assert found(Place(world.space, world.member, membership_of(world.member, world.space.pk))) == 1


def found(place):
    return sum(one.what == "contribution" for one in found_in([place], Asked(words="heron stood")).rows)


def test_no_copy_or_export_holds_them(world, signed_in):
    taken = {}
    for ended in (False, True):
        if ended:
            end_use(actor=world.author, contribution=world.words)
        client = signed_in(world.space.opened_by)
        page = client.get(f"/s/{world.space.slug}/data/").content.decode()
        addresses = [f"/s/{world.space.slug}/data/copy.jsonl", *kinds_offered(world, page)]
        taken[ended] = {address: body_of(client.get(address)) for address in addresses}
    holding = {address for address, text in taken[False].items() if "heron stood" in text}
    assert f"/s/{world.space.slug}/data/copy.jsonl" in holding
    assert len(holding) > 2
    for address, text in taken[True].items():
        assert "heron stood" not in text, address
    records = [json.loads(line) for line in taken[True][f"/s/{world.space.slug}/data/copy.jsonl"].splitlines()]
    assert str(world.words.pk) not in str([one for one in records if one["record"] in ("contribution", "theme_link")])


def kinds_offered(world, page):
    return sorted(set(re.findall(rf'href="(/s/{world.space.slug}/data/file/[^"]+)"', page)))


def body_of(response):
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return raw.decode("utf-8", "replace")
