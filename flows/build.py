"""Steps: is there anything new, build the file aside, check the marts, publish by a flip."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from expectations.gate import Published, check_marts
from flows import freshness
from flows.corrections import check_corrections, corrections
from flows.derive import derive
from flows.estimates import estimates
from flows.kept import lost_history
from flows.night import Night
from flows.plan import Plan, load_plan
from flows.prepare import SourceReport
from flows.run_record import RunRecord, past_runs
from records import CheckResult
from settings import PROJECT_ROOT
from sources.areas import AREA_FILES
from transforms.status import Status
from warehouse import read
from warehouse.build import Builder, building
from warehouse.connect import WarehouseError
from warehouse.content import OBSERVATIONS, content_hash, gate_frames, row_counts
from warehouse.parts import PartStore
from warehouse.past import keep
from warehouse.publish import Manifest, aside, clear_left_overs, current, publish, published_files

_ROOMS = ("sources", "expectations", "transforms", "warehouse", "flows")


class BuildRefusedError(RuntimeError):
    """The new file did not pass its last check; nothing was published."""


@dataclass(frozen=True)
class Built:
    """A file built aside, closed and checked, ready for the flip; ``record`` is the run's as it stands inside."""

    path: Path
    manifest: Manifest
    results: tuple[CheckResult, ...]
    record: RunRecord


def inputs_fingerprint(night: Night, sources: Sequence[SourceReport]) -> str:
    """Fingerprint of all that a build rests on: figures and how they came, corrections, areas, strategies, code."""
    digest = hashlib.sha256(_code_fingerprint().encode())
    digest.update(load_plan(night.strategies_dir, night.strategy).fingerprint.encode())
    for path in (night.corrections_file, *AREA_FILES):
        digest.update(path.read_bytes())
    for source in sources:
        for line in source.content:
            digest.update(f"{source.publisher_id} {line}\n".encode())
    return digest.hexdigest()


def nothing_new(night: Night, inputs: str) -> Manifest | None:
    """The published manifest when it rests on the same inputs and the calendar changes nothing; else None."""
    published = current(night.warehouse)
    if published is None or published.inputs != inputs:
        return None
    expired = published.valid_until and night.today >= date.fromisoformat(published.valid_until)
    return None if expired else published


def build(night: Night, sources: Sequence[SourceReport], inputs: str, run: RunRecord) -> Built:
    """Build the new file aside and check its marts.

    Raises:
        BuildRefusedError: when a mart rule stops it.
        StrategyError, CorrectionError: when a strategy, or a correction, cannot be used.
    """
    night.warehouse.mkdir(parents=True, exist_ok=True)
    clear_left_overs(night.warehouse)
    path = aside(night.warehouse, night.run_id)
    plan = load_plan(night.strategies_dir, night.strategy)
    with building(path) as builder:
        results = _load_core(builder, night, sources, plan)
        derived = derive(plan, builder.observations, night.today)
        _fill(builder, derived.tables)
        builder.fill_sql_marts()
        builder.insert("mart.series_expected", freshness.expected_rows(builder.newest()))
        waited_for = builder.freshness(night.today)
        results += [*derived.warnings, *freshness.checks(waited_for), *_check(builder, night, plan)]
        manifest = Manifest(
            run_id=night.run_id,
            file=f"kpi-{night.run_id}.duckdb",
            inputs=inputs,
            content_hash=content_hash(builder.connection),
            as_of=night.today.isoformat(),
            valid_until=min(derived.events).isoformat() if derived.events else "",
            counts={},
        )
        run = run.with_file(manifest.file, manifest.content_hash).with_late(waited_for)
        run = run.saying(lost_history(night)).with_news(builder.remember(night.rows, night.run_id))
        _load_operations(builder, night, sources, results, run)
        counts = row_counts(builder.connection)
    refused = [result for result in results if result.action == "stop" and not result.success]
    if refused:
        path.unlink()
        reasons = "; ".join(f"{result.rule} ({result.subject}): {result.message}" for result in refused)
        raise BuildRefusedError(f"the new file did not pass its check, nothing was published: {reasons}")
    return Built(path, replace(manifest, counts=counts), tuple(results), run)


def publish_built(night: Night, built: Built, parts: Sequence[str]) -> Path:
    """Flip to the new file and tidy up the cache behind it."""
    final = publish(built.path, built.manifest, built.manifest.counts)
    keep(night.rows, night.run_id)
    PartStore(night.parts).prune(parts)
    return final


def _load_core(builder: Builder, night: Night, sources: Sequence[SourceReport], plan: Plan) -> list[CheckResult]:
    """Everything that does not follow from the figures, and what our own estimates make of them."""
    uses = [use for source in sources for use in source.uses]
    builder.load_areas(AREA_FILES)
    builder.insert("core.correction", corrections(night.corrections_file))
    builder.load_figures(uses)
    builder.insert("core.snapshot", [row for source in sources for row in source.snapshots])
    estimated = estimates(builder)
    _fill(builder, estimated.tables)
    _fill(builder, plan.tables)
    return [*check_corrections(builder.corrections(uses), night.corrections_file), *estimated.results]


def _fill(builder: Builder, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for table, rows in tables.items():
        builder.insert(table, rows)


def _check(builder: Builder, night: Night, plan: Plan) -> list[CheckResult]:
    return check_marts(
        gate_frames(builder.connection),
        kpi_ids=[kpi.id for kpi in plan.kpis if not kpi.is_proxy],
        statuses=[status.value for status in Status],
        before=_published(night.warehouse),
    )


def _published(warehouse: Path) -> Published | None:
    """What was published last. A damaged file counts as none, so that a rebuild can take its place."""
    for path in published_files(warehouse):
        with suppress(WarehouseError):
            return Published(path.name, {row["resource_id"]: row["rows"] for row in read.ask(path, OBSERVATIONS)})
    return None


def _load_operations(
    builder: Builder, night: Night, sources: Sequence[SourceReport], results: Sequence[CheckResult], run: RunRecord
) -> None:
    parts = PartStore(night.parts)
    found = [part for source in sources for key in source.parts if (part := parts.find(key))]
    checks = [asdict(result) for part in found for result in part.results]
    builder.insert("ops.check_result", checks + [asdict(result) for result in results])
    builder.load_quarantine([part.quarantine_path.as_posix() for part in found if part.quarantined])
    builder.load_fetches(night.snapshots / "fetches.jsonl")
    runs = [*(r for r in past_runs(night.runs) if r.run_id != run.run_id), run]
    builder.insert("ops.run", [r.row() for r in runs])
    builder.insert("ops.run_source", [row for r in runs for row in r.source_rows()])


@cache
def _code_fingerprint() -> str:
    digest = hashlib.sha256()
    paths = [
        path for room in _ROOMS for path in (PROJECT_ROOT / room).rglob("*") if path.suffix in (".py", ".sql", ".toml")
    ]
    for path in sorted([*paths, PROJECT_ROOT / "clock.py", PROJECT_ROOT / "records.py"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()
