"""What traces holds about people."""

from coproduce.people.personal import KEEP, Personal

_STAYS = "who joined two spaces, and who let it be so, stays known to both"
PERSONAL: dict[str, tuple[Personal, ...]] = {
    "AcrossLink": (
        Personal("asked_by", KEEP, because=_STAYS),
        Personal("ours_agreed_by", KEEP, theirs=False, because=_STAYS),
        Personal("theirs_agreed_by", KEEP, theirs=False, because=_STAYS),
        Personal("ended_by", KEEP, theirs=False, because=_STAYS),
    ),
}
NOT_PERSONAL: dict[str, str] = {}
