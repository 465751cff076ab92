from django.core.management.base import BaseCommand, CommandError

from coproduce.exchange.proof import problems
from coproduce.history.chain import heads


class Command(BaseCommand):
    help = "Prove the history, its triggers and every reference; say what is wrong (exit 0 or 1)."

    def handle(self, *args: object, **options: object) -> None:
        found = 0
        for problem in problems():
            found += 1
            self.stderr.write(f"- {problem}")
        if found:
            raise CommandError(f"{found} things are wrong with the record.", returncode=1)
        ends = heads()
        events = sum(sequence for sequence, _hash in ends.values())
        self.stdout.write(f"The record holds: {events} events in {len(ends)} histories, and every reference.")
        for stream, (sequence, digest) in sorted(ends.items(), key=lambda pair: str(pair[0])):
            self.stdout.write(f"  {stream}  {sequence:>7}  {digest}")
