"""What the tests of files for research share: spaces with coded words, projects, and what they hold."""

import io
import os
import zipfile
from pathlib import Path

from lxml import etree

from coproduce.consent.models import Agreement, AgreementText
from coproduce.exchange.research.reading import read_qdpx
from coproduce.exchange.research.writing import write_qdpx
from coproduce.themes.models import CodingNote, Theme, ThemeLink
from tests import building

DATA = Path(os.environ.get("COPRODUCE_TEST_DATA", "../shared/data")) / "refi-qda"
STORY = "Ich zähle die Stufen 👩‍⚕️.\nThen I stop: e\u0301 and é differ.\u2028Still one text. " + "\U0001f600" * 3
QDE = '<Project xmlns="urn:QDA-XML:project:1.0" name="p" origin="{origin}">{inside}</Project>'
GUID = "00000000-0000-4000-8000-{:012d}"


def agree(space, person, *uses):
    for use in uses:
        text, _made = AgreementText.objects.get_or_create(
            space=space, use=use, version=1, defaults={"words": "May we?", "written_by": space.opened_by}
        )
        Agreement.objects.create(space=space, person=person, use=use, text=text, given=True)


def coded_space(slug="coded"):
    """A space where two people coded two texts, with themes below one another, colours, reasons and talk."""
    space = building.space(slug=slug, name="Stairs & “letters” <b>")
    ada, bert = building.member(space, "Ada", ways="LC"), building.member(space, "Bert", ways="R")
    for someone in (ada, bert):
        agree(space, someone, "research_data")
    first = building.contribution(
        space, ada, STORY, ways="LC", kind="story", channel="post", content_note="stairs & breath"
    )
    second = building.contribution(space, bert, "Nobody told me.", kind="question", attribution="anonymous")
    body = Theme.objects.create(
        space=space, name="Body & “breath”", words="What it does to us.\n<x>", colour="#3f7330", proposed_by=ada
    )
    stairs = Theme.objects.create(space=space, name="Stairs", colour="#7a4fa3", parent=body, proposed_by=bert)
    Theme.objects.create(space=space, name="Nothing yet", proposed_by=bert)
    at = STORY.index("e\u0301")
    link(stairs, first, ada, at, at + 2, why="An accent made of two.")
    link(body, first, bert, at, at + 2)
    link(stairs, first, bert, len(STORY) - 3, len(STORY), why="Laughing?")
    link(body, first, ada, 0, 3)
    link(body, second, bert, None, None, why="All of it.")
    CodingNote.objects.create(
        contribution=first, theme=stairs, start=at, end=at + 2, words="I read it\nas breath.", said_by=bert
    )
    return space


def link(theme, contribution, by, start, end, why=""):  # noqa: PLR0917  # as a row reads
    return ThemeLink.objects.create(
        theme=theme, contribution=contribution, linked_by=by, start=start, end=end, why=why,
        version=contribution.version,
    )  # fmt: skip


def qdpx_of(space):
    content = io.BytesIO()
    write_qdpx(space, content)
    return content.getvalue()


def what_is_in(space):
    """A space's coded words without identifiers: what a file should bring to another space."""
    links = ThemeLink.objects.filter(theme__space=space, ended_at=None).select_related("theme", "contribution")
    themes = Theme.objects.filter(space=space).select_related("parent")
    by_coder = {}
    for each in links:
        by_coder.setdefault(each.linked_by_id, []).append(
            (
                each.theme.name,
                each.contribution.words,
                each.start,
                each.end,
                each.why,
                each.linked_at.replace(microsecond=0),
            )
        )
    return {
        "texts": sorted({(e.contribution.words, e.contribution.kind, e.contribution.ways, e.contribution.channel,
                          e.contribution.said_on, e.contribution.content_note) for e in links}),
        "themes": sorted((t.name, t.words, t.colour, t.parent.name if t.parent else "") for t in themes),
        "links": sorted(sorted(each, key=str) for each in by_coder.values()),
        "notes": sorted((n.words, n.start, n.end, n.theme.name) for n in CodingNote.objects.filter(theme__space=space)),
    }  # fmt: skip


def project_xml(content):
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("project.qde"))


def schema():
    return etree.XMLSchema(etree.parse(str(DATA / "Project-mrt2019.xsd")))


def archive(members):
    """A zip of (name, content)."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, inside in members:
            file.writestr(name, inside)
    return content.getvalue()


def foreign(text, selections, *, origin="Another 1.0", extra=""):
    """A project as another program writes it: one text, one code, and selections of (start, end, name)."""
    inside = (
        f'<CodeBook><Codes><Code guid="{GUID.format(1)}" name="Code" isCodable="true"/></Codes></CodeBook><Sources>'
    )
    inside += f'<TextSource guid="{GUID.format(2)}" name="one" plainTextPath="internal://one.txt">'
    for number, (start, end, name) in enumerate(selections, start=10):
        selection = etree.Element(
            "PlainTextSelection", guid=GUID.format(number), startPosition=str(start), endPosition=str(end), name=name
        )
        coding = etree.SubElement(selection, "Coding", guid=GUID.format(number + 1000))
        etree.SubElement(coding, "CodeRef", targetGUID=GUID.format(1))
        inside += etree.tostring(selection, encoding="unicode")
    inside += "</TextSource></Sources>" + extra
    return archive(
        [("project.qde", QDE.format(origin=origin, inside=inside)), ("sources/one.txt", text.encode("utf-8"))]
    )


def passages(content):
    """The words of every passage that is read from a project."""
    project = read_qdpx(content)
    words = {text.key: text.words for text in project.texts}
    return [words[each.text][each.start : each.end] for each in project.codings]
