"""The pages of a ballot, as members, helpers, latecomers and visitors find them."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.ballots.models import Cast, Paper, RegisterEntry, Urn
from coproduce.history.models import EventDetail, Submission
from tests.ballots.ballots import close, group, opened, vote

pytestmark = pytest.mark.django_db


def at(ballot, name="ballot"):
    return reverse(f"ballots:{name}", args=[ballot.space.slug, ballot.pk])


def hidden(answer, name):
    return re.search(rf'name="secret-{name}" value="([^"]*)"', answer.content.decode())[1]


def sheet(answer, **fields):
    """What is sent with the sheet that was shown."""
    return {"secret-code": hidden(answer, "code"), "secret-ticket": hidden(answer, "ticket"), **fields}


def test_a_secret_vote_from_the_ballot_to_the_receipt_to_the_list(signed_in):
    space, people = group()
    ballot = opened(space, people, words="We meet once a month.")
    client = signed_in(people[0])
    shown = client.get(at(ballot)).content.decode()
    assert "How it is counted" in shown
    assert "9 people are on the list" in shown
    body = sheet(client.get(at(ballot, "vote")), **{"secret-ticks": ["1", "3"]})
    answer = client.post(at(ballot, "vote"), body)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    receipt = re.search(r'class="question"><bdi>([A-Z0-9-]{14})<', answer.content.decode())[1]
    again = client.post(at(ballot, "vote"), body)
    assert receipt in again.content.decode()
    assert Urn.objects.get().papers_in == 1
    assert not Submission.objects.exists()
    for person in people[1:]:
        vote(ballot, person)
    close(ballot)
    looked = client.post(at(ballot, "check"), {"code": receipt.lower().replace("-", " ")}).content.decode()
    assert f"{receipt} was counted" in looked
    assert "Mornings · By phone" in looked
    assert receipt in client.get(at(ballot, "votes")).content.decode()
    result = client.get(at(ballot)).content.decode()
    assert "“Mornings” came first" in result.replace("&quot;", '"')


def test_nothing_chosen_has_to_be_meant(signed_in):
    space, people = group()
    ballot = opened(space, people)
    client = signed_in(people[0])
    body = sheet(client.get(at(ballot, "vote")))
    answer = client.post(at(ballot, "vote"), body)
    assert answer.status_code == 422
    assert hidden(answer, "code") == body["secret-code"]
    assert client.post(at(ballot, "vote"), {**body, "secret-blank": "on"}).status_code == 200


def test_somebody_signed_out_leaves_no_choice_behind(signed_in, client):
    space, people = group()
    ballot = opened(space, people)
    body = sheet(signed_in(people[0]).get(at(ballot, "vote")), **{"secret-ticks": ["2"]})
    answer = client.post(at(ballot, "vote"), body)
    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]
    assert "secret" not in str(dict(client.session))
    assert "kept_words" not in client.session


def test_a_latecomer_is_told_kindly_and_cannot_vote(signed_in, build):
    space, people = group()
    ballot = opened(space, people)
    late = build.member(space, "Late")
    client = signed_in(late)
    assert "You are not on the list for this ballot" in client.get(at(ballot)).content.decode()
    assert client.get(at(ballot, "vote")).status_code == 403
    somebody = sheet(signed_in(people[0]).get(at(ballot, "vote")), **{"secret-ticks": ["2"]})
    assert client.post(at(ballot, "vote"), somebody).status_code == 400
    assert Urn.objects.get().papers_in == 0


def test_who_has_voted_is_a_number(signed_in):
    space, people = group()
    ballot = opened(space, people)
    client = signed_in(people[0])
    names = re.compile(r"<ul>(<li><bdi>.*)</ul>")
    before = client.get(at(ballot, "register")).content.decode()
    vote(ballot, people[3])
    after = client.get(at(ballot, "register")).content.decode()
    assert "Nobody on it has voted yet." in before
    assert "One of the 9 people on it has voted." in after
    assert people[3].chosen_name in names.search(before)[1]
    assert names.search(before)[1] == names.search(after)[1]


def test_paper_votes_stay_secret_from_both_who_help(signed_in, build):
    space, people = group()
    other = build.member(space, "Other helper", facilitator=True)
    by_post = [build.member(space, f"Post {n}", account=False) for n in range(2)]
    ballot = opened(space, [*people, *by_post])
    first, second = signed_in(space.opened_by), signed_in(other)
    papers = first.post(at(ballot, "slips"), {"how_many": 3}).content.decode()
    codes = re.findall(r"<b><bdi>([A-Z0-9-]{14})</bdi>", papers)
    assert len(set(codes)) == 3
    key = re.search(r'name="key" value="([^"]+)"', first.get(at(ballot, "envelope")).content.decode())[1]
    noted = first.post(at(ballot, "envelope"), {"key": key, "who": str(by_post[0].pk)})
    assert noted.status_code == 302
    entry = RegisterEntry.objects.get(person=by_post[0])
    assert (entry.voted, entry.on_paper, entry.recorded_by) == (True, True, space.opened_by)
    typed = {"secret-code": codes[1].lower(), "secret-ticks": ["3"]}
    assert first.post(at(ballot, "enter"), typed).status_code == 403
    assert second.post(at(ballot, "enter"), typed).status_code == 302
    assert second.post(at(ballot, "enter"), typed).status_code == 409
    assert second.post(at(ballot, "enter"), {**typed, "secret-code": codes[0]}).status_code == 409
    for person in people:
        vote(ballot, person)
    close(ballot)
    assert Paper.objects.get(code=codes[1]).choice == [0, 0, 1]
    assert Paper.objects.count() == 10


def test_a_vote_by_name_is_sent_once_and_shown_to_members_when_it_is_closed(signed_in):
    space, people = group(privacy="public")
    ballot = opened(space, people, rule="score", secret=False)
    client = signed_in(people[0])
    key = re.search(r'name="key" value="([^"]+)"', client.get(at(ballot, "vote")).content.decode())[1]
    body = {"key": key, "secret-1": "5", "secret-2": "0", "secret-3": ""}
    assert client.post(at(ballot, "vote"), body).status_code == 302
    assert client.post(at(ballot, "vote"), body).status_code == 302
    assert Cast.objects.get().choice == [5, 0, None]
    assert client.get(at(ballot, "votes")).status_code == 404
    close(ballot)
    assert "Mornings: 5 · Evenings: 0" in client.get(at(ballot, "votes")).content.decode()
    visitor = signed_in(None)
    assert visitor.get(at(ballot, "votes")).status_code == 404
    assert people[0].chosen_name not in visitor.get(at(ballot)).content.decode()


def test_it_is_closed_by_a_person_after_its_time(signed_in):
    space, people = group()
    ballot = opened(space, people)
    for person in people:
        vote(ballot, person)
    client = signed_in(people[2])
    early = client.get(at(ballot, "close")).content.decode()
    assert "at least, so that everybody has the whole time" in early
    with clock.told(ballot.stays_open_until + timedelta(minutes=1)):
        shown = client.get(at(ballot, "close")).content.decode()
        key = re.search(r'name="key" value="([^"]+)"', shown)[1]
        assert client.post(at(ballot, "close"), {"key": key}).status_code == 302
    page = client.get(at(ballot)).content.decode()
    assert "Every paper says the same" in page


def test_the_history_says_who_voted_and_never_what(signed_in):
    space, people = group()
    ballot = opened(space, people)
    vote(ballot, people[0], (0, 1, 0))
    payload = EventDetail.objects.get(event__kind="vote put in the urn").payload
    assert payload == {"person": str(people[0].pk)}


@pytest.mark.parametrize("name", ["ballot", "vote", "check", "votes", "votes_file", "register", "close", "slips"])
def test_a_ballot_is_not_there_for_others(signed_in, build, name):
    space, people = group()
    ballot = opened(space, people)
    stranger, elsewhere = build.person(), build.member(build.space())
    assert signed_in(stranger).get(at(ballot, name)).status_code == 404
    other = reverse(f"ballots:{name}", args=[build.space(opened_by=people[0]).slug, ballot.pk])
    assert signed_in(people[0]).get(other).status_code == 404
    assert signed_in(elsewhere).post(at(ballot, name)).status_code in (404, 405)


@pytest.mark.parametrize("people", [6, 50])
def test_queries_do_not_grow(signed_in, django_assert_max_num_queries, people):
    space, members = group(people)
    ballot = opened(space, members)
    client = signed_in(members[0])
    with django_assert_max_num_queries(14):
        client.get(at(ballot))
    with django_assert_max_num_queries(14):
        client.get(at(ballot, "vote"))
    with django_assert_max_num_queries(14):
        client.get(at(ballot, "register"))
    for person in members:
        vote(ballot, person, (1, int(person.pk.int % 2), 0))
    close(ballot)
    with django_assert_max_num_queries(16):
        client.get(at(ballot))
    with django_assert_max_num_queries(14):
        client.get(at(ballot, "votes"))


def test_whoever_goes_back_and_chooses_anew_is_told_that_the_first_choice_counts(signed_in):
    space, people = group()
    ballot = opened(space, people)
    client = signed_in(people[0])
    body = sheet(client.get(at(ballot, "vote")))
    first = client.post(at(ballot, "vote"), {**body, "secret-ticks": ["1"]})
    second = client.post(at(ballot, "vote"), {**body, "secret-ticks": ["3"]})
    said = "what you chose the first time counts"
    # Said both times alike: a page that told the two apart would tell whoever tries it how somebody voted.
    for answer in (first, second):
        assert answer.status_code == 200
        assert said in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
