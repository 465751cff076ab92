"""What these words did: the contribution's own threads down the side, a dark weft at each event."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from coproduce.ui.pictures.thread import side_threads


class Event(NamedTuple):
    """One thing that happened with somebody's words.

    when: as people say it ("9 May"); what: the short sentence in bold ("They went into a decision.");
    more: plain words after it; url, link: where to read it; machine: the date for machines ("2026-05-09") or "".
    What did not change is an event like any other.
    """

    when: str
    what: str
    more: str = ""
    url: str = ""
    link: str = ""
    machine: str = ""


def did(letters: str, events: Sequence[Event], still_open: bool = True) -> SafeString:
    """An ordered list, first event first; its last line says whether the thread is still open."""
    threads = SafeString(side_threads(letters))
    rows = []
    for event in events:
        when = (
            format_html('<time datetime="{}">{}</time>', event.machine, event.when)
            if event.machine
            else format_html('<span class="when">{}</span>', event.when)
        )
        link = format_html(' <a href="{}">{}</a>', event.url, event.link or event.when) if event.url else ""
        rows.append((threads, when, event.what, f" {event.more}" if event.more else "", link))
    items = format_html_join("", "<li>{}<div>{}<p><b>{}</b>{}{}</p></div></li>", rows)
    last = gettext("This thread goes on.") if still_open else gettext("The thread ends here.")
    end = format_html('<li class="did-open">{}<div><p class="small">{}</p></div></li>', threads, last)
    return format_html('<ol class="did">{}{}</ol>', items, end)
