"""What somebody's words reached: said before they are taken back, and on what was made from them."""

from dataclasses import dataclass

from coproduce.contributions.models import Contribution, FramingSource
from coproduce.decisions.models import Proposal, ProposalSource
from coproduce.deliberation.models import Statement, StatementSource
from coproduce.spaces.models import Framing
from coproduce.themes.models import Theme, ThemeLink, ThemeState

AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Reach:
    """What was made from some words, ``AT_MOST`` of each kind. ``answers``: how many hang from them."""

    themes: list[Theme]
    statements: list[Statement]
    proposals: list[Proposal]
    framings: list[Framing]
    answers: int

    def __bool__(self) -> bool:
        return bool(self.themes or self.statements or self.proposals or self.framings or self.answers)


def what_words_reach(contribution: Contribution) -> Reach:
    """The themes, statements, proposals (decided or not) and wordings of the question drawn from these words.

    Five queries, whatever was made from them.
    """
    in_themes = ThemeLink.objects.filter(contribution=contribution, ended_at=None).values("theme")
    drawn = StatementSource.objects.filter(contribution=contribution).values("statement")
    put = ProposalSource.objects.filter(contribution=contribution).values("proposal")
    asked = FramingSource.objects.filter(contribution=contribution).values("framing")
    return Reach(
        themes=list(Theme.objects.filter(pk__in=in_themes, state=ThemeState.OPEN).order_by("name")[:AT_MOST]),
        statements=list(Statement.objects.filter(pk__in=drawn, hidden_at=None)[:AT_MOST]),
        proposals=list(Proposal.objects.filter(pk__in=put)[:AT_MOST]),
        framings=list(Framing.objects.filter(pk__in=asked)[:AT_MOST]),
        answers=contribution.replies.count(),
    )
