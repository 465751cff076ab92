"""A picture, decoded and drawn anew: upright, at most 1600 px, in plain colours, with nothing hidden in it."""

from __future__ import annotations

import io

from PIL import GifImagePlugin, Image, ImageCms, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin
from PIL import WebPImagePlugin as WebP

from coproduce.contributions.attaching.kinds import JPEG, PNG
from coproduce.contributions.attaching.made import Made, Unkept

MOST_PIXELS = 50_000_000
"""Before anything is decoded. A good phone makes 12 million, a good camera 45."""
LONGEST_SIDE = 1600
FEW_COLOURS = 64
_READ_WITH = (GifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebP)


def get_ready() -> None:
    """Load what would otherwise be loaded in the midst of a picture."""
    Image.preinit()
    ImageCms.createProfile("sRGB")


def make(content: bytes, form: str) -> Made:
    """The picture that is kept: a PNG where something can be seen through or there are few colours, else a JPEG."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        picture: Image.Image = Image.open(io.BytesIO(content), formats=(form,))
        if picture.width * picture.height > MOST_PIXELS:
            raise Unkept("picture_too_large")
        picture.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))  # a JPEG is decoded no larger than is needed
        picture.seek(0)
        picture.load()
    except Image.DecompressionBombError:
        raise Unkept("picture_too_large") from None
    if picture.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        _scale(picture)  # before it is turned and coloured: each of these holds it once more
    picture = ImageOps.exif_transpose(_plain(picture))
    _scale(picture)
    return _written(picture)


def _scale(picture: Image.Image) -> None:
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _plain(picture: Image.Image) -> Image.Image:
    """RGB, or RGBA where something can be seen through, in the colours every screen takes for granted."""
    profile, exif = picture.info.get("icc_profile"), picture.info.get("exif")
    seen_through = "A" in picture.getbands() or "transparency" in picture.info
    if picture.mode == "I;16":
        picture = picture.point(lambda value: value / 256).convert("L")
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        picture = _in_plain_colours(picture, profile)
    plain = picture.convert("RGBA" if seen_through else "RGB")
    plain.info = {"exif": exif} if exif else {}
    return plain


def _in_plain_colours(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        done = ImageCms.profileToProfile(picture, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return picture  # a profile that is none: the picture is shown as it is
    return done or picture


def _written(picture: Image.Image) -> Made:
    if picture.mode == "RGBA" and picture.getextrema()[3] == (255, 255):
        picture = picture.convert("RGB")
    is_drawn = picture.mode == "RGBA" or picture.getcolors(FEW_COLOURS) is not None
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    out = io.BytesIO()
    if is_drawn:
        clean.save(out, "PNG", optimize=True)
    else:
        clean.save(out, "JPEG", quality=82, progressive=True, optimize=True)
    return Made("picture", PNG if is_drawn else JPEG, out.getvalue(), clean.width, clean.height)
