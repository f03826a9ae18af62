"""Step of a build: estimates of our own, made of the figures that are loaded, as observations of series of their own.

They have every vintage that their inputs give: an estimate is known from the day on which its last input was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from records import CheckResult, Period
from sources.estimate import PUBLISHER, VERSION, Method, Recipe, recipes, reference
from sources.publishers import publishers
from transforms.fertility import Fertility, direct, indirect, rates

Row = Mapping[str, Any]
Known = Mapping[tuple[str, str], Row]  # by series and area, on one day


@dataclass(frozen=True)
class Estimates:
    """Rows by table, and one result a series that says how many estimates there are or what is missing for them."""

    tables: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {"core.observation": [], "core.snapshot": []}
    )
    results: list[CheckResult] = field(default_factory=list)


class Figures(Protocol):
    """Finds figures of whole years and of days, other than estimates."""

    def places(self, series_ids: Sequence[str]) -> set[tuple[str, str]]:
        """(series, area) of those of these series that have figures."""

    def vintages(self, series_ids: Sequence[str], areas: Sequence[str]) -> Sequence[Row]:
        """All vintages of these series in these areas, oldest first."""


def estimates(figures: Figures) -> Estimates:
    """Every estimate for which all inputs are known.

    Raises:
        CatalogError: when a recipe cannot be used.
    """
    made = Estimates()
    for recipe in recipes():
        series = sorted({name for name, _ in recipe.inputs("00000")})
        there = figures.places(series)
        areas = {area for _, area in there if recipe.is_for(area) and there.issuperset(recipe.inputs(area))}
        known: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
        for row in figures.vintages(series, sorted(areas | {reference(area) for area in areas})):
            known[row["series_id"], row["area_code"], row["period_start"].year].append(row)
        places = sorted({(area, year) for _, area, year in known if area in areas})
        rows = [row for area, year in places for row in _of_place(recipe, known, area, year)]
        plausible = [row for row in rows if _is_plausible(recipe, row["value"])]
        made.tables["core.observation"] += plausible
        if plausible:
            made.tables["core.snapshot"].append(_origin(recipe))
        missing = sorted(set(series) - {name for name, _ in there})
        made.results.append(_result(recipe, rows, len(rows) - len(plausible), missing))
    return made


def _of_place(
    recipe: Recipe, known: Mapping[tuple[str, str, int], list[Row]], area: str, year: int
) -> list[dict[str, Any]]:
    """All vintages of one area's estimate for one year, oldest first."""
    needed = [(*place, year) for place in recipe.inputs(area)]
    if any(place not in known for place in needed):
        return []
    rows: list[dict[str, Any]] = []
    for day in sorted({row["known_from"] for place in needed for row in known[place]}):
        inputs = {place[:2]: row for place in needed if (row := _as_known(known[place], day))}
        estimate = _estimate(recipe, area, inputs) if len(inputs) == len(set(needed)) else None
        row = _row(recipe, area, year, estimate, list(inputs.values())) if estimate else None
        before = rows[-1] if rows and rows[-1]["known_to"] is None else None
        if before and row and _same(before, row):
            continue
        if before:
            before["known_to"] = day
        if row:
            rows.append(row)
    return rows


def _as_known(vintages: Iterable[Row], day: date) -> Row | None:
    return next((v for v in vintages if v["known_from"] <= day < (v["known_to"] or date.max)), None)


def _estimate(recipe: Recipe, area: str, known: Known) -> Fertility | None:
    bands = recipe.made_of.bands
    women = {band.age: _sum(known, band.women, area) for band in bands}
    if recipe.made_of.method is Method.DIRECT:
        return direct({band.age: _sum(known, band.births, area) for band in bands}, women)
    there = reference(area)
    schedule = rates(
        {band.age: _sum(known, band.reference_births, there) for band in bands},
        {band.age: _sum(known, band.reference_women, there) for band in bands},
    )
    births = recipe.made_of.births
    return indirect(_sum(known, (births,), area) if births else None, women, schedule)


def _sum(known: Known, series: Iterable[str], area: str) -> float | None:
    """The figures of one age group together; None as soon as one of them has no value."""
    values = [known[name, area]["value"] for name in series]
    return sum(values) if values and None not in values else None


def _row(recipe: Recipe, area: str, year: int, estimate: Fertility, inputs: Sequence[Row]) -> dict[str, Any]:
    period, last = Period.cy(year), max(inputs, key=lambda row: row["known_from"])
    seen = [row["first_seen"] for row in inputs if row["first_seen"]]
    return {
        "series_id": recipe.series.id,
        "area_code": area,
        "period_kind": period.kind.value,
        "period_start": period.start,
        "period_end": period.end,
        "period": period.label,
        "value": estimate.value,
        "se": estimate.se,
        "unit": recipe.series.unit,
        "raw_text": "",
        "obs_status": "E",
        "note": f"当システムの推計（{recipe.made_of.method}）。入力：{_listed(inputs)}",
        "evidence": "secondary" if any(row["evidence"] == "secondary" for row in inputs) else "primary",
        "acquisition": "derived",
        "snapshot_id": "",
        "resource_id": f"{PUBLISHER}/{recipe.series.dataset}",
        "known_from": last["known_from"],
        "known_to": None,
        "known_from_basis": last["known_from_basis"],
        "first_seen": max(seen) if seen else None,
    }


def _listed(inputs: Iterable[Row]) -> str:
    """Every input with its area and period; those that stand in one file together, with that file's SHA-256."""
    files: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in inputs:
        files[row["snapshot_id"], row["area_code"], row["period"]].append(row["series_id"])
    return "; ".join(
        f"{', '.join(series)} [{area} {period}, SHA-256 {snapshot or '–'}]"
        for (snapshot, area, period), series in sorted(files.items())
    )


def _same(one: Row, other: Row) -> bool:
    return all(one[name] == other[name] for name in ("value", "se", "evidence"))


def _is_plausible(recipe: Recipe, value: float) -> bool:
    low, high = recipe.series.minimum, recipe.series.maximum
    return (low is None or value >= low) and (high is None or value <= high)


def _origin(recipe: Recipe) -> dict[str, Any]:
    publisher = publishers()[PUBLISHER]
    return {
        "snapshot_id": "",
        "resource_id": f"{PUBLISHER}/{recipe.series.dataset}",
        "publisher_id": PUBLISHER,
        "acquisition": "derived",
        "url": "",
        "licence": publisher.licence,
        "adapter_version": VERSION,
    }


def _result(recipe: Recipe, rows: Sequence[Row], refused: int, missing: Sequence[str]) -> CheckResult:
    said = f"{refused} estimates outside the catalogued range were left out" if refused else ""
    if not rows:
        about = f"no figure of {', '.join(missing)}" if missing else "no area has all inputs for one year"
        said = f"nothing estimated: {about}"
    return CheckResult(
        suite="estimates",
        rule="inputs",
        subject=recipe.series.id,
        action="warn",
        success=not refused,
        checked=len(rows),
        failed=refused,
        message=said,
    )
