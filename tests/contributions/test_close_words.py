"""Words for the people who facilitate alone: who reads them, who finds them, and who opens them to all."""

import uuid

import pytest
from django.utils import timezone

from coproduce.care.models import Reading
from coproduce.contributions.actions import answer_contribution, bring_contribution, open_to_all, put_aside
from coproduce.contributions.models import ContributionState, ContributionVersion
from coproduce.errors import NotAllowed, NotHere
from coproduce.spaces.models import Privacy
from tests import building
from tests.config.one_of_everything import World, ask
from tests.config.routes import ROUTES, in_a_space

pytestmark = pytest.mark.django_db

SECRET = "Kingfisher"


@pytest.fixture
def close(build):
    space = build.space()
    author = build.member(space, "Noreen")
    return bring_contribution(
        actor=author, space=space, words=f"{SECRET} said no.", content_note=f"{SECRET} note", citation=f"{SECRET} 2017",
        close=True,
    )  # fmt: skip


def read(client, contribution, rest=""):
    return client.get(f"/s/{contribution.space.slug}/brought/{contribution.pk}/{rest}")


def test_it_is_chosen_on_the_sheet_and_everyone_is_the_default(build, signed_in):
    space = build.space()
    client = signed_in(build.member(space))
    address = f"/s/{space.slug}/brought/bring/"
    page = client.get(address).content.decode()
    assert "Who may read it?" in page
    filled = {"words": "Only you.", "ways": ["L"], "attribution": "chosen", "kind": "story", "who_reads": "close"}
    answer = client.post(address, {**filled, "key": str(uuid.uuid4())})
    page = client.get(answer.url).content.decode()
    assert "Only you and the people who facilitate this space can read these words." in page
    assert "Only you." in client.get(f"/s/{space.slug}/did/").content.decode()
    assert "Only you." not in client.get(f"/s/{space.slug}/brought/").content.decode()
    opened = {"key": str(uuid.uuid4()), "depth": "open"}
    client.post(f"{answer.url}take-back/", opened)
    assert "Only you." in client.get(f"/s/{space.slug}/brought/").content.decode()
    other = client.post(address, {**filled, "words": "All of you.", "who_reads": "", "key": str(uuid.uuid4())})
    assert "All of you." in signed_in(build.member(space)).get(other.url).content.decode()


def test_facilitators_find_it_in_a_quiet_list_without_the_words_and_reading_is_on_record(build, signed_in, close):
    facilitator = close.space.opened_by
    client = signed_in(facilitator)
    quiet = client.get(f"/s/{close.space.slug}/brought/close/").content.decode()
    assert f"/brought/{close.pk}/" in quiet
    assert f"{SECRET} said no." not in quiet
    assert f"{SECRET} note" in quiet
    assert not Reading.objects.exists()
    assert f"{SECRET} said no." in read(client, close).content.decode()
    read(client, close)
    assert list(Reading.objects.values_list("reader", "contribution")) == [(facilitator.pk, close.pk)]
    assert facilitator.chosen_name in read(signed_in(close.author), close).content.decode()
    assert read(client, close, "changes/").status_code == 404
    assert read(signed_in(close.author), close, "changes/").status_code == 200
    member = signed_in(build.member(close.space))
    assert member.get(f"/s/{close.space.slug}/brought/close/").status_code == 403


def test_only_its_author_opens_it_and_nobody_closes_it_again(build, close):
    for person in (close.space.opened_by, build.member(close.space)):
        with pytest.raises(NotAllowed):
            open_to_all(actor=person, contribution=close)
    opened = open_to_all(actor=close.author, contribution=close)
    assert opened.state == ContributionState.VISIBLE


def test_put_aside_it_comes_back_as_close_as_it_was(signed_in, close):
    put_aside(actor=close.author, contribution=close)
    facilitator = signed_in(close.space.opened_by)
    assert read(facilitator, close).status_code == 200
    assert SECRET not in read(facilitator, close).content.decode()
    with pytest.raises(NotAllowed):
        open_to_all(actor=close.author, contribution=close)
    own = signed_in(close.author)
    own.post(f"/s/{close.space.slug}/brought/{close.pk}/take-back/", {"key": str(uuid.uuid4()), "depth": "back"})
    close.refresh_from_db()
    assert close.state == ContributionState.CLOSE


def test_an_answer_is_never_close_and_close_words_are_not_answered(build, close):
    with pytest.raises(NotHere):
        answer_contribution(actor=close.space.opened_by, answers=close, verb="supports", words="I hear you.")
    words = build.contribution(close.space, close.author, "Open words.")
    with pytest.raises(NotAllowed):
        answer_contribution(actor=close.author, answers=words, verb="supports", words="Psst.", close=True)


@pytest.fixture
def world(db):
    """One of everything, and close words of its author that are behind much of it, as no action would make it."""
    made = World()
    said = f"{SECRET} said no."
    words = building.contribution(
        made.space, made.author, said, state=ContributionState.CLOSE, content_note=f"{SECRET} note",
        citation=f"{SECRET} 2017", ways="LCPROM", kind="offer",
    )  # fmt: skip
    ContributionVersion.objects.create(
        contribution=words, number=2, words=f"{said} Twice.", written_by=made.author, written_at=timezone.now()
    )
    made.close = words
    return made


def leaks_to(world, client, role):
    found, asked = [], 0
    for name in in_a_space():
        for address in {world.address(name), *_about_it(world, name)}:
            for method in ("GET", "POST"):
                _response, text, _wrote = ask(client, method, address)
                asked += 1
                told = str(world.close.pk) in text and str(world.close.pk) not in address
                if SECRET in text or told:
                    found.append((role, method, address))
    return found, asked


def _about_it(world, name):
    return [world.address(name, contribution=world.close.pk)] if "contribution" in ROUTES[name][1].split() else []


@pytest.mark.slow
def test_no_page_shows_it_or_tells_that_it_is_there(world, signed_in):
    """To a member. What those outside find is asked of every route in ``test_every_route``."""
    found, asked = leaks_to(world, signed_in(world.people["member"]), "member")
    assert asked > 150
    assert found == []


@pytest.mark.slow
def test_in_a_public_space_too(world, signed_in):
    world.space.privacy = Privacy.PUBLIC
    world.space.save()
    assert leaks_to(world, signed_in(None), "visitor of a public space")[0] == []


def test_members_are_answered_as_if_it_were_not_there(world, signed_in):
    client = signed_in(world.people["member"])
    nothing = uuid.uuid4()
    for name in in_a_space():
        if "contribution" in ROUTES[name][1].split():
            for method in ("GET", "POST"):
                one, _text, _wrote = ask(client, method, world.address(name, contribution=world.close.pk))
                other, _text, _wrote = ask(client, method, world.address(name, contribution=nothing))
                assert one.status_code == other.status_code, (name, method)


def test_it_is_not_found_or_counted(world, signed_in):
    client = signed_in(world.people["member"])
    for words in (SECRET, "Kingfish", "note", "Twice"):
        assert "Nothing was found" in client.get("/find/", {"q": words, "in": world.space.slug}).content.decode()
    for person in (world.people["member"], world.people["facilitator"]):
        for page in ("brought/?kind=offer", "brought/?way=R&kind=offer"):
            assert "Nothing like that" in signed_in(person).get(f"/s/{world.space.slug}/{page}").content.decode()
    account = client.get(f"/s/{world.space.slug}/account/").content
    world.close.delete()
    assert client.get(f"/s/{world.space.slug}/account/").content == account
