"""Where a series would stand in the target year if it went on as it did: shown beside the grade, never part of it.

A damped Theil-Sen trend through the last few yearly figures; the damping and the interval come from a backtest on
about 164,000 forecast origins of yearly national indicators, so for a city's series the interval is a lower bound.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

DAMPING = 0.8
MAX_POINTS = 6
MIN_POINTS = 3
MIN_TREND_POINTS = 4
# Student's t, quantile 0.90, for 1 to 4 degrees of freedom: no window is longer than MAX_POINTS, so no other is needed.
T90 = (3.0776835371752536, 1.8856180831641267, 1.6377443536962095, 1.5332062740589439)

Point = tuple[float, float]  # position in years, value


@dataclass(frozen=True, slots=True)
class Projection:
    """A value expected at the target period, its 80 % interval (None when there is none) and how it was made."""

    value: float
    low80: float | None
    high80: float | None
    method: str
    points: int

    def within(self, lower: float | None, upper: float | None) -> Projection:
        """The same projection kept inside the natural limits of the indicator (0 and 100 for a percentage)."""

        def clip(value: float) -> float:
            value = value if lower is None else max(value, lower)
            return value if upper is None else min(value, upper)

        low80, high80 = (None if bound is None else clip(bound) for bound in (self.low80, self.high80))
        return replace(self, value=clip(self.value), low80=low80, high80=high80)


def project(points: Sequence[Point], at: float) -> Projection | None:
    """Project yearly figures to position ``at``.

    Args:
        points: (position, value) of one regime in order of time, one a year at most; the last six count.
        at: position of the target period, in years.

    Returns:
        None with fewer than three points or when ``at`` is not ahead. Three points give no trend, only an interval.
    """
    window = points[-MAX_POINTS:]
    n = len(window)
    horizon = at - window[-1][0] if window else 0.0
    if n < MIN_POINTS or horizon <= 0:
        return None
    last = window[-1][1]
    if n < MIN_TREND_POINTS:
        method, value = "no-change", last
    else:
        # The closed form of the sum of DAMPING^k over k = 1..horizon also serves a horizon of 2.25 years.
        method = "damped-theil-sen"
        value = last + _theil_sen(window) * DAMPING * (1 - DAMPING**horizon) / (1 - DAMPING)
    # In a random walk a step over a gap of g years varies sqrt(g) times as much as a yearly one.
    steps = [(b[1] - a[1]) / math.sqrt(b[0] - a[0]) for a, b in pairwise(window)]
    half = T90[n - 3] * statistics.stdev(steps) * math.sqrt(horizon * (1 + horizon / (n - 1)))
    return Projection(value, value - half, value + half, method, n)


def project_total(points: Sequence[Point], at: float) -> Projection | None:
    """Project a cumulative count to position ``at`` by the mean of its last three yearly increments, no interval."""
    horizon = at - points[-1][0] if points else 0.0
    if len(points) < MIN_POINTS or horizon <= 0:
        return None
    window = points[-4:]
    (first_at, first), (last_at, last) = window[0], window[-1]
    value = last + horizon * (last - first) / (last_at - first_at)
    return Projection(value, None, None, "mean-increment", len(window))


def _theil_sen(points: Sequence[Point]) -> float:
    return statistics.median((b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2))
