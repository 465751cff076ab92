"""The sheet of a piece of work."""

from coproduce.ui.forms import KeyedForm


class StopForm(KeyedForm):
    """One button: stop it."""
