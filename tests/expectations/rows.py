"""Hypothetical rows for the gate: they show shapes and rules, and are no city's figures."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from expectations.gate import Candidate, Gate, SeriesLimits, check_part
from records import CheckResult
from sources.tidy import tidy_rows

SERIES = {
    "test.births": SeriesLimits("人", minimum=0, maximum=100_000, max_change=0.1),
    "test.tfr": SeriesLimits("", minimum=0, maximum=10),
}
AREAS = tuple(f"{code:05d}" for code in range(17000, 17300))
NONE = float("nan")


def row(**changed: Any) -> dict[str, Any]:
    """A row that breaks no rule, with the given cells changed."""
    return {
        "series_id": "test.births",
        "area_code": "17201",
        "period_kind": "CY",
        "period_start": pd.Timestamp("2019-01-01"),
        "period_end": pd.Timestamp("2019-12-31"),
        "value": 3500.0,
        "value_low": NONE,
        "value_high": NONE,
        "unit": "人",
        "raw_text": "3,500",
        "raw_unit": "人",
        "obs_status": "A",
        "note": "",
        "evidence": "primary",
        "known_from": pd.Timestamp("2020-06-05"),
        "known_from_basis": "date",
        "source_line": 12,
        "source_column": "出生数",
    } | changed


def period(kind: str, start: str, end: str, **changed: Any) -> dict[str, Any]:
    """A row for one period that is known since 2030, so that only its shape counts."""
    start_day, end_day = pd.Timestamp(start), pd.Timestamp(end)
    known = pd.Timestamp("2030-01-01")
    return row(period_kind=kind, period_start=start_day, period_end=end_day, known_from=known, **changed)


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    """Rows as an adapter returns them."""
    return tidy_rows({name: [line[name] for line in rows] for name in row()})


def side_by_side(lines: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Lines that know nothing of each other in one frame: each has its own line number and, if it is known, area."""
    numbered = [line | {"source_line": number} for number, line in enumerate(lines)]
    return table(*[n | {"area_code": AREAS[n["source_line"]]} if n["area_code"] in AREAS else n for n in numbered])


def good_table(length: int) -> pd.DataFrame:
    """So many good rows, a year each."""
    years = range(1900, 1900 + length)
    lines = [period("CY", f"{year}-01-01", f"{year}-12-31", source_line=year) for year in years]
    return table(*lines)


def check(rows: pd.DataFrame, previous: pd.DataFrame | None = None, min_rows: int = 1) -> Gate:
    """Pass rows through the gate with the catalog and the areas of these tests."""
    return check_part(Candidate("test/1", rows, previous, min_rows), series=SERIES, areas=AREAS)


def broken_rules(gate: Gate) -> list[str]:
    """The rules that sent rows to the quarantine."""
    return list(gate.quarantine["rule"])


def result(gate: Gate, rule: str) -> CheckResult:
    """What one rule said."""
    return next(result for result in gate.results if result.rule == rule)
