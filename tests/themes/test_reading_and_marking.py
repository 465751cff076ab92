"""Reading words and putting their passages with themes, on the page and without any script."""

import uuid

import pytest
from django.urls import reverse

from coproduce.contributions.models import Contribution
from coproduce.errors import NotAllowed
from coproduce.history.models import Event
from coproduce.themes.actions import end_link, link_contribution, link_many, name_theme
from coproduce.themes.models import Theme, ThemeLink
from coproduce.themes.passages import Stretch, for_reading, sentences_of

pytestmark = pytest.mark.django_db

WORDS = "I am one person. I am not a sum.\r\n\r\nNobody adds it up 👩🏽‍🦽 for me. E\u0301coute! שלום עולם."


@pytest.fixture
def brought(build):
    space = build.space()
    return build.contribution(space, build.member(space, "Noreen", ways="L"), WORDS, ways="LM")


def address(words):
    return reverse("themes:read", args=[words.space.slug, words.pk])


def marking(passage="", start="", **fields):
    end = start + len(passage) if passage and start != "" else ""
    return {"key": str(uuid.uuid4()), "passage": passage, "start": start, "end": end, "why": "", **fields}


# ── everybody for themselves ─────────────────────────────────────────────────────────────────────


def test_two_people_mark_alike_it_is_shown_once_with_both_and_counted_once(build, signed_in, brought):
    alison, stephen = build.member(brought.space, "Alison"), build.member(brought.space, "Stephen")
    theme = name_theme(actor=alison, space=brought.space, name="Sums")
    for person, why in ((alison, "She says so."), (stephen, "I hear it too.")):
        link_contribution(actor=person, theme=theme, contribution=brought, passage=Stretch(0, 16), why=why)
    assert theme.links.count() == 2
    client = signed_in(alison)
    page = client.get(theme.get_absolute_url()).content.decode()
    assert "Alison and Stephen marked this passage" in page
    assert page.count("<mark>I am one person.</mark>") == 1
    assert "Alison <q>She says so.</q>, Stephen <q>I hear it too.</q>" in page
    assert "One piece of what people said is in it." in page
    page = client.get(f"/s/{brought.space.slug}/brought/{brought.pk}/").content.decode()
    assert "Alison and Stephen marked" in page


def test_what_i_marked_i_mark_again_without_harm(build, brought):
    alison = build.member(brought.space, "Alison")
    theme = name_theme(actor=alison, space=brought.space, name="Sums")
    link = {"actor": alison, "theme": theme, "contribution": brought, "passage": Stretch(0, 16)}
    assert link_contribution(**link, why="First.") == link_contribution(**link, why="Again.")
    assert Event.objects.filter(kind="words put with a theme").count() == 1


def test_only_whoever_put_it_there_or_a_facilitator_takes_it_out(build, signed_in, brought):
    alison, stephen = build.member(brought.space, "Alison"), build.member(brought.space, "Stephen")
    theme = name_theme(actor=alison, space=brought.space, name="Sums", contributions=[brought])
    link = theme.links.get()
    with pytest.raises(NotAllowed):
        end_link(actor=stephen, link=link)
    assert "Take it out" not in signed_in(stephen).get(theme.get_absolute_url()).content.decode()
    assert "Take it out" in signed_in(alison).get(theme.get_absolute_url()).content.decode()
    end_link(actor=brought.space.opened_by, link=link)
    link.refresh_from_db()
    assert link.ended_by == brought.space.opened_by


def test_an_importer_links_for_itself_and_not_what_may_not_be_used(build, brought):
    alison, stephen = build.member(brought.space, "Alison"), build.member(brought.space, "Stephen")
    theme = name_theme(actor=alison, space=brought.space, name="Sums", contributions=[brought])
    assert link_many(actor=alison, space=brought.space, rows=[(theme, brought)]) == 0
    assert link_many(actor=stephen, space=brought.space, rows=[(theme, brought)]) == 1


def test_nothing_new_is_made_of_words_whose_use_has_ended(build, signed_in, brought):
    from coproduce import clock

    alison = build.member(brought.space, "Alison")
    theme = name_theme(actor=alison, space=brought.space, name="Sums")
    Contribution.objects.filter(pk=brought.pk).update(use_ended_at=clock.now())
    with pytest.raises(NotAllowed):
        link_contribution(actor=alison, theme=theme, contribution=brought)
    with pytest.raises(NotAllowed):
        link_many(actor=alison, space=brought.space, rows=[(theme, brought)])
    with pytest.raises(NotAllowed):
        name_theme(actor=alison, space=brought.space, name="Other", contributions=[brought])
    page = signed_in(alison).get(address(brought)).content.decode()
    assert "nothing new is made from these words" in page
    assert "mark-sheet" not in page
    assert not ThemeLink.objects.exists()


# ── sentences and marks ──────────────────────────────────────────────────────────────────────────


def test_sentences_are_counted_in_code_points():
    told = [WORDS[one.start : one.end] for one in sentences_of(WORDS)]
    assert told == [
        "I am one person.", "I am not a sum.", "Nobody adds it up 👩🏽‍🦽 for me.", "E\u0301coute!", "שלום עולם.",
    ]  # fmt: skip
    assert sentences_of("") == []
    assert sentences_of(" \n\n ") == []
    assert list(sentences_of("no end\nnext")) == [Stretch(0, 6), Stretch(7, 11)]


def test_every_piece_says_where_it_starts_and_holds_no_line_end():
    import re

    drawn = for_reading(WORDS, [Stretch(0, 30), Stretch(10, 50)])
    for start, text in re.findall(r'data-start="(\d+)">(.*?)(?=<span|<br>|</p>|$)', drawn):
        plain = re.sub(r"<[^>]+>", "", text)
        assert WORDS[int(start) :].startswith(plain)
        assert "\n" not in plain
        assert "\r" not in plain
    assert drawn.count("<p ") == 2
    assert 'data-marks="1 2"' in drawn
    assert "<script>" not in for_reading("<script>alert(1)</script>", [Stretch(0, 8)])


# ── the page ─────────────────────────────────────────────────────────────────────────────────────


def test_a_chosen_passage_is_put_with_a_theme_and_the_page_stays(build, signed_in, brought):
    alison = build.member(brought.space, "Alison")
    theme = name_theme(actor=alison, space=brought.space, name="Sums")
    client = signed_in(alison)
    passage = "Nobody adds it up 👩🏽‍🦽 for me."
    filled = marking(passage, WORDS.index(passage), theme=str(theme.pk), why="That is it.")
    first, second = client.post(address(brought), filled), client.post(address(brought), filled)
    link = theme.links.get()
    assert first.url == second.url == f"{address(brought)}#mark-{link.pk}"
    assert WORDS[link.start : link.end] == passage
    page = client.get(first.url).content.decode()
    assert f'id="mark-{link.pk}" data-mark="1"' in page
    assert "That is it." in page
    assert "Take my mark away" in page
    gone = client.post(
        reverse("themes:end_link", args=[brought.space.slug, theme.pk, link.pk]), {"key": str(link.pk), "back": "read"}
    )
    assert gone.url == address(brought)
    assert not theme.links.filter(ended_at=None).exists()


def test_a_passage_that_runs_over_a_line_end_is_compared_without_it(signed_in, brought):
    theme = name_theme(actor=brought.author, space=brought.space, name="Sums")
    start = WORDS.index("I am not")
    end = WORDS.index(" 👩")
    filled = marking("I am not a sum. Nobody adds it up", start, theme=str(theme.pk)) | {"end": end}
    signed_in(brought.author).post(address(brought), filled)
    assert (theme.links.get().start, theme.links.get().end) == (start, end)


def test_a_passage_that_is_not_where_it_was_counted_is_refused_or_found(signed_in, brought):
    theme = name_theme(actor=brought.author, space=brought.space, name="Sums")
    client = signed_in(brought.author)
    refused = client.post(address(brought), marking("I am", 5, theme=str(theme.pk)))
    assert refused.status_code == 422
    assert "This stands 2 times in the words." in refused.content.decode()
    assert client.post(address(brought), marking("I was", 5, theme=str(theme.pk))).status_code == 422
    client.post(address(brought), marking("not a sum", 2, theme=str(theme.pk)))
    assert theme.links.get().start == WORDS.index("not a sum")


def test_without_script_sentences_are_chosen_by_number_or_all_the_words(signed_in, brought):
    theme = name_theme(actor=brought.author, space=brought.space, name="Sums")
    client = signed_in(brought.author)
    page = client.get(address(brought)).content.decode()
    assert '<option value="1">2: I am not a sum.</option>' in page
    client.post(address(brought), marking(first="2", last="1", other=str(theme.pk)))
    link = theme.links.get()
    assert WORDS[link.start : link.end] == "I am not a sum.\r\n\r\nNobody adds it up 👩🏽‍🦽 for me."
    client.post(address(brought), marking(other=str(theme.pk)))
    assert theme.links.filter(start=None).count() == 1


def test_a_new_theme_is_named_on_the_way_and_a_name_that_is_there_means_that_theme(signed_in, brought):
    client = signed_in(brought.author)
    client.post(address(brought), marking("I am not a sum.", 17, other="new", new_name="Not a sum"))
    client.post(address(brought), marking("I am one person.", 0, other="new", new_name="not a SUM"))
    theme = Theme.objects.get()
    assert theme.links.count() == 2
    neither = client.post(address(brought), marking("I am one person.", 0))
    unnamed = client.post(address(brought), marking("I am one person.", 0, other="new"))
    both = client.post(address(brought), marking("I am one person.", 0, other=str(theme.pk), new_name="Another"))
    assert [one.status_code for one in (neither, unnamed, both)] == [422, 422, 422]
    assert "I am one person." in neither.content.decode()


def test_on_to_words_that_nobody_has_read(build, signed_in, brought):
    space = brought.space
    later = [build.contribution(space, brought.author, f"W{n}.", said_on=f"2026-04-0{n + 1}") for n in range(3)]
    build.contribution(space, brought.author, "An answer.", answers=brought, verb="supports", said_on="2026-04-01")
    theme = name_theme(actor=brought.author, space=space, name="Sums", contributions=[later[0]])
    client = signed_in(build.member(space, "Alison"))
    answer = client.post(address(brought), marking(theme=str(theme.pk), onward="on"), follow=True)
    assert answer.redirect_chain[-1][0] == address(later[1])
    after = reverse("themes:next_to_read", args=[space.slug])
    assert client.get(f"{after}?after={later[1].pk}").url == address(later[2])
    end = client.get(f"{after}?after={later[2].pk}").content.decode()
    assert "Begin with the earliest" in end
    assert client.get(after).url == address(later[1])
    assert client.get(f"{after}?after=nonsense").url == address(later[1])


def test_marks_that_overlap_are_listed_each_with_theme_who_and_why(build, signed_in, brought):
    alison = build.member(brought.space, "Alison")
    for n, (start, end) in enumerate([(0, 16), (5, 32)]):
        theme = name_theme(actor=alison, space=brought.space, name=f"Theme {n}")
        link_contribution(actor=alison, theme=theme, contribution=brought, passage=Stretch(start, end), why=f"W{n}")
    page = signed_in(alison).get(address(brought)).content.decode()
    assert 'class="marks-2" data-marks="1 2"' in page
    for said in ("Theme 0", "Theme 1", "<q>W0</q>", "<q>W1</q>"):
        assert said in page


def test_the_page_asks_few_questions_whatever_was_marked(build, signed_in, brought, django_assert_max_num_queries):
    alison = build.member(brought.space, "Alison")
    client = signed_in(alison)
    client.get(address(brought))
    for number in range(30):
        theme = name_theme(actor=alison, space=brought.space, name=f"Theme {number}")
        link_contribution(actor=alison, theme=theme, contribution=brought, passage=Stretch(number, number + 9))
    with django_assert_max_num_queries(10):
        client.get(address(brought))
