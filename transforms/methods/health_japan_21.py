"""Health Japan 21 (2nd term), final evaluation: A, B, B*, C, D, E by the size of the change.

Source: 厚生労働省「健康日本21（第二次）最終評価」 2022, chapter on method; a change is judged there by a
significance test or, where none is possible, by 5 % of the baseline. Figures after 2019 were left out (COVID-19).

Formula: relative change = (current - baseline) / baseline, in per cent.
Classes: target reached A; improving and on the straight line to the target B; improving, below the line B*; no change
C; worse D; cannot be judged E.
Edges: the method's own example (25 % to 28 % of a target of 80 %, a relative change of 12 %) is a C, so an improvement
must also cover 10 % of the way to the target; that limit is our reading, the 5 % are printed. The test itself cannot
be replayed from published figures.
"""

from __future__ import annotations

from transforms.course import TOLERANCE
from transforms.methods.case import Assessment, Case

CHANGE = 5.0  # per cent of the baseline
SHARE_OF_WAY = 0.10


def health_japan_21(case: Case) -> Assessment:
    """Relative change since the baseline in per cent (None from a baseline of 0) and the grade."""
    baseline, current, target = case.baseline_value, case.current_value, case.target_value
    if baseline is None or current is None or target is None:
        return Assessment(None, "E")
    change = (current - baseline) / abs(baseline) * 100 if abs(baseline) > 0 else None
    if case.reaches(current, target):
        return Assessment(change, "A")
    if change is not None and abs(change) < CHANGE - TOLERANCE:
        return Assessment(change, "C")
    if case.sign * (current - baseline) < 0:
        return Assessment(change, "D")
    # A value that got no worse and misses the target started short of it, so there is a way to divide by.
    return Assessment(change, _improvement(case, (current - baseline) / (target - baseline)))


def _improvement(case: Case, progress: float) -> str:
    if progress < SHARE_OF_WAY - TOLERANCE:
        return "C"
    if case.elapsed is None:
        return "E"
    return "B" if progress >= case.elapsed - TOLERANCE else "B*"
