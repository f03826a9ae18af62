"""From measures to words: the status (first match wins), the grade of Japanese tables, verdict kind and confidence.

The thresholds are conventions with published models: 0.95 and 0.60 of the required pace (Statistics Canada, EUSTAT),
a dead band of 10 % of the way (Healthy People 2020), 80 % of the path for "mostly" and grade B (Nagano Prefecture).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from transforms.course import TOLERANCE

METHOD_VERSION = "linear-1"
NOT_GRADED = "−"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The numbers behind the words; changing one means a new ``METHOD_VERSION``."""

    on_track: float = 0.95  # pace
    near: float = 0.60  # pace
    no_change: float = 0.10  # share of the way, either side of the baseline
    mostly: float = 0.80  # share of the way
    grade_b: float = 0.80  # pace
    stale_years: int = 2
    early: float = 1 / 3  # share of the time before which no grade is sure
    aged_years: float = 1.0


THRESHOLDS = Thresholds()


class Status(StrEnum):
    """What a row says of its KPI."""

    NA_NO_DATA = "NA_NO_DATA"
    NA_NO_TARGET = "NA_NO_TARGET"
    NA_NO_BASELINE = "NA_NO_BASELINE"
    NA_BREAK = "NA_BREAK"
    NA_STALE = "NA_STALE"
    NA_TOO_EARLY = "NA_TOO_EARLY"
    MAINTAINED = "MAINTAINED"
    MAINTAINED_WEAKENING = "MAINTAINED_WEAKENING"
    MISSED_IMPROVING = "MISSED_IMPROVING"
    MISSED = "MISSED"
    FINAL_PENDING = "FINAL_PENDING"
    FINAL_ACHIEVED = "FINAL_ACHIEVED"
    FINAL_NOT_ACHIEVED = "FINAL_NOT_ACHIEVED"
    FINAL_WORSE = "FINAL_WORSE"
    FINAL_NO_CHANGE = "FINAL_NO_CHANGE"
    FINAL_MOSTLY = "FINAL_MOSTLY"
    FINAL_PARTIAL = "FINAL_PARTIAL"
    ACHIEVED_EARLY = "ACHIEVED_EARLY"
    ON_TRACK = "ON_TRACK"
    NO_CHANGE = "NO_CHANGE"
    MOVING_AWAY = "MOVING_AWAY"
    NEAR = "NEAR"
    BEHIND = "BEHIND"
    NOT_YET = "NOT_YET"  # milestones from here on
    ACHIEVED = "ACHIEVED"
    ACHIEVED_LATE = "ACHIEVED_LATE"

    @property
    def is_graded(self) -> bool:
        """Whether the figure was judged at all."""
        return not self.startswith("NA_") and self is not Status.FINAL_PENDING


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a status depends on."""

    usable: bool  # a value, or a bound that proves the target met
    at_target: bool  # exactly the target period
    after_target: bool
    has_target: bool
    has_baseline: bool
    broken: bool  # the series broke since the baseline
    stale: bool  # no value, and the newest one is too old for this period
    after_baseline: bool
    to_keep: bool
    met: bool | None
    better: bool  # than the baseline, in the direction of the target
    detectable: bool | None  # None: no test possible
    achievement: float | None
    pace: float | None
    gap: float | None


def status_of(facts: Facts) -> Status:
    """The first status whose condition holds.

    A figure of the baseline period or earlier is never graded, not even against a target to keep. Rows after the
    target period get no final word but the words of the way: with all the time elapsed, pace equals achievement.
    """
    if not_assessable := _not_assessable(facts):
        return not_assessable
    if facts.at_target:
        return _final(facts) if facts.usable else Status.FINAL_PENDING
    return _held(facts) if facts.to_keep else _ongoing(facts)


def _not_assessable(facts: Facts) -> Status | None:
    if not facts.usable and not facts.at_target:
        return Status.NA_STALE if facts.stale else Status.NA_NO_DATA
    if not facts.has_target:
        return Status.NA_NO_TARGET
    if not facts.has_baseline:
        return Status.NA_NO_BASELINE
    if facts.broken:
        return Status.NA_BREAK
    return None if facts.after_baseline else Status.NA_TOO_EARLY


def _held(facts: Facts) -> Status:
    changed = facts.detectable is True
    if facts.met:
        return Status.MAINTAINED_WEAKENING if changed and not facts.better else Status.MAINTAINED
    return Status.MISSED_IMPROVING if changed and facts.better else Status.MISSED


def _final(facts: Facts) -> Status:
    if facts.met:
        return Status.FINAL_ACHIEVED
    if facts.to_keep or facts.achievement is None:
        return Status.FINAL_NOT_ACHIEVED
    if facts.achievement <= -THRESHOLDS.no_change + TOLERANCE and facts.detectable is not False:
        return Status.FINAL_WORSE
    if abs(facts.achievement) < THRESHOLDS.no_change - TOLERANCE or facts.detectable is False:
        return Status.FINAL_NO_CHANGE
    return Status.FINAL_MOSTLY if facts.achievement >= THRESHOLDS.mostly - TOLERANCE else Status.FINAL_PARTIAL


def _ongoing(facts: Facts) -> Status:
    if facts.met and not facts.after_target:
        return Status.ACHIEVED_EARLY
    pace = facts.pace
    if pace is None:  # the path plans nothing yet, or only a bound is known: being on it is all that can be said
        on_path = facts.met or (facts.gap is not None and facts.gap >= -TOLERANCE)
        pace = THRESHOLDS.on_track if on_path else 0.0
    if pace >= THRESHOLDS.on_track - TOLERANCE:
        return Status.ON_TRACK
    achievement = facts.achievement or 0.0
    near = pace >= THRESHOLDS.near - TOLERANCE
    if facts.detectable is False or (abs(achievement) < THRESHOLDS.no_change - TOLERANCE and not near):
        return Status.NO_CHANGE
    if achievement <= -THRESHOLDS.no_change + TOLERANCE:
        return Status.MOVING_AWAY
    return Status.NEAR if near else Status.BEHIND


def japanese_grade(status: Status, *, met: bool | None, pace: float | None) -> str:
    """A, B, C, D or "−": the grade that municipal tables give, which ignores noise on purpose."""
    if not status.is_graded:
        return NOT_GRADED
    if met:
        return "A"
    if pace is None:
        return NOT_GRADED
    if pace >= 1 - TOLERANCE:
        return "A"
    if pace >= THRESHOLDS.grade_b - TOLERANCE:
        return "B"
    return "C" if pace > TOLERANCE else "D"


def verdict_kind(status: Status, facts: Facts, *, final_data: bool) -> str:
    """ongoing, final, final_provisional or none; only exactly the target period has a verdict."""
    if not status.is_graded or facts.after_target:
        return "none"
    if not facts.at_target:
        return "ongoing"
    return "final" if final_data else "final_provisional"


def confidence(*, shaky: bool, weak_source: bool, data_lag: float) -> str:
    """Low when the ratio itself is shaky, medium when the figure is not settled or old, else high."""
    if shaky:
        return "low"
    return "medium" if weak_source or data_lag > THRESHOLDS.aged_years else "high"
