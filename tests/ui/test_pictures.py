"""Every picture is one well-formed SVG with a name and a description, the same each time, whatever people wrote."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from coproduce.ui.pictures.agreement import Row, agreement_marks, people_a_mark
from coproduce.ui.pictures.balance import POSITIONS, Needed, balance, position_mark
from coproduce.ui.pictures.cloth import Cloth, cloth, few
from coproduce.ui.pictures.did import Event, did
from coproduce.ui.pictures.ends import ends
from coproduce.ui.pictures.figure import cut, settle, width_of, wrap
from coproduce.ui.pictures.growth import Growth, growth
from coproduce.ui.pictures.opinion import OpinionMap, Point, opinion_map
from coproduce.ui.pictures.reached import Reached, reached
from coproduce.ui.pictures.relations import Relations, Tie, lines_for, relations
from coproduce.ui.pictures.selvedge import mark, selvedge
from coproduce.ui.pictures.thread import VERBS, knots, side_threads, verb_mark
from coproduce.ui.pictures.values import Slope, Value, values_slope
from coproduce.ui.pictures.warp import Known, Warp, knowledge_warp
from coproduce.ui.pictures.weave import weave, weave_wide
from coproduce.ui.pictures.weave_data import Decision, More, Outcome, Route, Theme, Voice, Weave, routes
from coproduce.ways import LETTERS
from tests.ui.gallery import large_weave, small_weave

HOSTILE = "\"><script>alert('x')</script>&amp;\u202e ]]> <!-- ünï " + "w" * 300


def parsed(markup):
    """The markup as a tree. Fails when it is not well-formed."""
    return ElementTree.fromstring(f"<all>{markup}</all>")


def hostile_weave():
    return Weave(
        "w",
        [Voice("c", HOSTILE, HOSTILE, "LM", '#"><b>')],
        [Theme("t", HOSTILE, HOSTILE, True, "#t")],
        [Decision("d", HOSTILE, HOSTILE, "agreed", "#d")],
        [Outcome("o", HOSTILE, HOSTILE, "done", "#o")],
        [("c", "t"), ("t", "d"), ("d", "o")],
        [More("t", "P", 4)],
    )


DRAWN = {
    "cloth": lambda: cloth(Cloth("a", HOSTILE, "LCPROM", True, ["reached", "frayed"])),
    "empty cloth": lambda: cloth(Cloth("a", "nothing", "")),
    "growth": lambda: growth(
        Growth("g", HOSTILE, [[HOSTILE], ["x"]], [(way, i % 2) for i, way in enumerate(LETTERS)], 1, "frayed", 3)
    ),
    "no growth": lambda: growth(Growth("g", "nothing", [], [])),
    "did": lambda: did("LM", [Event(HOSTILE, HOSTILE, HOSTILE, '#"', HOSTILE)]),
    "agreement": lambda: agreement_marks([Row(HOSTILE, 3, 1, 0), Row("nobody", 0, 0, 0)]),
    "balance": lambda: balance([Needed("L", 2, HOSTILE), Needed("M", 40, "")]),
    "map": lambda: opinion_map(OpinionMap("m", [Point(i, i * i, i % 3 or None) for i in range(40)], ["", HOSTILE])),
    "empty map": lambda: opinion_map(OpinionMap("m", [], [])),
    "one place": lambda: opinion_map(OpinionMap("m", [Point(1, 1, 0)] * 9, [HOSTILE], (1, 1))),
    "reached": lambda: reached(Reached("r", HOSTILE, [Voice("c", HOSTILE, HOSTILE, "LM", "#c")])),
    "reached by nothing": lambda: reached(Reached("r", "x", [])),
    "relations": lambda: relations(Relations("r", HOSTILE, [HOSTILE] * 6, [Tie(0, 5, 9, "#"), Tie(1, 1, 90)])),
    "values": lambda: values_slope(Slope("v", HOSTILE, "a", "b", [Value(HOSTILE, None, 2.5), Value("x", 1, None)])),
    "no values": lambda: values_slope(Slope("v", "x", "a", "b", [])),
    "warp": lambda: knowledge_warp(Warp("w", [Known(way, 90 * i, 9 * i, "#") for i, way in enumerate(LETTERS)])),
    "weave": lambda: weave(hostile_weave()),
    "empty weave": lambda: weave(Weave("w", [], [], [], [], [])),
    "small weave": lambda: weave(small_weave()),
    "large weave": lambda: weave(large_weave()),
    "ends": ends,
    "selvedge": selvedge,
    "mark": mark,
    "knots": lambda: knots("MLX", 40),
    "threads": lambda: side_threads("LCPROM"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_well_formed_and_nothing_in_it_is_interpreted(name):
    markup = str(DRAWN[name]())
    tree = parsed(markup)
    assert not tree.findall(".//script")
    assert " style=" not in markup
    assert " onload" not in markup


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_input_gives_the_same_picture(name):
    assert str(DRAWN[name]()) == str(DRAWN[name]())


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_has_a_name_or_is_hidden_and_its_links_say_where_they_go(name):
    tree = parsed(DRAWN[name]())
    ids = {node.get("id") for node in tree.iter() if node.get("id")}
    for svg in tree.iter("svg"):
        if svg.get("aria-hidden") == "true":
            continue
        assert svg.find("title").text
        assert svg.find("desc").text
        assert {svg.get("aria-labelledby"), svg.get("aria-describedby")} <= ids
        assert svg.get("role") == ("group" if svg.findall(".//a") else svg.get("role"))
        for link in svg.iter("a"):
            assert link.get("aria-label").strip()
            assert link.get("href")


@pytest.mark.parametrize("name", DRAWN)
def test_ids_are_unique_within_a_picture(name):
    ids = [node.get("id") for node in parsed(DRAWN[name]()).iter() if node.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", [name for name in DRAWN if name not in {"empty weave"}])
def test_no_text_stands_outside_its_picture(name):
    for svg in parsed(DRAWN[name]()).iter("svg"):
        if not svg.get("viewBox") or "figure" not in svg.get("class", ""):
            continue
        _, _, width, height = (float(part) for part in svg.get("viewBox").split())
        for node in svg.iter("text"):
            assert -1 <= float(node.get("x")) <= width
            assert 0 <= float(node.get("y")) <= height + 4


def test_a_thread_goes_only_where_its_own_words_went():
    data = Weave(
        "w",
        [Voice("c1", "one", "a", "L"), Voice("c2", "two", "b", "P")],
        [Theme("t", "theme")],
        [Decision("d1", "names the words"), Decision("d2", "names the theme")],
        [Outcome("o", "after d1")],
        [("c1", "t"), ("c2", "t"), ("t", "d1"), ("c1", "d1"), ("t", "d2"), ("d1", "o")],
    )
    assert set(routes(data)) == {
        Route("c1", "L", "t", "d1", "o"),
        Route("c1", "L", "t", "d2", ""),
        Route("c2", "P", "t", "d2", ""),
    }


def test_an_outcome_that_no_decision_made_is_reached_from_the_theme():
    data = Weave(
        "w",
        [Voice("c", "x", "a", "C")],
        [Theme("t", "t")],
        [],
        [Outcome("o", "o", "", "unplanned")],
        [("c", "t"), ("t", "o")],
    )
    assert routes(data) == [Route("c", "C", "t", "", "o")]
    assert 'class="unplanned"' in weave_wide(data)


def test_what_was_not_agreed_is_frayed_and_named_in_full():
    data = Weave(
        "w",
        [Voice("c", "x", "a", "C")],
        [Theme("t", "t")],
        [Decision("d", "A pocket card", "", "not_agreed")],
        [],
        [("c", "t"), ("t", "d")],
    )
    drawn = weave_wide(data)
    assert 'class="fray"' in drawn
    assert "A pocket card" in drawn
    assert "w-decision" not in drawn


def test_two_ways_of_knowing_are_two_threads_of_one_link():
    tree = parsed(weave_wide(small_weave()))
    ged = next(link for link in tree.iter("a") if "Ged" in link.get("aria-label"))
    assert {node.get("class") for node in ged.iter("path")} >= {"tL", "tM"}
    assert len(ged.findall("circle")) == 2


def test_every_theme_decision_and_outcome_of_a_large_weave_is_named():
    data = large_weave()
    said = " ".join(re.sub(r"\s+", " ", "".join(parsed(weave_wide(data)).itertext())).split())
    for item in (*data.themes, *data.decisions, *data.outcomes):
        for word in item.name.split():
            assert word in said


def test_few_threads_hold_every_way_of_knowing_and_are_shared_by_number():
    assert few({"L": 12, "P": 3}, 5) == "LLLLP"
    assert few(dict.fromkeys(LETTERS, 1)) == LETTERS
    assert few({"L": 2, "C": 0}) == "LL"
    assert few({}) == ""


def test_beyond_sixty_people_a_row_one_mark_stands_for_several():
    assert people_a_mark([Row("a", 30, 20, 10)]) == 1
    assert people_a_mark([Row("a", 31, 20, 10), Row("b", 1, 0, 0)]) == 2
    assert people_a_mark([Row("a", 300, 0, 1)]) == 10
    many = parsed(agreement_marks([Row("a", 9000, 0, 1)]))
    assert len([node for node in many.iter() if node.get("class") == "m-agree"]) <= 60
    assert len([node for node in many.iter() if node.get("class") == "m-disagree"]) == 1


def test_a_tie_is_at_least_one_line_and_never_more_than_can_be_told_apart():
    assert [lines_for(count, 5, 12) for count in (0, 1, 10, 1000)] == [0, 1, 2, 12]


def test_a_map_of_many_people_keeps_to_few_marks_and_says_so():
    points = [Point((i * 37 % 1000) / 100, (i * 91 % 997) / 100, i % 2) for i in range(5000)]
    wide, narrow = parsed(opinion_map(OpinionMap("m", points, ["a", "b"]))).findall(".//svg")
    for svg, most in ((wide, 400), (narrow, 160)):
        assert len([node for node in svg.iter() if (node.get("class") or "").startswith("p-")]) <= most
        assert "several people" in " ".join(svg.itertext())


def test_where_you_are_is_written_where_nobody_stands():
    crowd = [Point(0.02 * i, 0.001 * (i % 3), 0) for i in range(1, 30)]
    edges = [Point(-1, -1, 0), Point(1, 1, 0)]
    wide, _narrow = parsed(opinion_map(OpinionMap("m", [*crowd, *edges], ["a"], (0, 0)))).findall(".//svg")
    cross = next(node for node in wide.iter() if node.get("class") == "you")
    words = next(node for node in wide.iter() if "you are here" in "".join(node.itertext()) and node.get("x"))
    x, y = (float(part) for part in cross.get("d").lstrip("M").split("h")[0].split())
    assert float(words.get("x")) < x or abs(float(words.get("y")) - y) > 15, "not over the crowd to its right"


def test_a_thread_of_the_warp_stands_for_more_when_there_are_many_and_says_so():
    one = "".join(parsed(knowledge_warp(Warp("w", [Known("L", 9, 3)]))).itertext())
    many = "".join(parsed(knowledge_warp(Warp("w", [Known("L", 90000, 3)]))).itertext())
    assert "One thread is about" not in one
    assert "One thread is about" in many


def test_labels_are_cut_and_wrapped_by_the_width_they_are_drawn_with():
    assert width_of("mmmm", 10) == pytest.approx(33.6)
    assert width_of("mmmm", 10, bold=True) > width_of("mmmm", 10)
    assert cut("short", 16, 200) == "short"
    long = cut("a long line of words that goes on", 16, 100)
    assert long.endswith("…")
    assert width_of(long, 16) <= 100
    assert wrap("Nobody has to say it in one breath", 17, 150, 3) == ["Nobody has to say", "it in one breath"]
    assert wrap("", 17, 100, 3) == []


def test_blocks_settle_near_what_they_want_without_touching():
    assert settle([50, 52], [20, 20], 0, 10) == [36, 66]
    centres = settle([10, 10, 10, 300], [40, 40, 40, 40], 0, 5)
    assert all(b - a >= 45 - 1e-9 for a, b in pairwise(centres))
    assert centres[0] >= 20
    assert centres[-1] == 300


def test_every_verb_and_position_has_a_drawing_of_its_own():
    assert len({verb_mark(verb) for verb in VERBS}) == 6
    assert verb_mark("shouts") == ""
    assert len({position_mark(kind) for kind in POSITIONS}) == 4


def test_the_two_times_above_a_slope_fit_beside_it_on_a_phone():
    winter = "Winter 2025 to 2026"
    drawn = str(values_slope(Slope("v", "Carers", winter, "Summer 2026", [Value("safety", 3, 2)])))
    wide, narrow = drawn.split("<svg")[1:3]
    assert winter in wide
    assert winter not in narrow  # in two lines: in one it began left of the picture
