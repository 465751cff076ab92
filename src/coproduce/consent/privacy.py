"""What agreements hold about people."""

from coproduce.people.personal import KEEP, Personal

PERSONAL = {
    "AgreementText": (
        Personal("written_by", KEEP, theirs=False, because="people agreed to this wording and can be shown it"),
    ),
    "Agreement": (
        Personal("person", KEEP, because="it is the proof of what was allowed and when it was taken back"),
        Personal("recorded_by", KEEP, theirs=False, because="who wrote the answer down stays known"),
    ),
}
NOT_PERSONAL: dict[str, str] = {}
