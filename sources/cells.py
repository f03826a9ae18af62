"""The two steps that adapters share: the bytes of a CSV file to cells, and printed cells to figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from sources.japanese import decode, parse_number, symbol_status
from sources.parsed import ParseError


def read_table(body: bytes, where: str) -> list[tuple[int, list[str]]]:
    """The cells of a published CSV file, every line with its 1-based number; blank lines are left out.

    Args:
        body: the file as published, UTF-8 (with or without byte order mark) or CP932.
        where: resource id, for messages.

    Raises:
        ParseError: for bytes that are no text, a web page in place of a table, or a line that is shorter or longer
            than the first one (a file that broke off).
    """
    try:
        text = decode(body)
    except ValueError as error:
        raise ParseError(where, str(error), "fetch the file again") from error
    if text.lstrip().startswith("<"):
        raise ParseError(where, "this is a web page, not a CSV file", "open the address in a browser and correct it")
    reader = csv.reader(io.StringIO(text, newline=""))
    lines = [(reader.line_num, cells) for cells in reader if cells]
    if not lines:
        raise ParseError(where, "the file is empty", "fetch it again")
    width = len(lines[0][1])
    for number, cells in lines:
        if len(cells) != width:
            problem = f"{len(cells)} cells where the first line has {width}"
            raise ParseError(where, problem, "the file may have broken off: fetch it again", line=number)
    return lines


def read_figures(texts: Sequence[str], legend: Mapping[str, str]) -> dict[str, Any]:
    """Printed cells as the columns ``raw_text``, ``value``, ``obs_status``, ``symbol_meaning`` and ``note`` of rows.

    Args:
        texts: cells as printed.
        legend: symbol -> its meaning in the words of the publisher's own note on this table.

    Returns:
        Columns of the length of ``texts``. A symbol without meaning has neither value nor status: a gate stops it.
    """
    import numpy as np
    import pandas as pd

    cells = pd.Series(texts, dtype="str")
    clean = cells.str.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?").to_numpy(dtype=bool)
    value = np.full(len(cells), np.nan)
    value[clean] = cells[clean].astype("float64").to_numpy() + 0.0  # a printed -0 is no less than nothing
    status, meaning, note = (np.full(len(cells), text, dtype=object) for text in ("A", "", ""))
    for at in np.flatnonzero(~clean).tolist():
        number = parse_number(texts[at])
        note[at] = number.note
        if number.value is None:
            status[at], meaning[at] = symbol_status(number.symbol, legend)
        else:
            value[at] = number.value
    return {"raw_text": cells, "value": value, "obs_status": status, "symbol_meaning": meaning, "note": note}
