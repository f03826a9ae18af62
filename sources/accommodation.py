"""Adapter of the accommodation survey (宿泊旅行統計調査): a year's final and a month's second preliminary ones.

A workbook has many tables, a sheet each, named by table and month. Final figures are of prefectures (``第2表(年計)``,
``第2表(1月)``), preliminary ones also of larger municipalities (``参考第6表(5月)``), by name and without a code. The
catalog says which sheets and header words hold a series. Lines for transport bureaus repeat prefectures and are left.

A sheet's name has no year. Titles, codes of the time axis, or the line of the nation do, in some sheets of some files:
years that are named must be the edition's. A file that names none passes: tables of municipalities have no line of the
nation, and original files are known to leave it out, so to insist on a year would refuse good files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from records import Period, Resource
from sources.areas import level, municipality, prefecture
from sources.estat_files import Cell, parsed, resources
from sources.parsed import Parsed
from sources.publishers import Publisher, Series
from sources.workbook import Sheet, Workbook, open_workbook

__all__ = ("VERSION", "parse", "resources")

VERSION = "2"

_NATION = "全国"
# The line of the nation carries the period instead of a name: ``令和7年1～12月計``, ``令和7年5月``.
_PERIOD_LINE = re.compile(r"((?:平成|令和)(?:元|\d+)年)(?:1[~～〜]12月|(\d{1,2}月))?(?:計)?")
# A year in words, but for that of a day such as the day of publication; or a code of e-Stat's time axis, as
# ``2025000505`` for May 2025.
_YEAR = re.compile(r"(?:(?:平成|令和)(?:元|\d+)年|20\d\d(?=年|00\d{4}$))(?!年?\d+月\d+日)")
_HEAD = 15  # rows in which a sheet says of which period it is
_HEADER_WORD = re.compile(r"施設所在地")


def parse(body: bytes, resource: Resource, publisher: Publisher) -> Parsed:
    """Tidy rows of the tables that the catalog lists for this dataset (``options.tables``).

    Raises:
        ParseError: with sheet and cell when a sheet or header is gone, or a sheet, or all of the file, is of another
            month or year.
    """
    workbook = open_workbook(body, resource.id)
    dataset = publisher.dataset(resource.dataset)
    by_id = {series.id: series for series in publisher.series_of(resource.dataset)}
    cells: list[Cell] = []
    names: dict[str, str] = {}
    read: list[Sheet] = []
    for table in dataset.options["tables"]:
        for sheet, period in _sheets(workbook, table, resource.edition):
            read.append(sheet)
            for cell, name in _figures(sheet, table, by_id[table["series"]], period):
                cells.append(cell)
                names[cell.area] = name
    _check_years(workbook, read, resource.edition)
    areas = {"area_code": list(names), "name_ja": list(names.values()), "level": [level(code) for code in names]}
    header = [f"{table['sheet']} {table['header']}" for table in dataset.options["tables"]]
    legend, status = dataset.options.get("symbols", {}), dataset.options["status"]
    return parsed(cells, resource, legend, areas=areas, header=header, status=status)


def _sheets(workbook: Workbook, table: dict[str, Any], edition: str) -> Iterator[tuple[Sheet, Period]]:
    """The sheets of one table with their periods: the edition's own month, all twelve of a year, or the whole year."""
    year, _, month = edition.partition("-")
    if "{month}" not in table["sheet"]:
        yield workbook.sheet(table["sheet"]), Period.cy(int(year))
        return
    for each in [int(month)] if month else range(1, 13):
        yield workbook.sheet(table["sheet"].format(month=each)), Period.month(int(year), each)


def _check_years(workbook: Workbook, read: Sequence[Sheet], edition: str) -> None:
    """Every sheet that was read must name the edition's year if it names any, and if none does, so must the file."""
    named = [_names_year([sheet], edition) for sheet in read]  # all of them are looked at
    if not any(named):
        _names_year(workbook.readable(), edition)


def _names_year(sheets: Iterable[Sheet], edition: str) -> bool:
    """Whether these sheets name the edition's year; False when they name none, an error when only others."""
    named = [
        (found[0], sheet, row, column)
        for sheet in sheets
        for row in range(min(_HEAD, len(sheet.cells)))
        for column in range(len(sheet.cells[row]))
        for found in _YEAR.finditer(sheet.words(row, column))
    ]
    if named and int(edition[:4]) not in {sheet.period(text, row).year for text, sheet, row, _ in named}:
        text, sheet, row, column = named[0]
        problem = f"this file is of {text}, and the edition {edition} was asked for"
        raise sheet.error(problem, row, column, f"correct the file of {edition} in the catalog")
    return bool(named)


def _figures(sheet: Sheet, table: dict[str, Any], series: Series, period: Period) -> Iterator[tuple[Cell, str]]:
    """One figure an area, with the area's name. An area that is printed twice counts once, where it stands first."""
    top = next((row for row in range(len(sheet.cells)) if _HEADER_WORD.match(sheet.words(row, 0))), None)
    if top is None:
        raise sheet.error("no header 施設所在地 in the first column")
    rows = {row: sheet.words(row, 0) for row in range(top + 1, len(sheet.cells))}
    places = {row: found for row, words in rows.items() if (found := _area(sheet, row, words, table, period))}
    if not places:
        raise sheet.error("no line below the header names an area", top)
    column = sheet.column(table["header"], above=min(places))
    seen: set[str] = set()
    for row, area in places.items():
        if area not in seen:
            seen.add(area)
            yield Cell(series, area, period, sheet, row, column), _NATION if area == "00000" else rows[row]


def _area(sheet: Sheet, row: int, words: str, table: dict[str, Any], period: Period) -> str | None:
    """The code of a line's area, None for a line of another kind.

    A municipality whose name has no code comes out under its name, so that the gate says so.
    """
    if printed := _PERIOD_LINE.fullmatch(words):
        if sheet.period("".join(part for part in printed.groups() if part), row) != period:
            raise sheet.error(f"this sheet is of {words}, and {period.label} was asked for", row)
        return "00000" if table["areas"] == "prefectures" else None
    if words == _NATION or table["areas"] == "prefectures":
        return "00000" if words == _NATION else prefecture(words)
    return municipality(words) or (words if re.match(r"(?:北海道|\D{2,3}[都府県]).+[市区町村]$", words) else None)
