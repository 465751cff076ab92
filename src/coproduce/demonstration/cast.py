"""How the command ``demo`` tells where to sign in."""

from django.urls import reverse

from coproduce.demonstration.queries import cast


def sign_in_links() -> list[tuple[str, str]]:
    """(who, path) for each of the cast. The paths work as often as you like while the demonstration runs."""
    return [(f"{part.name}, {part.who}", reverse("demonstration:part", args=[part.key])) for part in cast()]
