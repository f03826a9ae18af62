"""One row of the table: everything that is said of one KPI for one period as known on one day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from records import Direction, Observation, Period, PeriodKind
from transforms.course import TOLERANCE
from transforms.flags import TARGET_WITHIN_NOISE, UNSETTLED, flags_of, in_covid_years, reason_of
from transforms.known import BREAK, ProgressError, is_final
from transforms.periods import equally_long
from transforms.progress import Measures, measure, met_by_bound
from transforms.projection import MIN_TREND_POINTS, Point, Projection, project, project_total
from transforms.review import Review, data_lag, identity
from transforms.rows import ProgressRow
from transforms.status import THRESHOLDS, Facts, Status, confidence, decide, japanese_grade, verdict_kind

_YEARLY = frozenset({PeriodKind.CY, PeriodKind.FY, PeriodKind.DATE})


def assess(review: Review, period: Period) -> ProgressRow:
    """Assess one period, which may have a value, only a bound, or nothing.

    Raises:
        ProgressError: when the figure's period is not as long as the baseline's.
    """
    observation = review.known.get(period)
    _check_length(review, period, observation)
    measures = measure(review.kpi, review.course, period, review.known)
    facts = _facts(review, period, measures)
    trace = decide(facts)
    status = Status(trace[-1].status)
    points = _trend_points(review, period) if observation and observation.value is not None else []
    is_ahead = review.course.end is not None and period.middle < review.course.end
    projection = _project(review, points) if is_ahead and status is not Status.NA_BREAK else None
    flags = flags_of(review, period, measures)
    lag = data_lag(review.day, period)
    has_figure = observation is not None and facts.usable
    shaky = (
        review.kpi.is_proxy
        or measures.change_detectable is False
        or TARGET_WITHIN_NOISE in flags
        or (not facts.at_target and not facts.after_target and _is_early(measures, points))
    )
    return ProgressRow(
        **identity(review, period, observation),
        **measures.columns(),
        **_projected(projection),
        first_met_period=_first_met(review, period),
        data_lag=lag,
        status=status,
        jp_grade=japanese_grade(status, met=measures.target_met, pace=measures.pace_ratio),
        verdict_kind=verdict_kind(status, facts, final_data=observation is not None and is_final(observation)),
        confidence=confidence(shaky=shaky, weak_source=not flags.isdisjoint(UNSETTLED), data_lag=lag)
        if has_figure
        else None,
        flags=tuple(sorted(flags)),
        reason=reason_of(review, period, status),
        trace=trace,
    )


def _facts(review: Review, period: Period, measures: Measures) -> Facts:
    course, observation = review.course, review.known.get(period)
    value = observation.value if observation else None
    better = (
        value is not None
        and course.has_target
        and course.baseline is not None
        and course.shortfall(value) < course.shortfall(course.baseline)
    )
    return Facts(
        usable=value is not None or measures.target_met is True,
        at_target=period == course.end_period,
        after_target=review.is_after_target(period),
        has_target=course.has_target,
        has_baseline=course.baseline is not None and course.start is not None,
        broken=bool(review.breaks(period)),
        stale=review.is_stale(period),
        after_baseline=course.origin is not None and period.middle > course.origin,
        to_keep=course.to_keep,
        met=measures.target_met,
        better=better,
        detectable=measures.change_detectable,
        achievement=measures.achievement_rate,
        pace=measures.pace_ratio,
        gap=measures.gap_to_expected,
        value=value,
        low=course.low,
        high=course.high,
        change=None if value is None or course.baseline is None else value - course.baseline,
        smallest_change=measures.min_detectable_change,
    )


def _check_length(review: Review, period: Period, observation: Observation | None) -> None:
    baseline = review.course.start_period
    if observation and baseline and review.course.baseline is not None and not equally_long(period, baseline):
        raise ProgressError(
            f"{review.kpi.id}: the figure of {period.label} ({period.start} to {period.end}) is not as long as the "
            f"baseline period {baseline.label}; give the series the baseline's periods"
        )


def _first_met(review: Review, period: Period) -> str | None:
    """The first period behind the baseline, up to ``period``, whose figure met the target."""
    course = review.course
    if not course.has_target or course.origin is None:
        return None
    for candidate, observation in review.known.items():
        if course.origin < candidate.middle <= period.middle:
            value = observation.value
            if course.met(value) if value is not None else met_by_bound(course, observation):
                return candidate.label
    return None


def _trend_points(review: Review, period: Period) -> list[Point]:
    """The yearly figures up to ``period`` that a trend may be fitted to: since the last break, without COVID years."""
    if period.kind not in _YEARLY:
        return []
    points: list[Point] = []
    for other, observation in review.known.items():
        if other.kind is not period.kind or other.middle > period.middle or observation.value is None:
            continue
        if observation.obs_status == BREAK:
            points.clear()
        if not in_covid_years(other):
            points.append((other.middle, observation.value))
    return points


def _project(review: Review, points: Sequence[Point]) -> Projection | None:
    if review.course.end is None:
        return None
    is_total = review.kpi.direction is Direction.CUMULATIVE
    found = project_total(points, review.course.end) if is_total else project(points, review.course.end)
    return found.within(review.kpi.lower_bound, review.kpi.upper_bound) if found else None


def _projected(projection: Projection | None) -> dict[str, Any]:
    if projection is None:
        return {}
    return {
        "projected_value": projection.value,
        "projected_low80": projection.low80,
        "projected_high80": projection.high80,
        "projection_method": projection.method,
        "projection_n": projection.points,
    }


def _is_early(measures: Measures, points: Sequence[Point]) -> bool:
    """Whether too little time has passed, or too few figures are known, for a sure grade on the way."""
    early = measures.elapsed is not None and measures.elapsed < THRESHOLDS.early - TOLERANCE
    return early or len(points) < MIN_TREND_POINTS
