"""What publishers sent, byte by byte and never edited, and one line about every time that we asked.

Bytes lie under their SHA-256 in ``bytes/<2>/<62>``; ``fetches.jsonl`` tells when, from where and with what outcome.
These two are the raw material from which everything else can be built again, so both survive a crash at any moment.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from io import BufferedRandom, BufferedReader
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from records import KnownFromBasis


class Outcome(StrEnum):
    """How one fetch ended."""

    NEW = "new"  # content that was not the last good one, accepted by the guards so far
    UNCHANGED = "unchanged"  # status 304, or 200 with the bytes that we have
    NOT_OUT = "not_out"  # the publisher has not put it out yet
    REFUSED = "refused"  # kept for study, not used
    FAILED = "failed"  # nothing came


_GOOD = (Outcome.NEW, Outcome.UNCHANGED)
_UNFINISHED = "unfinished-"  # no id begins like that, so nothing ever takes what a crash left for data


class SnapshotError(Exception):
    """The store itself is damaged or incomplete; the message names file and remedy."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One attempt to fetch one resource.

    Attributes:
        url: the address that answered (or was tried last), secrets removed.
        fetched_at: aware, UTC.
        status: HTTP status, None when there was no answer, or none was needed because the publisher lists what was
            updated.
        snapshot_id: SHA-256 of the bytes in hex, None when none came.
        size: of those bytes.
        reason: for people, empty when all is well.
        known_from: the day on which this content became public, and ``known_from_basis`` why we think so.
    """

    resource: str
    publisher: str
    dataset: str
    edition: str
    url: str
    fetched_at: datetime
    status: int | None
    outcome: Outcome
    snapshot_id: str | None
    size: int
    media_type: str | None
    etag: str | None
    last_modified: str | None
    licence: str
    adapter_version: str
    reason: str
    known_from: date
    known_from_basis: KnownFromBasis

    def __post_init__(self) -> None:
        """Refuse a time without its zone."""
        if self.fetched_at.tzinfo is None:
            raise ValueError(f"fetched_at of {self.resource} has no time zone")


_FETCH = TypeAdapter(Fetch)


class SnapshotStore:
    """The snapshots of one data folder. Safe for several threads and processes; the history is read once an object.

    Args:
        root: folder of the store; made on the first write.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._bytes = root / "bytes"
        self._log = root / "fetches.jsonl"
        self._history: list[Fetch] | None = None
        self._of_resource: defaultdict[str, list[Fetch]] = defaultdict(list)
        self._lock = threading.RLock()

    def keep(self, body: bytes) -> str:
        """Write the bytes down for good and return their id. Bytes that are there already are not written again."""
        with self.draft() as file:
            file.write(body)
            return self.keep_draft(file)

    @contextmanager
    def draft(self) -> Iterator[BufferedRandom]:
        """A file for content that is still coming, and may be too much to be held at once; gone if it is not kept."""
        self._bytes.mkdir(parents=True, exist_ok=True)
        unfinished = self._bytes / f"{_UNFINISHED}{uuid4().hex}"
        try:
            with unfinished.open("w+b") as file:
                yield file
        except OSError as error:
            if error.filename:
                raise
            raise OSError(error.errno, error.strerror, str(self._bytes)) from error  # a full disk names no file
        finally:
            unfinished.unlink(missing_ok=True)

    def keep_draft(self, file: BufferedRandom) -> str:
        """Keep what was written into a draft, as :meth:`keep` does."""
        snapshot_id = _sha256(file)
        path = self.path(snapshot_id)
        if not self.holds(snapshot_id):
            path.parent.mkdir(parents=True, exist_ok=True)
            _to_disk(file)
            Path(file.name).replace(path)
            _folder_to_disk(path.parent)
        return snapshot_id

    def discard_drafts(self) -> None:
        """Remove what interrupted runs left; for a caller that knows that no other run is at work."""
        for unfinished in self._bytes.glob(f"{_UNFINISHED}*"):
            unfinished.unlink(missing_ok=True)

    def holds(self, snapshot_id: str) -> bool:
        """Whether the bytes of this id are there, and still what was kept."""
        try:
            with self.opened(snapshot_id):
                return True
        except SnapshotError:
            return False

    @contextmanager
    def opened(self, snapshot_id: str) -> Iterator[BufferedReader]:
        """The file of one snapshot at its beginning, checked against its id.

        Raises:
            SnapshotError: when the file is missing or not what was kept.
        """
        path = self.path(snapshot_id)
        remedy = "restore it from a backup, or fetch it anew with `kpi run`"
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise SnapshotError(f"{path}: this snapshot is missing; {remedy}") from None
        with file:
            if _sha256(file) != snapshot_id:
                raise SnapshotError(f"{path}: damaged, the bytes are not those that were kept; {remedy}")
            file.seek(0)
            yield file

    def read(self, snapshot_id: str) -> bytes:
        """The bytes of one snapshot, all at once; raises as :meth:`opened` does."""
        with self.opened(snapshot_id) as file:
            return file.read()

    def path(self, snapshot_id: str) -> Path:
        """Where the bytes of this id are or would be."""
        return self._bytes / snapshot_id[:2] / snapshot_id[2:]

    def record(self, fetch: Fetch) -> None:
        """Append one fetch to the history; on disk when this returns."""
        line = _FETCH.dump_json(fetch) + b"\n"
        with self._lock:
            before = self._loaded()
            with self._log_for_writing() as file:
                file.write(line)
                _to_disk(file)
            before.append(fetch)
            self._of_resource[fetch.resource].append(fetch)

    def fetches(self) -> list[Fetch]:
        """Every fetch so far, oldest first.

        Raises:
            SnapshotError: for a line that cannot be read. A last line cut by a crash is no error and does not count.
        """
        with self._lock:
            return list(self._loaded())

    def check_log(self) -> None:
        """Without its log, what was kept would be fetched again and dated anew.

        Raises:
            SnapshotError: when there are kept bytes and no fetch is on record, or a line cannot be read.
        """
        if not self.fetches() and any(path.is_file() for path in self._bytes.glob("??/*")):
            raise SnapshotError(
                f"{self._log}: this log is gone, and with it when and from where the bytes beside it came; restore the "
                f"file from a backup, or, to begin anew, remove {self._bytes} too"
            )

    def last_attempt(self, resource_id: str) -> Fetch | None:
        """The newest fetch of a resource, however it ended."""
        return next(self._newest_first(resource_id), None)

    def last_good(self, resource_id: str, *, refused: Collection[str] = ()) -> Fetch | None:
        """The newest fetch of a resource whose content counts; its marks are the freshest that we have.

        ``refused`` are ids of contents that did not count when they were read.
        """
        good = (fetch for fetch in self._newest_first(resource_id) if fetch.outcome in _GOOD)
        return next((fetch for fetch in good if fetch.snapshot_id not in refused), None)

    def last_answer(self, resource_id: str) -> Fetch | None:
        """The newest fetch of a resource whose content counts and for which it was really asked."""
        good = (fetch for fetch in self._newest_first(resource_id) if fetch.outcome in _GOOD)
        return next((fetch for fetch in good if fetch.status is not None), None)

    def _newest_first(self, resource_id: str) -> Iterator[Fetch]:
        with self._lock:
            self._loaded()
            return reversed(self._of_resource.get(resource_id, []))

    def _loaded(self) -> list[Fetch]:
        if self._history is None:
            self._history = list(self._read_log())
            for fetch in self._history:
                self._of_resource[fetch.resource].append(fetch)
        return self._history

    def _read_log(self) -> Iterator[Fetch]:
        if not self._log.exists():
            return
        *lines, _ = self._log.read_bytes().split(b"\n")  # what follows the last line end was never finished
        for number, line in enumerate(lines, start=1):
            try:
                yield _FETCH.validate_json(line)
            except ValidationError as error:
                what = error.errors()[0]["msg"]
                message = f"{self._log}, line {number}: not a fetch record ({what}); restore the file from a backup"
                raise SnapshotError(message) from error

    @contextmanager
    def _log_for_writing(self) -> Iterator[BinaryIO]:
        """The history, locked against other processes, at its end and without a line that a crash has cut."""
        self.root.mkdir(parents=True, exist_ok=True)
        with self._log.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            end = _end_of_last_line(file)
            if end != file.seek(0, os.SEEK_END):
                file.truncate(end)
            yield file


def _end_of_last_line(file: BinaryIO) -> int:
    """Position behind the last line end."""
    position = file.seek(0, os.SEEK_END)
    while position:
        start = max(0, position - 2**12)
        file.seek(start)
        found = file.read(position - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        position = start
    return 0


def _sha256(file: BufferedReader | BufferedRandom) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _folder_to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
