"""How far a figure can be trusted: standard errors, the smallest detectable change, the interval of the achievement."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from records import ErrorModel, Noise, Observation

Z95 = 1.96  # two-sided 95 % of the normal distribution
RELATIVE_NOISE = 0.05  # share of the baseline that counts as unchanged: Health Japan 21 (2nd), final evaluation
SURVEY_NOISE = 3.0  # percentage points that a survey may err: Fukuoka City's evaluation of measures


def fertility_se(rate: float, births: float) -> float:
    """Standard error of a total fertility rate, Poisson births: about rate / sqrt(births)."""
    return rate / math.sqrt(births)


def count_se(count: float) -> float:
    """Standard error of a full count of rare events (Poisson)."""
    return math.sqrt(count)


def share_se(share: float, asked: float, whole: float = 1.0) -> float:
    """Standard error of a share of ``asked`` people; ``whole`` is 1, or 100 for a share in per cent."""
    part = share / whole
    return whole * math.sqrt(part * (1 - part) / asked)


def with_standard_errors(
    model: ErrorModel, observations: Sequence[Observation], events: Sequence[Observation], whole: float = 1.0
) -> list[Observation]:
    """The figures with the standard errors that follow from counted events; a printed standard error stays.

    A count that becomes known after its rate gives a further vintage of the rate, equal but for its error, from the
    day of the count on: what was known on a day never depends on what came later.

    Args:
        model: how the error follows from the events; a count is its own events.
        observations: all vintages of the KPI's series.
        events: all vintages of the births behind a rate, or of the people asked for a share.
        whole: what a share is a share of: 1, or 100 for per cent.
    """
    found: list[Observation] = []
    for figure in observations:
        if figure.se is not None or figure.value is None:
            found.append(figure)
            continue
        counts = [figure] if model is ErrorModel.COUNT else [e for e in events if e.period == figure.period]
        until = min((o.known_from for o in observations if _replaces(o, figure)), default=date.max)
        days = {figure.known_from} | {c.known_from for c in counts if figure.known_from < c.known_from < until}
        for day in sorted(days):
            known = (c for c in counts if c.known_from <= day)
            newest = max(known, key=lambda c: c.known_from, default=None)
            se = _standard_error(model, figure.value, newest.value if newest else None, whole)
            if day == figure.known_from or se != found[-1].se:
                found.append(replace(figure, known_from=day, se=se))
    return found


def _replaces(later: Observation, figure: Observation) -> bool:
    return later.period == figure.period and later.known_from > figure.known_from


def _standard_error(model: ErrorModel, value: float, events: float | None, whole: float) -> float | None:
    """None where nothing was counted: no event says nothing about how sure a figure is."""
    if events is None or events <= 0:
        return None
    match model:
        case ErrorModel.RATE:
            return abs(fertility_se(value, events))
        case ErrorModel.COUNT:
            return count_se(events)
        case ErrorModel.SHARE:
            return share_se(value, events, whole) if 0 < value < whole else None


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
