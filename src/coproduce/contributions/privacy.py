"""What contributions hold about people."""

from coproduce.people.personal import DELETE, EMPTY, KEEP, Personal

PERSONAL = {
    "Contribution": (
        Personal("author", EMPTY, empties=("words", "content_note", "state_why", "source", "citation", "link")),
        Personal("recorder", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "ContributionVersion": (
        Personal("contribution__author", EMPTY, empties=("words", "citation", "link")),
        Personal("written_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "Acknowledgement": (Personal("person", EMPTY, empties=("words",)),),
    "WaitingWords": (Personal("person", DELETE),),
    "Draft": (Personal("person", DELETE),),
    "Attachment": (
        Personal("contribution__author", EMPTY, empties=("name", "words", "path", "digest")),
        Personal("draft__person", DELETE),
        Personal("added_by", KEEP, theirs=False, because="who added it for somebody else stays known"),
    ),
}
NOT_PERSONAL = {
    "FramingSource": "joins a question to words; both say for themselves",
}
