"""Sample pages with fixed data, for looking at and for checking: ``python -m tests.ui.gallery FOLDER``."""

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.template import engines

HERE = Path(__file__).parent / "gallery"
STATIC = Path(__file__).parents[2] / "src/coproduce/ui/static"
SPACE = SimpleNamespace(name="Living with breathlessness", slug="breathlessness")
STORY = """I am breathless. I am not an asthma patient or a COPD patient. I have been to both clinics. At one they said my lungs were not bad enough, at the other they said it was the wrong kind of bad.

Nobody asked me what I cannot do. I cannot carry my granddaughter up to bed. Half the men at the domino club are the same, and not one of them could tell you the name of it."""


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


def _reply(who: str, verb: str, says: str, ways: str, words: str, by: str) -> SimpleNamespace:
    return SimpleNamespace(who=who, verb=verb, says=says, ways=ways, words=words, by=by)


REPLIES = [
    _reply(
        "Siobhan",
        "builds_on",
        "builds on",
        "PC",
        "On the ward I teach slow breathing. At my dad’s kitchen table I found out that nobody can do it while they are frightened.",
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


def pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every sample page: name to template and context."""
    return {
        "bring": (
            "bring.html",
            {"form": Bring(initial={"words": STORY[:180], "ways": ["L", "M"], "attribution": "chosen"})},
        ),
        "bring-refused": ("bring.html", {"form": Bring({"ways": ["X"], "words": ""})}),
        "contribution": (
            "contribution.html",
            {
                "place": "brought",
                "long": STORY,
                "passages": ["Nobody asked me what I cannot do."],
                "replies": REPLIES,
            },
        ),
        "space": ("space.html", {"place": "question", "form": Start()}),
    }


def draw(name: str) -> str:
    """One sample page as HTML."""
    template, context = pages()[name]
    source = (HERE / template).read_text()
    return engines["django"].from_string(source).render({"space": SPACE, "person": True, **context})


def main(folder: Path) -> None:
    shutil.copytree(STATIC, folder / "static", dirs_exist_ok=True)
    for name in pages():
        (folder / f"{name}.html").write_text(draw(name))


if __name__ == "__main__":
    import django

    django.setup()
    main(Path(sys.argv[1]))
