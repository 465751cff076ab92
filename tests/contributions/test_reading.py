"""The list of what was brought, one contribution's page, and who may see what."""

from datetime import date, timedelta

import pytest

from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import cut_at_a_word

pytestmark = pytest.mark.django_db


def agree(space, person, use):
    text, _made = AgreementText.objects.get_or_create(
        space=space, use=use, version=1, defaults={"words": "May we?", "written_by": space.opened_by}
    )
    Agreement.objects.create(space=space, person=person, use=use, text=text, given=True)


def test_newest_said_first_by_month_with_answers_counted(build, signed_in):
    space = build.space()
    ada = build.member(space, "Ada", ways="L")
    old = build.contribution(space, ada, "Said in March.", said_on=date(2026, 3, 14), ways="L")
    build.contribution(space, ada, "Said in May.", said_on=date(2026, 5, 2), ways="L")
    for _n in range(2):
        build.contribution(space, ada, "An answer.", answers=old, verb="supports")
    page = signed_in(ada).get(f"/s/{space.slug}/brought/").content.decode()
    assert page.index("May 2026") < page.index("Said in May.") < page.index("March 2026") < page.index("Said in March.")
    assert "2 answers." in page
    assert "An answer." not in page
    assert "standpoint L" in page


def test_chosen_by_way_and_kind_with_plain_links(build, signed_in):
    space = build.space()
    ada = build.member(space)
    build.contribution(space, ada, "Lived story.", ways="LM", kind="story")
    build.contribution(space, ada, "Practised idea.", ways="P", kind="idea")
    client = signed_in(ada)

    def seen(query):
        page = client.get(f"/s/{space.slug}/brought/?{query}").content.decode()
        return "Lived story." in page, "Practised idea." in page

    assert seen("way=M") == (True, False)
    assert seen("kind=idea") == (False, True)
    assert seen("way=P&kind=story") == (False, False)
    assert seen("way=<script>&before=nonsense") == (True, True)


def test_twenty_five_a_page_and_every_one_is_reached_once(build, signed_in):
    space = build.space()
    ada = build.member(space)
    for n in range(60):
        build.contribution(space, ada, f"Number {n:02}.", said_on=date(2026, 3, 1) + timedelta(days=n // 20))
    client = signed_in(ada)
    url, found, pages = f"/s/{space.slug}/brought/", [], 0
    while url:
        answer = client.get(url)
        months = answer.context["listing"].months
        found += [row.opening for _month, rows in months for row in rows]
        pages += 1
        earlier = answer.context["earlier"]
        url = f"/s/{space.slug}/brought/?{earlier}" if earlier else ""
    assert pages == 3
    assert len(found) == len(set(found)) == 60


def test_long_words_are_cut_at_a_word():
    assert cut_at_a_word("one two three", 8) == "one two…"
    assert cut_at_a_word("one two", 7) == "one two"
    assert cut_at_a_word("abcdefgh", 4) == "abcd…"


def test_long_words_lead_to_the_rest(build, signed_in):
    space = build.space()
    ada = build.member(space)
    build.contribution(space, ada, "word " * 300 + "the end")
    page = signed_in(ada).get(f"/s/{space.slug}/brought/").content.decode()
    assert "the end" not in page
    assert "Read all of it" in page


def test_a_content_note_folds_the_words(build, signed_in):
    space = build.space()
    ada = build.member(space)
    noted = build.contribution(space, ada, "He died in March.", content_note="It speaks of a death.")
    client = signed_in(ada)
    for url in (f"/s/{space.slug}/brought/", f"/s/{space.slug}/brought/{noted.pk}/"):
        page = client.get(url).content.decode()
        assert "<summary>Before you read: It speaks of a death.</summary>" in page
        assert "He died in March." not in page.split("<main")[0]
    # The link's own name must not read out what is folded away.
    listed = client.get(f"/s/{space.slug}/brought/").content.decode()
    assert listed.count("He died in March.") == 1


def test_an_empty_list_says_what_belongs_there(build, signed_in):
    space = build.space()
    page = signed_in(space.opened_by).get(f"/s/{space.slug}/brought/").content.decode()
    assert "Nothing has been brought yet." in page


@pytest.mark.parametrize("rows", [1, 50])
def test_the_list_takes_eight_queries_whatever_is_in_it(build, signed_in, django_assert_max_num_queries, rows):
    space = build.space()
    people = [build.member(space, ways="LP") for _n in range(5)]
    for n in range(rows):
        made = build.contribution(space, people[n % 5], f"Words {n}.", ways="LP")
        build.contribution(space, people[(n + 1) % 5], "Yes.", answers=made, verb="supports", ways="L")
    client = signed_in(people[0])
    with django_assert_max_num_queries(8):
        assert client.get(f"/s/{space.slug}/brought/").status_code == 200


@pytest.mark.parametrize("rows", [1, 80])
def test_one_contribution_with_its_answers_takes_few_queries(build, signed_in, django_assert_max_num_queries, rows):
    space = build.space()
    people = [build.member(space, ways="LP") for _n in range(5)]
    brought = build.contribution(space, people[0], "Words.", ways="LP")
    made = brought
    for n in range(rows):
        above = brought if n % 3 == 0 else made
        made = build.contribution(space, people[n % 5], f"Answer {n}.", answers=above, verb="supports", ways="L")
    client = signed_in(people[0])
    with django_assert_max_num_queries(13):
        page = client.get(f"/s/{space.slug}/brought/{brought.pk}/").content.decode()
    assert all(f"Answer {n}." in page for n in range(rows))


@pytest.mark.parametrize("rows", [1, 50])
@pytest.mark.parametrize("who", ["visitor", "facilitator"])
def test_others_take_no_more(build, signed_in, django_assert_max_num_queries, rows, who):
    of_list, of_one = (4, 9) if who == "visitor" else (8, 13)
    space = build.space(privacy="public")
    author = build.member(space, ways="LP")
    agree(space, author, Use.ATTRIBUTED_QUOTE)
    openers = [build.contribution(space, author, f"Words {n}.", ways="LP") for n in range(rows)]
    for n in range(rows):
        build.contribution(space, author, f"Answer {n}.", answers=openers[0], verb="supports", ways="L")
    client = signed_in(space.opened_by if who == "facilitator" else None)
    client.get(f"/s/{space.slug}/")
    with django_assert_max_num_queries(of_list):
        listed = client.get(f"/s/{space.slug}/brought/").content.decode()
    assert listed.count('<article class="words">') == min(rows, 25)
    with django_assert_max_num_queries(of_one):
        page = client.get(f"/s/{space.slug}/brought/{openers[0].pk}/").content.decode()
    assert f"Answer {rows - 1}." in page


def test_hundreds_of_answers_are_paged_and_all_are_reached(build, signed_in):
    space = build.space()
    brought = build.contribution(space, space.opened_by)
    Contribution.objects.bulk_create(
        Contribution(
            space=space, author=space.opened_by, words=f"N{n}.", answers=brought, verb="supports",
            said_on=date(2026, 3, 14),
        )
        for n in range(230)
    )  # fmt: skip
    client = signed_in(space.opened_by)
    first = client.get(f"/s/{space.slug}/brought/{brought.pk}/")
    assert first.context["thread"].rest == 200
    second = client.get(f"/s/{space.slug}/brought/{brought.pk}/?from=200")
    assert len(first.context["thread"].answers) + len(second.context["thread"].answers) == 230


# ── who may see what ─────────────────────────────────────────────────────────────────────────────


def test_strangers_see_nothing_of_a_closed_space(build, signed_in, client):
    space = build.space()
    brought = build.contribution(space, space.opened_by)
    stranger = signed_in(build.member(build.space()))
    for url in (f"/s/{space.slug}/brought/", f"/s/{space.slug}/brought/{brought.pk}/"):
        assert stranger.get(url).status_code == 404
        assert client.get(url).status_code == 404


def test_a_contribution_is_found_only_through_its_own_space(build, signed_in):
    space, other = build.space(), build.space()
    ada = build.member(space)
    build.join(other, ada)
    brought = build.contribution(space, space.opened_by)
    client = signed_in(ada)
    for rest in ("", "answer/", "changed-my-thinking/", "revise/", "changes/", "reframe/", "take-back/"):
        assert client.get(f"/s/{other.slug}/brought/{brought.pk}/{rest}").status_code == 404


def test_visitors_of_a_public_space_read_only_what_may_be_quoted(build, client):
    space = build.space(privacy="public")
    named, unnamed, silent = (build.member(space, name, ways="L") for name in ("Nadia", "Uma", "Sol"))
    agree(space, named, Use.ATTRIBUTED_QUOTE)
    agree(space, unnamed, Use.QUOTE)
    shown = build.contribution(space, named, "May be quoted with my name.")
    nameless = build.contribution(space, unnamed, "May be quoted without.", attribution="anonymous")
    under_name = build.contribution(space, unnamed, "Not with my name.")
    never = build.contribution(space, silent, "Not at all.", attribution="anonymous")
    build.contribution(space, silent, "A quiet answer.", answers=shown, verb="supports")
    listed = client.get(f"/s/{space.slug}/brought/").content.decode()
    assert "May be quoted with my name." in listed
    assert "May be quoted without." in listed
    assert "Not with my name." not in listed
    assert "Not at all." not in listed
    assert "One answer." not in listed
    assert "A quiet answer." not in client.get(f"/s/{space.slug}/brought/{shown.pk}/").content.decode()
    assert client.get(f"/s/{space.slug}/brought/{nameless.pk}/").status_code == 200
    for hidden in (under_name, never):
        assert client.get(f"/s/{space.slug}/brought/{hidden.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("attribution", "name"),
    [
        ("name", "Ada Example"),
        ("chosen", "Ada"),
        ("standpoint", "Someone who cares for someone"),
        ("anonymous", "No name"),
    ],
)
def test_the_name_appears_as_it_was_chosen(build, signed_in, attribution, name):
    space = build.space()
    ada = build.member(space, "Ada", ways="C")
    brought = build.contribution(space, ada, ways="C", attribution=attribution)
    other = signed_in(build.member(space))
    for url in (f"/s/{space.slug}/brought/", f"/s/{space.slug}/brought/{brought.pk}/"):
        page = other.get(url).content.decode()
        assert name in page
        if attribution in ("standpoint", "anonymous"):
            assert "Ada" not in page
            assert "standpoint C" not in page


def test_standpoints_that_are_only_counted_are_not_shown(build, signed_in):
    space = build.space()
    ada = build.member(space, "Ada", ways="L", shown="counted")
    brought = build.contribution(space, ada, ways="L")
    assert "standpoint L" not in signed_in(ada).get(f"/s/{space.slug}/brought/{brought.pk}/").content.decode()
