"""A list of what matters most is put to everyone: the proposal keeps what it takes up, and each leads to the other."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from coproduce.decisions.actions import propose
from coproduce.decisions.models import Proposal, ProposalSource
from coproduce.errors import NotHere
from coproduce.history.models import Event
from tests.priorities.test_pages import at, send


def put(client, it, **more):
    url = reverse("decisions:propose", args=[it.space.slug]) + f"?kind=priorities&list={it.exercise.pk}"
    return client.post(url, {"key": str(uuid.uuid4()), "title": "Take up our list", "words": "All of it.", **more})


@pytest.fixture
def it(told):
    return told().done()


def top(it):
    from coproduce.priorities.queries import top_of

    return [row.question for row in top_of(it.exercise)]


def test_a_button_on_the_list_opens_the_sheet_with_its_words(it, signed_in):
    client = signed_in(it.noreen)
    page = client.get(at(it, "top")).content.decode()
    url = f"{reverse('decisions:propose', args=[it.space.slug])}?kind=priorities&amp;list={it.exercise.pk}"
    assert f'href="{url}"' in page
    sheet = client.get(url.replace("&amp;", "&")).content.decode()
    assert "Which questions of our list does it take up?" in sheet
    assert 'value="What to look into first"' in sheet
    for place, question in enumerate(top(it), start=1):
        assert f"{place}. {question.words}" in sheet
        assert f'value="{question.pk}"' in sheet


def test_the_proposal_keeps_what_it_takes_up_and_leads_back(it, signed_in):
    client = signed_in(it.noreen)
    wanted = top(it)
    answer = put(client, it, questions=[str(question.pk) for question in wanted])
    assert answer.status_code == 302
    proposal = Proposal.objects.get()
    rows = ProposalSource.objects.filter(proposal=proposal)
    assert {row.question for row in rows if row.question} == set(wanted)
    behind = {link.uncertainty.contribution_id for question in wanted for link in question.sources.all()}
    assert {row.contribution_id for row in rows if row.contribution_id} == behind
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert "The questions it takes up" in page
    assert at(it, "top") in page
    for question in wanted:
        assert question.get_absolute_url() in page
    led = reverse("traces:led_to", args=[it.space.slug, "priority", wanted[0].pk])
    assert led in client.get(wanted[0].get_absolute_url()).content.decode()
    assert "Take up our list" in client.get(led).content.decode()
    came = reverse("traces:came_from", args=[it.space.slug, "decision", proposal.pk])
    assert wanted[0].words in client.get(came).content.decode()
    kept = Event.objects.get(kind="proposal put").detail.payload
    assert kept["questions"] == [str(question.pk) for question in wanted]


def test_one_question_alone_can_be_put_forward(it, signed_in):
    client = signed_in(it.noreen)
    one = top(it)[0]
    assert f"question={one.pk}" in client.get(one.get_absolute_url()).content.decode()
    assert put(client, it, questions=[str(one.pk)]).status_code == 302
    assert ProposalSource.objects.exclude(question=None).get().question == one


def test_what_is_on_no_settled_list_is_refused(told, build, signed_in):
    open_one, elsewhere = told().counted(), told().done()
    member = open_one.noreen
    for question in (open_one.questions[0], elsewhere.questions[0]):
        with pytest.raises(NotHere):
            propose(actor=member, space=open_one.space, title="x", words="y", questions=[question])
    sheet = signed_in(member).get(
        reverse("decisions:propose", args=[open_one.space.slug]), {"list": str(elsewhere.exercise.pk)}
    )
    assert elsewhere.questions[0].words not in sheet.content.decode()
    assert (
        signed_in(member)
        .get(reverse("decisions:propose", args=[open_one.space.slug]), {"list": "<script>"})
        .status_code
        == 200
    )


def test_words_taken_back_do_not_come_along(it, signed_in):
    words = it.words[0]
    type(words).objects.filter(pk=words.pk).update(use_ended_at=it.exercise.proposed_at)
    put(signed_in(it.noreen), it, questions=[str(question.pk) for question in top(it)])
    assert not ProposalSource.objects.filter(contribution=words).exists()


def test_a_source_is_one_of_three_things(it):
    proposal = propose(actor=it.noreen, space=it.space, title="x", words="y", questions=top(it)[:1])
    for wrong in ({}, {"contribution": it.words[3], "question": top(it)[1]}, {"question": top(it)[0]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProposalSource.objects.create(proposal=proposal, **wrong)


def test_somebody_who_only_visits_is_not_asked_to_put_it_forward(told, client):
    it = told(privacy="public").done()
    assert "Put this list to everyone" not in client.get(at(it, "top")).content.decode()
    assert send(client, reverse("decisions:propose", args=[it.space.slug])).status_code in (302, 403, 404)
