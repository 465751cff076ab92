"""What deliberation holds about people."""

from coproduce.people.personal import EMPTY, KEEP, Personal

PERSONAL = {
    "Statement": (Personal("drawn_by", KEEP, because="others have answered this wording"),),
    "StatementVersion": (
        Personal("worded_by", KEEP, because="others have answered this wording"),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "WordingTalk": (
        Personal("person", EMPTY, empties=("words", "why")),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
        Personal("answered_by", KEEP, theirs=False, because="it answers somebody else, who may still want to read it"),
    ),
    "Round": (
        Personal("opened_by", KEEP, because="who asked all members a question stays known"),
        Personal("closed_by", KEEP, theirs=False, because="who closed what all members were asked stays known"),
    ),
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
