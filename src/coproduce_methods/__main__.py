"""``python -m coproduce_methods COMMAND …``: the methods on files, without the rest of Coproduce."""

import sys

from coproduce_methods.commands import COMMANDS, run

if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
    sys.stdout.write("".join(f"  {name:<12} {what}\n" for name, what in COMMANDS.items()))
    sys.exit(0 if sys.argv[1:] in (["--help"], ["-h"]) else 2)
sys.exit(run(sys.argv[1], sys.argv[2:]))
