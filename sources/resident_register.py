"""Adapter of the resident register's yearly tables by municipality (住民基本台帳に基づく人口、人口動態及び世帯数).

Table 03: residents, births and deaths. The header has several rows, and not the same in every edition (years, western
years, groups, items): columns are found by their words. Table 08: one line an area and sex, one column an age group.

Codes have six digits, the last one a check digit. People are counted on 1 January, births and deaths over the year
before; the title says so, and must agree with the edition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from records import Period, PeriodKind, Resource
from sources.areas import check_digit, level
from sources.estat_files import Cell, parsed, resources
from sources.japanese import fold
from sources.parsed import Parsed
from sources.publishers import Publisher, Series
from sources.workbook import Sheet, open_workbook

__all__ = ("VERSION", "parse", "resources")

VERSION = "1"

_YEAR = r"((?:平成|令和)(?:元|\d+)年)"
_TITLE = re.compile(rf"{_YEAR}1月1日住民基本台帳人口.*?{_YEAR}\(1月1日から")
_TOTAL = ("計", "人", "総数")  # over the third column of 人口, by edition
_NONE = ("", "-")


def parse(body: bytes, resource: Resource, publisher: Publisher) -> Parsed:
    """Tidy rows of one edition: residents on 1 January, births and deaths in the year before.

    Raises:
        ParseError: with sheet and cell when title, header or codes are not as described. A wrong check digit refuses
            its line only.
    """
    workbook = open_workbook(body, resource.id)
    sheet = workbook.sheet(workbook.names[0])
    options = publisher.dataset(resource.dataset).options
    lines = dict(_lines(sheet, re.compile(options["subtotals"]), set(options["not_listed"])))
    if not lines:
        raise sheet.error("no line starts with a code of six digits")
    if "sex" in options:
        columns = _by_age(sheet, min(lines), resource, publisher)
        sex = sheet.column("性別$", above=min(lines))
        lines = {row: line for row, line in lines.items() if sheet.words(row, sex) == options["sex"]}
    else:
        columns = _movements(sheet, min(lines), resource, publisher)
    cells = list(_cells(sheet, lines, columns))
    good = {row: code for row, (code, refused) in lines.items() if not refused}
    areas = {
        "area_code": list(good.values()),
        "name_ja": [sheet.words(row, 2) if code[2:] != "000" else sheet.words(row, 1) for row, code in good.items()],
        "level": [level(code) for code in good.values()],
    }
    header = [series.column for series in columns]
    return parsed(cells, resource, options.get("symbols", {}), areas=areas, header=header)


def _movements(sheet: Sheet, first: int, resource: Resource, publisher: Publisher) -> dict[Series, tuple[int, Period]]:
    """Columns of table 03 with the day or the year that they are about."""
    day, year = _title(sheet, resource)
    return {
        series: (_total(sheet, first), day)
        if series.column == "人口"
        else (sheet.column(f"{series.column}$", above=first), year)
        for series in publisher.series_of(resource.dataset)
    }


def _by_age(sheet: Sheet, first: int, resource: Resource, publisher: Publisher) -> dict[Series, tuple[int, Period]]:
    """Columns of table 08, one an age group, on the day that the title names."""
    title = rf"{_YEAR}{publisher.dataset(resource.dataset).options['title']}"
    found = next((found for words in _first_row(sheet) if (found := re.search(title, words))), None)
    if found is None:
        raise sheet.error("the title names no 1 January, or other people or another table than expected")
    day = _first_of(found[1], sheet, resource)
    return {
        series: (sheet.column(f"{fold(series.column)}$", above=first), day)
        for series in publisher.series_of(resource.dataset)
    }


def _cells(
    sheet: Sheet, lines: Mapping[int, tuple[str, str]], columns: Mapping[Series, tuple[int, Period]]
) -> Iterator[Cell]:
    for row, (code, refused) in lines.items():
        for series, (column, period) in columns.items():
            yield Cell(series, code, period, sheet, row, column, refused)


def _lines(sheet: Sheet, subtotals: re.Pattern[str], not_listed: set[str]) -> Iterator[tuple[int, tuple[str, str]]]:
    """Row -> five-digit code (00000 for the nation) and why it is refused. Counties and the like are left out."""
    for row in range(len(sheet.cells)):
        printed, prefecture, name = (sheet.words(row, column) for column in range(3))
        if printed in _NONE and prefecture == "合計":
            yield row, ("00000", "")
        elif re.fullmatch(r"\d{5,6}", printed):
            code = printed.zfill(6)  # a number has lost its leading zero; the check digit notices any other loss
            if subtotals.search(name) or code[:5] in not_listed:
                continue
            due = check_digit(code[:5])
            wrong = f"the check digit of {code} should be {due}; look the code up, line {row + 1}"
            yield row, (code[:5], "" if code[5] == due else wrong)


def _title(sheet: Sheet, resource: Resource) -> tuple[Period, Period]:
    """The day of the count and the year of births and deaths, both as the title says."""
    for words in _first_row(sheet):
        if found := _TITLE.search(words):
            return _first_of(found[1], sheet, resource), sheet.period(found[2])
    raise sheet.error("the title names no 1 January and no year of births and deaths")


def _first_row(sheet: Sheet) -> Iterator[str]:
    return (sheet.words(0, column) for column in range(len(sheet.cells[0])))


def _first_of(year: str, sheet: Sheet, resource: Resource) -> Period:
    """1 January of the year in the title, which must be the edition's."""
    day = Period.day(sheet.period(year, kind=PeriodKind.CY).start)
    if day.year != int(resource.edition):
        raise sheet.error(f"the title is of {year}, and the edition {resource.edition} was asked for")
    return day


def _total(sheet: Sheet, above: int) -> int:
    """The column of both sexes together, below the group 人口."""
    width = len(sheet.cells[0])
    groups = [(row, column) for row in range(above) for column in range(3, width) if sheet.words(row, column) == "人口"]
    if len(groups) != 1:
        raise sheet.error(f"the header has {len(groups)} groups 人口, one is expected", above)
    ((row, first),) = groups
    end = next((column for column in range(first + 1, width) if sheet.words(row, column)), width)
    found = [
        column
        for column in range(first, end)
        for below in range(row + 1, above)
        if sheet.words(below, column) in _TOTAL
    ]
    if len(found) != 1:
        raise sheet.error(f"below 人口 there are {len(found)} columns for both sexes, one is expected", row, first)
    return found[0]
