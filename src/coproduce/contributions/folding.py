"""How a page shows words that its reader asked not to see.

What somebody asked not to see is known in ``conversation``, which stands above: its pages hand ``Folding`` down.
"""

from collections.abc import Callable, Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext

from coproduce.spaces.access import Place

Folding = Callable[[Place, Iterable[UUID]], Collection[UUID]]
"""Of these contributions those that this reader asked not to see."""


def asked_not_to_see(inner: str) -> str:
    """``inner``, which is safe HTML, folded away until its reader opens it once."""
    says = gettext("You asked not to see this. Show it once.")
    return f"<details><summary>{says}</summary>{inner}</details>"
