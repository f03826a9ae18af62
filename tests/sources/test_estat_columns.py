"""Cells in columns, many at a time, say the same as each cell read alone."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.cells import read_figures
from sources.estat_page import Meta, typed_columns
from sources.estat_wire import counted, decoded
from sources.parsed import ParseError
from tests.publishers.estat import Estat
from tests.publishers.estat_load import TABLE, load
from tests.sources.estat_answers import answered, births, cell, code, table

TEXTS = st.one_of(
    st.integers(-(10**30), 10**30).map(str),
    st.decimals(-(10**6), 10**6, places=2).map(str),
    st.sampled_from(["-", "***", "X", "－", "…", "", "△12", "1,234", "１２３", "007", "9" * 400, "nan", "1_0", "٣"]),
    st.text(max_size=6),
)
LEGEND = {"***": "調査又は集計していないもの", "X": "数値が秘匿されているもの"}


@given(st.lists(TEXTS, min_size=1, max_size=30))
def test_figures_in_columns_are_those_of_each_cell_alone(texts):
    page = typed_columns(json.dumps(births(*texts)).encode(), "test")
    for at, text in enumerate(texts):
        alone = read_figures([text], LEGEND)
        np.testing.assert_equal(page.value[at], alone["value"][0])
        read = page.reading.there[page.reading.which[at]]
        assert read == (alone["obs_status"][0], alone["symbol_meaning"][0], alone["note"][0])
        assert page.raw_text[at] == text


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["17201", "17202", "17000"])), min_size=1, max_size=20)
)
def test_codes_stay_with_their_cells(pairs):
    axes = {"cat01": ("項目", [code("A"), code("B")]), "area": ("地域", [code("17201"), code("17202"), code("17000")])}
    page = typed_columns(json.dumps(table(axes, [cell("1", cat01=i, area=a) for i, a in pairs])).encode(), "test")
    columns = (page.codes[axis].each(str) for axis in ("cat01", "area"))
    assert list(zip(*columns, strict=True)) == pairs


def test_more_cells_than_are_taken_at_a_time_come_whole_and_in_order():
    api = Estat(tables={TABLE: load(2_500)})
    page = typed_columns(answered(f"https://a.jp/rest/3.0/app/json/getStatsData?statsDataId={TABLE}", api), "test")
    cells = api.tables[TABLE].cells
    assert page.raw_text.tolist() == [one.text for one in cells]
    assert list(page.codes["area"].each(str)) == [one.codes[2] for one in cells]
    assert list(page.codes["time"].each(str)) == [one.codes[3] for one in cells]
    assert set(page.unit.there) == {"人"}
    meanings = page.reading.each(lambda read: read.symbol_meaning)
    assert {one.text: meaning for one, meaning in zip(cells, meanings, strict=True)}["***"]


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
    assert (len(page), len(page.value), len(page.codes["time"].which)) == (0, 0, 0)


@pytest.mark.parametrize("odd", [{"@area": "99999"}, {"@cat02": "X"}, {"@quality": "?"}], ids=str)
def test_a_cell_that_does_not_keep_to_the_metadata_is_read_like_the_others(odd):
    answer = births("2829", "3022", "3100")
    statistics = answer["GET_STATS_DATA"]["STATISTICAL_DATA"]
    usual = typed_columns(json.dumps(answer).encode(), "test")
    statistics["DATA_INF"]["VALUE"][1] |= odd
    page = typed_columns(json.dumps(answer).encode(), "test")
    assert page.value.tolist() == usual.value.tolist() == [2829, 3022, 3100]
    areas = list(usual.codes["area"].each(str))
    areas[1] = odd.get("@area", areas[1])
    assert list(page.codes["area"].each(str)) == areas
    assert list(page.codes["time"].each(str)) == list(usual.codes["time"].each(str))


NO_LISTS = ["null", "7", '["2829"]', "[", '{"$": ']


@pytest.mark.parametrize(
    ("odd", "text", "area"),
    [
        ({"$": 7}, "7", "17201"),
        ({"$": None}, "", "17201"),
        ({"$": ["2829"]}, '["2829"]', "17201"),
        ({"@area": 17201}, "2829", "17201"),
        ({"@area": None}, "2829", ""),
        ({"@unit": {"ja": "人"}, "@new": True}, "2829", "17201"),
    ],
)
def test_a_cell_of_which_something_is_no_text_costs_no_other_cell(odd, text, area):
    answer = births("2829", "3022")
    answer["GET_STATS_DATA"]["STATISTICAL_DATA"]["DATA_INF"]["VALUE"][0] |= odd
    page = typed_columns(json.dumps(answer, ensure_ascii=False).encode(), "test")
    assert page.raw_text.tolist() == [text, "3022"]
    assert list(page.codes["area"].each(str)) == [area, "17201"]
    assert page.value[1] == 3022


@pytest.mark.parametrize("wrong", NO_LISTS)
def test_cells_that_are_none_are_told_so(wrong):
    body = json.dumps(births("2829")).replace('"VALUE": [', f'"VALUE": {wrong}, "X": [').encode()
    with pytest.raises(ParseError, match="no answer of getStatsData"):
        typed_columns(body, "test")


@pytest.mark.parametrize("wrong", NO_LISTS)
def test_cells_that_are_none_are_not_counted(wrong):
    body = json.dumps(births("2829")).replace('"VALUE": [', f'"VALUE": {wrong}, "X": [').encode()
    with pytest.raises(ParseError, match="no answer of getStatsData"):
        counted(decoded(body, "test").data.values, "test")


def test_cells_are_counted_one_by_one_or_alone():
    several = births("2829", "3022")
    assert counted(decoded(json.dumps(several).encode(), "test").data.values, "test") == 2
    data = several["GET_STATS_DATA"]["STATISTICAL_DATA"]["DATA_INF"]
    data["VALUE"] = data["VALUE"][0]
    assert counted(decoded(json.dumps(several).encode(), "test").data.values, "test") == 1
