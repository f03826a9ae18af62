"""Records of past runs: one JSON file a run, which outlives every warehouse file and feeds ``ops.run``."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flows import freshness
from flows.prepare import SourceReport
from reports.difference import alarm_sentences, grade_sentences, sentence

log = logging.getLogger(__name__)

TROUBLED = ("stale", "recorded", "missing")  # states of a source that is not up to date
_SOURCE_COLUMNS = (
    "publisher_id",
    "state",
    "resources",
    "new",
    "failed",
    "refused",
    "rows",
    "quarantined",
    "age_days",
    "reason",
)


@dataclass(frozen=True)
class RunRecord:
    """What a run did. ``outcome`` is ok, unchanged, degraded or failed (running while it is under way)."""

    run_id: str
    started_at: str
    finished_at: str | None = None
    outcome: str = "running"
    exit_code: int | None = None
    offline: bool = False
    published: str = ""
    content_hash: str = ""
    message: str = ""
    sources: tuple[dict[str, Any], ...] = field(default=())
    grades: tuple[str, ...] = ()  # one sentence for each grade that the run changed
    alarms: tuple[str, ...] = ()  # one phrase for each series that shrank, and each figure that went or moved too far
    overdue: tuple[str, ...] = ()  # one phrase for each period of a publisher that is late on the day of the run

    @classmethod
    def of(cls, run_id: str, started_at: datetime, *, offline: bool) -> RunRecord:
        """A run that begins."""
        return cls(run_id, started_at.isoformat(timespec="milliseconds"), offline=offline)

    def with_sources(self, reports: Sequence[SourceReport]) -> RunRecord:
        """The record with what each source contributed."""
        return replace(self, sources=tuple({name: getattr(r, name) for name in _SOURCE_COLUMNS} for r in reports))

    def with_file(self, published: str, content_hash: str) -> RunRecord:
        """The record as it stands inside the file that the run publishes."""
        return replace(self, published=published, content_hash=content_hash)

    def with_news(self, run_diff: Sequence[Mapping[str, Any]]) -> RunRecord:
        """The record with what the run changed: in its message, grade by grade and alarm by alarm."""
        grades, alarms = tuple(grade_sentences(run_diff)), tuple(alarm_sentences(run_diff))
        return replace(self.saying(sentence(run_diff)), grades=grades, alarms=alarms)

    def with_late(self, waited_for: Sequence[Mapping[str, Any]]) -> RunRecord:
        """The record with what is overdue, from rows of ``mart.source_freshness``: in its message and one by one."""
        return replace(self.saying(freshness.sentence(waited_for)), overdue=freshness.overdue(waited_for))

    def saying(self, more: str) -> RunRecord:
        """The record with one more thing in its message, when there is anything to say."""
        return replace(self, message="; ".join(filter(None, [self.message, more])))

    def ended(self, outcome: str, exit_code: int, message: str, moment: datetime) -> RunRecord:
        """The record with how it ended."""
        finished = moment.isoformat(timespec="milliseconds")
        return replace(self, outcome=outcome, exit_code=exit_code, message=message, finished_at=finished)

    def row(self) -> dict[str, Any]:
        """Row of ``ops.run``."""
        about = {name: getattr(self, name) for name in RUN_COLUMNS}
        for name in ("started_at", "finished_at"):
            about[name] = datetime.fromisoformat(about[name]) if about[name] else None
        return about

    def source_rows(self) -> list[dict[str, Any]]:
        """Rows of ``ops.run_source``."""
        return [{"run_id": self.run_id, **source} for source in self.sources]

    def save(self, runs_dir: Path) -> None:
        """Write the record, whole or not at all."""
        runs_dir.mkdir(parents=True, exist_ok=True)
        path = runs_dir / f"{self.run_id}.json"
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        try:
            temporary.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


_TUPLES = ("sources", "grades", "alarms", "overdue")
RUN_COLUMNS = tuple(column.name for column in fields(RunRecord) if column.name not in _TUPLES)  # of ``ops.run``


def past_runs(runs_dir: Path) -> list[RunRecord]:
    """All runs on record, oldest first; without those whose record is damaged, of which a warning tells."""
    found = []
    # Unlike glob(), this does not pass over a folder that cannot be read: "no run yet" would be wrong.
    for path in sorted(runs_dir.iterdir()) if runs_dir.exists() else ():
        if path.suffix != ".json":
            continue
        try:
            about = json.loads(path.read_text(encoding="utf-8"))
            about |= {name: tuple(about.get(name, ())) for name in _TUPLES}
            found.append(RunRecord(**about))
        except (ValueError, TypeError, AttributeError):
            log.warning("%s is damaged and left out; restore this record of a run from a backup, or remove it", path)
    return found


def end_dead_runs(runs_dir: Path) -> None:
    """Say of runs that were killed that they failed. Only call under the writer's lock: then no other run is alive."""
    for run in past_runs(runs_dir):
        if run.outcome == "running":
            dead(run).save(runs_dir)


def dead(run: RunRecord) -> RunRecord:
    """The record of a run that nobody is at work on; of one that could not say how it ended, what can be known."""
    if run.outcome != "running":
        return run
    return replace(run, outcome="failed", exit_code=1, message="killed before it could end, or its disk was full")
