"""Everything that can be done with what people bring. Each name here is one use case.

``bringing``: bring, answer, bring many · ``keeping``: words written before signing up · ``changing``: revise, put out
of sight by moderation · ``taking_back``: aside, no new use, erased, and the ways back · ``receiving``: *this changed my
thinking*, and words that change the question · ``attaching``: pictures, sound and files · ``drafting``: what is begun.
"""

from coproduce.contributions.actions.attaching import add_files, describe_files, erase_attachments
from coproduce.contributions.actions.bringing import answer_contribution, bring_contribution
from coproduce.contributions.actions.changing import (
    hide_contribution,
    revise_contribution,
    show_contribution,
)
from coproduce.contributions.actions.drafting import close_draft, discard_draft, keep_draft
from coproduce.contributions.actions.importing import ImportedWords, bring_many
from coproduce.contributions.actions.keeping import bring_kept_words, claim_waiting_words, keep_waiting_words
from coproduce.contributions.actions.receiving import (
    acknowledge_contribution,
    reframe_from_contributions,
    take_back_acknowledgement,
)
from coproduce.contributions.actions.taking_back import (
    allow_use,
    bring_back,
    end_use,
    open_to_all,
    put_aside,
    withdraw_contribution,
)

__all__ = [
    "ImportedWords",
    "acknowledge_contribution",
    "add_files",
    "allow_use",
    "answer_contribution",
    "bring_back",
    "bring_contribution",
    "bring_kept_words",
    "bring_many",
    "claim_waiting_words",
    "close_draft",
    "describe_files",
    "discard_draft",
    "end_use",
    "erase_attachments",
    "hide_contribution",
    "keep_draft",
    "keep_waiting_words",
    "open_to_all",
    "put_aside",
    "reframe_from_contributions",
    "revise_contribution",
    "show_contribution",
    "take_back_acknowledgement",
    "withdraw_contribution",
]
