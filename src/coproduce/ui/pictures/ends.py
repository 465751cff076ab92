"""How threads end, and the words for it."""

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from coproduce.ui.pictures.thread import knots, num, stroke, wefts


def outcome_end(state: str, x: float, top: float, foot: float) -> str:
    """The bar at the end of an outcome's threads, upright at ``x`` between ``top`` and ``foot``.

    done: a whole bar; partly: a broken bar; not_yet: an open bracket; not_because: a hollow bar; unplanned: a filled
    knot with a cross.
    """
    a, b, at = num(top), num(foot), num(x)
    if state == "unplanned":
        y = (top + foot) / 2
        return (
            f'<circle class="unplanned" cx="{at}" cy="{num(y)}" r="15"/>'
            f'<path class="unplanned-cross" d="M{num(x - 6)} {num(y)}h12M{at} {num(y - 6)}v12"/>'
        )
    if state == "not_yet":
        return f'<path class="bracket" d="M{num(x - 3)} {a}h7V{b}h-7"/>'
    if state in ("not_because", "not"):
        return f'<path class="hollow" d="M{num(x - 3)} {a}h6V{b}h-6z"/>'
    return f'<path class="bar{" bar-partly" if state == "partly" else ""}" d="M{at} {a}V{b}"/>'


def outcome_end_flat(state: str, y: float, left: float, right: float) -> str:
    """The same lying down, below threads that run downwards."""
    at, a, b = num(y), num(left), num(right)
    if state == "unplanned":
        x = (left + right) / 2
        return (
            f'<circle class="unplanned" cx="{num(x)}" cy="{num(y + 6)}" r="15"/>'
            f'<path class="unplanned-cross" d="M{num(x - 6)} {num(y + 6)}h12M{num(x)} {at}v12"/>'
        )
    if state == "not_yet":
        return f'<path class="bracket" d="M{a} {num(y - 5)}v7H{b}v-7"/>'
    if state in ("not_because", "not"):
        return f'<path class="hollow" d="M{a} {num(y - 3)}v6H{b}v-6z"/>'
    return f'<path class="bar{" bar-partly" if state == "partly" else ""}" d="M{a} {at}H{b}"/>'


def _piece(body: str, width: int = 46) -> SafeString:
    return SafeString(
        f'<svg aria-hidden="true" focusable="false" width="{width}" height="28" viewBox="0 0 {width} 28">{body}</svg>'
    )


def end_mark(state: str) -> SafeString:
    """The end of one outcome, small, for beside the words that say the same."""
    wide = 34 if state == "unplanned" else 16
    return _piece(outcome_end(state, wide / 2, 3, 25), wide)


def ends() -> SafeString:
    """What the crossings and ends mean, as a list, for beside the weave."""
    from coproduce.ui.pictures.cloth import fray

    waiting = "M2 14C14 14 24 15 36 9"

    def bar(state: str, x: float = 8) -> str:
        return outcome_end(state, x, 4, 24)

    rows = (
        (_piece(wefts([8, 22, 36], 6, 22, "arose")), gettext("thick bars, and “arose”: nobody had it on a list")),
        (_piece(wefts([8, 22, 36], 4, 24, "agenda")), gettext("thin bars: on our first agenda")),
        (_piece(stroke("L", waiting)), gettext("a loose end: nothing decided so far")),
        (_piece(stroke("C", "M2 14H22") + fray(22, 14)), gettext("a frayed end: we did not agree, and it is not lost")),
        (SafeString(knots("LM")), gettext("more than one letter: someone who knows in several ways")),
        (_piece(bar("done") + bar("partly", 28)), gettext("an unbroken bar: done; one with gaps: done in part")),
        (_piece(bar("not_yet") + bar("not", 28)), gettext("an open bracket: not yet; a hollow bar: not, and why")),
        (_piece(outcome_end("unplanned", 16, 0, 28)), gettext("a knot with a cross: nobody planned it")),
    )  # fmt: skip
    return SafeString('<ul class="ends">' + format_html_join("", "<li>{}<span>{}</span></li>", rows) + "</ul>")
