"""Cells of a sheet as texts, by python-calamine; as a program, reads a whole xls workbook in a process of its own.

Nothing in an xls file says whether it is whole. Some damage makes the reader ask for more memory than there is, which
ends the process it runs in: that must be this one, within its limits, and not the night.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import subprocess
import sys
from datetime import date, time, timedelta

from python_calamine import CalamineWorkbook

MAX_MEMORY = 2**30  # bytes that the other process may ask for
MAX_SECONDS = 60

Value = int | float | str | bool | date | time | timedelta
Cells = list[list[str]]


def texts(book: CalamineWorkbook, name: str) -> Cells:
    """The cells of one sheet from A1 on, every row equally long. Of merged cells the first one has the text."""
    return [[_text(value) for value in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]


def _text(value: Value) -> str:
    """A cell as it reads: a whole number without a decimal point, a day in ISO form."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value.isoformat() if isinstance(value, date | time) else str(value)


def read_apart(body: bytes) -> dict[str, Cells]:
    """Every sheet of an xls workbook by name, read in a process of its own.

    Raises:
        ValueError: the other process could not read it, in one line.
    """
    command = [sys.executable, "-m", "sources.sheet_cells"]
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the workbook only goes to its input
            command, input=body, capture_output=True, timeout=MAX_SECONDS, env=paths, check=False
        )
    except subprocess.TimeoutExpired:
        raise ValueError(f"not read within {MAX_SECONDS} s") from None
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise ValueError(last[0] if done.returncode == 1 and last else "it is damaged and took its reader down")
    sheets: dict[str, Cells] = json.loads(done.stdout)
    return sheets


def main() -> None:
    """Workbook on standard input, JSON by sheet on standard output."""
    with contextlib.suppress(OSError, ValueError):  # not every system lets a process limit itself
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    json.dump({name: texts(book, name) for name in book.sheet_names}, sys.stdout)


if __name__ == "__main__":
    main()
