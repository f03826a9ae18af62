"""Cells in columns, many at a time, say the same as each cell read alone."""

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.estat_page import Meta, typed_columns
from sources.parsed import read_figures
from tests.publishers.estat import Estat
from tests.publishers.estat_load import TABLE, load
from tests.sources.estat_answers import answered, births, cell, code, table

TEXTS = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.decimals(-(10**6), 10**6, places=2).map(str),
    st.sampled_from(["-", "***", "X", "－", "…", "", "△12", "1,234", "１２３", "007", "nan", "1_0", "٣"]),
    st.text(max_size=6),
)
LEGEND = {"***": "調査又は集計していないもの", "X": "数値が秘匿されているもの"}


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=30))
def test_figures_in_columns_are_those_of_each_cell_alone(texts):
    page = typed_columns(json.dumps(births(*texts)).encode(), "test")
    for at, text in enumerate(texts):
        alone = read_figures([text], LEGEND)
        for name in ("value", "obs_status", "symbol_meaning", "note"):
            np.testing.assert_equal(page.figures[name][at], alone[name][0])
        assert page.figures["raw_text"][at] == text


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["17201", "17202", "17000"])), min_size=1, max_size=20)
)
def test_codes_stay_with_their_cells(pairs):
    axes = {"cat01": ("項目", [code("A"), code("B")]), "area": ("地域", [code("17201"), code("17202"), code("17000")])}
    page = typed_columns(json.dumps(table(axes, [cell("1", cat01=i, area=a) for i, a in pairs])).encode(), "test")
    columns = (page.codes[axis].each(str).tolist() for axis in ("cat01", "area"))
    assert list(zip(*columns, strict=True)) == pairs


def test_more_cells_than_are_taken_at_a_time_come_whole_and_in_order():
    api = Estat(tables={TABLE: load(2_500)})
    page = typed_columns(answered(f"https://a.jp/rest/3.0/app/json/getStatsData?statsDataId={TABLE}", api), "test")
    cells = api.tables[TABLE].cells
    assert page.figures["raw_text"].tolist() == [one.text for one in cells]
    assert page.codes["area"].each(str).tolist() == [one.codes[2] for one in cells]
    assert page.codes["time"].each(str).tolist() == [one.codes[3] for one in cells]
    assert set(page.unit.there) == {"人"}
    assert {one.text: meaning for one, meaning in zip(cells, page.figures["symbol_meaning"], strict=True)}["***"]


def test_a_page_without_metadata_is_explained_by_the_page_before():
    first = typed_columns(json.dumps(births("2829")).encode(), "test")
    second = births("3022")
    del second["GET_STATS_DATA"]["STATISTICAL_DATA"]["CLASS_INF"]
    del second["GET_STATS_DATA"]["STATISTICAL_DATA"]["DATA_INF"]["NOTE"]
    body = json.dumps(second).encode()
    told = typed_columns(body, "test", first.meta)
    assert (told.periods.there, told.unit.there) == (first.periods.there, first.unit.there)
    alone = typed_columns(body, "test", Meta())
    assert isinstance(alone.periods.there[0][0], str)


def test_a_page_without_cells_has_empty_columns():
    answer = births("1")
    del answer["GET_STATS_DATA"]["STATISTICAL_DATA"]["DATA_INF"]
    page = typed_columns(json.dumps(answer).encode(), "test")
    assert (len(page), len(page.figures["value"])) == (0, 0)
