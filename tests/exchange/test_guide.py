"""``docs/guides/space-file.md`` explains every record and field of the file, and none that is not there."""

import re

import pytest

from coproduce.exchange.space_file import BY_RECORD, columns, links_to_many
from tests.architecture.code import PROJECT

GUIDE = PROJECT / "docs" / "guides" / "space-file.md"
NO_MODEL = {"file", "end", "event", "In many records"}


def sections():
    """What the guide says under the name of each record."""
    parts = re.split(r"^#{2,3} (.+)$", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def fields_explained(text):
    """Every name in code that an item mentions."""
    return {name for item in re.findall(r"^- (.+)", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", item)}


def fields_of(part):
    return {field.name for field in [*columns(part.model), *links_to_many(part.model)]}


@pytest.mark.parametrize("record", BY_RECORD)
def test_every_record_and_field_is_explained(record):
    said = sections()
    assert record in said, f"explain “{record}” in {GUIDE.name}"
    everywhere = fields_explained(re.sub(r"\n  ", " ", said["In many records"]))
    here = fields_explained(re.sub(r"\n  ", " ", said[record]))
    missing = fields_of(BY_RECORD[record]) - here - everywhere
    assert not missing, f"explain {sorted(missing)} under “{record}” in {GUIDE.name}"


def test_every_record_that_is_explained_is_there():
    explained = {name for name in sections() if re.fullmatch(r"[a-z_]+", name)}
    assert explained - set(BY_RECORD) == NO_MODEL - {"In many records"}
