"""Refusals: what the software says when it will not do something.

A refusal states the fact in its class name, carries a kind sentence that says what happened,
what was kept and what to do next, and knows its HTTP status. Views do not catch refusals: the
middleware in ``coproduce.ui.middleware`` turns each into a page in one place. Forms show the
sentence beside the field where that is possible.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """The base of every refusal. ``what_now`` is shown to the person, translated."""

    status = 403
    title: Any = _("We could not do that")
    what_now: Any = _("Nothing was changed. You can go back and try something else.")

    def __init__(self, what_now: Any = None) -> None:
        if what_now is not None:
            self.what_now = what_now
        super().__init__(str(self.what_now))


class NotHere(Refused):
    """The object is not there, or is not for this person: nobody can tell which."""

    status = 404
    title = _("There is nothing here for you")
    what_now = _("The page may have moved, or it may belong to a space you have not joined. Nothing you wrote is lost.")


class NotAllowed(Refused):
    """The person may see the object and may not do this to it."""

    status = 403
    title = _("The charter does not let you do this")


class SignInNeeded(Refused):
    """Nobody is signed in. The middleware keeps what was typed and asks the person to sign in."""

    status = 401
    title = _("Please sign in first")
    what_now = _("Your words are kept. Sign in and you will come back to this page.")


class NotReady(Refused):
    """The charter's conditions are not met yet (reading time, who must be here)."""

    status = 409
    title = _("It is too early for that")


class OnlyPressed(Refused):
    """An address that buttons send to was opened, as by signing in after a session that ended.

    ``back_url``: the page above it, where the button may stand.
    """

    status = 405
    title = _("A button leads here, and it was not pressed")
    what_now = _("Nothing was changed. Go back, and press the button again if you still want to.")

    def __init__(self, back_url: str = "") -> None:
        self.back_url = back_url
        super().__init__()


class ChangedMeanwhile(Refused):
    """What a sheet asks for does not fit what is there now: another window or another person was quicker."""

    status = 409
    title = _("Something changed in the meantime")
    what_now = _(
        "Nothing was changed now. Somebody may have done the same from another window or another place, just before "
        "you. Open the page again and look at how it is."
    )


class AlreadyDone(Refused):
    """The same key was used with other words: the first submission stands.

    ``led_to``: the address of what the first one made.
    """

    status = 409
    title = _("You have already sent this sheet")
    what_now = _(
        "We kept what you sent the first time, and have not kept this yet. "
        "If it is something more that you want to say, send it as well."
    )
    once_more: Any = _("Send this as well")

    def __init__(self, led_to: str = "", what_now: Any = None) -> None:
        self.led_to = led_to
        super().__init__(what_now)


class SentBefore(AlreadyDone):
    """A new sheet brought the very same words that the same person sent a short while ago."""

    title = _("We already have these words from you")
    what_now = _(
        "You sent the same words from this page a short while ago. They are kept, once. "
        "If you only went back, there is nothing more to do."
    )
    once_more = _("Send them a second time")


class ConsentMissing(Refused):
    """The person whose words these are has not agreed to this use."""

    status = 403
    title = _("These words are not ours to use that way")


class TooMany(Refused):
    """Too many tries in a short while."""

    status = 429
    title = _("That was a lot of tries")
    what_now = _("Please wait a few minutes and try again. Nothing you wrote is lost.")


class TooLarge(Refused):
    """More was sent at once than is read."""

    status = 413
    title = _("That is more than fits in one go")
    what_now = _("Go back: what you wrote is still there. Send it in parts, or a smaller file.")


class BadFile(Refused):
    """A file cannot be read as what it should be; ``problems`` lists (row number, reason)."""

    status = 400
    title = _("We could not read that file")

    def __init__(self, what_now: Any = None, problems: "list[tuple[int, str]] | None" = None) -> None:
        self.problems = problems or []
        super().__init__(what_now)
