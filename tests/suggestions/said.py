"""A space where people said things about four matters, three of which have a theme; and what a test does with it."""

from coproduce.themes.actions import link_contribution, name_theme
from coproduce.work.worker import work_off

PARKING = [
    "The car park was full and I paid twice at the parking machine.",
    "Parking costs more than the bus. The car park machine takes no cards.",
    "I drove round the car park for half an hour before my appointment.",
    "The parking machine was broken again, and the car park fine came by post.",
    "There are no spaces in the car park for people who cannot walk far.",
    "My daughter pays the parking each week and nobody tells her about the permit.",
    "Why is the car park so far from the door? Parking should be nearer.",
    "We missed the appointment because the car park was full.",
]
KIND = [
    "The nurses were so kind and took their time with my mother.",
    "A kind nurse held my hand and explained everything slowly.",
    "Everyone was friendly and kind, from the porter to the nurse.",
    "The nurse listened to me. She was kind and never in a hurry.",
    "Such kind and caring staff, the nurse knew my name.",
    "The nurses smiled and were kind even at three in the morning.",
    "I felt listened to, the nurse was caring and kind.",
    "Kind words from a nurse helped me more than the tablets.",
]
LETTERS = [
    "The letter came after the appointment had passed.",
    "I cannot read the letters, the print is too small.",
    "Three letters came on one day and each said another date.",
    "The appointment letter went to my old address again.",
    "Nobody could tell me what the letter meant.",
    "Letters full of words that I do not know.",
    "My letter had somebody else's name on it.",
    "The letter said ring this number, and nobody answers.",
]
BREATH = [
    "When I am breathless at night I am afraid that I will die.",
    "Breathless on the stairs, and afraid to go out alone.",
    "The fear of being breathless keeps me in the house.",
    "At night the breathless panic comes and I sit up afraid.",
    "I am afraid of getting breathless in the shop, so I stay home.",
    "Being breathless is fear. Nobody asks about the fear.",
    "My husband wakes when I am breathless and afraid at night.",
    "The breathless fear is worse than the cough.",
]


def fill(build, space, people):
    """Everything said, in turn by each of ``people``. For each matter the contributions."""
    said = {}
    for matter, texts in (("parking", PARKING), ("kind", KIND), ("letters", LETTERS), ("breath", BREATH)):
        said[matter] = [
            build.contribution(space, people[at // 2 % len(people)], text, ways="L") for at, text in enumerate(texts)
        ]
    return said


def name_themes(space, actor, said, leave=3):
    """The first three matters get a theme with all but the last ``leave`` pieces in it."""
    themes = {}
    for matter in ("parking", "kind", "letters"):
        themes[matter] = name_theme(
            actor=actor, space=space, name=matter.title(), contributions=said[matter][:-leave], why="alike"
        )
    return themes


def put_with(actor, theme, words):
    return link_contribution(actor=actor, theme=theme, contribution=words)


def look(actor, space):
    """Ask the computer and do what waits, by the real worker."""
    from coproduce.suggestions.actions import ask_for_suggestions

    piece = ask_for_suggestions(actor=actor, space=space)
    work_off()
    piece.refresh_from_db()
    assert piece.state == "done", piece.error
    return piece
