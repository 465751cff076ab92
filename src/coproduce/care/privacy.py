"""What care holds about people.

Who said that something is wrong is never told to whoever it is about: not on a page, and not in their copy. So rows
about somebody's words are theirs only where they made them; of a ``Flag`` or a ``Concern`` on their words their copy
says nothing at all, and of a ``Moderation`` it tells what was done and why.
"""

from coproduce.people.personal import EMPTY, KEEP, Personal

RECORDED = "who wrote it down stays known"
ANSWERED = "who answered for the space stays known"

PERSONAL = {
    "HouseRule": (
        Personal("proposed_by", KEEP, because="others agreed to the rule; it leads to someone without a name"),
        Personal("recorded_by", KEEP, theirs=False, because=RECORDED),
        Personal("ended_by", KEEP, theirs=False, because=ANSWERED),
    ),
    "RuleVoice": (
        Personal("person", KEEP, because="the rule holds because people said so; it leads to someone without a name"),
        Personal("recorded_by", KEEP, theirs=False, because=RECORDED),
    ),
    "CareRole": (
        Personal("person", KEEP, because="who looked after worries, and when, stays known"),
        Personal("named_by", KEEP, theirs=False, because=ANSWERED),
    ),
    "Flag": (
        Personal("flagger", EMPTY, empties=("words",)),
        Personal("recorded_by", KEEP, theirs=False, because=RECORDED),
        Personal("to_person", KEEP, theirs=False, because=ANSWERED),
        Personal("talked_by", KEEP, theirs=False, because=ANSWERED),
        Personal("answered_by", KEEP, theirs=False, because=ANSWERED),
    ),
    "Moderation": (
        Personal("contribution__author", KEEP, because="that words were put out of sight, and why, stays on record"),
        Personal("hidden_by", KEEP, theirs=False, because=ANSWERED),
        Personal("ended_by", KEEP, theirs=False, because=ANSWERED),
    ),
    "Appeal": (
        Personal("made_by", EMPTY, empties=("words",)),
        Personal("hidden_by", KEEP, theirs=False, because=ANSWERED),
        Personal("to_person", KEEP, theirs=False, because=ANSWERED),
        Personal("wishes_for", KEEP, theirs=False, told=False, because="it says only that somebody thought of them"),
        Personal("decided_by", KEEP, theirs=False, because=ANSWERED),
    ),
    "Reading": (
        Personal("contribution__author", KEEP, because="who read private words stays on record, for the author"),
        Personal("reader", KEEP, theirs=False, because="who read private words stays on record, for the author"),
    ),
    "CareNote": (Personal("written_by", KEEP, theirs=False, because="the note belongs to the space"),),
    "Concern": (
        Personal("written_by", EMPTY, empties=("words",)),
        Personal("to_person", KEEP, theirs=False, because=ANSWERED),
        Personal("answered_by", KEEP, theirs=False, because=ANSWERED),
    ),
    "BrokenGlass": (
        Personal("asked_by", KEEP, theirs=False, because="who opened somebody's private words stays known"),
        Personal("second", KEEP, theirs=False, because="who agreed to that stays known"),
    ),
}
NOT_PERSONAL: dict[str, str] = {}
