"""From measures to words: the status (first match wins), the grade of Japanese tables, verdict kind and confidence.

The thresholds are conventions with published models: 0.95 and 0.60 of the required pace (Statistics Canada, EUSTAT),
a dead band of 10 % of the way (Healthy People 2020), 80 % of the path for "mostly" and grade B (Nagano Prefecture).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum

from transforms.course import TOLERANCE
from transforms.rules import Rule, Step, first_match

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
    """All that a status depends on, and the figures behind it."""

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
    value: float | None = None
    low: float | None = None  # the target: at least this,
    high: float | None = None  # at most that
    change: float | None = None  # from the baseline
    smallest_change: float | None = None  # that can be told from noise

    @property
    def judged_pace(self) -> float:
        """The pace, or what stands for it where the path plans nothing yet or only a bound is known.

        All that can be said then is whether the figure is on the path.
        """
        if self.pace is not None:
            return self.pace
        on_path = self.met or (self.gap is not None and self.gap >= -TOLERANCE)
        return THRESHOLDS.on_track if on_path else 0.0

    @property
    def is_worse(self) -> bool:
        """Whether the figure is away from the target by more than the dead band."""
        return self.achievement is not None and self.achievement <= -THRESHOLDS.no_change + TOLERANCE

    @property
    def is_level(self) -> bool:
        """Whether the figure is within the dead band around the baseline."""
        return abs(self.achievement or 0.0) < THRESHOLDS.no_change - TOLERANCE


_LIMITS = asdict(THRESHOLDS)


def _rule(
    status: Status, condition: str, holds: Callable[[Facts], bool], reads: str = "", limits: str = ""
) -> Rule[Facts]:
    return Rule(status, condition, holds, tuple(reads.split()), tuple((name, _LIMITS[name]) for name in limits.split()))


_TARGET = "value low high met"
_NOISE = "change smallest_change detectable"
_NOT_ASSESSABLE = (
    _rule(
        Status.NA_STALE,
        "no_figure_and_newest_too_old",
        lambda f: not f.usable and not f.at_target and f.stale,
        "usable at_target stale",
        "stale_years",
    ),
    _rule(Status.NA_NO_DATA, "no_figure", lambda f: not f.usable and not f.at_target, "usable at_target"),
    _rule(Status.NA_NO_TARGET, "no_target", lambda f: not f.has_target, "has_target"),
    _rule(Status.NA_NO_BASELINE, "no_baseline", lambda f: not f.has_baseline, "has_baseline"),
    _rule(Status.NA_BREAK, "series_broke", lambda f: f.broken, "broken"),
    _rule(Status.NA_TOO_EARLY, "not_after_baseline", lambda f: not f.after_baseline, "after_baseline"),
)
_AT_TARGET = (
    _rule(Status.FINAL_PENDING, "target_period_without_figure", lambda f: not f.usable, "usable"),
    _rule(Status.FINAL_ACHIEVED, "target_met", lambda f: f.met is True, _TARGET),
    _rule(
        Status.FINAL_NOT_ACHIEVED,
        "missed_and_nothing_to_measure",
        lambda f: f.to_keep or f.achievement is None,
        "to_keep achievement",
    ),
    _rule(
        Status.FINAL_WORSE,
        "worse_than_dead_band",
        lambda f: f.is_worse and f.detectable is not False,
        f"achievement {_NOISE}",
        "no_change",
    ),
    _rule(
        Status.FINAL_NO_CHANGE,
        "within_dead_band_or_noise",
        lambda f: f.is_level or f.detectable is False,
        f"achievement {_NOISE}",
        "no_change",
    ),
    _rule(
        Status.FINAL_MOSTLY,
        "achievement_at_least",
        lambda f: (f.achievement or 0.0) >= THRESHOLDS.mostly - TOLERANCE,
        "achievement",
        "mostly",
    ),
    _rule(Status.FINAL_PARTIAL, "none_of_these", lambda _: True),
)
_TO_KEEP = (
    _rule(
        Status.MAINTAINED_WEAKENING,
        "kept_and_worse",
        lambda f: f.met is True and f.detectable is True and not f.better,
        f"{_TARGET} {_NOISE} better",
    ),
    _rule(Status.MAINTAINED, "target_met", lambda f: f.met is True, _TARGET),
    _rule(
        Status.MISSED_IMPROVING, "missed_and_better", lambda f: f.detectable is True and f.better, f"{_NOISE} better"
    ),
    _rule(Status.MISSED, "none_of_these", lambda _: True),
)
_ON_THE_WAY = (
    _rule(
        Status.ACHIEVED_EARLY,
        "met_before_target_period",
        lambda f: f.met is True and not f.after_target,
        f"{_TARGET} after_target",
    ),
    _rule(
        Status.ON_TRACK,
        "pace_at_least_on_track",
        lambda f: f.judged_pace >= THRESHOLDS.on_track - TOLERANCE,
        "judged_pace",
        "on_track",
    ),
    _rule(
        Status.NO_CHANGE,
        "noise_or_level_and_slow",
        lambda f: f.detectable is False or (f.is_level and f.judged_pace < THRESHOLDS.near - TOLERANCE),
        f"{_NOISE} achievement judged_pace",
        "no_change near",
    ),
    _rule(Status.MOVING_AWAY, "worse_than_dead_band_by_now", lambda f: f.is_worse, "achievement", "no_change"),
    _rule(
        Status.NEAR,
        "pace_at_least_near",
        lambda f: f.judged_pace >= THRESHOLDS.near - TOLERANCE,
        "judged_pace",
        "near",
    ),
    _rule(Status.BEHIND, "none_of_these", lambda _: True),
)


def decide(facts: Facts) -> tuple[Step, ...]:
    """The rules that were tried, in order; the last one held, and its status is the row's: the first match wins.

    A figure of the baseline period or earlier is never graded, not even against a target to keep. Rows after the
    target period get no final word but the words of the way: with all the time elapsed, pace equals achievement.
    """
    stage = _AT_TARGET if facts.at_target else _TO_KEEP if facts.to_keep else _ON_THE_WAY
    return first_match((*_NOT_ASSESSABLE, *stage), facts)


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
