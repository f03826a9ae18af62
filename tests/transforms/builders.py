"""Short ways to write a KPI and its figures, so that a test shows only what it is about."""

from __future__ import annotations

from datetime import date
from typing import Any

from records import Direction, Kpi, Noise, Observation, Period, Target
from transforms.history import progress_rows
from transforms.rows import ProgressRow

LONG_AFTER = date(2090, 1, 1)


def period(year: int | Period) -> Period:
    return Period.cy(year) if isinstance(year, int) else year


def target(
    baseline: tuple[int | Period, float | None], goal: tuple[int | Period, float | None], **options: Any
) -> Target:
    """``target((2014, 8.44), (2019, 10.0))``: from the baseline to the goal, each (period, value)."""
    return Target(period(goal[0]), goal[1], period(baseline[0]), baseline[1], **options)


def kpi(direction: str, *targets: Target, noise: Noise = Noise.RELATIVE, **options: Any) -> Kpi:
    return Kpi("k", Direction(direction), "unit", targets, noise=noise, **options)


def seen(year: int | Period, value: float | None, known: date | None = None, **options: Any) -> Observation:
    """A figure, known from the day after its period unless said otherwise."""
    at = period(year)
    return Observation(at, value, known_from=known or date.fromordinal(at.end.toordinal() + 1), **options)


def rows_of(subject: Kpi, *figures: Observation, as_of: date = LONG_AFTER) -> list[ProgressRow]:
    return progress_rows(subject, figures, as_of)


def row_at(subject: Kpi, at: int | Period, *figures: Observation, as_of: date = LONG_AFTER) -> ProgressRow:
    """The newest row of one period."""
    label = period(at).label
    return [row for row in rows_of(subject, *figures, as_of=as_of) if row.period == label][-1]
