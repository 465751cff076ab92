"""What the apps below, and this one, hold about people. (``history`` and ``ui`` know of no persons.)"""

from coproduce.people.personal import DELETE, EMPTY, KEEP, Personal

PERSONAL = {
    "Account": (Personal("person", DELETE),),
    "Person": (
        Personal("pk", EMPTY, empties=("full_name", "chosen_name", "channel", "language")),
        Personal("added_by", KEEP, theirs=False, because="who added someone stays known"),
    ),
    "SignInRequest": (Personal("email", DELETE),),
    "history.Event": (
        Personal(
            "actor", KEEP, because="an identifier that leads to someone without a name; the chain stays whole"
        ),
    ),
    "history.EventDetail": (Personal("event__actor", DELETE), Personal("event__subject", DELETE)),
    "history.Submission": (Personal("sender", DELETE),),
}
NOT_PERSONAL = {"Remembered": "tries of a password, counted under a digest and gone within minutes"}
