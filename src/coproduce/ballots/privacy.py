"""What ballots hold about people."""

from coproduce.people.personal import KEEP, Personal

COUNTED = "the number of votes is checked against it for good; it leads to someone without a name"

PERSONAL = {
    "Ballot": (Personal("opened_by", KEEP, theirs=False, because="the group was asked by somebody"),),
    "RegisterEntry": (
        Personal("person", KEEP, because=COUNTED),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "Cast": (
        Personal("entry__person", KEEP, because="the group decided by these votes; it leads to someone without a name"),
    ),
    "Closing": (Personal("closed_by", KEEP, theirs=False, because="who closed a ballot stays known"),),
}
NOT_PERSONAL = {
    "BallotOption": "what could be chosen is the group's",
    "Urn": "it holds papers without names, sealed, and nothing leads from them to a person",
    "Paper": "it belongs to nobody that the record could name: a random code and a choice",
}
