"""Cumulative counts: the running sum of yearly counts, and the refusal of a total that falls.

A figure that cannot be used comes out without a value, with a flag, and with the period concerned as its note.
"""

from __future__ import annotations

from dataclasses import replace

from records import Kpi, Observation, Period, Target
from transforms.known import NOT_FINAL, Figures
from transforms.periods import plan_periods, shifted

SUM_HAS_GAP = "SUM_HAS_GAP"
CUMULATIVE_FELL = "CUMULATIVE_FELL"


def totals(kpi: Kpi, target: Target, known: Figures) -> dict[Period, Observation]:
    """The usable cumulative totals per period, gross of withdrawals.

    Yearly counts are summed from the first plan year on, upon the baseline; one missing year leaves every later sum
    without a value. Counts of years before the plan are no part of it.
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
    found: dict[Period, Observation] = {}
    for period, newest in known.items():
        if first is None or period.kind is not first.kind or period.start < first.start:
            continue
        years = plan_periods(period, shifted(first, -1))
        gap = next((y for y in years if y not in known or known[y].value is None), None)
        if gap:
            found[period] = _unusable(newest, SUM_HAS_GAP, gap)
        else:
            found[period] = _sum([known[y] for y in years], target.baseline_value or 0.0)
    return found


def _sum(counts: list[Observation], start: float) -> Observation:
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
