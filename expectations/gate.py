"""The two gates of a run: one before a source's rows are loaded, one before a warehouse is published."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expectations.engine import Finding, evaluate, listed, warm
from expectations.facts import KEY, SeriesLimits, areas_before, changes, typed, with_facts
from expectations.quarantine import message, quarantine
from records import ROW_COLUMNS, CheckResult

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Gate", "SeriesLimits", "check_marts", "check_part", "warm"]


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


def check_part(
    rows: pd.DataFrame,
    *,
    subject: str,
    series: Mapping[str, SeriesLimits],
    areas: Collection[str],
    previous: pd.DataFrame | None,
    min_rows: int,
) -> Gate:
    """Sort the rows of one part into accepted and quarantined, and judge the part as a whole.

    Args:
        rows: ``records.ROW_COLUMNS``, as an adapter returns them.
        subject: whose rows they are, for people: a resource id.
        series: the catalogued series that the part may carry.
        areas: the known area codes.
        previous: rows of the part that was accepted last, or None.
        min_rows: fewest rows that a whole file has; an empty part never passes.

    Raises:
        suites.RuleError: a rule cannot be used.
    """
    results: list[CheckResult] = []

    def look(suite: str, table: str, frame: pd.DataFrame, **parameters: object) -> list[Finding]:
        findings = evaluate(suite, table, frame, parameters)
        results.extend(_result(finding, suite, subject, frame) for finding in findings)
        return findings

    rows = rows.reset_index(drop=True)
    look("tables", "input", rows, row_columns=list(ROW_COLUMNS), min_rows=max(min_rows, 1))
    if _stopped(results):
        nothing = typed(rows.head(0).reindex(columns=list(ROW_COLUMNS)))
        return Gate(nothing, quarantine(rows, rows, ()), tuple(results), stopped=True)

    read = typed(rows)
    refused = look("rows", "read", read)
    checked = with_facts(read.drop(index=_rows(refused)), series, areas)
    broken = look("rows", "rows", checked)
    whole = _whole(read, _rows([*refused, *broken]), read.head(0) if previous is None else previous, series)
    for table, frame in whole.items():
        look("tables", table, frame)
    return Gate(
        whole["accepted"].drop_duplicates(KEY, ignore_index=True),
        quarantine(rows, read.join(checked.drop(columns=list(ROW_COLUMNS))), [*refused, *broken]),
        tuple(results),
        stopped=_stopped(results),
    )


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


def _whole(
    read: pd.DataFrame, bad: Collection[int], previous: pd.DataFrame, series: Mapping[str, SeriesLimits]
) -> dict[str, pd.DataFrame]:
    """The tables that the rules about a part as a whole look at."""
    accepted = read.drop(index=list(bad))
    return {
        "checked": read.assign(quarantined=read.index.isin(list(bad)).astype("float64")),
        "accepted": accepted,
        "areas_before": areas_before(accepted, previous),
        "changes": changes(accepted, previous, series),
    }


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


def _rows(findings: Iterable[Finding]) -> list[int]:
    return sorted({row for finding in findings for row in finding.rows})


def _stopped(results: Collection[CheckResult]) -> bool:
    return any(result.action == "stop" and not result.success for result in results)
