"""Where a facilitator writes down what somebody else said, the page asks about them and never about "my words"."""

import re
from html import unescape

import pytest
from django.urls import reverse

from coproduce.decisions.actions import propose
from coproduce.deliberation.models import Statement

pytestmark = pytest.mark.django_db

SPEAKS_TO_THE_READER = re.compile(
    r"\bmy words|\byour (own )?words|\bI live with it\b(?! Someone)|do you (know|stand|see|speak)|your name appear"
    r"|call you\?|for you\?|\bI agree\b|you choose|what you bring",
    re.IGNORECASE,
)


@pytest.fixture
def written_for(build, signed_in):
    """``written_for(name)`` is the text of a page on which a facilitator writes for Terry."""
    space = build.space()
    terry = build.member(space, "Terry", account=False)
    words = build.contribution(space, terry, "The stairs are too many.", recorder=space.opened_by)
    claim = Statement.objects.create(space=space, words="Stairs matter.", drawn_by=space.opened_by)
    proposal = propose(actor=space.opened_by, space=space, title="A lift", words="A lift.", contributions=[words])
    membership = space.memberships.get(person=terry)
    addresses = {
        "bring in": reverse("spaces:add_member", args=[space.slug]),
        "describe": reverse("spaces:describe_for", args=[space.slug, membership.pk]),
        "write down": reverse("contributions:write_down", args=[space.slug]),
        "revise": reverse("contributions:revise", args=[space.slug, words.pk]),
        "take back": reverse("contributions:withdraw", args=[space.slug, words.pk]),
        "agree": reverse("consent:agreements_for", args=[space.slug, membership.pk]),
        "stand": reverse("decisions:position", args=[space.slug, proposal.pk]) + f"?for={terry.pk}",
        "see": reverse("deliberation:say_to", args=[space.slug, claim.pk]) + f"?for={terry.pk}",
    }
    client = signed_in(space.opened_by)

    def text(name):
        answer = client.get(addresses[name])
        assert answer.status_code == 200, name
        main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
        main = re.sub(
            r'<ul class="legend.*?</ul>', "", main, flags=re.DOTALL
        )  # what the threads mean, everywhere the same
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())

    return text


PAGES = ["bring in", "describe", "write down", "revise", "take back", "stand", "see"]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_asks_about_them(written_for, name):
    said = written_for(name)
    assert not SPEAKS_TO_THE_READER.findall(said), said


def test_agreements_are_read_out_word_for_word_and_the_rest_speaks_of_them(written_for):
    said = written_for("agree")
    assert "What may become of the words of Terry?" in said
    assert "Nothing is ticked for them." in said
    assert "for you" not in said.replace("Get in touch", "")


def test_a_member_is_still_asked_about_themselves(build, signed_in):
    space = build.space()
    client = signed_in(build.member(space))
    page = client.get(reverse("spaces:describe", args=[space.slug])).content.decode()
    assert "In your own words" in page
    assert "Shown with my words" in page
    assert "I live with it" in client.get(reverse("contributions:bring", args=[space.slug])).content.decode()
