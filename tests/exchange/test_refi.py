"""REFI-QDA projects and codebooks: out, valid, and in again with the same words at the same places."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pyrefiqda import RefiCodebook, RefiProject

from coproduce.contributions.models import Contribution, ContributionVersion
from coproduce.exchange.actions.research import bring_project, plan_for
from coproduce.exchange.proof import problems
from coproduce.exchange.research.positions import Counting, Ruler
from coproduce.exchange.research.reading import read_qdc, read_qdpx
from coproduce.exchange.research.writing import NoThemes, write_qdc
from coproduce.people.models import Person
from coproduce.themes.models import CodingNote, Theme, ThemeLink
from tests.exchange.research_files import (
    DATA,
    QDE,
    STORY,
    agree,
    archive,
    coded_space,
    foreign,
    link,
    passages,
    project_xml,
    qdpx_of,
    schema,
    what_is_in,
)

NS = {"q": "urn:QDA-XML:project:1.0"}
data = pytest.mark.data


@data
def test_a_project_is_valid_by_the_schema_of_the_standard(build):
    schema().assertValid(project_xml(qdpx_of(coded_space())))
    schema().assertValid(project_xml(qdpx_of(build.space(name="Empty\x07"))))


def test_positions_count_code_points_and_the_end_is_the_last_character(build):
    content = qdpx_of(coded_space())
    project = project_xml(content)
    texts = zipfile.ZipFile(io.BytesIO(content))
    found = set()
    for source in project.iterfind(".//q:TextSource", NS):
        path = source.get("plainTextPath").replace("internal://", "Sources/")
        words = texts.read(path).decode()
        assert words in (STORY, "Nobody told me.")
        for selection in source.iterfind("q:PlainTextSelection", NS):
            found.add(words[int(selection.get("startPosition")) : int(selection.get("endPosition")) + 1])
    assert found == {"e\u0301", "\U0001f600" * 3, "Ich"}


def test_what_goes_out_comes_back_equal_in_another_space(build):
    space, other = coded_space(), build.space()
    done = bring_project(actor=other.opened_by, space=other, project=read_qdpx(qdpx_of(space)))
    assert (done.contributions, done.themes, done.links, done.left_out) == (2, 3, 5, 0)
    assert what_is_in(other) == what_is_in(space)
    assert CodingNote.objects.filter(theme__space=other).exclude(said_by=other.opened_by).count() == 1
    assert [each for each in problems() if each.startswith(f"history of {other.slug}:")] == []


def test_twice_brings_nothing_twice(build):
    other = build.space()
    project = read_qdpx(qdpx_of(coded_space()))
    for _time in range(2):
        bring_project(actor=other.opened_by, space=other, project=project)
    assert [Contribution.objects.filter(space=other).count(), Theme.objects.filter(space=other).count()] == [2, 3]
    assert [m.objects.filter(theme__space=other).count() for m in (ThemeLink, CodingNote)] == [5, 1]


def test_a_file_from_here_finds_its_own_words_and_brings_only_what_is_new(build):
    space = coded_space()
    before = what_is_in(space)
    people = Person.objects.count()
    project = read_qdpx(qdpx_of(space))
    bring_project(actor=space.opened_by, space=space, project=project)
    assert what_is_in(space) == before
    project.codings[0].key = "elsewhere"
    project.codings[0].start, project.codings[0].end = 4, 9
    done = bring_project(actor=space.opened_by, space=space, project=project)
    assert (done.contributions, done.links) == (0, 1)
    assert Contribution.objects.filter(space=space).count() == 2
    assert ThemeLink.objects.get(start=4).linked_by.pseudonymous
    assert Person.objects.count() > people


def test_words_taken_back_here_do_not_come_back_by_a_file(build):
    space = coded_space()
    project = read_qdpx(qdpx_of(space))
    Contribution.objects.filter(words=STORY).update(state="withdrawn", words="")
    plan = plan_for(space, project)
    assert [text.words for text in plan.changed] == [STORY]
    assert "taken back" in " ".join(plan.not_taken)
    bring_project(actor=space.opened_by, space=space, project=project)
    assert not Contribution.objects.filter(words=STORY).exists()


def test_a_passage_of_earlier_words_is_where_it_stands_now_or_left_out(build):
    space = coded_space()
    first = Contribution.objects.get(words=STORY)
    first.words, first.version = "Now: " + STORY.replace("\U0001f600", ""), 2
    first.save()
    ContributionVersion.objects.create(contribution=first, number=2, words=first.words, written_by=first.author)
    assert sorted(passages(qdpx_of(space))) == sorted(["e\u0301", "e\u0301", "Ich", "Nobody told me."])


# ── what may leave ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "taken_back",
    [
        {"state": "withdrawn"},
        {"state": "hidden"},
        {"state": "close"},
        {"state": "aside", "state_before": "visible"},
        {"use_ended_at": "2026-01-01T00:00Z"},
    ],
)
def test_words_that_were_taken_back_do_not_leave(build, taken_back):
    space = coded_space()
    Contribution.objects.filter(words=STORY).update(**taken_back)
    content = qdpx_of(space)
    assert len(project_xml(content).findall(".//q:TextSource", NS)) == 1
    for name in zipfile.ZipFile(io.BytesIO(content)).namelist():
        assert "zähle" not in zipfile.ZipFile(io.BytesIO(content)).read(name).decode()


def test_only_words_whose_author_agreed_to_research_leave_and_never_a_name(build):
    space = coded_space()
    quoted = build.member(space, "Cleo")
    agree(space, quoted, "quote", "attributed_quote")
    theme = Theme.objects.get(name="Stairs")
    said = build.contribution(space, quoted, "Quote me, study me not.")
    link(theme, said, quoted, 0, 5, why="my own reason")
    content = qdpx_of(space)
    everything = b"".join(
        zipfile.ZipFile(io.BytesIO(content)).read(n) for n in zipfile.ZipFile(io.BytesIO(content)).namelist()
    )
    for hidden in ("study me not", "my own reason", "Ada", "Bert", "Cleo", "Example"):
        assert hidden.encode() not in everything
    assert str(Person.objects.get(chosen_name="Ada").pk).encode() not in everything
    assert qdpx_of(space) != content


def test_a_coder_who_agreed_to_their_name_is_named_and_a_reason_needs_its_own_agreement(build):
    space = coded_space()
    cleo = build.member(space, "Cleo")
    agree(space, cleo, "attributed_quote")
    link(Theme.objects.get(name="Stairs"), Contribution.objects.get(words=STORY), cleo, 0, 5, why="not for research")
    project = project_xml(qdpx_of(space))
    users = {user.get("name") for user in project.iterfind(".//q:User", NS)}
    assert {"Coproduce", "Cleo", "Coder 01", "Coder 02"} == users
    notes = {note.findtext("q:PlainTextContent", namespaces=NS) for note in project.iterfind(".//q:Note", NS)}
    assert notes == {"An accent made of two.", "Laughing?", "All of it.", "I read it\nas breath."}


def test_words_without_a_name_belong_to_nobody_in_the_file(build):
    space = coded_space()
    build.contribution(
        space, Person.objects.get(chosen_name="Ada"), "And this without my name.", attribution="anonymous"
    )
    cases = project_xml(qdpx_of(space)).findall(".//q:Case", NS)
    assert [len(case.findall("q:SourceRef", NS)) for case in cases] == [1]


def test_how_people_know_is_said_only_where_enough_share_it(build):
    space = coded_space()
    for number in range(8):
        someone = build.member(
            space, f"Member {number}", ways="P" if number else "PM", shown="counted" if number == 7 else "shown"
        )
        agree(space, someone, "research_data")
        build.contribution(space, someone, f"Said {number}")
    cases = project_xml(qdpx_of(space)).findall(".//q:Case", NS)
    assert len(cases) == 9
    assert {case.findtext("q:VariableValue/q:TextValue", namespaces=NS) for case in cases} == {None}
    nth = build.member(space, "Member 9", ways="P")
    agree(space, nth, "research_data")
    build.contribution(space, nth, "Said too")
    cases = project_xml(qdpx_of(space)).findall(".//q:Case", NS)
    told = [case.findtext("q:VariableValue/q:TextValue", namespaces=NS) for case in cases]
    assert sorted(told, key=str) == [None, None, *["practice"] * 8]


# ── other programs ───────────────────────────────────────────────────────────────────────────────


def test_another_library_reads_what_we_write(build, tmp_path):
    space = coded_space()
    file = tmp_path / "ours.qdpx"
    file.write_bytes(qdpx_of(space))
    project = RefiProject.load(file, extract_dir=tmp_path / "out")
    sources = {source.guid: source for source in project.sources.text_source}
    assert len(sources) == 2
    assert {user.name for user in project.users.user} == {"Coproduce", "Coder 01", "Coder 02"}
    top = project.code_book.codes.code
    assert [(code.name, code.color, [c.name for c in code.code]) for code in top] == [
        ("Body & “breath”", "#3f7330", ["Stairs"]),
        ("Nothing yet", None, []),
    ]
    first = sources[str(Contribution.objects.get(words=STORY).pk)]
    path = tmp_path / "out" / first.plain_text_path.replace("internal://", "Sources/")
    words = path.read_bytes().decode()
    ends = {words[s.start_position : s.end_position + 1]: len(s.coding) for s in first.plain_text_selection}
    assert ends == {"e\u0301": 2, "\U0001f600" * 3: 1, "Ich": 1}


def test_a_codebook_goes_out_and_in(build, tmp_path):
    space, other = coded_space(), build.space()
    content = io.BytesIO()
    write_qdc(space, content)
    file = tmp_path / "ours.qdc"
    file.write_bytes(content.getvalue())
    assert [code.name for code in RefiCodebook.load(file).codes.code] == ["Body & “breath”", "Nothing yet"]
    bring_project(actor=other.opened_by, space=other, project=read_qdc(content.getvalue()))
    assert what_is_in(other)["themes"] == what_is_in(space)["themes"]
    with pytest.raises(NoThemes):
        write_qdc(build.space(), io.BytesIO())


@data
@pytest.mark.parametrize(("name", "codes"), [("blank", 0), ("target", 3)])
def test_projects_of_atlas_ti_come_in_and_go_out_the_same(build, name, codes):
    space = build.space()
    project = read_qdpx((DATA / f"{name}-atlas-project.qdpx").read_bytes())
    assert project.origin.startswith("ATLAS.ti")
    bring_project(actor=space.opened_by, space=space, project=project)
    again = read_qdpx(qdpx_of(space))
    assert len(again.codes) == codes
    called = {code.key: code.name for code in project.codes}
    told = [(code.name, code.colour, called.get(code.parent, "")) for code in project.codes]
    called = {code.key: code.name for code in again.codes}
    assert sorted((code.name, code.colour, called.get(code.parent, "")) for code in again.codes) == sorted(told)
    schema().assertValid(project_xml(qdpx_of(space)))


def test_codes_of_one_name_under_different_codes_stay_apart(build):
    space = build.space()
    project = read_qdc(
        b'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>'
        b'<Code guid="a" name="Food" isCodable="true"><Code guid="b" name="Good" isCodable="true"/></Code>'
        b'<Code guid="c" name="Staff" isCodable="true"><Description>All of them</Description>'
        b'<Code guid="d" name="good" isCodable="true" color="#f0A"/></Code></Codes></CodeBook>'
    )
    bring_project(actor=space.opened_by, space=space, project=project)
    themes = {theme.name: theme for theme in Theme.objects.filter(space=space)}
    assert set(themes) == {"Food", "Good", "Staff", "Staff: good"}
    assert themes["Staff"].words == "All of them"
    assert themes["Staff: good"].colour == "#ff00aa"
    assert themes["Staff: good"].parent == themes["Staff"]


# ── how others count ─────────────────────────────────────────────────────────────────────────────

TEXT = "One 👩‍⚕️ two.\r\nThree 😀 four.\r\n\r\nFive."


def as_counted(words, counting, text=TEXT):
    """(start, end) of words in a text as a program that counts so writes them."""
    raw = text if counting.as_they_stand else text.replace("\r\n", "\n")
    start = raw.index(words)
    end = start + len(words)
    if counting.halves:
        start, end = (len(raw[:place].encode("utf-16-le")) // 2 for place in (start, end))
    last = 0 if counting.end_after else (2 if counting.halves and words[-1] > "\uffff" else 1)
    return start, end - last


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("halves", [True, False])
@pytest.mark.parametrize("stand", [True, False])
def test_passages_are_found_however_a_program_counts_if_it_says_their_words(after, halves, stand):
    counting = Counting(after, halves, stand)
    wanted = ["two", "Three 😀 four", "Five."]
    content = foreign(TEXT, [(*as_counted(words, counting), words) for words in wanted])
    assert passages(content) == wanted
    assert "3 of 3" in read_qdpx(content).counted


def test_without_words_to_go_by_the_standard_is_taken_and_programs_we_know_as_they_count():
    assert passages(foreign("One two three", [(4, 6, "")])) == ["two"]
    assert passages(foreign("One two three", [(4, 7, "")], origin="QualCoder 3.6")) == ["two"]


def test_a_byte_order_mark_and_space_around_a_text_move_no_passage():
    assert passages(foreign("\ufeff\n\n  One two  \n", [(4, 6, "One")])) == ["One"]
    assert passages(foreign("One two", [(40, 46, "")])) == []


def test_a_note_at_a_passage_is_said_with_each_code_of_it(build):
    """Others hang a note at the passage itself, and not at one of its codings."""
    space = build.space()
    inside = (
        '<CodeBook><Codes><Code guid="a" name="Food" isCodable="true"/><Code guid="b" name="Staff" isCodable="true"/>'
        '</Codes></CodeBook><Sources><TextSource guid="t" name="one"><PlainTextContent>Cold soup again.'
        '</PlainTextContent><PlainTextSelection guid="p" startPosition="0" endPosition="8">'
        '<Coding guid="c"><CodeRef targetGUID="a"/></Coding><Coding guid="d"><CodeRef targetGUID="b"/></Coding>'
        '<NoteRef targetGUID="n"/></PlainTextSelection></TextSource></Sources>'
        '<Notes><Note guid="n" name="A note"><PlainTextContent>Every day?</PlainTextContent></Note></Notes>'
    )
    content = archive([("project.qde", QDE.format(origin="Another 1.0", inside=inside))])
    for _time in range(2):
        bring_project(actor=space.opened_by, space=space, project=read_qdpx(content))
    said = CodingNote.objects.filter(theme__space=space).order_by("theme__name")
    assert [(note.theme.name, note.words, note.start, note.end) for note in said] == [
        ("Food", "Every day?", 0, 9),
        ("Staff", "Every day?", 0, 9),
    ]


letters = st.text(
    st.one_of(st.characters(codec="utf-8", exclude_characters="\0"), st.sampled_from("\r\n \u2028é\u0301😀👩\u200d⚕️"))
)


@settings(max_examples=150, deadline=None)
@given(letters, st.integers(0, 40), st.integers(0, 40), st.booleans(), st.booleans())
def test_a_ruler_finds_the_same_characters_in_any_text(raw, start, length, halves, stand):
    ruler = Ruler(raw)
    base = ruler.raw if stand else ruler.text
    piece = base[start : start + length]
    place, end = start, start + len(piece)
    if halves:
        place, end = (len(base[:at].encode("utf-16-le", "surrogatepass")) // 2 for at in (place, end))
    found = ruler.stretch(place, end, Counting(end_after=True, halves=halves, as_they_stand=stand))
    held = ruler.words[slice(*found)] if found else ""
    # A passage may be cut only where the text has space around it or a line end was cut in two.
    assert held.strip() == piece.replace("\r\n", "\n").replace("\r", "\n").strip() or not found


@settings(max_examples=60, deadline=None)
@given(letters.filter(lambda text: text.strip() and len(text) < 200), st.data())
def test_any_passage_of_any_words_is_written_and_read_at_its_place(text, draw):
    words = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    start = draw.draw(st.integers(0, len(words) - 1))
    end = draw.draw(st.integers(start + 1, len(words)))
    content = foreign(words, [(start, end - 1, "")], origin="Coproduce 1")
    assert passages(content) == [words[start:end]]
    assert read_qdpx(content).texts[0].words == words


def test_a_file_is_read_in_without_a_byte_lost_from_its_words(build):
    space, other = coded_space(), build.space()
    bring_project(actor=other.opened_by, space=other, project=read_qdpx(qdpx_of(space)))
    assert Contribution.objects.get(space=other, kind="story").words.encode() == STORY.encode()


def test_xml_of_a_codebook_is_one_of_the_standard(build):
    content = io.BytesIO()
    write_qdc(coded_space(), content)
    root = etree.fromstring(content.getvalue())
    assert root.tag == "{urn:QDA-XML:codebook:1.0}CodeBook"
