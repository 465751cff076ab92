"""How long somebody has been waiting, in words: a clock that does not tick."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WEEKS_UNTIL, MONTHS_UNTIL = 70, 365


def how_long(since: date, today: date) -> str:
    """From one day to another: *less than a day*, *9 days*, *6 weeks*, *7 months*, *2 years and 1 month*."""
    days = (today - since).days
    if days < 1:
        return _("less than a day")
    if days < 14:
        return ngettext("one day", "%(n)d days", days) % {"n": days}
    if days < WEEKS_UNTIL:
        return ngettext("one week", "%(n)d weeks", days // 7) % {"n": days // 7}
    months = (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)
    if days < MONTHS_UNTIL or months < 12:
        return ngettext("one month", "%(n)d months", months) % {"n": months}
    years, rest = divmod(months, 12)
    said = ngettext("one year", "%(n)d years", years) % {"n": years}
    if not rest:
        return said
    more = ngettext("one month", "%(n)d months", rest) % {"n": rest}
    return _("%(years)s and %(months)s") % {"years": said, "months": more}
