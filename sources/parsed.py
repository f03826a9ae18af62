"""What an adapter hands back: tidy rows, the areas that a file names, and the error that says where it is wrong.

Also the two steps that every file adapter shares: bytes to table cells, and printed cells to figures.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from records import AREA_COLUMNS, FACILITY_COLUMNS, ROW_COLUMNS
from sources.japanese import decode, parse_number, symbol_status

if TYPE_CHECKING:
    import pandas as pd

# What a column holds when the adapter does not name it.
_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("period_start", "period_end", "known_from", "first_seen", "valid_from", "valid_to")),
    **dict.fromkeys(("latitude", "longitude")),
    "value": float("nan"),
    "value_low": float("nan"),
    "value_high": float("nan"),
    "source_line": 0,
    "obs_status": "A",
    "evidence": "primary",
}
_DTYPES: dict[str, str] = {
    "raw_text": "str",
    "period_start": "datetime64[s]",
    "period_end": "datetime64[s]",
    "known_from": "datetime64[s]",
    "first_seen": "datetime64[s, UTC]",
    "value": "float64",
    "value_low": "float64",
    "value_high": "float64",
    "source_line": "int64",
    "latitude": "float64",
    "longitude": "float64",
    "valid_from": "datetime64[s]",
    "valid_to": "datetime64[s]",
}


@dataclass(frozen=True)
class Parsed:
    """The content of one resource.

    Attributes:
        rows: one row a figure, columns ``records.ROW_COLUMNS`` with the dtypes of :func:`tidy_rows`.
        areas: the areas that the file names, columns ``records.AREA_COLUMNS``, each code once.
        header: the file's own column names in order, by which a guard notices that the layout changed.
        table: where the rows belong, ``core.observation`` or ``core.facility`` (then a row is a facility, with columns
            ``records.FACILITY_COLUMNS`` and the dtypes of :func:`tidy_facilities`).
    """

    rows: pd.DataFrame
    areas: pd.DataFrame
    header: tuple[str, ...]
    table: str = "core.observation"


class Said(Enum):
    """How the answer of an API went by its own words, which stand in the body, whatever the HTTP status."""

    DATA = "data"  # or nothing that the API would say: the guards look at it
    NOTHING = "nothing"  # it worked, and there is no data
    BUSY = "busy"  # trouble on the other side; another try may help
    ERROR = "error"  # the request is wrong, and another try would be too
    CLOSED = "closed"  # nothing is to be had from this API now, such as with a wrong key


class ParseError(ValueError):
    """A file that cannot be read as its publisher describes it.

    Attributes:
        where: resource id or file name.
        line: 1-based line of the file, None when the whole file is meant.
        column: the file's own column name, empty when the whole line is meant.
        problem: what is wrong.
        remedy: what a person can do about it.
    """

    def __init__(self, where: str, problem: str, remedy: str, *, line: int | None = None, column: str = "") -> None:
        self.where = where
        self.line = line
        self.column = column
        self.problem = problem
        self.remedy = remedy
        place = where + (f", line {line}" if line is not None else "") + (f", column {column}" if column else "")
        super().__init__(f"{place}: {problem}; {remedy}")

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the way between processes with all fields."""
        return _rebuild, (self.where, self.problem, self.remedy, self.line, self.column)


def _rebuild(where: str, problem: str, remedy: str, line: int | None, column: str) -> ParseError:
    return ParseError(where, problem, remedy, line=line, column=column)


def tidy_rows(columns: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Frame with exactly ``records.ROW_COLUMNS`` in order and in the types that every room relies on.

    Args:
        columns: a sequence of equal length or one scalar for each column that is known; the others get their default
            (NaN, 0, empty text; status ``A``, evidence ``primary``). Nothing at all gives an empty frame.

    Returns:
        Dates as datetime64[s], value/value_low/value_high float64, source_line int64, raw_text str, the rest text in
        sorted categories.

    Raises:
        KeyError: for a column that rows do not have.
    """
    return _tidy(columns or {}, ROW_COLUMNS, "category", "rows have no column {}; see records.ROW_COLUMNS")


def tidy_facilities(columns: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Frame with exactly ``records.FACILITY_COLUMNS``, made as :func:`tidy_rows` makes rows."""
    complaint = "facilities have no column {}; see records.FACILITY_COLUMNS"
    return _tidy(columns or {}, FACILITY_COLUMNS, "str", complaint)


def _tidy(given: Mapping[str, Any], names: Sequence[str], text: str, complaint: str) -> pd.DataFrame:
    import pandas as pd

    unknown = sorted(set(given) - set(names))
    if unknown:
        raise KeyError(complaint.format(", ".join(unknown)))
    length = max((len(v) for v in given.values() if _is_sequence(v)), default=0)
    index = pd.RangeIndex(length)
    built = {}
    for name in names:
        content = given.get(name, _DEFAULTS.get(name, ""))
        if isinstance(content, pd.Series):
            content = content.array  # by position: a source's own index means nothing here
        dtype = _DTYPES.get(name, text)
        if dtype == "category" and not isinstance(content, pd.Categorical):
            content = _always(content, length) if isinstance(content, str) else pd.array(content, "str")
        built[name] = pd.Series(content, index=index, dtype=dtype)
    return pd.DataFrame(built, copy=False)  # else every number is copied into one block with its neighbours


def from_file(rows: pd.DataFrame, resource_id: str, snapshot_id: str) -> pd.DataFrame:
    """The rows with the file that they are from."""
    return rows.assign(resource_id=_always(resource_id, len(rows)), snapshot_id=_always(snapshot_id, len(rows)))


def _always(text: str, length: int) -> pd.Categorical:
    """A column of one text, which takes a byte a row."""
    import numpy as np
    import pandas as pd

    return pd.Categorical.from_codes(np.zeros(length, np.int8), pd.Index([text], dtype="str"), validate=False)


def stacked(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The columns of all parts, one below the other; the parts are used up, so that little is held twice.

    Categories, which pandas gives up where they differ, stay.
    """
    return {name: _below([part.pop(name) for part in parts]) for name in list(parts[0])}


def _below(columns: list[Any]) -> Any:  # noqa: ANN401 - a column of any kind
    import pandas as pd
    from pandas.api.types import union_categoricals

    if len(columns) == 1:
        return columns[0]
    if all(isinstance(column.dtype, pd.CategoricalDtype) for column in columns):
        return union_categoricals(columns, sort_categories=True)
    return pd.concat([pd.Series(column) for column in columns], ignore_index=True)


def tidy_areas(columns: Mapping[str, Any] | pd.DataFrame | None = None) -> pd.DataFrame:
    """Frame with exactly ``records.AREA_COLUMNS``, all text, each code once and sorted by code."""
    import pandas as pd

    frame = pd.DataFrame({} if columns is None else columns, columns=list(AREA_COLUMNS), dtype="str")
    return frame.drop_duplicates("area_code").sort_values("area_code", ignore_index=True)


def _is_sequence(content: Any) -> bool:  # noqa: ANN401 - a scalar or anything with a length
    return hasattr(content, "__len__") and not isinstance(content, str)


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
    value[clean] = cells[clean].astype("float64").to_numpy()
    status, meaning, note = (np.full(len(cells), text, dtype=object) for text in ("A", "", ""))
    for at in np.flatnonzero(~clean).tolist():
        number = parse_number(texts[at])
        note[at] = number.note
        if number.value is None:
            status[at], meaning[at] = symbol_status(number.symbol, legend)
        else:
            value[at] = number.value
    return {"raw_text": cells, "value": value, "obs_status": status, "symbol_meaning": meaning, "note": note}


def as_list(found: Any) -> list[Any]:  # noqa: ANN401 - whatever JSON holds
    """What an API gives as a list when it is many, as itself when it is one, and not or as an empty text when none."""
    if found is None or found == "":
        return []
    return found if isinstance(found, list) else [found]
