"""Several JSON texts as one body, each byte for byte as it came: a JSON text sequence (RFC 7464).

Each text stands between the byte 0x1E and a line feed. Within valid JSON the byte 0x1E cannot occur, so the texts come
out again exactly as they went in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO

MEDIA_TYPE = "application/json-seq"
_MARK = b"\x1e"


def joined(texts: Iterable[bytes]) -> bytes:
    """The texts as a sequence."""
    body = BytesIO()
    for text in texts:
        append(body, text)
    return body.getvalue()


def append(body: BytesIO, text: bytes) -> None:
    """One more text at the end of a sequence in the making, so that of many texts never two copies are about."""
    body.write(_MARK)
    body.write(text)
    body.write(b"\n")


def is_sequence(body: bytes) -> bool:
    """Whether this is such a sequence."""
    return body.startswith(_MARK)


def texts_of(body: bytes) -> Iterator[bytes]:
    """The texts one after the other, so that never two copies are about; a body that is no sequence is the only one."""
    if not is_sequence(body):
        yield body
        return
    start = 0
    while start >= 0:
        end = body.find(_MARK, start + 1)
        yield body[start + 1 : (end if end >= 0 else len(body)) - 1]
        start = end
