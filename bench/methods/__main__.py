"""Our methods beside the tools that people use now: the same answers first, then the time of each.

    .venv/bin/python bench/methods [PART …] [--runs 5] [--out bench/results/methods.json]

Parts: the other modules of this folder. The anchors are installed into var/bench/anchors, an
environment of their own with ours beside them, so that both run on one Python and one numpy. Each
part alternates anchor and ours in one run, refuses to print a time where the answers differ, and
writes rows with the keys of ``measuring.Row``.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
ANCHORS = PROJECT / "var" / "bench" / "anchors"
PARTS = sorted(part.stem for part in HERE.glob("*.py") if part.stem not in ("__main__", "measuring"))


def environment() -> Path:
    """The Python of the anchors' environment, made where it is not there or its list has changed."""
    python, stamp = ANCHORS / "bin" / "python", ANCHORS / "anchors.txt"
    wanted = (HERE / "anchors.txt").read_text() + (PROJECT / "pyproject.toml").read_text()
    if not (stamp.is_file() and stamp.read_text() == wanted):
        venv.create(ANCHORS, with_pip=True, clear=True)
        extras = f"{PROJECT}[everything]"
        pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", HERE / "anchors.txt", "-e", extras], check=True)
        stamp.write_text(wanted)
    return python


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--runs", type=int, default=5, help="times that each is run, in turn (default: 5)")
    parser.add_argument("--out", type=Path, default=PROJECT / "bench" / "results" / "methods.json")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}: there are {', '.join(PARTS)}")
    python, failed, found = environment(), 0, {}
    if given.out.is_file():
        found = json.loads(given.out.read_text())["parts"]
    for part in given.parts or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            rows = Path(folder) / "rows.json"
            command = [python, HERE / f"{part}.py", "--runs", str(given.runs), "--out", rows]
            code = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(HERE)}, check=False).returncode
            failed += code != 0
            if rows.is_file():
                found[part] = json.loads(rows.read_text())
    given.out.parent.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    given.out.write_text(json.dumps({"machine": machine, "parts": found}, indent=1, sort_keys=True) + "\n")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
