"""Results made ready for a page: rows of marks, their sentences and tables, each row leading to what was counted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.humanize.templatetags.humanize import apnumber
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from coproduce.deliberation.queries import EVERYONE, Claim, Mattering, Tally, group_name, row_name
from coproduce.spaces.models import Space
from coproduce.ui.pictures.agreement import Row, agreement_key, agreement_marks, people_a_mark, said_of

STANDPOINTS = "LCPROM"


@dataclass(frozen=True, slots=True)
class AgreementFigure:
    """One claim as it is drawn.

    marks: "" where too few answered; key: what the marks mean, "" where it was just said. notes: what to know of the
    rows, [] where it was just said of the claim before; all_notes: the same, always. apart: how many said that it is
    not theirs to say, "" for nobody; matters: to how many it matters a lot, "" where too few said.
    """

    claim: Claim
    marks: SafeString | str
    key: SafeString | str
    rows: list[Row]
    notes: list[str]
    all_notes: list[str] = field(default_factory=list)
    apart: str = ""
    matters: str = ""
    everyone_url: str = ""

    @property
    def in_all(self) -> str:
        """How many gave which answer, each person once, in words."""
        tally = self.claim.tally
        return said_of(Row("", tally.agree, tally.unsure, tally.disagree))


def agreement_figures(
    claims: Sequence[Claim], space: Space, *, hidden: bool = False, linked: bool = True
) -> list[AgreementFigure]:
    """The claims of one section; what the marks mean is said at the first, and again where it changes.

    hidden: the answers are out of sight while a round is open; linked: each row leads to what was counted.
    """
    figures, said, told = [], 0, [""]
    for claim in claims:
        rows = _rows(claim, space) if linked else [row._replace(url="") for row in _rows(claim, space)]
        each = people_a_mark(rows)
        notes = _hidden_notes() if hidden else _notes(claim, space.threshold)
        figures.append(
            AgreementFigure(
                claim,
                marks=agreement_marks(rows) if rows else "",
                key=agreement_key(each) if rows and each != said else "",
                rows=rows,
                notes=[] if notes == told else notes,
                all_notes=notes,
                apart=said_apart(claim.tally, space.threshold) if rows else "",
                matters=said_matters(claim.matters) if rows else "",
                everyone_url=row_url(claim, space, ()),
            )
        )
        said, told = each if rows else said, notes
    return figures


def row_url(claim: Claim, space: Space, groups: Sequence[str]) -> str:
    """Where a row of a claim's figure is opened."""
    return reverse("deliberation:counted", args=[space.slug, claim.statement.pk, row_name(groups) or EVERYONE])


def _rows(claim: Claim, space: Space) -> list[Row]:
    agreement = claim.agreement
    if agreement is None or agreement.total is None:
        return []
    shown = sorted(agreement.rows, key=lambda row: min(STANDPOINTS.find(one) if one else 9 for one in row.groups))
    if not shown:
        total = agreement.total
        url = row_url(claim, space, ())
        return [Row(_("Everyone who answered"), total.agree, total.unsure, total.disagree, url)]
    return [
        Row(group_name(row.groups), row.agree, row.unsure, row.disagree, row_url(claim, space, row.groups))
        for row in shown
    ]


def _hidden_notes() -> list[str]:
    return [_("A round is open. What others answer to this is shown to nobody until it is closed.")]


def _notes(claim: Claim, threshold: int) -> list[str]:
    agreement = claim.agreement
    if agreement is None:
        return []
    smallest = {"n": apnumber(threshold)}
    if agreement.total is None:
        return [_("Fewer than %(n)s people have answered this so far, so the answers are not shown yet.") % smallest]
    notes = []
    for groups in agreement.joined:
        if agreement.rows:
            names = {"names": group_name(groups)} | smallest
            notes.append(_("%(names)s are counted together: apart, fewer than %(n)s people could be told.") % names)
    if not agreement.rows and agreement.joined:
        notes.append(_("Too few have answered from each standpoint to show them apart."))
    if sum(row.people for row in agreement.rows) > agreement.total.people:
        notes.append(_("Somebody who speaks from two standpoints is counted in both rows."))
    if agreement.rows or agreement.joined:
        notes.append(_("Nobody is shown alone."))
    return notes


def said_apart(tally: Tally, threshold: int) -> str:
    """How many said that a claim is not theirs to say: a number where it is of enough people; "" for nobody."""
    if not tally.not_mine:
        return ""
    if tally.not_mine < threshold:
        return _("A few more said that it is not theirs to say.")
    return _("%(n)s more said that it is not theirs to say.") % {"n": tally.not_mine}


def said_only_apart(people: int, threshold: int) -> str:
    """How many people said only that a claim is not theirs to say, after those who said how they see one."""
    if not people:
        return ""
    if people < threshold:
        return _("A few more said only that it is not theirs to say.")
    return _("%(n)s more said only that it is not theirs to say.") % {"n": people}


def said_matters(matters: Mattering) -> str:
    """To how many a claim matters a lot, of those who said how much it matters; "" where nobody may be told of."""
    if not matters.said:
        return ""
    return _("It matters a lot to %(n)s of the %(of)s who said how much it matters to them.") % {
        "n": matters.a_lot,
        "of": matters.said,
    }
