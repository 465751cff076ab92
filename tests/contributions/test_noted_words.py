"""Words with a note to read first are folded wherever they show: on every page that a member can open."""

from html.parser import HTMLParser

import pytest

from coproduce.contributions.models import Contribution, ContributionVersion, FramingSource
from coproduce.decisions.models import ProposalSource
from coproduce.spaces.models import Framing
from coproduce.themes.models import ThemeLink
from tests import building
from tests.config.one_of_everything import World
from tests.config.routes import in_a_space

pytestmark = pytest.mark.django_db

SECRET = "Wagtail"
WRITING = {"contributions:revise", "contributions:describe"}
"""Where the author has their own words in front of them to change."""


class Unfolded(HTMLParser):
    """Where a text stands in a page outside of what is folded. Titles of drawings and names of links count too."""

    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}

    def __init__(self, secret):
        super().__init__()
        self.secret, self.open_tags, self.found = secret, [], []

    def handle_starttag(self, tag, attrs):
        self.attributes(tag, attrs)
        if tag not in self.VOID:
            self.open_tags.append((tag, "open" in dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.attributes(tag, attrs)

    def attributes(self, tag, attrs):
        for name, value in attrs:
            if self.secret in (value or ""):
                self.say(f"{tag} {name}={value[:60]}")

    def handle_endtag(self, tag):
        while self.open_tags and self.open_tags.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.secret in data:
            self.say(f"{'/'.join(tag for tag, _open in self.open_tags[-4:])}: {data.strip()[:60]}")

    def say(self, where):
        inside = [tag for tag, is_open in self.open_tags if tag == "details" and not is_open]
        in_summary = any(tag == "summary" for tag, _open in self.open_tags)
        if not inside or in_summary:
            self.found.append(where)


@pytest.fixture
def world(db):
    made = World()
    said = {"words": f"{SECRET} fell from the sky.", "content_note": "A bird falls"}
    Contribution.objects.filter(pk=made.words.pk).update(**said)
    ContributionVersion.objects.filter(contribution=made.words).update(words=said["words"])
    answer = building.contribution(
        made.space, made.author, f"{SECRET} fell again.", answers=made.words, verb="builds_on", content_note="Again"
    )
    framing = Framing.objects.create(space=made.space, number=2, words="Why?", framed_by=made.author)
    FramingSource.objects.create(framing=framing, contribution=made.words)
    ProposalSource.objects.create(proposal_id=made.named["proposal"], contribution=made.words)
    ThemeLink.objects.create(theme=made.theme, contribution=answer, linked_by=made.author, start=0, end=7)
    made.people["author"] = made.author
    return made


@pytest.mark.slow
@pytest.mark.parametrize("role", ["member", "facilitator", "author"])
def test_words_with_a_note_are_folded_on_every_page(world, signed_in, role):
    client, wrong, seen = signed_in(world.people[role]), [], 0
    for name in in_a_space():
        if name in WRITING:
            continue
        response = client.get(world.address(name))
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            continue
        page = Unfolded(SECRET)
        page.feed(response.content.decode())
        seen += SECRET in response.content.decode()
        wrong += [(name, where) for where in page.found]
    assert seen > 10
    assert wrong == [], "\n".join(map(str, wrong))
