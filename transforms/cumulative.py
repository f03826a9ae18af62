"""Cumulative counts: the running sum of counts of one or several years, and the refusal of a total that falls.

A total that a publisher prints for several years, such as 累計 since the plan began, is one count of all of them: it
stands in where a year among them is missing. A total that follows from single years is never replaced by it.

A figure that cannot be used comes out without a value, with a flag, and with the period concerned as its note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from records import Kpi, Observation, Period, PeriodKind, Target
from transforms.known import NOT_FINAL, Figures
from transforms.periods import ONE_DAY, shifted, years_after

SUM_HAS_GAP = "SUM_HAS_GAP"
CUMULATIVE_FELL = "CUMULATIVE_FELL"


def totals(kpi: Kpi, target: Target, known: Figures) -> dict[Period, Observation]:
    """The usable cumulative totals per period, gross of withdrawals.

    Counts are summed from the first plan year on, upon the baseline; one missing year leaves every later sum without a
    value, until a count of several years covers it. Counts of years before the plan are no part of it.
    """
    found = _running_sums(kpi, target, known) if kpi.yearly_counts else dict(known)
    highest: tuple[float, Period] | None = None
    for period, total in found.items():
        if total.value is None:
            continue
        if highest and total.value < highest[0]:
            found[period] = _unusable(total, CUMULATIVE_FELL, highest[1])
        else:
            highest = (total.value, period)
    return found


def _running_sums(kpi: Kpi, target: Target, known: Figures) -> dict[Period, Observation]:
    first = kpi.plan_start or (shifted(target.baseline_period, 1) if target.baseline_period else None)
    if first is None:
        return {}
    # By the day behind them: counts without a gap since the plan began. Of those that end on one day, the finest win.
    unbroken: dict[date, tuple[Observation, ...]] = {first.start: ()}
    found: dict[Period, Observation] = {}
    for period, count in known.items():
        if period.kind not in {first.kind, PeriodKind.WINDOW} or period.start < first.start:
            continue
        behind = period.end + ONE_DAY
        year = period if period.kind is first.kind else _last_year(period, first)
        if count.value is not None and period.start in unbroken:
            unbroken[behind] = (*unbroken[period.start], count)
        if behind in unbroken:
            found[year] = replace(_sum(unbroken[behind], target.baseline_value or 0.0), period=year)
        else:
            gap = max(day for day in unbroken if day < behind)
            found[year] = _unusable(count, SUM_HAS_GAP, Period(gap, years_after(gap, 1) - ONE_DAY, first.kind))
    return found


def _last_year(period: Period, first: Period) -> Period:
    """The last of the years that were counted together."""
    return Period(years_after(period.end + ONE_DAY, -1), period.end, first.kind)


def _sum(counts: Sequence[Observation], start: float) -> Observation:
    """One total that carries the weakest status, evidence and acquisition of its parts."""
    newest = counts[-1]
    weakest = next((o.obs_status for letter in NOT_FINAL for o in counts if o.obs_status == letter), newest.obs_status)
    return replace(
        newest,
        value=start + sum(o.value or 0.0 for o in counts),
        value_low=None,
        value_high=None,
        se=None,
        obs_status=weakest,
        evidence="secondary" if any(o.evidence == "secondary" for o in counts) else newest.evidence,
        acquisition="stale" if any(o.acquisition == "stale" for o in counts) else newest.acquisition,
        flags=frozenset().union(*(o.flags for o in counts)),
    )


def _unusable(observation: Observation, flag: str, because_of: Period) -> Observation:
    return replace(
        observation,
        value=None,
        value_low=None,
        value_high=None,
        flags=observation.flags | {flag},
        note=because_of.label,
    )
