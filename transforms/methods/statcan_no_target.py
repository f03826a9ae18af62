"""Statistics Canada and Open SDG, method 1: annual growth, for indicators without a numeric target.

Source: Statistics Canada, Canadian Indicator Framework, page on methodology (read at revision de43dca1, 2025); Open
SDG, ``docs/progress.md`` and ``sdg/ProgressMeasure.py``.

Formula: compound annual growth from the baseline, positive in the wanted direction.
Classes: >= 1.5 % substantial_progress; >= 0.5 % moderate_progress; >= 0 limited_progress; below 0 deterioration.
Edges: near a natural limit (option ``limit``) the class limits shrink by C = 1 - (baseline / limit)^4.44, because
little room is left to grow; a baseline at its limit that holds is substantial progress; see ``growth``.
"""

from __future__ import annotations

from transforms.methods.case import NOT_AVAILABLE, Assessment, Case, word
from transforms.methods.growth import observed_growth, room_to_limit

CLASSES = ((0.015, "substantial_progress"), (0.005, "moderate_progress"), (0.0, "limited_progress"))


def statcan_no_target(case: Case) -> Assessment:
    """Annual growth (a share, positive is good) and Statistics Canada's word for it."""
    growth = observed_growth(case)
    if growth is None:
        return Assessment(None, NOT_AVAILABLE)
    room = room_to_limit(case)
    classes = [(limit * room, name) for limit, name in CLASSES]
    return Assessment(growth, word(growth, classes, "deterioration"))
