"""The demonstration with many more words in it, for ``bench/pages.py``: sentences of the story, shuffled.

Rows are written in bulk and not by actions, so there is no history of them: this measures reading.
"""

import random
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count

from coproduce import clock
from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.contributions.models import Contribution, ContributionVersion, Kind, Verb
from coproduce.demonstration.loading import load_demonstration
from coproduce.people.models import Attribution
from coproduce.spaces.models import Membership, Privacy, Space
from coproduce.themes.models import Theme, ThemeLink, ThemeState

ANSWERS_TO_ONE = 80
WAYS = ("L", "C", "P", "R", "O", "M", "LC", "LP", "CP", "LM", "PR", "")


@transaction.atomic
def grown(slug: str, openers: int, answers: int, links: int | None = None) -> dict[str, Any]:
    """A space with that many contributions and answers, all of which a visitor may read.

    links: how many passages are put with themes; None puts two in three contributions whole into one theme each.
    One contribution has ``ANSWERS_TO_ONE`` answers; ``busy`` is its key. ``member`` is an account that signs in there,
    ``theme`` the theme that holds most, ``rare`` the one that holds least.
    """
    space, _is_new = load_demonstration(slug=slug)
    Space.objects.filter(pk=space.pk).update(privacy=Privacy.PUBLIC)
    members = list(Membership.objects.filter(space=space).select_related("person__account").order_by("pk"))
    _agree_to_be_quoted(space, members)
    maker = _Maker(space, members)
    there = Contribution.objects.filter(space=space)
    said = maker.many(openers - there.filter(answers=None).count())
    answered = _answers(maker, said, answers - there.exclude(answers=None).count())
    _save([*said, *answered])
    _into_themes(maker, said) if links is None else _coded(maker, said, links)
    held = ThemeLink.objects.filter(theme__space=space, ended_at=None).order_by().values_list("theme")
    by_size = [theme for theme, _n in held.annotate(n=Count("pk")).order_by("n")]
    member = next(one.person.account for one in members if one.person.account and not one.is_facilitator)
    return {"slug": slug, "busy": said[0].pk, "member": member, "theme": by_size[-1], "rare": by_size[0]}


def _agree_to_be_quoted(space: Space, members: list[Membership]) -> None:
    texts = {text.use: text for text in AgreementText.objects.filter(space=space).order_by("version")}
    uses = [Use.QUOTE, Use.ATTRIBUTED_QUOTE]
    Agreement.objects.filter(space=space, use__in=uses, ended_at=None).delete()
    Agreement.objects.bulk_create(
        Agreement(space=space, person=one.person, use=use, text=texts[use], given=True)
        for one in members
        for use in uses
    )


class _Maker:
    """Makes contributions from the sentences of those that are there, the same each time."""

    def __init__(self, space: Space, members: list[Membership]) -> None:
        self.space, self.chance = space, random.Random(len(space.slug))
        self.people = [one.person for one in members]
        there = list(Contribution.objects.filter(space=space).order_by("pk").values_list("words", "said_on"))
        self.texts = [re.split(r"(?<=[.?!])\s+", words) for words, _day in there if words]
        self.sentences = [sentence for text in self.texts for sentence in text]
        self.first = min(day for _words, day in there)
        self.days = (max(day for _words, day in there) - self.first).days

    def one(self, answers: Contribution | None = None) -> Contribution:
        """As long as one that people really brought, by somebody, on some day; after what it answers."""
        chance = self.chance
        words = " ".join(chance.sample(self.sentences, len(chance.choice(self.texts))))
        earliest = (answers.said_on - self.first).days if answers else 0
        return Contribution(
            space=self.space,
            author=chance.choice(self.people),
            kind=chance.choice(Kind.values),
            ways=chance.choice(WAYS),
            words=words,
            attribution=chance.choice([Attribution.NAME, *[Attribution.CHOSEN] * 3]),
            said_on=self.first + timedelta(days=chance.randint(earliest, self.days)),
            brought_at=clock.now(),
            answers=answers,
            verb=chance.choice(Verb.values) if answers else "",
        )

    def many(self, number: int) -> list[Contribution]:
        return [self.one() for _ in range(number)]


def _answers(maker: _Maker, said: list[Contribution], number: int) -> list[Contribution]:
    """Eighty to the first, the rest to all others; one in three answers an answer."""
    made: list[Contribution] = []
    below: dict[Any, list[Contribution]] = {}
    for index in range(number):
        opener = said[0] if index < ANSWERS_TO_ONE else maker.chance.choice(said[1:])
        around = below.setdefault(opener.pk, [])
        answers_answer = around and maker.chance.random() < 1 / 3
        around.append(maker.one(maker.chance.choice(around) if answers_answer else opener))
        made.append(around[-1])
    return made


def _save(made: list[Contribution]) -> None:
    for part in _parts(made):
        Contribution.objects.bulk_create(part)
        ContributionVersion.objects.bulk_create(
            ContributionVersion(contribution=one, number=1, words=one.words, written_by=one.author) for one in part
        )


def _into_themes(maker: _Maker, said: list[Contribution]) -> None:
    themes = list(Theme.objects.filter(space=maker.space, state=ThemeState.OPEN).order_by("pk"))
    chosen = [one for one in said if maker.chance.random() < 2 / 3]
    for part in _parts(chosen):
        ThemeLink.objects.bulk_create(
            ThemeLink(theme=maker.chance.choice(themes), contribution=one, linked_by=one.author) for one in part
        )


def _coded(maker: _Maker, said: list[Contribution], number: int) -> None:
    """Passages of all contributions, by four people, in 48 themes of which the largest holds some hundred times the
    least, as themes do.
    """
    chance, coders = maker.chance, maker.people[:4]
    there = Theme.objects.filter(space=maker.space)
    themes = [
        Theme(space=maker.space, name=f"Theme {n}", proposed_by=coders[0], source=f"grown {n}")
        for n in range(48 - there.count())
    ]
    Theme.objects.bulk_create(themes)
    everything = [*there.filter(state=ThemeState.OPEN)]
    weights = [1 / (1 + rank) for rank in range(len(everything))]
    for begin in range(0, number, 5000):
        made = {}
        chosen = chance.choices(everything, weights, k=min(5000, number - begin))
        for index, theme in enumerate(chosen):
            one = said[(begin + index) % len(said)]
            coder = chance.choice(coders)
            start = chance.randrange(max(1, len(one.words) - 40))
            key = (theme.pk, one.pk, start, coder.pk)
            made[key] = ThemeLink(
                theme=theme, contribution=one, linked_by=coder, start=start, end=min(len(one.words), start + 40)
            )
        ThemeLink.objects.bulk_create(made.values(), ignore_conflicts=True)


def _parts(rows: list[Any], size: int = 5000) -> Iterable[list[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
