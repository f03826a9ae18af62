"""Simple achievement rate (単純達成率): actual over target, wherever it started. Common, and flattering.

Source: many municipal tables; 大崎町（鹿児島県）総合戦略 実績 of FY2015, column 達成率 (expydoc.com/doc/10346967).

Formula: actual / target in per cent, one decimal, half rounded up as printed (93.75 is 93.8).
Classes: none; the number stands alone.
Edges: the baseline is ignored, so a rate that starts at 89 % of its target is "89 % achieved" on the first day; for a
target to decrease the number exceeds 100 % as long as the target is missed. A target of 0 or below gives no number.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from transforms.methods.case import Assessment, Case


def simple_ratio(case: Case) -> Assessment:
    """Actual over target in per cent; the status is empty because the tables give none."""
    if case.current_value is None or case.target_value is None or case.target_value <= 0:
        return Assessment(None, "")
    # Through their printed form, since a half is only a half in decimal.
    percent = Decimal(str(case.current_value)) / Decimal(str(case.target_value)) * 100
    return Assessment(float(percent.quantize(Decimal("0.1"), ROUND_HALF_UP)), "")
