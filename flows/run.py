"""One night from lock to record: the order of the steps, whoever runs them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from clock import utc_now
from flows.build import Built, build, inputs_fingerprint, nothing_new, publish_built
from flows.bundles import check_unserved
from flows.corrections import corrections
from flows.export import show_export
from flows.fetch import fetch_source
from flows.kept import check_clock, check_log
from flows.night import Night
from flows.plan import load_plan
from flows.prepare import SourceReport, prepare_source
from flows.report import show_report
from flows.run_record import TROUBLED, RunRecord, end_dead_runs
from sources.publishers import publishers, source_ids
from warehouse import read
from warehouse.disk import place_named
from warehouse.lock import writer_lock
from warehouse.parts import PartStore
from warehouse.past import settle
from warehouse.publish import CURRENT, clear_left_overs, current, is_whole

T = TypeVar("T")
_log = logging.getLogger(__name__)

EXIT_OK, EXIT_FAILED = 0, 1


class Runner(Protocol):
    """Runs steps: plainly, or as Prefect tasks."""

    def step(self, name: str, action: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401
        """Run one step and give its result."""

    def each(self, name: str, action: Callable[[Night, str], T], night: Night, ids: Sequence[str]) -> list[T]:
        """Run one step for each source at the same time."""


@dataclass(frozen=True)
class InlineRunner:
    """Runs every step in this process, without Prefect."""

    on_step: Callable[[str], None] = lambda _: None

    def step(self, name: str, action: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401
        """Run one step and give its result."""
        self.on_step(name)
        return action(*arguments)

    def each(self, name: str, action: Callable[[Night, str], T], night: Night, ids: Sequence[str]) -> list[T]:
        """Run one step for each source, each in a thread of its own."""
        self.on_step(f"{name} {', '.join(ids)}")
        pool = ThreadPoolExecutor(max_workers=max(len(ids), 1))
        try:
            return list(pool.map(lambda source: action(night, source), ids))
        finally:
            pool.shutdown(wait=False)  # an interrupt does not wait for a publisher that says nothing


def run_night(night: Night, runner: Runner, *, anew: bool = False) -> RunRecord:
    """Run one night and give its record, which is also saved, however the night ends.

    Args:
        night: what the night was told.
        runner: runs the steps.
        anew: forget every checked part and build even when nothing is new.

    Raises:
        SettingsError: the data folder cannot be written, or the clock is behind an earlier run.
        LockedError: another run holds the data folder.
        SnapshotError: the log of fetches is lost or damaged.
        Exception: whatever broke a step; the record then says ``failed``.
    """
    night.make_folders()
    with writer_lock(night.data_dir):
        end_dead_runs(night.runs)
        night.store.discard_drafts()
        published = current(night.warehouse)
        settle(night.rows, published.run_id if published else None)
        record = RunRecord.of(night.run_id, night.started_at, offline=night.offline)
        record.save(night.runs)
        try:
            with place_named(night.data_dir):
                check_clock(night)
                check_log(night)
                reports = _gather(night, runner, anew=anew)
                record = record.with_sources(reports)
                record = _settle(night, runner, record, reports, anew=anew)
                for name, show in (("report", show_report), ("export", show_export)):
                    if trouble := runner.step(name, show, night):
                        record = replace(record, message=f"{record.message}; {trouble}")
        except BaseException as error:
            message = "interrupted" if isinstance(error, KeyboardInterrupt) else str(error) or type(error).__name__
            with suppress(OSError):  # on a full disk what broke first counts, and the record wants the room of the rest
                clear_left_overs(night.warehouse)
                record.ended("failed", EXIT_FAILED, message, utc_now()).save(night.runs)
            raise
        record.save(night.runs)
    return record


def _gather(night: Night, runner: Runner, *, anew: bool) -> list[SourceReport]:
    """Fetch and check: what every source contributes."""
    load_plan(night.strategies_dir, night.strategy)  # a slip in a strategy shows before publishers are asked,
    corrections(night.corrections_file)  # and so does one in a correction
    if anew:
        PartStore(night.parts).prune(keep=[])
    if not night.offline:
        fetched = [source for source in source_ids() if publishers()[source].adapter != "register"]
        runner.each("fetch", fetch_source, night, fetched)
    runner.step("check what is not served", check_unserved, night)
    return [runner.step(f"check {source}", prepare_source, night, source) for source in source_ids()]


def _settle(
    night: Night, runner: Runner, record: RunRecord, reports: Sequence[SourceReport], *, anew: bool
) -> RunRecord:
    """Build and publish when there is anything new, and say how the night was."""
    troubled = [report for report in reports if report.state in TROUBLED]
    why = _reasons(troubled)
    inputs = inputs_fingerprint(night, reports)
    published = None if anew else nothing_new(night, inputs)
    if published and is_whole(night.warehouse, published):
        record = record.with_file("", published.content_hash)
        message = _sentence("nothing new, no new file", why)
        record = record.ended("degraded" if troubled else "unchanged", EXIT_OK, message, utc_now())
        return record.with_late(read.freshness(night.warehouse / CURRENT, night.today))
    damage = (
        f"{published.file} cannot be read as it was published and is built anew, check the disk" if published else ""
    )
    message = _sentence("published", damage, why)
    record = record.ended("degraded" if troubled else "ok", EXIT_OK, message, utc_now())
    built: Built = runner.step("build", build, night, reports, inputs, record)
    runner.step("publish", publish_built, night, built, [part for report in reports for part in report.parts])
    return built.record.ended(record.outcome, EXIT_OK, built.record.message, utc_now())


def _reasons(troubled: Sequence[SourceReport]) -> str:
    """Why sources are not up to date; those that share state and reason are said together."""
    together: dict[tuple[str, str], list[str]] = {}
    for report in troubled:
        together.setdefault((report.state, report.reason), []).append(report.publisher_id)
    return "; ".join(f"{', '.join(ids)} {state}: {reason}" for (state, reason), ids in together.items())


def _sentence(*parts: str) -> str:
    return "; ".join(filter(None, parts))
