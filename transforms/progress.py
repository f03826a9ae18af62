"""The measures of one figure against its course: achievement, pace, gap, rates of change, and how sure they are."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

from records import Direction, Kpi, Observation, Period, PeriodKind
from transforms.course import Course
from transforms.known import Figures
from transforms.periods import shifted
from transforms.uncertainty import Z95, achievement_se, min_detectable_change


@dataclass(frozen=True, slots=True)
class Measures:
    """Computed columns of one row. Shares are plain ratios (1.0 = all of it); None is "not defined or not known"."""

    elapsed: float | None = None  # share of the time
    expected_value: float | None = None  # unit
    gap_to_expected: float | None = None  # unit, positive is good
    achievement_rate: float | None = None  # p, share of the way, not clipped
    pace_ratio: float | None = None  # r, achievement per planned share
    simple_ratio: float | None = None  # 単純達成率, ignores the baseline
    remaining_gap: float | None = None  # unit
    required_annual_change: float | None = None  # unit a year
    observed_annual_change: float | None = None  # unit a year
    yoy_change: float | None = None  # unit
    cagr_obs: float | None = None
    cagr_req: float | None = None
    cagr_ratio: float | None = None
    target_met: bool | None = None
    baseline_se: float | None = None  # unit
    p_se: float | None = None
    p_low95: float | None = None
    p_high95: float | None = None
    min_detectable_change: float | None = None  # unit
    change_detectable: bool | None = None

    def columns(self) -> dict[str, Any]:
        """The measures by column name; ``asdict`` would copy each number deeply."""
        return {name: getattr(self, name) for name in _COLUMNS}


_COLUMNS = tuple(column.name for column in fields(Measures))


def measure(kpi: Kpi, course: Course, period: Period, known: Figures) -> Measures:
    """All measures of the figure of ``period``, which may be missing or only a bound.

    Args:
        kpi: for its noise convention.
        course: what the target version asks for.
        period: the period assessed.
        known: the figures known on the day, among them that of ``period`` when there is one.
    """
    observation = known.get(period)
    value = observation.value if observation else None
    at = period.middle
    elapsed, expected = course.elapsed(at), course.expected(at)
    if observation is None or value is None:
        met = met_by_bound(course, observation) if observation else None
        return Measures(elapsed=elapsed, expected_value=expected, target_met=met)
    achievement = _achievement(course, value)
    se, se_baseline = observation.se, _baseline_se(course, known)
    smallest = _smallest_change(kpi, course, observation, se_baseline)
    p_se = None
    if achievement is not None and course.way is not None and se is not None and se_baseline is not None:
        p_se = achievement_se(achievement, course.way, se, se_baseline)
    cagr_obs, cagr_req = _growth(course, value, at)
    gap = None
    if course.has_target and expected is not None:
        gap = course.distance(expected) - course.distance(value)
    return Measures(
        elapsed=elapsed,
        expected_value=expected,
        gap_to_expected=gap,
        achievement_rate=achievement,
        pace_ratio=_pace(course, achievement, elapsed, expected),
        simple_ratio=_simple_ratio(course, value),
        remaining_gap=max(course.shortfall(value), 0.0) if course.has_target else None,
        required_annual_change=_required_change(course, value, at),
        observed_annual_change=_observed_change(course, value, at),
        yoy_change=_change_in_a_year(period, known),
        cagr_obs=cagr_obs,
        cagr_req=cagr_req,
        cagr_ratio=_growth_ratio(course, cagr_obs, cagr_req),
        target_met=course.met(value) if course.has_target else None,
        baseline_se=se_baseline,
        p_se=p_se,
        p_low95=None if p_se is None or achievement is None else achievement - Z95 * p_se,
        p_high95=None if p_se is None or achievement is None else achievement + Z95 * p_se,
        min_detectable_change=smallest,
        change_detectable=None
        if smallest is None or course.baseline is None
        else abs(value - course.baseline) > smallest,
    )


def met_by_bound(course: Course, observation: Observation) -> bool | None:
    """What a printed bound proves: the target met, not met, or (None) neither."""
    if not course.has_target or course.direction is Direction.RANGE:
        return None
    needs_at_least = course.low is not None
    certain = observation.value_low if needs_at_least else observation.value_high
    possible = observation.value_high if needs_at_least else observation.value_low
    if certain is not None and course.met(certain):
        return True
    return False if possible is not None and not course.met(possible) else None


def _achievement(course: Course, value: float) -> float | None:
    if course.way is None or course.baseline is None:
        return None
    return 1 - course.distance(value) / course.distance(course.baseline)


def _pace(course: Course, achievement: float | None, elapsed: float | None, expected: float | None) -> float | None:
    if achievement is None or not elapsed or expected is None:
        return None
    planned = _achievement(course, expected)
    return achievement / planned if planned and planned > 0 else None


def _simple_ratio(course: Course, value: float) -> float | None:
    goal = course.goal
    if goal is None or goal <= 0:
        return None
    if course.direction in {Direction.INCREASE, Direction.CUMULATIVE}:
        return value / goal
    return goal / value if course.direction is Direction.DECREASE and value > 0 else None


def _required_change(course: Course, value: float, at: float) -> float | None:
    if not course.has_target or course.end is None or at >= course.end:
        return None
    bound = None if course.met(value) else course.nearest_bound(value)
    return 0.0 if bound is None else (bound - value) / (course.end - at)


def _observed_change(course: Course, value: float, at: float) -> float | None:
    if course.baseline is None or course.start is None or at <= course.start:
        return None
    return (value - course.baseline) / (at - course.start)


def _change_in_a_year(period: Period, known: Figures) -> float | None:
    before = known.get(shifted(period, -1))
    now = known[period]
    if before is None or before.value is None or now.value is None or now.obs_status == "B":
        return None
    return now.value - before.value


def _growth(course: Course, value: float, at: float) -> tuple[float | None, float | None]:
    """Compound annual growth, observed and required; None for both where growth in percent has no meaning."""
    baseline, goal = course.baseline, course.goal
    if course.way is None or course.direction not in {Direction.INCREASE, Direction.DECREASE}:
        return None, None
    if baseline is None or goal is None or course.start is None or course.end is None:
        return None, None
    if min(baseline, goal, value) <= 0 or at <= course.start or course.end <= course.start:
        return None, None
    return _annual_rate(baseline, value, at - course.start), _annual_rate(baseline, goal, course.end - course.start)


def _annual_rate(first: float, last: float, years: float) -> float | None:
    try:
        return math.expm1(math.log(last / first) / years)
    except OverflowError:  # a few days apart: no rate a year is known from that
        return None


def _growth_ratio(course: Course, observed: float | None, required: float | None) -> float | None:
    if observed is None or not required:
        return None
    return (observed if course.direction is Direction.INCREASE else -observed) / abs(required)


def _baseline_se(course: Course, known: Figures) -> float | None:
    baseline = known.get(course.start_period) if course.start_period else None
    return baseline.se if baseline else None


def _smallest_change(kpi: Kpi, course: Course, observation: Observation, se_baseline: float | None) -> float | None:
    """None without a baseline, and for a pooled window that holds the baseline year: the two are not independent."""
    if course.baseline is None:
        return None
    pooled = observation.period.kind is PeriodKind.WINDOW
    if pooled and course.start_period and observation.period.start <= course.start_period.end:
        return None
    return min_detectable_change(kpi.noise, course.baseline, observation.se, se_baseline)
