"""All that a published file knows of why a KPI stands where it stands: rows, rules, figures, files and targets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from warehouse.read import ask, ask_all
from warehouse.rows import Rows

Row = dict[str, Any]
_OF_KPI = {
    "rows": (
        "SELECT k.name_ja, k.name_en, k.decimals, k.series_id, k.area_code, k.is_proxy, k.noise, k.note_ja,"
        " k.note_en, p.*"
        " FROM mart.kpi_progress p JOIN core.kpi k USING (kpi_id)"
        " WHERE ($kpi IS NULL OR p.kpi_id = $kpi) AND ($as_of IS NULL OR p.vintage <= $as_of)"
        " QUALIFY row_number() OVER (PARTITION BY p.kpi_id, p.period_start, p.period_end ORDER BY p.vintage DESC) = 1"
        " ORDER BY p.period_start DESC, p.period_end DESC"
    ),
    "steps": (
        "SELECT * FROM mart.kpi_trace WHERE ($kpi IS NULL OR kpi_id = $kpi) AND ($as_of IS NULL OR vintage <= $as_of)"
        " ORDER BY period_start, period_end, vintage, step"
    ),
    # The file's licence is that of its day; where it still holds, it is said in Japanese too.
    "figures": (
        "SELECT k.kpi_id, o.*, s.url, s.fetched_at, s.licence,"
        " CASE WHEN s.licence = p.licence THEN p.licence_ja ELSE s.licence END AS licence_ja, s.media_type,"
        " e.publisher_ja, e.publisher_en, e.credit_ja, e.credit_en,"
        " c.action, c.expected_value, c.expected_text, c.reason_ja, c.reason_en,"
        " c.publisher, c.title, c.url AS erratum_url, c.known_from AS corrected_from FROM core.kpi k"
        " JOIN core.observation o ON o.series_id = k.series_id AND o.area_code = k.area_code"
        " LEFT JOIN core.snapshot s ON s.snapshot_id = o.snapshot_id AND s.resource_id = o.resource_id"
        " LEFT JOIN core.series e ON e.series_id = k.series_id"
        " LEFT JOIN core.publisher p ON p.publisher_id = e.publisher_id"
        " LEFT JOIN core.correction c USING (correction_id)"
        " WHERE ($kpi IS NULL OR k.kpi_id = $kpi) AND ($as_of IS NULL OR o.known_from <= $as_of)"
        " ORDER BY o.period_start, o.period_end, o.known_from"
    ),
    "targets": (
        "SELECT * FROM core.kpi_target WHERE ($kpi IS NULL OR kpi_id = $kpi)"
        " AND ($as_of IS NULL OR valid_from <= $as_of) ORDER BY version"
    ),
    "path": "SELECT * FROM core.kpi_path WHERE $kpi IS NULL OR kpi_id = $kpi ORDER BY version, period_end",
}
YARDSTICKS = (
    "SELECT k.name_ja, k.name_en, y.*, p.achievement_rate, p.pace_ratio FROM mart.kpi_yardstick y"
    " JOIN core.kpi k USING (kpi_id)"
    " JOIN mart.kpi_progress p USING (kpi_id, period_kind, period_start, period_end, vintage)"
    " WHERE ($kpi IS NULL OR y.kpi_id = $kpi) AND ($as_of IS NULL OR y.vintage <= $as_of)"
    " AND y.own_status <> 'NA_TOO_EARLY'"  # the baseline itself says nothing about progress
    " QUALIFY dense_rank() OVER (PARTITION BY y.kpi_id, y.period_start, y.period_end ORDER BY y.vintage DESC) = 1"
    " ORDER BY k.strategy_id, k.number, y.period_start DESC, y.method_key"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows by what they are about. ``rows`` are the progress rows of the periods asked for, newest first."""

    rows: list[Row]
    steps: list[Row]  # of all periods and vintages, in order
    figures: list[Row]  # every vintage of the KPI's series, each with its file
    targets: list[Row]
    path: list[Row]  # published interim targets

    def trace(self, row: Row) -> list[Row]:
        """The rules that decided one progress row."""
        about = ("period_kind", "period_start", "period_end", "vintage")
        return [step for step in self.steps if all(step[name] == row[name] for name in about)]

    def figures_behind(self, row: Row) -> list[Row]:
        """The observations behind one row as known on its day: the figure itself, the baseline, the parts of a sum."""
        known = [
            figure
            for figure in self.figures
            if figure["known_from"] <= row["vintage"] < (figure["known_to"] or date.max)
        ]
        together = _counted_together(known, row) if row["direction"] == "cumulative" else []
        found = [figure | {"role": "part"} for figure in together]
        for figure in known:
            if figure["period_kind"] != row["period_kind"] or any(_is_within(figure, count) for count in together):
                continue
            if figure["period"] == row["period"]:
                found.append(figure | {"role": "actual"})
            elif figure["period"] == row["baseline_period"]:
                found.append(figure | {"role": "baseline"})
            elif row["direction"] == "cumulative" and figure["period_end"] < row["period_end"]:
                found.append(figure | {"role": "part"})
        return sorted(found, key=lambda figure: (figure["role"] != "actual", figure["period_start"]))


def _counted_together(known: list[Row], row: Row) -> list[Row]:
    """The counts of several years that a running total is made of, as ``transforms.cumulative`` chooses them."""
    baseline_year = int((row["baseline_period"] or "0").removeprefix("FY")[:4])
    chains: dict[date, list[Row]] = {}  # by last day: counts without a gap, the longest chain, and the finest of those
    for figure in sorted(known, key=lambda figure: (figure["period_end"], figure["period_start"])):
        counts = figure["value"] is not None and figure["period_start"].year > baseline_year
        if not counts or figure["period_kind"] not in (row["period_kind"], "window"):
            continue
        chain = [*chains.get(figure["period_start"] - timedelta(days=1), []), figure]
        if chain[0]["period_start"] <= chains.get(figure["period_end"], chain)[0]["period_start"]:
            chains[figure["period_end"]] = chain
    return [figure for figure in chains.get(row["period_end"], []) if figure["period_kind"] == "window"]


def _is_within(figure: Row, count: Row) -> bool:
    return bool(count["period_start"] <= figure["period_start"] and figure["period_end"] <= count["period_end"])


def evidence(
    path: Path, kpi: str, period: str | None = None, as_of: date | None = None, run: str | None = None
) -> Evidence:
    """What is behind a KPI's rows as public on ``as_of`` (the newest knowledge when None), as ``run`` published it.

    Raises:
        WarehouseError: when there is no file, or it is of an older schema.
    """
    found: dict[str, list[Row]] = {**ask_all(path, _OF_KPI, {"kpi": kpi, "as_of": as_of}, run)}
    if period is not None:
        found["rows"] = [row for row in found["rows"] if row["period"] == period]
    return Evidence(**found)


def evidence_of_all(path: Path) -> dict[str, Evidence]:
    """What is behind every KPI and proxy that has progress rows, by its id, in one opening of the file.

    Raises:
        WarehouseError: when there is no file, or it is of an older schema.
    """
    by_kpi: dict[str, dict[str, list[Row]]] = {}
    for name, rows in ask_all(path, _OF_KPI, {"kpi": None, "as_of": None}).items():
        for row in rows:
            by_kpi.setdefault(row["kpi_id"], {kind: [] for kind in _OF_KPI})[name].append(row)
    return {kpi: Evidence(**found) for kpi, found in by_kpi.items()}


def yardsticks(path: Path, kpi: str | None = None, as_of: date | None = None) -> Rows:
    """Every method's answer on each period of a KPI (of all when None) as known on ``as_of``, newest period first."""
    return ask(path, YARDSTICKS, {"kpi": kpi, "as_of": as_of})
