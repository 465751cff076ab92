"""What this app holds about people, and ``history`` below it, which knows of no persons."""

from coproduce.people.personal import DELETE, EMPTY, KEEP, Personal

PERSONAL = {
    "Account": (Personal("person", DELETE),),
    "Person": (
        Personal("pk", EMPTY, empties=("full_name", "chosen_name", "channel", "language")),
        Personal("added_by", KEEP, theirs=False, because="who added someone stays known"),
    ),
    "SignInRequest": (Personal("email", DELETE),),
    "history.Event": (Personal("actor", KEEP, because="the chain proves itself; it holds identifiers, never words"),),
    "history.EventDetail": (
        Personal("event__actor", KEEP, because="it goes when the words it is about are erased, by their app"),
    ),
    "history.Submission": (Personal("sender", DELETE),),
}
NOT_PERSONAL = {"Remembered": "tries of a password, counted under a digest and gone within minutes"}
