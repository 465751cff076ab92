"""What work holds about people."""

from coproduce.people.personal import KEEP, Personal

PERSONAL = {
    "Piece": (
        Personal("asked_by", KEEP, theirs=False, because="forgotten after a month; it says only that they asked"),
    ),
}
NOT_PERSONAL: dict[str, str] = {}
