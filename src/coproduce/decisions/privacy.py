"""What decisions hold about people."""

from coproduce.people.personal import KEEP, Personal

STANDS = "a decision was made on it, and the reasons for and against stay with it for good, without a name"

PERSONAL = {
    "Proposal": (Personal("proposed_by", KEEP, because="the group has answered this proposal"),),
    "ProposalVersion": (Personal("written_by", KEEP, because="positions were taken on exactly this wording"),),
    "Position": (
        Personal("person", KEEP, because=STANDS),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "EarlierPosition": (
        Personal("position__person", KEEP, because=STANDS),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "Decision": (Personal("closed_by", KEEP, because="the decision is the group's"),),
}
NOT_PERSONAL = {"ProposalSource": "joins a proposal to what it rests on; each says for itself"}
