"""SDSN, the trend arrows of the Sustainable Development Report: linear pace towards a green threshold in 2030.

Source: SDSN and IEEP, 2019 Europe Sustainable Development Report, ``Methodology.pdf`` p. 53 and database (CC BY 4.0).

Formula: actual rate = change per year between the two years given; required rate = (green threshold - first value)
/ years to go. The report always divides by 15, the years from 2015 to 2030, whatever the first year is (option
``required_rate_horizon_years``); without the option the case's own years count, so that other plans can be measured.
Classes: now at the threshold or better "up"; else actual / required >= 1 "up"; >= 0.5 "moderate"; >= 0 "stagnating";
moving the wrong way "down".
Edges: a country that is green stays "up" even when it lost a little; one that lost its green status is "down",
although both rates are then negative and their ratio is positive.
"""

from __future__ import annotations

from transforms.course import TOLERANCE
from transforms.methods.case import NOT_AVAILABLE, Assessment, Case, word

CLASSES = ((1.0 - TOLERANCE, "up"), (0.5 - TOLERANCE, "moderate"))


def sdsn(case: Case) -> Assessment:
    """Actual rate over required rate (None when the first value is at the threshold) and the arrow's name."""
    start, now, first, last = case.baseline_year, case.current_year, case.baseline_value, case.current_value
    green, years = case.options.get("green_threshold", case.target_value), _years_to_go(case)
    if first is None or last is None or green is None or years is None or start is None or now is None or now <= start:
        return Assessment(None, NOT_AVAILABLE)
    actual, required = (last - first) / (now - start), (green - first) / years
    ratio = actual / required if abs(required) > 0 else None
    if case.reaches(last, green):
        return Assessment(ratio, "up")
    if ratio is None or case.sign * actual < 0:
        return Assessment(ratio, "down")
    return Assessment(ratio, word(ratio, CLASSES, "stagnating"))


def _years_to_go(case: Case) -> float | None:
    fixed = case.options.get("required_rate_horizon_years")
    if fixed is not None:
        return float(fixed)
    start, end = case.baseline_year, case.target_year
    return end - start if start is not None and end is not None and end > start else None
