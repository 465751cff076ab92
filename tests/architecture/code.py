"""Reading our own source: what the rules of the architecture look for in it.

Each function takes a source text and returns the findings as (line, words), so that every check
can be shown a text that breaks its rule.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "src"
LONGEST_FUNCTION = 40
LONGEST_MODULE = 600
REASON = re.compile(r"# long because \S+")
NO_ACTOR = re.compile(r"# no actor because \S+")
SIGNALS = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "pre_init", "post_init"}
Finding = tuple[int, str]


def modules(*folders: str) -> list[Path]:
    """Our modules in these folders of the project, without migrations (they are made, not written)."""
    found = [file for folder in folders for file in (PROJECT / folder).rglob("*.py")]
    return sorted(file for file in found if "migrations" not in file.parts)


def too_long(source: str) -> Iterator[Finding]:
    """A module of more than 600 lines, a function with a body of more than 40, without a reason beside it."""
    lines = source.splitlines()
    if len(lines) > LONGEST_MODULE and not any(REASON.match(line) for line in lines):
        yield 1, f"{len(lines)} lines: split it by use case, or write '# long because …' in a line of its own"
    for function in functions(source):
        length = body_lines(function)
        if length > LONGEST_FUNCTION and not REASON.search(beside(function, lines)):
            yield (
                function.lineno,
                f"{function.name} has {length} lines: split it, or write '# long because …' above it",
            )


def functions(source: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of what it does: neither its signature nor its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def beside(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> str:
    """The line above a function and its decorators, and those of its signature."""
    first = min([function.lineno, *(each.lineno for each in function.decorator_list)])
    return "\n".join(lines[max(0, first - 2) : function.body[0].lineno - 1])


def actions_without_actor(source: str) -> Iterator[Finding]:
    """Public functions that write (atomic, or recording an event) and do not take ``*, actor``."""
    lines = source.splitlines()
    for function in ast.parse(source).body:
        if not isinstance(function, ast.FunctionDef) or function.name.startswith("_") or not writes(function):
            continue
        names = {each.arg for each in function.args.kwonlyargs}
        positional = function.args.posonlyargs + function.args.args
        if ("actor" not in names or positional) and not NO_ACTOR.search(beside(function, lines)):
            yield (
                function.lineno,
                f"{function.name} must be called as {function.name}(*, actor, …): every argument by name, "
                "and who does it first. Where nobody is known yet, write '# no actor because …' above it",
            )


def writes(function: ast.FunctionDef) -> bool:
    decorated = any("atomic" in ast.unparse(each) for each in function.decorator_list)
    recorded = any(
        isinstance(node, ast.Call) and ast.unparse(node.func) in ("record", "history.record")
        for node in ast.walk(function)
    )
    return decorated or recorded


def rules_in_signals(source: str) -> Iterator[Finding]:
    """Signals of models, and ``save`` or ``delete`` of a model made to do more."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and node.id in SIGNALS:
            yield node.lineno, f"{node.id}: what must happen belongs in the action that makes it happen"
        elif isinstance(node, ast.ImportFrom) and (names := SIGNALS & {each.name for each in node.names}):
            yield (
                node.lineno,
                f"{', '.join(names)}: what must happen belongs in the action that makes it happen",
            )
        elif isinstance(node, ast.Attribute) and node.attr in SIGNALS:
            yield node.lineno, f"{node.attr}: what must happen belongs in the action that makes it happen"
        elif isinstance(node, ast.ClassDef) and any("Model" in ast.unparse(base) for base in node.bases):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name in ("save", "delete"):
                    yield method.lineno, f"{node.name}.{method.name}: move what it does into an action"


def pages_drawn_elsewhere(source: str) -> Iterator[Finding]:
    """Templates drawn past ``ui.pages.page()``, which alone sees to it that a template runs no query."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            for name in {"render", "TemplateResponse", "render_to_string"} & {each.name for each in node.names}:
                if (node.module or "").startswith("django."):
                    yield (
                        node.lineno,
                        f"{name}: use coproduce.ui.pages.page(), which refuses queries in templates",
                    )
