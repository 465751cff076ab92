"""A space with a few people in it, and the shortest ways to press its buttons."""

import re
import uuid

import pytest
from django.urls import reverse


class Here:
    """A space and pages of it as each of its people sees them."""

    def __init__(self, build, signed_in):
        self.build, self.signed_in = build, signed_in
        self.space = build.space(slug="here", name="Quiet Space")
        self.facilitator = self.space.opened_by
        self.ada = build.member(self.space, "Ada")
        self.bea = build.member(self.space, "Bea", ways="C")
        self.carl = build.member(self.space, "Carl", ways="M")
        self.words = build.contribution(self.space, self.ada, "Stairs are the worst of it.", ways="L")

    def url(self, name, *args, ask=""):
        return reverse(name, args=[self.space.slug, *args]) + ask

    def get(self, person, name, *args, ask=""):
        return self.signed_in(person).get(self.url(name, *args, ask=ask))

    def read(self, person, name, *args, ask=""):
        answer = self.get(person, name, *args, ask=ask)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def post(self, who, name, /, *args, ask="", key=None, **filled):
        body = {"key": key or str(uuid.uuid4()), **filled}
        return self.signed_in(who).post(self.url(name, *args, ask=ask), body)

    def page_of(self, person, words):
        return self.read(person, "contributions:contribution", words.pk)


@pytest.fixture
def here(build, signed_in):
    return Here(build, signed_in)


def main_of(html):
    """What a page says in its main part, without tags: for looking whether something is told."""
    main = re.search(r"<main.*?</main>", html, re.DOTALL).group(0)
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def open_to_read(html):
    """The main part without what is folded away."""
    main = re.search(r"<main.*?</main>", html, re.DOTALL).group(0)
    while "<details" in main:
        # The innermost first, for a fold in a fold.
        main = re.sub(r"<details(?:(?!<details).)*?</details>", " ", main, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())
