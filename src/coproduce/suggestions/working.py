"""The piece of work that looks for suggestions in a space, from reading what was said to keeping what was found."""

from typing import Any

import numpy as np
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from coproduce.suggestions.reading import Said, what_was_said
from coproduce.work.running import Doing, piece_of_work

KIND = "suggestions"
AT_ONCE = 500


@piece_of_work
def look_for_suggestions(doing: Doing) -> dict[str, Any]:
    """Look at every word of the piece's space that may be used. The result says how many of what were found."""
    # Loaded here: the server's own processes never need what compares texts.
    from coproduce.suggestions import finding_out
    from coproduce.suggestions.actions.keeping import keep_suggestions

    space, person = doing.piece.space, doing.piece.asked_by
    assert space is not None and person is not None  # noqa: S101, PT018 -- as ``ask_for_suggestions`` makes them
    language = get_language() or "en"
    doing.says(_("Reading what was said"), done=0, total=5)
    said = what_was_said(space)
    doing.says(_("Comparing what was meant"), done=1, total=5)
    vectors = _vectors(said, doing)
    meaning = vectors is not None
    doing.says(_("Learning from what people put with each theme"), done=2, total=5)
    belongs = finding_out.may_belong(said, vectors, meaning, language)
    doing.says(_("Gathering what fits no theme yet"), done=3, total=5)
    groups = finding_out.fits_nothing_yet(said, vectors, meaning, language)
    doing.says(_("Writing down what was found"), done=4, total=5)
    keep_suggestions(actor=person, space=space, said=said, belongs=belongs, groups=groups, meaning=meaning)
    return {"belongs": len(belongs.belongs), "groups": len(groups.groups), "texts": len(said.texts)}


def _vectors(said: Said, doing: Doing) -> "NDArray[np.float32] | None":
    """What each text means, as far as this server can tell; a part at a time, so that it can be stopped."""
    from coproduce_methods.texts import MEANING_MOST, has_meaning, meaning_vectors

    if not has_meaning() or len(said.texts) > MEANING_MOST or not said.texts:
        return None
    parts = []
    for begin in range(0, len(said.texts), AT_ONCE):
        doing.says(
            _("Comparing what was meant (%(done)s of %(all)s texts)") % {"done": begin, "all": len(said.texts)},
            done=1,
            total=5,
        )
        parts.append(meaning_vectors(said.texts[begin : begin + AT_ONCE]))
    return np.vstack(parts)
