"""Words, fields and links as people meet them: nothing typed is interpreted, every error leads to its field."""

from html.parser import HTMLParser

import pytest
from django import forms
from django.template import engines

from coproduce.ui import words
from coproduce.ways import WAYS


class Bring(forms.Form):
    words = forms.CharField(label="Your words", help_text="A line or a page.", widget=forms.Textarea)
    ways = forms.MultipleChoiceField(label="Where do you know it from?", widget=forms.CheckboxSelectMultiple)
    name = forms.ChoiceField(label="Your name?", choices=[("a", "A"), ("b", "<b>")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="I am sure")
    key = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ways"].choices = [(way.letter, way.says) for way in WAYS]
        self.fields["name"].choice_hints = {"a": "your <full> name"}


def drawn(source, **context):
    return engines["django"].from_string(source).render(context)


class Tags(HTMLParser):
    """Every opening tag of some markup with its attributes, in order."""

    def __init__(self, markup):
        super().__init__()
        self.found = []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, wanted, attribute):
        return [attrs.get(attribute) for tag, attrs in self.found if tag == wanted]


def test_words_keep_their_paragraphs_and_lines_and_interpret_nothing():
    assert words.paragraphs("One\ntwo\r\n\r\n<b>three</b> & four") == (
        '<p dir="auto">One<br>two</p><p dir="auto">&lt;b&gt;three&lt;/b&gt; &amp; four</p>'
    )
    assert words.paragraphs("a\x00b\x0bc") == '<p dir="auto">abc</p>'


def test_passages_are_marked_where_they_stand_also_across_paragraphs_and_overlaps():
    text = "He never told me <what> I should do.\n\nI carry on."
    assert "<mark>told me &lt;what&gt; I</mark> should" in words.paragraphs(text, ["told me <what>", "<what> I"])
    across = words.paragraphs(text, ["do.\n\nI carry"])
    assert across.count("<mark>") == 2
    assert words.paragraphs(text, ["not in it"]) == words.paragraphs(text)


@pytest.mark.parametrize("length", [1, 5, 12, 400])
def test_a_text_on_one_line_is_cut_between_words(length):
    short = words.shortened("I have  one chest.\nIt has no middle", length)
    assert "\n" not in short
    assert len(short) <= length + 1
    assert words.shortened("I have breathlessness", 12) == "I have…"


def test_a_refused_form_leads_from_each_error_to_its_field():
    form = Bring({"ways": ["X"]})
    summary = Tags(drawn("{% error_summary form %}", form=form))
    fields = Tags(drawn("{% fields_of form %}", form=form))
    ids = {attrs["id"] for _, attrs in fields.found if "id" in attrs}
    links = [href[1:] for href in summary.all("a", "href")]
    assert len(links) == 4
    assert set(links) <= ids


def test_a_field_ties_its_question_hint_and_error_together():
    markup = drawn('{% field form.words heading="h1" rows=8 %}', form=Bring({}))
    assert '<h1><label class="field-label" for="id_words">Your words</label></h1>' in markup
    assert 'aria-describedby="id_words_hint id_words_error"' in markup
    assert 'aria-invalid="true"' in markup
    assert 'rows="8"' in markup
    assert markup.count("aria-describedby") == 1


def test_ways_of_knowing_end_in_their_thread_and_other_choices_do_not():
    form = Bring(initial={"ways": ["L"], "name": "b"})
    ways = Tags(drawn("{% field form.ways %}", form=form))
    assert len(ways.all("svg", "class")) == 6
    assert [attrs["value"] for tag, attrs in ways.found if tag == "input" and "checked" in attrs] == ["L"]
    names = drawn("{% field form.name %}", form=form)
    assert "<svg" not in names
    assert "your &lt;full&gt; name" in names
    assert "&lt;b&gt;" in names
    assert names.count("<legend") == 1


def test_a_single_box_and_hidden_fields_are_drawn_too():
    assert 'type="checkbox"' in drawn("{% field form.sure %}", form=Bring())
    assert drawn("{% hidden_fields form %}", form=Bring(initial={"key": "k"})).count('type="hidden"') == 1


def test_an_address_that_is_not_there_is_left_out():
    assert drawn('{% place_url "no:where" as url %}{% if url %}x{% endif %}') == ""
    assert drawn('{% link "" text %}', text="<i>") == "&lt;i&gt;"
    assert drawn("{% link url text %}", url="/a?b=1&c=2", text="go") == '<a href="/a?b=1&amp;c=2">go</a>'


def test_how_somebody_knows_is_said_as_well_as_drawn():
    markup = drawn("{% knot ways %}{% swatches ways %}{% legend %}", ways="ML")
    assert "I live with it, Many of us know it" in markup
    assert drawn("{% knot ways %}{% thread ways %}{% swatches ways %}", ways="") == ""


def test_the_question_keeps_its_name_in_the_head_of_every_page():
    space = {"name": "<Breath>", "slug": "breath"}
    page = drawn('{% extends "ui/space.html" %}{% block main %}<h1>x</h1>{% endblock %}', space=space, place="question")
    assert "&lt;Breath&gt;" in page
    assert 'href="#main"' in page
    assert 'rel="noreferrer nofollow"' in page
    assert " style=" not in page
    assert "<script>" not in page
