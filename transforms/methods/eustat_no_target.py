"""EUSTAT (Basque Statistics Office) after Eurostat's approach: annual growth, for indicators without a target.

Source: EUSTAT, 2030 Agenda site, page on methodology (revision 4aaebfb0), which follows Eurostat's assessment approach
of 2026-06-03. The page names the classes; their limits, 1 % and 0.1 %, are read off the published statuses in EUSTAT's
``indicator_calculation_components.yml`` (revision 0f34aa00), of which every one agrees.

Formula: compound annual growth from the baseline, positive in the wanted direction.
Classes: >= 1 % significant_progress; >= 0.1 % moderate_progress; above -0.1 % no_progress; above -1 %
moderate_deterioration; else significant_deterioration.
Edges: near a natural limit (option ``limit``) the limits of the two good classes shrink as at Statistics Canada; the
published rows do not show whether those of the bad classes would, and here they do not; see ``growth``.
"""

from __future__ import annotations

from transforms.methods.case import NOT_AVAILABLE, Assessment, Case, word
from transforms.methods.growth import observed_growth, room_to_limit

SIGNIFICANT, MODERATE = 0.01, 0.001


def eustat_no_target(case: Case) -> Assessment:
    """Annual growth (a share, positive is good) and EUSTAT's key for it."""
    growth = observed_growth(case)
    if growth is None:
        return Assessment(None, NOT_AVAILABLE)
    if growth <= -SIGNIFICANT:
        return Assessment(growth, "significant_deterioration")
    if growth <= -MODERATE:
        return Assessment(growth, "moderate_deterioration")
    room = room_to_limit(case)
    classes = ((SIGNIFICANT * room, "significant_progress"), (MODERATE * room, "moderate_progress"))
    return Assessment(growth, word(growth, classes, "no_progress"))
