"""Narrowing what is found: by what, kind, way, theme, standpoint and season, and by quotes and minus."""

from datetime import date

import pytest

from coproduce.finding.asking import question_of
from coproduce.finding.matching import CANDIDATES
from coproduce.people.models import Attribution
from coproduce.spaces.models import Standpoint
from coproduce.themes.models import Theme, ThemeLink
from tests.finding.test_finding import found, look, noreen, space  # noqa: F401  # the same fixtures

pytestmark = pytest.mark.django_db


def words(answer):
    return sorted(text for _what, text in found(answer))


@pytest.fixture
def herons(build, space, noreen):  # noqa: F811
    """Four texts that differ in everything one can narrow by."""
    said = {
        "A heron in a story.": {"kind": "story", "ways": "L", "said_on": date(2025, 12, 30)},
        "A heron in a question.": {"kind": "question", "ways": "LC", "said_on": date(2026, 1, 2)},
        "A heron in an idea.": {"kind": "idea", "ways": "R", "said_on": date(2026, 3, 1)},
        "A heron in a worry.": {"kind": "concern", "ways": "", "said_on": date(2026, 12, 1)},
    }
    return {text: build.contribution(space, noreen, text, **fields) for text, fields in said.items()}


def test_each_filter_leaves_what_it_says(look, herons):  # noqa: F811
    assert words(look("heron", kind="question")) == ["A heron in a question."]
    assert words(look("heron", way="L")) == ["A heron in a question.", "A heron in a story."]
    assert words(look("heron", way="C", kind="story")) == []
    assert words(look("heron", season="winter", year="2025")) == ["A heron in a question.", "A heron in a story."]
    assert words(look("heron", season="winter", year="2026")) == ["A heron in a worry."]
    assert words(look("heron", season="spring")) == ["A heron in an idea."]
    assert len(words(look("heron", season="winter"))) == 3
    assert words(look("heron", year="2026", way="R")) == ["A heron in an idea."]


def test_what_is_changed_is_found_under_what_it_became(look, herons):  # noqa: F811
    one = herons["A heron in a story."]
    one.kind, one.ways, one.said_on = "offer", "M", date(2024, 6, 1)
    one.save()
    assert words(look("heron", kind="offer", way="M", year="2024", season="summer")) == ["A heron in a story."]
    assert words(look("heron", kind="story")) == []


def test_only_what_is_in_a_theme(build, look, space, noreen, herons):  # noqa: F811
    theme = Theme.objects.create(space=space, name="Birds", proposed_by=noreen)
    linked = herons["A heron in an idea."]
    link = ThemeLink.objects.create(theme=theme, contribution=linked, linked_by=noreen)
    ThemeLink.objects.create(theme=theme, contribution=linked, start=0, end=3, linked_by=noreen)
    answer = look("heron", theme=str(theme.pk))
    assert words(answer) == ["A heron in an idea."]
    assert answer.context["results"].count == 1
    link.contribution.state = "hidden"
    link.contribution.save()
    hidden = look("heron", theme=str(theme.pk))
    assert words(hidden) == []
    assert hidden.context["results"].count == 0


def test_a_theme_of_another_space_is_as_if_it_had_not_been_chosen(build, look, noreen, herons):  # noqa: F811
    other = build.space()
    theme = Theme.objects.create(space=other, name="Secret birds", proposed_by=other.opened_by)
    answer = look("heron", theme=str(theme.pk))
    assert "Secret birds" not in answer.content.decode()
    assert len(words(answer)) == 4


# ── standpoints: nothing may be found out by looking twice ───────────────────────────────────────


def speaks(build, space, name, said, *, visibility="shown", way="P"):  # noqa: F811
    someone = build.person(name)
    membership = build.join(space, someone, ways="")
    Standpoint.objects.create(membership=membership, words=said, way=way, visibility=visibility)
    return someone


def test_a_standpoint_finds_what_it_stands_beside_and_no_more(build, look, space):  # noqa: F811
    nurse = speaks(build, space, "Rosa", "A night nurse")
    build.contribution(space, nurse, "A heron as I practise.", ways="P", attribution=Attribution.NAME)
    build.contribution(space, nurse, "A heron by a chosen name.", ways="LP", attribution=Attribution.CHOSEN)
    build.contribution(space, nurse, "A heron at home.", ways="L", attribution=Attribution.NAME)
    build.contribution(space, nurse, "A heron and no name.", ways="P", attribution=Attribution.ANONYMOUS)
    build.contribution(space, nurse, "A heron by how I know.", ways="P", attribution=Attribution.STANDPOINT)
    answer = look("heron", standpoint="A night nurse")
    assert words(answer) == ["A heron as I practise.", "A heron by a chosen name."]
    assert answer.context["results"].count == 2, "the count tells no more than the rows"
    everything = look("heron").context["results"].count
    assert everything == 5


def test_whoever_is_only_counted_is_in_no_list_and_no_result(build, look, space):  # noqa: F811
    counted = speaks(build, space, "Rosa", "Lives with a secret", visibility="counted")
    build.contribution(space, counted, "A heron of mine.", ways="P", attribution=Attribution.NAME)
    page = look("heron")
    assert "Lives with a secret" not in page.content.decode()
    assert len(words(look("heron", standpoint="Lives with a secret"))) == 1, "as if it had not been chosen"
    shown = speaks(build, space, "Bea", "Lives with a secret", visibility="shown")
    assert words(look("heron", standpoint="Lives with a secret")) == [], "the other one's words are not among them"
    build.contribution(space, shown, "A heron of hers.", ways="P")
    assert words(look("heron", standpoint="Lives with a secret")) == ["A heron of hers."]


def test_visitors_are_offered_no_standpoints(build, client, look):  # noqa: F811
    public = build.space(privacy="public")
    speaks(build, public, "Rosa", "A night nurse")
    page = client.get("/find/", {"q": "heron", "in": public.slug, "standpoint": "A night nurse"}).content.decode()
    assert "A night nurse" not in page


def test_across_spaces_neither_themes_nor_standpoints_are_offered(build, look, space, noreen):  # noqa: F811
    Theme.objects.create(space=space, name="Birds", proposed_by=noreen)
    page = look("heron", where=None).content.decode()
    assert 'name="theme"' not in page
    assert 'name="standpoint"' not in page
    assert 'name="theme"' in look("heron").content.decode()


# ── just so, and not these ───────────────────────────────────────────────────────────────────────


def test_quotes_find_words_as_they_stand_and_minus_leaves_out(build, look, space, noreen):  # noqa: F811
    build.contribution(space, noreen, "At the kitchen table we talked.")
    build.contribution(space, noreen, "A table in the kitchen, with a lamp.")
    assert len(words(look("kitchen table"))) == 2
    assert words(look('"kitchen table"')) == ["At the kitchen table we talked."]
    assert words(look("“the kitchen table”")) == ["At the kitchen table we talked."]
    assert words(look("kitchen -lamp")) == ["At the kitchen table we talked."]
    assert words(look('table -"kitchen table"')) == ["A table in the kitchen, with a lamp."]
    assert words(look("-lamp")) == []
    assert "Nothing was found" in look("-lamp").content.decode()


def test_accents_and_forms_both_ways(build, look, space, noreen):  # noqa: F811
    build.contribution(space, noreen, "I breathe at the cafe.")
    build.contribution(space, noreen, "Breathing by the café.")
    for typed in ("café", "cafe", "CAFÉ", "cafe\u0301", "breathing", "breathes"):
        assert len(words(look(typed))) == 2, typed


def test_a_question_of_ten_thousand_letters_is_cut_and_says_so(build, look, space, noreen):  # noqa: F811
    build.contribution(space, noreen, "A heron.")
    answer = look("heron " * 1700)
    assert words(answer) == ["A heron."]
    assert "We looked for the first twelve words" in answer.content.decode()
    assert look("x" * 10_000).status_code == 200
    assert look('"' * 5000 + " -" * 2500).status_code == 200


def test_what_so_many_hold_is_shown_newest_first_and_says_so(build, look, space, noreen):  # noqa: F811
    from coproduce.contributions.models import Contribution

    Contribution.objects.bulk_create(
        Contribution(space=space, author=noreen, words=f"Heron number {number}.", said_on=date(2026, 3, 1))
        for number in range(CANDIDATES + 5)
    )
    answer = look("heron")
    assert "So many hold this that the newest stand first" in answer.content.decode()
    assert found(answer)[0][1] == f"Heron number {CANDIDATES + 4}."
    few = look(f"heron {CANDIDATES}")
    assert "newest stand first" not in few.content.decode()
    assert found(few)[0][1] == f"Heron number {CANDIDATES}."


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted", "begins"),
    [
        ("walk", (("walk",),), (), True),
        ('"walk"', (("walk",),), (), False),
        ('the "night bus"', (("night", "bus"),), (), False),
        ("bus -night", (("bus",),), (("night",),), False),
        ("-night buses", (("buses",),), (("night",),), True),
        ('lamp -"night bus"', (("lamp",),), (("night", "bus"),), False),
        ("the", (("the",),), (), False),
        ("well-being", (("well",), ("being",)), (), True),
        ('"', (), (), False),
        ("", (), (), False),
        ("- -- -", (), (), False),
        ('OR AND "NOT" NEAR(', (("near",),), (), True),
    ],
)
def test_what_was_typed_is_read(typed, wanted, unwanted, begins):
    question = question_of(typed)
    assert (question.wanted, question.unwanted, question.begins) == (wanted, unwanted, begins)
