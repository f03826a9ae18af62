"""How far a figure can be trusted: standard errors, the smallest detectable change, the interval of the achievement."""

from __future__ import annotations

import math

from records import Noise

Z95 = 1.96  # two-sided 95 % of the normal distribution
RELATIVE_NOISE = 0.05  # share of the baseline that counts as unchanged: Health Japan 21 (2nd), final evaluation
SURVEY_NOISE = 3.0  # percentage points that a survey may err: Fukuoka City's evaluation of measures


def fertility_se(rate: float, births: int) -> float:
    """Standard error of a total fertility rate, Poisson births: about rate / sqrt(births)."""
    return rate / math.sqrt(births)


def count_se(count: float) -> float:
    """Standard error of a full count of rare events (Poisson)."""
    return math.sqrt(count)


def min_detectable_change(noise: Noise, baseline: float, se_actual: float | None, se_baseline: float | None) -> float:
    """The smallest change between baseline and actual that is not noise, in the KPI's unit.

    With both standard errors: 1.96 standard errors of the difference. Otherwise the convention that the KPI declares.
    """
    if se_actual is not None and se_baseline is not None:
        return Z95 * math.hypot(se_actual, se_baseline)
    match noise:
        case Noise.RELATIVE:
            return RELATIVE_NOISE * abs(baseline)
        case Noise.SURVEY:
            return SURVEY_NOISE
        case Noise.EXACT:
            return 0.0


def achievement_se(achievement: float, way: float, se_actual: float, se_baseline: float) -> float:
    """Standard error of the achievement rate by the delta method; ``way`` is target minus baseline, a fixed number."""
    return math.hypot(se_actual, (1 - achievement) * se_baseline) / abs(way)
