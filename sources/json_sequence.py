"""Several JSON texts in one file, each byte for byte as it came: a JSON text sequence (RFC 7464).

Each text stands between the byte 0x1E and a line feed. Within valid JSON the byte 0x1E cannot occur, so the texts come
out again exactly as they went in. They may be many: they go in and come out one at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

MEDIA_TYPE = "application/json-seq"
_MARK = b"\x1e"
_CHUNK = 2**16


def append(file: BinaryIO, text: bytes) -> None:
    """One more text at the end of a sequence in the making."""
    file.write(_MARK)
    file.write(text)
    file.write(b"\n")


def unwrap(file: BinaryIO) -> None:
    """Leave of a sequence of one text the text alone."""
    (text,) = texts_of(file)
    file.seek(0)
    file.truncate()
    file.write(text)


def is_sequence(file: BinaryIO) -> bool:
    """Whether this is such a sequence."""
    file.seek(0)
    return file.read(1) == _MARK


def texts_of(file: BinaryIO) -> Iterator[bytes]:
    """The texts one after the other; what is no sequence is the only one."""
    if not is_sequence(file):
        file.seek(0)
        yield file.read()
        return
    for start, end in pairwise([*_marks(file), file.tell()]):
        file.seek(start + 1)
        yield file.read(end - start - 2)


def _marks(file: BinaryIO) -> Iterator[int]:
    """Where texts begin; the file is read to its end."""
    file.seek(0)
    at = 0
    while chunk := file.read(_CHUNK):
        found = chunk.find(_MARK)
        while found >= 0:
            yield at + found
            found = chunk.find(_MARK, found + 1)
        at += len(chunk)
