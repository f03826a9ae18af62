"""Recorded figures: what publishers' files said when ``compile_recorded`` read them, for nights without a network.

``sources/recorded/<publisher>.csv`` holds one line a figure: where it comes from, then the tidy row itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from records import ROW_COLUMNS, KnownFromBasis, Resource
from sources.tidy import tidy_rows

if TYPE_CHECKING:
    import pandas as pd

RECORDED_DIR = Path(__file__).parent / "recorded"
PROVENANCE_COLUMNS: tuple[str, ...] = (
    "resource",
    "publisher",
    "dataset",
    "edition",
    "url",
    "sha256",  # of the file that was compiled
    "compiled_on",
    "copy_note",  # how that file differs from the published one, else empty
)


# What an adapter says of a figure; the rest of ``records.ROW_COLUMNS`` is filled in by the night itself.
_NUMBERS = ("value", "value_low", "value_high")
RECORDED_COLUMNS = tuple(name for name in ROW_COLUMNS if name not in {"first_seen", "resource_id", "snapshot_id"})


@dataclass(frozen=True)
class RecordedResource:
    """The recorded figures of one published file.

    Attributes:
        resource: the file, under the id and address that a live night uses.
        sha256: fingerprint of the file that was compiled.
        compiled_on: the day on which it was compiled.
        copy_note: how that file differs from the published one, else empty.
        rows: ``records.ROW_COLUMNS``, of the areas of interest only.
    """

    resource: Resource
    sha256: str
    compiled_on: date
    copy_note: str
    rows: pd.DataFrame


def recorded_file(publisher_id: str) -> Path:
    """Where the recorded figures of a publisher are; the file need not exist."""
    return RECORDED_DIR / f"{publisher_id}.csv"


def recorded(publisher_id: str) -> list[RecordedResource]:
    """The recorded files of a publisher in the order of their ids; empty when none are recorded."""
    path = recorded_file(publisher_id)
    return list(_read(path, path.stat().st_mtime_ns)) if path.exists() else []


@lru_cache(maxsize=8)  # a night needs them before it knows what publishers served, and after
def _read(path: Path, changed_at: int) -> tuple[RecordedResource, ...]:  # noqa: ARG001 - a changed file is read anew
    lines = read_text_csv(path)
    rows = tidy_rows({name: _numbers(lines[name]) if name in _NUMBERS else lines[name] for name in RECORDED_COLUMNS})
    groups = lines.groupby("resource", sort=True).indices
    return tuple(_one(str(name), lines.iloc[at[0]], rows.iloc[at]) for name, at in groups.items())


def read_text_csv(path: Path) -> pd.DataFrame:
    """A CSV file of ours with every cell as text and nothing read as missing."""
    import pandas as pd

    return pd.read_csv(path, dtype="str", keep_default_na=False, na_filter=False)


def _numbers(texts: pd.Series[str]) -> pd.Series[float]:
    import pandas as pd

    numbers: pd.Series[float] = pd.to_numeric(texts)
    return numbers


def _one(resource_id: str, first: pd.Series[str], rows: pd.DataFrame) -> RecordedResource:
    resource = Resource(
        id=resource_id,
        publisher=first["publisher"],
        dataset=first["dataset"],
        edition=first["edition"],
        urls=(first["url"],),
        known_from=date.fromisoformat(first["known_from"]),
        known_from_basis=KnownFromBasis(first["known_from_basis"]),
    )
    return RecordedResource(
        resource=resource,
        sha256=first["sha256"],
        compiled_on=date.fromisoformat(first["compiled_on"]),
        copy_note=first["copy_note"],
        rows=rows.reset_index(drop=True),
    )
