"""From a KPI's rows to its chart: which figures, which path, which projection, which periods nobody knows."""

from __future__ import annotations

import itertools

from records import Period, PeriodKind
from reports.chart import label_position
from reports.trajectory import Band, Point, Target, Trajectory
from reports.view import UNKNOWN, Kpi, Row, Rows, is_estimate, value_words
from reports.words import Lang, period_words


def trajectory(kpi: Kpi, lang: Lang) -> Trajectory:
    """What the chart of a KPI or proxy shows."""
    rows = [row for row in kpi.current if row["value"] is not None]
    missing = [] if kpi.about["is_proxy"] else [row for row in kpi.current if row["status"] in UNKNOWN]
    target = kpi.target
    return Trajectory(
        description=_description(kpi, rows, lang),
        unit=kpi.about["unit"],
        decimals=kpi.about["decimals"] or 0,
        points=[Point(_middle(row), row["value"], _kind(row)) for row in rows],
        path=_path(kpi),
        target=_target(target),
        band=band_of(kpi),
        missing=[_middle(row) for row in missing if row["value"] is None],
        breaks=[_middle(r) for r in rows if r["obs_status"] == "B"],
        year_middle=0.75 if any(row["period_kind"] == "FY" for row in kpi.current) else 0.5,
        joined=bool(kpi.about["is_proxy"]) and _unbroken(rows),
    )


def _middle(row: Row) -> float:
    return Period(row["period_start"], row["period_end"], PeriodKind(row["period_kind"])).middle


def _kind(row: Row) -> str:
    return "estimate" if is_estimate(row) else str(row["evidence"] or "primary")


def _unbroken(rows: Rows) -> bool:
    """Whether each period begins on the day after the one before ended, so that a line leaves nothing unknown out."""
    pairs = itertools.pairwise(rows)
    return all((later["period_start"] - earlier["period_end"]).days == 1 for earlier, later in pairs)


def _path(kpi: Kpi) -> list[tuple[float, float]]:
    """From the baseline over the figures expected for each period to the target."""
    target = kpi.target
    if target is None or target["baseline_value"] is None or target["target_value"] is None:
        return []
    start, finish = label_position(target["baseline_period"]), label_position(target["target_period"])
    if start is None or finish is None:
        return []
    between = [(_middle(row), row["expected_value"]) for row in kpi.current if row["expected_value"] is not None]
    inner = [(x, value) for x, value in between if start < x < finish]
    return [(start, target["baseline_value"]), *inner, (finish, target["target_value"])]


def _target(target: Row | None) -> Target | None:
    at = label_position(target["target_period"]) if target else None
    if target is None or at is None or all(target[f"target_{n}"] is None for n in ("value", "low", "high")):
        return None
    return Target(at, target["target_value"], target["target_low"], target["target_high"])


def band_of(kpi: Kpi) -> Band | None:
    """The newest projection that was made from a period before the target, while the target's own figure is unknown."""
    target = kpi.target
    at = label_position(target["target_period"]) if target else None
    if target is None or at is None:
        return None
    if any(row["period"] == target["target_period"] and row["value"] is not None for row in kpi.current):
        return None
    rows = [
        row
        for row in kpi.current
        if row["projected_value"] is not None and row["period_end"] < target["target_period_end"]
    ]
    if not rows:
        return None
    last = rows[-1]
    return Band(at, last["projected_value"], last["projected_low80"], last["projected_high80"])


def _description(kpi: Kpi, rows: Rows, lang: Lang) -> str:
    """The chart in one sentence; the table below it has every figure."""
    name = kpi.about[f"name_{lang}"]
    first, last = (rows[0], rows[-1]) if rows else (None, None)
    if first is None or last is None:
        return f"{name}：値のある期間はない。" if lang == "ja" else f"{name}: no period has a figure."
    told = [f"{period_words(r['period'], lang)} {value_words(kpi, r, lang)}" for r in (first, last)]
    if lang == "ja":
        return f"{name}のグラフ。{told[0]}から{told[1]}まで、値のある期間は{len(rows)}。すべての値は表にある。"
    return f"Chart of {name}, from {told[0]} to {told[1]}; {len(rows)} periods have a figure. The table has them all."
