"""What deliberation holds about people."""

from coproduce.people.personal import EMPTY, KEEP, Personal

PERSONAL = {
    "Statement": (Personal("drawn_by", KEEP, because="others have answered this wording"),),
    "Value": (Personal("added_by", KEEP, because="others have named the same value"),),
    "Response": (
        Personal("person", EMPTY, empties=("reason",)),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "EarlierResponse": (Personal("response__person", EMPTY, empties=("reason",)),),
    "OpinionMap": (
        Personal(
            "result",
            KEEP,
            theirs=False,
            because="its numbers can be replayed; its identifiers lead to someone without a name",
        ),
    ),
}
NOT_PERSONAL = {"StatementSource": "joins a statement to words; both say for themselves"}
