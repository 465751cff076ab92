"""What priorities holds about people: who carried an exercise, what each chose, and who sat where."""

from coproduce.people.personal import DELETE, KEEP, Personal

STANDS = "others went on from it; it leads to someone without a name"
DID = "that somebody did it stays known"

PERSONAL = {
    "Exercise": (
        Personal("proposed_by", KEEP, because="the group has taken the exercise up"),
        Personal("looked_after_by", KEEP, theirs=False, because=DID),
    ),
    "Steering": (
        Personal("person", KEEP, because=STANDS),
        Personal("named_by", KEEP, theirs=False, because=DID),
    ),
    "StepChange": (Personal("changed_by", KEEP, because=STANDS),),
    "Uncertainty": (
        Personal("gathered_by", KEEP, theirs=False, because=DID),
        Personal("out_by", KEEP, theirs=False, because="whose words they were has been told this reason"),
        Personal("contribution__author", KEEP, because="the words themselves go with the contribution"),
    ),
    "Question": (
        Personal("drawn_by", KEEP, because="others have chosen and ranked this question"),
        Personal("shortlisted_by", KEEP, theirs=False, because=DID),
    ),
    "QuestionVersion": (Personal("written_by", KEEP, because="others have chosen and ranked this question"),),
    "QuestionSource": (
        Personal("made_by", KEEP, theirs=False, because="every merge names who did it"),
        Personal("ended_by", KEEP, theirs=False, because=DID),
    ),
    "EvidenceCheck": (Personal("checked_by", KEEP, because="questions left the list because of it"),),
    "Choice": (
        Personal("person", KEEP, because="it was counted; it leads to someone without a name"),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
        Personal("checked_by", KEEP, theirs=False, because="that a second person typed the same stays known"),
    ),
    "ChosenQuestion": (Personal("choice__person", KEEP, because="it was counted; it leads to someone without a name"),),
    "Calculation": (Personal("made_by", KEEP, theirs=False, because=DID),),
    "Seat": (
        Personal("person", DELETE),
        Personal("moved_by", KEEP, theirs=False, because=DID),
    ),
    "TableRanking": (Personal("entered_by", KEEP, theirs=False, because="the order is the table's"),),
    "PlaceChange": (Personal("changed_by", KEEP, because="the place was changed for this reason, before everyone"),),
}
NOT_PERSONAL = {
    "TablePlace": "the order that a whole table came to",
    "FinalPlace": "the order that everyone came to",
}
