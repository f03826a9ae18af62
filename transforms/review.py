"""The review of a KPI on one day: what an assessment looks at, and what a row says before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from records import Direction, Kpi, Observation, Period, Target
from transforms.course import Course
from transforms.known import Figures, breaks_between, is_final
from transforms.periods import years_after
from transforms.status import THRESHOLDS

DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Review:
    """What an assessment looks at: a KPI with one target version and its course, and the figures known on the day."""

    kpi: Kpi
    target: Target
    course: Course
    known: Figures
    day: date

    def is_after_target(self, period: Period) -> bool:
        """Whether ``period`` ends behind the target period."""
        end = self.course.end_period
        return end is not None and period != end and period.end > end.end

    def breaks(self, period: Period) -> Sequence[Period]:
        """Periods since the baseline, up to ``period``, in which the series broke."""
        start = self.course.start
        return [] if start is None else breaks_between(self.known, start, period.middle)

    def newest_with_value(self) -> Period | None:
        """The newest period that has a value."""
        return max((p for p, o in self.known.items() if o.value is not None), key=lambda p: p.end, default=None)

    def is_stale(self, period: Period) -> bool:
        """Whether even the newest value is too old to say anything about ``period``."""
        newest = self.newest_with_value()
        return newest is not None and years_after(newest.end, THRESHOLDS.stale_years) < period.end


def identity(review: Review, period: Period, observation: Observation | None) -> dict[str, Any]:
    """The columns that say what a row is about: KPI, target version, period, vintage and figure."""
    course, target = review.course, review.target
    is_range = course.direction is Direction.RANGE
    return {
        "kpi_id": review.kpi.id,
        "target_version": target.version if review.kpi.targets else None,
        "direction": review.kpi.direction,
        "unit": review.kpi.unit,
        "baseline_value": course.baseline,
        "baseline_period": target.baseline_period.label if target.baseline_period else None,
        "target_value": None if is_range else course.goal,
        "target_low": course.low if is_range else None,
        "target_high": course.high if is_range else None,
        "target_period": target.period.label if target.period else None,
        "period_kind": period.kind,
        "period_start": period.start,
        "period_end": period.end,
        "period": period.label,
        "vintage": review.day,
        "value": observation.value if observation else None,
        "value_low": observation.value_low if observation else None,
        "value_high": observation.value_high if observation else None,
        "obs_status": observation.obs_status if observation else "M",
        "is_final": observation is not None and is_final(observation),
        "evidence": observation.evidence if observation else None,
        "acquisition": observation.acquisition if observation else None,
        "snapshot_id": observation.snapshot_id if observation else None,
        "se": observation.se if observation else None,
    }


def data_lag(day: date, period: Period) -> float:
    """Years from the end of ``period`` to ``day``, never below 0."""
    return max((day - period.end).days, 0) / DAYS_A_YEAR
