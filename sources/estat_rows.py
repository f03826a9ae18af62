"""Cells of e-Stat's tables as tidy rows: which of them are wanted, as which series, how counted, in which unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from records import Period, PeriodKind, Resource
from sources.estat_page import Coded, Meta, Page
from sources.japanese import convert, fold, unit_factor
from sources.parsed import ParseError, tidy_rows
from sources.publishers import Dataset, Publisher, Series

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class Chosen:
    """What one dataset of the catalog wants of its table.

    Attributes:
        resource: what the rows are from.
        items: the axis whose items are the series, by id or by a part of its name.
        series: by item.
        only: axis, by id or by a part of its name -> the items that count.
        kind: how the table really counts its years, where its labels do not say so.
        area: the area of a table without areas.
    """

    resource: Resource
    items: str
    series: Mapping[str, Series]
    only: Mapping[str, frozenset[str]]
    kind: PeriodKind | None
    area: str

    @classmethod
    def of(cls, publisher: Publisher, dataset: Dataset, resource: Resource) -> Self:
        """From the options of a dataset."""
        options = dataset.options
        only = {axis: frozenset(codes) for axis, codes in options["codes"].items()}
        return cls(
            resource,
            options["items"],
            {fold(series.column): series for series in publisher.series_of(dataset.id)},
            only | {axis: frozenset([fold(name)]) for axis, name in options.get("only", {}).items()},
            PeriodKind(options["period_kind"]) if "period_kind" in options else None,
            options.get("area", ""),
        )


def rows_of(page: Page, chosen: Chosen, *, first_place: int) -> pd.DataFrame:
    """The rows of one page; ``first_place`` is the place of its first cell among those of all pages.

    Raises:
        ParseError: when the table lacks an axis that the catalog names.
    """
    import numpy as np

    items = _column(page, chosen.items, chosen.resource)
    wanted = items.each(lambda item: item in chosen.series).astype(bool)
    for axis, counted in chosen.only.items():
        wanted &= _column(page, axis, chosen.resource).each(counted.__contains__).astype(bool)
    at = np.flatnonzero(wanted)
    figures = {name: column[at] for name, column in page.figures.items()}
    series = Coded([chosen.series.get(item) for item in items.there], items.which[at])
    units = Coded(page.unit.there, page.unit.which[at])
    columns = {
        "series_id": series.each(lambda one: one.id if one else ""),
        "area_code": _areas(page, chosen, at),
        **_periods(page, chosen, at),
        **_in_the_series_unit(figures["value"], series, units),
        "raw_text": figures["raw_text"],
        "raw_unit": units.each(str),
        "obs_status": figures["obs_status"],
        "symbol_meaning": figures["symbol_meaning"],
        "known_from": chosen.resource.known_from,
        "known_from_basis": str(chosen.resource.known_from_basis),
        "source_line": at + first_place,
        "source_column": Coded(items.there, items.which[at]).each(lambda item: f"VALUE of {item}"),
    }
    remarks = Coded(page.annotation.there, page.annotation.which[at]).each(lambda mark: _remark(mark, page.meta))
    columns["note"] = _joined(columns["note"], remarks, figures["note"])
    return tidy_rows(columns)


def _column(page: Page, axis: str, resource: Resource) -> Coded[str]:
    """The codes of an axis that is named by its id, or the names of its codes when it is named by its name."""
    if axis in page.codes:
        return page.codes[axis]
    found = [name for name, words in page.meta.names.items() if axis in words and name in page.codes]
    if len(found) != 1:
        axes = ", ".join(f"{name} {words}" for name, words in page.meta.names.items())
        problem = f"{'no axis is' if not found else 'several axes are'} called {axis} (there: {axes})"
        raise ParseError(resource.id, problem, f"correct the dataset in sources/catalog/{resource.publisher}.toml")
    known, codes = page.meta.axes[found[0]], page.codes[found[0]]
    return Coded([fold(known[code].name) if code in known else "" for code in codes.there], codes.which)


def _areas(page: Page, chosen: Chosen, at: np.ndarray[Any, Any]) -> Any:  # noqa: ANN401 - one text, or a column
    if "area" in page.codes:
        return page.codes["area"].each(str)[at]
    if not chosen.area:
        problem, remedy = (
            "the table has no areas",
            f"give options.area in sources/catalog/{chosen.resource.publisher}.toml",
        )
        raise ParseError(chosen.resource.id, problem, remedy)
    return [chosen.area] * len(at)


def _periods(page: Page, chosen: Chosen, at: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Period columns, and the note: the table's own label where it counts otherwise, or why the row is refused."""
    import numpy as np

    told = [_told(period, label, chosen.kind) for period, label in page.periods.there]
    which = page.periods.which[at]
    days = np.array([[str(p.start), str(p.end)] if p else ["NaT"] * 2 for p, _ in told], dtype="datetime64[s]")
    days = days.reshape(-1, 2)
    kinds = Coded([str(period.kind) if period else "" for period, _ in told], which)
    return {
        "period_kind": kinds.each(str),
        "period_start": days[which, 0],
        "period_end": days[which, 1],
        "note": Coded([note for _, note in told], which).each(str),
    }


def _told(period: Period | str, label: str, kind: PeriodKind | None) -> tuple[Period | None, str]:
    """What a period is in truth, and what is to be said of it."""
    if isinstance(period, str):
        return None, f"refused: {period}"
    if kind is None or period.kind is kind:
        return period, ""
    years = {PeriodKind.CY: Period.cy, PeriodKind.FY: Period.fy}
    if period.kind not in years or kind not in years:
        return None, f"refused: {label} is no period of kind {kind}, as which the catalog counts this table"
    return years[kind](period.year), f"表記 {label}"


def _in_the_series_unit(value: Any, series: Coded[Series | None], units: Coded[str]) -> dict[str, Any]:  # noqa: ANN401
    """Value and unit. A unit that does not convert is kept, so that a gate stops the row and not the whole table."""
    import numpy as np

    value, unit = value.copy(), np.empty(len(value), dtype=object)
    pair = series.which * len(units.there) + units.which
    for number in np.unique(pair).tolist():
        one, printed = series.there[number // len(units.there)], units.there[number % len(units.there)]
        here = pair == number
        try:
            factor = unit_factor(printed, one.unit if one else "")
        except ValueError:
            unit[here] = printed
            continue
        unit[here] = one.unit if one else ""
        if factor != 1 and one:
            value[here] = [convert(figure, printed, one.unit) for figure in value[here].tolist()]
    return {"value": value, "unit": unit}


def _remark(mark: str, meta: Meta) -> str:
    return f"{mark}: {meta.remarks.get(mark, '')}".removesuffix(": ") if mark else ""


def _joined(*columns: np.ndarray[Any, Any]) -> list[str]:
    return [" ".join(filter(None, texts)) for texts in zip(*columns, strict=True)]
