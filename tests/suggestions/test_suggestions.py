"""What the computer notices, who may see it, and what a yes and a no do."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.contributions.models import Contribution, ContributionState, ContributionVersion
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.spaces.access import Place, membership_of
from coproduce.suggestions import actions, queries
from coproduce.suggestions.models import Suggestion, SuggestionKind, SuggestionRun, SuggestionState
from coproduce.themes.actions import end_link
from coproduce.themes.models import Origin, Theme, ThemeLink
from coproduce.work.models import Piece, PieceState
from tests.suggestions import said as told


class Here:
    """A space in which the computer has looked once."""

    def __init__(self, build):
        self.space = build.space()
        self.people = [build.member(self.space, name) for name in ("Comfort", "Noreen", "Zofia")]
        self.comfort = self.people[0]
        self.said = told.fill(build, self.space, self.people)
        self.themes = told.name_themes(self.space, self.comfort, self.said)
        self.piece = told.look(self.comfort, self.space)

    def look(self):
        return told.look(self.comfort, self.space)

    def place(self, person=None):
        person = person or self.comfort
        return Place(self.space, person, membership_of(person, self.space.pk))

    def belonging(self):
        """What waits on the page of each theme that has something: (theme, words)."""
        place = self.place()
        return {
            (of.theme.pk, row.contribution.pk): row.suggestion
            for each in queries.belonging_in(place)
            for of in queries.belonging_in(place, each.theme.pk)
            for row in of.words
        }

    def url(self, route="suggestions", *more):
        return reverse(f"suggestions:{route}", args=[self.space.slug, *more])

    def page(self, client, route="suggestions", *more):
        answer = client.get(self.url(route, *more))
        assert answer.status_code == 200
        return answer.content.decode()


@pytest.fixture
def here(build):
    return Here(build)


def group_of(here):
    [found] = [group for group in queries.groups_in(here.place()) if "fear" in group.terms or "afraid" in group.terms][
        :1
    ]
    return found


# ── what is found, and shown ─────────────────────────────────────────────────────────────────────


def test_words_are_suggested_for_themes_and_what_fits_none_is_gathered(here):
    waiting = here.belonging()
    for matter in ("parking", "kind", "letters"):
        for words in here.said[matter][-3:]:
            assert (here.themes[matter].pk, words.pk) in waiting
    breath = {words.pk for words in here.said["breath"]}
    for group in queries.groups_in(here.place()):
        held = queries.group_in(here.place(), group.suggestion.pk)
        assert {each.pk for each in [*held.typical, *held.rest]} <= breath
        assert group.people == held.people > 1
        assert group.size == held.size
    assert group_of(here)


def test_a_run_says_what_was_looked_at_by_what(here):
    first, second = SuggestionRun.objects.order_by("kind")
    assert (first.kind, second.kind) == ("belongs", "new")
    assert first.counts["texts"] == 32
    assert first.method == "coproduce_methods.suggestion"
    assert len(first.input_hash) == 64
    assert Event.objects.filter(kind="suggestions made").count() == 1
    assert ThemeLink.objects.count() == 15, "a suggestion changes nothing"


def test_the_page_says_that_it_is_the_computers_and_why(here, signed_in):
    page = here.page(signed_in(here.comfort))
    assert "It changes nothing until somebody says yes" in page
    belongs = page[: page.index("What does not fit yet</h2>")]
    assert belongs.count("Suggested by the computer") == 6, "two of each of the three themes"
    assert "One more that may belong with" in belongs
    assert "<mark>Why is the car park so far from the door?</mark>" in page
    assert "The computer is quite sure." in page
    assert "What does not fit yet" in page
    assert "They share the words" in page


def test_places_in_the_words_are_kept_and_no_words(here):
    for each in Suggestion.objects.filter(kind=SuggestionKind.BELONGS):
        assert set(each.reasons) == {"terms", "passage"}
        assert all(isinstance(at, int) for place in each.reasons["terms"] for at in place)
    [group] = Suggestion.objects.filter(kind=SuggestionKind.NEW)[:1]
    texts = [row.contribution.words.lower() for row in group.words.all()]
    for term in group.name.split(", "):
        assert sum(term in text for text in texts) >= 2


def test_a_group_by_one_person_says_so(build, signed_in):
    space = build.space()
    one, other = build.member(space), build.member(space)
    for at, text in enumerate(told.BREATH + told.PARKING):
        build.contribution(space, one if at < 8 else other, text)
    told.look(one, space)
    page = signed_in(one).get(reverse("suggestions:suggestions", args=[space.slug])).content.decode()
    assert "All were said by one person." in page


def test_whose_the_nameless_words_are_is_not_told_by_counting(here, signed_in):
    group = group_of(here)
    held = queries.group_in(here.place(), group.suggestion.pk)
    every = [each.pk for each in [*held.typical, *held.rest]]
    Contribution.objects.filter(pk=every[0]).update(attribution="anonymous")
    page = here.page(signed_in(here.comfort))
    assert "Some gave no name, so we do not say by how many people." in page
    assert queries.group_in(here.place(), group.suggestion.pk).people is None
    Contribution.objects.filter(pk__in=every).update(author=here.comfort)
    assert group.suggestion.pk not in {each.suggestion.pk for each in queries.groups_in(here.place())}
    assert signed_in(here.comfort).get(here.url("group", group.suggestion.pk)).status_code == 404
    Contribution.objects.filter(pk__in=every).update(attribution="chosen")
    assert queries.group_in(here.place(), group.suggestion.pk).people == 1


def test_nothing_to_go_by_is_said(build, signed_in):
    space = build.space()
    one = build.member(space)
    url = reverse("suggestions:suggestions", args=[space.slug])
    assert "It has not looked at this space yet." in signed_in(one).get(url).content.decode()
    told.look(one, space)
    page = signed_in(one).get(url).content.decode()
    assert "it needs three pieces in a theme" in page
    assert "Nothing stands out" in page


def test_hostile_words_and_names_do_nothing(build, signed_in):
    space = build.space()
    one = build.member(space, '"><script>alert(1)</script>')
    hostile = [
        "<script>alert(2)</script>",
        "\u202egnp.exe",
        "\x07 \ufffe",
        "' OR 1=1 --",
        "{{ 7*7 }}",
        "=cmd()",
        "￿" * 9,
    ]
    words = [
        build.contribution(space, one, f"{text} parking {at} car park full") for at, text in enumerate(hostile * 3)
    ]
    theme = told.name_theme(actor=one, space=space, name="<b>Parking</b> {{ x }}", contributions=words[:12])
    told.look(one, space)
    url = reverse("suggestions:suggestions", args=[space.slug])
    pages = [
        signed_in(one).get(address).content.decode() for address in (url, f"{url}?theme={theme.pk}", f"{url}?theme=x")
    ]
    page = "".join(pages)
    assert "alert(2)" in page
    assert "<script>alert" not in page
    assert "<b>Parking" not in page


# ── who may see it ───────────────────────────────────────────────────────────────────────────────


def test_only_members_find_it_even_in_a_public_space(build, signed_in):
    space = build.space(privacy="public")
    url = reverse("suggestions:suggestions", args=[space.slug])
    assert signed_in(build.person()).get(url).status_code == 404
    assert signed_in(None).get(url).status_code == 302


def test_words_out_of_sight_or_use_are_not_looked_at(build):
    space = build.space()
    one = build.member(space)
    said = told.fill(build, space, [one])
    themes = told.name_themes(space, one, said)
    away = [each[-1] for each in said.values()]
    states = [ContributionState.HIDDEN, ContributionState.CLOSE, ContributionState.ASIDE, ContributionState.VISIBLE]
    for words, state in zip(away, states, strict=True):
        Contribution.objects.filter(pk=words.pk).update(
            state=state,
            state_before=ContributionState.VISIBLE if state == ContributionState.ASIDE else "",
            use_ended_at=clock.now() if state == ContributionState.VISIBLE else None,
        )
    told.look(one, space)
    gone = {words.pk for words in away}
    assert not Suggestion.objects.filter(contribution__in=gone).exists()
    assert not Suggestion.objects.filter(words__contribution__in=gone).exists()
    assert SuggestionRun.objects.first().counts["texts"] == 28
    assert themes


@pytest.mark.parametrize(
    "change",
    [
        {"state": ContributionState.WITHDRAWN},
        {"state": ContributionState.HIDDEN},
        {"state": ContributionState.CLOSE},
        {"state": ContributionState.ASIDE, "state_before": ContributionState.VISIBLE},
        {"use_ended_at": clock.now() - timedelta(days=1)},
        {"version": 2},
    ],
)
def test_words_that_are_taken_back_vanish_from_what_waits_at_once(here, signed_in, change):
    waiting = here.belonging()
    (theme, words), _suggestion = next(iter(waiting.items()))
    group = group_of(here)
    typical = group.typical[0].pk
    Contribution.objects.filter(pk__in=[words, typical]).update(**change)
    assert (theme, words) not in here.belonging()
    left = queries.group_in(here.place(), group.suggestion.pk)
    assert typical not in {each.pk for each in [*left.typical, *left.rest]}
    assert left.size == group.size - 1
    assert str(words) not in here.page(signed_in(here.comfort))


def test_a_group_of_which_one_is_left_is_not_there(here, signed_in):
    group = queries.group_in(here.place(), group_of(here).suggestion.pk)
    every = [*group.typical, *group.rest]
    Contribution.objects.filter(pk__in=[each.pk for each in every[1:]]).update(state=ContributionState.HIDDEN)
    assert signed_in(here.comfort).get(here.url("group", group.suggestion.pk)).status_code == 404


def test_the_number_of_queries_does_not_grow(here, signed_in, django_assert_max_num_queries):
    client = signed_in(here.comfort)
    client.get(here.url())
    with django_assert_max_num_queries(16):
        client.get(here.url())
    with django_assert_max_num_queries(12):
        client.get(here.url("group", group_of(here).suggestion.pk))


def test_themes_come_a_few_at_a_time(here, build, signed_in):
    run = SuggestionRun.objects.get(kind="belongs")
    for at in range(12):
        theme = told.name_theme(actor=here.comfort, space=here.space, name=f"Theme {at}", contributions=[])
        words = build.contribution(here.space, here.comfort, f"About theme {at}")
        Suggestion.objects.create(run=run, space=here.space, kind="belongs", theme=theme, contribution=words, score=0.9)
    client = signed_in(here.comfort)
    first = here.page(client)
    assert "About theme 0" in first
    assert "About theme 1" not in first
    assert "?from=4" in first
    second = client.get(f"{here.url()}?from=4").content.decode()
    assert "About theme 1" in second
    assert "About theme 4" in second
    assert "About theme 5" not in second
    assert "?from=8" in second
    assert "What does not fit yet" not in second


# ── saying yes ───────────────────────────────────────────────────────────────────────────────────


def press(client, here, route, *more, **sent):
    return client.post(here.url(route, *more), {"key": str(uuid.uuid4()), **sent})


def test_a_yes_links_the_words_and_says_that_the_computer_suggested_it(here, signed_in):
    (theme, words), suggestion = next(iter(here.belonging().items()))
    client, key = signed_in(here.people[1]), str(uuid.uuid4())
    for _ in range(2):  # the button is pressed twice
        answer = client.post(here.url("decide"), {"key": key, "do": f"yes:{suggestion.pk}", "why": "It says so."})
        assert answer.status_code == 302
    link = ThemeLink.objects.get(theme=theme, contribution=words, ended_at=None)
    assert link.linked_by == here.people[1]
    assert link.why == "suggested by the computer, accepted by Noreen: It says so."
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.became_link) == (SuggestionState.ACCEPTED, link)
    assert "Noreen said yes" in here.page(client, "decided")
    assert (theme, words) not in here.belonging()


def test_several_are_said_yes_or_no_to_at_once(here, signed_in):
    waiting = list(here.belonging().values())
    client = signed_in(here.comfort)
    press(client, here, "decide", do="yes", tick=[str(each.pk) for each in waiting[:2]])
    press(client, here, "decide", do="no", tick=[str(each.pk) for each in waiting[2:4]], why="Not these.")
    assert Suggestion.objects.filter(state=SuggestionState.ACCEPTED).count() == 2
    refused = Suggestion.objects.filter(state=SuggestionState.REFUSED)
    assert {each.decided_why for each in refused} == {"Not these."}
    assert refused.count() == 2


@pytest.mark.parametrize(
    "sent", [{}, {"do": "yes"}, {"do": "nothing"}, {"do": "yes:not-an-id"}, {"do": "no", "tick": "x"}]
)
def test_nothing_ticked_is_said_kindly(here, signed_in, sent):
    answer = press(signed_in(here.comfort), here, "decide", **sent)
    assert answer.status_code == 422
    assert "Tick what you want to say yes or no to." in answer.content.decode()
    assert not Suggestion.objects.exclude(state=SuggestionState.WAITING).exists()


def test_what_somebody_decided_meanwhile_is_left_as_it_is(here, signed_in):
    suggestion = next(iter(here.belonging().values()))
    actions.refuse(actor=here.comfort, space=here.space, suggestions=[suggestion])
    assert press(signed_in(here.people[1]), here, "decide", do=f"yes:{suggestion.pk}").status_code == 409
    assert ThemeLink.objects.count() == 15


def test_words_changed_or_withdrawn_since_are_not_linked(here):
    suggestion = next(iter(here.belonging().values()))
    Contribution.objects.filter(pk=suggestion.contribution_id).update(version=2)
    with pytest.raises(NotAllowed):
        actions.accept_belonging(actor=here.comfort, space=here.space, suggestions=[suggestion])
    Contribution.objects.filter(pk=suggestion.contribution_id).update(version=1, state=ContributionState.WITHDRAWN)
    with pytest.raises(NotHere):
        actions.accept_belonging(actor=here.comfort, space=here.space, suggestions=[suggestion])
    assert ThemeLink.objects.count() == 15


def test_a_suggestion_of_another_space_is_not_there(here, build, signed_in):
    suggestion = next(iter(here.belonging().values()))
    other = build.space()
    stranger = build.member(other)
    with pytest.raises(NotHere):
        actions.accept_belonging(actor=stranger, space=other, suggestions=[suggestion])
    with pytest.raises(NotHere):
        actions.refuse(actor=stranger, space=here.space, suggestions=[suggestion])
    for route in ("group", "refuse_group", "again"):
        url = reverse(f"suggestions:{route}", args=[other.slug, group_of(here).suggestion.pk])
        answer = signed_in(stranger).post(url, {"key": str(uuid.uuid4()), "name": "Mine"})
        assert answer.status_code == 404


def test_a_group_becomes_a_theme_that_a_person_names(here, signed_in):
    group = queries.group_in(here.place(), group_of(here).suggestion.pk)
    every = [*group.typical, *group.rest]
    client = signed_in(here.people[2])
    page = here.page(client, "group", group.suggestion.pk)
    assert "Is there a theme in this?" in page
    sent = {"name": "The fear in not breathing", "tick": [str(each.pk) for each in every[:-1]]}
    answer = press(client, here, "group", group.suggestion.pk, **sent)
    theme = Theme.objects.get(name="The fear in not breathing")
    assert answer["Location"] == theme.get_absolute_url()
    assert theme.origin == Origin.EMERGED
    assert theme.proposed_by == here.people[2]
    whys = set(ThemeLink.objects.filter(theme=theme).values_list("why", flat=True))
    assert whys == {"suggested by the computer, accepted by Zofia"}
    assert theme.links.count() == len(every) - 1
    group.suggestion.refresh_from_db()
    assert group.suggestion.became_theme == theme
    assert Event.objects.filter(kind="suggestion accepted").count() == 1


def test_a_taken_name_and_no_ticks_are_complained_about_on_the_sheet(here, signed_in):
    group = group_of(here)
    tick = [str(group.typical[0].pk)]
    client = signed_in(here.comfort)
    answer = press(client, here, "group", group.suggestion.pk, name="Parking", tick=tick)
    assert answer.status_code == 422
    assert "There is a theme of that name already" in answer.content.decode()
    assert press(client, here, "group", group.suggestion.pk, name="New").status_code == 422
    outside = str(here.said["kind"][-1].pk)
    assert press(client, here, "group", group.suggestion.pk, name="Newer", tick=[outside]).status_code == 422
    assert Theme.objects.count() == 3


# ── what is learnt ───────────────────────────────────────────────────────────────────────────────


def test_what_was_refused_is_not_suggested_again_until_the_words_change(here):
    (theme, words), suggestion = next(iter(here.belonging().items()))
    actions.refuse(actor=here.comfort, space=here.space, suggestions=[suggestion], why="No.")
    here.look()
    assert (theme, words) not in here.belonging()
    changed = Contribution.objects.get(pk=words)
    changed.words, changed.version = f"{changed.words} Again and again.", 2
    changed.save()
    ContributionVersion.objects.create(
        contribution=changed, number=2, words=changed.words, written_by=here.comfort, written_at=clock.now()
    )
    here.look()
    assert (theme, words) in here.belonging()


def test_a_no_taken_back_waits_again(here, signed_in):
    (theme, words), suggestion = next(iter(here.belonging().items()))
    actions.refuse(actor=here.comfort, space=here.space, suggestions=[suggestion])
    client = signed_in(here.people[1])
    assert press(client, here, "again", suggestion.pk).status_code == 302
    assert (theme, words) in here.belonging()
    with pytest.raises(NotAllowed):
        actions.ask_again(actor=here.comfort, suggestion=suggestion)


def test_a_link_that_somebody_ended_is_not_suggested_again(here):
    (theme, words), suggestion = next(iter(here.belonging().items()))
    [link] = actions.accept_belonging(actor=here.comfort, space=here.space, suggestions=[suggestion])
    end_link(actor=here.comfort, link=link)
    here.look()
    assert (theme, words) not in here.belonging()


def test_a_refused_group_does_not_come_back_nor_anything_much_like_it(here, signed_in):
    for group in queries.groups_in(here.place()):
        press(signed_in(here.comfort), here, "refuse_group", group.suggestion.pk, why="Chance.")
    assert queries.groups_in(here.place()) == []
    refused = [
        {row.contribution_id for row in each.words.all()}
        for each in Suggestion.objects.filter(kind=SuggestionKind.NEW, state=SuggestionState.REFUSED)
    ]
    assert refused
    here.look()
    for shown in queries.groups_in(here.place()):
        group = queries.group_in(here.place(), shown.suggestion.pk)
        now = {each.pk for each in [*group.typical, *group.rest]}
        assert all(len(now & before) < 0.6 * min(len(now), len(before)) for before in refused)


def test_what_waits_keeps_its_identifier_when_the_computer_looks_again(here):
    before = {pair: each.pk for pair, each in here.belonging().items()}
    here.look()
    after = {pair: each.pk for pair, each in here.belonging().items()}
    assert before == after


# ── asking ───────────────────────────────────────────────────────────────────────────────────────


def test_anyone_may_ask_and_one_goes_on_at_a_time(here, signed_in):
    first = press(signed_in(here.people[1]), here, "ask")
    second = press(signed_in(here.people[2]), here, "ask")
    assert first["Location"] == second["Location"]
    assert Piece.objects.filter(state=PieceState.WAITING).count() == 1
    page = here.page(signed_in(here.comfort))
    assert "It is looking just now." in page
    assert first["Location"] in page


def test_looking_again_is_offered_when_enough_is_new(here, build):
    assert not queries.last_look(here.place()).is_worth_looking_again
    for at in range(3):
        build.contribution(here.space, here.comfort, f"Something new, number {at}.")
    assert queries.last_look(here.place()).new_words == 3
    assert not queries.last_look(here.place()).is_worth_looking_again
    build.contribution(here.space, here.comfort, "Something new, and one more.")
    assert queries.last_look(here.place()).is_worth_looking_again
