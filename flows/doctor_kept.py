"""What ``kpi doctor`` asks of what nights keep: the log of fetches, the last run, its history, the published file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from clock import utc_now
from flows.finding import Finding
from flows.kept import check_log, lost_run, newest_run
from flows.night import Night, run_id_at
from sources.snapshots import SnapshotError
from warehouse.connect import WarehouseError
from warehouse.lock import holder
from warehouse.publish import CURRENT, current, differences

_ONE_NIGHT, _THREE_NIGHTS = 30, 78  # hours, each with six for a night that began late or took long


def fetch_log(night: Night) -> Iterator[Finding]:
    """The log of fetches is there and can be read, line for line."""
    try:
        check_log(night)
    except SnapshotError as error:
        yield Finding("fetch_log.bad", {"error": error})
    else:
        yield Finding("fetch_log.ok", {"count": f"{len(night.store.fetches()):,}"})


def last_run(night: Night) -> Iterator[Finding]:
    """How the last run ended, and whether nights were missed since."""
    from flows.run_record import past_runs

    runs = past_runs(night.runs)
    if damaged := {path.stem for path in night.runs.glob("*.json")} - {run.run_id for run in runs}:
        yield Finding("last_run.damaged", {"folder": night.runs, "names": ", ".join(sorted(damaged))})
    if not runs:
        yield Finding("last_run.none")
        return
    if (newest := newest_run(night)) > run_id_at(utc_now()):
        yield Finding("last_run.ahead", {"run": newest})
        return
    run = runs[-1]
    hours = int((utc_now() - datetime.fromisoformat(run.started_at)).total_seconds() // 3600)
    if hours >= _ONE_NIGHT:
        code = "long_ago" if hours >= _THREE_NIGHTS else "late"
        yield Finding(f"last_run.{code}", {"run": run.run_id, "hours": hours})
    if run.outcome == "running":
        code = "running" if holder(night.data_dir) else "killed"
    else:
        code = run.outcome if run.outcome in ("degraded", "failed") else "ok"
    about = {"run": run.run_id, "hours": hours, "outcome": run.outcome, "message": run.message}
    yield Finding(f"last_run.{code}", about)


def history(night: Night) -> Iterator[Finding]:
    """What the published file changed can still be told, then and later."""
    lost = lost_run(night)
    yield Finding("history.lost", {"run": lost, "rows": night.rows}) if lost else Finding("history.ok")


def published(night: Night) -> Iterator[Finding]:
    """The published file opens and holds what its manifest says."""
    link = night.warehouse / CURRENT
    if not link.is_symlink():
        yield Finding("published.none")
        return
    manifest = current(night.warehouse)
    if manifest is None:
        yield Finding("published.no_manifest", {"link": link})
        return
    try:
        tables = differences(link, manifest.counts, manifest.content_hash)
    except WarehouseError as error:
        yield Finding("published.broken", {"error": error})
        return
    about = {"file": manifest.file, "rows": f"{sum(manifest.counts.values()):,}", "tables": ", ".join(tables)}
    yield Finding("published.differs" if tables else "published.ok", about)
