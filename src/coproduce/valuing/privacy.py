"""What valuing holds about people."""

from coproduce.people.personal import Personal

PERSONAL: dict[str, tuple[Personal, ...]] = {}
NOT_PERSONAL: dict[str, str] = {}
