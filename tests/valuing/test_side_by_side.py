"""What is shown of the tokens: standpoints beside one another, nothing below the threshold, never one ranking."""

import re
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.deliberation.models import Value
from coproduce.history.models import Event
from coproduce.reports.queries.kept import Verdict, replayed
from coproduce.spaces.models import Standpoint
from coproduce.valuing import actions
from coproduce.valuing.models import CountedValues
from coproduce.valuing.queries.counted import SHIFTS, VALUING, is_due, made_of, newest_of
from coproduce.valuing.queries.giving import season_now

SUMMER, AUTUMN, LATER = (datetime(2026, month, 1, 10, tzinfo=UTC) for month in (7, 10, 11))
LIVED = ({"rights": 6, "respect": 3, "money": 1}, {"rights": 4, "respect": 4, "money": 2})
WORKED = ({"rights": 2, "respect": 2, "money": 6}, {"rights": 2, "respect": 3, "money": 5})


@pytest.fixture
def space(build):
    return build.space()


@pytest.fixture
def sides(build, space):
    """Eight who live with it and eight who work there."""
    both = (
        [build.member(space, f"Lived {n}", ways="L") for n in range(8)],
        [build.member(space, f"Worked {n}", ways="P") for n in range(8)],
    )
    Standpoint.objects.update(said_at=SUMMER)
    return both


_seconds = count()


def give(space, people, what, at, **more):
    """Each of these people gives, one after the other, what stands at their place in the list."""
    for number, person in enumerate(people):
        with clock.told(at + timedelta(seconds=next(_seconds))):
            actions.give_tokens(actor=person, space=space, tokens=what[number * len(what) // len(people)], **more)
            actions.count_if_due(actor=None, space=space)


def seen(client, space, **query):
    return client.get(reverse("valuing:values", args=[space.slug]), query).content.decode()


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_nothing_is_shown_of_fewer_than_the_threshold(space, sides, signed_in):
    give(space, sides[0][:7], LIVED, AUTUMN)
    with clock.told(LATER):
        page = seen(signed_in(sides[1][0]), space)
    assert "Too few of us have given all ten tokens" in page
    assert "value-beads" not in page
    assert CountedValues.objects.count() == 0


def test_two_sides_stand_beside_each_other_in_the_order_of_the_list(space, sides, signed_in):
    give(space, sides[0], LIVED, AUTUMN)
    give(space, sides[1], WORKED, AUTUMN)
    with clock.told(LATER):
        page = seen(signed_in(sides[0][0]), space)
    text = text_of(page)
    assert "16 people gave all ten tokens." in text
    # As in docs/methods/valuing.md: dignity there is respect here, access is rights.
    assert re.search(r"rights .*? 5\.0 2\.0", text)
    assert re.search(r"money well spent .*? 1\.5 5\.5", text)
    assert re.search(r"respect and trust .*? 3\.5 2\.5", text)
    assert "What matters People who live with it 8 people People who practise 8 people" in text
    assert "Further apart than chance would make." in text
    assert "the first give more to rights , the second to money well spent" in text
    assert "0.142" in text
    assert "Everyone" not in text  # no average of everybody
    order = [page.index(f"<bdi>{name}</bdi></a>") for name in ("fairness", "respect and trust", "money well spent")]
    assert order == sorted(order)


def test_two_sides_of_one_mind_are_not_called_apart(space, sides, signed_in):
    give(space, sides[0], LIVED, AUTUMN)
    give(space, sides[1], LIVED, AUTUMN)
    with clock.told(LATER):
        text = text_of(seen(signed_in(sides[0][0]), space))
    assert "Not further apart than chance might make." in text
    assert "Further apart than chance would make." not in text


def test_a_small_side_is_counted_with_another(build, space, sides, signed_in):
    carers = [build.member(space, ways="C") for _n in range(3)]
    for people, what in ((sides[0], LIVED), (sides[1], WORKED), (carers, LIVED)):
        give(space, people, what, AUTUMN)
    with clock.told(LATER):
        actions.count_values(actor=None, space=space, season=season_now().code)
        text = text_of(seen(signed_in(sides[0][0]), space))
    assert "People who live with it and carers" in text
    assert "A group of fewer than 8 people is counted with another." in text


def test_fewer_than_ten_tokens_are_not_counted(space, sides):
    give(space, sides[0], LIVED, AUTUMN)
    give(space, sides[1], [{"rights": 9}], AUTUMN)
    with clock.told(LATER):
        counted = actions.count_values(actor=None, space=space, season=season_now().code)
    assert counted.result["people"] == 8


def test_the_numbers_are_made_anew_only_after_as_many_as_hide_each_other(space, sides):
    give(space, sides[0], LIVED, AUTUMN)
    first = CountedValues.objects.get()
    give(space, sides[1][:7], WORKED, AUTUMN + timedelta(days=1))
    assert CountedValues.objects.count() == 1  # the difference would be of seven
    give(space, sides[1][7:], WORKED, AUTUMN + timedelta(days=2))
    assert CountedValues.objects.count() == 2
    assert newest_of(space, first.season, VALUING).result["people"] == 16
    give(space, sides[0][:1], [{"money": 10}], AUTUMN + timedelta(days=3))
    assert CountedValues.objects.count() == 2
    with clock.told(AUTUMN + timedelta(days=100)):  # nor when the season is over: the difference would be of one
        assert not is_due(space, season_now().before)
        actions.count_if_due(actor=None, space=space)
    assert CountedValues.objects.count() == 2


def test_a_table_that_was_too_small_to_show_holds_nobody_up(space, sides):
    """The eighth had given nine, so nothing was shown yet: then nothing is there that the next table could tell of."""
    give(space, sides[0], (*[LIVED[0]] * 7, {"rights": 9}), AUTUMN)
    give(space, sides[0][7:], [LIVED[0]], AUTUMN + timedelta(days=1))
    assert newest_of(space, "2026-autumn", VALUING).result["people"] == 8
    give(space, sides[0][:7], [{"rights": 9}], AUTUMN + timedelta(days=2))
    give(space, sides[0][:1], [{"money": 10}], AUTUMN + timedelta(days=3))
    assert not is_due(space, season_now())  # beside the table that was shown it would tell of one


def test_nobody_is_followed_from_one_table_to_the_next(build, space, sides):
    """Eight came, so everybody together hides them; but seven of them are carers, and one row would be of one."""
    give(space, [*sides[0], *sides[1]], LIVED, AUTUMN)
    newest = newest_of(space, "2026-autumn", VALUING)
    assert newest.result["people"] == 16
    more = [build.member(space, f"More {n}", ways="LLLLLLLP"[n]) for n in range(8)]
    Standpoint.objects.update(said_at=SUMMER)
    give(space, more, WORKED, AUTUMN + timedelta(days=1))
    assert newest_of(space, "2026-autumn", VALUING) == newest
    others = [build.member(space, f"Others {n}", ways="LPPPPPPP"[n]) for n in range(8)]
    Standpoint.objects.update(said_at=SUMMER)
    give(space, others, WORKED, AUTUMN + timedelta(days=2))
    assert newest_of(space, "2026-autumn", VALUING).result["people"] > 24


def test_two_tables_with_another_between_them_tell_of_nobody_either(build, space, sides):
    """Eight change, then seven of them change back and one more changes: beside the first table that would be two."""
    people = [*sides[0], *(build.member(space, f"More {n}", ways="L") for n in range(8))]
    Standpoint.objects.update(said_at=SUMMER)
    give(space, people, LIVED[:1], AUTUMN)
    give(space, people[:8], LIVED[1:], AUTUMN + timedelta(days=1))
    shown = list(CountedValues.objects.order_by("computed_at"))
    assert [row["people"] for each in shown for row in each.result["rows"]] == [8, 16, 16]
    give(space, people[1:8], LIVED[:1], AUTUMN + timedelta(days=2))
    give(space, people[8:9], LIVED[1:], AUTUMN + timedelta(days=3))
    assert newest_of(space, "2026-autumn", VALUING) == shown[-1]


def test_what_changed_does_not_tell_of_who_came_too_late_for_the_first_table(build, space, sides):
    """Nine of the first season came back, one of whom is not in its table."""
    late = build.member(space, "Late", ways="L")
    Standpoint.objects.update(said_at=SUMMER)
    give(space, [*sides[0], late], LIVED, SUMMER)
    give(space, [late, *sides[0], *sides[1]], WORKED, AUTUMN)
    shifts = newest_of(space, "2026-autumn", SHIFTS)
    assert shifts is None or sum(row["people"] for row in shifts.result["rows"]) <= 8


def test_a_season_that_is_over_is_left_alone(space, sides):
    give(space, sides[0], LIVED, AUTUMN)
    give(space, sides[1][:1], [{"rights": 9}], AUTUMN + timedelta(days=1))  # one is left, so it is not counted
    with clock.told(AUTUMN + timedelta(days=100)):
        actions.count_if_due(actor=None, space=space)
        assert not is_due(space, season_now().before)
    assert CountedValues.objects.count() == 1


def test_what_was_counted_is_kept_and_comes_out_the_same_again(space, sides):
    give(space, sides[0], LIVED, AUTUMN)
    give(space, sides[1], WORKED, AUTUMN)
    kept = newest_of(space, "2026-autumn", VALUING)
    give(space, sides[0], [{"money": 10}], AUTUMN + timedelta(days=1))
    again = made_of(space, kept.season, kept.parameters["threshold"], kept.computed_at)[0]
    assert again.input_hash == kept.input_hash
    assert again.result["rows"][0]["people"] == 8
    assert Event.objects.filter(kind="values counted").count() == CountedValues.objects.count()
    # The row is as any database gives it back.
    kept.refresh_from_db()
    assert kept.result["method"] == "valuing"
    with clock.told(AUTUMN + timedelta(days=2)):
        before = CountedValues.objects.count()
        actions.count_values(actor=None, space=space, season="2026-autumn")
        assert CountedValues.objects.count() == before  # nothing has changed


def test_what_changed_is_shown_of_the_same_people_with_ranges(space, sides, signed_in):
    for people in sides:
        give(space, people, LIVED, SUMMER)
    give(space, sides[0], LIVED, AUTUMN)
    give(space, sides[1], WORKED, AUTUMN)
    with clock.told(LATER):
        page = seen(signed_in(sides[0][0]), space)
    text = text_of(page)
    assert "What has changed since Summer 2026" in text
    assert "They gave" in text
    assert "fewer to rights" in text
    assert "more to money well spent" in text
    assert "No value got more or fewer tokens than chance might make." in text  # those who live with it
    assert 'class="slope' in page
    earlier = text_of(seen(signed_in(sides[0][0]), space, season="2026-summer"))
    assert "Side by side: Summer 2026" in earlier


def test_no_change_is_shown_where_it_would_point_at_the_few_who_came_or_went(build, space, sides, signed_in):
    both, new = [*sides[0], *sides[1]], build.member(space, "New", ways="P")
    Standpoint.objects.update(said_at=SUMMER)
    give(space, both, LIVED, SUMMER)
    give(space, [*both[:15], new], WORKED, AUTUMN)
    with clock.told(LATER):
        text = text_of(seen(signed_in(both[0]), space))
    assert "Not quite the same people gave tokens this time and last time." in text
    newest = newest_of(space, "2026-autumn", VALUING)
    assert newest.result["people"] == 16
    assert not CountedValues.objects.filter(method=SHIFTS, computed_at=newest.computed_at).exists()


def test_a_value_in_other_words_is_shown_with_both_names(space, sides, signed_in):
    give(space, sides[0], LIVED, AUTUMN)
    rights = Value.objects.get(starting="rights")
    actions.word_value(actor=sides[1][0], space=space, key=rights.pk.hex, name="what we are owed", explanation="")
    with clock.told(LATER):
        text = text_of(seen(signed_in(sides[0][0]), space))
    assert "what we are owed" in text
    assert "Called “rights” before." in text


def test_a_name_that_would_point_at_somebody_is_kept_back(space, sides, signed_in):
    give(space, sides[0][:1], [{"rights": 4}], AUTUMN, own=("my ferrets", 6))
    give(space, sides[0][1:], LIVED, AUTUMN)
    own = Value.objects.get(name="my ferrets")
    actions.hold_back_value(actor=space.opened_by, space=space, key=own.pk.hex, why="It says who.")
    with clock.told(LATER):
        others = signed_in(sides[1][0])
        assert "my ferrets" not in seen(others, space)
        assert "something else" in seen(others, space)
        assert others.get(reverse("valuing:value", args=[space.slug, own.pk.hex])).status_code == 404
        assert "my ferrets" not in others.get(reverse("valuing:give", args=[space.slug])).content.decode()
        mine = signed_in(sides[0][0])
        assert "my ferrets" in mine.get(reverse("valuing:give", args=[space.slug])).content.decode()


def test_nobody_sees_where_another_put_their_tokens(space, sides, signed_in):
    give(space, sides[0], LIVED, AUTUMN, words="Because.")
    with clock.told(LATER):
        page = seen(signed_in(sides[1][0]), space)
    assert "Lived 0" not in page
    assert str(sides[0][0].pk) not in page


def test_visitors_read_words_only_as_far_as_was_agreed(build, sides, space, signed_in, client):
    from coproduce.consent.models import Agreement, AgreementText, Use

    space.privacy = "public"
    space.save()
    give(space, sides[0], LIVED, AUTUMN, words="I was never asked.", attribution="chosen")
    with clock.told(LATER):
        page = seen(client, space)
        assert "I was never asked." not in page
        assert "value-beads" in page
        text = AgreementText.objects.create(
            space=space, use=Use.ATTRIBUTED_QUOTE, version=1, words="x", written_by=space.opened_by
        )
        Agreement.objects.create(space=space, person=sides[0][0], use=Use.ATTRIBUTED_QUOTE, text=text, given=True)
        page = seen(client, space)
    assert page.count("I was never asked.") == 1
    assert "Lived 0" in page
    assert "Lived 1" not in page


@pytest.mark.parametrize("n", [1, 40])
def test_the_page_needs_few_queries(build, space, signed_in, django_assert_max_num_queries, n):
    people = [build.member(space, ways="LP"[number % 2]) for number in range(n)]
    for at in (SUMMER, AUTUMN):
        give(space, people, LIVED, at, words="Why not.")
    with clock.told(LATER):
        client = signed_in(people[0])
        seen(client, space)
        with django_assert_max_num_queries(18):
            seen(client, space)


def test_a_side_that_somebody_only_lets_be_counted_is_counted(space, sides, signed_in):
    Standpoint.objects.filter(way="P").update(visibility="counted")
    give(space, sides[0], LIVED, AUTUMN)
    give(space, sides[1], WORKED, AUTUMN)
    with clock.told(LATER):
        assert "People who practise" in seen(signed_in(sides[0][0]), space)


def test_the_account_tells_of_it_and_replaying_finds_it_the_same(space, sides, signed_in):
    client = signed_in(sides[0][0])
    account = reverse("reports:account", args=[space.slug])
    assert "What people put their ten tokens on" not in client.get(account).content.decode()
    for people in sides:
        give(space, people, LIVED, SUMMER)
    give(space, sides[0], LIVED, AUTUMN)
    give(space, sides[1], WORKED, AUTUMN)
    page = client.get(account).content.decode()
    assert "What people put their ten tokens on: Autumn 2026" in page
    assert 'class="slope' in page
    verdicts = {(one.method, one.verdict) for one in replayed(space) if one.method in (VALUING, SHIFTS)}
    assert verdicts == {(VALUING, Verdict.SAME), (SHIFTS, Verdict.SAME)}
    CountedValues.objects.filter(method=VALUING).update(result={"people": 99})
    assert (VALUING, Verdict.DIFFERENT) in {(one.method, one.verdict) for one in replayed(space)}
