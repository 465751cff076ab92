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
    "I could hold a top G for sixteen bars and wink at the trombones. Whit Friday 2011 we did nine contests in one "
    "night and marched up every street playing.\n\n"
    "You don't lose it at once. First you breathe where the composer didn't put one. Then you ask for third cornet, "
    "say it's to bring the young ones on. Then you say your teeth are bad. I told them it was my teeth for two years."
)


class Start(forms.Form):
    start = forms.CharField(
        label="What can you tell us of it?",
        widget=forms.Textarea,
        help_text="Whether your name stands beside it is up to you.",
    )


class Bring(forms.Form):
    words = forms.CharField(
        label="Your words",
        widget=forms.Textarea,
        help_text="Whatever you know of it, in a line or in pages.",
    )
    ways = forms.MultipleChoiceField(
        label="How do you know this?",
        help_text="Tick all that fit. Each weighs the same.",
        widget=forms.CheckboxSelectMultiple,
    )
    attribution = forms.ChoiceField(
        label="How shall your name appear this time?",
        choices=[
            ("name", "Gerard Molloy"),
            ("chosen", "Ged"),
            ("standpoint", "Someone who lives with it"),
            ("anonymous", "No name at all"),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Is there anything to warn readers of?",
        required=False,
        help_text="Perhaps that somebody dies in it. It may stay empty.",
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
        "Farzana",
        "builds_on",
        "builds on",
        "PC",
        "He sits on the third stair to take his shoes off because it's as far as he gets.",
        "Nurse for fourteen years; her dad did nights at Albion Mill.",
    ),
    _reply(
        "Stephen",
        "differs",
        "sees it differently",
        "O",
        "'Breathless' isn't a line. I would have to find somebody to make it one.",
        "Answers for what the nurses cost.",
    ),
    _reply("Chloe", "supports", "supports", "R", "I have listened to 187 people be let go.", "Sits and listens."),
    _reply(
        "Lynne",
        "reframes",
        "reframes",
        "C",
        "I'm thinking well I'm not the one that's poorly. But I'd got out of breath with him, "
        "I do it all the time now.",
        "Looks after Alan, who is on oxygen.",
    ),
    _reply("Ray", "questions", "asks about", "M", "Who says when it's dry?", "Top Lane lofts and allotments."),
    _reply(
        "Alison", "answers", "answers", "LR", "Of course we prepare! I do it as one does an oral.", "Taught French."
    ),
]

# Words, how their name appears, ways of knowing, theme; in the order they were said.
SAID = (
    ("I have to take £180,000 out.", "Stephen", "O", "worth"),
    ("Fares are paid before you travel.", "Comfort", "O", "there"),
    ("I had thrown the signal away.", "Owen", "R", "first"),
    ("I could hold a top G for sixteen bars and wink.", "Ged", "LM", "first"),
    ("I made up a diagnosis for my own father", "Farzana", "P", "first"),
    ("So I'm the noise. I have been called worse.", "Noreen", "L", "first"),
    ("They leave a card saying they called.", "no name", "L", "there"),
    ("I finish his sentences.", "Lynne", "C", "talk"),
    ("I dont want to be a saving.", "Donna", "L", "worth"),
    ("It is never about the lungs.", "works nights", "P", "talk"),
    ("Nine minutes to put on a shirt.", "by post", "L", "first"),
    ("NOBODY KNEW SHE WAS THERE", "Frank", "C", "talk"),
    ("It is a real saving to the person in it.", "Chloe", "R", "worth"),
    ("About six words to a breath", "by post", "L", "talk"),
    ("She would name her eldest, in Luton.", "Shahida", "M", "speaking"),
    ("IF I DONT SAY IT SHE SAYS FINE.", "Frank", "C", "speaking"),
)
THEMES = (
    Theme("worth", "What it is worth", "was there at the start", False, "#worth"),
    Theme("there", "Getting there", "was there at the start", False, "#there"),
    Theme("first", "Out of breath, first of all", "arose in April", True, "#first"),
    Theme("talk", "Breath to talk with", "came later, by post", True, "#talk"),
    Theme("speaking", "Speaking for somebody", "arose in December", True, "#speaking"),
)
DECISIONS = (
    Decision("wall", "Take our word for the wall", "", "agreed", "#wall"),
    Decision("calls", "Nobody has to say it in one breath", "", "agreed", "#calls"),
    Decision("door", "Nobody is turned away", "", "agreed", "#door"),
    Decision("card", "A card that says: please wait", "Six object, and say why.", "not_agreed", "#card"),
)
OUTCOMES = (
    Outcome("private", "Private landlords", "Not yet. Asked 14 Sept", "not_yet", "#private"),
    Outcome("wait", "Calls that wait, from five nurses", "Done, in March", "done", "#wait"),
    Outcome("class", "The class, but no nurse visits", "Partly", "partly", "#class"),
    Outcome("letters", "Eleven people who write to each other", "Unplanned", "unplanned", "#letters"),
)
# What leads where, besides the theme of each voice.
LEADS = (
    *(("worth", "wall"), ("c0", "wall"), ("c8", "wall"), ("c12", "wall"), ("wall", "private")),
    *(("there", "calls"), ("c3", "calls"), ("c10", "calls"), ("calls", "wait")),
    *(("c2", "door"), ("c4", "door"), ("c5", "door"), ("door", "class")),
    *(("c7", "card"), ("c9", "card"), ("c11", "letters"), ("c13", "letters")),
)


def small_weave() -> Weave:
    """Sixteen contributions, each drawn as a thread of its own."""
    voices = [Voice(f"c{i}", words, who, ways, f"#c{i}") for i, (words, who, ways, _) in enumerate(SAID)]
    links = [(f"c{i}", theme) for i, (*_, theme) in enumerate(SAID)]
    return Weave("weave", voices, THEMES, DECISIONS, OUTCOMES, [*links, *LEADS])


def large_weave() -> Weave:
    """150 contributions: forty drawn one by one, the rest in bundles."""
    small = small_weave()
    letters = "LCPROM"
    voices = [
        Voice(
            f"v{i}", f"The {i}th thing that was said of being out of breath", "somebody", letters[i * 7 % 6], f"#v{i}"
        )
        for i in range(40)
    ]
    keys = [theme.key for theme in small.themes]
    links = [(voice.key, keys[i * 3 % 5]) for i, voice in enumerate(voices)]
    links += [(voice.key, keys[i * 2 % 5]) for i, voice in enumerate(voices) if i % 4 == 0]
    links += [("worth", "wall"), ("there", "calls"), ("first", "calls"), ("first", "door"), ("talk", "card")]
    links += [("wall", "private"), ("calls", "wait"), ("door", "class"), ("talk", "letters")]
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
    one = [value("Dignity", 3.5, 3), value("Saving money", 1.5, 1), value("Fairness", 2, 1), value("Access", 3, 2.5)]
    two = [value("Dignity", 1.5, 2), value("Saving money", 4.5, 3), value("Fairness", 2, 2), value("Access", 2, 2)]
    years = ("2025", "2026")
    return (
        Slope("v1", "People who live with it, and carers", *years, [*one, value("Being waited for", None, 2.5)]),
        Slope("v2", "People who work in services", *years, [*two, value("Being waited for", None, 1)]),
    )


def _account() -> dict[str, Any]:
    groups = ["People who live with it", "People who practise", "Researchers and managers", "Carers"]
    six = [*groups, "People from community groups", "Everyone else who came"]
    tie = Tie
    one, two = _slopes()
    known = [("L", 34, 15), ("C", 16, 5), ("P", 21, 9), ("R", 11, 6), ("O", 9, 5), ("M", 7, 2)]
    return {
        "warp": knowledge_warp(Warp("warp", [Known(*way) for way in known])),
        "big_warp": knowledge_warp(Warp("bigwarp", [Known(k, b * 190, r * 170, f"#{k}") for k, b, r in known])),
        "one": values_slope(one),
        "two": values_slope(two),
        "spring": relations(
            Relations("r1", "Spring 2025", groups, [tie(0, 1, 12), tie(1, 2, 38), tie(3, 2, 6), tie(1, 1, 14)])
        ),
        "autumn": relations(
            Relations(
                "r2",
                "Summer 2026",
                groups,
                [
                    tie(0, 1, 47),
                    tie(1, 2, 21),
                    tie(0, 3, 26),
                    tie(0, 2, 13),
                    tie(1, 3, 11),
                    tie(3, 2, 9),
                    tie(3, 3, 19),
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
        "hold": agreement_marks([row(names[0], 22, 2, 1), row(names[1], 13, 1, 0), row(names[2], 17, 3, 1)]),
        "differ": agreement_marks([row(names[0], 19, 3, 3), row(names[1], 9, 2, 3), row(names[2], 6, 4, 11)]),
        "many": agreement_marks([row(names[0], 1800, 300, 12), row(names[1], 40, 2, 1)]),
        "map": opinion_map(OpinionMap("map", _points(60), ["Begin from the breath", "Find out first"], (0.1, 1.2))),
        "big_map": opinion_map(OpinionMap("bigmap", _points(5000), ["One", "Two"])),
    }


def _reached() -> Reached:
    said = [
        ("I'd used up the breath getting ready.", "Ged", "LM"),
        ("About six words to a breath", "by post", "L"),
        ("I sit in the car park. I practise.", "no name", "L"),
        ("I had costed the call.", "Yvonne", "O"),
        ("I can't stop noticing.", "Farzana", "P"),
        ("The nurse is looking at me anyway.", "Lynne", "C"),
    ]
    voices = [Voice(f"c{i}", *one, f"#c{i}") for i, one in enumerate(said)]
    return Reached("reached", "Nobody has to say it in one breath", voices)


def _themes() -> list[SimpleNamespace]:
    drawn = [
        (
            "Out of breath, first of all",
            "Came up in April, out of Noreen’s chest. No list had it.",
            "LLCPRM",
            True,
            ["reached"] * 6,
        ),
        ("Breath to talk with", "Came up in June, by letter and on the phone.", "LCCPL", True, ["waiting", "frayed"]),
        ("Getting there", "There at the start.", "LOPL", False, ["reached"] * 4),
        ("Speaking for somebody", "Came up in winter.", "LMC", True, []),
    ]
    return [
        SimpleNamespace(name=name, note=note, cloth=cloth(Cloth(f"t{i}", name, letters, arose, ends)))
        for i, (name, note, letters, arose, ends) in enumerate(drawn)
    ]


DID = [
    Event("21 March", "Ged wrote them.", "Alison knew them for her own the day after.", machine="2025-03-21"),
    Event("5 April", "A theme took them in.", "It had no doctor in it anywhere.", "#t", "Out of breath, first of all"),
    Event(
        "8 September",
        "A decision drew on them.",
        "Owen objects still, and it stands.",
        "#d",
        "Nobody is turned away for want of a name",
    ),
    Event(
        "By the next June",
        "Part of it came.",
        "The class takes anyone; nurses are paid by a code.",
        "#n",
        "Why there are no visits",
    ),
]


NEEDED = [
    Needed("L", 4, "Four: all there."),
    Needed("C", 2, "Two: all there."),
    Needed("P", 2, "Two: all there."),
    Needed("O", 1, "One: all there."),
    Needed("M", 1, "One: all there."),
]


def pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every sample page: name to template and context."""
    filled = {"words": STORY[:180], "ways": ["L", "M"], "attribution": "chosen"}
    story = {"long": STORY, "passages": ["First you breathe where the composer didn't put one."], "replies": REPLIES}
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
