"""What themes hold about people."""

from coproduce.people.personal import EMPTY, KEEP, Personal

PERSONAL = {
    "Theme": (Personal("proposed_by", KEEP, because="a name that the group has taken up belongs to the group"),),
    "ThemeChange": (
        Personal("changed_by", EMPTY, empties=("why",)),
        Personal("undone_by", KEEP, theirs=False, because="that somebody undid it stays known"),
    ),
    "CodingNote": (Personal("said_by", EMPTY, empties=("words",)),),
    "ThemeLink": (
        Personal("linked_by", EMPTY, empties=("why",)),
        Personal("ended_by", KEEP, theirs=False, because="that somebody took it out again stays known"),
    ),
}
NOT_PERSONAL: dict[str, str] = {}
