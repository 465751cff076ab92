"""Someone who gives no name is named nowhere, and who wrote words down is named to nobody outside.

Every page that is reached by links from the front page of a space is read, by visitors and by members, with the
copy that any member may take.
"""

import html
import re
from urllib.parse import urljoin

import pytest

from coproduce.consent.models import Agreement, AgreementText
from coproduce.contributions.actions import answer_contribution, bring_contribution
from coproduce.decisions.actions import amend_proposal, propose, take_position
from coproduce.deliberation.actions import draw_statement, respond
from coproduce.outcomes.actions import say_good_enough, tell_outcome
from coproduce.people.models import Person
from coproduce.spaces.models import Membership, Standpoint
from coproduce.themes.actions import name_theme
from tests.config.bodies import readable

pytestmark = pytest.mark.slow

NAMELESS = ("Zenobia", "Quillfeather")
"""The names of someone who says much and never gives a name with it."""
SCRIBE = "Scrivener"
ONLY_COUNTED = "Beekeeper in the evenings"


def agrees(space, person):
    for use in ("quote", "attributed_quote"):
        text, _made = AgreementText.objects.get_or_create(
            space=space, use=use, version=1, defaults={"words": "?", "written_by": space.opened_by}
        )
        Agreement.objects.create(space=space, person=person, use=use, text=text, given=True)


def says_all_there_is_to_say(space, actor, person, attribution, *, first):
    """One of everything that somebody can say, in their own words or written down by ``actor``."""
    words = bring_contribution(
        actor=actor, author=person, space=space, words=f"Said {attribution}.", ways="L", attribution=attribution
    )
    answer_contribution(
        actor=actor, author=person, answers=first, verb="differs", words="No.", attribution=attribution, ways="L"
    )
    claim = draw_statement(actor=space.opened_by, space=space, words=f"Claim {attribution}", contributions=[words])
    for answer in (1, -1):
        respond(
            actor=actor, person=person, statement=claim, answer=answer, reason="Since.", attribution=attribution,
            values=["quiet"],
        )  # fmt: skip
    proposal = propose(
        actor=space.opened_by, space=space, title=f"Do {attribution}", words="It.", contributions=[words]
    )
    for kind in ("consent", "object"):
        take_position(
            actor=actor, person=person, proposal=proposal, kind=kind, reason="Because.", attribution=attribution
        )
    amend_proposal(actor=space.opened_by, proposal=proposal, words="It, better.", why="It was asked for.")
    name_theme(actor=space.opened_by, space=space, name=f"Theme {words.pk}", contributions=[words])
    outcome = tell_outcome(actor=space.opened_by, space=space, title=f"Came {attribution}", contributions=[words])
    for enough in (False, True):
        say_good_enough(
            actor=actor, person=person, outcome=outcome, contribution=words, answer=enough, words="So it is."
        )


@pytest.fixture
def space(build):
    return build.space(privacy="public", threshold=5)


@pytest.fixture
def everything(build, space):
    first = build.contribution(space, space.opened_by, "Who has a question?", ways="L")
    scribe = build.member(space, SCRIBE, facilitator=True)
    nameless = build.member(space, NAMELESS[0], ways="L")
    Person.objects.filter(pk=nameless.pk).update(full_name=" ".join(NAMELESS))
    Standpoint.objects.create(
        membership=Membership.objects.get(person=nameless), words=ONLY_COUNTED, way="C", visibility="counted"
    )
    helped = build.member(space, "Terry", account=False)
    for person in (nameless, helped, space.opened_by):
        agrees(space, person)
    says_all_there_is_to_say(space, nameless, nameless, "anonymous", first=first)
    says_all_there_is_to_say(space, nameless, nameless, "standpoint", first=first)
    says_all_there_is_to_say(space, scribe, helped, "chosen", first=first)
    says_all_there_is_to_say(space, scribe, helped, "anonymous", first=first)
    return first


def pages_of(client, space):
    """address -> what is there, for everything of the space that links lead to."""
    base = space.get_absolute_url()
    waiting, found = [base, f"{base}data/copy.jsonl"], {}
    while waiting:
        address = waiting.pop()
        if address in found or not address.startswith(base):
            continue
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[address] = text = readable(body)
        if answer.status_code == 302:
            waiting.append(answer["Location"])
        links = re.findall(r'(?:href|action)="([^"#]*)', text)
        waiting += [urljoin(address, html.unescape(link)) for link in links]
    return found


def named_at(pages, *names, but=()):
    return [
        address for address, text in pages.items()
        if any(name in text for name in names) and not any(part in address for part in but)
    ]  # fmt: skip


def test_visitors_find_no_name_of_the_nameless_nor_of_who_wrote_for_others(space, everything, signed_in):
    pages = pages_of(signed_in(None), space)
    assert len(pages) > 40
    assert named_at(pages, *NAMELESS) == []
    assert named_at(pages, SCRIBE) == []
    assert named_at(pages, ONLY_COUNTED) == []
    assert named_at(pages, "Terry") != []


def test_members_find_the_nameless_only_among_who_is_here(space, everything, build, signed_in):
    pages = pages_of(signed_in(build.member(space)), space)
    assert len(pages) > 60
    named = {address.removeprefix(space.get_absolute_url()).partition("?")[0] for address in named_at(pages, *NAMELESS)}
    # A letter says who has come to the space, as the list of members does; a charter may name any of them.
    here = {"members/", "ask/", "decisions/charter/"}
    assert {address for address in named if not address.startswith("letter/")} == here
    assert named_at(pages, NAMELESS[1]) == []
    assert named_at(pages, ONLY_COUNTED) == []


def whom_to_choose(text):
    """What stands to be chosen among people on a sheet."""
    return re.findall(r'<option value="([^"]*)"', text)


def test_whom_one_can_ask_is_the_same_whatever_it_is_about(space, everything, build, signed_in):
    pages = pages_of(signed_in(build.member(space)), space)
    sheets = {address: whom_to_choose(text) for address, text in pages.items() if "/ask/" in address}
    about = [choices for address, choices in sheets.items() if "about=" in address]
    assert len(about) > 3
    assert all(choices == about[0] for choices in about), "who is missing is whose words they are"


LISTS = ("/ask/", "/care/not-safe/", "/decisions/charter/")
"""Sheets on which somebody is chosen by name, among all who are here."""


def test_no_address_or_mark_in_a_page_is_a_person(space, everything, build, signed_in):
    people = {str(pk) for pk in Person.objects.values_list("pk", flat=True)}
    people |= {str(pk) for pk in Membership.objects.values_list("pk", flat=True)}
    for client in (signed_in(None), signed_in(build.member(space))):
        pages = pages_of(client, space)
        found = [address for address, text in pages.items() if any(pk in text or pk in address for pk in people)]
        assert [address for address in found if not any(sheet in address for sheet in LISTS)] == []
