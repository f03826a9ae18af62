"""Who keeps their calendar: what each series is expected to bring next, and what to say of those that are late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from records import CheckResult, Period
from sources.publishers import publishers
from transforms.freshness import expected

Row = Mapping[str, Any]


def expected_rows(newest: Mapping[str, tuple[Period, date]]) -> list[dict[str, Any]]:
    """Rows of ``mart.series_expected`` from the newest period of each series and the day on which it was public."""
    rows = []
    for publisher in publishers().values():
        for series in publisher.series:
            if series.id not in newest:
                continue
            period, known_from = newest[series.id]
            then = expected(period, *publisher.awaited(series))
            rows.append(
                {
                    "series_id": series.id,
                    "newest_period": period.label,
                    "known_from": known_from,
                    "next_period": then.period.label if then else None,
                    "next_period_end": then.period.end if then else None,
                    "expected_by": then.by if then else None,
                }
            )
    return rows


def checks(rows: Sequence[Row]) -> list[CheckResult]:
    """One warning or pass a publisher whose figures are expected, from rows of ``mart.source_freshness``."""
    expected_ones = sorted((row for row in rows if row["expected_by"]), key=lambda row: row["publisher_id"])
    results = []
    for publisher_id, group in groupby(expected_ones, key=lambda row: row["publisher_id"]):
        asked = list(group)
        late = [row for row in asked if row["state"] == "overdue"]
        results.append(
            CheckResult(
                suite="freshness",
                rule="expected_by",
                subject=publisher_id,
                action="warn",
                success=not late,
                checked=len(asked),
                failed=len(late),
                message=f"公表期限を過ぎた系列：{len(late)} / {sentence(late)}" if late else "",
            )
        )
    return results


def sentence(rows: Sequence[Row]) -> str:
    """Which publishers are late with how many series, in one line; empty when none is."""
    late = sorted((row for row in rows if row["state"] == "overdue"), key=lambda row: row["publisher_id"])
    said = []
    for publisher_id, group in groupby(late, key=lambda row: row["publisher_id"]):
        series = sorted(group, key=lambda row: (row["expected_by"], row["series_id"]))
        more = f" and {len(series) - 1} more" if len(series) > 1 else ""
        first = series[0]
        said.append(f"{publisher_id} {first['next_period']} by {first['expected_by']} ({first['series_id']}{more})")
    return f"overdue: {', '.join(said)}" if said else ""


def overdue(rows: Sequence[Row]) -> tuple[str, ...]:
    """What is late, once for all series of a publisher that wait for the same period since the same day."""
    late = {(row["expected_by"], row["publisher_id"], row["next_period"]) for row in rows if row["state"] == "overdue"}
    return tuple(f"{publisher} {period}, expected by {by}" for by, publisher, period in sorted(late))
