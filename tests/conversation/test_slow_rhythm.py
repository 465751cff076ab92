"""The list can be read in the order in which things were said, page by page, and leads to a gentle few."""

import re
from datetime import date, timedelta

import pytest

pytestmark = pytest.mark.django_db


def test_every_page_follows_in_the_order_it_was_said(here):
    first = date(2025, 1, 1)
    for number in range(60):
        here.build.contribution(here.space, here.ada, f"Number {number:02}.", said_on=first + timedelta(days=number))
    client, url, found = here.signed_in(here.bea), here.url("contributions:contributions") + "?order=said", []
    pages = 0
    while url:
        page = client.get(url).content.decode()
        pages += 1
        found += re.findall(r"<p[^>]*>Number (\d\d)\.</p>", page)
        onward = re.search(r'href="(\?[^"]+)" rel="next">What was said after that', page)
        url = here.url("contributions:contributions") + onward.group(1).replace("&amp;", "&") if onward else ""
    assert found == [f"{number:02}" for number in range(60)]
    assert pages == 3
    newest = client.get(here.url("contributions:contributions")).content.decode()
    assert re.findall(r"Number (\d\d)\.</p>", newest) == [f"{number:02}" for number in range(59, 35, -1)]


@pytest.mark.parametrize("order", ["", "newest", "said;", "\0", "SAID"])
def test_any_other_order_is_the_usual_one(here, order):
    page = here.signed_in(here.bea).get(here.url("contributions:contributions"), {"order": order}).content.decode()
    assert '<option value="" selected>What was said last first' in page


def test_the_list_leads_to_a_few(here):
    assert here.url("conversation:a_few") in here.read(here.bea, "contributions:contributions")
