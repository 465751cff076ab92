"""What changed, what did not and why, and whether it was good enough."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from coproduce.consent.models import Agreement, AgreementText
from coproduce.history.models import Event
from coproduce.outcomes.actions import make_commitment, say_good_enough, say_state, tell_outcome, update_commitment
from coproduce.outcomes.models import GoodEnough, Outcome
from coproduce.outcomes.queries import outcomes_of
from coproduce.spaces.access import Place, membership_of
from coproduce.themes.models import Theme, ThemeLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(build):
    """A space with somebody's words in a theme, and an outcome told from that theme."""
    space = build.space()
    author = build.member(space, "Ada")
    words = build.contribution(space, author, "The stairs beat me.")
    theme = Theme.objects.create(space=space, name="Stairs", proposed_by=author)
    ThemeLink.objects.create(theme=theme, contribution=words, linked_by=author)
    outcome = tell_outcome(actor=space.opened_by, space=space, title="A rail", state="done", themes=[theme])
    return space, author, words, outcome


def place_of(space, person):
    return Place(space, person, membership_of(person, space.pk))


def tell_data(client, address, **changes):
    form = client.get(address).context["form"]
    return {
        "key": str(form["key"].value()),
        "title": "The rail is up",
        "words": "",
        "kind": "service",
        "expected": "yes",
        "state": "done",
        "because": "",
        "asked_on": "",
        **changes,
    }


def test_a_member_tells_what_changed_once_even_when_sent_twice(made, signed_in):
    space, author, words, _outcome = made
    client = signed_in(author)
    address = reverse("outcomes:tell", args=[space.slug])
    data = tell_data(client, address, contributions=[str(words.pk)])
    first, second = client.post(address, data), client.post(address, data)
    assert first.status_code == 302
    assert first["Location"] == second["Location"]
    told = Outcome.objects.get(title="The rail is up")
    assert told.sources.get().contribution == words
    assert Event.objects.filter(subject=told.pk, kind="outcome told").count() == 1
    assert client.post(address, {**data, "title": "Other"}).status_code == 409
    assert "The rail is up" in client.get(first["Location"]).content.decode()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"state": "not_because"}, "Say why not"),
        ({"state": "not_yet"}, "on which day"),
        ({"state": "not_yet", "asked_on": "2999-01-01"}, "still to come"),
        ({"title": ""}, "title"),
    ],
)
def test_a_refused_sheet_says_why_and_keeps_the_words(made, signed_in, changes, why):
    space, author, _words, _outcome = made
    client = signed_in(author)
    address = reverse("outcomes:tell", args=[space.slug])
    data = tell_data(client, address, words="All of this stays", **changes)
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert "All of this stays" in answer.content.decode()
    assert why in answer.content.decode()
    assert Outcome.objects.count() == 1


def test_every_state_stays_and_the_newest_holds(made):
    space, author, _words, outcome = made
    say_state(actor=author, outcome=outcome, state="partly", because="Only upstairs.")
    say_state(actor=author, outcome=outcome, state="not_yet", asked_on=date(2026, 1, 5))
    standing = outcomes_of(place_of(space, author))[0]
    assert standing.now.state == "not_yet"
    assert [state.state for state in outcome.states.all()] == ["done", "partly", "not_yet"]
    assert standing.is_open


def test_no_opens_it_again_until_something_more_is_told(made, signed_in):
    space, author, words, outcome = made
    client = signed_in(author)
    address = reverse("outcomes:good_enough", args=[space.slug, outcome.pk])
    key = str(client.get(address).context["form"]["key"].value())
    sent = {"key": key, "contribution": str(words.pk), "answer": "no", "words": "Wrong side."}
    assert client.post(address, sent).status_code == 302
    page = client.get(outcome.get_absolute_url()).content.decode()
    assert "open again" in page
    assert "Wrong side." in page
    with pytest.raises(ValidationError):
        say_state(actor=author, outcome=outcome, state="done", because="Moved.")
    say_state(actor=author, outcome=outcome, state="done", because="Moved.", reply="We moved it to your side.")
    assert "We moved it to your side." in client.get(outcome.get_absolute_url()).content.decode()
    assert not outcomes_of(place_of(space, author))[0].is_open_again
    say_good_enough(actor=author, outcome=outcome, contribution=words, answer=True)
    assert GoodEnough.objects.filter(outcome=outcome, replaced_at=None).get().answer


def test_only_people_whose_words_led_here_are_asked(made, build, signed_in):
    space, _author, words, outcome = made
    other = build.member(space)
    client = signed_in(other)
    address = reverse("outcomes:good_enough", args=[space.slug, outcome.pk])
    assert client.get(address).status_code == 403
    assert (
        "good enough" not in client.get(outcome.get_absolute_url()).content.decode().split("<main")[1].split("<h2")[0]
    )
    assert client.post(address, {"contribution": str(words.pk), "answer": "no"}).status_code == 403


def test_words_that_joined_the_theme_later_did_not_lead_there(made, build):
    space, author, _words, outcome = made
    late = build.contribution(space, author, "Too late.")
    ThemeLink.objects.create(theme=Theme.objects.get(), contribution=late, linked_by=author)
    from coproduce.outcomes.queries import words_behind

    assert late not in words_behind(outcome)


def test_a_promise_is_kept_by_its_maker_or_a_facilitator(made, build, signed_in):
    space, author, _words, outcome = made
    promise = make_commitment(actor=author, outcome=outcome, words="I will ring them.")
    other = build.member(space)
    address = reverse("outcomes:keep", args=[space.slug, promise.pk])
    key = str(signed_in(space.opened_by).get(address).context["form"]["key"].value())
    assert signed_in(other).get(address).status_code == 403
    assert signed_in(other).post(address, {"key": key, "state": "done", "because": ""}).status_code == 403
    update_commitment(actor=space.opened_by, commitment=promise, state="done")
    promise.refresh_from_db()
    assert promise.state == "done"


def test_a_facilitator_promises_for_someone_assisted_and_both_names_stay(made, build):
    space, _author, _words, outcome = made
    helped = build.member(space, "Bert", account=False)
    promise = make_commitment(actor=space.opened_by, outcome=outcome, words="I will write.", person=helped)
    assert (promise.person, promise.recorded_by) == (helped, space.opened_by)


@pytest.mark.parametrize("name", ["outcome", "say_state", "commit", "good_enough"])
def test_nobody_else_finds_it(made, build, signed_in, name):
    space, _author, _words, outcome = made
    elsewhere = build.space()
    for client, slug in [
        (signed_in(build.person()), space.slug),
        (signed_in(elsewhere.opened_by), elsewhere.slug),
        (signed_in(elsewhere.opened_by), space.slug),
    ]:
        assert client.get(reverse(f"outcomes:{name}", args=[slug, outcome.pk])).status_code == 404


def test_visitors_read_outcomes_without_names(build, signed_in):
    space = build.space(privacy="public")
    author = build.member(space, "Xanthippe")
    outcome = tell_outcome(actor=author, space=space, title="It changed")
    make_commitment(actor=author, outcome=outcome, words="I will ring.")
    page = signed_in(None).get(outcome.get_absolute_url()).content.decode()
    assert "It changed" in page
    assert "Xanthippe" not in page


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(build, signed_in, django_assert_max_num_queries):
    space = build.space()
    client = signed_in(space.opened_by)
    for number in range(40):
        tell_outcome(actor=space.opened_by, space=space, title=f"<script>{number}</script>")
    with django_assert_max_num_queries(10):
        page = client.get(reverse("outcomes:outcomes", args=[space.slug])).content.decode()
    assert "<script>3" not in page
    assert "&lt;script&gt;39" in page


def agrees_to(space, person, use):
    text = AgreementText.objects.create(space=space, use=use, words="?", written_by=space.opened_by)
    Agreement.objects.create(space=space, person=person, use=use, text=text, given=True)


def test_visitors_read_what_people_said_of_it_only_where_that_may_be_quoted(build, signed_in):
    space = build.space(privacy="public")
    author = build.member(space, "Xanthippe")
    words = build.contribution(space, author, "The stairs beat me.")
    outcome = tell_outcome(actor=space.opened_by, space=space, title="A rail", contributions=[words])
    say_good_enough(actor=author, outcome=outcome, contribution=words, answer=False, words="Wrong side.")
    visitor = signed_in(None)
    page = visitor.get(outcome.get_absolute_url()).content.decode()
    assert "It is open again" in page
    assert "Wrong side." not in page
    assert "One of the sources is read by members only, or was taken back." in page
    agrees_to(space, author, "attributed_quote")
    page = visitor.get(outcome.get_absolute_url()).content.decode()
    assert "Wrong side." in page
    assert "Xanthippe" in page


def test_a_facilitator_asks_somebody_who_does_not_come_online(build, signed_in):
    space = build.space()
    bert = build.member(space, "Bert", account=False)
    words = build.contribution(space, bert, "By post.")
    outcome = tell_outcome(actor=space.opened_by, space=space, title="A rail", contributions=[words])
    client = signed_in(space.opened_by)
    address = f"{reverse('outcomes:good_enough', args=[space.slug, outcome.pk])}?for={bert.pk}"
    assert address in client.get(outcome.get_absolute_url()).content.decode()
    key = str(client.get(address).context["form"]["key"].value())
    sent = {"key": key, "contribution": str(words.pk), "answer": "yes", "words": "It holds."}
    assert client.post(address, sent).status_code == 302
    said = GoodEnough.objects.get()
    assert (said.person, said.recorded_by, said.answer) == (bert, space.opened_by, True)
    assert signed_in(build.member(space)).get(address).status_code == 404


def test_what_was_said_before_stays_beside_what_is_said_now(made, signed_in):
    _space, author, words, outcome = made
    say_good_enough(actor=author, outcome=outcome, contribution=words, answer=False, words="Wrong side.")
    say_state(actor=author, outcome=outcome, state="done", because="Moved.", reply="Moved.")
    say_good_enough(actor=author, outcome=outcome, contribution=words, answer=True, words="Now it holds.")
    page = signed_in(author).get(outcome.get_absolute_url()).content.decode()
    assert page.index("Now it holds.") < page.index("Wrong side.")
    assert "open again" not in page


def test_withdrawn_words_leave_no_words_behind(made, signed_in):
    space, author, words, _outcome = made
    outcome = tell_outcome(actor=author, space=space, title="From words", contributions=[words])
    words.state, words.words = "withdrawn", "Taken back."
    words.save()
    client = signed_in(author)
    for address in (outcome.get_absolute_url(), reverse("outcomes:outcomes", args=[space.slug])):
        page = client.get(address).content.decode()
        assert "One of the sources was taken back by the person who brought it" in page
        assert "Taken back." not in page


def test_all_four_states_stand_under_headings_of_their_own(made, signed_in):
    space, author, _words, _outcome = made
    tell_outcome(actor=author, space=space, title="Half a ramp", state="partly")
    tell_outcome(actor=author, space=space, title="No lift", state="not_because", because="The roof.")
    tell_outcome(actor=author, space=space, title="A bench", state="not_yet", asked_on=date(2026, 1, 5))
    page = signed_in(author).get(reverse("outcomes:outcomes", args=[space.slug])).content.decode()
    order = [page.index(f"<h2>{name}</h2>") for name in ("Done", "Partly", "Not, and why", "Not yet")]
    assert order == sorted(order)
    assert "The roof." in page
    assert "Asked on 5 January 2026" in page


def test_the_list_says_since_when_it_was_asked_and_when_last(made, signed_in):
    space, author, _words, _outcome = made
    bench = tell_outcome(actor=author, space=space, title="A bench", state="not_yet", asked_on=date(2026, 1, 5))
    say_state(actor=author, outcome=bench, state="not_yet", asked_on=date(2026, 2, 6))
    page = signed_in(author).get(reverse("outcomes:outcomes", args=[space.slug])).content.decode()
    assert "Asked on 5 January 2026, and again on 6 February 2026." in page


def test_a_long_list_is_read_in_pages(build, signed_in):
    space = build.space()
    for number in range(65):
        tell_outcome(actor=space.opened_by, space=space, title=f"Number {number}.")
    client, address = signed_in(space.opened_by), reverse("outcomes:outcomes", args=[space.slug])
    assert client.get(address).content.decode().count("Number ") == 60
    assert client.get(address + "?page=1").content.decode().count("Number ") == 5


def test_each_row_of_the_list_is_short_and_one_link(build, signed_in):
    space = build.space()
    author = build.member(space, "Ada")
    words = [build.contribution(space, build.member(space, name), "The stairs.") for name in ("Bo", "Cy", "Di", "Ed")]
    reason = "The roof is not ours, and whoever owns it has been asked three times and does not answer. " * 3
    tell_outcome(actor=author, space=space, title="No lift", state="not_because", because=reason, contributions=words)
    page = signed_in(author).get(reverse("outcomes:outcomes", args=[space.slug])).content.decode()
    row = page.split('<ul class="rows short">')[1].split("</ul>")[0]
    assert row.count("<a ") == 1
    assert "The roof is not ours" in row
    assert "three times" not in row
    assert "and 2 more" in row
