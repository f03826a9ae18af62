"""Figures that no publisher served tonight: the register and the recorded files, gated together before anything else.

Every rule costs Great Expectations its time once a gate, so one gate for all of them is what keeps a night short.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clock import TOKYO
from flows.checking import Bundle, Checker, check_bundles
from flows.night import Night
from sources.parsed import ParseError
from sources.publishers import publishers, source_ids
from sources.recorded import RecordedResource, recorded, recorded_file
from sources.register import RegisterError, resource_of
from sources.snapshots import Outcome
from sources.tidy import from_file, stacked

if TYPE_CHECKING:
    import pandas as pd


def check_unserved(night: Night) -> int:
    """Step: check the register and the recorded figures that tonight will need; gives how many bundles there are.

    A publisher whose files all came needs no recorded figures. One whose file is refused later needs them after all:
    then its own step checks them.
    """
    came = {fetch.resource for fetch in night.store.fetches() if fetch.outcome is Outcome.NEW}
    bundles = []
    for publisher in (publishers()[source] for source in source_ids()):
        checker = Checker(publisher, night.parts)
        if publisher.adapter == "register":
            hashes = {path: file_hash(path) for path in register_files(night)}
            bundles += [register_bundle(checker, hashes)] if hashes else []
            continue
        entries = recorded(publisher.id)
        if any(entry.resource.id not in came for entry in entries):
            bundles.append(recorded_bundle(checker, entries))
    return len(check_bundles(bundles))


def register_files(night: Night) -> list[Path]:
    """The files of the register, in the order of their names."""
    return sorted(night.register_dir.glob("*.csv"))


def register_bundle(checker: Checker, hashes: Mapping[Path, str]) -> Bundle:
    """The hand-kept figures of these files, each with its hash."""
    fingerprint = " ".join(f"{path.stem}:{content}" for path, content in hashes.items())
    return Bundle(checker, "register", fingerprint, lambda: _register_rows(checker, hashes))


def recorded_bundle(checker: Checker, entries: Sequence[RecordedResource]) -> Bundle:
    """The recorded figures of a publisher."""
    name = checker.publisher.id
    return Bundle(checker, f"{name}/recorded", file_hash(recorded_file(name)), lambda: _recorded_rows(entries))


def file_hash(path: Path) -> str:
    """SHA-256 of a file of ours."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _register_rows(checker: Checker, hashes: Mapping[Path, str]) -> pd.DataFrame:
    import pandas as pd

    columns = []
    for path, content in hashes.items():
        resource = resource_of(path)
        try:
            parsed = checker.adapter.parse(path.read_bytes(), resource, checker.publisher)
        except ParseError as error:  # a slip of the one who keeps it, and no publisher's trouble: the night ends
            raise RegisterError(str(error)) from error
        columns.append(dict(from_file(parsed.rows, resource.id, content)))
    return pd.DataFrame(stacked(columns))


def _recorded_rows(entries: Sequence[RecordedResource]) -> pd.DataFrame:
    import pandas as pd

    columns = []
    for entry in entries:
        compiled = pd.Timestamp(entry.compiled_on, tz=TOKYO).tz_convert("UTC").as_unit("s")
        columns.append(dict(from_file(entry.rows, entry.resource.id, entry.sha256).assign(first_seen=compiled)))
    return pd.DataFrame(stacked(columns))
