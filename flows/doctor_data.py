"""What ``kpi doctor`` asks of the project's own: settings, strategies, register, the last run, the published file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from clock import utc_now
from flows.finding import Finding
from flows.night import Night
from flows.notify import known_services
from settings import Settings
from warehouse.connect import WarehouseError
from warehouse.lock import holder
from warehouse.publish import CURRENT, current, differences

_ONE_NIGHT, _THREE_NIGHTS = 30, 78  # hours, each with six for a night that began late or took long


def settings(told: Settings) -> Iterator[Finding]:
    """What is set, without showing any secret."""
    from sources.publishers import publishers

    yield Finding("settings.ok", {"data_dir": told.data_dir.absolute()})
    if told.base_url:
        yield Finding("settings.replaced", {"names": ", ".join(sorted(told.base_url))})
    if told.estat_app_id:
        yield Finding("estat_key.set")
    else:
        yield Finding("estat_key.wanted" if "estat" in publishers() else "estat_key.unset")


def notify(told: Settings) -> Iterator[Finding]:
    """Somebody is told when a night fails, and every address is one that apprise understands."""
    if not told.notify_urls:
        yield Finding("notify.nobody")
        return
    _, bad = known_services(told)
    yield Finding("notify.bad", {"numbers": bad}) if bad else Finding("notify.ok", {"count": len(told.notify_urls)})


def strategies(night: Night) -> Iterator[Finding]:
    """Every strategy, the catalog and the corrections can be read."""
    from flows.corrections import corrections
    from flows.plan import load_plan
    from sources.corrections import CorrectionError
    from sources.publishers import CatalogError
    from sources.strategy import StrategyError

    try:
        kpis = [kpi for kpi in load_plan(night.strategies_dir).kpis if not kpi.is_proxy]
        corrections(night.corrections_file)
    except (CatalogError, CorrectionError, StrategyError) as error:
        yield Finding("strategies.bad", {"error": error})
    else:
        yield Finding("strategies.ok", {"count": len(kpis)})


def register(night: Night) -> Iterator[Finding]:
    """The hand-kept figures are there, in files that can be read."""
    from flows.bundles import file_hash, register_bundle, register_files
    from flows.checking import Checker
    from sources.publishers import publishers
    from sources.register import RegisterError

    files = register_files(night)
    if not files:
        yield Finding("register.none", {"folder": night.register_dir})
        return
    (publisher,) = (one for one in publishers().values() if one.adapter == "register")
    try:
        register_bundle(Checker(publisher, night.parts), {path: file_hash(path) for path in files}).rows()
    except RegisterError as error:
        yield Finding("register.bad", {"error": error})
    else:
        yield Finding("register.ok", {"count": len(files)})


def last_run(night: Night) -> Iterator[Finding]:
    """How the last run ended, and whether nights were missed since."""
    from flows.run_record import past_runs

    runs = past_runs(night.runs)
    if damaged := {path.stem for path in night.runs.glob("*.json")} - {run.run_id for run in runs}:
        yield Finding("last_run.damaged", {"folder": night.runs, "names": ", ".join(sorted(damaged))})
    if not runs:
        yield Finding("last_run.none")
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
