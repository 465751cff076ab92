"""Saying yes or no to what the computer suggests. Both are kept, and the next look obeys them."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import require_member
from coproduce.spaces.models import Space
from coproduce.suggestions.models import Suggestion, SuggestionKind, SuggestionState
from coproduce.themes.actions import link_contribution, name_theme
from coproduce.themes.models import Origin, Theme, ThemeLink


class DecidedAlready(NotAllowed):
    """Somebody else was quicker, or the page was left open for a while."""

    status = 409
    title = _lazy("This is decided already")
    what_now = _lazy("Somebody decided this while your page was open. Nothing was changed. Look at the page again.")


def _held(space: Space, suggestions: Sequence[Suggestion], state: str = SuggestionState.WAITING) -> list[Suggestion]:
    """The suggestions as they are now, held until the transaction ends. ``DecidedAlready`` when one is."""
    keys = {suggestion.pk for suggestion in suggestions}
    rows = Suggestion.objects.select_for_update(of=("self",)).filter(pk__in=keys, space=space)
    held = list(rows.select_related("theme__space", "contribution").order_by("id"))
    if len(held) != len(keys):
        raise NotHere(_("The computer has looked again since this page was opened, and says something else now."))
    if any(each.state != state for each in held):
        raise DecidedAlready
    return held


def _decide(held: Sequence[Suggestion], actor: Person, state: str, why: str) -> None:
    for each in held:
        each.state, each.decided_by, each.decided_at, each.decided_why = state, actor, clock.now(), why.strip()
        # A suggestion without reasons is one all the same; a field of JSON takes an empty one for nothing at all.
        each.full_clean(exclude=["reasons"], validate_unique=False, validate_constraints=False)
        each.save()


def _says_so(actor: Person, why: str) -> str:
    """What stands beside a link that began as a suggestion."""
    said = _("suggested by the computer, accepted by %(name)s") % {"name": actor.chosen_name}
    return f"{said}: {why.strip()}" if why.strip() else said


@transaction.atomic
def accept_belonging(
    *, actor: Person, space: Space, suggestions: Sequence[Suggestion], why: str = ""
) -> list[ThemeLink]:
    """Put the words with the themes they were suggested for. All or none.

    Raises ``NotHere``, ``NotAllowed``, ``UseEnded``; also where the words were changed since the computer looked.
    """
    require_member(actor, space)
    held = _held(space, suggestions)
    links = []
    for each in held:
        if each.kind != SuggestionKind.BELONGS or each.theme is None or each.contribution is None:
            raise NotHere
        if each.contribution.version != each.version:
            raise NotAllowed(_("These words were changed since the computer looked. Nothing was changed."))
        each.became_link = link_contribution(
            actor=actor, theme=each.theme, contribution=each.contribution, why=_says_so(actor, why)
        )
        links.append(each.became_link)
    _decide(held, actor, SuggestionState.ACCEPTED, why)
    record(
        "suggestions accepted",
        actor=actor,
        space=space,
        subject=held[0] if len(held) == 1 else space,
        suggestions=[each.pk for each in held],
        links=[link.pk for link in links],
    )
    return links


@transaction.atomic
def accept_group(
    *,
    actor: Person,
    suggestion: Suggestion,
    name: str,
    contributions: Sequence[Contribution],
    words: str = "",
    why: str = "",
) -> Theme:
    """Name a theme that arose, from a group that the computer noticed: the person gives the name and says which words.

    Raises ``NotHere``, ``NotAllowed``, ``NameTaken``, ``UseEnded``.
    """
    space = suggestion.space
    require_member(actor, space)
    [held] = _held(space, [suggestion])
    inside = set(held.words.values_list("contribution", flat=True))
    if held.kind != SuggestionKind.NEW or not contributions or any(each.pk not in inside for each in contributions):
        raise NotHere
    held.became_theme = name_theme(
        actor=actor,
        space=space,
        name=name,
        words=words,
        origin=Origin.EMERGED,
        contributions=contributions,
        why=_says_so(actor, why),
    )
    _decide([held], actor, SuggestionState.ACCEPTED, why)
    record(
        "suggestion accepted",
        actor=actor,
        space=space,
        subject=held,
        theme=held.became_theme.pk,
        suggested_name=held.name,
        words=len(contributions),
    )
    return held.became_theme


@transaction.atomic
def refuse(*, actor: Person, space: Space, suggestions: Sequence[Suggestion], why: str = "") -> list[Suggestion]:
    """No: these words do not belong there, or this is no theme. It is not suggested again while the words stay."""
    require_member(actor, space)
    held = _held(space, suggestions)
    _decide(held, actor, SuggestionState.REFUSED, why)
    record(
        "suggestions refused",
        actor=actor,
        space=space,
        subject=held[0] if len(held) == 1 else space,
        suggestions=[each.pk for each in held],
    )
    return held


@transaction.atomic
def ask_again(*, actor: Person, suggestion: Suggestion) -> Suggestion:
    """Take a no back: it waits again for somebody to decide."""
    require_member(actor, suggestion.space)
    [held] = _held(suggestion.space, [suggestion], SuggestionState.REFUSED)
    same = Suggestion.objects.filter(
        kind=SuggestionKind.BELONGS,
        theme=held.theme,
        contribution=held.contribution,
        state=SuggestionState.WAITING,
    )
    if held.kind == SuggestionKind.BELONGS and same.exists():
        raise DecidedAlready
    held.state, held.decided_by, held.decided_at, held.decided_why = SuggestionState.WAITING, None, None, ""
    held.save()
    record("refusal taken back", actor=actor, space=held.space, subject=held)
    return held
