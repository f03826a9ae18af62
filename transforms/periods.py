"""Steps on the time axis: the same period in another year, the years of a plan, and equal lengths."""

from __future__ import annotations

from datetime import date, timedelta

from records import Period, PeriodKind

ONE_DAY = timedelta(days=1)


def years_after(day: date, years: int) -> date:
    """The same day ``years`` later (or earlier, when negative); 29 February becomes 28 February where it must."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def shifted(period: Period, years: int) -> Period:
    """The period of the same kind and months ``years`` later."""
    start = years_after(period.start, years)
    if period.kind is PeriodKind.DATE:
        return Period.day(start)
    return Period(start, years_after(period.end + ONE_DAY, years) - ONE_DAY, period.kind)


def plan_periods(last: Period, after: Period | None) -> tuple[Period, ...]:
    """The periods in which a plan expects a figure: from the one after ``after`` to ``last``, one a year.

    Pooled windows overlap from year to year, so that only the last one counts; without ``after`` likewise.
    """
    if after is None or last.kind is PeriodKind.WINDOW:
        return (last,)
    found = []
    period = last
    while period.start > after.end:
        found.append(period)
        period = shifted(period, -1)
    return tuple(reversed(found)) or (last,)


def equally_long(a: Period, b: Period) -> bool:
    """Whether two flows may be compared. A day is a stock, a window a yearly mean: both are flagged, not refused."""
    if {a.kind, b.kind} & {PeriodKind.DATE, PeriodKind.WINDOW}:
        return True
    return _months(a) == _months(b)


def _months(period: Period) -> int:
    return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
