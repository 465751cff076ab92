"""The cast: the people whom somebody looking round may be."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coproduce.demonstration.story_files import Row, read_story
from coproduce.errors import NotHere
from coproduce.people.models import Account

ORDER = ("member", "facilitator", "clinician", "assisted", "finance", "visitor")
WHO: dict[str, tuple[Promise, Promise]] = {
    "member": (
        _("a member"),
        _("She has been under both clinics. What she said in the second week changed the question."),
    ),
    "facilitator": (
        _("helps to look after the space"),
        _("She runs the back room at the carers’ centre, and writes down what comes by post and by phone."),
    ),
    "clinician": (
        _("a nurse"),
        _("Fourteen years with people who are short of breath, and her father is one of them."),
    ),
    "assisted": (
        _("does not go online"),
        _(
            "She has no account and never signs in. A support worker writes down what she says, in her words, and "
            "both names stay beside them. So you come in as him, on the sheet where he writes for her."
        ),
    ),
    "finance": (
        _("from the hospital’s finances"),
        _("She has to find the money. One decision stands with her objection to it."),
    ),
    "visitor": (
        _("a visitor"),
        _("She has an account and is not in this space. She sees what people agreed to show, and no more."),
    ),
}


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody to be. ``signs_in``: the key of who signs in, which for someone assisted is who writes for them."""

    key: str
    name: str
    who: str
    about: str
    signs_in: str
    helper: str = ""

    @property
    def email(self) -> str:
        """The address of who signs in."""
        return f"{self.signs_in}@example.org"


def cast() -> list[Part]:
    """Everyone whom somebody looking round may be, in the order in which they are shown."""
    people: list[Row] = read_story()["people"]
    names = {row["key"]: row["chosen_name"] for row in people}
    by_role = {row["cast"]: row for row in people if "cast" in row}
    return [_part(by_role[role], names) for role in ORDER]


def _part(row: Row, names: dict[str, Any]) -> Part:
    who, about = WHO[row["cast"]]
    helper = "" if row["account"] else row["helped_by"]
    return Part(
        key=row["key"],
        name=row["chosen_name"],
        who=str(who),
        about=str(about),
        signs_in=helper or row["key"],
        helper=names.get(helper, ""),
    )


def part_called(key: str) -> Part:
    """The part with this key, or ``NotHere``."""
    for part in cast():
        if part.key == key:
            return part
    raise NotHere


def account_for(part: Part) -> Account:
    """Who signs in for a part, or ``NotHere`` where the story has not been told."""
    account = Account.objects.filter(email=part.email, is_active=True).select_related("person").first()
    if account is None:
        raise NotHere
    return account
