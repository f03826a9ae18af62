"""The course that a target version sets: from which value and period to which, and how far a value is from it.

Every direction is an interval: "at least T" has only a lower bound, "at most T" only an upper one, a range has both.
So one measure, the shortfall, serves all of them; for increase and decrease it gives p = (A - B) / (T - B) exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from records import Direction, Kpi, Period, Target
from transforms.known import Figures, ProgressError
from transforms.periods import shifted

TOLERANCE = 1e-9  # of binary floats, as a share
MAINTAIN = frozenset({Direction.MAINTAIN_MIN, Direction.MAINTAIN_MAX})
_AT_MOST = frozenset({Direction.DECREASE, Direction.MAINTAIN_MAX})


@dataclass(frozen=True, slots=True)
class Course:
    """One target version as it stood on one day. Positions are in years, values in the KPI's unit."""

    direction: Direction
    baseline: float | None  # B
    low: float | None  # the value must be at least this
    high: float | None  # and at most this
    strict: bool
    start_period: Period | None
    end_period: Period | None
    start: float | None  # t0, middle of the baseline period
    origin: float | None  # where the path leaves the baseline: t0, or the year before the plan starts
    end: float | None  # tT
    path: tuple[tuple[float, float], ...]  # published interim targets, in order of time
    rebased: bool

    @property
    def has_target(self) -> bool:
        """Whether there is anything to reach."""
        return self.low is not None or self.high is not None

    @property
    def goal(self) -> float | None:
        """T; of a range the bound on the baseline's side, None when the baseline lies inside."""
        if self.low is None or self.high is None:
            return self.low if self.high is None else self.high
        return None if self.baseline is None else self.nearest_bound(self.baseline)

    def nearest_bound(self, value: float) -> float | None:
        """The bound that ``value`` must still cross, None when it lies within."""
        if self.low is not None and value < self.low:
            return self.low
        return self.high if self.high is not None and value > self.high else None

    def shortfall(self, value: float) -> float:
        """How far ``value`` is on the wrong side of the target; negative behind it. Of two bounds the weaker counts."""
        below = [] if self.low is None else [self.low - value]
        above = [] if self.high is None else [value - self.high]
        return max(below + above)

    def distance(self, value: float) -> float:
        """The shortfall that the achievement is measured by: inside a range there is no overshoot."""
        shortfall = self.shortfall(value)
        return max(shortfall, 0.0) if self.low is not None and self.high is not None else shortfall

    def met(self, value: float) -> bool:
        """Whether ``value`` meets the target, never rounded up into success."""
        slack = TOLERANCE * max(abs(bound) for bound in (self.low, self.high) if bound is not None)
        return self.shortfall(value) < -slack if self.strict else self.shortfall(value) <= slack

    @property
    def baseline_equals_target(self) -> bool:
        """Whether there is no way to go at all."""
        if self.baseline is None or self.goal is None:
            return False
        return abs(self.baseline - self.goal) <= TOLERANCE * abs(self.goal)

    @property
    def to_keep(self) -> bool:
        """Whether the target is to be kept rather than reached: maintain, or met from the start."""
        if self.baseline is None or not self.has_target:
            return self.direction in MAINTAIN
        return self.direction in MAINTAIN or self.baseline_equals_target or self.met(self.baseline)

    @property
    def way(self) -> float | None:
        """T - B, None when there is no such way to go."""
        if self.to_keep or self.baseline is None or self.goal is None:
            return None
        return self.goal - self.baseline

    def elapsed(self, position: float) -> float | None:
        """The share of the way's time that has passed at ``position``, 0 to 1."""
        if self.origin is None or self.end is None or self.end <= self.origin:
            return None
        return min(max((position - self.origin) / (self.end - self.origin), 0.0), 1.0)

    def expected(self, position: float) -> float | None:
        """The value that the path has at ``position``: the straight line, or through the published interim targets."""
        if self.way is None:
            return self.goal if self.to_keep else None
        if self.baseline is None or self.goal is None:
            return None
        if self.origin is None or self.end is None or self.end <= self.origin:
            return None
        return _on_line(((self.origin, self.baseline), *self.path, (self.end, self.goal)), position)


def course_of(kpi: Kpi, target: Target, known: Figures, restated_baseline: float | None) -> Course:
    """The course of one target version.

    Args:
        kpi: the KPI; a proxy takes its baseline from its own figure of the baseline period.
        target: the version in force.
        known: the figures known on the day.
        restated_baseline: the newest figure of the baseline period when its publisher has restated it: it replaces
            the printed baseline, and a relative target moves with it, an absolute one stays.

    Raises:
        ProgressError: when the target lies on the wrong side of the baseline and nobody has declared that as meant.
    """
    _check_side(kpi, target)
    period, baseline = target.baseline_period, target.baseline_value
    if kpi.is_proxy and baseline is None and period is not None and period in known:
        baseline = known[period].value
    scale, rebased = 1.0, False
    if baseline is not None and restated_baseline is not None:
        rebased = abs(restated_baseline - baseline) > TOLERANCE * abs(baseline)
        if rebased and baseline and target.kind == "relative_to_baseline":
            scale = restated_baseline / baseline
        baseline = restated_baseline if rebased else baseline
    low, high = _bounds(kpi.direction, target)
    start = period.middle if period else None
    return Course(
        direction=kpi.direction,
        baseline=baseline,
        low=None if low is None else low * scale,
        high=None if high is None else high * scale,
        strict=target.strict,
        start_period=period,
        end_period=target.period,
        start=start,
        origin=shifted(kpi.plan_start, -1).middle if kpi.plan_start else start,
        end=target.period.middle if target.period else None,
        path=tuple(sorted((p.middle, value * scale) for p, value in target.path)),
        rebased=rebased,
    )


def _bounds(direction: Direction, target: Target) -> tuple[float | None, float | None]:
    if direction is Direction.RANGE:
        return target.low, target.high
    return (None, target.value) if direction in _AT_MOST else (target.value, None)


def _check_side(kpi: Kpi, target: Target) -> None:
    baseline, value = target.baseline_value, target.value
    if (
        baseline is None
        or value is None
        or target.baseline_already_met
        or kpi.direction in MAINTAIN | {Direction.RANGE}
    ):
        return
    way = baseline - value if kpi.direction is Direction.DECREASE else value - baseline
    if way < -TOLERANCE * abs(value):
        raise ProgressError(
            f"{kpi.id}, target version {target.version}: the target {value} lies on the wrong side of the baseline "
            f"{baseline} for direction {kpi.direction}; correct direction or unit, or declare baseline_already_met"
        )


def _on_line(points: Sequence[tuple[float, float]], position: float) -> float:
    for (x0, y0), (x1, y1) in pairwise(points):
        if position <= x1:
            return y0 if position <= x0 else y0 + (y1 - y0) * (position - x0) / (x1 - x0)
    return points[-1][1]
