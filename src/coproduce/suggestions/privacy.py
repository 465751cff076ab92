"""What suggestions holds about people."""

from coproduce.people.personal import EMPTY, KEEP, Personal

PERSONAL = {
    "SuggestionRun": (Personal("asked_by", KEEP, theirs=False, because="that somebody asked stays known"),),
    "Suggestion": (Personal("decided_by", EMPTY, empties=("decided_why",)),),
}
NOT_PERSONAL = {
    "SuggestionWords": "which words were found alike; the words themselves are with their author",
}
