"""What conversation holds about people."""

from coproduce.people.personal import DELETE, EMPTY, KEEP, Personal

_OWN_AFFAIR = "that somebody else folds their words away is told to nobody"

PERSONAL = {
    "Following": (Personal("person", DELETE),),
    "Ask": (
        Personal("by", EMPTY, empties=("words",)),
        Personal("asked", EMPTY, empties=("declined_words",)),
        Personal("noted_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "Mention": (
        Personal("person", DELETE),
        Personal("by", KEEP, theirs=False, because="the words it stands on say for themselves whose they are"),
    ),
    "Muted": (
        Personal("person", DELETE),
        Personal("author", DELETE, theirs=False, told=False, because=_OWN_AFFAIR),
    ),
    "QuietChoice": (Personal("person", DELETE),),
}
NOT_PERSONAL: dict[str, str] = {}
