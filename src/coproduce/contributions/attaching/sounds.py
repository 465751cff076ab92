"""A recording, decoded and written anew as MP3: one voice, 64 kbit/s, played by every browser.

MP3 and not AAC: browsers built without licensed parts play it too, its length is known without an index at the end,
and its patents have ended.
"""

from __future__ import annotations

import io
from typing import Any

import av
import av.audio.stream
import av.error
import av.subtitles.stream
import av.video.stream

from coproduce.contributions.attaching.kinds import LONGEST_SOUND, MP3
from coproduce.contributions.attaching.made import Made, Unkept

RATE = 44_100
BITS = 64_000
_ALONE = {"protocol_whitelist": "none", "enable_drefs": "0"}
"""A container may name other files or addresses to read from: none is."""


def make(content: bytes, form: str) -> Made:
    """The recording that is kept. A film is refused, a picture on the cover of an album is left out."""
    out = io.BytesIO()
    try:
        with av.open(io.BytesIO(content), format=form, options=_ALONE, metadata_errors="replace") as found:
            heard = _only_sound(found)
            with av.open(out, "w", format="mp3", options={"id3v2_version": "0", "write_xing": "1"}) as written:
                samples = _write(found, heard, written)
    except av.error.FFmpegError:
        raise Unkept("broken") from None
    if not samples:
        raise Unkept("no_sound")
    return Made("sound", MP3, out.getvalue(), seconds=max(1, round(samples / RATE)))


def _only_sound(found: Any) -> Any:
    for stream in found.streams.video:
        if not stream.disposition & av.stream.Disposition.attached_pic:
            raise Unkept("video")
    if not found.streams.audio:
        raise Unkept("no_sound")
    return found.streams.audio[0]


def _write(found: Any, heard: Any, written: Any) -> int:
    """How many samples were written. Length is counted, not believed."""
    heard.codec_context.thread_count = 1
    to = written.add_stream("libmp3lame", rate=RATE, layout="mono")
    to.bit_rate = BITS
    resampler = av.AudioResampler(format="s16p", layout="mono", rate=RATE, frame_size=1152)
    samples = 0
    for frame in _frames(found, heard):
        for piece in resampler.resample(frame):
            samples += piece.samples
            if samples > LONGEST_SOUND * RATE:
                raise Unkept("sound_too_long")
            piece.pts = None
            written.mux(to.encode(piece))
    written.mux(to.encode(None))
    return samples


def _frames(found: Any, heard: Any) -> Any:
    """Every frame that can be decoded, then None. A piece that is broken is passed over, as a player does."""
    for packet in found.demux(heard):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue
    yield None
