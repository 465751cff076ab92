"""Bringing the coded texts of a project into a space: all of it, or nothing, and never twice."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.consent.actions import note_agreements_of_many
from coproduce.contributions.actions import ImportedWords, bring_many
from coproduce.contributions.models import Contribution, Kind
from coproduce.contributions.use import is_usable
from coproduce.exchange.actions.target import AT_A_TIME, Imported, Progress, people_from, space_to_fill
from coproduce.exchange.research.project import Coding, Project, Remark, Text
from coproduce.people.models import Attribution, Channel, Person
from coproduce.spaces.access import require_facilitator
from coproduce.spaces.models import Space
from coproduce.themes.actions.importing import (
    ImportedLink,
    ImportedNote,
    ImportedTheme,
    link_passages_many,
    name_themes_many,
    note_many,
)
from coproduce.themes.models import CodingNote, Theme, ThemeLink, ThemeState


@dataclass(slots=True)
class Plan:
    """What reading a project into a space would do. ``own``: its texts that are this space's own words; ``changed``:
    those of them whose words are other ones now, or of which nothing new may be made."""

    project: Project
    new: list[Text] = field(default_factory=list)
    own: dict[str, Contribution] = field(default_factory=dict)
    changed: list[Text] = field(default_factory=list)
    themes: dict[str, Theme] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)
    """What was said of its own words here: links and notes that the file only brings back."""

    @property
    def not_taken(self) -> list[str]:
        told = list(self.project.not_taken)
        if self.changed:
            told.append(
                _("%(n)d texts of this space, with their passages: their words were changed, or taken back, since.")
                % {"n": len(self.changed)}
            )
        return told


def plan_for(space: Space, project: Project) -> Plan:
    """What a project would bring. A file that was written here, and worked on elsewhere, finds its own words again."""
    plan = Plan(project)
    mine = _rows(Contribution, space, [text.key for text in project.texts])
    for text in project.texts:
        own = mine.get(text.key)
        if own is None:
            plan.new.append(text)
        elif is_usable(own) and own.words == text.words:
            plan.own[text.key] = own
        else:
            plan.changed.append(text)
    themes = _rows(Theme, space, [code.key for code in project.codes])
    plan.themes = {key: _present(theme) for key, theme in themes.items()}
    if plan.own:
        keys = [coding.key for coding in project.codings if coding.text in plan.own]
        keys += [remark.key for remark in project.remarks if remark.text in plan.own]
        for model in (ThemeLink, CodingNote):
            plan.there |= set(_rows(model, space, keys, to_space="theme__space"))
    return plan


def _present(theme: Theme) -> Theme:
    while theme.state == ThemeState.MERGED and theme.merged_into is not None:
        theme = theme.merged_into
    return theme


def _rows(model: Any, space: Space, keys: list[str], to_space: str = "space") -> dict[str, Any]:
    """Rows of this space by the identifier that a file gives them, as far as there are such."""
    found: dict[str, Any] = {}
    wanted = [identifier for identifier in map(_identifier, keys) if identifier is not None]
    for start in range(0, len(wanted), AT_A_TIME):
        some = model.objects.filter(**{to_space: space, "pk__in": wanted[start : start + AT_A_TIME]})
        found |= {str(row.pk): row for row in some}
    return found


def _identifier(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


@transaction.atomic
def bring_project(
    *, actor: Person, space: Space, project: Project, agreed: Collection[str] = (), progress: Progress | None = None
) -> Imported:
    """Bring a project's texts, themes, passages and notes into a space where the actor facilitates.

    agreed: the uses of their words to which the people of these texts agreed where they come from. Texts come from
    people known by a number; coders are known by a number too. Raises ``NotHere``, ``NotAllowed``, ``BadFile``.
    """
    require_facilitator(actor, space)
    return _Bringing(actor, space, plan_for(space, project), progress or (lambda done, of, doing: None)).all(agreed)


@transaction.atomic
def import_project(
    *,
    actor: Person,
    slug: str,
    project: Project,
    question: str = "",
    agreed: Collection[str] = (),
    progress: Progress | None = None,
) -> Imported:
    """As ``bring_project``, into the space called ``slug``, which is made if it is not there. For the command."""
    space = space_to_fill(actor=actor, slug=slug, question=question)
    return bring_project(actor=actor, space=space, project=project, agreed=agreed, progress=progress)


class _Bringing:
    """One project on its way into one space."""

    def __init__(self, actor: Person, space: Space, plan: Plan, tell: Progress) -> None:
        self.actor, self.space, self.plan, self.tell = actor, space, plan, tell
        self.project = plan.project
        self.people: dict[str, Person] = {}

    def all(self, agreed: Collection[str]) -> Imported:
        plan, project = self.plan, self.project
        self.tell(0, len(plan.new), _("texts"))
        texts = self._texts()
        if agreed:
            note_agreements_of_many(actor=self.actor, space=self.space, people=self.people.values(), uses=agreed)
        self.tell(len(plan.new), len(plan.new), _("texts"))
        themes = self._themes()
        coders = self._coders()
        links = link_passages_many(actor=self.actor, space=self.space, rows=self._links(texts, themes, coders))
        note_many(actor=self.actor, space=self.space, rows=self._notes(texts, themes, coders))
        self.tell(links, links, _("links to themes"))
        sentence = _(
            "Read in from this file. Texts: %(texts)d; people: %(people)d; themes: %(themes)d; passages or whole texts "
            "put with them: %(links)d. What was here already is here once."
        ) % {"texts": len(plan.new), "people": len(self.people), "themes": len(project.codes), "links": links}
        left_out = len(plan.not_taken)
        return Imported(len(plan.new), len(project.codes), links, 0, 0, len(self.people), left_out, sentence)

    def _source(self, kind: str, key: str) -> str:
        return f"{self.project.prefix}:{kind}:{key}"[:200]

    def _texts(self) -> dict[str, Contribution]:
        sources = [self._source("person", text.person) for text in self.plan.new]
        name = _("Person %s") if self.project.people else _("Someone whose name was not kept")
        self.people = people_from(actor=self.actor, space=self.space, sources=sources, name=name)
        brought = bring_many(actor=self.actor, space=self.space, rows=[self._words(text) for text in self.plan.new])
        new = {text.key: brought[self._source("text", text.key)] for text in self.plan.new}
        # Words that came before and were changed or taken back since have other places now.
        same = {text.key: new[text.key] for text in self.plan.new if _is_as_it_was(new[text.key], text)}
        return self.plan.own | same

    def _words(self, text: Text) -> ImportedWords:
        return ImportedWords(
            source=self._source("text", text.key),
            words=text.words,
            author=self.people[self._source("person", text.person)],
            said_on=text.said_on or clock.today(),
            kind=text.kind or Kind.OBSERVATION,
            ways=text.ways,
            attribution=Attribution.CHOSEN if text.person else Attribution.ANONYMOUS,
            channel=text.channel or Channel.WEB,
            content_note=text.content_note,
        )

    def _themes(self) -> dict[str, Theme]:
        rows = [
            ImportedTheme(
                source=self._source("code", code.key),
                name=code.name,
                words=code.words if len(code.name) <= LONGEST_NAME else f"{code.name}\n\n{code.words}",
                colour=code.colour,
                parent=self._source("code", code.parent) if code.parent else "",
            )
            for code in self.project.codes
        ]
        known = {self._source("code", key): theme for key, theme in self.plan.themes.items()}
        found = name_themes_many(actor=self.actor, space=self.space, rows=rows, known=known)
        return {code.key: found[self._source("code", code.key)] for code in self.project.codes}

    def _coders(self) -> dict[str, Person]:
        """Whoever coded, known by a number; the actor where the file does not say."""
        used = self.project.coders
        made = people_from(
            actor=self.actor,
            space=self.space,
            sources=[self._source("coder", key) for key in used],
            name=_("Coder %s"),
        )
        return {key: made[self._source("coder", key)] for key in used} | {"": self.actor}

    def _links(
        self, texts: dict[str, Contribution], themes: dict[str, Theme], coders: dict[str, Person]
    ) -> list[ImportedLink]:
        return [
            ImportedLink(
                theme=themes[each.code],
                contribution=texts[each.text],
                linked_by=coders[each.coder],
                start=each.start,
                end=each.end,
                why=each.why,
                linked_at=each.at,
            )
            for each in self.project.codings
            if self._is_wanted(each, texts)
        ]

    def _notes(
        self, texts: dict[str, Contribution], themes: dict[str, Theme], coders: dict[str, Person]
    ) -> list[ImportedNote]:
        return [
            ImportedNote(
                theme=themes[each.code],
                contribution=texts[each.text],
                said_by=coders[each.coder],
                words=each.words,
                start=each.start,
                end=each.end,
                said_at=each.at,
            )
            for each in self.project.remarks
            if self._is_wanted(each, texts)
        ]

    def _is_wanted(self, each: Coding | Remark, texts: dict[str, Contribution]) -> bool:
        return each.text in texts and each.key not in self.plan.there


LONGEST_NAME = 120


def _is_as_it_was(brought: Contribution, text: Text) -> bool:
    return is_usable(brought) and brought.words == text.words
