"""Two people's coding side by side: where they differ, how far they agree, and talking about it."""

import uuid

import pytest
from django.urls import reverse

from coproduce.errors import NotHere
from coproduce.history.models import Event
from coproduce.themes.actions import link_contribution, name_theme, see_it_their_way
from coproduce.themes.models import CodingNote
from coproduce.themes.passages import Stretch
from coproduce.themes.queries.coders import compared

pytestmark = pytest.mark.django_db

WORDS = "I lie awake. Nobody comes. The night nurse hums."


@pytest.fixture
def made(build):
    """Two coders and three texts: alike on the first, elsewhere on the second; the third only one of them read."""
    space = build.space()
    alison, stephen = build.member(space, "Alison"), build.member(space, "Stephen")
    words = [build.contribution(space, alison, WORDS + str(n), ways="L") for n in range(3)]
    nights = name_theme(actor=alison, space=space, name="Nights")
    fear = name_theme(actor=alison, space=space, name="Fear")

    def mark(person, theme, n, passage, why=""):
        link_contribution(actor=person, theme=theme, contribution=words[n], passage=Stretch(*passage), why=why)

    mark(alison, nights, 0, (0, 12))
    mark(stephen, nights, 0, (0, 12))
    mark(alison, nights, 1, (0, 12), "It is the night.")
    mark(stephen, fear, 1, (13, 26), "It is being alone.")
    mark(stephen, fear, 2, (13, 26))
    return space, alison, stephen, words, nights, fear


def held(theme, person):
    return {(one.contribution_id, one.start, one.end) for one in theme.links.filter(ended_at=None, linked_by=person)}


def test_where_two_people_differ_stands_side_by_side_with_each_why(build, signed_in, made):
    space, alison, stephen, _words, _nights, _fear = made
    client = signed_in(build.member(space))
    url = reverse("themes:coding", args=[space.slug])
    page = client.get(url, {"one": alison.pk, "other": stephen.pk}).content.decode()
    for said in ("<q>It is the night.</q>", "<q>It is being alone.</q>", "<mark>I lie awake.</mark>",
                 "Marked nothing here for this theme.", "the same 2 pieces of words", "only Stephen (1)"):  # fmt: skip
        assert said in page
    assert page.count('class="difference"') == 2
    assert page.index("Where they differ") < page.index("Krippendorff")


def test_how_far_they_agree_is_counted_in_what_both_read(build, made):
    space, alison, stephen, words, nights, _fear = made
    from coproduce.spaces.access import Place, require_member

    place = Place(space, alison, require_member(alison, space))
    found = compared(place, alison, stephen)
    assert (found.read_by_both, found.only_one, found.only_other, found.differing) == (2, 0, 1, 2)
    of = {one.theme.name: one for one in found.agreements}
    assert tuple(of["Nights"].counts) == (1, 1, 0, 0)
    assert tuple(of["Fear"].counts) == (0, 0, 1, 1)
    # By hand: yes 3 of 4, agreeing 2: (3 x 2 - 6) / (12 - 6).
    assert of["Nights"].by_words.alpha == pytest.approx(0)
    letters = 2 * len(words[0].words)
    assert of["Nights"].by_letters.units == letters
    # A whole and a passage differ, and meet in the letters of the passage.
    link_contribution(actor=stephen, theme=nights, contribution=words[1])
    again = {one.theme.name: one for one in compared(place, alison, stephen).agreements}["Nights"]
    assert tuple(again.counts) == (2, 0, 0, 0)
    assert again.by_letters.alpha < 1


def test_they_talk_about_it_and_one_sees_it_the_others_way(signed_in, made):
    space, alison, stephen, words, nights, fear = made
    client = signed_in(alison)
    url = reverse("themes:talk", args=[space.slug, fear.pk, words[1].pk])
    assert "I see it as Stephen does" in client.get(url).content.decode()
    filled = {"key": str(uuid.uuid4()), "words": "Is it not both?"}
    assert client.post(url, filled).url == client.post(url, filled).url
    note = CodingNote.objects.get()
    assert (note.said_by, note.theme, note.contribution) == (alison, fear, words[1])
    assert "Is it not both?" in client.get(url).content.decode()
    assert client.post(url, {**filled, "key": str(uuid.uuid4()), "words": ""}).status_code == 422
    listed = client.get(reverse("themes:coding", args=[space.slug]), {"other": stephen.pk}).content.decode()
    assert "one thing was said" in listed
    way = reverse("themes:their_way", args=[space.slug, fear.pk, words[1].pk])
    pressed = {"key": str(uuid.uuid4()), "person": str(stephen.pk)}
    assert client.post(way, pressed).url == client.post(way, pressed).url == url
    assert held(fear, alison) == {(words[1].pk, 13, 26)}
    assert held(nights, alison) == {(words[0].pk, 0, 12), (words[1].pk, 0, 12)}
    assert held(fear, stephen) == {(words[1].pk, 13, 26), (words[2].pk, 13, 26)}
    assert Event.objects.filter(kind="passage seen another’s way").count() == 1


def test_seeing_that_the_other_marked_nothing_ends_ones_own(made):
    _space, alison, stephen, words, nights, _fear = made
    see_it_their_way(actor=alison, contribution=words[1], theme=nights, other=stephen)
    assert held(nights, alison) == {(words[0].pk, 0, 12)}
    with pytest.raises(NotHere):
        see_it_their_way(actor=alison, contribution=words[1], theme=nights, other=alison)


def test_with_one_coder_or_in_another_space_nothing_is_compared(build, signed_in, made):
    space, _alison, _stephen, words, nights, _fear = made
    other = build.space()
    page = signed_in(other.opened_by).get(reverse("themes:coding", args=[other.slug])).content.decode()
    assert "once two of you have put words with themes" in page
    client = signed_in(other.opened_by)
    assert client.get(reverse("themes:talk", args=[other.slug, nights.pk, words[1].pk])).status_code == 404
    assert client.get(reverse("themes:coding", args=[space.slug])).status_code == 404


def test_many_differences_take_as_many_queries_as_few(build, signed_in, made, django_assert_max_num_queries):
    space, alison, stephen, _words, nights, fear = made
    for n in range(25):
        words = build.contribution(space, alison, f"More {n}.")
        link_contribution(actor=alison, theme=nights, contribution=words)
        link_contribution(actor=stephen, theme=fear, contribution=words, passage=Stretch(0, 4))
    client, url = signed_in(alison), reverse("themes:coding", args=[space.slug])
    with django_assert_max_num_queries(13):
        answer = client.get(url, {"other": stephen.pk})
    assert len(answer.context["found"].differences) == 10
    seen, start = 0, 0
    while True:
        found = client.get(url, {"other": stephen.pk, "start": start}).context["found"]
        seen, start = seen + len(found.differences), found.rest
        if not start:
            break
    assert seen == found.differing == 52


def test_where_somebody_marked_very_much_the_newest_is_compared_and_the_page_says_so(signed_in, made, monkeypatch):
    space, alison, stephen, _words, _nights, _fear = made
    monkeypatch.setattr("coproduce.themes.queries.coders.LINKS_COMPARED", 2)
    page = signed_in(alison).get(reverse("themes:coding", args=[space.slug]), {"other": stephen.pk}).content.decode()
    assert "only the newest of it is compared here" in page


def test_who_comes_first_meets_the_two_who_read_most_of_the_same_words(build, signed_in, made):
    space, alison, stephen, words, nights, fear = made
    aaron, url = build.member(space, "Aaron"), reverse("themes:coding", args=[space.slug])

    def shown(person, **chosen):
        answer = signed_in(person).get(url, chosen)
        return answer.context["one"], answer.context["other"]

    # Somebody whose name is first, and who read one of the two that the others both read.
    link_contribution(actor=aaron, theme=fear, contribution=words[0])
    reader = build.member(space)
    assert set(shown(reader)) == {alison, stephen}
    assert shown(alison) == (alison, stephen)
    assert shown(stephen) == (stephen, alison)
    assert shown(aaron)[0] == aaron
    assert shown(reader, one=aaron.pk, other=aaron.pk)[0] == aaron
    assert shown(reader, one=stephen.pk, other="nonsense") == (stephen, alison)
    assert shown(reader, other=aaron.pk)[1] == aaron
    for link in nights.links.filter(linked_by=alison):
        link.ended_at = link.linked_at
        link.save()
    assert set(shown(reader)) == {stephen, aaron}
    assert shown(reader, one=stephen.pk) == (stephen, aaron)
