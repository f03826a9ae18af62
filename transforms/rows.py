"""The rows that the progress maths hands out: one assessment, one verdict, one newest standing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from records import Direction, PeriodKind
from transforms.rules import Step
from transforms.status import METHOD_VERSION, NOT_GRADED, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRow:
    """One KPI, one period, as known from ``vintage`` on. Values in ``unit``, shares as ratios, None = not known."""

    kpi_id: str
    target_version: int | None
    direction: Direction
    unit: str
    baseline_value: float | None
    baseline_period: str | None
    target_value: float | None
    target_low: float | None
    target_high: float | None
    target_period: str | None
    period_kind: PeriodKind
    period_start: date
    period_end: date
    period: str
    vintage: date
    value: float | None
    value_low: float | None
    value_high: float | None
    obs_status: str
    is_final: bool
    evidence: str | None
    acquisition: str | None
    snapshot_id: str | None
    se: float | None
    elapsed: float | None = None
    expected_value: float | None = None
    gap_to_expected: float | None = None
    achievement_rate: float | None = None
    pace_ratio: float | None = None
    simple_ratio: float | None = None
    remaining_gap: float | None = None
    required_annual_change: float | None = None
    observed_annual_change: float | None = None
    yoy_change: float | None = None
    cagr_obs: float | None = None
    cagr_req: float | None = None
    cagr_ratio: float | None = None
    target_met: bool | None = None
    first_met_period: str | None = None
    projected_value: float | None = None
    projected_low80: float | None = None
    projected_high80: float | None = None
    projection_method: str | None = None
    projection_n: int | None = None
    baseline_se: float | None = None
    p_se: float | None = None
    p_low95: float | None = None
    p_high95: float | None = None
    min_detectable_change: float | None = None
    change_detectable: bool | None = None
    data_lag: float = 0.0  # years from the period's end to the vintage
    status: Status
    jp_grade: str = NOT_GRADED
    verdict_kind: str = "none"
    confidence: str | None = None
    flags: tuple[str, ...] = ()
    reason: str = ""  # CODE or CODE:period concerned; filled whenever there is no grade
    status_prev_vintage: Status | None = None
    status_changed_by_revision: bool | None = None
    method_version: str = METHOD_VERSION
    # How the status was decided, on the day of this row; no part of what the row says, so never news by itself.
    trace: tuple[Step, ...] = field(default=(), compare=False)

    def columns(self) -> dict[str, Any]:
        """The row without its trace, by column name; there are many, and ``asdict`` would copy each cell deeply."""
        return {name: getattr(self, name) for name in _COLUMNS}

    def steps(self) -> list[dict[str, Any]]:
        """The trace as rows of their own, in order."""
        about = {name: getattr(self, name) for name in _STEP_OF}
        return [
            about
            | {"step": place, "status": step.status, "condition": step.condition, "held": step.held}
            | {"numbers": json.dumps(dict(step.numbers))}
            for place, step in enumerate(self.trace, start=1)
        ]


_COLUMNS = tuple(column.name for column in fields(ProgressRow) if column.name != "trace")
_STEP_OF = ("kpi_id", "target_version", "period_kind", "period_start", "period_end", "vintage")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement at the target period. Final data freeze it; what a later restatement says stands beside it."""

    kpi_id: str
    target_version: int | None
    verdict_status: Status
    verdict_value: float | None
    verdict_period: str
    decided_on: date
    jp_grade: str
    verdict_kind: str
    snapshot_id: str | None
    revised_status: Status | None = None
    revised_value: float | None = None


@dataclass(frozen=True, slots=True)
class Latest:
    """Where a KPI stands: its verdict once the target period has ended, and its newest figure after the baseline."""

    kpi_id: str
    verdict_status: Status | None  # None while the plan is running
    verdict_value: float | None
    latest_period: str | None
    latest_value: float | None
    latest_status: Status
    latest_jp_grade: str
    latest_flags: tuple[str, ...]
    reason: str
