"""Tidy rows: one set of columns in one set of types, whatever an adapter names."""

import numpy as np
import pandas as pd
import pytest

from records import ROW_COLUMNS
from sources.tidy import from_file, stacked, tidy_rows

TEXT = set(ROW_COLUMNS) - {
    *("value", "value_low", "value_high", "source_line", "raw_text"),
    *("period_start", "period_end", "known_from", "first_seen"),
}


def rows(*areas, **more):
    return tidy_rows({"area_code": list(areas), "raw_text": ["1"] * len(areas), **more})


@pytest.mark.parametrize(
    "frame",
    [tidy_rows(), rows("17201", "17202"), from_file(rows("17201"), "ssdse/A-2026", "0" * 64)],
    ids=["nothing", "rows", "rows of a file"],
)
def test_text_is_in_sorted_categories_and_the_printed_figure_is_text(frame):
    assert tuple(frame.columns) == ROW_COLUMNS
    assert {name for name, dtype in frame.dtypes.items() if dtype == "category"} == TEXT
    assert all(frame[name].cat.categories.is_monotonic_increasing for name in TEXT)
    assert frame["raw_text"].dtype == "str"
    assert frame["value"].dtype == np.float64


def test_what_is_not_named_has_its_default():
    row = rows("17201").iloc[0]
    assert (row["obs_status"], row["evidence"], row["note"], row["source_line"]) == ("A", "primary", "", 0)
    assert np.isnan(row["value"])
    assert row["known_from"] is pd.NaT


def test_rows_of_several_pages_are_stacked_without_a_loss():
    frames = [rows("17202", "17201", note=["", "表記 2019年度"]), rows(), rows("01100", obs_status="P")]
    pages = [dict(frame) for frame in frames]
    found = pd.DataFrame(stacked(pages))
    assert found["area_code"].tolist() == ["17202", "17201", "01100"]
    assert found["note"].tolist() == ["", "表記 2019年度", ""]
    assert found["obs_status"].tolist() == ["A", "A", "P"]
    assert {name for name, dtype in found.dtypes.items() if dtype == "category"} == TEXT
    assert found.sort_values("area_code")["area_code"].tolist() == ["01100", "17201", "17202"]
    assert not any(pages)


def test_a_column_that_rows_do_not_have_is_an_error():
    with pytest.raises(KeyError, match="rows have no column valu"):
        tidy_rows({"valu": [1.0]})
