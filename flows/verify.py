"""Recomputes what is published: figures from the bytes of their files, file by file, and the marts from the figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.corrections import corrections
from flows.derive import derive
from flows.estimates import estimates
from flows.freshness import expected_rows
from flows.plan import load_plan
from records import Resource
from sources.adapters import adapter, parse_snapshot
from sources.parsed import ParseError
from sources.publishers import Publisher, publishers
from sources.recorded import RecordedResource, recorded
from sources.register import resource_of
from sources.snapshots import Fetch, Outcome, SnapshotError, SnapshotStore
from warehouse.build import Builder
from warehouse.connect import WarehouseError, published
from warehouse.publish import CURRENT, current
from warehouse.verify import PublishedFile, PublishedPart

if TYPE_CHECKING:
    import pandas as pd

    from settings import Settings

_KEYS = {
    "core.correction": ("correction_id",),
    "core.series": ("series_id",),
    "core.observation": ("series_id", "area_code", "period_kind", "period_start", "known_from"),
    "core.kpi": ("kpi_id",),
    "core.kpi_target": ("kpi_id", "version"),
    "core.kpi_path": ("kpi_id", "version", "period"),
    "mart.kpi_progress": ("kpi_id", "period_kind", "period_start", "period_end", "vintage"),
    "mart.kpi_trace": ("kpi_id", "period_kind", "period_start", "period_end", "vintage", "step"),
    "mart.kpi_yardstick": ("kpi_id", "period_kind", "period_start", "period_end", "vintage", "method_key"),
    "mart.kpi_verdict": ("kpi_id",),
    "mart.kpi_latest": ("kpi_id",),
    "mart.series_expected": ("series_id",),
}
_BUILD_ANEW = "run `kpi rebuild`; if it stays, the file was changed after it was published"


class UnreadableError(Exception):
    """A file that figures came from cannot be read again; the message says why and what to do."""


@dataclass
class Verification:
    """What was recomputed, and one sentence for everything that no longer follows."""

    files: int = 0
    figures: int = 0
    without_bytes: int = 0  # compared with our recorded lines, as the publisher's bytes are not held
    rows: int = 0
    failures: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How much was recomputed."""
        return {
            "files": self.files,
            "figures": self.figures,
            "without_bytes": self.without_bytes,
            "rows": self.rows,
        }


def verify_published(settings: Settings) -> Verification:
    """Hold the published file against snapshots, recorded files, register, corrections, strategies and code of today.

    One file is in memory at a time.

    Raises:
        WarehouseError: when nothing is published, or the file cannot be read.
        StrategyError, CatalogError: when these cannot be used.
    """
    warehouse = settings.data_dir / "warehouse"
    manifest = current(warehouse)
    if manifest is None:
        raise WarehouseError(f"there is no published file with a manifest in {warehouse}; run `kpi run`")
    found = Verification()
    files = _Files(settings.data_dir / "snapshots", settings.register_dir)
    with published(warehouse / CURRENT) as connection:
        file = PublishedFile(connection)
        if file.content_hash != manifest.content_hash:
            found.failures.append(f"{manifest.file}: its content is not what was published; {_BUILD_ANEW}")
        for part in file.parts():
            _verify_part(file, part, files, found)
        builder = Builder(connection)
        strategies = [row["strategy_id"] for row in file.rows("core.strategy", ["strategy_id"])]
        plan = load_plan(settings.strategies_dir, strategies[0] if len(strategies) == 1 else None)
        derived = derive(plan, builder.observations, date.fromisoformat(manifest.as_of))
        told = {"core.correction": corrections(settings.corrections_file)} | plan.tables | derived.tables
        told["core.observation"] = estimates(builder).tables["core.observation"]
        told["mart.series_expected"] = expected_rows(builder.newest())
        expected = {table: told.get(table, []) for table in _KEYS}
        for table, rows in expected.items():
            _verify_rows(file, table, rows, found)
        for table, differing in file.differing_in_sql().items():
            if differing:
                found.failures.append(f"{table}: {differing} rows do not follow from the other tables; {_BUILD_ANEW}")
    return found


class _Files:
    """The files of one data folder, read again by today's adapters."""

    def __init__(self, snapshots: Path, register: Path) -> None:
        self.store = SnapshotStore(snapshots)
        self.register = register
        self.fetches = {(f.resource, f.snapshot_id): f for f in self.store.fetches() if f.outcome is Outcome.NEW}

    def rows(self, part: PublishedPart) -> pd.DataFrame:
        """The tidy rows of one file as it is read today.

        Raises:
            UnreadableError: when its bytes, its line in the log of fetches, or its reader are gone.
        """
        match part.acquisition:
            case None:
                raise UnreadableError("no file of that name and SHA-256 is recorded; run `kpi rebuild`")
            case "register":
                return self._of_register(part)
            case "recorded":
                return _recorded_entry(part).rows
            case _:
                return self._of_snapshot(part)

    def _of_register(self, part: PublishedPart) -> pd.DataFrame:
        path = self.register / f"{part.resource_id.partition('/')[2]}.csv"
        if not path.is_file():
            raise UnreadableError(f"{path} is gone; restore it from version control")
        publisher, resource = self._publisher(part), resource_of(path)
        try:
            return adapter(publisher).parse(path.read_bytes(), resource, publisher).rows
        except ParseError as error:
            raise UnreadableError(str(error)) from error

    def _of_snapshot(self, part: PublishedPart) -> pd.DataFrame:
        fetch: Fetch | None = self.fetches.get((part.resource_id, part.snapshot_id))
        if fetch is None:
            raise UnreadableError("the log of fetches has no line about it; restore fetches.jsonl from a backup")
        resource = Resource(
            fetch.resource, fetch.publisher, fetch.dataset, fetch.edition, (), fetch.known_from, fetch.known_from_basis
        )
        try:
            return parse_snapshot(self._publisher(part), self.store, resource, part.snapshot_id).rows
        except (SnapshotError, ParseError) as error:
            raise UnreadableError(str(error)) from error

    @staticmethod
    def _publisher(part: PublishedPart) -> Publisher:
        publisher = publishers().get(part.publisher_id or "")
        if publisher is None:
            raise UnreadableError(f"the catalog has no publisher {part.publisher_id}; restore it or run `kpi run`")
        return publisher


def _verify_part(file: PublishedFile, part: PublishedPart, files: _Files, found: Verification) -> None:
    found.files += 1
    found.figures += part.figures
    found.without_bytes += part.figures if part.acquisition == "recorded" else 0
    try:
        rows = files.rows(part)
    except UnreadableError as error:
        found.failures.append(f"{part.resource_id} ({part.figures:,} figures): {error}")
        return
    by = "known_from" if part.acquisition == "register" else "source_line"  # lines of the register move
    for row in file.not_in(rows, part, by=by):
        said = f"{row['read_again']}" if row["is_there"] else "nothing"
        found.failures.append(
            f"{part.resource_id}: {row['series_id']} {row['area_code']} {row['period']} is published as"
            f" {row['published']}, the file says {said} or says it otherwise; {_remedy(part)}"
        )


def _remedy(part: PublishedPart) -> str:
    publisher = publishers().get(part.publisher_id or "")
    if publisher and part.adapter_version != adapter(publisher).VERSION:
        return f"it was read by version {part.adapter_version} of the adapter: run `kpi run`"
    if part.acquisition == "register":
        return "if the register was changed on purpose, `kpi run` takes it over; else restore it"
    return _BUILD_ANEW


@cache
def _recorded(publisher_id: str) -> dict[tuple[str, str], RecordedResource]:
    return {(entry.resource.id, entry.sha256): entry for entry in recorded(publisher_id)}


def _recorded_entry(part: PublishedPart) -> RecordedResource:
    entry = _recorded(part.publisher_id or "").get((part.resource_id, part.snapshot_id))
    if entry is None:
        raise UnreadableError("it is no longer among the recorded files; run `kpi run`")
    return entry


def _verify_rows(file: PublishedFile, table: str, rows: Sequence[Mapping[str, Any]], found: Verification) -> None:
    """Every row of a table against the row that it should be, by its key."""
    key = _KEYS[table]
    columns = dict.fromkeys(name for row in rows for name in row) or key
    there = {_key(row, key): row for row in file.rows(table, columns)}
    found.rows += len(there)
    for row in rows:
        name = _key(row, key)
        published_row = there.pop(name, None)
        wrong = ["the whole row"] if published_row is None else _differing(row, published_row)
        if wrong:
            found.failures.append(_failure(table, name, ", ".join(wrong)))
    found.failures += [_failure(table, name, "a row that nothing gives") for name in there]


def _failure(table: str, key: Iterable[object], what: str) -> str:
    return (
        f"{table} {' '.join(str(part) for part in key)}: {what}; run `kpi rebuild` (a change of code or strategies"
        " shows here too, until the next run)"
    )


def _key(row: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(_plain(row[name])) for name in names)


def _differing(row: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """``column: recomputed, published`` of every column in which two rows differ."""
    return [
        f"{name}: {_plain(value)} recomputed, {other[name]} published"
        for name, value in row.items()
        if not _equal(_plain(value), other[name])
    ]


def _equal(value: object, other: object) -> bool:
    if isinstance(value, float) and isinstance(other, float):
        return math.isclose(value, other, rel_tol=1e-12)
    return value == other


def _plain(value: object) -> object:
    """A value as the published file holds it: codes as text, tuples as lists."""
    match value:
        case Enum():
            return value.value
        case tuple():
            return list(value)
        case _:
            return value
