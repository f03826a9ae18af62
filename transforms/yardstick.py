"""Our KPIs under other people's yardsticks: for comparison, never the grade.

Every published method is asked about every row that has a figure, with what was known on the day of that row. Where a
method cannot judge, the reason says why; nothing is bent until it fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from records import Direction, Kpi, Observation, Period, PeriodKind, Target
from transforms.course import MAINTAIN
from transforms.cumulative import totals
from transforms.known import BREAK, Figures, known_on
from transforms.methods import METHODS, Case
from transforms.methods.destatis import MAX_POINTS, MIN_POINTS
from transforms.methods.scale import agrees
from transforms.rows import ProgressRow
from transforms.status import Status

_YEARLY = frozenset({PeriodKind.CY, PeriodKind.FY, PeriodKind.DATE})  # methods count in years
_WITHOUT_TARGET = frozenset({"statcan_no_target", "eustat_no_target"})
# What each method gives when it cannot judge, in its own words; Nagano's "-" and Health Japan 21's E among them.
_NO_ANSWER = frozenset({"not_available", "not_rated", "-", "E"})


@dataclass(frozen=True, slots=True)
class Yardstick:
    """One KPI, period and vintage under one method.

    ``status`` is the institution's own word (empty for a method without words), None when it was not asked. ``reason``
    is filled exactly when the method does not judge; ``agrees`` is None where the words cannot be compared.
    """

    kpi_id: str
    target_version: int | None
    period_kind: PeriodKind
    period_start: date
    period_end: date
    period: str
    vintage: date
    method_key: str
    metric: float | None
    status: str | None
    own_status: Status
    agrees: bool | None
    reason: str = ""


def yardsticks(kpi: Kpi, observations: Sequence[Observation], rows: Sequence[ProgressRow]) -> list[Yardstick]:
    """Every row of a KPI that has a figure or is about the target period, under every method.

    Args:
        kpi: the KPI; of a proxy nothing is asked, as it has no target and no verdict.
        observations: all vintages of its series, as :func:`transforms.history.progress_rows` was given them.
        rows: what came of them.
    """
    found: list[Yardstick] = []
    for row in rows if not kpi.is_proxy else ():
        if row.value is None and row.period != row.target_period:
            continue
        target = next(target for target in kpi.targets if target.version == row.target_version)
        known = known_on(observations, row.vintage)
        if kpi.direction is Direction.CUMULATIVE:
            known = totals(kpi, target, known)
        case = _case(kpi, target, row, known)
        found += [_asked(key, case, row, _obstacle(key, kpi, target, row, known)) for key in METHODS]
    return found


def _asked(key: str, case: Case, row: ProgressRow, obstacle: str) -> Yardstick:
    metric: float | None = None
    word: str | None = None
    if not obstacle:
        answer = METHODS[key](case)
        metric, word = answer.metric, answer.status
        if word in _NO_ANSWER or (metric is None and not word):
            obstacle = "METHOD_UNDEFINED"
    return Yardstick(
        kpi_id=row.kpi_id,
        target_version=row.target_version,
        period_kind=row.period_kind,
        period_start=row.period_start,
        period_end=row.period_end,
        period=row.period,
        vintage=row.vintage,
        method_key=key,
        metric=metric,
        status=word,
        own_status=row.status,
        agrees=None if word is None or obstacle else agrees(row.status, key, word),
        reason=obstacle,
    )


def _case(kpi: Kpi, target: Target, row: ProgressRow, known: Figures) -> Case:
    """The KPI as a published method sees it: whole years, the baseline and target in force on the day of the row."""
    options: dict[str, Any] = {}
    if row.expected_value is not None:
        options["milestone"] = row.expected_value  # the published interim target, or the point on the straight line
    if kpi.upper_bound is not None:
        options["limit"] = kpi.upper_bound
    return Case(
        direction=kpi.direction.value,
        kind="maintain" if kpi.direction in MAINTAIN else "target" if row.target_value is not None else "no_target",
        baseline_year=target.baseline_period.year if target.baseline_period else None,
        baseline_value=row.baseline_value,
        target_year=target.period.year if target.period else None,
        target_value=row.target_value,
        current_year=row.period_start.year,
        current_value=row.value,
        observations=[(period.year, value) for period, value in _series(row, known)],
        options=options,
    )


def _series(row: ProgressRow, known: Figures) -> list[tuple[Period, float]]:
    """The figures of the row's kind up to its period, the last of each year."""
    by_year = {
        period.year: (period, observation.value)
        for period, observation in known.items()
        if period.kind is row.period_kind and period.end <= row.period_end and observation.value is not None
    }
    return list(by_year.values())


def _obstacle(key: str, kpi: Kpi, target: Target, row: ProgressRow, known: Figures) -> str:
    """Why a method is not even asked: a code, and behind a colon the period or number that it is about."""
    return _no_case(kpi, row) or (
        _destatis_obstacle(target, row, known) if key == "destatis" else _ratio_obstacle(key, row)
    )


def _no_case(kpi: Kpi, row: ProgressRow) -> str:
    """Why no method can judge the row."""
    obstacles = (
        (kpi.direction is Direction.MILESTONE, "MILESTONE_IS_NO_SERIES"),
        (kpi.direction is Direction.RANGE, "RANGE_HAS_TWO_TARGETS"),
        (row.value is None, f"NO_VALUE:{row.period}"),
        (row.period_kind not in _YEARLY, "NOT_YEARLY"),
        (row.status in {Status.NA_TOO_EARLY, Status.NA_BREAK}, row.reason),
    )
    return next((code for holds, code in obstacles if holds), "")


def _ratio_obstacle(key: str, row: ProgressRow) -> str:
    """Why a method that compares two figures with a target, or two figures alone, cannot judge."""
    without_target = key in _WITHOUT_TARGET
    obstacles = (
        (row.baseline_value is None and key != "simple_ratio", f"NO_BASELINE_VALUE:{row.baseline_period or ''}"),
        (without_target and row.target_value is not None, "HAS_TARGET"),
        (not without_target and row.target_value is None, "NO_TARGET_VALUE"),
        # Nagano's planned progress is a way to go; there is none to a target that is to be kept.
        (key == "nagano" and row.achievement_rate is None, "NO_WAY_TO_GO"),
    )
    return next((code for holds, code in obstacles if holds), "")


def _destatis_obstacle(target: Target, row: ProgressRow, known: Figures) -> str:
    """Its window must be one regime and long enough, and there must be years ahead to carry the trend into."""
    window = _series(row, known)[-MAX_POINTS:]
    broken = [period.label for period, _ in window[1:] if known[period].obs_status == BREAK]
    ended = target.period is not None and row.period_end > target.period.end
    is_kept = row.target_met or row.achievement_rate is None
    obstacles = (
        (len(window) < MIN_POINTS, f"TOO_FEW_FIGURES:{len(window)}"),
        (bool(broken), f"BREAK:{broken[-1] if broken else ''}"),
        (ended and not is_kept, f"AFTER_TARGET:{row.target_period}"),
    )
    return next((code for holds, code in obstacles if holds), "")
