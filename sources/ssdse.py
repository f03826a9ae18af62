"""Adapter of SSDSE, the National Statistics Center's yearly CSV files on municipalities (A) and prefectures (B, E).

A and E print one data year per column (second header row), B one per line. The row of Japanese names tells them apart,
so that editions which only change the first cells or the case of the codes need no change here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from records import KnownFromBasis, Period, PeriodKind, Resource
from sources.cells import read_figures, read_table
from sources.japanese import fold, parse_period
from sources.parsed import Parsed, ParseError
from sources.publishers import Dataset, Publisher, Series
from sources.tidy import tidy_areas, tidy_rows

VERSION = "1"

_CODE, _YEAR, _PREFECTURE, _MUNICIPALITY = "地域コード", "年度", "都道府県", "市区町村"
_AREA = re.compile(r"R?([0-9]{5})")


def resources(
    publisher: Publisher,
    today: date,
    read_page: Callable[[str], str | None],  # noqa: ARG001 - every adapter is called alike
) -> list[Resource]:
    """Every edition from the first catalogued one to next year's.

    Only the newest edition that the catalog knows to be on the site (``options.newest_edition``) must be there: older
    ones may be withdrawn, later ones may not be out yet.
    """
    return [
        _resource(publisher, dataset, edition)
        for dataset in publisher.datasets
        for edition in range(dataset.first_edition or today.year, today.year + 2)
    ]


def _resource(publisher: Publisher, dataset: Dataset, edition: int) -> Resource:
    day = dataset.edition_dates.get(str(edition))
    return Resource(
        id=f"{publisher.id}/{dataset.id}-{edition}",
        publisher=publisher.id,
        dataset=dataset.id,
        edition=str(edition),
        urls=tuple(publisher.base_url + path.format(edition=edition) for path in dataset.paths),
        known_from=date.fromisoformat(day) if day else date(edition, 1, 1),
        known_from_basis=KnownFromBasis.DATE if day else KnownFromBasis.EDITION,
        expected=edition == dataset.options["newest_edition"],
    )


def parse(body: bytes, resource: Resource, publisher: Publisher) -> Parsed:
    """Tidy rows of the columns that the catalog lists, from one edition's CSV file as published.

    Raises:
        ParseError: with line, column and remedy when the file is no SSDSE table or lacks a catalogued column.
    """
    lines = read_table(body, resource.id)
    names_at = next((at for at, (_, cells) in enumerate(lines[:5]) if at and _CODE in cells), None)
    if names_at is None or names_at + 1 == len(lines):
        remedy = "check that the address still serves an SSDSE CSV file"
        raise ParseError(resource.id, f"no header row with {_CODE}, or no line below it", remedy)
    names, data = lines[names_at][1], lines[names_at + 1 :]
    label, level = (_MUNICIPALITY, "municipality") if _MUNICIPALITY in names else (_PREFECTURE, "prefecture")
    if label not in names:
        problem = f"neither {_MUNICIPALITY} nor {_PREFECTURE} is there, so no column names the areas"
        raise ParseError(resource.id, problem, "compare the file's layout", line=lines[names_at][0])
    codes = [code.strip().upper() for code in lines[0][1]]
    columns = _columns(codes, resource, publisher)
    if _YEAR in names:
        years = [(line, cells[names.index(_YEAR)]) for line, cells in data] * len(columns)
    else:
        line, cells = lines[names_at - 1]
        years = [(line, cells[at]) for _, at in columns for _ in data]
    areas = [_area(cells[names.index(_CODE)], line, resource) for line, cells in data]
    origin = [series.column for series, _ in columns for _ in data]
    rows: dict[str, Any] = {
        "series_id": [series.id for series, _ in columns for _ in data],
        "area_code": areas * len(columns),
        "unit": [series.unit for series, _ in columns for _ in data],
        "known_from": resource.known_from,
        "known_from_basis": str(resource.known_from_basis),
        "source_line": [line for line, _ in data] * len(columns),
        "source_column": origin,
    }
    options = publisher.dataset(resource.dataset).options
    rows |= _periods(years, origin, set(options.get("fiscal_columns", ())), resource)
    figures = read_figures([cells[at] for _, at in columns for _, cells in data], options.get("symbols", {}))
    figures["note"] = rows["note"] + figures["note"]
    found = {
        "area_code": areas,
        "name_ja": [fold(cells[names.index(label)]) for _, cells in data],
        "level": ["nation" if area == "00000" else level for area in areas],
    }
    return Parsed(rows=tidy_rows(rows | figures), areas=tidy_areas(found), header=tuple(lines[0][1]))


def _columns(codes: Sequence[str], resource: Resource, publisher: Publisher) -> list[tuple[Series, int]]:
    """The catalogued series with their places in the file."""
    optional = publisher.dataset(resource.dataset).options.get("optional_columns", ())
    wanted = publisher.series_of(resource.dataset)
    gone = [series.column for series in wanted if series.column not in codes and series.column not in optional]
    if gone:
        remedy = f"ask the publisher, or list it under optional_columns in sources/catalog/{publisher.id}.toml"
        raise ParseError(resource.id, "the catalogued column is gone", remedy, column=", ".join(gone))
    return [(series, codes.index(series.column)) for series in wanted if series.column in codes]


def _area(text: str, line: int, resource: Resource) -> str:
    match = _AREA.fullmatch(fold(text))
    if match is None:
        raise ParseError(resource.id, f"{text!r} is no area code", "compare the file's layout", line=line, column=_CODE)
    return match[1]


def _periods(
    years: Sequence[tuple[int, str]], codes: Sequence[str], fiscal: set[str], resource: Resource
) -> dict[str, Any]:
    """Period columns. The publisher labels every year 年度; the note keeps that label."""
    import numpy as np

    known: dict[tuple[str, bool], Period] = {}
    for (line, year), code in zip(years, codes, strict=True):
        if (year, code in fiscal) not in known:
            try:
                kind = PeriodKind.FY if code in fiscal else PeriodKind.CY
                known[year, code in fiscal] = parse_period(year, kind)
            except ValueError as error:
                remedy = "compare the file's layout with an older edition"
                raise ParseError(resource.id, str(error), remedy, line=line, column=code) from error
    periods = [known[year, code in fiscal] for (_, year), code in zip(years, codes, strict=True)]
    return {
        "period_kind": [str(period.kind) for period in periods],
        "period_start": np.array([period.start for period in periods], dtype="datetime64[s]"),
        "period_end": np.array([period.end for period in periods], dtype="datetime64[s]"),
        "note": np.array([f"表記 {period.year}年度" for period in periods], dtype=object),
    }
