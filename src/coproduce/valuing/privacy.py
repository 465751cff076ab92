"""What valuing holds about people."""

from coproduce.people.personal import EMPTY, KEEP, Personal

PERSONAL = {
    "Allocation": (
        Personal("person", EMPTY, empties=("words",)),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
        Personal("checked_by", KEEP, theirs=False, because="that a second person typed the same stays known"),
    ),
    "EarlierAllocation": (Personal("allocation__person", EMPTY, empties=("words",)),),
    "Token": (Personal("allocation__person", KEEP, because="it is counted with others’, and leads to nobody named"),),
    "ValueChange": (Personal("changed_by", KEEP, because="others gave tokens under either name"),),
    "ValueTension": (
        Personal("person", EMPTY, empties=("words",)),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
}
NOT_PERSONAL = {
    "CountedValues": "about groups that are joined until nobody can be picked out",
    "TensionSource": "joins a tension to words; both say for themselves",
}
