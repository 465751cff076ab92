"""Reading our own templates: text that cannot be translated, and script or style that the policy refuses.

A Django template is not HTML yet. Its tags are taken out first, the text between ``blocktranslate``
with them, and line breaks are kept so that every finding has its line; what is left is read
as HTML.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

Finding = tuple[int, str]
# What a person reads or hears, besides the text between the tags.
SPOKEN = {
    "alt",
    "title",
    "placeholder",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "label",
    "summary",
}
EXEMPT = re.compile(r"\{# not translated because \S+.*?#\}")
GONE = re.compile(
    r"\{%-?\s*(?P<block>blocktranslate|blocktrans|comment|verbatim)\b.*?\{%-?\s*end(?P=block)\b.*?%\}"
    r"|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
PLAIN_STRING = re.compile(r"""\{%\s*(?P<tag>\w+)(?P<rest>[^%]*?)%\}""", re.DOTALL)
LITERAL = re.compile(r"""(?<!_\()(?P<quote>["'])(?P<said>[^"']*?)(?P=quote)""")
NO_WORDS_FOR_PEOPLE = {
    *(
        "translate",
        "trans",
        "blocktranslate",
        "blocktrans",
        "load",
        "extends",
        "include",
        "url",
        "static",
        "block",
    ),
    *(
        "if",
        "elif",
        "for",
        "with",
        "now",
        "cycle",
        "firstof",
        "regroup",
        "place_url",
        "comment",
        "get_static_prefix",
    ),
}
LETTERS = re.compile(r"[^\W\d_]{2,}")
# Names are the same in every language.
NAMES = re.compile(r"\bCoproduce\b")


def bare(template: str) -> str:
    """The template without Django's tags, each line still where it was."""
    return GONE.sub(lambda tag: "\n" * tag.group().count("\n"), template)


def has_words(text: str) -> bool:
    return bool(LETTERS.search(NAMES.sub("", text)))


class Reader(HTMLParser):
    """Collects what the rules ask about while reading one page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.untranslated: list[Finding] = []
        self.inline: list[Finding] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, given = self.getpos()[0], dict(attrs)
        if tag in ("script", "style"):
            self._silent = tag
            if tag == "style" or ("src" not in given and given.get("type") != "application/json"):
                self.inline.append((line, f"<{tag}> in the page: put it in a file of the app's static folder"))
        for name, value in given.items():
            if name == "style":
                self.inline.append((line, f"{tag} has a style attribute: use a class of coproduce.css"))
            elif name.startswith("on"):
                self.inline.append((line, f"{tag} has {name}: attach the behaviour by a data- attribute"))
            elif (value or "").strip().lower().startswith("javascript:"):
                self.inline.append((line, f"{tag} has {name}=javascript: use a form or a real address"))
            if name in SPOKEN and has_words(value or ""):
                self.untranslated.append((line, f"{name}={value!r}: write {{% translate %}} inside it"))
        if tag == "input" and given.get("type") in ("submit", "button") and has_words(given.get("value") or ""):
            self.untranslated.append((line, f"value={given['value']!r}: write {{% translate %}} inside it"))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        first = self.getpos()[0]
        for offset, text in enumerate(data.split("\n")):
            if has_words(text):
                words = " ".join(text.split())
                self.untranslated.append((first + offset, f"“{words}”: put it in {{% translate %}} or blocktranslate"))


def read(template: str) -> Reader:
    reader = Reader()
    reader.feed(bare(template))
    reader.close()
    return reader


def inline(template: str) -> list[Finding]:
    """Script and style that stand in the page: the content policy refuses them."""
    return read(template).inline


def untranslated(template: str) -> list[Finding]:
    """Text that people read and that no translation can reach, unless the line says why."""
    lines = template.split("\n")
    found = read(template).untranslated + list(untranslated_in_tags(template))
    return sorted(each for each in found if not EXEMPT.search(lines[each[0] - 1]))


def untranslated_in_tags(template: str) -> Iterator[Finding]:
    """Sentences handed to a tag of ours: ``{% field form.name "Your name" %}`` needs ``_("Your name")``."""
    for tag in PLAIN_STRING.finditer(template):
        if tag["tag"] in NO_WORDS_FOR_PEOPLE or tag["tag"].startswith("end"):
            continue
        for literal in LITERAL.finditer(tag["rest"]):
            if re.search(r"[^\W\d_]{2,}\s+[^\W\d_]", literal["said"]):
                line = template.count("\n", 0, tag.start()) + 1
                yield line, f"“{literal['said']}” in {{% {tag['tag']} %}}: write _({literal.group()})"


def untranslated_in_text(template: str) -> list[Finding]:
    """The same for a template that is not HTML, such as a letter or a mail."""
    lines = bare(template).split("\n")
    return [
        (number, f"“{line.strip()}”: put it in {{% translate %}} or blocktranslate")
        for number, line in enumerate(lines, 1)
        if has_words(line) and not EXEMPT.search(template.split("\n")[number - 1])
    ]
