"""Tidy frames: exactly the columns and the types that every room relies on, whatever an adapter names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from records import AREA_COLUMNS, FACILITY_COLUMNS, ROW_COLUMNS

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
