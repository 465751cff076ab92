"""What somebody has begun is kept on the server, sealed, until it is sent or thrown away."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import override_settings
from django.urls import reverse

from coproduce import clock
from coproduce.contributions.actions import drafting
from coproduce.contributions.drafts import KEPT_FOR, versions_in
from coproduce.contributions.models import Attachment, Contribution, Draft
from coproduce.contributions.sealing import seal, unseal
from coproduce.errors import NotHere
from coproduce.spaces.models import Membership, MembershipState
from coproduce.ui.forms import whose_mark
from tests.contributions.test_files import kept_files, upload

SECRET = "The night nurse never came “é” 👩‍⚕️"


@pytest.fixture
def here(build):
    space = build.space()
    return space, build.member(space, "Noreen")


def sheet_of(space):
    return f"/s/{space.slug}/brought/bring/"


def save(client, space, words=SECRET, **fields):
    said = {"sheet": sheet_of(space), "words": words, "key": str(uuid.uuid4()), "ways": ["L", "C"], **fields}
    return client.post(reverse("contributions:draft", args=[space.slug]), said)


def send(client, space, words=SECRET, **fields):
    said = {"words": words, "attribution": "chosen", "kind": "story", "key": str(uuid.uuid4())}
    return client.post(sheet_of(space), {**said, **fields})


def shown(client, space, query=""):
    return client.get(sheet_of(space) + query).content.decode()


def test_it_comes_back_where_it_was_begun_and_to_nobody_else(here, build, signed_in):
    space, noreen = here
    client = signed_in(noreen)
    answered = save(client, space, ways=["C"], attribution="anonymous")
    assert answered.json()["said"].startswith("Kept on the server at ")
    page = shown(client, space)
    assert SECRET in page
    assert "You began this on" in page
    assert 'value="C" id="id_ways_1" checked' in page or 'value="C"' in page.partition("checked")[0][-200:]
    assert SECRET not in shown(signed_in(build.member(space)), space)
    assert SECRET not in shown(signed_in(space.opened_by), space)


def test_nobody_who_reads_the_database_reads_the_words(here, signed_in):
    space, noreen = here
    save(signed_in(noreen), space)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM contributions_draft")
        for row in cursor.fetchall():
            for column in row:
                held = bytes(column) if isinstance(column, memoryview | bytes) else str(column).encode()
                assert b"night" not in held
    draft = Draft.objects.get()
    assert versions_in(draft)[0].words == SECRET


def test_what_is_sealed_opens_for_its_person_in_its_row_alone():
    one, other = uuid.uuid4(), uuid.uuid4()
    sealed = seal(one, one, SECRET)
    assert unseal(one, one, sealed) == SECRET
    assert unseal(other, one, sealed) is None
    assert unseal(one, other, sealed) is None
    assert unseal(one, one, sealed[:-1] + bytes([sealed[-1] ^ 1])) is None
    assert unseal(one, one, b"") is None
    assert seal(one, one, SECRET) != sealed
    with override_settings(SECRET_KEY="another"):
        assert unseal(one, one, sealed) is None


def test_without_scripts_there_is_a_button(here, signed_in):
    space, noreen = here
    client = signed_in(noreen)
    answered = send(client, space, keep="yes", files=[upload()])
    assert (answered.status_code, answered.url) == (302, sheet_of(space))
    page = client.get(answered.url).content.decode()
    assert "It is kept on the server" in page
    assert SECRET in page
    assert "ward.png" in page
    assert not Contribution.objects.exists()
    # Nothing needs to be filled in to be kept.
    assert send(client, space, words="", attribution="", keep="yes").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_it_is_gone_when_it_is_sent_and_its_files_go_along(signed_in):
    from tests import building

    space = building.space()
    noreen = building.member(space)
    client = signed_in(noreen)
    key = str(uuid.uuid4())
    send(client, space, keep="yes", files=[upload()], key=key)
    page = shown(client, space)
    assert f'name="began" value="{key}"' in page
    send(client, space, began=key)
    assert not Draft.objects.exists()
    assert Attachment.objects.get().contribution == Contribution.objects.get()
    assert len(kept_files(space)) == 1
    assert "You began" not in shown(client, space)


@pytest.mark.django_db(transaction=True)
def test_it_is_gone_with_its_files_when_it_is_thrown_away(signed_in):
    from tests import building

    space = building.space()
    noreen, other = building.member(space), building.member(space)
    client = signed_in(noreen)
    send(client, space, keep="yes", files=[upload()])
    away = reverse("contributions:discard", args=[space.slug, Draft.objects.get().pk])
    assert signed_in(other).post(away).status_code == 404
    assert signed_in(space.opened_by).post(away).status_code == 404
    assert client.post(away).status_code == 302
    assert not Draft.objects.exists()
    assert not Attachment.objects.exists()
    assert kept_files(space) == []
    assert client.post(away).status_code == 404


FIRST, ONE, TWO = (str(uuid.uuid4()) for _each in range(3))


def test_two_windows_write_over_nothing(here, signed_in):
    space, noreen = here
    client = signed_in(noreen)
    save(client, space, "from the beginning", key=FIRST)
    save(client, space, "one window", key=ONE, began=FIRST)
    save(client, space, "one window, further", key=ONE, began=FIRST)
    save(client, space, "the other window", key=TWO, began=FIRST)
    assert [each.words for each in versions_in(Draft.objects.get())] == ["one window, further", "the other window"]
    page = shown(client, space)
    assert "In another window you wrote something else" in page
    assert "one window, further" in page
    assert "the other window" in page
    assert ">\none window, further</textarea>" in shown(client, space, f"?version={ONE}")
    # What the second window sends takes its own words along and leaves the other's.
    send(client, space, "the other window, done", key=TWO, began=FIRST)
    assert [each.words for each in versions_in(Draft.objects.get())] == ["one window, further"]


def test_there_is_an_end_to_windows(here, signed_in):
    space, noreen = here
    client = signed_in(noreen)
    answered = [save(client, space, f"window {number}").status_code for number in range(10)]
    assert answered[:8] == [200] * 8
    assert answered[-1] == 429


def test_words_brought_along_come_first_and_the_draft_is_offered(here, signed_in):
    space, noreen = here
    client = signed_in(noreen)
    save(client, space)
    page = shown(client, space, "?words=Just+now")
    assert ">\nJust now</textarea>" in page
    assert "There is something here that you began before." in page


def test_every_sheet_has_its_own(here, build, signed_in):
    space, noreen = here
    client = signed_in(noreen)
    answer_sheet = reverse("contributions:answer", args=[space.slug, build.contribution(space, space.opened_by).pk])
    save(client, space, "for bringing")
    save(client, space, "for answering", sheet=answer_sheet, verb="questions")
    assert "for answering" in client.get(answer_sheet).content.decode()
    assert "for bringing" not in client.get(answer_sheet).content.decode()


@pytest.mark.parametrize(
    "sheet", ["", "/", "https://evil.example/", "/s/other/brought/bring/", "/s/{slug}/", "//x", "/s/{slug}/brought/\0"]
)
def test_nothing_is_kept_for_other_addresses(here, signed_in, sheet):
    space, noreen = here
    assert save(signed_in(noreen), space, sheet=sheet.format(slug=space.slug)).status_code == 404
    assert not Draft.objects.exists()


def test_whoever_left_finds_it_no_more(here, signed_in):
    space, noreen = here
    client = signed_in(noreen)
    save(client, space)
    Membership.objects.filter(person=noreen).update(state=MembershipState.LEFT)
    assert client.get(sheet_of(space)).status_code == 404
    assert save(client, space).status_code == 404
    away = reverse("contributions:discard", args=[space.slug, Draft.objects.get().pk])
    assert client.post(away).status_code == 404


def test_what_is_too_much_or_sent_by_a_stranger_is_not_kept(here, signed_in):
    space, noreen = here
    assert save(signed_in(noreen), space, "x" * 250_000).status_code == 413
    assert save(signed_in(None), space).status_code == 401
    assert not Draft.objects.exists()


def test_old_ones_go(here, build, signed_in):
    space, noreen = here
    draft = build.draft(space, noreen, sheet_of(space), "old")
    Draft.objects.update(written_at=clock.now() - KEPT_FOR - timedelta(hours=1))
    assert "old</textarea>" not in shown(signed_in(noreen), space)
    save(signed_in(build.member(space)), space)
    assert not Draft.objects.filter(pk=draft.pk).exists()


def test_no_history_is_made_of_what_was_not_sent(here, signed_in):
    from coproduce.history.models import Event

    space, noreen = here
    before = Event.objects.count()
    save(signed_in(noreen), space)
    assert Event.objects.count() == before


def test_a_draft_is_found_on_my_page(here, build, signed_in):
    space, noreen = here
    save(signed_in(noreen), space)
    page = signed_in(noreen).get(reverse("reports:did", args=[space.slug])).content.decode()
    assert "The night nurse" in page
    assert sheet_of(space) in page
    other = signed_in(build.member(space)).get(reverse("reports:did", args=[space.slug])).content.decode()
    assert "The night nurse" not in other


def test_the_draft_of_another_is_not_there(here, build):
    from coproduce.contributions.drafts import draft_in

    space, noreen = here
    draft = build.draft(space, noreen, sheet_of(space))
    with pytest.raises(NotHere):
        draft_in(build.member(space), space, draft.pk)


def test_nobody_fills_the_disk_with_beginnings(here, build, signed_in, monkeypatch):
    monkeypatch.setattr(drafting, "MOST_DRAFTS", 3)
    space, noreen = here
    client = signed_in(noreen)
    sheets = [f"/s/{space.slug}/brought/{uuid.uuid4()}/answer/" for _each in range(4)]
    assert [save(client, space, sheet=each).status_code for each in sheets] == [200, 200, 200, 429]
    assert save(client, space, sheet=sheets[0]).status_code == 200


def test_what_was_under_way_when_it_was_sent_does_not_come_back(here, signed_in):
    space, noreen = here
    client, key = signed_in(noreen), str(uuid.uuid4())
    assert send(client, space, key=key).status_code == 302
    assert save(client, space, key=key).status_code == 409
    assert not Draft.objects.exists()
    assert save(client, space, key="not a key").status_code == 200


def test_words_kept_a_moment_ago_stand_before_what_was_begun_earlier(here, signed_in):
    space, noreen = here
    client = signed_in(noreen)
    save(client, space, "begun last week")
    session = client.session
    session["kept_words"] = {
        "path": sheet_of(space), "begun": {"words": "typed just now"}, "whose": whose(noreen),
        "at": clock.now().timestamp(),
    }  # fmt: skip
    session.save()
    page = shown(client, space)
    assert ">\ntyped just now</textarea>" in page
    assert "There is something here that you began before." in page
    assert 'name="began" value=""' in page


def whose(person):
    return whose_mark(SimpleNamespace(person=person))


def test_a_file_alone_asks_for_one_line(here, signed_in):
    space, noreen = here
    page = send(signed_in(noreen), space, words="", files=[upload()]).content.decode()
    assert "Write one line about what you added." in page
    assert "Write something first" not in page
