"""The marks on a row: flags for what a reader should know of the figure, and the reason when there is no grade."""

from __future__ import annotations

from records import CORRECTED, COVID_YEARS, Direction, Observation, Period, PeriodKind
from transforms.course import MAINTAIN, TOLERANCE
from transforms.cumulative import CUMULATIVE_FELL, SUM_HAS_GAP
from transforms.known import BREAK, NOT_FINAL
from transforms.progress import Measures
from transforms.review import Review
from transforms.status import Status

UNSETTLED = frozenset({*NOT_FINAL.values(), "SECONDARY_SOURCE"})
TARGET_WITHIN_NOISE = "TARGET_WITHIN_NOISE"


def source_flags(observation: Observation) -> set[str]:
    """The flags that come from how a figure is known."""
    flags = set(observation.flags)
    if observation.obs_status in NOT_FINAL:
        flags.add(NOT_FINAL[observation.obs_status])
    if observation.evidence == "secondary":
        flags.add("SECONDARY_SOURCE")
    if observation.acquisition == "stale":
        flags.add("STALE")
    return flags


def in_covid_years(period: Period) -> bool:
    """Whether the period's middle lies in 2020 to 2022."""
    return COVID_YEARS[0] <= period.middle < COVID_YEARS[1]


def flags_of(review: Review, period: Period, measures: Measures) -> set[str]:
    """All flags of one row that do not depend on earlier vintages."""
    course, observation = review.course, review.known.get(period)
    bound_only = observation is not None and observation.value is None and measures.target_met is not None
    kinds = {p.kind for p in (period, course.start_period, course.end_period) if p and p.kind is not PeriodKind.WINDOW}
    smallest = measures.min_detectable_change
    conditions = {
        "ESTIMATED": bound_only,
        "BREAK": bool(review.breaks(period)) or (observation is not None and observation.obs_status == BREAK),
        "REBASED": course.rebased,
        "COVID_2020_22": in_covid_years(period),
        "BASELINE_EQUALS_TARGET": course.baseline_equals_target,
        "BASELINE_ALREADY_MET": course.to_keep
        and course.direction not in MAINTAIN | {Direction.RANGE}
        and not course.baseline_equals_target,
        "OVERSHOOT": measures.achievement_rate is not None and measures.achievement_rate > 1 + TOLERANCE,
        "BEFORE_BASELINE": course.start is not None and period.middle < course.start,
        "POST_TARGET": review.is_after_target(period),
        "PROXY": review.kpi.is_proxy,
        "POOLED_WINDOW": period.kind is PeriodKind.WINDOW,
        "MIXED_PERIODS": len(kinds) > 1,
        "CHANGE_NOT_DETECTABLE": measures.change_detectable is False and measures.observed_annual_change is not None,
        TARGET_WITHIN_NOISE: smallest is not None and course.way is not None and abs(course.way) < smallest,
    }
    return {flag for flag, holds in conditions.items() if holds} | (source_flags(observation) if observation else set())


def reason_of(review: Review, period: Period, status: Status) -> str:
    """Why there is no grade: a code, and behind a colon the period that it is about; empty for a graded row."""
    baseline = review.course.start_period
    newest = review.newest_with_value()
    breaks = review.breaks(period)
    reasons = {
        Status.NA_NO_DATA: _why_no_value(review.known.get(period), period),
        Status.FINAL_PENDING: _why_no_value(review.known.get(period), period),
        Status.NA_STALE: f"NEWEST_VALUE:{newest.label}" if newest else "",
        Status.NA_NO_TARGET: "NO_TARGET_VALUE",
        Status.NA_NO_BASELINE: f"NO_BASELINE_VALUE:{baseline.label}" if baseline else "NO_BASELINE_PERIOD",
        Status.NA_BREAK: f"BREAK:{breaks[-1].label}" if breaks else "",
        Status.NA_TOO_EARLY: f"NOT_AFTER_BASELINE:{baseline.label}" if baseline else "",
    }
    return reasons.get(status, "")


def _why_no_value(observation: Observation | None, period: Period) -> str:
    if observation is None:
        return f"NO_VALUE:{period.label}"
    for flag in (SUM_HAS_GAP, CUMULATIVE_FELL):
        if flag in observation.flags:
            return f"{flag}:{observation.note}"
    if CORRECTED in observation.flags:
        return f"DROPPED:{period.label}"
    has_bound = observation.value_low is not None or observation.value_high is not None
    return f"{'ONLY_A_BOUND' if has_bound else 'VALUE_WITHHELD'}:{period.label}"
