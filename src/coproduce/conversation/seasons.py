"""The seasons that letters tell of: three months each, named as in the north of the world and by their months."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _

# Name -> the month it begins in. A winter goes by the year in which it began.
_BEGINS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
_CODE = re.compile(r"(\d{4})-(spring|summer|autumn|winter)")
EARLIEST = 1900


class Season(NamedTuple):
    """Three months. code: ``2026-spring``, as addresses have it; first and last: days, both within."""

    code: str
    first: date
    last: date

    @property
    def name(self) -> str:
        """*Spring 2026, March to May*: the months for whoever has other seasons then."""
        said = {
            "spring": _("Spring %(year)s"),
            "summer": _("Summer %(year)s"),
            "autumn": _("Autumn %(year)s"),
            "winter": _("Winter %(year)s to %(next)s"),
        }[self.code[5:]] % {"year": self.first.year, "next": self.last.year}
        months = _("%(first)s to %(last)s") % {
            "first": formats.date_format(self.first, "F"),
            "last": formats.date_format(self.last, "F"),
        }
        return f"{said}, {months}"

    @property
    def before(self) -> "Season":
        return season_of(self.first - timedelta(days=1))

    @property
    def after(self) -> "Season":
        return season_of(self.last + timedelta(days=1))


def season_of(day: date) -> Season:
    """The season a day is in."""
    begins = max((month for month in _BEGINS.values() if month <= day.month), default=12)
    year = day.year if begins <= day.month else day.year - 1
    name = next(name for name, month in _BEGINS.items() if month == begins)
    return Season(f"{year:04}-{name}", date(year, begins, 1), _last_day(year, begins))


def _last_day(year: int, begins: int) -> date:
    following = date(year + 1, 3, 1) if begins == 12 else date(year, begins + 3, 1)
    return following - timedelta(days=1)


def season_called(code: str) -> Season | None:
    """The season of an address; None for what is none, or is before ``EARLIEST``."""
    found = _CODE.fullmatch(code)
    if found is None or not EARLIEST <= int(found[1]) < 9999:
        return None
    return season_of(date(int(found[1]), _BEGINS[found[2]], 1))
