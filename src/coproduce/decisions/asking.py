"""What is asked of a member now, on the page of an open proposal: it stands first."""

from dataclasses import dataclass, field

from django.contrib.humanize.templatetags.humanize import apnumber
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coproduce.decisions.actions import may_be_reworded
from coproduce.decisions.models import Proposal, Stage
from coproduce.decisions.queries import Readiness, Standing, is_left_behind, present_version
from coproduce.spaces.access import Place
from coproduce.spaces.models import Deciding


@dataclass(slots=True)
class Asked:
    """Sentences, the one thing to do (words, address), and what else one can do."""

    sentences: list[str] = field(default_factory=list)
    first: tuple[str, str] | None = None
    others: list[tuple[str, str]] = field(default_factory=list)


def asked_of(place: Place, proposal: Proposal, ready: Readiness, standing: Standing) -> Asked:
    """What this member is asked for now. Two queries at most."""
    is_mine = place.person is not None and proposal.proposed_by_id == place.person.pk
    asked = Asked()
    if is_mine:
        _of_the_proposer(place, proposal, ready, asked)
    elif place.is_facilitator and is_left_behind(proposal):
        asked.sentences.append(_("Whoever put this has left. Ask somebody whether they carry it on."))
        asked.first = (_("Hand it on"), _url(place, "hand_on", proposal))
    _of_everybody(place, proposal, standing, asked, is_mine)
    _what_else(place, proposal, standing, asked, is_mine)
    return asked


def _url(place: Place, name: str, proposal: Proposal) -> str:
    return reverse(f"decisions:{name}", args=[place.space.slug, proposal.pk])


def _of_the_proposer(place: Place, proposal: Proposal, ready: Readiness, asked: Asked) -> None:
    if ready.questions:
        one = ngettext(
            "One thing said to your proposal waits for your answer.",
            "%(n)s things said to your proposal wait for your answer.",
            ready.questions,
        )
        asked.sentences.append(one % {"n": apnumber(ready.questions)})
        asked.first = (_("Answer"), "#said")
    if ready.amendments:
        one = ngettext(
            "Somebody suggested other words for your proposal.",
            "Other words were suggested for your proposal %(n)s times.",
            ready.amendments,
        )
        asked.sentences.append(one % {"n": apnumber(ready.amendments)})
        asked.first = asked.first or (_("See what was suggested"), "#suggested")
    if proposal.kind == Deciding.ADVICE:
        asked.others.append((_("Ask somebody for advice"), _url(place, "ask", proposal)))
    if may_be_reworded(proposal):
        asked.others.append((_("Change its words"), _url(place, "amend", proposal)))
    asked.others.append((_("Hand it on"), _url(place, "hand_on", proposal)))


def _of_everybody(place: Place, proposal: Proposal, standing: Standing, asked: Asked, is_mine: bool) -> None:
    if not standing.is_eligible:
        asked.sentences.append(_not_deciding(proposal))
        asked.first = asked.first or (_("Say what you think"), _url(place, "speak", proposal))
    elif proposal.kind == Deciding.ADVICE:
        if standing.asked_advice and not standing.spoke:
            asked.sentences.append(_("You are asked for your advice."))
        if not is_mine:
            asked.first = asked.first or (_("Give your advice"), _url(place, "speak", proposal))
    elif proposal.kind == Deciding.VOTE and proposal.ballot_id:
        vote = reverse("ballots:ballot", args=[place.space.slug, proposal.ballot_id])
        asked.sentences.append(_("This is decided by a vote."))
        asked.first = (_("Go to the ballot"), vote)
    elif proposal.stage and proposal.stage not in (Stage.CONSENT, Stage.INTEGRATE):
        asked.sentences.append(str(_STAGES[Stage(proposal.stage)]))
        step = "suggest" if proposal.stage == Stage.AMEND else "speak"
        words = {
            Stage.CLARIFY: _("Ask something"),
            Stage.REACT: _("Say what you think"),
            Stage.AMEND: _suggest(proposal),
        }[Stage(proposal.stage)]
        asked.first = asked.first or (words, _url(place, step, proposal))
    else:
        _to_stand(place, proposal, standing, asked)


_STAGES = {
    Stage.CLARIFY: gettext_lazy("We are making sure that everybody understands it. Is anything unclear to you?"),
    Stage.REACT: gettext_lazy("We are saying what we think of it. Nobody answers yet, and everybody is heard."),
    Stage.AMEND: gettext_lazy("We are making it better. What words could everybody live with?"),
}


def _to_stand(place: Place, proposal: Proposal, standing: Standing, asked: Asked) -> None:
    position = standing.position
    if position is None:
        asked.sentences.append(_("You are one of those who decide this. You have not said yet where you stand."))
        words = _("Say where you stand")
    else:
        said = {"kind": position.get_kind_display().lower(), "on": date_format(localtime(position.taken_at), "j F Y")}
        asked.sentences.append(_("You said on %(on)s: %(kind)s.") % said)
        if position.brought_by:
            asked.sentences.append(_("%(name)s brought it for you.") % {"name": position.brought_by.chosen_name})
        if position.version_id != present_version(proposal).pk:
            asked.sentences.append(
                _("The words have changed since. Look again if you like; what you said counts until you change it.")
            )
        words = _("Change where you stand")
    if standing.carrying and position is None:
        asked.sentences.append(
            _("You asked %(name)s to bring your position.") % {"name": standing.carrying.through.chosen_name}
        )
    asked.first = asked.first or (words, _url(place, "position", proposal))
    for person in standing.carried:
        asked.others.append(
            (
                _("Bring the position of %(name)s") % {"name": person.chosen_name},
                f"{_url(place, 'position', proposal)}?for={person.pk}",
            )
        )


def _suggest(proposal: Proposal) -> str:
    return _("Suggest other rules") if proposal.about_charter else _("Suggest other words")


def _not_deciding(proposal: Proposal) -> str:
    if proposal.kind == Deciding.DELEGATED:
        return _("By our charter some of us decide this matter. You can say what you think; it is kept beside it.")
    on = {"day": date_format(localtime(proposal.opened_at), "j F Y")}
    return _("Who decides this was written down on %(day)s. You can say what you think; it is kept beside it.") % on


def _what_else(place: Place, proposal: Proposal, standing: Standing, asked: Asked, is_mine: bool) -> None:
    speak = _url(place, "speak", proposal)
    if asked.first is None or asked.first[1] != speak:
        asked.others.append((_("Ask, or say what you think"), speak))
    suggest = _url(place, "suggest", proposal)
    may_suggest = not is_mine and proposal.kind != Deciding.VOTE
    if may_suggest and (asked.first is None or asked.first[1] != suggest):
        asked.others.append((_suggest(proposal), suggest))
    takes_positions = proposal.kind not in (Deciding.ADVICE, Deciding.VOTE)
    if standing.is_eligible and takes_positions and proposal.charter.positions_one_may_carry:
        asked.others.append((_("Have somebody bring your position"), _url(place, "through", proposal)))
    if proposal.charter.days_when_asked and not standing.asked_time:
        asked.others.append((_("Ask for time"), _url(place, "time", proposal)))
    if proposal.stage and (is_mine or place.is_facilitator):
        asked.others.append((_("Move it on"), _url(place, "move", proposal)))
