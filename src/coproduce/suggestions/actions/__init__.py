"""Everything that is done with suggestions: ask for them (``asking``), keep what was found (``keeping``), decide
(``deciding``)."""

from coproduce.suggestions.actions.asking import ask_for_suggestions
from coproduce.suggestions.actions.deciding import accept_belonging, accept_group, ask_again, refuse

__all__ = ["accept_belonging", "accept_group", "ask_again", "ask_for_suggestions", "refuse"]
