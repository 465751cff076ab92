"""Opening the space, coming, going, agreeing, and what the members wrote down about how they work."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from django.utils import timezone

from coproduce.consent.actions import answer_agreements, write_agreement_text
from coproduce.deliberation.actions import add_value, offer_values
from coproduce.demonstration.chapters.valuing import explained
from coproduce.demonstration.story_files import Row
from coproduce.demonstration.telling import Act, Book, Turn, uses
from coproduce.gatherings.actions import arrange_gathering
from coproduce.people.actions import change_how_we_call_you, open_account
from coproduce.people.models import Channel, Person
from coproduce.reports.actions import keep_account
from coproduce.spaces.actions import (
    add_assisted_member,
    describe_myself,
    join_space,
    make_facilitator,
    make_join_link,
    open_space,
    pause_membership,
    return_to_space,
    write_charter,
)
from coproduce.spaces.models import JoinLink

NOTICE = timedelta(days=21)
"""How long before a gathering people hear of it."""


def acts(book: Book) -> Iterator[Act]:
    story = book.story
    yield Act(story["space"]["opened_on"], Turn.OPENED, partial(open_it, book))
    for row in story["people"]:
        yield from coming(book, row)
        yield from going(book, row)
    yield from papers(book)
    last = last_day(story)
    for row in story["gatherings"]:
        day = min(row["starts_at"].date() - NOTICE, last)
        yield Act(day, Turn.ARRANGED, partial(arrange, book, row))


def last_day(story: Row) -> date:
    """The last day on which somebody brought something: where the story stops."""
    return max(row["said_on"] for row in story["contributions"])


def papers(book: Book) -> Iterator[Act]:
    """Wordings of agreements, charters, ways in, values, and accounts that were kept."""
    story = book.story
    for row in story["agreement_texts"]:
        yield Act(row["on"], Turn.WORDED, partial(put_up_wording, book, row))
    for row in story["charters"]:
        yield Act(row["agreed_on"], Turn.CHARTERED, partial(charter, book, row))
    for row in story["ways_in"]:
        yield Act(row["on"], Turn.CHARTERED, partial(way_in, book, row))
    yield Act(story["space"]["opened_on"], Turn.VALUED, partial(offer, book))
    for row in story["values_added"]:
        yield Act(row["on"], Turn.VALUED, partial(value, book, row))
    for row in story["accounts"]:
        yield Act(row["on"], Turn.ACCOUNTED, partial(account, book, row))


def coming(book: Book, row: Row) -> Iterator[Act]:
    """One person joins, looks after the space, says what may be done with their words."""
    if "joined" not in row:
        yield Act(last_day(book.story), Turn.LOOKED_IN, partial(known_as, book, row))
        return
    joined, opener = row["joined"], book.story["space"]["opened_by"]
    if row["key"] != opener:
        yield Act(joined, Turn.JOINED if row["account"] else Turn.HELPED_IN, partial(join, book, row))
    if "facilitator_from" in row:
        yield Act(row["facilitator_from"], Turn.LOOKS_AFTER, partial(look_after, book, row, opener))
    answers: dict[date, dict[str, bool]] = {}
    for use, given in uses(row).items():
        asked = min(text["on"] for text in book.story["agreement_texts"] if text["use"] == use)
        answers.setdefault(max(joined, asked), {})[use] = given
    for day, said in answers.items():
        yield Act(day, Turn.AGREED, partial(agree, book, row, said))


def going(book: Book, row: Row) -> Iterator[Act]:
    """One person pauses and comes back, says anew what this is to them, takes an agreement back."""
    for later in row.get("understandings", []):
        yield Act(later["on"], Turn.UNDERSTOOD, partial(understand, book, row, later["words"]))
    for back in row.get("withdrawn", []):
        yield Act(back["on"], Turn.TOOK_BACK, partial(agree, book, row, {back["use"]: False}))
    for pause in row.get("pauses", []):
        yield Act(pause["from"], Turn.PAUSED, partial(paused, book, row))
        if "until" in pause:
            yield Act(pause["until"], Turn.RETURNED, partial(returned, book, row))


def known_as(book: Book, row: Row) -> Person:
    """The account of somebody who signs in, made the first time they come."""
    person = open_account(email=f"{row['key']}@example.org", chosen_name=row["chosen_name"], full_name=row["full_name"])
    channel = row["channel"] if row["channel"] in Channel.values else Channel.WEB
    if person.channel != channel:
        change_how_we_call_you(
            actor=person,
            chosen_name=person.chosen_name,
            full_name=person.full_name,
            channel=channel,
            language=person.language,
        )
    book.people[row["key"]] = person
    return person


def about(book: Book, row: Row) -> Row:
    """Where somebody speaks from, as the actions take it."""
    names = {organisation["key"]: organisation["name"] for organisation in book.story["organisations"]}
    return {
        "standpoints": [(said["words"], said["way"], said["visibility"]) for said in row["standpoints"]],
        "affiliations": [(names[key], "shown") for key in row["affiliations"]],
        "understanding": row.get("understanding", ""),
    }


def open_it(book: Book) -> None:
    row, first = book.story["space"], book.story["framings"][0]
    opener = known_as(book, book.rows[row["opened_by"]])
    book.space = open_space(
        actor=opener,
        question=first["question"],
        why=first["why"],
        name=book.name,
        slug=book.slug,
        for_whom=row["for_whom"],
        practices=row["practices"],
        privacy=row["privacy"],
        rhythm=row["rhythm"],
        how_we_decide=row["at_first"],
        threshold=row["small_groups"],
    )
    describe_myself(actor=opener, space=book.space, **about(book, book.rows[row["opened_by"]]))


def join(book: Book, row: Row) -> None:
    if row["account"]:
        link = JoinLink.objects.filter(space=book.space).order_by("pk")[0]
        join_space(actor=known_as(book, row), link=link, **about(book, row))
        return
    helper = book.people[row["helped_by"]]
    known = Person.objects.filter(added_by=helper, full_name=row["full_name"]).first()
    membership = add_assisted_member(
        actor=helper,
        space=book.space,
        chosen_name=row["chosen_name"],
        full_name=row["full_name"],
        channel=row["channel"],
        person=known,
        **about(book, row),
    )
    book.people[row["key"]] = membership.person


def look_after(book: Book, row: Row, opener: str) -> None:
    """The first is asked by whoever opened the space, the others by the first."""
    facilitators = [each for each in book.story["people"] if "facilitator_from" in each]
    first = min(facilitators, key=lambda each: each["facilitator_from"])["key"]
    asks = opener if row["key"] == first else first
    make_facilitator(actor=book.people[asks], space=book.space, person=book.people[row["key"]])


def agree(book: Book, row: Row, answers: dict[str, bool]) -> None:
    actor, person = book.who(row["key"])
    answer_agreements(actor=actor, space=book.space, person=person, answers=answers)


def understand(book: Book, row: Row, words: str) -> None:
    actor, person = book.who(row["key"])
    said = about(book, row) | {"understanding": words}
    describe_myself(actor=actor, space=book.space, person=person, **said)


def paused(book: Book, row: Row) -> None:
    actor, person = book.who(row["key"])
    pause_membership(actor=actor, space=book.space, person=person)


def returned(book: Book, row: Row) -> None:
    actor, person = book.who(row["key"])
    return_to_space(actor=actor, space=book.space, person=person)


def put_up_wording(book: Book, row: Row) -> None:
    write_agreement_text(actor=book.people[row["by"]], space=book.space, use=row["use"], words=row["words"])


def charter(book: Book, row: Row) -> None:
    write_charter(
        actor=book.people[row["proposed_by"]],
        space=book.space,
        why=row["why"],
        ground_rules="\n".join(row["ground_rules"]),
        how_we_decide=row["words"],
        minimum_reading_days=row["reading_days"],
        objections_that_may_stand=row["objections_that_may_stand"],
        needs=row["needs"],
    )


def way_in(book: Book, row: Row) -> None:
    make_join_link(actor=book.people[row["by"]], space=book.space, for_anyone=True)


def offer(book: Book) -> None:
    first = book.story["agreement_texts"][0]["by"]
    offer_values(actor=book.people[first], space=book.space, names=explained(book.story))


def value(book: Book, row: Row) -> None:
    actor, person = book.who(row["by"])
    add_value(actor=actor, person=person, space=book.space, name=row["name"], why=row["why"])


def account(book: Book, row: Row) -> None:
    keep_account(actor=book.people[row["by"]], space=book.space, note=row["note"])


def arrange(book: Book, row: Row) -> None:
    book.gatherings[row["key"]] = arrange_gathering(
        actor=book.people[row["arranged_by"]],
        space=book.space,
        title=row["title"],
        starts_at=_here(row["starts_at"]),
        ends_at=_here(row["ends_at"]),
        place=row["where"],
        access=row["access"],
        words=row["words"],
    )


def _here(moment: datetime) -> datetime:
    return timezone.make_aware(moment)
