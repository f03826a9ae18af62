"""Publishers' Excel workbooks, xls and xlsx: which bytes may be opened at all, and cells that know their place.

python-calamine reads the cells. Before it is asked, a workbook must be whole, unencrypted and of a sane size unpacked:
a file of a few kilobytes can hold gigabytes, or one cell so far out that the table around it fills the memory.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from records import Period, PeriodKind
from sources.japanese import fold, parse_period
from sources.parsed import ParseError

if TYPE_CHECKING:
    from sources.sheet_cells import Cells

MAX_UNPACKED = 128 * 2**20  # bytes
MAX_RATIO = 200  # unpacked to packed; workbooks of statistics stay below 30
_SLACK = 2**20  # bytes to which the ratio does not apply
_ZIP, _OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo"))
# Beyond column ZZ or row 99,999: no table of ours, and calamine allocates the whole rectangle.
_FAR_CELL = re.compile(rb'<c r="([A-Z]{3,}[0-9]+|[A-Z]+[0-9]{6,})"')
_FOOTNOTES = re.compile(r"(?:\d+\)[、,]?|\(?注\d*\)[、,]?)+$")
_LOOK = "open the file in a spreadsheet and compare its layout"


def trouble(body: bytes) -> str:
    """Why these bytes are no workbook that may be opened, in words for people; empty when they are one."""
    if body.startswith(_OLE):
        return "the workbook is encrypted" if any(mark in body for mark in _ENCRYPTED) else ""
    if not body.startswith(_ZIP):
        return "this is neither an xlsx nor an xls workbook"
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return _trouble_inside(archive, len(body))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
        return "the workbook is cut or damaged"


def _trouble_inside(archive: zipfile.ZipFile, packed: int) -> str:
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        return "the workbook is encrypted"
    unpacked = sum(member.file_size for member in members)
    if unpacked > min(MAX_UNPACKED, packed * MAX_RATIO + _SLACK):
        return f"{packed:,} bytes would unpack to {unpacked:,}: a zip bomb"
    for member in members:
        # Reads no more than the declared size, and fails when that or the checksum is not true.
        content = archive.read(member)
        if "worksheets/" in member.filename and (far := _FAR_CELL.search(content)):
            return f"{member.filename} has a cell as far out as {far[1].decode()}"
    return ""


@dataclass(frozen=True)
class Sheet:
    """One sheet as printed texts, from A1 on, every row equally long. Rows and columns count from 0.

    Attributes:
        where: resource id, for messages.
        name: the sheet's own name.
        cells: texts; whole numbers without a decimal point, empty cells as empty text. Of merged cells the first one
            has the text.
    """

    where: str
    name: str
    cells: Cells

    def words(self, row: int, column: int) -> str:
        """A cell's text folded, without blanks, line ends and footnote marks behind it: what headers compare by."""
        cells = self.cells[row]
        if column >= len(cells):  # a narrower sheet than expected says nothing there
            return ""
        return _FOOTNOTES.sub("", re.sub(r"\s", "", fold(cells[column])))

    def header(self, column: int, above: int) -> str:
        """All words that stand over a column in the rows before ``above``, from top to bottom."""
        return "".join(self.words(row, column) for row in range(above))

    def column(self, pattern: str, above: int) -> int:
        """The one column, right of the first, whose header words contain ``pattern`` (a regular expression).

        Raises:
            ParseError: no column or more than one has it: the header was moved or renamed.
        """
        width = len(self.cells[0]) if self.cells else 0
        found = [column for column in range(1, width) if re.search(pattern, self.header(column, above))]
        if len(found) == 1:
            return found[0]
        places = ", ".join(_letters(column) for column in found) or "no column"
        problem = f"one column named {pattern!r} is expected above this line, and {places} has it"
        raise self.error(problem, above, found[0] if found else 0)

    def period(self, text: str, row: int = 0, kind: PeriodKind | None = None) -> Period:
        """The period that a row names, read by :func:`sources.japanese.parse_period`.

        Raises:
            ParseError: the text is no period, or one of another kind.
        """
        try:
            return parse_period(text, kind)
        except ValueError as error:
            raise self.error(str(error), row) from error

    def error(self, problem: str, row: int = 0, column: int = 0, remedy: str = _LOOK) -> ParseError:
        """What is wrong with one cell, named as a spreadsheet names it."""
        return ParseError(f"{self.where}, sheet {self.name}, cell {_letters(column)}{max(row, 0) + 1}", problem, remedy)

    def place(self, column: int) -> str:
        """The column's name for the provenance of a figure: ``sheet!B``."""
        return f"{self.name}!{_letters(column)}"


class Workbook:
    """An opened workbook. Sheets are read one by one, when they are asked for.

    Args:
        where: resource id, for messages.
        names: the sheets' own names, in order.
        read: gives the cells of one of them.
    """

    def __init__(self, where: str, names: Sequence[str], read: Callable[[str], Cells]) -> None:
        self._where = where
        self.names = tuple(names)
        self._read = read

    def find(self, name: str) -> str | None:
        """The sheet's own name, None when there is none; full-width characters and blanks do not matter."""
        return next((own for own in self.names if _plain(own) == _plain(name)), None)

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name, found as :meth:`find` does.

        Raises:
            ParseError: there is no such sheet (the message names those that there are), or it is empty or broken.
        """
        place = f"{self._where}, sheet {name}"
        found = self.find(name)
        if found is None:
            there = ", ".join(self.names[:5]) + (f" and {len(self.names) - 5} more" if len(self.names) > 5 else "")
            raise ParseError(place, f"there is no such sheet; there are {there or 'none'}", _LOOK)
        with _readable(place):
            cells = self._read(found)
        if not cells:
            raise ParseError(place, "the sheet is empty", _LOOK)
        return Sheet(self._where, found, cells)


def open_workbook(body: bytes, where: str) -> Workbook:
    """Open a workbook, xls or xlsx, whatever its file name says.

    Args:
        body: the file as published.
        where: resource id, for messages.

    Raises:
        ParseError: the bytes are no workbook, damaged, encrypted, or too large unpacked.
    """
    from python_calamine import CalamineWorkbook

    from sources.sheet_cells import read_apart, texts

    if problem := trouble(body):
        raise ParseError(where, problem, "fetch it again, and look at what the address serves")
    with _readable(where):
        if body.startswith(_OLE):
            sheets = read_apart(body)
            return Workbook(where, list(sheets), sheets.__getitem__)
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        return Workbook(where, book.sheet_names, lambda name: texts(book, name))


@contextmanager
def _readable(where: str) -> Iterator[None]:
    """Turns what the reader says of a broken workbook into a ParseError."""
    from python_calamine import CalamineError

    try:
        yield
    except BaseException as error:
        # A Rust panic is no Exception in Python: it would end the night instead of refusing one file.
        if isinstance(error, CalamineError | ValueError) or type(error).__name__ == "PanicException":
            raise ParseError(where, f"the workbook cannot be read: {error}", "fetch it again") from error
        raise


def _plain(name: str) -> str:
    return re.sub(r"\s", "", fold(name))


def _letters(column: int) -> str:
    """``A`` for 0, ``Z`` for 25, ``AA`` for 26."""
    return (_letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)
