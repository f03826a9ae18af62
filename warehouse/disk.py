"""What must outlive a power cut is on the disk before it gets its name."""

from __future__ import annotations

import os
from pathlib import Path


def to_disk(*paths: Path) -> None:
    """Wait until the disk has these files, or the names in these folders."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
