"""The first wording of each agreement. A space starts with these, and a changed wording is a new version.

Each says what is asked, what stays possible, and what cannot be called back. They are written to be read
aloud. Nothing else in the software depends on a yes: membership does not, and neither does being heard.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coproduce.consent.models import Use

FIRST_WORDINGS: dict[str, Promise] = {
    Use.QUOTE: _(
        "You may repeat my words outside this space, for example in a report, on a poster or in a talk, "
        "without my name. Somebody who knows me well might still guess that they are mine.\n\n"
        "If I change my mind, my words are left out of everything made from then on. "
        "Paper that is already printed, and talks already given, cannot be called back."
    ),
    Use.ATTRIBUTED_QUOTE: _(
        "You may repeat my words outside this space with the name I chose beside them each time. "
        "Where I chose to give no name, none is given.\n\n"
        "If I change my mind, my name and my words are left out of everything made from then on. "
        "What people have already read, printed or copied cannot be called back."
    ),
    Use.RESEARCH_DATA: _(
        "Researchers in this space may study my words together with other people’s, to learn something from "
        "them. My name is taken off first. If a study asks for more than this, I will be asked again, "
        "for that study alone.\n\n"
        "If I change my mind, my words go into no new study. Results that are already worked out stay as they "
        "are, because they cannot be taken apart again."
    ),
    Use.REUSE: _(
        "People who carry on from here may use my words in another project about the same things. They are told "
        "where the words come from and what I agreed to.\n\n"
        "If I change my mind, my words are given to no further project, and those that have them are told. We "
        "cannot make sure that they all take them out."
    ),
    Use.ARCHIVE: _(
        "When this space ends, my words may be kept with the rest in an archive, so that people years from now can "
        "see what was said and what came of it.\n\n"
        "I can change my mind until the space is handed to the archive. After that the archive’s own "
        "rules hold, and it may not be able to give the words back."
    ),
    Use.LATER_CONTACT: _(
        "You may get in touch with me after this space has ended, to tell me what came of it or to ask "
        "whether I would like to take part in something new. I can say no to anything you ask.\n\n"
        "If I change my mind, you stop. There is nothing here that cannot be called back."
    ),
}

WHAT_A_NO_REACHES: dict[str, Promise] = {
    Use.QUOTE: _("Your words come off every page that people outside can read, and out of every report made from now."),
    Use.ATTRIBUTED_QUOTE: _("Your name and the words beside it come off every page that people outside can read."),
    Use.RESEARCH_DATA: _("Your words are left out of every file made for research from now on."),
    Use.REUSE: _("Your words are left out of what is handed to other projects from now on."),
    Use.ARCHIVE: _("Your words are left out of what goes to an archive, if that has not happened yet."),
    Use.LATER_CONTACT: _("Nobody gets in touch with you once this space has ended."),
}
