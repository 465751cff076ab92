"""Sample pages with fixed data, for looking at and for checking: ``python -m tests.ui.gallery FOLDER``."""

import math
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.template import engines
from django.urls import set_urlconf

from coproduce.ui.pictures.agreement import Row, agreement_marks
from coproduce.ui.pictures.balance import Needed, balance
from coproduce.ui.pictures.cloth import Cloth, cloth
from coproduce.ui.pictures.did import Event, did
from coproduce.ui.pictures.opinion import OpinionMap, Point, opinion_map
from coproduce.ui.pictures.reached import Reached, reached
from coproduce.ui.pictures.relations import Relations, Tie, relations
from coproduce.ui.pictures.values import Slope, Value, values_slope
from coproduce.ui.pictures.warp import Known, Warp, knowledge_warp
from coproduce.ui.pictures.weave import weave
from coproduce.ui.pictures.weave_data import Decision, More, Outcome, Theme, Voice, Weave

HERE = Path(__file__).parent / "gallery"
STATIC = Path(__file__).parents[2] / "src/coproduce/ui/static"
SPACE = SimpleNamespace(name="Living with breathlessness", slug="breathlessness")
STORY = (
    "I am breathless. I am not an asthma patient or a COPD patient. I have been to both clinics. At one they said "
    "my lungs were not bad enough, at the other they said it was the wrong kind of bad.\n\n"
    "Nobody asked me what I cannot do. I cannot carry my granddaughter up to bed. Half the men at the domino club "
    "are the same, and not one of them could tell you the name of it."
)


class Start(forms.Form):
    start = forms.CharField(
        label="What do you know about this?",
        widget=forms.Textarea,
        help_text="You choose how your name appears each time.",
    )


class Bring(forms.Form):
    words = forms.CharField(
        label="Your words",
        widget=forms.Textarea,
        help_text="A story, a question, a worry. As long or short as you like.",
    )
    ways = forms.MultipleChoiceField(
        label="How do you know this?",
        help_text="As many as are true. None counts for more.",
        widget=forms.CheckboxSelectMultiple,
    )
    attribution = forms.ChoiceField(
        label="How shall your name appear this time?",
        choices=[
            ("name", "Delroy Campbell"),
            ("chosen", "Delroy"),
            ("standpoint", "Someone who lives with it"),
            ("anonymous", "No name at all"),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Should people know something before they read it?",
        required=False,
        help_text="For example: it speaks of a death. You can leave this empty.",
    )
    key = forms.CharField(widget=forms.HiddenInput, initial="k")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from coproduce.ways import WAYS

        super().__init__(*args, **kwargs)
        self.fields["ways"].choices = [(way.letter, way.says) for way in WAYS]
        self.fields["attribution"].choice_hints = {
            "name": "your full name",
            "chosen": "the name you gave us",
            "standpoint": "no name, but how you know",
        }


def _reply(*said: str) -> SimpleNamespace:
    return SimpleNamespace(**dict(zip(("who", "verb", "says", "ways", "words", "by"), said, strict=True)))


REPLIES = [
    _reply(
        "Siobhan",
        "builds_on",
        "builds on",
        "PC",
        "On the ward I teach slow breathing. Nobody can do it while they are frightened.",
        "Respiratory nurse, and a daughter.",
    ),
    _reply(
        "Graham",
        "differs",
        "sees it differently",
        "O",
        "I am paid by the diagnosis. If we drop the names, two budgets have no owner.",
        "Service manager.",
    ),
    _reply("Anika", "supports", "supports", "R", "We asked 412 people who get breathless.", "Researcher."),
    _reply(
        "Maureen",
        "reframes",
        "reframes",
        "C",
        "You say what he cannot do. May I say what we cannot do? We have not slept in the same room since Easter.",
        "Cares for her husband. By post.",
    ),
    _reply("Bilal", "questions", "asks about", "M", "Who would it be for?", "For the men at the club."),
    _reply("Ruth", "answers", "answers", "OR", "For anybody who stops on the stairs.", "Manages a clinic."),
]


def small_weave() -> Weave:
    said = [
        ("I have to show savings by March.", "Graham", "O", "worth"),
        ("Each letter costs £1.10. Few are read.", "Ruth", "O", "letters"),
        ("A third had no single diagnosis.", "Anika", "R", "breath"),
        ("I am not an asthma patient or a COPD patient.", "Delroy", "LM", "breath"),
        ("At my dad’s kitchen table I found out", "Siobhan", "P", "breath"),
        ("Two clinics, two coats, one pair of lungs.", "Ines", "L", "breath"),
        ("It says COPD. I put it in the drawer.", "no name", "L", "letters"),
        ("At three I count his breaths.", "Maureen", "C", "night"),
        ("My good day is not your saved bed.", "Ines", "L", "worth"),
        ("Nobody rings the ward at night.", "a night nurse", "P", "night"),
        ("I’ve named every lamp post.", "by post", "L", "breath"),
        ("I rang my own mum at four.", "Siobhan", "C", "night"),
        ("Days lived as you’d like can be counted.", "Anika", "R", "worth"),
        ("Who would I wake?", "by post", "L", "night"),
        ("The men say they are tying their shoes.", "Bilal", "M", "stairs"),
        ("I carry the oxygen up. Then him.", "Samira", "C", "stairs"),
    ]
    voices = [Voice(f"c{i}", words, who, ways, f"#c{i}") for i, (words, who, ways, _) in enumerate(said)]
    links = [(f"c{i}", theme) for i, (*_, theme) in enumerate(said)]
    links += [("worth", "count"), ("c0", "count"), ("c8", "count"), ("c12", "count")]
    links += [("letters", "ask"), ("c3", "ask"), ("c10", "ask"), ("c2", "one"), ("c4", "one"), ("c5", "one")]
    links += [("c7", "phone"), ("c9", "phone"), ("count", "saved"), ("ask", "letter"), ("one", "clinic")]
    links += [("c11", "ring"), ("c13", "ring")]
    return Weave(
        "weave",
        voices,
        [
            Theme("worth", "What it is worth", "on our first agenda", False, "#worth"),
            Theme("letters", "Letters", "on our first agenda", False, "#letters"),
            Theme("breath", "Breathless, whatever it is called", "arose in March", True, "#breath"),
            Theme("night", "Fear at night", "arose in June", True, "#night"),
            Theme("stairs", "Getting up the stairs", "arose in September", True, "#stairs"),
        ],
        [
            Decision("count", "Count good days beside saved beds", "", "agreed", "#count"),
            Decision("ask", "Letters ask what you cannot do", "", "agreed", "#ask"),
            Decision("one", "One clinic, not two", "", "agreed", "#one"),
            Decision("phone", "A phone line at night", "Not agreed. Why is kept.", "not_agreed", "#phone"),
        ],
        [
            Outcome("saved", "What was saved", "Not yet. Asked 3 Nov", "not_yet", "#saved"),
            Outcome("letter", "A new letter, at three clinics", "Done, in July", "done", "#letter"),
            Outcome("clinic", "One clinic, but Mondays only", "Partly", "partly", "#clinic"),
            Outcome("ring", "Carers ring each other at night", "Nobody planned it", "unplanned", "#ring"),
        ],
        links,
    )


def large_weave() -> Weave:
    """150 contributions: forty drawn one by one, the rest in bundles."""
    small = small_weave()
    letters = "LCPROM"
    voices = [
        Voice(f"v{i}", f"The {i}th thing that somebody said about breath", "somebody", letters[i * 7 % 6], f"#v{i}")
        for i in range(40)
    ]
    keys = [theme.key for theme in small.themes]
    links = [(voice.key, keys[i * 3 % 5]) for i, voice in enumerate(voices)]
    links += [(voice.key, keys[i * 2 % 5]) for i, voice in enumerate(voices) if i % 4 == 0]
    links += [("worth", "count"), ("letters", "ask"), ("breath", "ask"), ("breath", "one"), ("night", "phone")]
    links += [("count", "saved"), ("ask", "letter"), ("one", "clinic"), ("night", "ring")]
    more = [More(key, letter, 3 + i) for i, key in enumerate(keys) for letter in "LCP"]
    return Weave("large", voices, small.themes, small.decisions, small.outcomes, links, more)


def _points(count: int) -> list[Point]:
    out = []
    for i in range(count):
        group = (0, 1, 0, None, 1, 0, 0)[i % 7]
        angle, far = i * 2.399963, math.sqrt((i * 37 % count) / count)
        cx, cy = {0: (-2.2, 0.1), 1: (2.1, -0.6)}.get(group, (0.5, 2.0 if i % 2 else -2.3))
        size = 0.6 if group is None else 1.5
        out.append(Point(cx + size * far * math.cos(angle), cy + size * far * math.sin(angle), group))
    return out


def _slopes() -> tuple[Slope, Slope]:
    value = Value
    one = [value("Dignity", 4, 3.5), value("Saving money", 1, 0.5), value("Fairness", 2, 1.5), value("Access", 3, 2)]
    two = [value("Dignity", 2, 3), value("Saving money", 4, 2), value("Fairness", 1, 1), value("Access", 3, 2.5)]
    return (
        Slope(
            "v1",
            "People who live with it, and carers",
            "January",
            "October",
            [*one, value("Not being alone", None, 2.5)],
        ),
        Slope("v2", "People who work in services", "January", "October", [*two, value("Not being alone", None, 1.5)]),
    )


def _account() -> dict[str, Any]:
    groups = ["People who live with it", "People who practise", "Researchers and managers", "Carers"]
    six = [*groups, "People from community groups", "Everyone else who came"]
    tie = Tie
    one, two = _slopes()
    known = [("L", 31, 12), ("C", 14, 6), ("P", 18, 11), ("R", 9, 6), ("O", 7, 6), ("M", 8, 1)]
    return {
        "warp": knowledge_warp(Warp("warp", [Known(*way) for way in known])),
        "big_warp": knowledge_warp(Warp("bigwarp", [Known(k, b * 190, r * 170, f"#{k}") for k, b, r in known])),
        "one": values_slope(one),
        "two": values_slope(two),
        "spring": relations(
            Relations("r1", "January to March", groups, [tie(0, 1, 10), tie(1, 2, 42), tie(3, 2, 5), tie(1, 1, 11)])
        ),
        "autumn": relations(
            Relations(
                "r2",
                "July to October",
                groups,
                [
                    tie(0, 1, 50),
                    tie(1, 2, 18),
                    tie(0, 3, 22),
                    tie(0, 2, 13),
                    tie(1, 3, 16),
                    tie(3, 2, 9),
                    tie(3, 3, 16),
                ],
            )
        ),
        "six": relations(
            Relations(
                "r3",
                "a year",
                six,
                [tie(i, j, 4 + 7 * (i * j % 5), f"#t{i}{j}") for i in range(6) for j in range(i, 6)],
            )
        ),
        "five": relations(Relations("r4", "a year", six[:5], [tie(i, i + 1, 20) for i in range(4)])),
    }


def _views() -> dict[str, Any]:
    row = Row
    names = ["People who live with it", "Carers", "People who work in services"]
    return {
        "hold": agreement_marks([row(names[0], 25, 1, 1), row(names[1], 12, 2, 0), row(names[2], 15, 4, 2)]),
        "differ": agreement_marks([row(names[0], 21, 4, 2), row(names[1], 11, 1, 2), row(names[2], 5, 3, 13)]),
        "many": agreement_marks([row(names[0], 1800, 300, 12), row(names[1], 40, 2, 1)]),
        "map": opinion_map(
            OpinionMap("map", _points(62), ["Begin from the day", "Keep what the names protect"], (0.1, 1.2))
        ),
        "big_map": opinion_map(OpinionMap("bigmap", _points(5000), ["One", "Two"])),
    }


def _reached() -> Reached:
    said = [
        ("Nobody asked me what I cannot do.", "Delroy", "LM"),
        ("I’ve named every lamp post.", "by post", "L"),
        ("It says COPD. I put it in the drawer.", "no name", "L"),
        ("Each letter costs £1.10. Few are read.", "Ruth", "O"),
        ("Nobody can do it while frightened.", "Siobhan", "P"),
        ("The letter is addressed to him. I open it.", "Maureen", "C"),
    ]
    voices = [Voice(f"c{i}", *one, f"#c{i}") for i, one in enumerate(said)]
    return Reached("reached", "Letters ask what you cannot do, not what you have", voices)


def _themes() -> list[SimpleNamespace]:
    drawn = [
        (
            "Breathless, whatever it is called",
            "Arose in March, from Delroy’s words. It was on no agenda.",
            "LLCPRM",
            True,
            ["reached"] * 6,
        ),
        ("Fear at night", "Arose in June, from carers and a night nurse.", "LCCPL", True, ["waiting", "frayed"]),
        ("Letters and appointments", "On our first agenda.", "LOPL", False, ["reached"] * 4),
        ("Getting up the stairs", "Arose in September.", "LMC", True, []),
    ]
    return [
        SimpleNamespace(name=name, note=note, cloth=cloth(Cloth(f"t{i}", name, letters, arose, ends)))
        for i, (name, note, letters, arose, ends) in enumerate(drawn)
    ]


DID = [
    Event("14 March", "Delroy said them.", "Amina wrote them down, and he checked them.", machine="2026-03-14"),
    Event(
        "2 April", "They changed our question.", "We stopped asking about asthma and COPD.", "#q", "Before and after"
    ),
    Event(
        "9 May",
        "They reached a decision.",
        "Graham objected; his reasons are kept.",
        "#d",
        "Letters ask what you cannot do",
    ),
    Event(
        "Since September",
        "Something did not.",
        "One clinic in place of two opens on Mondays only.",
        "#n",
        "Asked again on 3 November",
    ),
]


NEEDED = [
    Needed("L", 4, "four needed. They were here."),
    Needed("C", 2, "two needed. They were here."),
    Needed("P", 2, "two needed. They were here."),
    Needed("O", 1, "one needed. They were here."),
    Needed("M", 1, "one needed. They were here."),
]


def pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every sample page: name to template and context."""
    filled = {"words": STORY[:180], "ways": ["L", "M"], "attribution": "chosen"}
    story = {"long": STORY, "passages": ["Nobody asked me what I cannot do."], "replies": REPLIES}
    return {
        "bring": ("bring.html", {"form": Bring(initial=filled)}),
        "bring-refused": ("bring.html", {"form": Bring({"ways": ["X"], "words": ""})}),
        "contribution": ("contribution.html", {"place": "brought", **story, "did": did("LM", DID)}),
        "space": ("space.html", {"place": "question", "form": Start(), "themes": _themes()}),
        "weave": ("weave.html", {"place": "weave", "picture": weave(small_weave())}),
        "weave-large": ("weave.html", {"place": "weave", "picture": weave(large_weave())}),
        "decision": (
            "decision.html",
            {"place": "decisions", "picture": reached(_reached()), "balance": balance(NEEDED)},
        ),
        "views": ("views.html", {"place": "views", **_views()}),
        "account": ("account.html", _account()),
    }


def draw(name: str) -> str:
    """One sample page as HTML."""
    template, context = pages()[name]
    page = engines["django"].from_string((HERE / template).read_text())
    set_urlconf("tests.ui.urls")
    try:
        return page.render({"space": SPACE, "person": True, **context})
    finally:
        set_urlconf(None)


def main(folder: Path) -> None:
    shutil.copytree(STATIC, folder / "static", dirs_exist_ok=True)
    for name in pages():
        (folder / f"{name}.html").write_text(draw(name))


if __name__ == "__main__":
    import django

    django.setup()
    main(Path(sys.argv[1]))
