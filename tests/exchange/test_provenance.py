"""What came from what, as the W3C writes it: read back with ``prov``, and only what may leave."""

import io
import json
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from prov.constants import PROV_LABEL, PROV_TYPE
from prov.model import (
    ProvActivity,
    ProvAgent,
    ProvAttribution,
    ProvDerivation,
    ProvDocument,
    ProvEntity,
    ProvGeneration,
    ProvInfluence,
    ProvMembership,
    ProvUsage,
)

from coproduce.clock import untimed_id
from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.exchange.provenance import FORMATS, document_of, write_prov
from coproduce.people.models import Attribution
from coproduce.themes.models import ThemeLink
from tests.traces.test_across import Two
from tests.traces.test_walking import Story

pytestmark = pytest.mark.django_db


def agree(space, person, *uses):
    for use in uses:
        text = AgreementText.objects.create(space=space, use=use, version=1, words=".", written_by=person)
        Agreement.objects.create(space=space, person=person, use=use, text=text, given=True)


@pytest.fixture
def story(build):
    made = Story(build)
    agree(made.space, made.bo, Use.ATTRIBUTED_QUOTE)
    return made


def written(space, kind="prov"):
    out = io.BytesIO()
    write_prov(space, kind, out)
    return out.getvalue().decode()


def read(space, kind="prov"):
    return ProvDocument.deserialize(content=written(space, kind), format=FORMATS[kind])


def labels(document, record=ProvEntity):
    return {str(label) for one in document.get_records(record) for label in one.get_attribute(PROV_LABEL)}


@pytest.mark.parametrize("kind", FORMATS)
def test_it_is_read_back_as_it_was_written(story, kind):
    made, found = document_of(story.space), read(story.space, kind)
    for record in (ProvEntity, ProvAgent, ProvActivity, ProvDerivation, ProvGeneration, ProvInfluence, ProvMembership):
        assert len(list(found.get_records(record))) == len(list(made.get_records(record))) > 0, record
    assert {"Stairs", "Put in a rail", "A rail"} <= labels(found)


def test_it_keeps_the_constraints_of_prov(story):
    """Identifiers unify, every relation joins what is declared, and nothing is derived from what came later."""
    document = read(story.space)
    assert document.unified()
    declared = {str(one.identifier) for one in document.get_records((ProvEntity, ProvAgent, ProvActivity))}
    made = {str(one.args[0]): one.args[2] for one in document.get_records(ProvGeneration)}
    for relation in (ProvDerivation, ProvInfluence, ProvMembership, ProvAttribution, ProvUsage):
        for one in document.get_records(relation):
            assert {str(each) for each in one.args[:2]} <= declared, one
    for one in document.get_records(ProvDerivation):
        later, earlier = (made[str(each)] for each in one.args[:2])
        assert earlier < later, one
    for deciding in document.get_records(ProvActivity):
        began, ended = deciding.args
        assert began <= ended


def test_the_way_from_words_to_what_came_of_them_is_there(story):
    document = read(story.space)
    names = {str(one.identifier): one for one in document.get_records(ProvEntity)}
    joined = {(str(one.args[0]), str(one.args[1])) for one in document.get_records((ProvDerivation, ProvInfluence))}
    joined |= {(str(one.args[0]), str(one.args[1])) for one in document.get_records(ProvMembership)}
    way = [story.answer.pk, story.theme.pk, story.decision.proposal.pk]
    assert all((f"id:{later}", f"id:{earlier}") in joined for earlier, later in pairwise(way))
    assert (f"id:{story.outcome.pk}", f"id:{story.decision.pk}") in joined
    kinds = {str(kind) for kind in names[f"id:{story.theme.pk}"].get_attribute(PROV_TYPE)}
    assert kinds == {"cp:theme", "prov:Collection"}


def test_only_the_words_and_names_that_may_leave(build, story):
    quoted = build.member(story.space, "Quoted Only")
    agree(story.space, quoted, Use.QUOTE)
    build.contribution(story.space, quoted, "without a name")
    build.contribution(story.space, story.bo, "said by nobody", attribution=Attribution.ANONYMOUS)
    text = written(story.space)
    assert "He sits down halfway" in text
    assert "without a name" in text
    assert "said by nobody" in text
    assert "I count the stairs" not in text
    for name in ("Ada", "Quoted Only", "Opener", "It is the stairs"):
        assert name not in text
    document = read(story.space)
    assert labels(document, ProvAgent) == {"Bo"}
    said = {str(one.args[0]) for one in document.get_records(ProvAttribution)}
    assert said == {f"id:{story.answer.pk}"}
    for person in (story.ada, story.bo, quoted):
        assert str(person.pk) not in text


def test_of_words_without_a_name_it_tells_the_day_and_never_the_moment(build, story):
    """The moment could be compared with what somebody did under their name a minute before."""
    space, at = story.space, datetime(2026, 5, 4, 14, 3, 7, 123456, tzinfo=UTC)
    words = {
        name: build.contribution(space, story.bo, name, attribution=name, brought_at=at.replace(minute=n))
        for n, name in enumerate(("chosen", "anonymous", "standpoint", "name"))
    }
    ThemeLink.objects.create(contribution=words["anonymous"], theme=story.theme, linked_by=story.bo, linked_at=at)
    document = read(space)
    made = {str(one.args[0]): one.args[2] for one in document.get_records(ProvGeneration)}
    moments = {name: made[f"id:{one.pk}"].astimezone(UTC) for name, one in words.items()}
    assert moments["chosen"] == at.replace(minute=0)
    assert moments["name"] == at.replace(minute=3)
    assert (
        moments["anonymous"]
        == moments["standpoint"]
        == timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    )
    assert "14:03:07" not in written(space).replace(moments["name"].isoformat(), "")


def test_the_place_of_words_in_the_file_does_not_tell_their_order(build, story):
    at = datetime(2026, 5, 4, 14, tzinfo=UTC)
    keys = [
        build.contribution(
            story.space, story.bo, f"{n}", attribution="anonymous", brought_at=at.replace(minute=n), pk=untimed_id()
        ).pk
        for n in range(12)
    ]
    text = written(story.space)
    assert sorted(keys, key=lambda pk: text.index(f"id:{pk}")) == sorted(keys, key=lambda pk: str(pk)[-12:]) != keys


@pytest.mark.parametrize("state", [*ContributionState.values, "use ended"])
def test_words_out_of_sight_are_not_in_it_at_all(story, state):
    fields = {"use_ended_at": datetime.now(UTC)} if state == "use ended" else {"state": state}
    fields |= {"state_before": "visible"} if state == "aside" else {}
    Contribution.objects.filter(pk=story.answer.pk).update(**fields)
    assert (str(story.answer.pk) in written(story.space)) == (state == "visible")


def test_of_another_space_there_is_what_anyone_may_read(build):
    two = Two(build)
    two.hold()
    text = written(two.ours)
    assert "cp:another-space" in text
    for hidden in (two.theirs.name, two.outcome.title, str(two.outcome.pk), str(two.theirs.pk), "They read ours"):
        assert hidden not in text
    type(two.theirs).objects.filter(pk=two.theirs.pk).update(privacy="listed")
    assert two.theirs.name in written(two.ours)
    assert two.ours.name not in written(two.theirs)


def test_words_put_with_a_theme_before_it_was_named_and_odd_moments_stay_valid(build, story):
    """A record that was read in may hold a proposal from before its source."""
    Contribution.objects.filter(pk=story.words.pk).update(brought_at=datetime(2031, 1, 1, tzinfo=UTC))
    type(story.theme).objects.filter(pk=story.theme.pk).update(proposed_at=datetime(2030, 1, 1, tzinfo=UTC))
    test_it_keeps_the_constraints_of_prov(story)


@pytest.mark.parametrize("kind", FORMATS)
def test_members_take_it_and_the_command_writes_it(story, signed_in, tmp_path, kind):
    answer = signed_in(story.ada).get(reverse("exchange:take", args=[story.space.slug, kind]))
    body = b"".join(answer.streaming_content)
    assert answer["Content-Type"] in ("application/json", "application/ld+json")
    assert json.loads(body)
    out = tmp_path / "space.json"
    call_command("export", kind, story.space.slug, out=str(out))
    assert ProvDocument.deserialize(source=str(out), format=FORMATS[kind])


def test_as_many_queries_for_much_as_for_little(build, story, django_assert_max_num_queries):
    for _round in range(2):
        with django_assert_max_num_queries(32):
            document_of(story.space)
        for number in range(60):
            build.contribution(story.space, story.bo, f"stair {number}", answers=story.words, verb="supports")
