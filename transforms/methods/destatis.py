"""Destatis, the "weather symbols" of the German Sustainability Strategy: would the recent pace reach the target?

Source: Federal Statistical Office of Germany, site of the strategy's indicators, page "Status der Indikatoren"
(``_pages/status.md``, revision 1c20f2aa).

Formula: mean annual change over the last six data points, carried on to the target year; the symbol depends on the
share of today's remaining gap that would still be missed.
Classes: missed by less than 5 % (or reached) SUN; up to 20 % LIGHT_CLOUD; more CLOUD; not moving towards it THUNDER.
A goal that is to be kept every year, or is met already: met and not getting worse SUN; met and getting worse
LIGHT_CLOUD; missed and not moving away CLOUD; else THUNDER. Only a direction: mean and last change right SUN; only the
mean LIGHT_CLOUD; only the last change CLOUD; neither THUNDER.
Edges: at least four points, else not_rated; irregular years count with their true distance. A strategy's several
targets, ranges and breaks (rating suspended) are the caller's to split up.
"""

from __future__ import annotations

from collections.abc import Sequence

from transforms.course import TOLERANCE
from transforms.methods.case import Assessment, Case

MAX_POINTS = 6
MIN_POINTS = 4
SUN_MISSES_LESS_THAN = 0.05
LIGHT_CLOUD_MISSES_AT_MOST = 0.20


def destatis(case: Case) -> Assessment:
    """Missed share of the remaining gap, or the mean annual change where that decides, and the symbol."""
    known = [p for p in case.observations if case.current_year is None or p[0] <= case.current_year]
    points = known[-MAX_POINTS:]
    if len(points) < MIN_POINTS:
        return Assessment(None, "not_rated")
    mean_change = (points[-1][1] - points[0][1]) / (points[-1][0] - points[0][0])
    if case.target_value is None:
        return Assessment(mean_change, _direction_symbol(case, points, mean_change))
    met = case.reaches(points[-1][1], case.target_value)
    if met or case.target_year is None or case.kind == "maintain":
        return Assessment(mean_change, _kept_symbol(case, mean_change, met=met))
    if case.sign * mean_change <= 0:
        return Assessment(mean_change, "THUNDER")
    year, value = points[-1]
    reached = value + mean_change * max(case.target_year - year, 0)
    missed = (case.target_value - reached) / (case.target_value - value)
    return Assessment(missed, _path_symbol(missed))


def _path_symbol(missed: float) -> str:
    if missed < SUN_MISSES_LESS_THAN - TOLERANCE:
        return "SUN"
    return "LIGHT_CLOUD" if missed <= LIGHT_CLOUD_MISSES_AT_MOST + TOLERANCE else "CLOUD"


def _kept_symbol(case: Case, mean_change: float, *, met: bool) -> str:
    worsening = case.sign * mean_change < 0
    if met:
        return "LIGHT_CLOUD" if worsening else "SUN"
    return "THUNDER" if worsening else "CLOUD"


def _direction_symbol(case: Case, points: Sequence[tuple[int, float]], mean_change: float) -> str:
    last_is_right = case.sign * (points[-1][1] - points[-2][1]) > 0
    if case.sign * mean_change > 0:
        return "SUN" if last_is_right else "LIGHT_CLOUD"
    return "CLOUD" if last_is_right else "THUNDER"
