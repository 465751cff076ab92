"""What becomes of files that are sent: by the process that makes them anew, on real and on hostile files."""

import io
import json
import subprocess
import sys
import time
import zipfile

import av
import pikepdf
import pytest
from PIL import Image

from coproduce.contributions.attaching.made import Unkept
from coproduce.contributions.attaching.making import SENTENCES, make
from tests.contributions import sent_files as sent

pytestmark = pytest.mark.slow

MOST_MEMORY = 600 * 1024
"""Kilobytes that the process may hold at any moment, whatever it is sent."""


def made(content):
    return make(io.BytesIO(content))


def refused(content):
    with pytest.raises(Unkept) as why:
        made(content)
    assert why.value.code in SENTENCES
    return why.value.code


def peak(content):
    """(kilobytes at the most, seconds) of the process itself."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-I", "-m", "coproduce.contributions.attaching"],
        input=content, capture_output=True, check=True, env={},
    )  # fmt: skip
    return json.loads(done.stdout.partition(b"\n")[0])["peak"], time.monotonic() - began


def test_a_photo_loses_where_and_with_what_it_was_taken():
    content = sent.photo()
    assert sent.PLACE in content
    kept = made(content)
    assert (kept.kind, kept.content_type) == ("picture", "image/jpeg")
    assert (kept.width, kept.height) == (800, 600)
    picture = Image.open(io.BytesIO(kept.content))
    assert not picture.getexif()
    assert sent.PLACE not in kept.content
    assert sent.DEVICE.encode() not in kept.content
    assert b"Exif" not in kept.content


def test_a_photo_stands_upright_and_is_no_larger_than_a_page_shows():
    kept = made(sent.photo(turned=True))
    assert (kept.width, kept.height) == (600, 800)
    large = made(sent.encoded(sent.noise(2400, 1800), "WEBP"))
    assert (large.width, large.height) == (1600, 1200)


@pytest.mark.parametrize(
    ("picture", "form", "kept_as"),
    [
        (Image.new("RGBA", (50, 50), (200, 0, 0, 100)), "PNG", "image/png"),
        (Image.new("RGB", (50, 50), (200, 0, 0)), "PNG", "image/png"),
        (Image.new("P", (50, 50), 3), "GIF", "image/png"),
        (sent.noise(), "PNG", "image/jpeg"),
        (sent.noise().convert("CMYK"), "JPEG", "image/jpeg"),
        (Image.new("I;16", (50, 50), 40_000), "PNG", "image/png"),
        (Image.new("LA", (50, 50), (90, 30)), "PNG", "image/png"),
    ],
)
def test_pictures_of_every_kind_are_drawn_anew(picture, form, kept_as):
    kept = made(sent.encoded(picture, form))
    assert kept.content_type == kept_as
    assert Image.open(io.BytesIO(kept.content)).mode in ("RGB", "RGBA")


def test_colours_are_those_that_every_screen_takes_for_granted():
    kept = made(sent.wide_colours())
    assert "icc_profile" not in Image.open(io.BytesIO(kept.content)).info


def test_of_a_picture_that_moves_the_first_is_kept():
    moving = io.BytesIO()
    first, second = Image.new("RGB", (20, 20), "red"), Image.new("RGB", (20, 20), "blue")
    first.save(moving, "GIF", save_all=True, append_images=[second])
    kept = Image.open(io.BytesIO(made(moving.getvalue()).content)).convert("RGB")
    assert kept.getpixel((5, 5)) == (255, 0, 0)
    assert getattr(kept, "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("form", "codec"),
    [("wav", "pcm_s16le"), ("mp3", "libmp3lame"), ("webm", "libopus"), ("ogg", "libopus"),
     ("ipod", "aac"), ("flac", "flac"), ("adts", "aac"), ("mp4", "aac")],
)  # fmt: skip
def test_sound_of_every_kind_becomes_one_that_every_browser_plays(form, codec):
    kept = made(sent.recording(2, form, codec, title="Noreen at the clinic", location="+52.2+000.1"))
    assert (kept.kind, kept.content_type) == ("sound", "audio/mpeg")
    assert kept.seconds == 2
    assert b"Noreen" not in kept.content
    with av.open(io.BytesIO(kept.content)) as heard:
        stream = heard.streams.audio[0]
        assert (stream.codec_context.name, stream.channels, stream.rate) == ("mp3float", 1, 44100)
        assert not heard.metadata


def test_what_is_too_long_to_listen_to_is_refused():
    assert refused(sent.silence(30 * 60 + 5)) == "sound_too_long"


def test_films_are_refused_kindly():
    assert refused(sent.film()) == "video"


def test_a_pdf_neither_acts_nor_tells():
    content = sent.pdf()
    assert b"JavaScript" in content
    kept = made(content)
    assert kept.content_type == "application/pdf"
    with pikepdf.open(io.BytesIO(kept.content)) as read:
        assert len(read.pages) == 1
        assert "/OpenAction" not in read.Root
        assert "/Info" not in read.trailer
        assert "/Metadata" not in read.Root
        assert not read.attachments
        said = [str(each) for each in read.pages[0].Annots[0].A.values()]
        assert "https://example.org/leaflet" in said
        assert str(read.pages[0].Annots[2].Contents) == "A remark"
        assert "/S" not in read.pages[0].Annots[1].get("/A", {})
        whole = b"".join(each.read_raw_bytes() for each in read.objects if isinstance(each, pikepdf.Stream))
        assert b"Exif" not in whole
        assert sent.PLACE not in whole
        read.save(unpacked := io.BytesIO(), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    for word in (b"JavaScript", b"alert", b"Noreen", b"inner", b"Launch", b"cmd.exe"):
        assert word not in unpacked.getvalue(), word


def test_a_pdf_behind_a_password_is_refused():
    locked = pikepdf.Encryption(owner="a", user="b")
    assert refused(sent.pdf(encryption=locked)) == "locked"
    assert refused(sent.pdf(encryption=pikepdf.Encryption(owner="a", user=""))) == "locked"


def test_a_word_file_keeps_its_text_and_nobody_s_name():
    kept = made(sent.docx())
    with zipfile.ZipFile(io.BytesIO(kept.content)) as folder:
        whole = b"".join(folder.read(name) for name in folder.namelist())
        assert "docProps/core.xml" not in folder.namelist()
    assert b"The lift was broken" in whole
    assert b"https://example.org/" in whole
    for word in (b"Noreen", b"evil.example", b"passwd", b"00AB12", b"2026-01-01", sent.PLACE, b"docProps"):
        assert word not in whole, word


def test_an_open_document_keeps_its_text_and_nobody_s_name():
    kept = made(sent.odt())
    with zipfile.ZipFile(io.BytesIO(kept.content)) as folder:
        assert folder.namelist()[0] == "mimetype"
        assert folder.infolist()[0].compress_type == zipfile.ZIP_STORED
        whole = b"".join(folder.read(name) for name in folder.namelist())
    assert b"The lift was broken" in whole
    assert b"https://example.org/" in whole
    for word in (b"Noreen", b"evil.example", b"o:script"):
        assert word not in whole, word


def test_plain_text_stays_as_it_is():
    assert made("One\r\ntwo “é” 👩‍⚕️".encode()).content == "One\ntwo “é” 👩‍⚕️".encode()


PNG = sent.encoded(Image.new("RGB", (40, 40), "red"), "PNG")
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (HTML, "unknown"),
        (b"\xef\xbb\xbf  <SVG onload=alert(1)>", "unknown"),
        (b"<?xml version='1.0'?><svg/>", "unknown"),
        (b"MZ\x90\x00program", "unknown"),
        (b"#!/bin/sh\x00", "unknown"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n\x01", "unknown"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "photo"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "old_office"),
        (b"{\\rtf1 hello}", "rich_text"),
        (PNG[:40], "broken"),
        (sent.photo()[:2000], "broken"),
        (b"%PDF-1.7\nnothing", "broken"),
        (b"%PDF-1.7\n" + HTML, "broken"),
        (b"\xff\xd8\xff\xe0" + HTML, "broken"),
        (b"ID3" + b"\xff" * 300, ("broken", "no_sound")),
        (b"OggS" + b"\0" * 300, ("broken", "no_sound")),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", ("broken", "no_sound")),
        (b"\0\0\0\x18ftypM4A \0\0\0\0" + HTML, ("broken", "no_sound")),
        (b"PK\x03\x04" + b"\0" * 100, "broken"),
        (sent.zipped({"a.txt": "x"}), "unknown"),
        (sent.docx(**{"word/vbaProject.bin": b"x"}), "macros"),
        (sent.docx(**{"[Content_Types].xml": sent.TYPES.replace(".main+xml", ".macroEnabled.main+xml")}), "macros"),
        (sent.docx(**{"../../../../tmp/escaped": b"x"}), "broken"),
        (sent.docx(**{"/etc/passwd": b"x"}), "broken"),
        (sent.docx(**{"word/a.xml": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'}), "broken"),
        (
            sent.docx(
                **{"word/a.xml": '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><x>&b;</x>'}
            ),
            "broken",
        ),
        (sent.many_parts(), "too_much"),
    ],
)
def test_what_is_none_of_these_or_broken_is_refused_clearly(content, code):
    assert refused(content) in ((code,) if isinstance(code, str) else code)


def test_what_is_larger_than_twenty_megabytes_is_refused():
    assert refused(PNG + b"\0" * (20 * 1024 * 1024)) == "too_large"


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a" + sent.encoded(Image.new("P", (9, 9)), "GIF")[6:] + HTML,
        sent.photo() + sent.docx(),
        sent.photo() + HTML,
        PNG + b"PK\x03\x04" + HTML,
        sent.pdf() + HTML,
        HTML.replace(b"<!doctype html>", b"%PDF-1.4 ") + sent.pdf(),
    ],
)
def test_of_files_that_are_two_things_at_once_only_one_is_left(content):
    kept = made(content)
    assert b"<script>" not in kept.content
    assert b"PK\x03\x04" not in kept.content


def test_a_recording_that_names_another_file_reads_none():
    playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    kept = made(playlist)
    assert (kept.kind, kept.content) == ("document", playlist)
    concat = b"ffconcat version 1.0\nfile /etc/passwd\n"
    assert made(concat).kind == "document"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (sent.huge_png, "picture_too_large"),
        (sent.lying_png, None),
        (sent.zip_bomb, ("too_much",)),
        (lambda: sent.encoded(Image.new("RGBA", (7000, 7000), (1, 2, 3, 90)), "PNG"), None),
    ],
)
def test_no_file_takes_more_memory_or_time_than_there_is(content, code):
    content = content()
    kilobytes, seconds = peak(content)
    assert 0 < kilobytes < MOST_MEMORY
    assert seconds < 30
    if code is not None:
        assert refused(content) in ((code,) if isinstance(code, str) else code)


def test_the_process_can_open_nothing():
    """Not a file, not a connection, once it has begun: what a hostile file might talk a library into fails."""
    tried = (
        "import socket\n"
        "from coproduce.contributions.attaching import __main__ as process\n"
        "process.give_up_rights()\n"
        "for act in (lambda: open('/etc/passwd'), socket.socket, lambda: process.os.pipe()):\n"
        "    try:\n"
        "        act()\n"
        "    except OSError:\n"
        "        print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", tried], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["refused"] * 3
