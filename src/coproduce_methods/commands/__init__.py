"""Commands that run a method on files: no database, no Django.

    coproduce opinion-map FOLDER        or      python -m coproduce_methods opinion-map FOLDER

Each module of this folder has ``main(arguments) -> None``, prints a summary or (``--json``) the
documented record, and raises ``Malformed`` for a file that it cannot use.
"""

import sys
from importlib import import_module

from coproduce_methods.errors import Malformed

COMMANDS = {
    "fund": "which projects a fund pays for, from an election in the format of Pabulib",
    "opinion-map": "a map of opinion from a Polis export or a table of answers",
    "relations": "how people are tied, from a table of ties and one of people",
    "themes": "which themes texts may belong to, and what fits none, from a table of texts",
}
"""Name and what it answers; the module has the same name with underscores."""


def run(name: str, arguments: list[str]) -> int:
    """Run one command; its exit status. 2, with one line that says what to do, for a file that cannot be used."""
    command = import_module(f"coproduce_methods.commands.{name.replace('-', '_')}")
    try:
        command.main(arguments)
    except Malformed as why:
        sys.stderr.write(f"coproduce {name}: {why}\n")
        return 2
    except OSError as why:
        named = f"{why.filename}: " if why.filename else ""
        sys.stderr.write(f"coproduce {name}: {named}{why.strerror or why}\n")
        return 2
    return 0
