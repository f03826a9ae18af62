"""When the next figure of a series is due. A statement about the calendar of a publisher, not about today."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from records import Cadence, Period

_MONTHS = {Cadence.MONTH: 1, Cadence.YEAR: 12, Cadence.FIVE_YEARS: 60}


@dataclass(frozen=True, slots=True)
class Expected:
    """The period whose figure comes next, and the last day on which it may still be missing."""

    period: Period
    by: date


def expected(newest: Period, cadence: Cadence, lag_days: int | None) -> Expected | None:
    """What comes after the newest figure of a series.

    Args:
        newest: the period of that figure.
        cadence: how often a figure comes.
        lag_days: days from the end of a period to the latest day on which its figure is there, a margin included.

    Returns:
        None where nobody promises a further figure.
    """
    if cadence is Cadence.NONE or lag_days is None:
        return None
    months = _MONTHS[cadence]
    period = Period(_later(newest.start, months), _later(newest.end, months), newest.kind)
    return Expected(period, period.end + timedelta(days=lag_days))


def _later(day: date, months: int) -> date:
    """The same day so many months later; the last day of a month stays the last day of one."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    last = calendar.monthrange(year, month)[1]
    was_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month, last if was_last else min(day.day, last))
