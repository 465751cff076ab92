"""Nothing that is kept leads from somebody who voted to what was voted: not in any table, file, session or length."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings

from coproduce.ballots import actions
from coproduce.ballots.models import Paper, RegisterEntry, Urn
from coproduce.ballots.urn import Contents, is_ours, new_code, plain_code, seal, unseal
from coproduce.errors import NotAllowed, NotReady
from coproduce.exchange.queries import space_records
from tests.ballots.ballots import close, group, opened, vote
from tests.ballots.test_pages import at, sheet

pytestmark = pytest.mark.django_db


def everything_kept():
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            yield from (str(row) for row in cursor.fetchall())


def test_while_it_is_open_no_table_holds_a_receipt_or_a_choice(signed_in):
    space, people = group()
    ballot = opened(space, people, options=("Mornings", "Evenings", "By phone"))
    client = signed_in(people[0])
    body = sheet(client.get(at(ballot, "vote")), **{"secret-ticks": ["1", "3"]})
    before = list(everything_kept())
    answer = client.post(at(ballot, "vote"), body)
    code = body["secret-code"]
    assert code in answer.content.decode()
    kept = list(everything_kept())
    assert not any(code in row or code.replace("-", "") in row or body["secret-ticket"] in row for row in kept)
    new = [row for row in kept if row not in before]
    assert 0 < len(new) <= 6  # the mark, the urn, the event and its detail, and the session
    lines = json.dumps(list(space_records(space)), default=str)
    assert code not in lines


def test_all_votes_make_an_urn_of_the_same_length():
    space, people = group()
    ballot = opened(space, people)
    lengths = {
        len(seal(ballot.pk, Contents({new_code(ballot.pk): choice})))
        for choice in [(1, 1, 1), (0, 0, 0), (None, None, None), (10, 2, 1)]
    }
    assert len(lengths) == 1


def test_the_urn_and_the_list_have_the_order_of_codes_and_no_other():
    space, people = group()
    ballot = opened(space, people)
    codes = [vote(ballot, person) for person in people]
    assert list(unseal(ballot.pk, Urn.objects.get().sealed).papers) == sorted(codes) != codes
    close(ballot)
    assert list(Paper.objects.values_list("code", flat=True)) == sorted(codes)


def test_the_register_is_in_no_order_of_joining():
    space, people = group()
    opened(space, sorted(people, key=lambda person: person.pk, reverse=True))
    rows = where_rows_lie("ballots_registerentry", "person_id")
    assert [str(pk).replace("-", "") for *_place, pk in rows] == sorted(person.pk.hex for person in people)


def test_the_register_keeps_no_time():
    kinds = {field.get_internal_type() for field in RegisterEntry._meta.get_fields() if field.concrete}
    assert kinds == {"UUIDField", "ForeignKey", "BooleanField"}


def test_without_the_secret_an_urn_stays_closed_and_can_be_ended():
    space, people = group()
    ballot = opened(space, people)
    for person in people:
        vote(ballot, person)
    with override_settings(SECRET_KEY="another server's secret"):
        with pytest.raises(NotReady, match="another key"):
            close(ballot)
        close(ballot, uncounted_because="It came from another server.")
    assert not Paper.objects.exists()


def test_few_are_not_secret():
    space, people = group(4)
    with pytest.raises(NotAllowed, match="would not be secret"):
        opened(space, people)
    assert opened(space, people, secret=False).pk


def test_a_code_is_known_again_however_it_is_typed_and_belongs_to_one_ballot():
    space, people = group()
    one, other = opened(space, people), opened(space, people, title="Another?")
    code = new_code(one.pk)
    assert plain_code(code.lower().replace("-", " ")) == code
    assert is_ours(one.pk, code)
    assert not is_ours(other.pk, code)
    assert plain_code("K7QM-3XTR") == plain_code("\uff11\uff12\uff13\uff14-ABCD-EFGH") == ""


def test_hostile_words_are_only_words(signed_in):
    space, people = group()
    said = '<script>alert("x")</script>\u202e'
    ballot = opened(space, people, title=said, words=said, options=(said + "1", said + "2", "}}{% now %}"))
    client = signed_in(people[0])
    for name in ("ballot", "vote", "register"):
        assert "<script>alert" not in client.get(at(ballot, name)).content.decode()
    for person in people:
        vote(ballot, person)
    close(ballot)
    for name in ("ballot", "votes", "check"):
        assert "<script>alert" not in client.get(at(ballot, name)).content.decode()


def test_a_ballot_leads_only_to_this_site():
    space, people = group()
    for elsewhere in ("https://example.org/", "//example.org/", "/\\example.org"):
        with pytest.raises(actions.ValidationError):
            opened(space, people, leads_to=elsewhere)


def where_rows_lie(table, column):
    """(place in the file, transaction or 0, what stands in ``column``) of each row, in the order of the file."""
    place = "rowid, 0" if connection.vendor == "sqlite" else "ctid, xmin::text"
    order = "rowid" if connection.vendor == "sqlite" else "ctid"
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {place}, "{column}" FROM "{table}" ORDER BY {order}')
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_neither_rows_nor_identifiers_nor_transactions_join_papers_to_marks():
    """Whoever has the file of the database knows when each mark was made: nothing of the papers has that order."""
    space, people = group()
    ballot = opened(space, people)
    receipts = [vote(ballot, person, (1, n % 2, 0)) for n, person in enumerate(people)]
    close(ballot)
    assert receipts != sorted(receipts)
    rows = where_rows_lie("ballots_paper", "code")
    assert [code for *_place, code in rows] == sorted(receipts)
    assert list(Paper.objects.order_by("pk").values_list("code", flat=True)) != receipts
    assert len({transaction for _place, transaction, _code in rows}) == 1
    marks = where_rows_lie("ballots_registerentry", "person_id")
    if connection.vendor == "postgresql":
        assert not {row[1] for row in rows} & {row[1] for row in marks}
    kinds = {field.get_internal_type() for field in Paper._meta.get_fields() if field.concrete}
    assert kinds == {"UUIDField", "ForeignKey", "CharField", "JSONField"}, "no time stands beside a paper"


@pytest.mark.django_db(transaction=True)
def test_what_an_urn_held_before_a_vote_is_in_no_file_after_it():
    """Two urns, before and after one vote, beside the secret of the installation would show that vote.

    PostgreSQL keeps its log for as long as it is set to; there only the rows are looked at.
    """
    space, people = group()
    ballot = opened(space, people)
    file = Path(connection.settings_dict["NAME"])
    on_file = connection.vendor == "sqlite"
    before = [Urn.objects.get().sealed]

    def still_there():
        files = (each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
        kept = b"".join(files) if on_file else "".join(everything_kept()).encode()
        return [sealed for sealed in before if sealed.encode() in kept]

    for person in people:
        vote(ballot, person)
        before.append(Urn.objects.get().sealed)
        assert still_there() == before[-1:]
    close(ballot)
    assert still_there() == []
