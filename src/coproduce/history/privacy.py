"""What the record holds about people. An event is never erased: its details are, by the app whose words they hold."""

from coproduce.people.personal import DELETE, KEEP, Personal

PERSONAL = {
    "Event": (Personal("actor", on_erase=KEEP, because="the chain proves itself; it holds identifiers, never words"),),
    "Submission": (Personal("sender", on_erase=DELETE),),
}
NOT_PERSONAL = {"EventDetail": "it belongs to its event, and goes when the words it is about are erased"}
