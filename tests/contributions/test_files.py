"""Pictures, recordings and documents go with words, and are seen by exactly those who may read the words."""

import io
import re
import uuid
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from coproduce.care.models import Reading
from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.contributions.actions import withdraw_contribution
from coproduce.contributions.actions.attaching import plain_name
from coproduce.contributions.attaching.storing import content_of
from coproduce.contributions.models import Attachment, Contribution, Draft
from coproduce.exchange.proof import problems
from coproduce.history.models import Event
from coproduce.spaces.models import Membership, MembershipState
from tests.contributions import sent_files as sent

RED = sent.encoded(Image.new("RGB", (40, 30), "red"), "PNG")


def upload(content=RED, name="ward.png", declared="image/png"):
    return SimpleUploadedFile(name, content, content_type=declared)


def bring(client, space, *files, **fields):
    said = {"key": str(uuid.uuid4()), "words": "The light in the corridor.", "attribution": "chosen", "kind": "story"}
    return client.post(f"/s/{space.slug}/brought/bring/", {**said, **fields, "files": list(files)})


def address(attachment):
    return reverse("contributions:attachment", args=[attachment.space.slug, attachment.contribution_id, attachment.pk])


def kept_files(space):
    try:
        return default_storage.listdir(space.pk.hex)[1]
    except FileNotFoundError:
        return []


@pytest.fixture
def here(build):
    space = build.space()
    return space, build.member(space, "Noreen")


def test_words_with_a_photo_and_a_recording(here, signed_in):
    space, noreen = here
    client = signed_in(noreen)
    files = [upload(sent.photo(), "IMG_1.jpg"), upload(sent.recording(), "x.webm"), upload(sent.pdf(), "a.pdf")]
    answered = bring(client, space, *files)
    words = Contribution.objects.get()
    assert answered.status_code == 302
    assert answered.url == reverse("contributions:describe", args=[space.slug, words.pk])
    assert [each.kind for each in words.attachments.all()] == ["picture", "sound", "document"]
    assert len(kept_files(space)) == 3
    assert list(Event.objects.filter(subject=words.pk).values_list("kind", flat=True)) == [
        "contribution brought",
        "files added",
    ]
    page = client.get(words.get_absolute_url()).content.decode()
    for each in words.attachments.all():
        assert address(each) in page
    assert "A picture that nobody has described yet" in page
    assert "<audio controls" in page


def test_what_is_in_them_is_asked_for_kindly_and_can_be_passed_by(here, signed_in):
    space, noreen = here
    client = signed_in(noreen)
    asked = bring(client, space, upload(), upload(sent.recording(), "x.wav")).url
    picture, sound = Attachment.objects.all()
    page = client.get(asked).content.decode()
    assert "What is in the picture?" in page
    assert "What is said in it?" in page
    assert "Not now" in page
    told = {f"words-{picture.pk}": "A dark <b>corridor", f"words-{sound.pk}": "I could not see.\nThen I fell."}
    done = client.post(asked, {"key": str(uuid.uuid4()), **told})
    assert done.url == picture.contribution.get_absolute_url()
    shown = client.get(done.url).content.decode()
    assert 'alt="A dark &lt;b&gt;corridor"' in shown
    assert "Then I fell." in shown
    client.post(asked, {"key": str(uuid.uuid4()), **told, f"away-{picture.pk}": "on"})
    assert list(Attachment.objects.all()) == [sound]


def test_only_whose_words_they_are_describes_them(here, build, signed_in):
    space, noreen = here
    words = build.contribution(space, noreen)
    build.attachment(words)
    asked = reverse("contributions:describe", args=[space.slug, words.pk])
    assert signed_in(build.member(space)).get(asked).status_code == 404
    assert signed_in(space.opened_by).get(asked).status_code == 404
    helped = build.member(space, "Bert", account=False)
    theirs = build.contribution(space, helped)
    build.attachment(theirs)
    assert (
        signed_in(space.opened_by).get(reverse("contributions:describe", args=[space.slug, theirs.pk])).status_code
        == 200
    )


def test_sending_twice_keeps_one_set_of_files(here, signed_in):
    space, noreen = here
    client, key = signed_in(noreen), str(uuid.uuid4())
    for _each in range(2):
        assert bring(client, space, upload(), key=key).status_code == 302
    assert Attachment.objects.count() == 1
    assert len(kept_files(space)) == 1


def test_refused_words_do_not_lose_files(here, signed_in, django_capture_on_commit_callbacks):
    space, noreen = here
    client, sheet = signed_in(noreen), f"/s/{space.slug}/brought/bring/"
    key = str(uuid.uuid4())
    answered = bring(client, space, upload(), upload(name="stairs.png"), words="", key=key)
    assert answered.status_code == 422
    page = answered.content.decode()
    assert "Leave “ward.png” out" in page
    assert Attachment.objects.filter(draft__person=noreen).count() == 2
    left_out = Attachment.objects.get(name="stairs.png")
    assert "ward.png" in client.get(sheet).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        bring(client, space, words="Now with words", left_out=str(left_out.pk), key=key)
    words = Contribution.objects.get()
    assert [each.name for each in words.attachments.all()] == ["ward.png"]
    assert not Draft.objects.exists()
    assert len(kept_files(space)) == 1


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ((b"<!doctype html><script>alert(1)</script>", "ward.jpg", "image/jpeg"), "You can add pictures"),
        ((b"<svg xmlns='x' onload='alert(1)'/>", "drawing.svg", "image/svg+xml"), "You can add pictures"),
        ((b"", "empty.png", "image/png"), "nothing in this file"),
        ((sent.film(), "film.mp4", "video/mp4"), "Films cannot be kept"),
        ((b"\0\0\0\x18ftypheic\0\0\0\0", "photo.heic", "image/jpeg"), "Save it as JPEG"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_brought(here, signed_in, file, said):
    space, noreen = here
    answered = bring(signed_in(noreen), space, upload(*file))
    assert answered.status_code == 422
    page = answered.content.decode()
    assert said in page
    assert "The light in the corridor." in page
    assert not Contribution.objects.exists()
    assert not Attachment.objects.exists()
    assert not kept_files(space)


def test_names_and_declared_types_are_not_believed(here, signed_in):
    space, noreen = here
    bring(signed_in(noreen), space, upload(sent.photo(), "notes.html", "text/html"))
    kept = Attachment.objects.get()
    assert kept.content_type == "image/jpeg"
    served = signed_in(noreen).get(address(kept))
    assert served["Content-Type"] == "image/jpeg"
    assert 'filename="notes.jpg"' in served["Content-Disposition"]


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.png",
        "C:\\Windows\\system32\\x.png",
        "photo\u202egnp.exe.png",
        "a\r\nSet-Cookie: x=y.png",
        "x" * 5000 + ".png",
        "“é” 👩‍⚕️ ﷽.png",
        "....",
        '"; filename="evil.html.png',
        "<script>alert(1)</script>.png",
    ],
)
def test_names_do_no_harm(here, signed_in, name):
    plain = plain_name(name)
    assert plain
    assert len(plain) <= 120
    assert "/" not in plain
    assert "\\" not in plain
    assert "\u202e" not in plain
    assert plain.isprintable()
    space, noreen = here
    client = signed_in(noreen)
    bring(client, space, upload(name="plain.png"))
    Attachment.objects.update(name=plain, kind="document", content_type="text/plain")
    kept = Attachment.objects.get()
    served = client.get(address(kept))
    assert re.fullmatch(r"attachment; filename=\"[A-Za-z0-9 _-]+\.txt\"; filename\*=UTF-8''[A-Za-z0-9%._~-]+",
                        served["Content-Disposition"])  # fmt: skip
    assert "<script>alert(1)" not in client.get(kept.contribution.get_absolute_url()).content.decode()
    assert re.fullmatch(r"[0-9a-f]{32}/[0-9a-f]{32}", kept.path)


def test_files_are_served_so_that_they_can_only_be_looked_at(here, build, signed_in):
    space, noreen = here
    served = signed_in(noreen).get(address(build.attachment(build.contribution(space, noreen))))
    assert served.status_code == 200
    assert served.content == build.DOT
    assert served["X-Content-Type-Options"] == "nosniff"
    assert served["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert served["Cache-Control"] == "private, no-store"
    assert served["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("bytes=0-3", (206, slice(0, 4), "bytes 0-3/60")),
        ("bytes=50-", (206, slice(50, None), "bytes 50-59/60")),
        ("bytes=-5", (206, slice(-5, None), "bytes 55-59/60")),
        ("bytes=50-9999", (206, slice(50, None), "bytes 50-59/60")),
        ("bytes=60-", (416, slice(0, 0), "bytes */60")),
        ("bytes=-0", (416, slice(0, 0), "bytes */60")),
        ("bytes=9-2", (416, slice(0, 0), "bytes */60")),
        ("bytes=0-1,3-4", (200, slice(None), None)),
        ("bytes=-", (200, slice(None), None)),
        ("apples=1-2", (200, slice(None), None)),
        ("bytes=" + "9" * 400 + "-", (200, slice(None), None)),
    ],
)
def test_sound_can_be_listened_to_from_anywhere(here, build, signed_in, asked, answer):
    space, noreen = here
    status, part, said = answer
    content = bytes(range(60))
    sound = build.attachment(build.contribution(space, noreen), content, kind="sound", content_type="audio/mpeg")
    served = signed_in(noreen).get(address(sound), headers={"range": asked, "accept-encoding": "gzip"})
    assert served.status_code == status
    assert served.content == content[part]
    assert served.get("Content-Range") == said
    assert served["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("state", ["visible", "hidden", "close", "aside", "withdrawn"])
def test_who_may_see_a_file(build, signed_in, state):
    space, other = build.space(), build.space()
    author, member, former = build.member(space), build.member(space), build.member(space)
    Membership.objects.filter(person=former).update(state=MembershipState.LEFT)
    before = {"state_before": "visible"} if state == "aside" else {}
    words = build.contribution(space, author, state=state, **before)
    kept = build.attachment(words)
    seen = {
        "stranger": signed_in(None).get(address(kept)).status_code,
        "elsewhere": signed_in(other.opened_by).get(address(kept)).status_code,
        "former": signed_in(former).get(address(kept)).status_code,
        "member": signed_in(member).get(address(kept)).status_code,
        "author": signed_in(author).get(address(kept)).status_code,
        "facilitator": signed_in(space.opened_by).get(address(kept)).status_code,
    }
    may = {
        "visible": {"member", "author", "facilitator"},
        "hidden": {"author", "facilitator"},
        "close": {"author", "facilitator"},
        "aside": {"author"},
        "withdrawn": set(),
    }[state]
    assert seen == {who: 200 if who in may else 404 for who in seen}
    elsewhere = reverse("contributions:attachment", args=[other.slug, words.pk, kept.pk])
    assert signed_in(other.opened_by).get(elsewhere).status_code == 404


def test_visitors_of_a_public_space_see_files_of_words_that_may_be_quoted(build, signed_in):
    space = build.space(privacy="public")
    author = build.member(space)
    kept = build.attachment(build.contribution(space, author, attribution="anonymous"))
    assert signed_in(None).get(address(kept)).status_code == 404
    text = AgreementText.objects.create(space=space, use=Use.QUOTE, version=1, words="?", written_by=author)
    Agreement.objects.create(space=space, person=author, use=Use.QUOTE, text=text, given=True)
    assert signed_in(None).get(address(kept)).status_code == 200


def test_files_waiting_in_a_draft_are_served_to_nobody(here, build, signed_in):
    space, noreen = here
    words = build.contribution(space, noreen)
    bring(signed_in(noreen), space, upload(), words="")
    waiting = Attachment.objects.get()
    asked = reverse("contributions:attachment", args=[space.slug, words.pk, waiting.pk])
    assert signed_in(noreen).get(asked).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_erased_words_take_their_files_along(signed_in):
    from tests import building

    space = building.space()
    noreen = building.member(space)
    bring(signed_in(noreen), space, upload())
    kept = Attachment.objects.get()
    withdraw_contribution(actor=noreen, contribution=kept.contribution)
    path = kept.path
    kept.refresh_from_db()
    assert (kept.name, kept.words, kept.path, kept.digest, kept.size) == ("", "", "", "", 0)
    assert kept.erased_at is not None
    assert content_of(path) is None
    assert signed_in(noreen).get(address(kept)).status_code == 404


def test_the_list_says_quietly_that_there_is_a_picture(here, build, signed_in):
    space, noreen = here
    build.attachment(build.contribution(space, noreen, "With one"))
    build.contribution(space, noreen, "Without")
    page = signed_in(noreen).get(f"/s/{space.slug}/brought/").content.decode()
    assert page.count("with a picture") == 1
    assert "<img" not in page.partition("<main")[2]


def test_a_picture_is_folded_away_with_its_words(here, build, signed_in):
    space, noreen = here
    kept = build.attachment(build.contribution(space, noreen, content_note="blood"))
    page = signed_in(noreen).get(kept.contribution.get_absolute_url()).content.decode()
    folded = page.partition("Before you read: blood</summary>")[2].partition("</details>")[0]
    assert address(kept) in folded
    assert page.count(address(kept)) == 1


def test_seven_files_are_too_many(here, signed_in):
    space, noreen = here
    answered = bring(signed_in(noreen), space, *[upload() for _each in range(7)])
    assert answered.status_code == 422
    assert "At most 6 files" in answered.content.decode()
    assert not Attachment.objects.exists()


def test_there_is_an_end_to_what_one_person_adds_in_a_day(here, build, signed_in):
    space, noreen = here
    words = build.contribution(space, noreen)
    for _each in range(5):
        build.attachment(words)
    Attachment.objects.update(size=30 * 1024 * 1024)
    answered = bring(signed_in(noreen), space, upload())
    assert answered.status_code == 429
    assert not Contribution.objects.exclude(pk=words.pk).exists()
    assert len(kept_files(space)) == 5


def test_someone_assisted_is_helped_with_files_too(here, build, signed_in):
    space, _noreen = here
    bert = build.member(space, "Bert", account=False)
    answered = signed_in(space.opened_by).post(
        f"/s/{space.slug}/brought/write-down/",
        {
            "key": str(uuid.uuid4()), "words": "He drew it.", "attribution": "chosen", "kind": "story",
            "person": str(bert.pk), "channel": "post", "said_on": "2026-03-01", "files": [upload()],
        },
    )  # fmt: skip
    assert answered.status_code == 302
    kept = Attachment.objects.get()
    assert (kept.contribution.author, kept.added_by) == (bert, space.opened_by)
    assert io.BytesIO(content_of(kept.path)).getbuffer().nbytes == kept.size


def test_strangers_send_no_large_files(here, build, signed_in):
    space, _noreen = here
    large = upload(b"x" * (12 * 1024 * 1024))
    assert bring(signed_in(None), space, large).status_code == 413


def test_opening_a_file_of_words_that_few_may_read_is_on_record(build, signed_in):
    space = build.space()
    words = build.contribution(space, build.member(space), state="close")
    kept = build.attachment(words)
    for _each in range(2):
        assert signed_in(space.opened_by).get(address(kept)).status_code == 200
    reading = Reading.objects.get()
    assert (reading.contribution, reading.reader) == (words, space.opened_by)
    signed_in(words.author).get(address(kept))
    assert Reading.objects.count() == 1


def test_an_answer_says_that_a_picture_goes_with_it(here, build, signed_in):
    space, noreen = here
    words = build.contribution(space, noreen)
    build.attachment(build.contribution(space, noreen, "See here", answers=words, verb="builds_on"))
    assert "with a picture" in signed_in(noreen).get(words.get_absolute_url()).content.decode()


def test_a_file_that_was_lost_or_changed_is_found_by_verify(here, build):
    space, noreen = here
    lost = build.attachment(build.contribution(space, noreen))
    changed = build.attachment(build.contribution(space, noreen))
    build.attachment(build.contribution(space, noreen))
    default_storage.delete(lost.path)
    (Path(default_storage.location) / changed.path).write_bytes(b"another")
    found = [each for each in problems() if each.startswith("attachment")]
    assert found == [
        f"attachment {lost.pk}: its file is missing",
        f"attachment {changed.pk}: its file is not the one that was kept",
    ]


def test_what_a_file_was_called_does_not_say_whose_nameless_words_it_goes_with(build, signed_in):
    space = build.space()
    member = build.member(space, "Noreen")
    client = signed_in(build.member(space))
    for attribution, is_told in (("anonymous", False), ("standpoint", False), ("chosen", True)):
        words = build.contribution(space, member, f"Said {attribution}.", attribution=attribution)
        file = build.attachment(
            words, b"A letter.", kind="document", content_type="text/plain", name="letter to Noreen.txt"
        )
        page = client.get(words.get_absolute_url()).content.decode()
        served = client.get(address(file))
        assert served.status_code == 200
        assert address(file) in page
        assert ("letter to Noreen" in page) is is_told
        assert ("Noreen" in served["Content-Disposition"]) is is_told
