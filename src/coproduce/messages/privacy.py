"""What the mailbox of the demonstration holds about people."""

from coproduce.people.personal import DELETE, Personal

PERSONAL = {"Mail": (Personal("to", DELETE),)}
NOT_PERSONAL: dict[str, str] = {}
