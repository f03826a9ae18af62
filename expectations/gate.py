"""The two gates of a run: one before a source's rows are loaded, one before a warehouse is published."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from expectations.engine import Finding, evaluate, listed, warm
from expectations.facts import KEY, SeriesLimits, areas_before, changes, typed, with_facts
from expectations.quarantine import message, quarantine
from records import ROW_COLUMNS, CheckResult

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Candidate", "Gate", "SeriesLimits", "check_marts", "check_part", "check_parts", "warm"]


@dataclass(frozen=True, slots=True)
class Gate:
    """What became of one part's rows.

    Every row that came is in ``accepted``, or in ``quarantine`` (once for each rule that it broke), or repeats an
    accepted row word for word. The one exception is a part whose shape is wrong: it is stopped unread.
    """

    accepted: pd.DataFrame  # records.ROW_COLUMNS; to be loaded only when not stopped
    quarantine: pd.DataFrame  # quarantine.COLUMNS
    results: tuple[CheckResult, ...]
    stopped: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """The rows of one part before its gate.

    Attributes:
        subject: whose rows they are, for people: a resource id.
        rows: ``records.ROW_COLUMNS``, as an adapter returns them.
        previous: rows of the part that was accepted last, or None.
        min_rows: fewest rows that a whole file has; an empty part never passes.
    """

    subject: str
    rows: pd.DataFrame
    previous: pd.DataFrame | None = None
    min_rows: int = 1


def check_part(candidate: Candidate, *, series: Mapping[str, SeriesLimits], areas: Collection[str]) -> Gate:
    """Sort the rows of one part into accepted and quarantined, and judge the part as a whole; see ``check_parts``."""
    return check_parts([candidate], series=series, areas=areas)[0]


def check_parts(
    candidates: Sequence[Candidate], *, series: Mapping[str, SeriesLimits], areas: Collection[str]
) -> list[Gate]:
    """Sort the rows of several parts into accepted and quarantined, and judge each part as a whole.

    No part knows of another. They are looked at together because a rule costs Great Expectations ten milliseconds
    however few rows there are.

    Args:
        candidates: the parts.
        series: the catalogued series that they may carry.
        areas: the known area codes.

    Raises:
        suites.RuleError: a rule cannot be used.
    """
    starts = accumulate((len(candidate.rows) for candidate in candidates), initial=0)
    looks = [_Look(candidate, start) for candidate, start in zip(candidates, starts, strict=False)]
    for look in looks:
        look.at_shape()
    whole = [look for look in looks if not look.stopped]
    _row_rules("read", {look: look.readable() for look in whole})
    _row_rules("rows", {look: look.checkable(series, areas) for look in whole})
    for look in whole:
        look.at_whole(series)
    return [look.gate() for look in looks]


def check_marts(
    frames: Mapping[str, pd.DataFrame],
    *,
    kpi_ids: Collection[str],
    statuses: Collection[str],
    previous_counts: Mapping[str, int] | None,
) -> list[CheckResult]:
    """Judge a warehouse that has been built and not yet published.

    pandas reads SQL NULL as NaN, so a NaN in a frame may be an honest NULL. Only SQL can tell them apart (``isnan``),
    so the caller counts there, over every table.

    Args:
        frames: ``mart.kpi_latest``, ``mart.kpi_progress`` and ``counts`` with one line a table:
            ``table_name``, ``rows``, ``not_finite`` (cells for which SQL says ``isnan`` or ``isinf``).
        kpi_ids: the KPIs that must have exactly one latest row.
        statuses: the status codes that there are.
        previous_counts: rows by table in the file that is published now, or None when there is none.
    """
    parameters = {"kpi_ids": listed(kpi_ids), "statuses": listed(statuses)}
    return [
        _result(finding, "marts", table, frame)
        for table, frame in mart_tables(frames, previous_counts).items()
        for finding in evaluate("marts", table, frame, parameters)
    ]


def mart_tables(
    frames: Mapping[str, pd.DataFrame], previous_counts: Mapping[str, int] | None
) -> dict[str, pd.DataFrame]:
    """The tables that the rules about marts look at, from the frames that ``check_marts`` takes."""
    counts = frames["counts"]
    rows_before = counts["table_name"].map(previous_counts or {}).astype("float64")
    shares = counts.assign(rows_before=rows_before, lost=1 - counts["rows"] / rows_before.where(rows_before > 0))
    return {
        "mart.kpi_latest": frames["mart.kpi_latest"][["kpi_id", "latest_status", "verdict_status"]],
        "mart.kpi_progress": frames["mart.kpi_progress"][["kpi_id", "status"]],
        "counts": counts,
        "core.observation": shares[shares["table_name"] == "core.observation"],
    }


class _Look:
    """A look at one part. Its rows keep the labels that they have among the rows of all parts."""

    def __init__(self, candidate: Candidate, start: int) -> None:
        self._candidate = candidate
        self._rows = candidate.rows.set_axis(range(start, start + len(candidate.rows)))
        self._read = typed(self._rows.head(0).reindex(columns=list(ROW_COLUMNS)))
        self._checked = self._read
        self._findings: list[Finding] = []  # of the row rules
        self._results: list[CheckResult] = []

    @property
    def stopped(self) -> bool:
        """Whether a rule about the part as a whole stops it."""
        return any(result.action == "stop" and not result.success for result in self._results)

    def at_shape(self) -> None:
        """Look at the part before any of its cells is read."""
        self._at("input", self._rows, row_columns=list(ROW_COLUMNS), min_rows=max(self._candidate.min_rows, 1))

    def readable(self) -> pd.DataFrame:
        """The rows in the types of the contract."""
        self._read = typed(self._rows).set_axis(self._rows.index)
        return self._read

    def checkable(self, series: Mapping[str, SeriesLimits], areas: Collection[str]) -> pd.DataFrame:
        """The rows that could be read, with the facts that rules need."""
        self._checked = with_facts(self._read.drop(index=self._broken()), series, areas)
        return self._checked

    def note(self, finding: Finding, frame: pd.DataFrame) -> None:
        """Keep what a row rule found among this part's rows."""
        rows = tuple(row for row in finding.rows if row in self._rows.index)
        own = replace(finding, rows=rows, success=not rows, checked=len(frame))
        self._findings.append(own)
        self._results.append(_result(own, "rows", self._candidate.subject, frame))

    def at_whole(self, series: Mapping[str, SeriesLimits]) -> None:
        """Look at the part as a whole, and beside what was known before it."""
        broken, previous = self._broken(), self._candidate.previous
        accepted = self._read.drop(index=broken)
        self._at("checked", self._read.assign(quarantined=self._read.index.isin(broken).astype("float64")))
        self._at("accepted", accepted)
        if previous is not None:
            self._at("areas_before", areas_before(accepted, previous))
            self._at("changes", changes(accepted, previous, series))

    def gate(self) -> Gate:
        """What became of the rows."""
        facts = self._checked.drop(columns=list(ROW_COLUMNS))
        return Gate(
            self._read.drop(index=self._broken()).drop_duplicates(KEY, ignore_index=True),
            quarantine(self._rows, self._read.join(facts), self._findings),
            tuple(self._results),
            stopped=self.stopped,
        )

    def _at(self, table: str, frame: pd.DataFrame, **parameters: object) -> None:
        for finding in evaluate("tables", table, frame, parameters):
            self._results.append(_result(finding, "tables", self._candidate.subject, frame))

    def _broken(self) -> list[int]:
        return sorted({row for finding in self._findings for row in finding.rows})


def _row_rules(table: str, frames: Mapping[_Look, pd.DataFrame]) -> None:
    """Hold the rows of all parts against the row rules at once."""
    import pandas as pd

    if not frames:
        return
    for finding in evaluate("rows", table, pd.concat(list(frames.values())), {}):
        for look, frame in frames.items():
            look.note(finding, frame)


def _result(finding: Finding, suite: str, subject: str, frame: pd.DataFrame) -> CheckResult:
    failed = len(finding.rows) or int(not finding.success)
    return CheckResult(
        suite=suite,
        rule=finding.rule.id,
        subject=subject,
        action=finding.rule.action,
        success=finding.success,
        checked=finding.checked,
        failed=failed,
        message=message(finding, frame),
    )
