"""What care adds to the page of one contribution: why words are out of sight, and who read them while few could.

Words in sight cost nothing here.
"""

from typing import Any

from coproduce.care.actions import record_reading
from coproduce.care.queries.sight import present_moderation, readings_of
from coproduce.contributions import queries
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.spaces.access import Place


def care_part(place: Place, brought: Contribution) -> dict[str, Any]:
    """Why these words are out of sight, with the appeal, and their last readings for their author.

    Opening words that few may read is noted here: the reading is the record. At most five queries, and two writes the
    first time somebody reads them on a day.
    """
    in_sight = brought.state in (ContributionState.VISIBLE, ContributionState.WITHDRAWN)
    if in_sight or place.person is None or not queries.may_read(place, brought):
        return {}
    is_own = brought.author_id == place.person.pk
    is_hidden = brought.state == ContributionState.HIDDEN
    record_reading(actor=place.person, contribution=brought)
    return {
        "moderation": present_moderation(brought) if is_hidden else None,
        "readings": readings_of(brought) if is_own else [],
    }
