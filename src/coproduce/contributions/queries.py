"""What was brought, as far as the person who asks may see it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import CharField, Count, DateField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Left, Length
from django.urls import reverse
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.consent.models import Agreement, Use
from coproduce.contributions.known import is_known_to
from coproduce.contributions.models import (
    Acknowledgement,
    Attachment,
    Contribution,
    ContributionState,
    ContributionVersion,
    Kind,
    WaitingWords,
)
from coproduce.errors import NotHere
from coproduce.people.models import Attribution, Person
from coproduce.people.naming import shown_name
from coproduce.prepared import Prepared, given, given_many, only, prepared
from coproduce.spaces.access import Place
from coproduce.spaces.models import Framing, Membership, MembershipState, Space, Standpoint, Visibility
from coproduce.ways import LETTERS

A_PAGE = 25
SAID = "said"
ANSWERS_ON_A_PAGE = 200


class Speaker(NamedTuple):
    """The names of whoever said something, for ``shown_name``."""

    name: str
    chosen_name: str


Spoken = dict[UUID, list[tuple[str, str]]]

OPENING = 420
"""Characters of a text that the list shows; longer ones are cut at a word, with a link."""

KINDS = {str(kind): kind.label for kind in Kind}
"""``get_kind_display`` makes its dictionary anew for every row."""

WORDS_WAIT_FOR = timedelta(days=30)


def visible_contributions(place: Place) -> QuerySet[Contribution]:
    """Every contribution and answer that may be shown to this person, with its author fetched.

    Members see what is visible. Visitors of a public space see only the words of people who agreed that
    they may be quoted; with a name only where they agreed to that too, or chose to give none. Words of which their
    author wants no more use made are for members only.
    """
    return Contribution.objects.filter(may_be_seen(place), space=place.space).select_related("author", "space")


def seen_among(place: Place, wanted: Iterable[UUID]) -> QuerySet[Contribution]:
    """Those of ``visible_contributions`` that are wanted, with author and space fetched."""
    # The space is asked of an expression: else SQLite may begin with all words of the space and not with these few.
    found = Contribution.objects.alias(where=Coalesce("space", "space"))
    few = found.filter(may_be_seen(place), where=place.space.pk, pk__in=list(wanted))
    return few.select_related("author", "space")


def may_be_seen(place: Place, through: str = "") -> Q:
    """The condition of ``visible_contributions``, but for the space, for rows that lead to a contribution.

    through: the path from the row, such as ``contribution__``. It looks at one row at a time, so a page that
    shows few rows of many pays for few.
    """
    visible = Q(**{f"{through}state": ContributionState.VISIBLE})
    in_use = Q(**{f"{through}use_ended_at": None})
    return visible if place.is_member else visible & in_use & Q(_may_be_quoted(place.space.pk, through))


def seen_by(*, is_member: bool, through: str = "") -> Q:
    """``may_be_seen`` for a prepared query, to which the ``space`` is given."""
    visible = Q(**{f"{through}state": ContributionState.VISIBLE})
    in_use = Q(**{f"{through}use_ended_at": None})
    return visible if is_member else visible & in_use & Q(_quotable(given("space"), through))


@lru_cache(maxsize=512)
def _may_be_quoted(space: UUID, through: str = "") -> Exists:
    """Kept because a visitor's page needs it several times and it is slow to put together; it holds no rows."""
    return _quotable(space, through)


def _quotable(space: Any, through: str) -> Exists:
    """The author agreed to be quoted with their name; or without, and no name stands beside these words."""
    shown_as = ExpressionWrapper(OuterRef(f"{through}attribution"), output_field=CharField())
    nameless = Q(use=Use.QUOTE, shown_as__in=[Attribution.STANDPOINT, Attribution.ANONYMOUS])
    return Exists(
        Agreement.objects.alias(shown_as=shown_as)
        .filter(space=space, person=OuterRef(f"{through}author"), given=True, ended_at=None)
        .filter(Q(use=Use.ATTRIBUTED_QUOTE) | nameless)
    )


def contribution_in(place: Place, pk: UUID) -> Contribution:
    """One contribution with its author, recorder and gathering, as this person may see it. One query.

    ``has_files``: whether pictures, sound or documents go with it; then ``attachments_of`` is worth asking.
    ``quoting`` says what its author agreed to: ``attributed_quote`` (with the name that stands there), ``quote``
    (without a name), or None.

    Members find the tombstones of words that were taken back and the place of words put out of sight; the words
    of the latter are emptied here for everyone who may not read them (``may_read``).
    Raises ``NotHere`` for what is not in this space or, for a visitor, not theirs to read, and for close words.
    """
    contribution: Contribution | None = only(_one(is_member=place.is_member)(space=place.space.pk, pk=pk))
    if contribution is None:
        raise NotHere
    contribution.space = place.space
    if not may_read(place, contribution):
        if contribution.state == ContributionState.CLOSE:
            raise NotHere
        contribution.words = contribution.content_note = contribution.state_why = ""
        contribution.citation = contribution.link = ""
        contribution.attribution = Attribution.ANONYMOUS
    return contribution


@prepared
def _one(*, is_member: bool) -> QuerySet[Contribution]:
    # Of the two uses ATTRIBUTED_QUOTE comes first in the alphabet, so the least is the most that was agreed to.
    agreed = Agreement.objects.filter(
        space=given("space"),
        person=OuterRef("author"),
        use__in=[Use.ATTRIBUTED_QUOTE, Use.QUOTE],
        given=True,
        ended_at=None,
    ).order_by("use")
    files = Attachment.objects.filter(contribution=OuterRef("pk"), erased_at=None)
    found = (
        Contribution.objects.select_related("author", "recorder", "gathering")
        .filter(space=given("space"), pk=given("pk"))
        .annotate(quoting=Subquery(agreed.values("use")[:1]), has_files=Exists(files))
    )
    return found if is_member else found.filter(seen_by(is_member=False))


def may_read(place: Place, contribution: Contribution) -> bool:
    """Whether this person may read the words, of one that ``contribution_in`` would find or would not.

    What is visible: whoever finds it. Words put out of sight by moderation, and close words: their author, whoever
    wrote them down, and those who facilitate. Words put aside: their author alone, and for somebody assisted those
    who write down for them. Words taken back: nobody, they are gone.
    """
    state, person = contribution.state, place.person
    if state in (ContributionState.VISIBLE, ContributionState.WITHDRAWN):
        return state == ContributionState.VISIBLE
    if person is None or not place.is_member:
        return False
    wrote = person.pk == contribution.recorder_id
    if state == ContributionState.ASIDE:
        helps = contribution.author.is_assisted and (wrote or place.is_facilitator)
        return person.pk == contribution.author_id or helps
    return place.is_facilitator or wrote or person.pk == contribution.author_id


def own_words(place: Place) -> QuerySet[Contribution]:
    """All that this person brought here and did not erase, newest said first, also what is out of sight or for few."""
    mine = Contribution.objects.filter(space=place.space, author=place.person)
    mine = mine.exclude(state=ContributionState.WITHDRAWN).select_related("author", "space", "recorder")
    return mine.order_by("-said_on", "-id")


def own_contribution(place: Place, pk: UUID, *, to_take_back: bool = False) -> Contribution:
    """A contribution that this person may revise and take back: their own, or an assisted person's whom they help.

    Nameless words are revised by who wrote them down, who knows whose they are; to_take_back: by anybody who
    facilitates, who is asked to and reads no name.
    """
    contribution = contribution_in(place, pk)
    own = place.person is not None and contribution.author_id == place.person.pk
    helped = place.is_facilitator and contribution.author.is_assisted
    helped = helped and (to_take_back or is_known_to(place.person, contribution))
    if contribution.state == ContributionState.WITHDRAWN or not (own or helped):
        raise NotHere
    return contribution


# ── the list ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Row:
    """One opener in the list. ``opening`` is the words or their beginning (``is_cut``); ``known`` how they know.

    ``attached``: the kind of the first file that goes with them, or "".
    """

    pk: UUID
    url: str
    opening: str
    is_cut: bool
    ways: str
    name: str
    known: str
    kind: str
    content_note: str
    said_on: date
    answered: int
    attached: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list: rows by month in the order asked for, and where the next ones begin ("" if none)."""

    months: list[tuple[date, list[Row]]] = field(default_factory=list)
    earlier: str = ""


def brought_in(
    place: Place, *, way: str = "", kind: str = "", order: str = "", before: str = "", to_choose: bool = False
) -> Listing:
    """What was brought: ``A_PAGE`` openers, from ``before`` (a place in the list, from ``Listing.earlier``).

    way: a letter; kind: a code; both "" for all. order: "" for what was said last first, ``SAID`` for the order it was
    said in. ``to_choose``: only those of which something may be made. Three queries, whatever the number of rows; never
    counts the whole list.
    """
    place_in_list = _place_in_list(before)
    ask = _openers(
        is_member=place.is_member,
        to_choose=to_choose,
        way=way,
        kind=kind,
        as_said=order == SAID,
        is_later=place_in_list is not None,
    )
    said_on, pk = place_in_list or (None, None)
    rows: list[Any] = list(ask(space=place.space.pk, said_on=said_on, pk=pk))
    more, rows = len(rows) > A_PAGE, rows[:A_PAGE]
    if not rows:
        return Listing()
    openers = [row[0] for row in rows]
    count = _answers_counted(is_member=place.is_member)
    answered: dict[UUID, int] = dict(count(space=place.space.pk, openers=openers))
    spoken = standpoints_of(place.space, [row[1] for row in rows])
    base = reverse("contributions:contributions", args=[place.space.slug])
    drawn = [_row(row, base, spoken, answered.get(row[0], 0)) for row in rows]
    months = [(month, list(some)) for month, some in groupby(drawn, key=lambda row: row.said_on.replace(day=1))]
    last = drawn[-1]
    return Listing(months, f"{last.said_on:%Y%m%d}-{last.pk.hex}" if more else "")


def close_words_in(place: Place, *, start: int = 0) -> list[Contribution]:
    """Words that only those who facilitate may read, newest brought first: ``A_PAGE`` from ``start`` and one more.

    Not the words themselves: each is opened on its own page, which puts the reading on record. One query. Raises
    ``NotHere`` for anybody else.
    """
    if not place.is_facilitator:
        raise NotHere
    close = Contribution.objects.filter(space=place.space, state=ContributionState.CLOSE)
    rows = close.select_related("author").defer("words", "citation", "link").order_by("-brought_at", "-id")
    return list(rows[start : start + A_PAGE + 1])


# Columns and not models, as for answers: the list is the page that is opened most.
_OF_AN_OPENER = (
    "pk", "author_id", "author__full_name", "author__chosen_name", "attribution", "opening", "length", "ways",
    "kind", "content_note", "said_on", "attached",
)  # fmt: skip


@prepared
def _openers(
    *, is_member: bool, to_choose: bool, way: str, kind: str, as_said: bool, is_later: bool
) -> QuerySet[Contribution, Any]:
    """A page of openers and one more; ``opening`` (the beginning) and ``length`` stand for the words."""
    seen = seen_by(is_member=is_member)
    found = Contribution.objects.filter(seen, space=given("space"), answers=None)
    if to_choose:
        found = found.filter(use_ended_at=None)
    if way:
        found = found.filter(ways__contains=way)
    if kind:
        found = found.filter(kind=kind)
    if is_later:
        day = given("said_on", DateField())
        # The first condition is implied by the second; it lets the index begin where the page begins.
        way_on = "gt" if as_said else "lt"
        after = Q(**{f"said_on__{way_on}": day}) | Q(**{f"id__{way_on}": given("pk")})
        found = found.filter(**{f"said_on__{way_on}e": day}).filter(after)
    beginning = found.annotate(opening=Left("words", OPENING + 60), length=Length("words"), attached=_first_file())
    order = ("said_on", "id") if as_said else ("-said_on", "-id")
    return beginning.order_by(*order).values_list(*_OF_AN_OPENER)[: A_PAGE + 1]


def _first_file() -> Subquery:
    """The kind of the first file that goes with each of some words."""
    files = Attachment.objects.filter(contribution=OuterRef("pk"), erased_at=None).order_by("added_at", "id")
    return Subquery(files.values("kind")[:1])


def _place_in_list(before: str) -> tuple[date, UUID] | None:
    """From ``Listing.earlier`` the day and identifier of the last row drawn; None for what is no such place."""
    day, dash, key = before.partition("-")
    if not dash:
        return None
    try:
        return date(int(day[:4]), int(day[4:6]), int(day[6:])), UUID(hex=key)
    except ValueError:
        return None


def _row(row: tuple[Any, ...], base: str, spoken: Spoken, answered: int) -> Row:
    pk, author, full_name, chosen_name, attribution, opening, length, ways, kind, note, said_on, attached = row
    is_cut = length > OPENING + 60
    return Row(
        pk=pk,
        url=f"{base}{pk}/",
        opening=cut_at_a_word(opening, OPENING) if is_cut else opening,
        is_cut=is_cut,
        ways=ways,
        name=shown_name(Speaker(full_name or chosen_name, chosen_name), attribution, ways),
        known=known_as(author, attribution, ways, spoken),
        kind=str(KINDS[kind]),
        content_note=note,
        said_on=said_on,
        answered=answered,
        attached=attached or "",
    )


def cut_at_a_word(words: str, length: int) -> str:
    """The beginning of ``words``, at most ``length`` characters, cut between two words if there are any."""
    if len(words) <= length:
        return words
    cut = words[:length]
    space = max(cut.rfind(" "), cut.rfind("\n"))
    return cut[: space if space > 0 else length].rstrip(" \n,;:–-") + "…"


@prepared
def _answers_counted(*, is_member: bool) -> QuerySet[Contribution, Any]:
    """How many visible answers each opener has."""
    # What answers is in the space of what it answers: naming the space too would mislead the planner.
    answers = Contribution.objects.filter(seen_by(is_member=is_member), answers__in=given_many("openers"))
    return answers.order_by().values_list("answers").annotate(n=Count("pk"))


def standpoints_of(space: Space, people: Iterable[UUID]) -> Spoken:
    """The standpoints that these people show with their words in this space: (way, words) by person. One query."""
    keys = list(set(people))
    found: Spoken = {}
    if not keys:
        return found
    rows: Any = _standpoints()(space=space.pk, people=keys)
    for person, way, words in rows:
        found.setdefault(person, []).append((way, words))
    return found


@prepared
def _standpoints() -> QuerySet[Standpoint, Any]:
    rows = Standpoint.objects.filter(
        membership__space=given("space"),
        membership__person__in=given_many("people"),
        visibility=Visibility.SHOWN,
    )
    return rows.order_by("said_at", "id").values_list("membership__person_id", "way", "words")


def known_as(author: UUID, attribution: str, ways: str, spoken: Spoken) -> str:
    """How the speaker says they know, in their words: the standpoints that go with the ways they gave this time.

    "" for someone who gave no name: their own words for where they stand could give them away.
    """
    if attribution not in (Attribution.NAME, Attribution.CHOSEN):
        return ""
    return ", ".join(words for way, words in spoken.get(author, ()) if way in ways)


# ── one contribution, and what others said to it ─────────────────────────────────────────────────


@dataclass(slots=True)
class AnswerRow:
    """An answer in the thread below some words.

    to: the answer that it answers when that is not the one it stands under (its name and address are drawn), or
    None. ``is_apart``: what it answers is not drawn on this page. ``under``: what others answered to it, flat,
    in the order it was said.
    """

    pk: UUID
    answers: UUID
    verb: str
    words: str
    ways: str
    content_note: str
    state: str
    said_on: date
    version: int
    name: str
    known: str
    attached: str = ""
    to: "AnswerRow | None" = None
    is_apart: bool = False
    under: list["AnswerRow"] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"a-{self.pk.hex}"


@dataclass(frozen=True, slots=True)
class Thread:
    """What others said: direct answers in the order they were said, and the place where the rest begins, or 0.

    ``known``: how the speaker of the words themselves says they know.
    """

    answers: list[AnswerRow]
    rest: int = 0
    known: str = ""


_BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT id FROM contributions_contribution WHERE answers_id = %s
    UNION ALL
    SELECT c.id FROM contributions_contribution c JOIN below ON c.answers_id = below.id
)
SELECT id FROM below
"""


def everything_below(contribution: Contribution) -> RawSQL:
    """The identifiers of all answers to these words, to those answers, and so on, for use in a filter."""
    return _below(Contribution._meta.pk.get_db_prep_value(contribution.pk, connection))


def _below(key: Any) -> RawSQL:
    return RawSQL(_BELOW, [key])  # noqa: S611  # the statement is a constant, the key a parameter


def answers_to(place: Place, contribution: Contribution, *, start: int = 0) -> Thread:
    """All that was said to these words, ``ANSWERS_ON_A_PAGE`` at most from ``start``. Two queries.

    Members also find the tombstones of answers that were taken back or put out of sight.
    """
    first = _first_answers(is_member=place.is_member)
    ask = first if not start else Prepared(_answers(is_member=place.is_member, start=start))
    rows: list[Any] = list(ask(space=place.space.pk, root=contribution.pk))
    rest = start + ANSWERS_ON_A_PAGE if len(rows) > ANSWERS_ON_A_PAGE else 0
    spoken = standpoints_of(place.space, [contribution.author_id, *(row[3] for row in rows)])
    drawn = {row[0]: _answer_row(row, spoken) for row in rows[:ANSWERS_ON_A_PAGE]}
    known = known_as(contribution.author_id, contribution.attribution, contribution.ways, spoken)
    return Thread(_nested(contribution.pk, drawn), rest, known)


# Columns and not models: a page has up to two hundred of these.
_OF_AN_ANSWER = (
    "pk", "answers_id", "verb", "author_id", "author__full_name", "author__chosen_name", "attribution",
    "words", "ways", "content_note", "state", "said_on", "version", "attached",
)  # fmt: skip


def _answers(*, is_member: bool, start: int) -> QuerySet[Contribution, Any]:
    found = Contribution.objects.exclude(state=ContributionState.CLOSE)
    found = found if is_member else found.filter(seen_by(is_member=False))
    below = found.filter(pk__in=_below(given("root"))).order_by("said_on", "id")
    return below.annotate(attached=_first_file()).values_list(*_OF_AN_ANSWER)[start : start + ANSWERS_ON_A_PAGE + 1]


@prepared
def _first_answers(*, is_member: bool) -> QuerySet[Contribution, Any]:
    return _answers(is_member=is_member, start=0)


def _answer_row(row: tuple[Any, ...], spoken: Spoken) -> AnswerRow:
    pk, answers, verb, author, full_name, chosen_name, attribution, words, ways, note, state, *rest = row
    said_on, version, attached = rest
    if state != ContributionState.VISIBLE:
        words, note, attribution, attached = "", "", Attribution.ANONYMOUS, ""
    name = shown_name(Speaker(full_name or chosen_name, chosen_name), attribution, ways)
    known = known_as(author, attribution, ways, spoken)
    return AnswerRow(pk, answers, verb, words, ways, note, state, said_on, version, name, known, attached or "")


def _nested(root: UUID, drawn: dict[UUID, AnswerRow]) -> list[AnswerRow]:
    """Direct answers with all that follows from each flat below it; what hangs from nothing drawn stands alone."""
    top: list[AnswerRow] = []
    for answer in drawn.values():
        parent = head = drawn.get(answer.answers)
        # What answers can only answer what was there before it, so following this always ends.
        while head is not None and head.answers in drawn:
            head = drawn[head.answers]
        if head is None:
            answer.is_apart = answer.answers != root
            top.append(answer)
        else:
            head.under.append(answer)
            answer.to = parent if parent is not head else None
    return top


def attachments_of(contributions: Iterable[UUID]) -> list[Attachment]:
    """Pictures, recordings and documents that go with these words and were not erased, in order. One query."""
    return list(_attachments()(contributions=list(contributions)))


@prepared
def _attachments() -> QuerySet[Attachment]:
    found = Attachment.objects.filter(contribution__in=given_many("contributions"), erased_at=None)
    return found.order_by("added_at", "id")


def answered_by(place: Place, contribution: Contribution) -> Contribution | None:
    """What these words answer, as this person may see it, or None for an opener or what they may not see."""
    if contribution.answers_id is None:
        return None
    try:
        return contribution_in(place, contribution.answers_id)
    except NotHere:
        return None


def acknowledgements_of(contribution: Contribution, limit: int = 50) -> list[Acknowledgement]:
    """Whose thinking these words changed, earliest first, with the person. One query."""
    return list(_acknowledgements(limit=limit)(contribution=contribution.pk))


@prepared
def _acknowledgements(*, limit: int) -> QuerySet[Acknowledgement]:
    found = Acknowledgement.objects.filter(contribution=given("contribution"))
    return found.select_related("person").order_by("at", "id")[:limit]


def versions_of(contribution: Contribution, limit: int = 50) -> list[ContributionVersion]:
    """The wordings of a contribution, newest first."""
    return list(contribution.versions.order_by("-number")[:limit])


# ── for forms ────────────────────────────────────────────────────────────────────────────────────


def assisted_members(space: Space, limit: int = 300) -> list[Person]:
    """Members who do not come online themselves, by name: those whom a facilitator may write down for."""
    return list(
        Person.objects.filter(
            account=None,
            pseudonymous=False,
            pk__in=Membership.objects.filter(space=space).exclude(state=MembershipState.LEFT).values("person"),
        ).order_by("chosen_name")[:limit]
    )


def ways_of(place: Place) -> str:
    """The ways of knowing under which this person said they speak, to begin a form with. One query."""
    if place.membership is None:
        return ""
    said = set(Standpoint.objects.filter(membership=place.membership).values_list("way", flat=True))
    return "".join(letter for letter in LETTERS if letter in said)


def question_of(space: Space) -> str:
    """The present wording of a space's question."""
    return Framing.objects.filter(space=space).order_by("-number").values_list("words", flat=True).first() or ""


def waiting_words(token: str, person: Person) -> WaitingWords:
    """Words that wait for ``person`` or for nobody known, with space and way in. ``NotHere`` if brought or too old."""
    waiting = (
        WaitingWords.objects.select_related("space", "join_link")
        .filter(Q(person=None) | Q(person=person))
        .filter(token=token.replace("\0", ""), written_at__gte=clock.now() - WORDS_WAIT_FOR)
        .first()
    )
    if waiting is None:
        raise NotHere(_("These words were brought already, or they waited for more than 30 days."))
    return waiting
