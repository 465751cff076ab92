"""What spaces hold about people."""

from coproduce.people.personal import DELETE, KEEP, Personal

PERSONAL = {
    "Space": (Personal("opened_by", KEEP, theirs=False, because="a space keeps that somebody opened it"),),
    "Framing": (
        Personal("framed_by", KEEP, because="once it is asked the question is the group's, and others built on it"),
    ),
    "Charter": (Personal("written_by", KEEP, theirs=False, because="decisions stand on the charter of their day"),),
    "CharterDelegate": (Personal("person", KEEP, because="decisions stand on the charter of their day"),),
    "Membership": (
        Personal("person", KEEP, because="decisions and numbers stay whole; it leads to someone without a name"),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote it down stays known"),
    ),
    "Standpoint": (Personal("membership__person", DELETE),),
    "Affiliation": (Personal("membership__person", DELETE),),
    "Understanding": (Personal("membership__person", DELETE),),
    "JoinLink": (Personal("made_by", KEEP, theirs=False, because="people may still be coming in by it"),),
}
NOT_PERSONAL = {
    "CharterNeed": "a number that a group agreed",
    "CharterKind": "a way of deciding that a group agreed",
}
