"""What somebody's words reached: said before they are taken back at any of the three depths."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from coproduce.contributions.models import Contribution, ContributionState, FramingSource
from coproduce.contributions.queries import everything_below
from coproduce.decisions.models import Proposal, ProposalSource, ProposalState, ProposalVersion
from coproduce.deliberation.models import Statement, StatementSource
from coproduce.outcomes.models import Outcome, OutcomeSource
from coproduce.spaces.access import Place
from coproduce.spaces.models import Framing
from coproduce.themes.models import CodingNote, Theme, ThemeLink, ThemeState

AT_MOST = 50
A_RUN = 5
"""So many words in the same order are taken for the same words: fewer stand together by chance."""
HELD_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Reach:
    """What was made from some words, ``AT_MOST`` of each kind. ``proposals`` are still open, ``decided`` are not.

    answers: how many answer them directly; thanked: how many people said that they changed their thinking.
    """

    themes: list[Theme]
    statements: list[Statement]
    proposals: list[Proposal]
    decided: list[Proposal]
    outcomes: list[Outcome]
    framings: list[Framing]
    answers: int
    thanked: int

    def __bool__(self) -> bool:
        made = self.themes or self.statements or self.proposals or self.decided or self.outcomes or self.framings
        return bool(made or self.answers or self.thanked)


def what_words_reach(contribution: Contribution) -> Reach:
    """The themes, claims, proposals, decisions, outcomes and wordings of the question that name these words.

    Seven queries, whatever was made from them.
    """
    in_themes = ThemeLink.objects.filter(contribution=contribution, ended_at=None).values("theme")
    drawn = StatementSource.objects.filter(contribution=contribution).values("statement")
    put = ProposalSource.objects.filter(contribution=contribution).values("proposal")
    led = OutcomeSource.objects.filter(contribution=contribution).values("outcome")
    asked = FramingSource.objects.filter(contribution=contribution).values("framing")
    proposals = list(Proposal.objects.filter(pk__in=put)[:AT_MOST])
    return Reach(
        themes=list(Theme.objects.filter(pk__in=in_themes, state=ThemeState.OPEN).order_by("name")[:AT_MOST]),
        statements=list(Statement.objects.filter(pk__in=drawn, hidden_at=None)[:AT_MOST]),
        proposals=[proposal for proposal in proposals if proposal.state == ProposalState.OPEN],
        decided=[proposal for proposal in proposals if proposal.state != ProposalState.OPEN],
        outcomes=list(Outcome.objects.filter(pk__in=led)[:AT_MOST]),
        framings=list(Framing.objects.filter(pk__in=asked)[:AT_MOST]),
        answers=contribution.replies.count(),
        thanked=contribution.acknowledgements.count(),
    )


# ── where the same words stand ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SameWords:
    """A place that holds some of the same words, which erasing does not reach: what it is, whose, and where."""

    what: str
    who: str
    url: str
    passage: str


_WORD = re.compile(r"\w+")


def shared_run(text: str, others: Iterable[str]) -> str:
    """The first words of ``text`` that stand in one of ``others`` in the same order, at least ``A_RUN``; "" for none.

    Shorter texts are looked for as a whole, from two words on. Case and signs between words make no difference.
    """
    found = list(_WORD.finditer(text))
    mine = [match.group().casefold() for match in found]
    for other in others:
        theirs = [word.casefold() for word in _WORD.findall(other)]
        run = min(A_RUN, len(theirs))
        if run < 2:
            continue
        there = {tuple(theirs[i : i + run]) for i in range(len(theirs) - run + 1)}
        for i in range(len(mine) - run + 1):
            if tuple(mine[i : i + run]) in there:
                end = i + run
                while end < len(mine) and tuple(mine[end - run + 1 : end + 1]) in there:
                    end += 1
                return text[found[i].start() : found[end - 1].end()]
    return ""


def same_words_elsewhere(place: Place, contribution: Contribution) -> list[SameWords]:
    """What other people wrote that holds words of these, in any of their wordings, so that they can be asked.

    Looked at: everything that names these words, and what answers them. About ten queries.
    """
    wordings = list(contribution.versions.values_list("words", flat=True))
    found = []
    for what, who, url, texts in _made_of(place, contribution):
        passage = next((run for text in texts if (run := shared_run(text, wordings))), "")
        if passage:
            found.append(SameWords(what, who, url, passage))
    return found


_Held = tuple[str, str, str, tuple[str, ...]]


def _made_of(place: Place, words: Contribution) -> Iterator[_Held]:
    """(what it is, who wrote it, its address, its texts) of everything that was made of words or said to them."""
    slug = place.space.slug
    own = reverse("contributions:contribution", args=[slug, words.pk])
    yield from _in_themes(slug, words)
    for drawn in StatementSource.objects.filter(contribution=words).select_related("statement__drawn_by"):
        claim = drawn.statement
        url = reverse("deliberation:statement", args=[slug, claim.pk])
        yield _("A claim"), claim.drawn_by.chosen_name, url, (claim.words,)
    put = ProposalSource.objects.filter(contribution=words).values("proposal")
    for version in ProposalVersion.objects.filter(proposal__in=put).select_related("written_by")[:HELD_AT_MOST]:
        url = reverse("decisions:proposal", args=[slug, version.proposal_id])
        yield _("A proposal"), version.written_by.chosen_name, url, (version.title, version.words, version.why)
    for led in OutcomeSource.objects.filter(contribution=words).select_related("outcome__recorded_by"):
        url = reverse("outcomes:outcome", args=[slug, led.outcome_id])
        yield _("Something that came of it"), led.outcome.recorded_by.chosen_name, url, (
            led.outcome.title, led.outcome.words,
        )  # fmt: skip
    for asked in FramingSource.objects.filter(contribution=words).select_related("framing__framed_by"):
        url = reverse("spaces:framings", args=[slug])
        yield _("Our question"), asked.framing.framed_by.chosen_name, url, (asked.framing.words, asked.framing.why)
    for thanks in words.acknowledgements.select_related("person")[:HELD_AT_MOST]:
        yield _("“This changed my thinking”"), thanks.person.chosen_name, own, (thanks.words,)
    below = Contribution.objects.filter(pk__in=everything_below(words), state=ContributionState.VISIBLE)
    for answer in below.select_related("author")[:HELD_AT_MOST]:
        url = reverse("contributions:contribution", args=[slug, answer.pk])
        yield _("An answer"), answer.shown_name, url, (answer.words,)


def _in_themes(slug: str, words: Contribution) -> Iterator[_Held]:
    links = ThemeLink.objects.filter(contribution=words).select_related("linked_by", "theme__proposed_by")
    seen: set[object] = set()
    for link in links[:HELD_AT_MOST]:
        url = reverse("themes:theme", args=[slug, link.theme_id])
        if link.why:
            yield _("Why they are in a theme"), link.linked_by.chosen_name, url, (link.why,)
        if link.theme_id not in seen:
            seen.add(link.theme_id)
            theme = link.theme
            yield _("A theme"), theme.proposed_by.chosen_name, url, (theme.name, theme.words)
    for note in CodingNote.objects.filter(contribution=words).select_related("said_by")[:HELD_AT_MOST]:
        url = reverse("themes:theme", args=[slug, note.theme_id])
        yield _("What was said about a passage"), note.said_by.chosen_name, url, (note.words,)
