"""Statistics Canada and Open SDG, method 2: the growth ratio, for indicators with a numeric target.

Source: Statistics Canada, Canadian Indicator Framework, page on methodology (read at revision de43dca1, 2025); Open
SDG, ``docs/progress.md`` and ``sdg/ProgressMeasure.py``.

Formula: R = observed annual growth / |annual growth needed to reach the target in its year|, both from the baseline.
Classes: target met = target_achieved; R >= 0.95 substantial_progress; >= 0.60 moderate_progress; >= 0
limited_progress; below 0 deterioration. Without a ratio: not_available.
Edges: a met target wins over any trend, even when the value got worse and when R is not defined; see ``growth``.
"""

from __future__ import annotations

from transforms.methods.case import NOT_AVAILABLE, Assessment, Case, word
from transforms.methods.growth import growth_ratio, target_met

CLASSES = ((0.95, "substantial_progress"), (0.60, "moderate_progress"), (0.0, "limited_progress"))


def statcan_target(case: Case) -> Assessment:
    """Growth ratio (a share, 1 = exactly on the way) and Statistics Canada's word for it."""
    ratio = growth_ratio(case)
    if target_met(case):
        return Assessment(ratio, "target_achieved")
    return Assessment(ratio, NOT_AVAILABLE if ratio is None else word(ratio, CLASSES, "deterioration"))
