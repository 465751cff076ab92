"""Others said things like this: found by the words they share, and never what one may not see."""

import pytest

from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.finding.alike import stem

pytestmark = pytest.mark.django_db

NIGHT = "Nobody answers the telephone at night, and my breathing is worst at four in the morning."


@pytest.fixture
def space(build):
    return build.space()


@pytest.fixture
def noreen(build, space):
    return build.member(space, "Noreen")


@pytest.fixture
def look(signed_in, noreen, space):
    def looked(contribution, who=noreen):
        return signed_in(who).get(f"/s/{space.slug}/brought/{contribution.pk}/alike/")

    return looked


def found(answer):
    assert answer.status_code == 200
    return [one.contribution.words for one in answer.context["found"]]


def test_the_most_alike_come_first_and_strangers_to_it_do_not(build, look, space, noreen):
    one = build.contribution(space, noreen, NIGHT)
    close = "At four in the morning the telephone rings out; nobody answers and I breathe badly."
    further = "The telephone at the clinic was answered on a Tuesday."
    for words in (further, "The bus comes once an hour.", close):
        build.contribution(space, build.member(space), words)
    page = look(one)
    assert found(page) == [close, further]
    assert "Both say:" in page.content.decode()
    assert found(look(build.contribution(space, noreen, "Zebra xylophone."))) == []


def test_what_an_apostrophe_leaves_over_is_not_said_by_both(build, look, space, noreen):
    one = build.contribution(space, noreen, "I'd telephone at night and I'm out of breath, I've said.")
    build.contribution(space, build.member(space), "I'd no breath for the telephone at night, and I'm tired.")
    [other] = look(one).context["found"]
    assert set(other.shared) >= {"telephone", "night", "breath"}
    assert all(len(word) > 1 for word in other.shared)


def test_nothing_hidden_withdrawn_close_or_of_another_space_is_alike(build, look, space, noreen, signed_in):
    one = build.contribution(space, noreen, NIGHT)
    for state in ("hidden", "close", "withdrawn"):
        build.contribution(space, noreen, NIGHT if state != "withdrawn" else "", state=state)
    other = build.space()
    build.contribution(other, build.member(other), NIGHT)
    assert found(look(one)) == []
    assert look(one, who=other.opened_by).status_code == 404
    for state in ("hidden", "close", "withdrawn"):
        gone = build.contribution(space, noreen, NIGHT if state != "withdrawn" else "", state=state)
        assert look(gone).status_code == 404, state


def test_visitors_of_a_public_space_see_only_what_may_be_quoted(build, client):
    space = build.space(privacy="public")
    ann, bo = build.member(space, "Ann"), build.member(space, "Bo")
    text = AgreementText.objects.create(space=space, use=Use.ATTRIBUTED_QUOTE, words="May others?", written_by=ann)
    Agreement.objects.create(space=space, use=text.use, text=text, person=ann, given=True)
    one = build.contribution(space, ann, NIGHT)
    build.contribution(space, ann, f"I say it again. {NIGHT}")
    secret = build.contribution(space, bo, f"A secret. {NIGHT}")
    assert found(client.get(f"/s/{space.slug}/brought/{one.pk}/alike/")) == [f"I say it again. {NIGHT}"]
    assert client.get(f"/s/{space.slug}/brought/{secret.pk}/alike/").status_code == 404


def test_a_content_note_folds_the_words_and_what_they_share(build, look, space, noreen):
    one = build.contribution(space, noreen, NIGHT)
    build.contribution(space, noreen, f"{NIGHT} He died then.", content_note="a death")
    html = look(one).content.decode()
    assert "<details><summary>Before you read: a death</summary>" in html
    assert "Both say:" not in html


def test_the_contributions_page_leads_there_and_asks_nothing_more(build, space, noreen, signed_in):
    one = build.contribution(space, noreen, NIGHT)
    html = signed_in(noreen).get(f"/s/{space.slug}/brought/{one.pk}/").content.decode()
    assert f'href="/s/{space.slug}/brought/{one.pk}/alike/"' in html


def test_the_number_of_queries_is_bounded(build, signed_in, space, noreen, django_assert_max_num_queries):
    one = build.contribution(space, noreen, " ".join(f"word{number}" for number in range(40)))
    for number in range(30):
        build.contribution(space, noreen, f"word{number} word{number + 1} word{number + 2}")
    client, address = signed_in(noreen), f"/s/{space.slug}/brought/{one.pk}/alike/"
    client.get(address)
    with django_assert_max_num_queries(27):
        assert len(found(client.get(address))) > 3


@pytest.mark.parametrize(
    "words", ["", "…", "the and of", "👩🏽‍🦽", "\u202eabc", "a" * 5000, "'; DROP TABLE x; --", 'say "NEAR(" *']
)
def test_no_text_is_too_odd(build, look, space, noreen, words):
    one = build.contribution(space, noreen, words or " ")
    build.contribution(space, noreen, f"{words} more")
    assert look(one).status_code == 200


def test_stems():
    said = ["nights", "breathing", "walked", "bus", "is", "badly"]
    assert [stem(word) for word in said] == ["night", "breath", "walk", "bus", "is", "bad"]
