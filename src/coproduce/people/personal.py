"""How an app declares what it holds about people, so that each can have a copy of it, or have it erased.

Every app has a ``privacy.py`` with two dictionaries. Together they name every model of the app;
a test fails for one that is missing.

    PERSONAL = {
        "Acknowledgement": (Personal("person", on_erase=EMPTY, empties=("words",)),),
        "Contribution": (
            Personal("author", on_erase=EMPTY, empties=("words", "content_note")),
            Personal("recorder", on_erase=KEEP, theirs=False, because="who wrote it down stays known"),
        ),
    }
    NOT_PERSONAL = {"CharterNeed": "a number agreed by a group"}

A person who asks to be erased becomes someone without a name: their ``Person`` row stays, emptied,
so that links to it still lead somewhere and the rows of others stay whole. What happens to each
row that was theirs is what is declared here.
"""

from dataclasses import dataclass
from enum import Enum


class OnErase(Enum):
    """What becomes of a row when the person asks to be erased."""

    DELETE = "delete"
    """The row goes."""
    EMPTY = "empty"
    """The fields named in ``empties`` are emptied (or set to their default, or to plain words such as
    *someone*, where empty is not allowed); the rest stays, as the mark of something taken away."""
    KEEP = "keep"
    """The row stays as it is and leads to someone without a name. Says why."""


DELETE, EMPTY, KEEP = OnErase.DELETE, OnErase.EMPTY, OnErase.KEEP


@dataclass(frozen=True)
class Personal:
    """One way in which rows of a model belong to a person.

    ``path_to_person`` is a query path from the row (``author``, ``membership__person``); for a model
    without a link it is the field by which the person is known (``email``, ``sender``), and for
    ``Person`` itself it is ``pk``. ``theirs`` rows stand whole in the person's copy; of the
    others (what they wrote down for someone else, say) the copy only tells that they did it, and when. Rows that are
    not even ``told`` are somebody else's own affair: the copy says nothing of them.
    """

    path_to_person: str
    on_erase: OnErase
    empties: tuple[str, ...] = ()
    theirs: bool = True
    told: bool = True
    because: str = ""

    def __post_init__(self) -> None:
        if (self.on_erase is EMPTY) != bool(self.empties):
            raise ValueError(f"{self.path_to_person}: name the fields in empties when, and only when, EMPTY is said")
        if self.on_erase is KEEP and not self.because:
            raise ValueError(f"{self.path_to_person}: say why it is kept (because=…)")
