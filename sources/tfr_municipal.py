"""Adapter of municipal total fertility rates of five years pooled (人口動態保健所・市区町村別統計, Bayes estimates).

One table a workbook. The first column glues code and name together, with a full-width blank behind (prefectures two
digits, health centres four, municipalities five); the rate stands in a column named so, rates by age beside it. Five
years that a title names must be those of the edition.
"""

from __future__ import annotations

import re

from records import Period, Resource
from sources.areas import level
from sources.estat_files import Cell, parsed, resources
from sources.japanese import windows_in
from sources.parsed import Parsed
from sources.publishers import Publisher
from sources.workbook import Sheet, open_workbook

__all__ = ("VERSION", "parse", "resources")

VERSION = "2"

_RATE = "合計特殊出生率"
_AREA = re.compile(r"(\d{5}|\d{2})(\D.*)")  # four digits: a health centre, which is no area of ours


def parse(body: bytes, resource: Resource, publisher: Publisher) -> Parsed:
    """Tidy rows of one workbook: one estimate an area for the years that the edition names.

    Raises:
        ParseError: with sheet and cell when no line starts with a code and name, the rate's column is not there, or the
            title names other years.
    """
    workbook = open_workbook(body, resource.id)
    dataset, (series,) = publisher.dataset(resource.dataset), publisher.series_of(resource.dataset)
    sheet = workbook.sheet(dataset.options.get("sheet") or workbook.names[0])
    found = _areas(sheet)
    column = sheet.column(_RATE, above=min(found))
    first, last = resource.edition.split("-")
    window = Period.window(int(first), int(last))
    _check_years(sheet, min(found), window)
    cells = [Cell(series, code, window, sheet, row, column) for row, (code, _) in found.items()]
    areas = {
        "area_code": [code for code, _ in found.values()],
        "name_ja": [name for _, name in found.values()],
        "level": [level(code) for code, _ in found.values()],
    }
    header = (sheet.words(min(found) - 1, 0), _RATE)
    legend = dataset.options.get("symbols", {})
    return parsed(cells, resource, legend, areas=areas, header=header, status="E", note=dataset.options["note"])


def _areas(sheet: Sheet) -> dict[int, tuple[str, str]]:
    """Row -> five-digit code and name of every prefecture and municipality."""
    found = {}
    for row in range(len(sheet.cells)):
        if match := _AREA.fullmatch(sheet.words(row, 0)):
            found[row] = (match[1].ljust(5, "0"), match[2])
    if not found:
        raise sheet.error("no line starts with an area's code and name, as 01100 and a name")
    return found


def _check_years(sheet: Sheet, above: int, window: Period) -> None:
    """Of the spans of years that are named before the first area, if any, one must be the edition's."""
    named = [
        (years, row, column)
        for row, cells in enumerate(sheet.cells[:above])
        for column, text in enumerate(cells)
        for years in windows_in(text)
    ]
    if named and window not in [years for years, *_ in named]:
        years, row, column = named[0]
        raise sheet.error(f"the title is of {years.label}, and the edition {window.label} was asked for", row, column)
