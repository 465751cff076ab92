"""The sample pages, whole: as light as we promised, and without a fault that axe can find."""

import gzip
import re

import pytest

from tests.ui.gallery import STATIC, draw, pages

FIRST_VISIT = 60_000
FONTS = ("fonts/hyperlegible-next.woff2",)


def _sent(name):
    html = len(gzip.compress(draw(name).encode()))
    texts = sum(
        len(gzip.compress((STATIC / "coproduce" / one).read_bytes()))
        for one in ("coproduce.css", "js/leave.js", "js/forms.js", "mark.svg")
    )
    return html + texts + sum((STATIC / "coproduce" / font).stat().st_size for font in FONTS)


@pytest.mark.parametrize("name", pages())
def test_a_first_visit_is_light(name):
    assert _sent(name) < FIRST_VISIT


@pytest.mark.parametrize("name", pages())
def test_a_page_has_one_title_and_no_inline_script_or_style(name):
    page = draw(name)
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*src=)", page)
    assert not re.search(r" on[a-z]+=", page)


def test_the_font_is_small_and_its_licence_stands_beside_it():
    fonts = STATIC / "coproduce/fonts"
    assert (fonts / "hyperlegible-next.woff2").stat().st_size <= 28_000
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text().upper()


def test_each_script_is_short():
    for script in (STATIC / "coproduce/js").glob("*.js"):
        assert len(script.read_text().splitlines()) < 100
