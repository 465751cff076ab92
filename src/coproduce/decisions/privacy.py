"""What decisions hold about people."""

from coproduce.people.personal import DELETE, EMPTY, KEEP, Personal

STANDS = "a decision was made on it, and the reasons for and against stay with it for good, without a name"

PERSONAL = {
    "Proposal": (Personal("proposed_by", KEEP, because="the group has answered this proposal"),),
    "ProposalVersion": (Personal("written_by", KEEP, because="positions were taken on exactly this wording"),),
    "Position": (
        Personal("person", KEEP, because=STANDS),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
        Personal("brought_by", KEEP, theirs=False, because="who brought it for somebody stays known"),
    ),
    "EarlierPosition": (
        Personal("position__person", KEEP, because=STANDS),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
        Personal("brought_by", KEEP, theirs=False, because="who brought it for somebody stays known"),
    ),
    "Eligible": (Personal("person", KEEP, because="who could decide stays countable, without a name"),),
    "Carrying": (
        Personal("person", KEEP, because=STANDS),
        Personal("through", KEEP, theirs=False, because="whom somebody trusted with their position stays known"),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "AdviceAsked": (
        Personal("person", KEEP, because="whether those were asked whom it changes things for stays known"),
        Personal("asked_by", KEEP, theirs=False, because="who asked stays known"),
    ),
    "Voice": (
        Personal("person", KEEP, because="it was answered, and the proposal was decided in its knowledge"),
        Personal("answered_by", KEEP, theirs=False, because="the answer belongs to whoever asked"),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "Amendment": (
        Personal("suggested_by", KEEP, because="the group has answered it"),
        Personal("answered_by", KEEP, theirs=False, because="the answer belongs to whoever suggested it"),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "StageMove": (Personal("moved_by", KEEP, theirs=False, because="a round keeps that somebody moved it on"),),
    "TimeAsked": (Personal("person", DELETE),),
    "ReopeningAsked": (
        Personal("person", KEEP, because="a decision was looked at again because of it"),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "RungSaid": (
        Personal("person", EMPTY, empties=("words",)),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "Decision": (Personal("closed_by", KEEP, because="the decision is the group's"),),
}
NOT_PERSONAL = {"ProposalSource": "joins a proposal to what it rests on; each says for itself"}
