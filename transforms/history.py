"""The history of a KPI: one row per period and vintage, the verdict, the newest standing, and when it may change next.

A vintage is a day on which something became known: a figure, a target version, or that a plan period has ended. On each
such day every period is assessed with what was known that day; a row is kept when it says something new. So no row
depends on the day of the computation, which only cuts the table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from records import Direction, Kpi, Observation, Period, Target
from transforms.assessment import assess
from transforms.course import course_of
from transforms.cumulative import totals
from transforms.known import known_on, restated_value
from transforms.milestones import assess_milestone
from transforms.periods import ONE_DAY, plan_periods, years_after
from transforms.review import Review
from transforms.rows import Latest, ProgressRow, Verdict
from transforms.status import NOT_GRADED, THRESHOLDS, Status

# A KPI without any target version (a proxy may have none) is measured against nothing.
_NO_TARGET = Target(period=None, value=None, baseline_period=None, baseline_value=None)


def progress_rows(kpi: Kpi, observations: Sequence[Observation], as_of: date) -> list[ProgressRow]:
    """All rows of one KPI up to ``as_of``, in order of vintage, then of period.

    Args:
        kpi: the KPI (or proxy) with all its target versions.
        observations: all vintages of its series, told apart by ``known_from``.
        as_of: vintages after this day are left out.

    Raises:
        ProgressError: for a target on the wrong side of its baseline, periods of unequal length, or a value that is
            no finite number.
    """
    rows: list[ProgressRow] = []
    newest: dict[Period, ProgressRow] = {}
    seen: dict[Period, set[float]] = defaultdict(set)
    for day in sorted(d for d in _event_days(kpi, observations) if d <= as_of):
        for period, fresh in _assess_all(kpi, observations, day):
            if fresh.value is not None:
                seen[period].add(fresh.value)
            row = _in_sequence(fresh, newest.get(period), revised=len(seen[period]) > 1)
            if _says_something_new(row, newest.get(period)):
                newest[period] = row
                rows.append(row)
    return rows


def verdict(rows: Sequence[ProgressRow]) -> Verdict | None:
    """The verdict of the newest target version that has one.

    The first row with final data decides and is never altered; what a restatement would say stands beside it. As long
    as there are only provisional data, the newest of them counts, and ``verdict_kind`` says so.
    """
    judged = [row for row in rows if row.verdict_kind in {"final", "final_provisional"}]
    if not judged:
        return None
    version = max(judged, key=lambda row: row.target_version or 0).target_version
    judged = [row for row in judged if row.target_version == version]
    decided = next((row for row in judged if row.verdict_kind == "final"), judged[-1])
    current = next(row for row in reversed(rows) if _about(row) == _about(decided))
    is_revised = decided.verdict_kind == "final" and (current.status, current.value) != (decided.status, decided.value)
    return Verdict(
        kpi_id=decided.kpi_id,
        target_version=decided.target_version,
        verdict_status=decided.status,
        verdict_value=decided.value,
        verdict_period=decided.period,
        decided_on=decided.vintage,
        jp_grade=decided.jp_grade,
        verdict_kind=decided.verdict_kind,
        snapshot_id=decided.snapshot_id,
        revised_status=current.status if is_revised else None,
        revised_value=current.value if is_revised else None,
    )


def latest(kpi: Kpi, rows: Sequence[ProgressRow], as_of: date) -> Latest:
    """Where the KPI stands on ``as_of``: the verdict if its time has come, and the newest figure after the baseline."""
    target = target_on(kpi, as_of) or _NO_TARGET
    version = target.version if kpi.targets else None
    current = [row for row in rows if row.vintage <= as_of and row.target_version == version]
    newest = {_about(row): row for row in current}  # later vintages replace earlier ones
    decided = None if kpi.is_proxy else verdict(current)
    ended = target.period is not None and target.period.end < as_of
    pending = None
    if target.period is not None and ended and not decided and not kpi.is_proxy:
        pending = next((row for row in newest.values() if row.period == target.period.label), None)
    # The baseline itself says nothing about progress.
    figures = (r for r in newest.values() if r.value is not None and r.status is not Status.NA_TOO_EARLY)
    row = max(figures, key=lambda r: r.period_end, default=None)
    status, grade, reason = (
        (row.status, row.jp_grade, row.reason) if row else (Status.NA_NO_DATA, NOT_GRADED, "NO_VALUE")
    )
    if row and not ended and kpi.direction is not Direction.MILESTONE and _stale_on(row.period_end) <= as_of:
        status, grade, reason = Status.NA_STALE, NOT_GRADED, f"NEWEST_VALUE:{row.period}"
    at_target = decided.verdict_status if decided else pending.status if pending else None
    return Latest(
        kpi_id=kpi.id,
        verdict_status=at_target,
        verdict_value=decided.verdict_value if decided else None,
        latest_period=row.period if row else None,
        latest_value=row.value if row else None,
        latest_status=status,
        latest_jp_grade=grade,
        latest_flags=row.flags if row else (),
        reason=pending.reason if pending else reason,
    )


def next_event(kpi: Kpi, observations: Sequence[Observation], as_of: date) -> date | None:
    """The first day after ``as_of`` on which rows or standing may change without any new data, None if there is none.

    A plan period ends, a target version comes into force, or the newest value turns stale.
    """
    days = set(_event_days(kpi, observations))
    target = target_on(kpi, as_of)
    known = known_on(observations, as_of)
    values = [period.end for period, observation in known.items() if observation.value is not None]
    if target and values and kpi.direction is not Direction.MILESTONE:
        stale = _stale_on(max(values))
        if target.period is None or stale <= target.period.end:
            days.add(stale)
    return min((day for day in days if day > as_of), default=None)


def _event_days(kpi: Kpi, observations: Sequence[Observation]) -> set[date]:
    days = {o.known_from for o in observations} | {t.valid_from for t in kpi.targets}
    for target in kpi.targets:
        days |= {period.end + ONE_DAY for period in _plan_of(kpi, target)}
    return days


def _plan_of(kpi: Kpi, target: Target) -> tuple[Period, ...]:
    """Periods in which a figure is expected. A milestone is an event: only its target period counts."""
    if target.period is None:
        return ()
    return plan_periods(target.period, None if kpi.direction is Direction.MILESTONE else target.baseline_period)


def target_on(kpi: Kpi, day: date) -> Target | None:
    """The target version in force on ``day``, None before the first one."""
    if not kpi.targets:
        return _NO_TARGET
    valid = [target for target in kpi.targets if target.valid_from <= day]
    return max(valid, key=lambda target: (target.valid_from, target.version), default=None)


def _assess_all(kpi: Kpi, observations: Sequence[Observation], day: date) -> Iterator[tuple[Period, ProgressRow]]:
    """Every period that has a figure or should have one by ``day``, assessed with what was known on that day."""
    target = target_on(kpi, day)
    if target is None:
        return
    known = known_on(observations, day)
    baseline = target.baseline_period
    # A yearly count is no cumulative baseline, so that its restatement moves nothing.
    restated = restated_value(observations, baseline, day) if baseline and not kpi.yearly_counts else None
    course = course_of(kpi, target, known, restated)
    if kpi.direction is Direction.MILESTONE:
        yield from assess_milestone(Review(kpi, target, course, known, day), observations)
        return
    if kpi.direction is Direction.CUMULATIVE:
        known = totals(kpi, target, known)
    review = Review(kpi, target, course, known, day)
    ended = {period for period in _plan_of(kpi, target) if period.end < day}
    for period in sorted(ended | set(known), key=lambda p: (p.end, p.start)):
        yield period, assess(review, period)


def _in_sequence(row: ProgressRow, previous: ProgressRow | None, *, revised: bool) -> ProgressRow:
    """The row with what only its predecessors can tell: whether the figure, and by it the status, was revised."""
    flags = tuple(sorted({*row.flags, "REVISED"})) if revised else row.flags
    if previous is None:
        return replace(row, flags=flags)
    by_revision = (
        previous.value is not None
        and previous.target_version == row.target_version
        and previous.status is not row.status
    )
    return replace(row, flags=flags, status_prev_vintage=previous.status, status_changed_by_revision=by_revision)


def _says_something_new(row: ProgressRow, previous: ProgressRow | None) -> bool:
    """Age alone is nothing new: a row keeps the lag and the confidence of the day on which it was first true."""
    if previous is None:
        return True
    same_age = replace(
        row,
        vintage=previous.vintage,
        data_lag=previous.data_lag,
        confidence=previous.confidence,
        status_prev_vintage=previous.status_prev_vintage,
        status_changed_by_revision=previous.status_changed_by_revision,
    )
    return same_age != previous


def _about(row: ProgressRow) -> tuple[int | None, date, date, str]:
    return row.target_version, row.period_start, row.period_end, row.period_kind


def _stale_on(period_end: date) -> date:
    """The first day on which a value of a period ending then is older than the limit."""
    return years_after(period_end, THRESHOLDS.stale_years) + ONE_DAY
