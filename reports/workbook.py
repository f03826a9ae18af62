"""Writes ``kpi.xlsx``: every sheet with a title, a Japanese and an English header row that stay in view, and widths.

A text stays a text: an area code keeps its zeros, a period becomes no date, and nothing becomes a formula, not even
when somebody edits the cell (Excel's quote prefix). The same sheets give the same bytes.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.export import FORMULA

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Part of every Windows since 10 and of Office for Mac; other programs replace it by a Japanese font of their own.
FONT = "Yu Gothic"
TITLE, HEADER_JA, HEADER_EN, FIRST = 0, 1, 2, 3  # rows of a sheet
_LONGEST = 32_767  # characters that a cell can hold
_WIDEST_HEADING, _WIDEST = 16, 40  # in places; a Japanese character takes two
_LINE = 17  # points
_HEADER: dict[str, str | float | bool] = {
    "bold": True,
    "font_color": "#FFFFFF",
    "bg_color": "#1F4E79",
    "text_wrap": True,
    "valign": "vcenter",
}
_STARTS_FORMULA = re.compile(FORMULA)


@dataclass(frozen=True)
class Cell:
    """A value, and Excel's number format where the kind of value does not say it."""

    value: Any
    form: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table with its name, what it is, the headings of its columns, and its rows.

    ``wrapped_at`` is the width beyond which its texts go on in the next line; 0: they are cut where the next begins.
    """

    name: str
    ja: str
    en: str
    headings: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Cell]]
    wrapped_at: int = 0


def write_workbook(path: Path, sheets: Iterable[Sheet], title: str, made_at: datetime) -> None:
    """Write the sheets in order. ``made_at`` is what the document says of its own age.

    Raises:
        OSError: when the file cannot be written.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    fonts = {"font_name": FONT, "font_size": 10, "valign": "top"}
    book = Workbook(path, {"default_format_properties": fonts, "in_memory": True})
    book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
    looks = _Looks(book)
    for sheet in sheets:
        _draw(book.add_worksheet(sheet.name), sheet, looks)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(f"{path} cannot be written ({error})") from error


class _Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, str | float | bool], ...], Format] = {}

    def __call__(self, **properties: str | float | bool) -> Format:
        key = tuple(properties.items())
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]


def _draw(page: Worksheet, sheet: Sheet, looks: _Looks) -> None:
    page.write_string(TITLE, 0, f"{sheet.ja} / {sheet.en}", looks(bold=True, font_size=12))
    for column, (ja, en) in enumerate(sheet.headings):
        page.write_string(HEADER_JA, column, ja, looks(**_HEADER))
        page.write_string(HEADER_EN, column, en, looks(**_HEADER | {"bold": False, "font_size": 9}))
        page.set_column(column, column, _width(sheet, column))
    page.set_row(TITLE, 1.2 * _LINE)
    page.set_row(HEADER_JA, 2 * _LINE)
    page.set_row(HEADER_EN, 2 * _LINE)
    for position, row in enumerate(sheet.rows):
        if sheet.wrapped_at:
            page.set_row(FIRST + position, _LINE * max(_lines(cell, sheet.wrapped_at) for cell in row))
        for column, cell in enumerate(row):
            _write(page, (FIRST + position, column), cell, looks, wrap=bool(sheet.wrapped_at))
    page.freeze_panes(FIRST, 1)
    if sheet.rows:
        page.autofilter(HEADER_EN, 0, HEADER_EN + len(sheet.rows), len(sheet.headings) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    if sheet.wrapped_at:
        page.fit_to_pages(1, 0)
    page.repeat_rows(HEADER_JA, HEADER_EN)


def _write(page: Worksheet, place: tuple[int, int], cell: Cell, looks: _Looks, *, wrap: bool) -> None:
    match cell.value:
        case None | "":
            pass  # not known, or nothing to say
        case bool() as value:
            page.write_boolean(*place, value)
        case int() | float() as value:
            page.write_number(*place, value, looks(num_format=cell.form or "General"))
        case datetime() as moment:
            page.write_datetime(*place, moment.replace(tzinfo=None), looks(num_format="yyyy-mm-dd hh:mm"))
        case date() as day:
            page.write_datetime(*place, day, looks(num_format="yyyy-mm-dd"))
        case value:
            text = _text(value)
            text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
            quoted = bool(_STARTS_FORMULA.match(text))
            page.write_string(*place, text, looks(num_format="@", quote_prefix=quoted, text_wrap=wrap))


def _text(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def _width(sheet: Sheet, column: int) -> float:
    """A width in which nearly everything can be read."""
    cells = [_places(line) for row in sheet.rows for line in _shown(row[column]).splitlines()]
    headings = [min(_places(heading), _WIDEST_HEADING) for heading in sheet.headings[column]]  # they are wrapped
    return min(max([*cells, *headings]) + 2, sheet.wrapped_at or _WIDEST)


def _lines(cell: Cell, width: int) -> int:
    """How many lines a text takes up; programs do not all work that out themselves."""
    return max(1, sum(max(1, math.ceil((_places(line) + 2) / width)) for line in _shown(cell).splitlines()))


def _shown(cell: Cell) -> str:
    match cell.value:
        case None:
            return ""
        case float() as value:
            return f"{value:,.2f}"
        case value:
            return _text(value)


def _places(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "FWA" else 1 for character in text)
