"""Milestones: dated states instead of a series. Once reached they stay reached, and no percentage is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from records import Observation, Period
from transforms.flags import UNSETTLED, source_flags
from transforms.known import is_final
from transforms.periods import ONE_DAY
from transforms.review import Review, data_lag, identity
from transforms.rows import ProgressRow
from transforms.rules import Rule, first_match
from transforms.status import Status, confidence, japanese_grade

LATER_STATE_IGNORED = "LATER_STATE_IGNORED"
_REACHED = frozenset({Status.ACHIEVED, Status.ACHIEVED_LATE})


@dataclass(frozen=True, slots=True)
class _Facts:
    """All that the status of a milestone depends on."""

    is_proxy: bool
    reached_by_then: bool  # by the end of the period assessed
    reached_at_all: bool
    reached_late: bool  # behind the target period
    at_target: bool
    has_state: bool  # reached or not is known of exactly this period
    time_is_up: bool  # the period ends with the target period or behind it
    denied_at_the_end: bool  # "not reached" is known of the target period's end, or of a later day before the event


def _rule(status: Status, condition: str, holds: Callable[[_Facts], bool], reads: str = "") -> Rule[_Facts]:
    return Rule(status, condition, holds, tuple(reads.split()))


_RULES = (
    _rule(Status.NA_NO_TARGET, "milestone_of_a_proxy", lambda f: f.is_proxy, "is_proxy"),
    _rule(
        Status.ACHIEVED_LATE,
        "reached_behind_target_period",
        lambda f: f.reached_by_then and f.reached_late,
        "reached_by_then reached_late",
    ),
    _rule(Status.ACHIEVED, "reached_by_then", lambda f: f.reached_by_then, "reached_by_then"),
    _rule(
        Status.NA_NO_DATA,
        "no_state_known",
        lambda f: not f.at_target and not f.has_state,
        "at_target has_state",
    ),
    _rule(
        Status.FINAL_NOT_ACHIEVED,
        "not_reached_and_time_is_up",
        lambda f: not f.at_target and f.time_is_up,
        "at_target time_is_up",
    ),
    _rule(Status.NOT_YET, "not_reached_and_there_is_time", lambda f: not f.at_target, "at_target"),
    _rule(Status.FINAL_NOT_ACHIEVED, "denied_at_the_end", lambda f: f.denied_at_the_end, "denied_at_the_end"),
    _rule(Status.ACHIEVED_LATE, "reached_later", lambda f: f.reached_at_all, "reached_at_all"),
    _rule(Status.FINAL_PENDING, "none_of_these", lambda _: True),
)


def assess_milestone(review: Review, observations: Sequence[Observation]) -> Iterator[tuple[Period, ProgressRow]]:
    """One row per dated state known on the day, and one for the target period when that ended undecided.

    NOT_YET until reached; ACHIEVED from the day of the first evidence on (the event itself may be older), or
    ACHIEVED_LATE when that day lies behind the target period; FINAL_NOT_ACHIEVED when "not reached" is known of the
    target period's end or later; FINAL_PENDING when nothing is. A later "not reached" is ignored, with a flag.

    Args:
        review: the KPI on one day.
        observations: all vintages, to know whether the target period was ever undecided.
    """
    event = next((o for o in review.known.values() if _reached(o)), None)
    for period in review.known:
        yield period, _row(review, period, event)
    end = review.course.end_period
    if end and end.end < review.day and end not in review.known and _was_undecided(end, event, observations):
        yield end, _row(review, end, event)


def _reached(observation: Observation) -> bool:
    """States are printed as 1 (reached) and 0 (not reached)."""
    return observation.value is not None and observation.value >= 1


def _was_undecided(end: Period, event: Observation | None, observations: Sequence[Observation]) -> bool:
    if event is None or event.period.end > end.end:
        return True
    first_known: date = min(o.known_from for o in observations if _reached(o) and o.period.end <= end.end)
    return first_known > end.end + ONE_DAY


def _row(review: Review, period: Period, event: Observation | None) -> ProgressRow:
    observation = review.known.get(period)
    trace = first_match(_RULES, _facts(review, period, event))
    status = Status(trace[-1].status)
    flags = _flags(review, period, event)
    lag = data_lag(review.day, period)
    weak = not flags.isdisjoint(UNSETTLED)
    return ProgressRow(
        **identity(review, period, observation),
        target_met=status in _REACHED if status.is_graded else None,
        first_met_period=event.period.label if event and event.period.end <= period.end else None,
        data_lag=lag,
        status=status,
        jp_grade=japanese_grade(status, met=status is Status.ACHIEVED, pace=None),
        verdict_kind=_verdict_kind(review, period, status, event),
        confidence=confidence(shaky=review.kpi.is_proxy, weak_source=weak, data_lag=lag) if observation else None,
        flags=tuple(sorted(flags)),
        reason=_reason(period, status, observation, event),
        trace=trace,
    )


def _facts(review: Review, period: Period, event: Observation | None) -> _Facts:
    observation, end = review.known.get(period), review.course.end_period
    return _Facts(
        is_proxy=review.kpi.is_proxy,
        reached_by_then=event is not None and event.period.end <= period.end,
        reached_at_all=event is not None,
        reached_late=event is not None and end is not None and event.period.end > end.end,
        at_target=period == end,
        has_state=observation is not None and observation.value is not None,
        time_is_up=end is not None and period.end >= end.end,
        denied_at_the_end=end is not None and _denied(review, end, event),
    )


def _denied(review: Review, end: Period, event: Observation | None) -> bool:
    """Whether "not reached" is known of the target period's end, or of a later day before the event."""
    return any(
        o.value is not None and not _reached(o) and p.end >= end.end and (event is None or p.end < event.period.end)
        for p, o in review.known.items()
    )


def _flags(review: Review, period: Period, event: Observation | None) -> set[str]:
    observation = review.known.get(period)
    flags = source_flags(observation) if observation else set()
    if observation and event and not _reached(observation) and period.end > event.period.end:
        flags.add(LATER_STATE_IGNORED)
    if review.is_after_target(period):
        flags.add("POST_TARGET")
    if review.kpi.is_proxy:
        flags.add("PROXY")
    return flags


def _verdict_kind(review: Review, period: Period, status: Status, event: Observation | None) -> str:
    """The event itself, or the target period without one, is the verdict; other days are only evidence."""
    if status is Status.NOT_YET:
        return "ongoing"
    is_event = event is not None and period == event.period
    if not status.is_graded or not (is_event or period == review.course.end_period):
        return "none"
    return "final_provisional" if event and status in _REACHED and not is_final(event) else "final"


def _reason(period: Period, status: Status, observation: Observation | None, event: Observation | None) -> str:
    if status is Status.NA_NO_TARGET:
        return "NO_TARGET_VALUE"
    if not status.is_graded:
        return f"NO_VALUE:{period.label}"
    return f"DECIDED_BY:{event.period.label}" if event and observation is None and status in _REACHED else ""
