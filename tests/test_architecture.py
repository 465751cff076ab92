"""The rules of docs/map.md that neither ruff, mypy nor import-linter can see.

Every failure says what to do. ``test_each_rule_is_caught…`` shows every check a text that breaks it.
"""

import importlib
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from coproduce.people.models import Person
from coproduce.people.personal import EMPTY, KEEP, Personal
from tests.architecture import code, pages

LOWER_THAN_PEOPLE = {"history", "ui"}
NAMES_THAT_SAY_NOTHING = {"base", "core", "common", "utils", "util", "helpers", "services", "misc"}
LONGEST_FILE = {".css": 700, ".js": 100}  # lines, of what we wrote ourselves


@cache
def layers() -> list[str]:
    """The apps from the top to the bottom, as the contract in pyproject.toml has them."""
    with open(code.PROJECT / "pyproject.toml", "rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    lines = next(contract["layers"] for contract in contracts if contract["id"] == "apps")
    return [re.sub(r"[()\s]", "", line) for line in lines]


def height(app: str) -> int:
    """0 for the top layer; the greater the lower."""
    return next(index for index, layer in enumerate(layers()) if app in layer.split("|"))


def app_of(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("coproduce.")]


def our_apps() -> list[str]:
    folders = (code.SOURCE / "coproduce").iterdir()
    return sorted(folder.name for folder in folders if (folder / "__init__.py").exists())


def templates(*endings: str) -> list[Path]:
    found = (code.SOURCE / "coproduce").glob("*/templates/**/*")
    return sorted(file for file in found if file.suffix in endings)


def report(files, check) -> list[str]:
    """What a check finds in files, each as ``path:line: words``."""
    return [
        f"{file.relative_to(code.PROJECT)}:{line}: {words}"
        for file in files
        for line, words in check(file.read_text(encoding="utf-8"))
    ]


def nothing(findings: list[str], rule: str) -> None:
    assert not findings, rule + "\n  " + "\n  ".join(findings)


# ── apps and models ──────────────────────────────────────────────────────────────────────────────


def test_every_app_is_on_the_map():
    said = (code.PROJECT / "docs" / "map.md").read_text(encoding="utf-8")
    missing = [app for app in our_apps() if f"`{app}/`" not in said and f"{app}/" not in said]
    nothing(missing, "Say in one sentence in docs/map.md what these apps are for:")


def test_every_app_is_installed():
    installed = {name.split(".")[1] for name in settings.INSTALLED_APPS if name.startswith("coproduce.")}
    nothing([app for app in our_apps() if app not in installed], "Add to INSTALLED_APPS, or remove the folder:")


def test_no_folder_has_a_name_that_says_nothing():
    found = [folder for folder in (code.SOURCE).rglob("*") if folder.is_dir() and folder.name in NAMES_THAT_SAY_NOTHING]
    nothing([str(each.relative_to(code.PROJECT)) for each in found], "Name these after what is in them:")


def links(model):
    """The foreign keys and many-to-many fields that a model has itself, and what each leads to."""
    fields = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return [(field, field.related_model) for field in fields if field.remote_field]


def wrong_links(found) -> list[str]:
    wrong = []
    for model in found:
        for field, target in links(model):
            ours, theirs = app_of(model), app_of(target) if target.__module__.startswith("coproduce.") else ""
            where = f"{ours}.{model.__name__}.{field.name}"
            if theirs and height(theirs) < height(ours):
                wrong.append(f"{where} points up at {theirs}: move the link to a model in {theirs} or higher")
            if theirs and theirs != ours and field.remote_field.related_name != "+":
                wrong.append(f'{where} leads to another app: give it related_name="+"')
            if field.name == "content_type" or type(field).__name__ == "GenericForeignKey":
                wrong.append(f"{where}: no generic links; a link names its model")
    return wrong


def test_links_between_apps_point_down_and_leave_no_name_behind():
    nothing(wrong_links(our_models()), "The lower app must not know of the higher one.")


def test_requests_are_not_wrapped_in_transactions():
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS"), (
        "With IMMEDIATE transactions every page would wait for the one writer. Remove ATOMIC_REQUESTS."
    )


# ── privacy ──────────────────────────────────────────────────────────────────────────────────────


def declared(app: str) -> tuple[dict[str, tuple[Personal, ...]], dict[str, str]]:
    try:
        privacy = importlib.import_module(f"coproduce.{app}.privacy")
    except ModuleNotFoundError:
        return {}, {}
    return privacy.PERSONAL, privacy.NOT_PERSONAL


def speaker(app: str) -> str:
    """The app that declares for another: below people nobody may know of persons, so people speaks."""
    return "people" if app in LOWER_THAN_PEOPLE else app


def declaration_of(model) -> tuple[tuple[Personal, ...], str]:
    app, name = app_of(model), model.__name__
    personal, not_personal = declared(speaker(app))
    name = name if speaker(app) == app else f"{app}.{name}"
    return personal.get(name, ()), not_personal.get(name, "")


def is_path_to_person(model, path: str) -> bool:
    """Whether a query path from a model ends at a person, or at a plain field by which one is known."""
    field = None
    for step in path.split("__"):
        try:
            field = model._meta.pk if step == "pk" else model._meta.get_field(step)
        except (FieldDoesNotExist, AttributeError):
            return False
        model = field.related_model
    return model in (None, Person)


def wrong_declarations(model, ways: tuple[Personal, ...], why_not: str) -> list[str]:
    name = f"{app_of(model)}.{model.__name__}"
    if bool(ways) == bool(why_not):
        return [
            f"{name}: say in {speaker(app_of(model))}/privacy.py how a person gets a copy of these rows "
            "and what their erasure does (PERSONAL), or why they are about nobody (NOT_PERSONAL)"
        ]
    wrong = []
    fields = {field.name for field in model._meta.local_fields}
    for field, target in links(model):
        if target is Person and not any(way.path_to_person.split("__")[0] == field.name for way in ways):
            wrong.append(f"{name}.{field.name} leads to a person: add a Personal('{field.name}', …)")
    for way in ways:
        if not is_path_to_person(model, way.path_to_person):
            wrong.append(f"{name}: the path {way.path_to_person} does not lead to a person")
        wrong += [f"{name}: there is no field {field} to empty" for field in way.empties if field not in fields]
    return wrong


def test_every_model_says_what_it_holds_about_people():
    found = [each for model in our_models() for each in wrong_declarations(model, *declaration_of(model))]
    nothing(found, "A person may ask for a copy of what is held about them, and for its erasure.")


def test_no_declaration_is_for_a_model_that_is_gone():
    names = {(app_of(model), model.__name__) for model in our_models()}
    gone = [
        f"{app}.{name}"
        for app in our_apps()
        for name in [*declared(app)[0], *declared(app)[1]]
        if (tuple(name.split(".")) if "." in name else (app, name)) not in names
    ]
    nothing(gone, "Remove these from privacy.py:")


# ── code ─────────────────────────────────────────────────────────────────────────────────────────


def test_functions_and_modules_are_short():
    nothing(report(code.modules("src", "tests", "bench"), code.too_long), "What is long is read by nobody.")


def test_actions_say_who_acts():
    files = [file for file in code.modules("src") if "actions" in (file.stem, file.parent.name)]
    assert files
    nothing(report(files, code.actions_without_actor), "Every change has somebody who made it.")


def test_no_rule_hides_in_a_signal_or_in_save():
    nothing(
        report(code.modules("src"), code.rules_in_signals),
        "A use case reads from top to bottom in one action.",
    )


def test_pages_are_drawn_in_one_place():
    apart = code.SOURCE / "coproduce" / "ui"
    views = [file for file in code.modules("src") if file.stem == "views" and apart not in file.parents]
    nothing(report(views, code.pages_drawn_elsewhere), "Templates run no query.")


# ── templates and static files ───────────────────────────────────────────────────────────────────


def test_every_text_can_be_translated():
    nothing(
        report(templates(".html"), pages.untranslated) + report(templates(".txt"), pages.untranslated_in_text),
        "People read this in their own language. (Or write {# not translated because … #} in the line.)",
    )


def test_no_script_or_style_stands_in_a_page():
    nothing(report(templates(".html"), pages.inline), "The content policy refuses these.")


def test_styles_and_behaviours_are_small():
    found = [
        f"{file.relative_to(code.PROJECT)} has {lines} lines, at most {LONGEST_FILE[file.suffix]}: split it"
        for file in (code.SOURCE / "coproduce").glob("*/static/**/*")
        if file.suffix in LONGEST_FILE
        and "vendor" not in file.parts
        and (lines := file.read_text(encoding="utf-8").count("\n")) > LONGEST_FILE[file.suffix]
    ]
    nothing(found, "Someone reads this page on an old phone.")


# ── each rule, broken ────────────────────────────────────────────────────────────────────────────

LONG = "def f():\n" + "    x = 1\n" * 41


@pytest.mark.parametrize(
    ("check", "broken", "line"),
    [
        (code.too_long, LONG, 1),
        (code.too_long, "x = 1\n" * 601, 1),
        (code.actions_without_actor, "@transaction.atomic\ndef bring(space, actor): ...", 2),
        (code.actions_without_actor, "def bring(*, space):\n    record(kind='x')", 1),
        (code.rules_in_signals, "from django.db.models.signals import post_save", 1),
        (code.rules_in_signals, "@receiver(signals.pre_save)\ndef f(sender): ...", 1),
        (code.rules_in_signals, "class Word(models.Model):\n    def save(self): ...", 2),
        (code.pages_drawn_elsewhere, "from django.shortcuts import redirect, render", 1),
        (pages.untranslated, "<p>\n{{ name }} and others</p>", 2),
        (pages.untranslated, '<p>{% translate "Yes" %}</p>\n<img alt="A door" src="{{ door }}">', 2),
        (pages.untranslated, '\n<input type="submit" value="Send it">', 2),
        (pages.untranslated, "{% blocktranslate %}a\nb{% endblocktranslate %} left", 2),
        (pages.untranslated, '{% field form.words "Your own words" %}', 1),
        (pages.untranslated_in_text, "{% translate 'Hello' %}\nGoodbye", 2),
        (pages.inline, "<p>\n<span style='color: red'>x</span>", 2),
        (pages.inline, "<button onclick='go()'>x</button>", 1),
        (pages.inline, "<script>go()</script>", 1),
        (pages.inline, "<style>p {}</style>", 1),
        (pages.inline, "<a href=' JavaScript:go()'>x</a>", 1),
    ],
)
def test_each_rule_is_caught_where_it_is_broken(check, broken, line):
    assert [found[0] for found in check(broken)] == [line]


@pytest.mark.parametrize(
    ("check", "kept"),
    [
        (code.too_long, "# long because a table\n" + LONG),
        (code.too_long, 'def f():\n    """' + "\n" * 50 + '"""\n    return 1\n'),
        (code.actions_without_actor, "@transaction.atomic\ndef bring(*, actor, space): ..."),
        (
            code.actions_without_actor,
            "# no actor because nobody has signed in yet\n@atomic\ndef ask(*, email): ...",
        ),
        (code.actions_without_actor, "def is_open(space):\n    return space.state"),
        (code.rules_in_signals, "from django.db.models.signals import post_migrate"),
        (pages.untranslated, '<p>{% translate "Hello there" %}: {{ name }} · Coproduce</p>'),
        (pages.untranslated, "{% comment %}a note{% endcomment %}{# another #}<p>A</p>"),
        (
            pages.untranslated,
            '{% field form.words _("Your own words") %}{% if a == "two words" %}{% endif %}',
        ),
        (pages.untranslated, "<p>GRIPP2</p> {# not translated because it is a name #}"),
        (pages.inline, '<script src="{% static \'a.js\' %}" type="module"></script>'),
    ],
)
def test_what_keeps_the_rule_passes(check, kept):
    assert list(check(kept)) == []


def test_a_link_that_points_up_or_leaves_a_name_is_caught():
    from django.test.utils import isolate_apps

    with isolate_apps("coproduce.history", "coproduce.people"):

        class Below(models.Model):
            person = models.ForeignKey(Person, on_delete=models.CASCADE)

            class Meta:
                app_label = "history"

        Below.__module__ = "coproduce.history.models"
        found = wrong_links([Below])
    assert len(found) == 2
    assert "points up at people" in found[0]
    assert 'related_name="+"' in found[1]


def test_a_model_that_says_nothing_or_the_wrong_thing_about_people_is_caught():
    assert "PERSONAL" in wrong_declarations(Person, (), "")[0]
    assert "leads to a person" in wrong_declarations(Person, (Personal("pk", EMPTY, ("full_name",)),), "")[0]
    by = Personal("added_by", KEEP, because="x")
    assert wrong_declarations(Person, (by, Personal("pk", EMPTY, ("full_name",))), "") == []
    assert "no field" in wrong_declarations(Person, (by, Personal("pk", EMPTY, ("nonsense",))), "")[0]
    assert "does not lead" in wrong_declarations(Person, (by, Personal("account", KEEP, because="x")), "")[0]
