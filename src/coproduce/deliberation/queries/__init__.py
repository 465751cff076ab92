"""Claims, how many see each in which way, and the reasons people gave."""

from coproduce.deliberation.queries.answers import (
    OFFERED,
    Tally,
    answers_at,
    left_to_answer,
    next_statement,
    people_who_answered,
    response_of,
    speaker,
    tallies,
    values_offered,
)
from coproduce.deliberation.queries.claims import (
    SourceWords,
    as_sources,
    hidden_statement,
    sources_of,
    statement_in,
    statements_in,
    voices,
)
from coproduce.deliberation.queries.maps import (
    newest_map,
)
from coproduce.deliberation.queries.reasons import (
    Reason,
    may_be_read,
    reasons_for,
)
from coproduce.deliberation.queries.results import (
    A_PAGE,
    BOTH_SIDES,
    IN_EVERY_GROUP,
    LOOKED_AT,
    NEARLY_EVERYONE,
    ORDERS,
    Claim,
    HowWeSeeIt,
    agreement_on,
    all_claims,
    how_we_see_it,
    one_claim,
)
from coproduce.deliberation.queries.standpoints import (
    group_name,
    ways_beside,
    ways_of_people,
)

__all__ = [
    "A_PAGE",
    "BOTH_SIDES",
    "IN_EVERY_GROUP",
    "LOOKED_AT",
    "NEARLY_EVERYONE",
    "OFFERED",
    "ORDERS",
    "Claim",
    "HowWeSeeIt",
    "Reason",
    "SourceWords",
    "Tally",
    "agreement_on",
    "all_claims",
    "answers_at",
    "as_sources",
    "group_name",
    "hidden_statement",
    "how_we_see_it",
    "left_to_answer",
    "may_be_read",
    "newest_map",
    "next_statement",
    "one_claim",
    "people_who_answered",
    "reasons_for",
    "response_of",
    "sources_of",
    "speaker",
    "statement_in",
    "statements_in",
    "tallies",
    "values_offered",
    "voices",
    "ways_beside",
    "ways_of_people",
]
