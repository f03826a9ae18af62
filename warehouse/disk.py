"""What the disk is asked for: to have what must outlive a power cut, and to say where it was when it fails."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OF_THE_DISK = (errno.EDQUOT, errno.EIO, errno.ENOSPC)


@contextmanager
def place_named(folder: Path) -> Iterator[None]:
    """Let an error of the disk that names no file, as a full disk names none, name this folder."""
    try:
        yield
    except OSError as error:
        if error.errno in _OF_THE_DISK and error.filename is None:
            error.filename = str(folder)
        raise


def to_disk(*paths: Path) -> None:
    """Wait until the disk has these files, or the names in these folders."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
