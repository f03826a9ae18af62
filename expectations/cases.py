"""Rows that look alike are one case: what is true of a case is found out once, however many rows are like it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.intp]]


def cases(rows: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, Numbers]:
    """The different contents of these columns, first come first, and for every row the number of its own.

    Args:
        rows: any frame; its index means nothing here.
        names: columns of it. A missing value is a content like any other.

    Returns:
        One row a case, numbered from 0, and for every row the number of its case.
    """
    import numpy as np
    import pandas as pd

    number, numbers = np.zeros(len(rows), dtype=np.int64), 1
    for name in names:
        own, contents = pd.factorize(rows[name], use_na_sentinel=False)
        if len(contents) > 1:
            number, numbers = number * len(contents) + own, numbers * len(contents)
        if numbers > len(rows):  # one more column of so many contents, squared at most, is far from overflowing
            number, there = pd.factorize(number)
            numbers = len(there)
    number, there = pd.factorize(number)
    first = np.empty(len(there), dtype=np.intp)
    first[number[::-1]] = np.arange(len(rows) - 1, -1, -1)
    found = rows[list(names)].iloc[first].reset_index(drop=True)
    coded = found.columns[found.dtypes == "category"]
    return found.astype(dict.fromkeys(coded, "str")), number
