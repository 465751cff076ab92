"""What messages hold about people: what they chose, and the mailbox of the demonstration."""

from coproduce.people.personal import DELETE, Personal

PERSONAL = {"Mail": (Personal("to", DELETE),), "LetterChoice": (Personal("person", DELETE),)}
NOT_PERSONAL: dict[str, str] = {}
