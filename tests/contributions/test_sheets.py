"""What the sheet asks beside the words: notes, where they come from, who may read them, and who may be recognised."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from coproduce.contributions.citing import link_url, tidy_citation, tidy_link
from coproduce.contributions.models import Contribution
from coproduce.contributions.recognised import few_here, warning_of

pytestmark = pytest.mark.django_db


def filled(**more):
    return {
        "key": str(uuid.uuid4()), "words": "It is cold in there.", "ways": ["L"], "attribution": "chosen",
        "kind": "story", **more,
    }  # fmt: skip


def bring(client, space, **more):
    return client.post(f"/s/{space.slug}/brought/bring/", filled(**more))


def sheet(client, space):
    return client.get(f"/s/{space.slug}/brought/bring/").content.decode()


# ── recognised all the same ──────────────────────────────────────────────────────────────────────


def test_where_few_are_here_the_choice_without_a_name_says_so(build, signed_in):
    space = build.space()
    page = sheet(signed_in(build.member(space)), space)
    assert page.count("Few people are here. Even without a name, people may guess that it is you.") == 2


def test_where_few_speak_from_a_side_it_says_which_and_never_how_many(build, signed_in):
    space = build.space()
    for _number in range(9):
        build.member(space, ways="L")
    carer = build.member(space, ways="C", shown="counted")
    page = sheet(signed_in(carer), space)
    assert page.count("Few people here speak from this side. Even without a name") == 2
    lived = sheet(signed_in(build.member(space, ways="L")), space)
    assert "Few people here speak from these sides" in lived
    assert escape("“I care for someone”") in lived
    assert "“I live with it”" not in lived
    assert few_here(space) == (False, "CPROM")


def test_few_is_said_alike_however_few_they_are(build):
    def said():
        return [warning_of(few_here(where), ticked) for where in (small, large) for ticked in ("", "C", "L")]

    small, large = build.space(threshold=5), build.space(threshold=5)
    for _number in range(6):
        build.member(large, ways="LPROM")
    build.member(large, ways="C")
    for_one = said()
    for where in (small, large):
        build.member(where, ways="C")
        build.member(where, ways="C")
    assert said() == for_one
    assert all(for_one)
    assert not any(letter.isdigit() for letter in "".join(for_one))


def test_where_many_are_nothing_is_said(build, signed_in):
    space = build.space(threshold=5)
    for _number in range(6):
        build.member(space, ways="LCPROM")
    assert "people may guess" not in sheet(signed_in(build.member(space)), space)


def test_at_a_small_gathering_few_are_there(build):
    space = build.space(threshold=5)
    from coproduce.gatherings.models import Gathering

    people = [build.member(space, ways="LCPROM") for _number in range(6)]
    gathering = Gathering.objects.create(
        space=space, title="Tea", arranged_by=space.opened_by, starts_at="2026-03-14T10:00Z"
    )
    build.contribution(space, people[0], gathering=gathering)
    assert few_here(space) == (False, "")
    assert few_here(space, gathering).everyone
    for someone in people[1:4]:
        build.contribution(space, someone, f"Said by {someone}.", gathering=gathering)
    for someone in people[3:5]:
        # Whether they have spoken already is not told by a sentence that goes when a fifth person speaks.
        build.contribution(space, someone, "No name.", gathering=gathering, attribution="anonymous")
        assert few_here(space, gathering).everyone
    build.contribution(space, people[5], "A fifth name.", gathering=gathering)
    assert not few_here(space, gathering).everyone
    with CaptureQueriesContext(connection) as ran:
        few_here(space)
    assert len(ran) == 1


# ── something to know before reading ─────────────────────────────────────────────────────────────


def test_common_notes_are_ticked_and_go_with_what_is_typed(build, signed_in):
    space = build.space()
    client = signed_in(build.member(space))
    assert "Suicide or self-harm" in sheet(client, space)
    bring(client, space, content_note="A dog is hurt", content_note_common=["Abuse", "Racism", "<script>"])
    assert Contribution.objects.get().content_note == "A dog is hurt, Abuse, Racism"


def test_a_note_that_is_typed_already_is_not_said_twice(build, signed_in):
    space = build.space()
    bring(signed_in(build.member(space)), space, content_note="abuse at home", content_note_common=["Abuse"])
    assert Contribution.objects.get().content_note == "abuse at home"


# ── where it comes from ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "kept", "leads_to"),
    [
        ("doi:10.1371/journal.pbio.2001403", "doi:10.1371/journal.pbio.2001403", "https://doi.org/10.1371/journal.pbio.2001403"),
        ("DOI: 10.1371/journal.pbio.2001403.", "doi:10.1371/journal.pbio.2001403", "https://doi.org/10.1371/journal.pbio.2001403"),
        ("10.1371/journal.pbio.2001403", "doi:10.1371/journal.pbio.2001403", "https://doi.org/10.1371/journal.pbio.2001403"),
        ("https://doi.org/10.1371/journal.pbio.2001403", "doi:10.1371/journal.pbio.2001403", "https://doi.org/10.1371/journal.pbio.2001403"),
        ("http://dx.doi.org/10.1371/journal.pbio.2001403?x=1", "doi:10.1371/journal.pbio.2001403", "https://doi.org/10.1371/journal.pbio.2001403"),
        ("doi.org/10.1000/182", "doi:10.1000/182", "https://doi.org/10.1000/182"),
        ("10.1002/(SICI)1097<1661::AID>3.0.CO;2-2", "doi:10.1002/(SICI)1097<1661::AID>3.0.CO;2-2", "https://doi.org/10.1002/(SICI)1097%3C1661::AID%3E3.0.CO;2-2"),
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("www.nhs.uk/conditions", "https://www.nhs.uk/conditions", "https://www.nhs.uk/conditions"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_links_and_dois_are_kept_in_one_form(typed, kept, leads_to):
    assert tidy_link(typed) == kept
    assert tidy_link(kept) == kept
    assert link_url(kept) == leads_to


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<b>", "java\tscript:alert(1)", "vbscript:x",
        "https://noreen:secret@example.org/", "https://example.org@evil.example/", "file:///etc/passwd", "ftp://a.example/",
        "https://exa\u202emple.org/", "https://example.org/\u200b", "https://example.org/\x00", "http://[::1", "https://",
        "https://localhost/", "//example.org/", "a paper by somebody", "https://example.org/a b", "https://exam\\ple.org/",
        "https://example.org:99999/", "https://" + "a" * 700 + ".example/", "https://doi.org@evil.example/10.1000/182",
    ],
)  # fmt: skip
def test_what_is_no_link_is_refused_with_a_reason(typed):
    with pytest.raises(ValidationError) as refused:
        tidy_link(typed)
    assert len(refused.value.messages[0]) > 20
    assert link_url(typed) == ""


@given(st.text(max_size=80))
def test_nothing_but_web_addresses_ever_becomes_a_link(typed):
    assert link_url(typed) == "" or link_url(typed).startswith(("https://", "http://"))
    try:
        kept = tidy_link(typed)
    except ValidationError:
        return
    assert tidy_link(kept) == kept


def test_a_citation_is_one_line_and_hides_nothing():
    assert tidy_citation(" Filipe A,\n  Renedo A.\u00ad (2017) ") == "Filipe A, Renedo A. (2017)"
    joined = "\u0645\u06cc\u200c\u062e"  # a joiner is part of the spelling in Persian
    assert tidy_citation(joined) == joined
    for hidden in ("A\u202eB", "A\x07B", "A\u2066B"):
        with pytest.raises(ValidationError):
            tidy_citation(hidden)


def test_evidence_stands_with_where_it_comes_from_and_every_wording_keeps_it(build, signed_in):
    space = build.space()
    client = signed_in(build.member(space))
    assert "It comes from something written" in sheet(client, space)
    refused = bring(client, space, kind="evidence", link="javascript:alert(1)")
    assert refused.status_code == 422
    assert "We cannot read this as a link" in refused.content.decode()
    answer = bring(
        client, space, kind="evidence", citation="Filipe A and others, 2017", link="doi:10.1371/journal.pbio.2001403"
    )
    page = client.get(answer.url).content.decode()
    assert "Filipe A and others, 2017" in page
    link = 'href="https://doi.org/10.1371/journal.pbio.2001403" rel="noopener noreferrer nofollow"'
    assert link in page
    made = Contribution.objects.get()
    again = filled(
        words=made.words, citation="Filipe A and others, PLoS Biology, 2017", link="10.1371/journal.pbio.2001403"
    )
    client.post(f"{answer.url}revise/", again)
    made.refresh_from_db()
    assert made.version == 2
    assert [v.citation for v in made.versions.all()] == [
        "Filipe A and others, 2017",
        "Filipe A and others, PLoS Biology, 2017",
    ]
    changed = client.get(f"{answer.url}changes/").content.decode()
    assert 'PLoS Biology, <span class="visually-hidden">]</span></ins>' in changed
    assert link in changed
    copy = b"".join(client.get(f"/s/{space.slug}/data/copy.jsonl").streaming_content).decode()
    assert "PLoS Biology" not in copy
