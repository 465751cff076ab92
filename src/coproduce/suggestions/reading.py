"""What the computer looks at: the words of a space that may be used, and what people said of them so far.

Only words that every member can read, and whose author has not ended their use. Members decided what may leave the
space when they agreed to uses; here nothing leaves: the words are read on this server, and what is found is shown to
members only, so no further agreement is asked for.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db.models import F, QuerySet
from numpy.typing import NDArray

from coproduce.contributions.models import Contribution
from coproduce.contributions.use import in_use
from coproduce.history.chain import canonical
from coproduce.spaces.models import Space
from coproduce.suggestions.models import Suggestion, SuggestionKind, SuggestionState, SuggestionWords
from coproduce.themes.models import Theme, ThemeLink, ThemeState

REFUSALS_HEARD = 1_000
"""The newest refusals are learnt from; older ones are still never suggested again."""


@dataclass(frozen=True)
class Said:
    """All that is looked at. ``belongs``: texts × themes, by people; ``never``: (text, theme) that somebody refused or
    took out again, newest first; ``refused``: sets of contributions that were refused as a group.
    """

    keys: list[UUID]
    versions: list[int]
    texts: list[str]
    themes: list[Theme]
    belongs: NDArray[np.bool_]
    never: list[tuple[int, int]]
    refused: list[frozenset[UUID]]

    @property
    def digest(self) -> str:
        """SHA-256 of which wordings and which links were looked at."""
        rows = [[key, version] for key, version in zip(self.keys, self.versions, strict=True)]
        held = [[int(row), int(column)] for row, column in zip(*np.nonzero(self.belongs), strict=True)]
        content = [rows, [theme.pk for theme in self.themes], held, self.never]
        return hashlib.sha256(canonical(content)).hexdigest()


def what_was_said(space: Space) -> Said:
    """Read a space. Six queries, whatever is in it."""
    words = Contribution.objects.filter(in_use(), space=space).order_by("said_on", "id")
    rows = [row for row in words.values_list("pk", "version", "words") if row[2].strip()]
    at = {pk: place for place, (pk, _version, _words) in enumerate(rows)}
    versions = [version for _pk, version, _words in rows]
    themes = list(Theme.objects.filter(space=space, state=ThemeState.OPEN).order_by("proposed_at", "id"))
    columns = {theme.pk: place for place, theme in enumerate(themes)}
    belongs = np.zeros((len(rows), len(themes)), dtype=bool)
    for theme, contribution in _pairs(ThemeLink.objects.filter(theme__in=columns, ended_at=None)):
        if contribution in at:
            belongs[at[contribution], columns[theme]] = True
    never = _never(space, at, versions, columns, belongs)
    texts = [text for _pk, _version, text in rows]
    return Said(list(at), versions, texts, themes, belongs, never, _refused_groups(space))


def _pairs(links: QuerySet[ThemeLink]) -> Iterable[tuple[UUID, UUID]]:
    return links.order_by().values_list("theme", "contribution").distinct()


def _never(
    space: Space, at: dict[UUID, int], versions: list[int], columns: dict[UUID, int], belongs: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Pairs that somebody refused of the present wording, or took out of the theme again."""
    refused = Suggestion.objects.filter(space=space, state=SuggestionState.REFUSED, kind=SuggestionKind.BELONGS)
    said = list(refused.order_by("-decided_at", "-id").values_list("theme", "contribution", "version"))
    ended = ThemeLink.objects.filter(theme__in=columns, ended_at__isnull=False, version=F("contribution__version"))
    said += [(theme, contribution, 0) for theme, contribution in _pairs(ended)]
    found: dict[tuple[int, int], None] = {}
    for theme, contribution, version in said:
        if contribution not in at or theme not in columns:
            continue
        pair = (at[contribution], columns[theme])
        if version in (0, versions[pair[0]]) and not belongs[pair]:
            found[pair] = None
    return list(found)


def _refused_groups(space: Space) -> list[frozenset[UUID]]:
    rows = SuggestionWords.objects.filter(
        suggestion__space=space, suggestion__state=SuggestionState.REFUSED, suggestion__kind=SuggestionKind.NEW
    )
    groups: dict[UUID, set[UUID]] = {}
    for suggestion, contribution in rows.values_list("suggestion", "contribution"):
        groups.setdefault(suggestion, set()).add(contribution)
    return [frozenset(group) for group in groups.values()]
