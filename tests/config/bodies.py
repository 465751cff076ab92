"""What an answer says, whatever it is made of."""

import io
import zipfile


def readable(body):
    """The text of an answer: what is in an archive unpacked, what is no text as far as it can be read."""
    if body.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(body))
        body = b"\n".join([archive.read(name) for name in archive.namelist()])
    return body.decode("utf-8", "replace")
