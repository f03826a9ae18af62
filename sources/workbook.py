"""Publishers' Excel workbooks, xls and xlsx: which bytes may be opened at all, and cells that know their place.

A file of a few kilobytes can hold gigabytes, a text that stands in every cell, or one cell so far out that the table
around it fills the memory. So a workbook must be whole, unencrypted and of a sane size unpacked, and then a process of
its own reads it (``sources/sheet_cells.py``): whatever that one comes to, here it is a ParseError.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from records import Period, PeriodKind
from sources.japanese import fold, parse_period
from sources.parsed import ParseError

MAX_UNPACKED = 128 * 2**20  # bytes
MAX_RATIO = 200  # unpacked to packed; workbooks of statistics stay below 30
MAX_MEMBERS = 10_000  # a workbook has a few for each sheet
MAX_SECONDS = 60  # for the other process, from its start to its end
_SLACK = 2**20  # bytes to which the ratio does not apply
_CHUNK = 2**16  # bytes
_ZIP, _OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
_LISTED = b"PK\x01\x02"  # before every member in a zip's directory
_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo"))
_READER = Path(__file__).with_name("sheet_cells.py")
_FOOTNOTES = re.compile(r"(?:\d+\)[、,]?|\(?注\d*\)[、,]?)+$")
_LOOK = "open the file in a spreadsheet and compare its layout"
_AGAIN = "fetch it again, and look at what the address serves"
_FAR = "look at the kept file: is it damaged, or has it a cell far outside the table?"
_RAISE = "look at the kept file, and raise the limit in sources/sheet_cells.py if it is right"

Cells = list[list[str]]


def trouble(body: bytes) -> str:
    """Why these bytes are no workbook that may be opened, in words for people; empty when they are one."""
    if body.startswith(_OLE):
        return "the workbook is encrypted" if any(mark in body for mark in _ENCRYPTED) else ""
    if not body.startswith(_ZIP):
        return "this is neither an xlsx nor an xls workbook"
    # Counted before the directory is read: of a large file full of empty members it would take a gigabyte.
    if (members := body.count(_LISTED)) > MAX_MEMBERS:
        return f"{members:,} members, and no workbook has more than {MAX_MEMBERS:,}: a zip bomb"
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return _trouble_inside(archive, len(body))
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OverflowError, ValueError):
        return "the workbook is cut or damaged"


def _trouble_inside(archive: zipfile.ZipFile, packed: int) -> str:
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        return "the workbook is encrypted"
    if any(member.compress_type not in _PACKING for member in members):
        return "the workbook is packed as no spreadsheet packs it"
    unpacked = sum(member.file_size for member in members)
    if unpacked > min(MAX_UNPACKED, packed * MAX_RATIO + _SLACK):
        return f"{packed:,} bytes would unpack to {unpacked:,}: a zip bomb"
    for member in members:
        # Reads no more than the declared size, and fails when that or the checksum is not true. In pieces: asked for
        # the whole, zipfile unpacks all that is there before it looks at the declared size.
        with archive.open(member) as content:
            while content.read(_CHUNK):
                pass
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
        place = f"{self.where}, sheet {_line(self.name)}, cell {_letters(column)}{max(row, 0) + 1}"
        return ParseError(place, problem, remedy)

    def place(self, column: int) -> str:
        """The column's name for the provenance of a figure: ``sheet!B``."""
        return f"{self.name}!{_letters(column)}"


class Workbook:
    """An opened workbook: all that there is to know of its sheets is in memory, and becomes cells when it is asked for.

    Args:
        where: resource id, for messages.
        sheets: the sheets' own names, in order, each with its line of the answer of ``sources/sheet_cells.py``.
    """

    def __init__(self, where: str, sheets: Mapping[str, bytes]) -> None:
        self._where = where
        self._sheets = sheets
        self.names = tuple(sheets)

    def find(self, name: str) -> str | None:
        """The sheet's own name, None when there is none; full-width characters and blanks do not matter."""
        return next((own for own in self.names if _plain(own) == _plain(name)), None)

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name, found as :meth:`find` does.

        Raises:
            ParseError: there is no such sheet (the message names those that there are), or it is empty, broken or too
                large.
        """
        place = f"{self._where}, sheet {_line(name)}"
        found = self.find(name)
        if found is None:
            there = ", ".join(map(_line, self.names[:5]))
            there += f" and {len(self.names) - 5} more" if len(self.names) > 5 else ""
            raise ParseError(place, f"there is no such sheet; there are {there or 'none'}", _LOOK)
        cells = json.loads(self._sheets[found])
        sheet = Sheet(self._where, found, cells if isinstance(cells, list) else [])
        if isinstance(cells, dict):
            if "cell" in cells:
                row, column = cells["cell"]
                raise sheet.error(cells["problem"], row, column, _RAISE)
            raise ParseError(place, cells["problem"], _AGAIN)
        if not cells:
            raise ParseError(place, "the sheet is empty", _LOOK)
        return sheet

    def readable(self) -> Iterator[Sheet]:
        """Every sheet that is neither empty nor broken nor too large, in order."""
        for name in self.names:
            with contextlib.suppress(ParseError):
                yield self.sheet(name)


def open_workbook(body: bytes, where: str) -> Workbook:
    """Open a workbook, xls or xlsx, whatever its file name says.

    Args:
        body: the file as published.
        where: resource id, for messages.

    Raises:
        ParseError: the bytes are no workbook, damaged, encrypted, or too large unpacked; or the process that reads
            them ended before it was through.
    """
    if problem := trouble(body):
        raise ParseError(where, problem, _AGAIN)
    return Workbook(where, _read_apart(body, where))


def _read_apart(body: bytes, where: str) -> dict[str, bytes]:
    """Every sheet by name, as the other process answers for it."""
    # Without the installation's start-up files (-S): the paths are ours, and it starts in half the time. Not as a
    # module, and without its own folder among the paths (-P): it needs nothing of the project.
    command = [sys.executable, "-P", "-S", str(_READER)]
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the workbook only goes to its input
            command, input=body, capture_output=True, timeout=MAX_SECONDS, env=paths, check=False
        )
        ended, answer, said = done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired as error:
        ended, answer, said = -signal.SIGXCPU, error.stdout or b"", b""
    # The last piece is empty, or a line that the process did not bring to its end.
    lines = answer.split(b"\n")[:-1]
    if not ended:
        return {json.loads(name): cells for name, cells in zip(lines[::2], lines[1::2], strict=True)}
    if len(lines) % 2:
        where += f", sheet {_line(json.loads(lines[-1]))}"
    if ended == -signal.SIGXCPU:
        raise ParseError(where, "the workbook was not read in time", _FAR)
    if ended == 1 and not lines and (last := said.decode("utf-8", "replace").strip().splitlines()[-1:]):
        raise ParseError(where, f"the workbook cannot be read: {_line(last[0])[:200]}", _AGAIN)
    raise ParseError(where, "the workbook took its reader down, or asked for more memory than one may have", _FAR)


def _line(name: str) -> str:
    """A sheet's name for a message, which is one line whatever the name has inside."""
    return " ".join(name.split())


def _plain(name: str) -> str:
    return re.sub(r"\s", "", fold(name))


def _letters(column: int) -> str:
    """``A`` for 0, ``Z`` for 25, ``AA`` for 26."""
    return (_letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)
