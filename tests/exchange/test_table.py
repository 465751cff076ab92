"""A table of texts comes in whole or not at all."""

import io
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from coproduce.consent.models import Agreement
from coproduce.contributions.models import Contribution
from coproduce.errors import BadFile
from coproduce.exchange.actions.table import Columns, columns_between, import_table, preview
from coproduce.exchange.actions.target import keeper
from coproduce.exchange.models import Upload
from coproduce.exchange.proof import problems
from coproduce.people.models import Person
from coproduce.spaces.models import Space
from coproduce.themes.models import Theme, ThemeLink

TABLE = """Words,Who,When,Stairs,Letters
"I count the steps.
Then I stop.",a,2025-03-14,1,
Nobody told me.,b,14/03/2025,,yes
,c,2025-03-14,1,
Nobody told me.,b,14/03/2025,,yes
=cmd|' /C calc'!A0,a,3/31/2025,0,no
"""
COLUMNS = Columns("Words", ("Stairs", "Letters"), "Who", "When")


def read(text, columns=COLUMNS, **kwargs):
    return import_table(actor=keeper(), slug="table", file=io.BytesIO(text.encode()), columns=columns, **kwargs)


def test_words_people_days_and_labels_come_in(db):
    done = read(TABLE, question="What did they say?")
    assert (done.contributions, done.left_out, done.themes, done.links, done.people) == (4, 1, 2, 3, 2)
    space = Space.objects.get(slug="table")
    assert space.framings.get().words == "What did they say?"
    assert space.privacy == "members"
    first = Contribution.objects.get(words__startswith="I count")
    assert first.words == "I count the steps.\nThen I stop."
    assert first.said_on.isoformat() == "2025-03-14"
    assert Contribution.objects.get(words__startswith="=cmd").said_on.isoformat() == "2025-03-31"
    assert ThemeLink.objects.filter(theme__name="Letters").count() == 2
    assert Person.objects.filter(pseudonymous=True, chosen_name__in=["Person 1", "Person 2"]).count() == 2
    assert list(problems()) == []


def test_words_whose_people_are_not_told_apart_come_from_somebody(db):
    done = read("Words\nOne.\nTwo.\n", Columns("Words"))
    assert (done.contributions, done.people) == (2, 1)
    assert "name" in Contribution.objects.first().author.chosen_name


def test_twice_brings_nothing_twice_and_more_rows_bring_those(db):
    read(TABLE)
    read(TABLE)
    assert Contribution.objects.count() == 4
    assert Theme.objects.count() == 2
    read(TABLE + "One more.,z,,,1\n")
    assert Contribution.objects.count() == 5
    assert ThemeLink.objects.count() == 4


@pytest.mark.parametrize(
    ("bad", "row", "why"),
    [
        ("x,y,2025-02-30,,\n", 3, "2025-02-30"),
        ("x,y,2999-01-01,,\n", 3, "2999"),
        ("x,y,,maybe,\n", 3, "maybe"),
        ("x,y\n", 3, "2 cells"),
        ("x,y,,,,,,\n", 3, "8 cells"),
        ("x" * 100_001 + ",y,,,\n", 3, "longer"),
    ],
)
def test_a_bad_row_is_refused_by_its_number_and_nothing_is_read(db, bad, row, why):
    with pytest.raises(BadFile) as refused:
        read("Words,Who,When,Stairs,Letters\nfine,a,,,\n" + bad)
    assert [number for number, _why in refused.value.problems] == [row]
    assert why in refused.value.problems[0][1]
    assert not Space.objects.exists()
    assert not Contribution.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00W", b"Words\n\xff\xff\n", b"PK\x03\x04\0\0"])
def test_what_is_no_table_is_refused(db, content):
    with pytest.raises(BadFile):
        import_table(actor=keeper(), slug="t", file=io.BytesIO(content), columns=COLUMNS)


def test_other_marks_between_columns_and_a_byte_order_mark():
    file = io.BytesIO("\ufeffWords;Who\nhello, there;a\n".encode())
    assert preview(file) == [["hello, there", "a"]]


def test_the_command_says_rows_and_leaves_nothing(db, tmp_path, capsys):
    file = tmp_path / "t.csv"
    file.write_text("Words,Stairs\nfine,1\nbad,maybe\n")
    with pytest.raises(CommandError, match="Nothing was read in"):
        call_command("import", "csv", str(file), into="new", text="Words", label=["Stairs"])
    assert "row 3" in capsys.readouterr().err
    assert not Space.objects.filter(slug="new").exists()


def test_a_facilitator_reads_a_table_in_by_the_page(build, signed_in):
    space = build.space()
    client = signed_in(space.opened_by)
    address = reverse("exchange:import_csv", args=[space.slug])
    key = client.get(address).context["form"]["key"].value()
    sent = {"key": str(key), "table": SimpleUploadedFile("t.csv", TABLE.encode())}
    answer = client.post(address, sent)
    columns = answer["Location"]
    shown = client.get(columns)
    assert "Nobody told me." in shown.content.decode()
    chosen = {
        "key": str(shown.context["form"]["key"].value()),
        "text": "Words",
        "labels": ["Stairs"],
        "person": "Who",
        "date": "When",
    }
    first = client.post(columns, chosen)
    second = client.post(columns, chosen)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == reverse("contributions:contributions", args=[space.slug])
    assert Contribution.objects.filter(space=space).count() == 4
    assert not Upload.objects.exists()


def test_only_facilitators_read_tables_in(build, signed_in):
    space = build.space()
    member = build.member(space)
    stranger = build.person()
    address = reverse("exchange:import_csv", args=[space.slug])
    assert signed_in(member).get(address).status_code == 403
    assert signed_in(stranger).get(address).status_code == 404
    upload = Upload.objects.create(space=space, person=space.opened_by, name="t.csv", content=TABLE.encode())
    other = build.space()
    for client, slug in [(signed_in(other.opened_by), other.slug), (signed_in(stranger), space.slug)]:
        assert client.get(reverse("exchange:columns", args=[slug, upload.pk])).status_code == 404
    assert signed_in(member).get(reverse("exchange:columns", args=[space.slug, upload.pk])).status_code == 403


CODED = """Words,Said,Theme: stairs,Theme: letters
I count the steps.,Breath; Stairs,1,
Nobody told me.,letters;Breath ; Breath,,x
Nothing more.,,,
"""


def test_names_of_themes_in_cells_become_themes(db):
    read(CODED, Columns("Words", codes=("Said",)))
    links = ThemeLink.objects.values_list("theme__name", "contribution__words").order_by("theme__name", "contribution")
    assert sorted(links) == [
        ("Breath", "I count the steps."),
        ("Breath", "Nobody told me."),
        ("Stairs", "I count the steps."),
        ("letters", "Nobody told me."),
    ]


def test_a_name_too_long_for_a_theme_is_refused_by_its_row(db):
    with pytest.raises(BadFile) as refused:
        read(f"Words,Said\nfine,a\nmore,{'x' * 121}\n", Columns("Words", codes=("Said",)))
    assert [number for number, _why in refused.value.problems] == [3]


def test_columns_are_meant_by_a_beginning_or_from_one_to_another():
    names = ["Words", "Theme: stairs", "Theme: letters", "Notes", ""]
    assert columns_between(names, ["Theme*"]) == ("Theme: stairs", "Theme: letters")
    assert columns_between(names, ["Theme: letters..Notes", "Notes"]) == ("Theme: letters", "Notes")
    assert columns_between(names, ["Nowhere..Notes", "x*"]) == ("Nowhere..Notes", "x*")


def workbook(*rows):
    """An XLSX file with these rows, from the third on."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows, start=2):
        sheet.write_row(number, 0, row)
    book.close()
    return content.getvalue()


def test_a_spreadsheet_is_read_as_a_table_with_its_own_row_numbers(db):
    content = workbook(["Words", "Theme: stairs"], ["I count “é” 👩‍⚕️.", 1], ["Nobody told me.", ""])
    columns = Columns("Words", ("Theme: stairs",))
    done = import_table(actor=keeper(), slug="sheet", file=io.BytesIO(content), columns=columns)
    assert (done.contributions, done.themes, done.links) == (2, 1, 1)
    assert Contribution.objects.filter(words="I count “é” 👩‍⚕️.").exists()
    content = workbook(["Words", "Theme: stairs"], ["fine", 1], ["bad", "maybe"])
    with pytest.raises(BadFile) as refused:
        import_table(actor=keeper(), slug="sheet", file=io.BytesIO(content), columns=columns)
    assert [number for number, _why in refused.value.problems] == [5]


def test_a_spreadsheet_that_would_take_all_memory_is_refused(db):
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "Words")
    sheet.write(1_048_575, 16_383, "far away")
    book.close()
    with pytest.raises(BadFile):
        preview(io.BytesIO(content.getvalue()))


def test_the_command_reads_texts_with_their_themes(db, tmp_path, capsys):
    file = tmp_path / "t.csv"
    file.write_text(CODED)
    call_command("import", "texts", str(file), "--space=coded", "--text=Words", "--themes=Theme*", "--codes=Said")
    assert Theme.objects.count() == 5
    assert "Texts: 3;" in capsys.readouterr().out


def test_what_people_of_a_table_agreed_to_is_written_down(db):
    read(TABLE, agreed=["research_data", "quote"])
    read(TABLE, agreed=["research_data"])
    held = Agreement.objects.filter(space__slug="table", given=True).values_list("use", flat=True)
    assert sorted(held) == ["quote", "quote", "research_data", "research_data"]


ODS = """<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="One">
<table:table-row><table:table-cell office:value-type="string"><text:p>Words</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Stairs</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>I count “é” 👩‍⚕️.</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def test_an_open_document_is_read_as_a_table(db):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.replace("\n<", "<"))
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    done = import_table(actor=keeper(), slug="ods", file=content, columns=Columns("Words", ("Stairs",)))
    assert (done.contributions, done.links) == (1, 1)
    assert Contribution.objects.get().words == "I count “é” 👩‍⚕️."
