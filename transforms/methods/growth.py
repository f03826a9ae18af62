"""Compound annual growth, the measure behind the yardsticks of Statistics Canada and EUSTAT.

Source: Open SDG, sdg-build, ``sdg/ProgressMeasure.py``, which both offices run (Statistics Canada wrote it after
Eurostat's approach). Growth ``g(v) = (v / baseline)^(1 / years) - 1``, counted positive in the wanted direction.

Edge rules, all as published: 0 as baseline or target becomes 0.001, so that the ratio then depends on the unit;
baseline and current value of opposite sign, or fewer than two years, give no growth; with target equal to baseline
there is no required growth and so no ratio; values below zero count with their sign turned.
"""

from __future__ import annotations

from transforms.methods.case import Case

STAND_IN_FOR_ZERO = 0.001
NO_GROWTH = 1e-15  # growth smaller than this is the rounding of a target that equals its baseline
LIMIT_EXPONENT = 4.44


def observed_growth(case: Case) -> float | None:
    """Signed growth per year from baseline to current value, None where it is not defined."""
    growth = _growth(case, case.current_value, case.current_year)
    return None if growth is None else _turned(case) * growth


def growth_ratio(case: Case) -> float | None:
    """Observed growth over the growth that the target asks for, None where either is not defined."""
    observed = observed_growth(case)
    required = _growth(case, goal(case), case.target_year)
    if observed is None or required is None or abs(required) < NO_GROWTH:
        return None
    return observed / abs(required)


def goal(case: Case) -> float | None:
    """The target, with 0.001 in place of 0."""
    return _not_zero(case.target_value)


def target_met(case: Case) -> bool:
    """Whether the newest value meets the target, wherever it started and whichever way it moves."""
    target = goal(case)
    return target is not None and case.current_value is not None and case.reaches(case.current_value, target)


def room_to_limit(case: Case) -> float:
    """Factor (0 to 1) on the class limits for a baseline near the indicator's natural limit (100 %), else 1."""
    if case.options.get("limit") is None or case.baseline_value is None:
        return 1.0
    limit, baseline = abs(float(case.options["limit"])), abs(case.baseline_value)
    if baseline >= 2 * limit:
        return 1.0
    nearness = baseline / limit if baseline <= limit else (2 * limit - baseline) / limit
    return float(1 - nearness**LIMIT_EXPONENT)


def _growth(case: Case, value: float | None, year: float | None) -> float | None:
    baseline = _not_zero(case.baseline_value)
    if baseline is None or value is None or case.baseline_year is None or year is None:
        return None
    years = year - case.baseline_year
    if years < 1 or value * baseline < 0:
        return None
    return float((value / baseline) ** (1 / years)) - 1


def _turned(case: Case) -> int:
    below_zero = case.baseline_value is not None and case.baseline_value < 0
    return -case.sign if below_zero else case.sign


def _not_zero(value: float | None) -> float | None:
    return STAND_IN_FOR_ZERO if value is not None and abs(value) <= 0 else value
