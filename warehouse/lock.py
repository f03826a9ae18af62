"""One writer per data folder.

The kernel's own file lock decides, so an owner that died, however it died, has already let go. What stands in the
file (pid and start) is for people: who holds it now, or whose place was taken over.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from warehouse.disk import place_named

_FILE = "writer.lock"
_A_LOOK = 0.1  # seconds; far longer than a look at the lock takes
_log = logging.getLogger(__name__)


class LockedError(RuntimeError):
    """The data folder is not to be had, as a rule because another run holds it; the message says which."""


@contextmanager
def writer_lock(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for writing until the block ends; an error of its disk that names no file names the folder.

    Raises:
        LockedError: when a living run holds it, or nobody can.
    """
    with place_named(data_dir), _held(data_dir / _FILE):
        yield


@contextmanager
def _held(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _take(descriptor, path)
        if previous := _owner(path):
            _log.warning("took over the lock of a run that ended without letting go (%s)", previous)
        owner = {"pid": os.getpid(), "started_at": datetime.now(UTC).isoformat(timespec="seconds")}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(owner).encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)  # let go in good order, even if the run failed
    finally:
        os.close(descriptor)


def holder(data_dir: Path) -> str | None:
    """Who holds the data folder at this moment; None when nobody does.

    To look, the lock is shared for an instant; a run that begins in that very instant tries again.
    """
    try:
        descriptor = os.open(data_dir / _FILE, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _owner(data_dir / _FILE) or "owner unknown"
    finally:
        os.close(descriptor)
    return None


def _take(descriptor: int, path: Path) -> None:
    """Lock the file, or find it locked twice: once may be somebody who only looks at who holds it."""
    for wait in (_A_LOOK, 0):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(wait)
        except OSError as error:
            raise LockedError(
                f"{path.parent} cannot be locked ({error.strerror}); keep the data folder on a local disk"
            ) from error
        else:
            return
    owner = _owner(path) or "owner unknown"
    raise LockedError(f"another run holds {path.parent} ({owner}); wait for it or stop it")


def _owner(path: Path) -> str:
    try:
        owner = json.loads(path.read_text(encoding="utf-8"))
        return f"pid {owner['pid']}, started {owner['started_at']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
