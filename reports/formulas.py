"""The formulas behind a progress row with this row's numbers in place, each after those that it builds on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from reports.words import number

Row = Mapping[str, Any]


def formulas(row: Row) -> list[dict[str, Any]]:
    """``name``, ``formula``, ``numbers`` (the same with figures), ``result`` of every formula that has a result.

    A figure that no formula of ours gives, such as a standard error, has an empty one.
    """
    if row["value"] is None or row["direction"] == "milestone":
        return []
    decimals = row["decimals"] or 0
    a, b, t = (number(row[name], decimals) for name in ("value", "baseline_value", "target_value"))
    e = plain(row["expected_value"], decimals)
    p, elapsed, p_se = share(row["achievement_rate"]), share(row["elapsed"]), share(row["p_se"])
    way = row["target_value"] is not None
    on_line = ("E = B + (T − B) × t", f"{b} + ({t} − {b}) × {elapsed}") if _is_on_line(row) else ("", "")
    written = (
        ("expected_value", *on_line, True),
        ("achievement_rate", "p = (A − B) / (T − B)", f"({a} − {b}) / ({t} − {b})", way),
        ("pace_ratio", "r = p / ((E − B) / (T − B))", f"{p} / (({e} − {b}) / ({t} − {b}))", way),
        ("se", "", "", True),
        ("baseline_se", "", "", True),
        ("min_detectable_change", _smallest_change(row), "", True),
        ("p_se", "SE_p = √(SE_A² + (1 − p)² × SE_B²) / |T − B|", "", True),
        ("p_low95", "p − 1.96 × SE_p", f"{p} − 1.96 × {p_se}", True),
        ("p_high95", "p + 1.96 × SE_p", f"{p} + 1.96 × {p_se}", True),
        ("projected_value", f"{row['projection_method']} (n = {row['projection_n']})", "", True),
        ("projected_low80", "", "", True),
        ("projected_high80", "", "", True),
    )
    return [
        {"name": name, "formula": formula, "numbers": numbers, "result": row[name]}
        for name, formula, numbers, applies in written
        if applies and row[name] is not None
    ]


def result_words(name: str, result: float, decimals: int) -> str:
    """A result as people read it: shares with four decimals, figures in full and with at least their decimals."""
    return share(result) if name in _SHARES else plain(result, decimals)


def share(value: float | None) -> str:
    """A share with four decimals, a dash when it is not known."""
    return "–" if value is None else f"{value:.4f}"


def plain(value: float | None, decimals: int = 0) -> str:
    """A figure with thousands separators and at least these decimals, not rounded; a dash when it is not known."""
    if value is None:
        return "–"
    exponent = Decimal(f"{value:.10g}").as_tuple().exponent
    return number(value, max(decimals, -exponent if isinstance(exponent, int) else 0))


_SHARES = frozenset({"achievement_rate", "pace_ratio", "p_se", "p_low95", "p_high95"})
_CONVENTIONS = {"relative": "0.05 × |B|", "survey": "3", "exact": "0"}


def _is_on_line(row: Row) -> bool:
    """Whether the expected value is that of the straight line, and no published interim target."""
    b, t, elapsed, e = (row[name] for name in ("baseline_value", "target_value", "elapsed", "expected_value"))
    if b is None or t is None or elapsed is None or e is None:
        return False
    return math.isclose(b + (t - b) * elapsed, e, rel_tol=1e-9, abs_tol=1e-12)


def _both_known(row: Row) -> bool:
    return row["se"] is not None and row["baseline_se"] is not None


def _smallest_change(row: Row) -> str:
    """From standard errors where both are known, else the convention that the KPI declares."""
    return "1.96 × √(SE_A² + SE_B²)" if _both_known(row) else _CONVENTIONS.get(row["noise"], "")
