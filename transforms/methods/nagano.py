"""Nagano Prefecture, A/B/C: the actual against a yearly interim target (目安値) on the way to the goal.

Source: 長野県「政策評価」 of FY2017, 2018-09-20 (pref.nagano.lg.jp/kikaku/happyou/180920-2press.html); legend as
reported by the Sankei newspaper, 2016-09-20.

Formula: interim target = the published one (option ``milestone``), else the straight line from baseline to target;
progress = (actual - baseline) / (interim target - baseline).
Classes: actual at the interim target or better A; progress >= 80 % B; less C.
Edges: no value for the year is "-", never last year's value; with a baseline revised after the fact (kind
``target_rebased``) target and interim target move in proportion, and the number is the growth since the baseline.
"""

from __future__ import annotations

import math

from transforms.course import TOLERANCE
from transforms.methods.case import Assessment, Case

GRADE_B = 0.80


def nagano(case: Case) -> Assessment:
    """Interim target in the KPI's unit (growth in per cent for a rebased one) and the grade."""
    milestone = _milestone(case)
    baseline, actual = case.baseline_value, case.current_value
    if milestone is None or baseline is None or actual is None:
        return Assessment(milestone, "-")
    metric: float | None = milestone
    if case.kind == "target_rebased":
        metric = None if math.isclose(baseline, 0) else (actual - baseline) / abs(baseline) * 100
    if case.reaches(actual, milestone):
        return Assessment(metric, "A")
    planned = milestone - baseline
    # Towards a goal that the baseline had met already no progress is planned, so no share of it can be reached.
    is_b = case.sign * planned > 0 and (actual - baseline) / planned >= GRADE_B - TOLERANCE
    return Assessment(metric, "B" if is_b else "C")


def _milestone(case: Case) -> float | None:
    """The interim target of the current year, moved with a revised baseline, else the point on the straight line."""
    published = case.options.get("milestone")
    if published is not None:
        return float(published)
    before, original = case.options.get("original_milestone"), case.options.get("original_baseline")
    if before is not None and original and case.baseline_value is not None:
        return float(before) * case.baseline_value / float(original)
    elapsed = case.elapsed
    if case.baseline_value is None or case.target_value is None or elapsed is None:
        return None
    return case.baseline_value + (case.target_value - case.baseline_value) * elapsed
