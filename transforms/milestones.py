"""Milestones: dated states instead of a series. Once reached they stay reached, and no percentage is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from records import Observation, Period
from transforms.case import Case, data_lag, identity
from transforms.flags import UNSETTLED, source_flags
from transforms.known import is_final
from transforms.periods import ONE_DAY
from transforms.rows import ProgressRow
from transforms.status import Status, confidence, japanese_grade

LATER_STATE_IGNORED = "LATER_STATE_IGNORED"
_REACHED = frozenset({Status.ACHIEVED, Status.ACHIEVED_LATE})


def assess_milestone(case: Case, observations: Sequence[Observation]) -> Iterator[tuple[Period, ProgressRow]]:
    """One row per dated state known on the day, and one for the target period when that ended undecided.

    NOT_YET until reached; ACHIEVED from the day of the first evidence on (the event itself may be older), or
    ACHIEVED_LATE when that day lies behind the target period; FINAL_NOT_ACHIEVED when "not reached" is known of the
    target period's end or later; FINAL_PENDING when nothing is. A later "not reached" is ignored, with a flag.

    Args:
        case: the KPI on one day.
        observations: all vintages, to know whether the target period was ever undecided.
    """
    event = next((o for o in case.known.values() if _reached(o)), None)
    for period in case.known:
        yield period, _row(case, period, event)
    end = case.course.end_period
    if end and end.end < case.day and end not in case.known and _was_undecided(end, event, observations):
        yield end, _row(case, end, event)


def _reached(observation: Observation) -> bool:
    """States are printed as 1 (reached) and 0 (not reached)."""
    return observation.value is not None and observation.value >= 1


def _was_undecided(end: Period, event: Observation | None, observations: Sequence[Observation]) -> bool:
    if event is None or event.period.end > end.end:
        return True
    first_known: date = min(o.known_from for o in observations if _reached(o) and o.period.end <= end.end)
    return first_known > end.end + ONE_DAY


def _row(case: Case, period: Period, event: Observation | None) -> ProgressRow:
    observation = case.known.get(period)
    status = _status(case, period, event)
    flags = _flags(case, period, event)
    lag = data_lag(case.day, period)
    weak = not flags.isdisjoint(UNSETTLED)
    return ProgressRow(
        **identity(case, period, observation),
        target_met=status in _REACHED if status.is_graded else None,
        first_met_period=event.period.label if event and event.period.end <= period.end else None,
        data_lag=lag,
        status=status,
        jp_grade=japanese_grade(status, met=status is Status.ACHIEVED, pace=None),
        verdict_kind=_verdict_kind(case, period, status, event),
        confidence=confidence(shaky=case.kpi.is_proxy, weak_source=weak, data_lag=lag) if observation else None,
        flags=tuple(sorted(flags)),
        reason=_reason(period, status, observation, event),
    )


def _status(case: Case, period: Period, event: Observation | None) -> Status:
    observation, end = case.known.get(period), case.course.end_period
    if case.kpi.is_proxy:
        return Status.NA_NO_TARGET
    if event and event.period.end <= period.end:
        return Status.ACHIEVED_LATE if end and event.period.end > end.end else Status.ACHIEVED
    if period != end:
        if observation is None or observation.value is None:
            return Status.NA_NO_DATA
        return Status.FINAL_NOT_ACHIEVED if end and period.end >= end.end else Status.NOT_YET
    if _denied(case, end, event):
        return Status.FINAL_NOT_ACHIEVED
    return Status.ACHIEVED_LATE if event else Status.FINAL_PENDING


def _denied(case: Case, end: Period, event: Observation | None) -> bool:
    """Whether "not reached" is known of the target period's end, or of a later day before the event."""
    return any(
        o.value is not None and not _reached(o) and p.end >= end.end and (event is None or p.end < event.period.end)
        for p, o in case.known.items()
    )


def _flags(case: Case, period: Period, event: Observation | None) -> set[str]:
    observation = case.known.get(period)
    flags = source_flags(observation) if observation else set()
    if observation and event and not _reached(observation) and period.end > event.period.end:
        flags.add(LATER_STATE_IGNORED)
    if case.is_after_target(period):
        flags.add("POST_TARGET")
    if case.kpi.is_proxy:
        flags.add("PROXY")
    return flags


def _verdict_kind(case: Case, period: Period, status: Status, event: Observation | None) -> str:
    """The event itself, or the target period without one, is the verdict; other days are only evidence."""
    if status is Status.NOT_YET:
        return "ongoing"
    is_event = event is not None and period == event.period
    if not status.is_graded or not (is_event or period == case.course.end_period):
        return "none"
    return "final_provisional" if event and status in _REACHED and not is_final(event) else "final"


def _reason(period: Period, status: Status, observation: Observation | None, event: Observation | None) -> str:
    if status is Status.NA_NO_TARGET:
        return "NO_TARGET_VALUE"
    if not status.is_graded:
        return f"NO_VALUE:{period.label}"
    return f"DECIDED_BY:{event.period.label}" if event and observation is None and status in _REACHED else ""
