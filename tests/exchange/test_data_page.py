"""The page of files, and reading a project in by it."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from python_calamine import load_workbook

from coproduce.consent.models import Agreement
from coproduce.contributions.models import Contribution
from coproduce.exchange.models import Upload
from coproduce.exchange.research.reading import read_qdpx
from coproduce.spaces.models import Space
from coproduce.themes.models import Theme, ThemeLink
from tests.exchange.research_files import STORY, coded_space, foreign, qdpx_of
from tests.exchange.test_table import workbook
from tests.exchange.test_taguette import file_of


def send(client, space, name, content):
    address = reverse("exchange:import_csv", args=[space.slug])
    key = str(client.get(address).context["form"]["key"].value())
    return client.post(address, {"key": key, "table": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("kind", ["xlsx", "csv", "qdpx", "qdc"])
def test_a_member_takes_each_kind_of_file(build, signed_in, kind):
    space = coded_space()
    client = signed_in(build.member(space))
    shown = client.get(reverse("exchange:export", args=[space.slug])).content.decode()
    address = reverse("exchange:take", args=[space.slug, kind])
    assert address in shown
    answer = client.get(address)
    content = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith('attachment; filename="coded.')
    assert answer["Cache-Control"] == "no-store"
    if kind == "xlsx":
        assert load_workbook(io.BytesIO(content)).sheet_names[0] == "guide"
    elif kind == "qdc":
        assert content.startswith(b"<?xml")
    else:
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


def test_a_kind_of_file_that_there_is_not(build, signed_in):
    space = build.space()
    client = signed_in(space.opened_by)
    assert client.get(reverse("exchange:take", args=[space.slug, "docx"])).status_code == 404
    assert client.get(reverse("exchange:take", args=[space.slug, "qdc"])).status_code == 409


def test_the_page_says_how_many_texts_are_in_each_file(build, signed_in, django_assert_max_num_queries):
    space = coded_space()
    client = signed_in(build.member(space))
    with django_assert_max_num_queries(16):
        shown = client.get(reverse("exchange:export", args=[space.slug])).content.decode()
    assert "as research data: 2 of 2 texts." in shown
    assert "may be quoted: 0 of 2 texts." in shown
    assert "Read a file in" not in shown
    assert (
        "Read a file in"
        in signed_in(space.opened_by).get(reverse("exchange:export", args=[space.slug])).content.decode()
    )


def test_a_facilitator_sees_what_a_project_holds_and_reads_it_in(build, signed_in):
    content = qdpx_of(coded_space())
    space = build.space()
    client = signed_in(space.opened_by)
    preview = send(client, space, "study.qdpx", content)["Location"]
    shown = client.get(preview)
    words = " ".join(shown.content.decode().split())
    assert "This file holds 2 texts, 3 codes and 4 marked passages." in words
    assert "Body &amp; “breath”" in words
    assert not Contribution.objects.filter(space=space).exists()
    sent = {"key": str(shown.context["form"]["key"].value()), "agreed": ["research_data"]}
    first, second = client.post(preview, sent), client.post(preview, sent)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Contribution.objects.filter(space=space).count() == 2
    assert not Upload.objects.exists()
    assert Agreement.objects.filter(space=space, use="research_data", recorded_by=space.opened_by).count() == 2
    assert {text.words for text in read_qdpx(qdpx_of(space)).texts} == {STORY, "Nobody told me."}


def test_without_agreement_what_comes_in_leaves_in_no_file(build, signed_in):
    space = build.space()
    client = signed_in(space.opened_by)
    preview = send(client, space, "study.qdpx", qdpx_of(coded_space()))["Location"]
    client.post(preview, {"key": str(client.get(preview).context["form"]["key"].value())})
    assert Contribution.objects.filter(space=space).count() == 2
    assert read_qdpx(qdpx_of(space)).texts == []


def test_the_preview_says_what_cannot_be_taken(build, signed_in):
    space = build.space()
    extra = (
        '<Notes><Note guid="n"><PlainTextContent>x</PlainTextContent></Note></Notes>'
        '<Sets><Set guid="s" name="S"/></Sets>'
    )
    content = foreign("One two", [(0, 2, "One"), (50, 60, "")], extra=extra)
    client = signed_in(space.opened_by)
    shown = client.get(send(client, space, "p.qdpx", content)["Location"]).content.decode()
    assert "These things cannot be taken" in shown
    assert "1 passage: its positions lie outside" in shown
    assert "1 set." in shown


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.qdpx", b"PK\x03\x04 no zip .qde"), ("x.qdc", b"<html><p>x"), ("x.sqlite3", b"SQLite format 3\0 no")],
)
def test_what_is_no_project_is_refused_on_the_page(build, signed_in, name, content):
    space = build.space()
    answer = send(signed_in(space.opened_by), space, name, content)
    assert answer.status_code == 422
    assert answer.context["form"].errors["table"]
    assert not Upload.objects.exists()


def test_a_workbook_and_a_project_of_taguette_go_the_same_way(build, signed_in, tmp_path):
    space = build.space()
    client = signed_in(space.opened_by)
    columns = send(client, space, "t.xlsx", workbook(["Words", "Said"], ["Hello", "a; b"]))["Location"]
    form = client.get(columns).context["form"]
    sent = {"key": str(form["key"].value()), "text": "Words", "codes": ["Said"], "person": "", "date": ""}
    assert client.post(columns, sent).status_code == 302
    preview = send(client, space, "t.sqlite3", file_of(tmp_path))["Location"]
    client.post(preview, {"key": str(client.get(preview).context["form"]["key"].value())})
    assert Contribution.objects.filter(space=space).count() == 2
    assert set(Theme.objects.values_list("name", flat=True)) == {"a", "b", "body.breath", "numbers"}


def test_the_commands_write_and_read_projects(build, tmp_path, capsys):
    coded_space()
    file, book, table = tmp_path / "out.qdpx", tmp_path / "out.qdc", tmp_path / "out.xlsx"
    call_command("export", "qdpx", "coded", out=str(file))
    call_command("export", "qdc", "coded", out=str(book))
    call_command("export", "xlsx", "coded", out=str(table))
    assert load_workbook(str(table)).sheet_names[0] == "guide"
    assert file.stat().st_mode & 0o777 == 0o600
    call_command("import", "project", str(file), "--space=new-one", "--agreed=research_data")
    assert ThemeLink.objects.filter(theme__space__slug="new-one").count() == 5
    call_command("import", "project", str(book), "--space=codes-only")
    assert Theme.objects.filter(space__slug="codes-only").count() == 3
    bad = tmp_path / "bad.qdpx"
    bad.write_bytes(b"PK no")
    with pytest.raises(CommandError, match="Nothing was read in"):
        call_command("import", "project", str(bad), "--space=never")
    assert not Space.objects.filter(slug="never").exists()
