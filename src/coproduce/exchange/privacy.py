"""What this app holds about people."""

from coproduce.people.personal import DELETE, Personal

PERSONAL = {"Upload": (Personal("person", on_erase=DELETE),)}
NOT_PERSONAL: dict[str, str] = {}
