"""Cells of e-Stat's tables as columns of rows: which are wanted, as which series, how counted, in which unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from records import Period, PeriodKind, Resource
from sources.estat_page import Coded, Meta, Page, Reading
from sources.japanese import convert, fold, is_none_counted, unit_factor
from sources.parsed import ParseError
from sources.publishers import Dataset, Publisher, Series

if TYPE_CHECKING:
    import numpy as np


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


def columns_of(page: Page, chosen: Chosen, *, first_place: int) -> dict[str, Any]:
    """The columns in which the rows of a page differ from others; ``first_place`` is that of its first cell of all.

    Raises:
        ParseError: when the table lacks an axis that the catalog names.
    """
    import numpy as np

    items = _column(page, chosen.items, chosen.resource)
    wanted = items.where(lambda item: item in chosen.series)
    for axis, counted in chosen.only.items():
        # A cell without its area is a row for the gate; without another axis nobody knows what it counts.
        known = counted | {""} if axis == "area" else counted
        wanted &= _column(page, axis, chosen.resource).where(known.__contains__)
    at = np.flatnonzero(wanted)
    items, units = items.at(at), page.unit.at(at)
    value, reading = _counted(page.value[at], items.beside(page.reading.at(at)), chosen.series)
    told = Coded([_told(period, label, chosen.kind) for period, label in page.periods.there], page.periods.which[at])
    remarks = Coded([_remark(mark, page.meta) for mark in page.annotation.there], page.annotation.which[at])
    return {
        "series_id": items.each(lambda item: chosen.series[item].id if item in chosen.series else ""),
        "area_code": _areas(page, chosen).at(at).each(str),
        **_days(told),
        "period_kind": told.each(lambda one: str(one[0].kind) if one[0] else ""),
        **_in_the_series_unit(value, items.beside(units), chosen.series),
        "raw_text": page.raw_text[at],
        "raw_unit": units.each(str),
        "obs_status": reading.each(lambda read: read.obs_status),
        "symbol_meaning": reading.each(lambda read: read.symbol_meaning),
        "note": told.beside(remarks).beside(reading).each(_note),
        "source_line": at + first_place,
        "source_column": items.each(lambda item: f"VALUE of {item}"),
    }


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


def _areas(page: Page, chosen: Chosen) -> Coded[str]:
    import numpy as np

    if "area" in page.codes:
        return page.codes["area"]
    if not chosen.area:
        problem, remedy = (
            "the table has no areas",
            f"give options.area in sources/catalog/{chosen.resource.publisher}.toml",
        )
        raise ParseError(chosen.resource.id, problem, remedy)
    return Coded([chosen.area], np.zeros(len(page), np.int32))


def _days(told: Coded[tuple[Period | None, str]]) -> dict[str, Any]:
    """First and last day; neither, where a period was not understood."""
    import numpy as np

    days = np.array([[str(p.start), str(p.end)] if p else ["NaT"] * 2 for p, _ in told.there], dtype="datetime64[s]")
    start, end = days.reshape(-1, 2).T
    return {"period_start": start[told.which], "period_end": end[told.which]}


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


def _counted(
    value: np.ndarray[Any, Any], read: Coded[tuple[str, Reading]], series: Mapping[str, Series]
) -> tuple[np.ndarray[Any, Any], Coded[Reading]]:
    """Value and reading, with a 0 where a symbol says that there are none; ``read`` is the item and the reading."""
    import numpy as np

    none = [is_none_counted(reading.symbol_meaning, series[item].unit) for item, reading in read.there]
    readings = [
        reading._replace(obs_status="A") if zero else reading
        for (_, reading), zero in zip(read.there, none, strict=True)
    ]
    value[np.array(none, np.bool_)[read.which]] = 0
    return value, Coded(readings, read.which)


def _in_the_series_unit(
    value: np.ndarray[Any, Any], printed: Coded[tuple[str, str]], series: Mapping[str, Series]
) -> dict[str, Any]:
    """Value and unit. A unit that does not convert is kept, so that a gate stops the row and not the whole table.

    ``printed`` is the item and the unit of each value.
    """
    units = []
    for number, (item, unit) in enumerate(printed.there):
        units.append(unit)
        try:
            factor = unit_factor(unit, series[item].unit)
        except ValueError:
            continue
        units[-1] = series[item].unit
        if factor != 1:
            here = printed.which == number
            value[here] = [convert(figure, unit, series[item].unit) for figure in value[here].tolist()]
    return {"value": value, "unit": Coded(units, printed.which).each(str)}


def _note(said: tuple[tuple[tuple[Period | None, str], str], Reading]) -> str:
    """Of the period, of the cell's remark, and of how its text is to be read."""
    ((_, of_period), remark), reading = said
    return " ".join(filter(None, (of_period, remark, reading.note)))


def _remark(mark: str, meta: Meta) -> str:
    return f"{mark}: {meta.remarks.get(mark, '')}".removesuffix(": ") if mark else ""
