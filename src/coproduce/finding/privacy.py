"""What finding holds about people: nothing of its own."""

from coproduce.people.personal import Personal

PERSONAL: dict[str, tuple[Personal, ...]] = {}
NOT_PERSONAL: dict[str, str] = {
    "Searchable": "a repetition that the database keeps equal: what is copied or erased there is so here",
}
