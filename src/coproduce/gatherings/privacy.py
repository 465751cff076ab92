"""What gatherings hold about people."""

from coproduce.people.personal import KEEP, Personal

PERSONAL = {
    "Gathering": (Personal("arranged_by", KEEP, because="others were there, and what was said there refers to it"),),
}
NOT_PERSONAL: dict[str, str] = {}
