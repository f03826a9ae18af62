"""EUSTAT (Basque Statistics Office) after Eurostat's approach: the growth ratio, for indicators with a target.

Source: EUSTAT, 2030 Agenda site, page on methodology (revision 4aaebfb0), which follows Eurostat's assessment approach
of 2026-06-03; class limits as in EUSTAT's published ``indicator_calculation_components.yml`` (revision 0f34aa00).

Formula: R = observed annual growth / |annual growth needed to reach the target in its year|, both from the baseline.
Classes, with EUSTAT's own keys: target met or R >= 0.95 significant_progress; >= 0.60 moderate_progress; >= 0
moderate_deterioration, which the site prints as "insufficient progress"; below 0 significant_deterioration, printed
as "movement away".
Edges: a met target is the best class whatever the trend, also when the target equals the baseline and R is not
defined; a value that has not moved is R = 0, so insufficient progress; see ``growth``.
"""

from __future__ import annotations

from transforms.methods.case import NOT_AVAILABLE, Assessment, Case, word
from transforms.methods.growth import growth_ratio, target_met

CLASSES = ((0.95, "significant_progress"), (0.60, "moderate_progress"), (0.0, "moderate_deterioration"))


def eustat_target(case: Case) -> Assessment:
    """Growth ratio (a share, 1 = exactly on the way) and EUSTAT's key for it."""
    ratio = growth_ratio(case)
    if target_met(case):
        return Assessment(ratio, "significant_progress")
    return Assessment(ratio, NOT_AVAILABLE if ratio is None else word(ratio, CLASSES, "significant_deterioration"))
