"""Finding words again: everything that one may open, and nothing else."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coproduce.config import serving
from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.contributions.actions import revise_contribution, withdraw_contribution
from coproduce.contributions.models import Contribution
from coproduce.decisions.models import Proposal, ProposalVersion
from coproduce.deliberation.models import Statement
from coproduce.finding import index, matching
from coproduce.finding.asking import words_of
from coproduce.finding.models import Searchable
from coproduce.finding.queries import A_PAGE, Piece, pieces, without_title
from coproduce.outcomes.models import Outcome, OutcomeState
from coproduce.spaces.models import Charter, Membership, MembershipState
from coproduce.themes.models import Theme

pytestmark = pytest.mark.django_db

HOSTILE = [
    '"', "'", '"; DROP TABLE finding_words; --', "NEAR(a b)", "words : x", "{space_id} : a", "a OR b AND NOT c", "*",
    "^a", "(((", "\\", "%s", "%", "a:*", "'a':* & !b", "<script>alert(1)</script>", "\u202egnirts", "\x00", "💜",
    "a" * 199, "NOT", "AND", "or", "ﬁ ﷺ Å", "-1", "col:val", "+a -b", "\ud7ff",
]  # fmt: skip


@pytest.fixture
def space(build):
    return build.space(name="Nights")


@pytest.fixture
def noreen(build, space):
    return build.member(space, "Noreen")


@pytest.fixture
def look(signed_in, noreen, space):
    """The page of what was found, as Noreen or whoever is named."""

    def looked(words, *, who=noreen, where=space, **chosen):
        given = {"q": words} | ({"in": where.slug} if where else {}) | chosen
        return signed_in(who).get("/find/", given)

    return looked


def found(answer):
    """(what, plain snippet or title) of each row."""
    assert answer.status_code == 200
    rows = answer.context["results"].rows
    return [(one.what, one.title or "".join(piece.text for piece in one.snippet)) for one in rows]


def everything(build, space, author, word="heron"):
    """One of each kind that holds the word."""
    build.contribution(space, author, f"A {word} was there.", ways="L")
    Theme.objects.create(space=space, name=f"What a {word} is for", proposed_by=author)
    Statement.objects.create(space=space, words=f"Each {word} counts.", drawn_by=author)
    charter = Charter.objects.get(space=space)
    proposal = Proposal.objects.create(space=space, title=f"A {word} for all", proposed_by=author, charter=charter)
    version = {"title": f"A {word} for all", "words": "One each.", "written_by": author}
    ProposalVersion.objects.create(proposal=proposal, number=1, **version)
    outcome = Outcome.objects.create(space=space, title=f"The {word} came", kind="change", recorded_by=author)
    OutcomeState.objects.create(outcome=outcome, number=1, state="done", told_by=author)


def test_each_kind_of_thing_is_found_and_leads_to_its_page(build, look, space, noreen, signed_in):
    everything(build, space, noreen)
    answer = look("heron")
    assert sorted(what for what, _words in found(answer)) == ["claim", "contribution", "outcome", "proposal", "theme"]
    assert "5 were found" in answer.content.decode()
    assert "<mark>heron</mark>" in answer.content.decode()
    for one in answer.context["results"].rows:
        assert signed_in(noreen).get(one.url).status_code == 200, one


def test_words_are_found_in_other_forms_without_accents_and_by_their_beginning(build, look, space, noreen):
    build.contribution(space, noreen, "Walking to the café, breathless, with Zoë.")
    for words in ("walks", "walked", "cafe", "CAFÉ", "zoe", "breathl", "cafe walking", "café breathlessly"):
        assert len(found(look(words))) == 1, words
    assert found(look("swimming")) == []


def test_all_words_come_first_and_some_are_offered_where_nothing_holds_all(build, look, space, noreen):
    build.contribution(space, noreen, "The lamp was lit at night.")
    build.contribution(space, noreen, "The lamp was broken.")
    assert len(found(look("lamp night"))) == 1
    answer = look("lamp penguin")
    assert len(found(answer)) == 2
    assert "Nothing holds all of these words" in answer.content.decode()
    assert "Nothing was found" in look("penguin").content.decode()


def test_what_is_withdrawn_or_hidden_or_said_otherwise_is_not_found_any_more(build, look, space, noreen):
    changed = build.contribution(space, noreen, "A kestrel.")
    gone = build.contribution(space, noreen, "A kestrel that I took back.")
    hidden = build.contribution(space, noreen, "A kestrel out of sight.")
    assert len(found(look("kestrel"))) == 3
    revise_contribution(actor=noreen, contribution=changed, words="A buzzard.")
    withdraw_contribution(actor=noreen, contribution=gone)
    Contribution.objects.filter(pk=hidden.pk).update(state="hidden")
    assert found(look("kestrel")) == []
    assert len(found(look("buzzard"))) == 1
    assert not Searchable.objects.filter(words__contains="took back").exists(), "nor is it kept in the index"


def test_a_folded_text_is_found_but_shows_only_its_note(build, look, space, noreen):
    build.contribution(space, noreen, "The night he died I held the lamp.", content_note="a death")
    html = look("lamp").content.decode()
    assert "Before you read: a death" in html
    assert "held the" not in html


def test_nothing_of_another_space_is_found_counted_or_shown(build, look, space, noreen, client):
    other = build.space(name="Elsewhere")
    everything(build, other, build.member(other), "heron")
    build.contribution(space, noreen, "A heron of ours.")
    assert len(found(look("heron"))) == 1
    assert len(found(look("heron", where=None))) == 1
    assert look("heron", where=other).status_code == 404
    assert client.get("/find/", {"q": "heron", "in": other.slug}).status_code == 404
    assert client.get("/find/", {"q": "heron", "in": "nowhere"}).status_code == 404
    stranger = client.get("/find/", {"q": "heron"})
    assert found(stranger) == []
    assert "Sign in to look" in stranger.content.decode()


def test_somebody_who_left_finds_nothing_there_any_more(build, look, space, noreen):
    build.contribution(space, noreen, "A heron of ours.")
    Membership.objects.filter(person=noreen).update(state=MembershipState.LEFT)
    assert found(look("heron", where=None)) == []
    assert look("heron").status_code == 404


def test_visitors_of_an_open_space_find_only_what_may_be_quoted(build, client):
    space = build.space(privacy="public")
    ann, bo = build.member(space, "Ann"), build.member(space, "Bo")
    text = AgreementText.objects.create(
        space=space, use=Use.ATTRIBUTED_QUOTE, words="May others read it?", written_by=ann
    )
    Agreement.objects.create(space=space, use=text.use, text=text, person=ann, given=True)
    build.contribution(space, ann, "A heron by Ann.")
    build.contribution(space, bo, "A heron by Bo.")
    answer = client.get("/find/", {"q": "heron", "in": space.slug})
    assert [words for _what, words in found(answer)] == ["A heron by Ann."]
    assert answer.context["results"].count == 1


def test_looking_in_all_my_spaces_says_where_each_thing_stands(build, look, noreen, space):
    second = build.space(name="Days")
    build.join(second, noreen)
    build.contribution(space, noreen, "A heron at night.")
    build.contribution(second, noreen, "A heron by day.")
    html = look("heron", where=None).content.decode()
    assert "2 were found" in html
    assert "Nights" in html
    assert "Days" in html


def test_what_it_is_how_people_know_and_when_can_be_chosen(build, look, space, noreen):
    everything(build, space, noreen)
    build.contribution(space, noreen, "A heron in an old letter.", ways="CR", said_on=date(2024, 5, 1))
    assert [what for what, _ in found(look("heron", what="theme"))] == ["theme"]
    assert found(look("heron", way="R")) == [("contribution", "A heron in an old letter.")]
    assert found(look("heron", year="2024")) == [("contribution", "A heron in an old letter.")]
    assert len(found(look("heron", way="Z", what="nonsense", year="soon", page="x"))) == 6
    assert found(look("heron", year="99999999999999999999")) != []


def test_many_are_read_page_by_page(build, look, space, noreen):
    for number in range(A_PAGE + 3):
        build.contribution(space, noreen, f"Heron number {number}.")
    first = look("heron")
    assert len(found(first)) == A_PAGE
    assert f"{A_PAGE + 3} were found" in first.content.decode()
    second = look("heron", page="1")
    assert len(found(second)) == 3
    both = {one.url for answer in (first, second) for one in answer.context["results"].rows}
    assert len(both) == A_PAGE + 3


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_that_is_typed_can_break_or_command(build, look, space, noreen, words):
    build.contribution(space, noreen, f"Before {words.replace(chr(0), '')} after")
    answer = look(words)
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content
    assert Searchable.objects.count() == 1


def test_the_number_of_queries_does_not_grow(build, space, noreen, signed_in, django_assert_max_num_queries):
    everything(build, space, noreen)
    client, asked = signed_in(noreen), {"q": "heron", "in": space.slug}
    client.get("/find/", asked)
    with CaptureQueriesContext(connection) as few:
        client.get("/find/", asked)
    for _ in range(15):
        build.contribution(space, build.member(space), "One more heron.")
    with django_assert_max_num_queries(len(few)):
        assert len(found(client.get("/find/", asked))) == 20
    assert len(few) <= 18


def test_the_index_is_made_whole_again_and_what_is_missing_is_reported(build, look, space, noreen):
    assert index.missing() == []
    index.remove()
    assert len(index.missing()) > 10
    with pytest.raises(serving.CannotStart, match="coproduce migrate"):
        serving.require_database(make=False)
    everything(build, space, noreen)
    assert found(look("heron")) == []
    index.install()
    assert index.missing() == []
    assert len(found(look("heron"))) == 5
    before = set(Searchable.objects.values_list("what", "subject", "words"))
    index.fill()
    assert set(Searchable.objects.values_list("what", "subject", "words")) == before
    serving.require_database(make=False)


def test_the_newest_wording_of_a_proposal_is_found(build, look, space, noreen):
    everything(build, space, noreen)
    proposal = Proposal.objects.get()
    ProposalVersion.objects.create(proposal=proposal, number=2, title="A card", words="For all.", written_by=noreen)
    assert [what for what, _ in found(look("heron"))].count("proposal") == 0
    assert [what for what, _ in found(look("card"))] == ["proposal"]


def test_what_is_deleted_leaves_the_index(build):
    space = build.space()
    everything(build, space, space.opened_by)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM themes_theme")
    assert not Searchable.objects.filter(what="theme").exists()


def test_words_and_pieces():
    assert words_of("  Café, CAFÉ & o'clock_1 ") == ["cafe", "o", "clock", "1"]
    assert words_of("…") == []
    assert len(words_of(" ".join(map(str, range(50))))) == 12
    assert pieces("a \x02b\x03\n c") == (Piece("a ", found=False), Piece("b", found=True), Piece(" c", found=False))


def test_what_has_a_title_does_not_say_it_twice():
    snippet = pieces(f"Getting there Hills, {matching.OPEN}doors{matching.CLOSE}, forty seconds")
    kept = without_title(snippet, "Getting  there")
    assert kept == (("Hills, ", False), ("doors", True), (", forty seconds", False))
    marked = pieces(f"{matching.OPEN}Getting{matching.CLOSE} there")
    assert without_title(marked, "Getting there") == ()
    assert without_title(snippet, "Getting") == (Piece("there Hills, ", False), *snippet[1:])
    assert without_title(snippet, "Get") == snippet
    assert without_title(snippet, "") == snippet
