"""A program of its own: reads the workbook on standard input, every sheet of it, by python-calamine and within limits.

What a workbook asks for shows only while it is read: its reader makes the whole rectangle around the cells, and one far
cell makes that 512 GiB; damage to an xls can do the same. A native library that gets no memory ends its process. That
must be this one and not the night.

The answer has two lines of JSON a sheet: its name, before it is read, so that the last one says where this process
ended; then its rows of texts, or ``{"problem": …, "cell": [row, column]}`` (``cell`` where one is known).
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, time, timedelta

from python_calamine import CalamineSheet, CalamineWorkbook

MAX_MEMORY = 2**29  # bytes that this process may ask for
MAX_SECONDS = 30  # of computing
MAX_SHEETS = 1_000
MAX_NAME = 255  # characters of a sheet's name
MAX_CELLS = 1_000_000  # of one sheet, empty ones too
MAX_TEXT = 2**25  # bytes of the answer; texts of which a file holds one copy may stand in every cell

Value = int | float | str | bool | date | time | timedelta


class TooMuchError(ValueError):
    """A sheet is larger than any table of statistics; ``cell`` is where that shows, row and column from 0."""

    def __init__(self, problem: str, row: int, column: int) -> None:
        super().__init__(problem)
        self.cell = (row, column)


def main() -> None:
    """Workbook on standard input, lines of JSON on standard output."""
    _limit(resource.RLIMIT_AS, MAX_MEMORY)
    _limit(resource.RLIMIT_CPU, MAX_SECONDS)
    _limit(resource.RLIMIT_CORE, 0)
    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    names = book.sheet_names
    if len(names) > MAX_SHEETS or any(len(name) > MAX_NAME for name in names):
        sys.exit(f"more than {MAX_SHEETS:,} sheets, or a sheet's name of more than {MAX_NAME} characters")
    room = MAX_TEXT
    for name in names:
        _say(_json(name))
        answer = _answer(book, name, room)
        room -= len(answer)
        _say(answer)


def _limit(what: int, most: int) -> None:
    with contextlib.suppress(OSError, ValueError):  # not every system lets a process limit itself
        # The second limit kills without a word: of time, the first one's signal comes before it.
        resource.setrlimit(what, (most, most + 1))


def _answer(book: CalamineWorkbook, name: str, room: int) -> bytes:
    try:
        return b"[" + b",".join(_rows(book.get_sheet_by_name(name), room)) + b"]"
    except TooMuchError as error:
        return _json({"problem": str(error), "cell": error.cell})
    except MemoryError:
        raise  # what is left of this process is no good for other sheets either
    except BaseException as error:  # noqa: BLE001 - a Rust panic is no Exception in Python; other sheets may be whole
        return _json({"problem": f"the workbook cannot be read: {_brief(error)}"})


def _rows(sheet: CalamineSheet, room: int) -> Iterator[bytes]:
    """A sheet's rows from A1 on, equally long, each as JSON. Of merged cells the first one has the text."""
    if sheet.start is None or sheet.end is None:  # nothing in it
        return
    last, right = sheet.end
    if (cells := (last + 1) * (right + 1)) > MAX_CELLS:
        problem = f"the sheet reaches as far as this cell, {cells:,} cells, and at most {MAX_CELLS:,} are read"
        raise TooMuchError(problem, last, right)
    before = [""] * sheet.start[1]
    for at, values in enumerate(sheet.iter_rows()):
        texts = before + [_text(value) for value in values]
        row = _json(texts)
        room -= len(row) + 1
        if room < 0:
            longest = max(range(len(texts)), key=lambda column: len(texts[column]))
            raise TooMuchError(f"with this row the texts are more than {MAX_TEXT:,} bytes", at, longest)
        yield row


def _text(value: Value) -> str:
    """A cell as it reads: a whole number without a decimal point, a day in ISO form."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
