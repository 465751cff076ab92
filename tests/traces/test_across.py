"""Something of one space leads to something of another: where both agree, and no further than each lets people read."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event
from coproduce.outcomes.actions import tell_outcome
from coproduce.spaces.access import Place, membership_of
from coproduce.themes.models import Theme, ThemeLink
from coproduce.traces.across import across_from, across_in
from coproduce.traces.actions import agree_across, ask_across, end_across
from coproduce.traces.links import Kind, Way
from coproduce.traces.models import AcrossLink
from coproduce.traces.queries import walk

pytestmark = pytest.mark.django_db


def place_of(space, person=None):
    return Place(space, person, membership_of(person, space.pk) if person else None)


class Two:
    """Two spaces with a member in common: a theme of one led to an outcome of the other."""

    def __init__(self, build, privacy="members"):
        self.ours, self.theirs = build.space(name="Breath"), build.space(name="Buses to the ward", privacy=privacy)
        self.both, self.mine = build.member(self.ours, "Ada"), build.member(self.ours, "Bo")
        build.join(self.theirs, self.both)
        self.stranger = build.member(self.theirs, "Cy")
        self.theme = Theme.objects.create(space=self.ours, name="Getting there", proposed_by=self.both)
        self.outcome = tell_outcome(
            actor=self.stranger, space=self.theirs, title="A bus at eight", state="done", because="", themes=[],
            contributions=[build.contribution(self.theirs, self.stranger, "The bus comes at nine")],
        )  # fmt: skip

    def ask(self, **fields):
        given = {"actor": self.both, "ours": self.ours, "source": self.theme, "theirs": self.theirs}
        return ask_across(**{**given, "led_to": self.outcome, "why": "They read ours", **fields})

    def hold(self, **fields):
        link = self.ask(**fields)
        agree_across(actor=self.ours.opened_by, link=link, space=self.ours)
        return agree_across(actor=self.theirs.opened_by, link=link, space=self.theirs)


@pytest.fixture
def two(build):
    return Two(build)


def on(two, person):
    return across_from(place_of(two.ours, person), [(Kind.THEME, two.theme.pk)], Way.ON)


def test_it_is_shown_in_both_when_both_have_agreed_and_not_before(two):
    link = two.ask()
    assert on(two, two.both) == []
    agree_across(actor=two.ours.opened_by, link=link, space=two.ours)
    assert on(two, two.both) == []
    link = agree_across(actor=two.theirs.opened_by, link=link, space=two.theirs)
    assert link.holds
    (there,) = on(two, two.both)
    assert (there.far.name, there.far.thing.title) == ("Buses to the ward", "A bus at eight")
    back = walk(place_of(two.theirs, two.both), Kind.OUTCOME, two.outcome.pk, Way.BACK).across
    assert [one.far.thing.title for one in back] == ["Getting there"]
    kinds = {
        str(space.pk): list(
            Event.objects.filter(stream=space.pk, kind__startswith="link across").values_list("kind", flat=True)
        )
        for space in (two.ours, two.theirs)
    }
    assert [*kinds.values()] == [["link across asked", "link across agreed", "link across agreed"]] * 2


def test_a_stranger_to_the_other_space_reads_that_there_is_one_and_nothing_else(two, signed_in):
    two.hold()
    (there,) = on(two, two.mine)
    assert (there.far.name, there.far.thing, there.far.url) == ("", None, "")
    address = reverse("traces:led_to", args=[two.ours.slug, "theme", two.theme.pk])
    page = signed_in(two.mine).get(address).content.decode()
    assert "something in another space" in page
    for hidden in (two.theirs.name, two.theirs.slug, two.outcome.title, str(two.outcome.pk)):
        assert hidden not in page
    listed = signed_in(two.mine).get(reverse("traces:across", args=[two.ours.slug])).content.decode()
    assert two.theirs.name not in listed
    both = signed_in(two.both).get(address).content.decode()
    assert "A bus at eight" in both


@pytest.mark.parametrize(("privacy", "name", "title"), [("listed", True, False), ("public", True, True)])
def test_of_a_listed_space_the_name_is_read_and_of_a_public_one_what_it_is(build, privacy, name, title):
    two = Two(build, privacy)
    two.hold()
    (there,) = on(two, two.mine)
    assert (there.far.name == two.theirs.name, there.far.thing is not None) == (name, title)


def test_a_visitor_of_a_public_space_learns_nothing_of_a_closed_one(build, client):
    two = Two(build)
    type(two.ours).objects.filter(pk=two.ours.pk).update(privacy="public")
    two.hold()
    page = client.get(reverse("traces:led_to", args=[two.ours.slug, "theme", two.theme.pk])).content.decode()
    assert "something in another space" in page
    assert two.theirs.name not in page
    assert "They read ours" not in page


def test_only_who_facilitates_agrees_and_each_for_their_own(two):
    link = two.ask()
    for actor, space in ((two.mine, two.ours), (two.stranger, two.theirs), (two.both, two.ours)):
        with pytest.raises(NotAllowed):
            agree_across(actor=actor, link=link, space=space)
    with pytest.raises(NotHere):
        agree_across(actor=two.ours.opened_by, link=link, space=two.theirs)
    assert not AcrossLink.objects.get().ours_agreed_at


def test_asking_by_one_who_facilitates_is_a_yes(build, two):
    build.join(two.theirs, two.ours.opened_by)
    link = two.ask(actor=two.ours.opened_by)
    assert link.ours_agreed_by == two.ours.opened_by
    assert link.theirs_agreed_by is None


def test_who_is_in_one_space_alone_cannot_ask(build, two):
    with pytest.raises(NotHere):
        two.ask(actor=two.mine)
    with pytest.raises(NotHere):
        two.ask(actor=two.stranger)
    foreign = Theme.objects.create(space=two.theirs, name="Not ours", proposed_by=two.stranger)
    with pytest.raises(NotHere):
        two.ask(source=foreign)
    with pytest.raises(NotHere):
        two.ask(led_to=two.theme)
    with pytest.raises(ValidationError):
        two.ask(why=" ")


def test_either_side_ends_it_with_a_reason_and_it_is_shown_nowhere(two):
    link = two.hold()
    for actor, space in ((two.mine, two.ours), (two.stranger, two.theirs)):
        with pytest.raises(NotAllowed):
            end_across(actor=actor, link=link, space=space, why="No")
    with pytest.raises(NotAllowed):
        end_across(actor=two.theirs.opened_by, link=link, space=two.theirs, why="  ")
    end_across(actor=two.theirs.opened_by, link=link, space=two.theirs, why="It was another bus")
    assert on(two, two.both) == []
    (kept,) = across_in(place_of(two.ours, two.mine))
    assert kept.link.ended_why == "It was another bus"
    with pytest.raises(NotAllowed):
        agree_across(actor=two.ours.opened_by, link=link, space=two.ours)


def test_words_go_only_where_their_author_agreed_and_while_they_do(build, two):
    words = build.contribution(two.ours, two.mine, "Two buses and a hill")
    with pytest.raises(NotAllowed):
        two.ask(source=words)
    text = AgreementText.objects.create(space=two.ours, use=Use.REUSE, words=".", written_by=two.mine)
    agreed = Agreement.objects.create(space=two.ours, person=two.mine, use=Use.REUSE, text=text, given=True)
    two.hold(source=words)
    back = across_from(place_of(two.theirs, two.both), [(Kind.OUTCOME, two.outcome.pk)], Way.BACK)
    assert [one.far.thing.title for one in back] == ["Two buses and a hill"]
    Agreement.objects.filter(pk=agreed.pk).update(given=False)
    (back,) = across_from(place_of(two.theirs, two.both), [(Kind.OUTCOME, two.outcome.pk)], Way.BACK)
    assert back.far.thing is None
    Agreement.objects.filter(pk=agreed.pk).update(given=True)
    type(words).objects.filter(pk=words.pk).update(state="close")
    (back,) = across_from(place_of(two.theirs, two.both), [(Kind.OUTCOME, two.outcome.pk)], Way.BACK)
    assert back.far.thing is None


@pytest.mark.parametrize("attribution", ["standpoint", "anonymous"])
def test_what_was_agreed_for_words_without_a_name_is_not_found_out_by_asking(build, two, attribution):
    words = build.contribution(two.ours, two.mine, "Two buses and a hill", attribution=attribution)
    with pytest.raises(NotAllowed) as before:
        two.ask(source=words)
    text = AgreementText.objects.create(space=two.ours, use=Use.REUSE, words=".", written_by=two.mine)
    Agreement.objects.create(space=two.ours, person=two.mine, use=Use.REUSE, text=text, given=True)
    with pytest.raises(NotAllowed) as after:
        two.ask(source=words)
    assert str(before.value.what_now) == str(after.value.what_now)


def test_the_database_refuses_a_link_that_joins_nothing_or_one_space(two):
    base = {"ours": two.ours, "theirs": two.theirs, "why": "x", "asked_by": two.both}
    for wrong in (
        {**base},
        {**base, "ours_theme": two.theme, "theirs": two.ours},
        {**base, "ours_theme": two.theme, "ours_outcome": two.outcome},
        {**base, "ours_theme": two.theme, "ended_at": "2026-01-01T00:00:00Z", "ended_by": two.both},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AcrossLink.objects.create(**wrong)


def test_the_whole_way_on_pages(two, signed_in):
    sheet = reverse("traces:ask_across", args=[two.ours.slug, "theme", two.theme.pk])
    client = signed_in(two.both)
    page = client.get(sheet)
    assert "A bus at eight" in page.content.decode()
    key = page.context["form"]["key"].value()
    sent = {"key": key, "led_to": f"{two.theirs.pk} outcome {two.outcome.pk}", "why": "They read ours at the meeting"}
    first = client.post(sheet, sent)
    assert first.status_code == 302
    assert client.post(sheet, sent)["Location"] == first["Location"]
    link = AcrossLink.objects.get()
    for space in (two.ours, two.theirs):
        keeper = signed_in(space.opened_by)
        one = reverse("traces:across_one", args=[space.slug, link.pk])
        page = keeper.get(one)
        assert "Agree for this space" in page.content.decode()
        done = keeper.post(one + "agree/", {"key": page.context["button"]["key"].value()})
        assert done["Location"] == one
        assert keeper.post(one + "agree/", {}).status_code == 422
    link.refresh_from_db()
    assert link.holds
    end = reverse("traces:end_across", args=[two.theirs.slug, link.pk])
    keeper = signed_in(two.theirs.opened_by)
    page = keeper.get(end)
    assert keeper.post(end, {"key": page.context["form"]["key"].value(), "why": ""}).status_code == 422
    assert keeper.post(end, {"key": page.context["form"]["key"].value(), "why": "Another bus"}).status_code == 302
    assert AcrossLink.objects.get().ended_at
    assert client.post(sheet, {**sent, "key": key, "led_to": "nonsense", "why": "x"}).status_code in (409, 422)


def test_what_my_words_did_tells_of_the_other_space_as_far_as_it_may(build, two, signed_in):
    words = build.contribution(two.ours, two.mine, "Two buses and a hill")
    ThemeLink.objects.create(theme=two.theme, contribution=words, linked_by=two.both)
    address = reverse("reports:did", args=[two.ours.slug])
    assert "another space" not in signed_in(two.mine).get(address).content.decode()
    two.hold()
    page = signed_in(two.mine).get(address).content.decode()
    assert "“Getting there” led to something in another space." in page
    assert two.theirs.name not in page
    build.join(two.theirs, two.mine)
    assert "A bus at eight" in signed_in(two.mine).get(address).content.decode()


def test_many_links_are_asked_for_together(build, two, django_assert_max_num_queries):
    for number in range(12):
        theme = Theme.objects.create(space=two.ours, name=f"Theme {number}", proposed_by=two.both)
        two.hold(source=theme)
    with django_assert_max_num_queries(8):
        assert len(across_in(place_of(two.ours, two.both))) == 12
