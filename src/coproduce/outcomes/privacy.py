"""What outcomes hold about people."""

from coproduce.people.personal import EMPTY, KEEP, Personal

PERSONAL = {
    "Outcome": (Personal("recorded_by", KEEP, because="what changed, or did not, concerns everyone who gave words"),),
    "OutcomeState": (Personal("told_by", KEEP, because="what people were told and when must stay on the record"),),
    "Commitment": (
        Personal("person", KEEP, because="others rely on what was promised; it leads to someone without a name"),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "GoodEnough": (
        Personal("person", EMPTY, empties=("words",)),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
}
NOT_PERSONAL = {"OutcomeSource": "joins an outcome to where it came from; each says for itself"}
