"""The list of themes and one theme's page: what they show, to whom, and at what cost."""

import pytest

from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.contributions.actions import withdraw_contribution
from coproduce.themes.actions import link_many, name_theme
from coproduce.themes.queries import by_letter

pytestmark = pytest.mark.django_db


def test_ways_are_counted_by_letter():
    assert by_letter({"LM": 3, "M": 1, "": 9}) == {"L": 3, "M": 4}


def test_the_list_says_what_arose_and_what_was_on_the_agenda(build, signed_in):
    space = build.space()
    noreen = build.member(space, "Noreen", ways="L")
    words = build.contribution(space, noreen, "I have one chest.", ways="L")
    name_theme(actor=space.opened_by, space=space, name="Breathless", contributions=[words])
    name_theme(actor=space.opened_by, space=space, name="Letters", origin="agenda", contributions=[words])
    page = signed_in(noreen).get(f"/s/{space.slug}/themes/").content.decode()
    assert "from the words of Noreen" in page
    assert "On our first agenda." in page
    assert page.count('<svg class="figure cloth"') == 2
    assert "One piece of what people said is in it." in page


def test_an_empty_list_says_what_belongs_there(build, signed_in):
    space = build.space()
    assert "No theme has a name yet." in signed_in(space.opened_by).get(f"/s/{space.slug}/themes/").content.decode()


@pytest.mark.parametrize(("themes", "words"), [(1, 1), (40, 60)])
def test_pages_of_themes_take_as_many_queries_whatever_is_in_them(
    build, signed_in, django_assert_max_num_queries, themes, words
):
    space = build.space()
    people = [build.member(space, ways="LP") for _n in range(4)]
    brought = [build.contribution(space, people[n % 4], f"W{n}.", ways="LP"[n % 2]) for n in range(words)]
    made = [name_theme(actor=people[0], space=space, name=f"T{n}") for n in range(themes)]
    link_many(actor=people[0], space=space, rows=[(theme, each) for theme in made for each in brought])
    client = signed_in(people[0])
    with django_assert_max_num_queries(6):
        assert client.get(f"/s/{space.slug}/themes/").status_code == 200
    # Twelve, and for a member what they asked not to see, what they follow, and which of its sources are gone.
    with django_assert_max_num_queries(15):
        answer = client.get(f"/s/{space.slug}/themes/{made[0].pk}/")
    assert len(answer.context["words_in"]) == min(words, 25)
    with django_assert_max_num_queries(8):
        client.get(f"/s/{space.slug}/themes/name/")


def test_a_list_counts_what_is_in_a_theme_to_a_hundred_and_says_that_there_is_more(build, signed_in):
    space = build.space()
    person = build.member(space, "Bronwen", ways="L")
    brought = [build.contribution(space, person, f"W{n}.", ways="L") for n in range(101)]
    hundred = name_theme(actor=person, space=space, name="A hundred")
    more = name_theme(actor=person, space=space, name="One more")
    link_many(actor=person, space=space, rows=[(hundred, each) for each in brought[1:]])
    link_many(actor=person, space=space, rows=[(more, each) for each in brought])
    client = signed_in(person)
    page = client.get(f"/s/{space.slug}/themes/").content.decode()
    assert "100 pieces of what people said are in it." in page
    assert "More than 100 pieces of what people said are in it." in page
    withdraw_contribution(actor=person, contribution=brought[0])
    assert "More than" not in client.get(f"/s/{space.slug}/themes/").content.decode()


def test_a_theme_with_many_words_is_paged_and_all_are_reached(build, signed_in):
    space = build.space()
    brought = [build.contribution(space, space.opened_by, f"W{n}.") for n in range(60)]
    theme = name_theme(actor=space.opened_by, space=space, name="Many", contributions=brought)
    client = signed_in(space.opened_by)
    found, start = set(), 0
    for _page in range(3):
        answer = client.get(f"/s/{space.slug}/themes/{theme.pk}/?from={start}")
        found |= {each.contribution.pk for each in answer.context["words_in"]}
        start = answer.context["rest"]
    assert start == 0
    assert len(found) == 60


def test_visitors_see_themes_with_the_words_that_may_be_quoted_and_no_members_names(build, client):
    space = build.space(privacy="public")
    open_, shy = build.member(space, "Olive", ways="L"), build.member(space, "Sol", ways="P")
    text = AgreementText.objects.create(space=space, use=Use.ATTRIBUTED_QUOTE, words="?", written_by=open_)
    Agreement.objects.create(space=space, person=open_, use=Use.ATTRIBUTED_QUOTE, text=text, given=True)
    words = [
        build.contribution(space, shy, "Keep me inside."),
        build.contribution(space, open_, "Let me out.", ways="L"),
    ]
    alison = build.member(space, "Alison")
    theme = name_theme(actor=alison, space=space, name="In and out", contributions=words, why="Doors.")
    for url in (f"/s/{space.slug}/themes/", f"/s/{space.slug}/themes/{theme.pk}/"):
        page = client.get(url).content.decode()
        assert "In and out" in page
        for kept in ("Sol", "Alison", "Keep me inside."):
            assert kept not in page
        assert "One piece of what people said is in it." in page
        # It arose from words that a visitor may not see, so it is not said to have arisen from others.
        assert "from the words of" not in page
    assert "Olive" in page


def test_noted_words_are_folded_on_the_page_of_a_theme(build, signed_in):
    space = build.space()
    noted = build.contribution(space, space.opened_by, "He died.", content_note="It speaks of a death.")
    theme = name_theme(actor=space.opened_by, space=space, name="Loss", contributions=[noted])
    client = signed_in(space.opened_by)
    page = client.get(f"/s/{space.slug}/themes/{theme.pk}/").content.decode()
    assert page.count("He died.") == 1
    assert page.index("<summary>Before you read: It speaks of a death.") < page.index("He died.")
    assert "He died." not in client.get(f"/s/{space.slug}/themes/name/").content.decode()
