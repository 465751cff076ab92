"""Something happened; effects good and bad; evidence; and people who are told in another way than here."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.errors import NotAllowed, NotHere
from coproduce.outcomes.actions import add_evidence, add_sources, note_told, say_state, tell_effect, tell_outcome
from coproduce.outcomes.models import Effect, Outcome, OutcomeEvidence, OutcomeSource, Told
from coproduce.outcomes.telling import untold_in
from tests.contributions import sent_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(build):
    space = build.space()
    author = build.member(space, "Ada")
    outcome = tell_outcome(actor=author, space=space, title="A rail", expected=False)
    return space, author, outcome


def key_of(client, address):
    return str(client.get(address).context["form"]["key"].value())


def test_something_happened_is_told_in_two_lines_and_where_from_stays_a_question(build, signed_in):
    space = build.space()
    author, other = build.member(space, "Ada"), build.member(space, "Bert")
    client, address = signed_in(author), reverse("outcomes:happened", args=[space.slug])
    sent = {"key": key_of(client, address), "title": "<b>Eleven</b> people write", "bearing": "bad", "words": ""}
    for _twice in range(2):
        assert client.post(address, sent).status_code == 302
    told = Outcome.objects.get()
    assert (told.expected, told.bearing, told.sources.count()) == (False, "bad", 0)
    page = signed_in(other).get(told.get_absolute_url()).content.decode()
    assert "We do not know yet." in page
    assert "&lt;b&gt;Eleven" in page
    words = build.contribution(space, author, "I write to anybody.")
    theirs, where = signed_in(other), reverse("outcomes:say_where_from", args=[space.slug, told.pk])
    assert theirs.post(where, {"key": key_of(theirs, where)}).status_code == 422
    assert theirs.post(where, {"key": key_of(theirs, where), "contributions": [str(words.pk)]}).status_code == 302
    source = OutcomeSource.objects.get()
    assert (source.contribution, source.linked_by) == (words, other)
    assert "We do not know yet." not in theirs.get(told.get_absolute_url()).content.decode()


def test_it_begins_from_the_words_one_comes_from(build, signed_in):
    space = build.space()
    author = build.member(space)
    words = build.contribution(space, author, "The stairs beat me.")
    client = signed_in(author)
    assert (
        f"{reverse('outcomes:happened', args=[space.slug])}?from={words.pk}"
        in client.get(words.get_absolute_url()).content.decode()
    )
    page = client.get(reverse("outcomes:happened", args=[space.slug]), {"from": str(words.pk)})
    assert page.context["form"]["contributions"].value() == [str(words.pk)]


def test_words_out_of_use_cannot_become_a_source(made, build):
    space, author, outcome = made
    words = build.contribution(space, author, use_ended_at=clock.now())
    for act in (
        lambda: add_sources(actor=author, outcome=outcome, contributions=[words]),
        lambda: add_evidence(actor=author, outcome=outcome, contributions=[words]),
        lambda: tell_effect(actor=author, outcome=outcome, bearing="good", contribution=words),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_good_and_bad_stand_side_by_side_and_another_tells_it_differently(made, build, signed_in):
    space, author, outcome = made
    other = build.member(space, "Bert")
    client, address = signed_in(author), reverse("outcomes:tell_effect", args=[space.slug, outcome.pk])
    sent = {
        "key": key_of(client, address), "words": "I get up now.", "bearing": "good", "attribution": "chosen",
        "for_whom": "me", "noticed_on": "2026-05-01", "content_note": "",
    }  # fmt: skip
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302
    effect = Effect.objects.get()
    assert (effect.contribution.author, effect.contribution.kind) == (author, "observation")
    theirs, differs = signed_in(other), f"{address}?differs={effect.pk}"
    sent |= {"key": key_of(theirs, differs), "words": "It is on the wrong side.", "bearing": "bad", "noticed_on": ""}
    assert theirs.post(differs, sent).status_code == 302
    second = Effect.objects.exclude(pk=effect.pk).get()
    assert (second.sees_differently, second.contribution.answers) == (effect, effect.contribution)
    page = theirs.get(outcome.get_absolute_url()).content.decode()
    assert page.index("<h3>Good</h3>") < page.index("I get up now.") < page.index("<h3>Bad</h3>")
    assert page.index("<h3>Bad</h3>") < page.index("It is on the wrong side.")
    assert "Bert tells it differently." in page
    Contribution.objects.filter(pk=effect.contribution_id).update(state="withdrawn", words="")
    page = theirs.get(outcome.get_absolute_url()).content.decode()
    assert "One more cannot be read here, or was taken back." in page


@pytest.mark.parametrize("changes", [{"bearing": ""}, {"noticed_on": "2999-01-01"}, {"words": ""}])
def test_a_refused_effect_keeps_its_words(made, signed_in, changes):
    space, author, outcome = made
    client, address = signed_in(author), reverse("outcomes:tell_effect", args=[space.slug, outcome.pk])
    sent = {"key": key_of(client, address), "words": "All of this", "bearing": "good", "attribution": "chosen"}
    answer = client.post(address, {**sent, "for_whom": "for us all", **changes})
    assert answer.status_code == 422
    assert "for us all" in answer.content.decode()
    assert not Effect.objects.exists()


def test_what_somebody_noticed_who_does_not_go_online_is_written_down(made, build, signed_in):
    space, _author, outcome = made
    frank = build.member(space, "Frank", account=False)
    client = signed_in(space.opened_by)
    address = reverse("outcomes:tell_effect", args=[space.slug, outcome.pk]) + f"?for={frank.pk}"
    sent = {
        "key": key_of(client, address), "words": "COLDER NOW", "bearing": "bad", "attribution": "chosen",
        "channel": "post", "said_on": "2026-01-05",
    }  # fmt: skip
    assert client.post(address, sent).status_code == 302
    words = Effect.objects.get().contribution
    assert (words.author, words.recorder, words.channel) == (frank, space.opened_by, "post")


def test_visitors_read_effects_and_evidence_only_as_agreed(build, signed_in):
    space = build.space(privacy="public")
    author = build.member(space, "Xanthippe")
    outcome = tell_outcome(actor=author, space=space, title="A rail")
    tell_effect(actor=author, outcome=outcome, bearing="good", words="It holds me.", attribution="chosen")
    proof = build.contribution(space, author, "See the drawing.")
    add_evidence(actor=author, outcome=outcome, contributions=[proof])
    page = signed_in(None).get(outcome.get_absolute_url()).content.decode()
    for hidden in ("It holds me.", "See the drawing.", "Xanthippe"):
        assert hidden not in page
    assert page.count("One more cannot be read here, or was taken back.") == 2


def test_a_picture_is_brought_as_evidence_and_is_a_contribution_like_any(made, signed_in, tmp_path):
    space, author, outcome = made
    client, address = signed_in(author), reverse("outcomes:bring_evidence", args=[space.slug, outcome.pk])
    picture = SimpleUploadedFile("rail.jpg", sent_files.photo(), "image/jpeg")
    sent = {
        "key": key_of(client, address), "words": "The rail, on the left.", "attribution": "chosen", "content_note": "",
        "citation": "Ward book, 4 May", "link": "", "files": picture,
    }  # fmt: skip
    assert client.post(address, sent).status_code == 302
    held = OutcomeEvidence.objects.get()
    assert (held.contribution.kind, held.contribution.attachments.count()) == ("evidence", 1)
    page = client.get(outcome.get_absolute_url()).content.decode()
    assert "The rail, on the left." in page
    assert "Ward book, 4 May" in page
    assert "with a file" in page
    add_evidence(actor=author, outcome=outcome, contributions=[held.contribution])
    assert OutcomeEvidence.objects.count() == 1


def test_the_database_keeps_one_row_for_each(made, build):
    space, author, outcome = made
    words = build.contribution(space, author)
    effect = Effect.objects.create(outcome=outcome, contribution=words, bearing="good", linked_by=author)
    for broken in (
        lambda: Effect.objects.create(outcome=outcome, contribution=words, bearing="bad", linked_by=author),
        lambda: Effect.objects.filter(pk=effect.pk).update(sees_differently=effect.pk),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


@pytest.fixture
def by_post(build):
    space = build.space()
    frank = build.member(space, "Frank", account=False, channel="post")
    words = build.contribution(space, frank, "NINE WEEKS")
    outcome = tell_outcome(actor=space.opened_by, space=space, title="Fares", contributions=[words])
    return space, frank, outcome


def test_who_goes_by_post_is_told_and_asked_and_both_names_stay(by_post, build, signed_in):
    space, frank, outcome = by_post
    client = signed_in(space.opened_by)
    page = client.get(reverse("outcomes:to_tell", args=[space.slug])).content.decode()
    assert "Frank" in page
    letter = client.get(reverse("outcomes:card", args=[space.slug, outcome.pk, frank.pk])).content.decode()
    assert "NINE WEEKS" in letter
    assert "Dear Frank," in letter
    address = reverse("outcomes:told", args=[space.slug, outcome.pk, frank.pk])
    sent = {"key": key_of(client, address), "how": "post", "on": clock.today().isoformat(), "words": "CAME THURSDAY"}
    early = {**sent, "on": (clock.today() - timedelta(days=1)).isoformat()}
    assert client.post(address, early).status_code == 422
    answer = client.post(address, sent)
    assert answer["Location"].endswith(f"?for={frank.pk}")
    told = Told.objects.get()
    assert (told.person, told.told_by, told.how) == (frank, space.opened_by, "post")
    assert untold_in(space) == []
    assert "CAME THURSDAY" in client.get(outcome.get_absolute_url()).content.decode()
    say_state(actor=space.opened_by, outcome=outcome, state="partly")
    assert [one.person for one in untold_in(space)] == [frank]


def test_nobody_is_to_be_told_who_is_not(by_post, build, signed_in):
    space, frank, outcome = by_post
    other = build.member(space, "Ada", channel="post")
    build.contribution(space, other, "Nothing to do with it.")
    hidden = build.member(space, "Bert", channel="post")
    words = build.contribution(space, hidden, "Without my name.", attribution="anonymous")
    add_sources(actor=space.opened_by, outcome=outcome, contributions=[words])
    state = outcome.states.get()
    for person in (other, hidden, build.person()):
        with pytest.raises(NotHere):
            note_told(actor=space.opened_by, state=state, person=person, how="post", on=clock.today())
    with pytest.raises(NotAllowed):
        note_told(actor=other, state=state, person=frank, how="post", on=clock.today())
    with pytest.raises(ValidationError):
        note_told(actor=space.opened_by, state=state, person=frank, how="post", on=date(2999, 1, 1))
    assert [one.person for one in untold_in(space)] == [frank]
    named = build.contribution(space, hidden, "With my name.", attribution="name")
    add_sources(actor=space.opened_by, outcome=outcome, contributions=[named])
    assert {one.person for one in untold_in(space)} == {frank, hidden}


def test_the_list_of_who_is_to_be_told_asks_no_more_for_more(build, signed_in, django_assert_max_num_queries):
    space = build.space()
    for number in range(30):
        person = build.member(space, f"P{number}", account=False)
        words = build.contribution(space, person, f"Words {number}")
        tell_outcome(actor=space.opened_by, space=space, title=f"N{number}", contributions=[words])
    client = signed_in(space.opened_by)
    with django_assert_max_num_queries(13):
        page = client.get(reverse("outcomes:to_tell", args=[space.slug])).content.decode()
    assert "P29" in page
