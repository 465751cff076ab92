"""The command ``coproduce``: ``demo``, ``serve``, and every management command by its name.

``demo`` and ``serve`` are here because they must set the environment before Django reads its
settings. All others (``import``, ``export``, ``verify``, ``createfacilitator``, ``migrate`` …) are
Django management commands of the apps.
"""

import argparse
import os
import sys
from pathlib import Path

from coproduce import __version__
from coproduce_methods.commands import COMMANDS as METHODS
from coproduce_methods.commands import run as run_method

HELP = f"""coproduce {__version__}

  coproduce demo [--port N] [--home DIR]     the demonstration, on this machine only
  coproduce serve [--host H] [--port N]      serve people (behind a web server that speaks https)
  coproduce work                             do what waits in the background (serve starts one by itself)
  coproduce migrate                          make or renew the database
  coproduce createfacilitator                the first person who may open a space
  coproduce import … / coproduce export …    bring data in, take a space out
  coproduce verify                           is the record whole?
  coproduce send_letters                     write to those who asked for it; run it every hour
  coproduce replay                           do the numbers that were kept come out the same?
  coproduce opinion-map | fund | relations | themes FILE …   a method on a file, without a database
  coproduce help [COMMAND]                   all commands, or one of them

COPRODUCE_HOME names the folder for the database, files and the secret (default: var).
DATABASE_URL names a PostgreSQL database: postgres://user:password@host/name
"""


NEED_A_DATABASE = {
    *("import", "export", "verify", "createfacilitator", "recompute_maps", "replay", "send_letters", "demonstration")
}


def main(arguments: list[str] | None = None) -> None:
    """Run one command; ends the process with its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coproduce.config.settings")
    name = given[0] if given else "--help"
    if name in ("--help", "-h"):
        sys.stdout.write(HELP)
    elif name in ("--version", "version"):
        sys.stdout.write(f"{__version__}\n")
    elif name in ("demo", "serve"):
        run_server(name, given[1:])
    elif name in METHODS:
        sys.exit(run_method(name, given[1:]))
    else:
        if name in NEED_A_DATABASE and not {"--help", "-h"} & set(given):
            make_ready(name)
        from django.core.management import execute_from_command_line

        execute_from_command_line(["coproduce", *given])


def make_ready(name: str) -> None:
    """Make the database of a new installation; say what to do where one is behind."""
    import django

    from coproduce.config import serving

    django.setup()
    try:
        serving.require_database()
    except serving.CannotStart as why:
        sys.exit(f"coproduce {name}: {why}")


def run_server(name: str, arguments: list[str]) -> None:
    """Read the options of ``demo`` and ``serve``, set the environment, then start."""
    options = options_of(name).parse_args(arguments)
    if options.home:
        os.environ["COPRODUCE_HOME"] = str(options.home.expanduser().absolute())
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each worker would start a thread for each core
    if name == "demo":
        os.environ["COPRODUCE_DEMONSTRATION"] = "1"
    from coproduce.config import serving

    try:
        serving.start(name, options)
    except serving.CannotStart as why:
        sys.exit(f"coproduce {name}: {why}")
    except KeyboardInterrupt:
        sys.exit(130)


def options_of(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"coproduce {name}")
    parser.add_argument("--port", type=port, default=8000, help="default: 8000")
    parser.add_argument("--home", type=Path, help="folder for the database, files and the secret")
    # The demonstration lets anybody sign in as anyone, so it is never offered to a network.
    parser.set_defaults(host="127.0.0.1", workers=2, threads=4)
    if name == "serve":
        parser.add_argument("--host", help="address to listen at (default: 127.0.0.1)")
        parser.add_argument("--workers", type=int, help="processes (default: 2)")
        parser.add_argument("--threads", type=int, help="threads in each process (default: 4)")
    return parser


def port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{number} is not a port (1 to 65535)")
    return number


if __name__ == "__main__":
    main()
