"""What outcomes hold about people."""

from coproduce.people.personal import EMPTY, KEEP, Personal

PERSONAL = {
    "Outcome": (Personal("recorded_by", KEEP, because="what changed, or did not, concerns everyone who gave words"),),
    "OutcomeState": (Personal("told_by", KEEP, because="what people were told and when must stay on the record"),),
    "OutcomeSource": (Personal("linked_by", KEEP, theirs=False, because="who joined the two stays known"),),
    "OutcomeEvidence": (Personal("linked_by", KEEP, theirs=False, because="who joined the two stays known"),),
    "Effect": (
        Personal("contribution__author", EMPTY, empties=("for_whom",)),
        Personal("linked_by", KEEP, theirs=False, because="who joined the two stays known"),
    ),
    "Keeper": (Personal("person", KEEP, because="who looked after an answer, and when, concerns those who asked"),),
    "CommitmentState": (
        Personal("person", KEEP, because="others rely on what was promised; it leads to someone without a name"),
        Personal("told_by", KEEP, theirs=False, because="who said how far it had come stays known"),
    ),
    "Handing": (
        Personal("to", EMPTY, empties=("answered_words",)),
        Personal("by", EMPTY, empties=("words",)),
        Personal("noted_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "Told": (
        Personal("person", EMPTY, empties=("words",)),
        Personal("told_by", KEEP, theirs=False, because="who told them stays known"),
    ),
    "Ending": (
        Personal("said_by", KEEP, because="why a space ended, and who said so, concerns everybody in it"),
        Personal("done_by", KEEP, because="who ended it, and with which words, concerns everybody in it"),
        Personal("called_off_by", KEEP, theirs=False, because="that it was called off, and by whom, stays known"),
    ),
    "Succession": (
        Personal("asked_by", KEEP, because="what two spaces agreed stays known to both"),
        Personal("answered_by", KEEP, because="what two spaces agreed stays known to both"),
    ),
    "LeftOpen": (Personal("by", KEEP, because="why something was left open concerns those who asked for it"),),
    "Commitment": (
        Personal("person", KEEP, because="others rely on what was promised; it leads to someone without a name"),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "GoodEnough": (
        Personal("person", EMPTY, empties=("words",)),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
}
NOT_PERSONAL: dict[str, str] = {}
