"""What walls holds about people: who opened, named and moved. The words on the cards are contributions."""

from coproduce.people.personal import KEEP, Personal

PERSONAL = {
    "Wall": (Personal("opened_by", KEEP, theirs=False, because="that somebody opened it stays known"),),
    "WallGroup": (Personal("made_by", KEEP, because="a name that the room took up belongs to the group"),),
    "WallCard": (Personal("moved_by", KEEP, theirs=False, because="that somebody moved it stays known"),),
}
NOT_PERSONAL: dict[str, str] = {}
