"""The oddities of e-Stat's answers, each as it was seen in a recorded one, and what it must not do to a figure."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sources import estat
from sources.estat_page import typed_columns
from sources.estat_wire import decoded
from sources.parsed import ParseError
from tests.publishers.estat import PREFIX, Estat
from tests.sources.estat_answers import (
    CATALOG,
    LISTED,
    TODAY,
    answered,
    asking,
    births,
    cell,
    code,
    content,
    held,
    parse,
    statistics,
    table,
)

SHARED = Path(__file__).parents[2].parent / "shared"
WIRE = SHARED / "wire" / "estat"
recorded = pytest.mark.skipif(not WIRE.is_dir(), reason=f"no copies of recorded answers in {WIRE}")

NO_AREA = {"time": ("時間軸", code("2022000000", "2022年"))}


def catalog(dataset, series, **options):
    """The catalog with other options of a dataset, and of its series only one, for another item."""
    (changed,) = [d.model_copy(update={"options": options}) for d in CATALOG.datasets if d.id == dataset]
    (one,) = [s for s in CATALOG.series if s.id == series]
    return CATALOG.model_copy(update={"datasets": (changed,), "series": (one.model_copy(update={"column": "11"}),)})


def columns(answer):
    return typed_columns(json.dumps(answer).encode(), "test")


def printed_units(answer):
    page = columns(answer)
    return page.unit.each(str).tolist()


class TestTrap1OneIsAnObjectAndManyAreAList:
    def test_one_entry_alone_reads_like_a_list_of_one(self):
        many = births("2829")
        one = births("2829")
        data = statistics(one)
        data["DATA_INF"]["VALUE"] = data["DATA_INF"]["VALUE"][0]
        data["DATA_INF"]["NOTE"] = data["DATA_INF"]["NOTE"][0]
        pd.testing.assert_frame_equal(parse(one, "municipal_population").rows, parse(many, "municipal_population").rows)

    def test_a_cell_whose_area_is_null_is_a_row_for_the_gate_and_no_other_is_lost(self):
        answer = births("2829", "3022")
        statistics(answer)["DATA_INF"]["VALUE"][0]["@area"] = None
        rows = parse(answer, "municipal_population").rows
        assert list(zip(rows["area_code"], rows["raw_text"], strict=True)) == [("", "2829"), ("17201", "3022")]

    def test_one_cell_alone_is_printed_as_it_was_sent(self):
        answer = births("2829")
        value = statistics(answer)["DATA_INF"]["VALUE"][0]
        statistics(answer)["DATA_INF"]["VALUE"] = value
        body = json.dumps(answer, ensure_ascii=False).encode()
        assert json.loads(estat.as_printed(body, 1)) == value
        assert estat.as_printed(body, 2) == ""

    def test_one_axis_alone_and_one_remark_alone_are_read(self):
        answer = table(
            {"time": ("時間軸", code("2022000000", "2022年"))}, cell("1", time="2022000000", annotation="J1")
        )
        statistics(answer)["CLASS_INF"]["CLASS_OBJ"] = statistics(answer)["CLASS_INF"]["CLASS_OBJ"][0]
        statistics(answer)["DATA_INF"]["ANNOTATION"] = {"@annotation": "J1", "$": "速報値"}
        page = columns(answer)
        assert (len(page), page.meta.remarks) == (1, {"J1": "速報値"})


@pytest.mark.parametrize("title", ["国内総生産", {"@no": "1-1", "$": "国内総生産"}, ""])
def test_trap_2_a_title_may_be_a_text_or_an_object(title):
    assert len(parse(births("2829", TITLE=title), "municipal_population").rows) == 1


@pytest.mark.parametrize("day", [202010, 0, "0", "202001-202012"])
def test_trap_3_a_survey_date_may_be_a_number_a_text_or_a_span(day):
    assert len(parse(births("2829", SURVEY_DATE=day), "municipal_population").rows) == 1


@pytest.mark.parametrize("words", ["", {"TABULATION_CATEGORY_EXPLANATION": "説明"}])
def test_trap_4_a_description_may_be_an_empty_text_or_an_object(words):
    assert len(parse(births("2829", DESCRIPTION=words), "municipal_population").rows) == 1


def test_trap_5_the_echo_of_the_request_mixes_numbers_and_texts():
    answer = births("2829")
    answer["GET_STATS_DATA"]["PARAMETER"] = {"START_POSITION": 1, "LIMIT": "10", "NARROWING_COND": {"LEVEL": 2}}
    assert len(parse(answer, "municipal_population").rows) == 1


INDEX_AND_COUNT = {"tab": ("表章項目", [code("1", "指数"), code("2", "実数", unit="千人")]), **NO_AREA}


class TestTrap6TheUnitIsSomewhereElse:
    def test_with_the_cell(self):
        assert printed_units(table(INDEX_AND_COUNT, [cell("5", tab="2", time="2022000000", unit="万人")])) == ["万人"]

    def test_with_the_code_of_the_tab_axis_where_the_cell_has_none(self):
        cells = [cell("102", tab="1", time="2022000000"), cell("5", tab="2", time="2022000000")]
        assert printed_units(table(INDEX_AND_COUNT, cells)) == ["", "千人"]

    def test_with_the_code_of_the_first_category_where_there_is_no_tab_axis(self):
        axes = {"cat01": ("利用時間", [code("100", "総数", unit="人"), code("110", "30分", unit="%")]), **NO_AREA}
        cells = [cell("354", cat01="100", time="2022000000"), cell("1.1", cat01="110", time="2022000000")]
        assert printed_units(table(axes, cells)) == ["人", "%"]

    def test_an_index_number_has_none(self):
        axes = {"tab": ("表章項目", code("1", "指数")), **NO_AREA}
        assert printed_units(table(axes, [cell("102.3", tab="1", time="2022000000")])) == [""]


class TestTrap7AnAxisIsNotThere:
    def test_a_table_without_tab_is_read_by_its_categories(self):
        axes = {"cat01": ("性別", code("11", "総数", unit="")), **NO_AREA}
        of_nation = catalog("fertility", "estat_vital.tfr", items="cat01", codes={}, area="00000")
        rows = parse(table(axes, [cell("1.26", cat01="11", time="2022000000")]), "fertility", of_nation).rows
        assert rows[["area_code", "value"]].to_numpy().tolist() == [["00000", 1.26]]

    def test_a_table_without_areas_needs_one_from_the_catalog(self):
        axes = {"tab": ("表章項目", code("11", "率", unit="")), **NO_AREA}
        none = catalog("fertility", "estat_vital.tfr", items="tab", codes={})
        with pytest.raises(ParseError, match=r"the table has no areas; give options\.area"):
            parse(table(axes, [cell("1.26", tab="11", time="2022000000")]), "fertility", none)

    def test_an_axis_that_the_catalog_names_and_the_table_lacks_is_told_with_what_is_there(self):
        answer = content("births_by_age")
        for axis in statistics(answer)["CLASS_INF"]["CLASS_OBJ"]:
            axis["@name"] = axis["@name"].replace("母の年齢", "父の年齢")
        with pytest.raises(ParseError, match=r"no axis is called 母の年齢.*父の年齢"):
            parse(answer, "births_by_age")


def test_trap_8_a_figure_is_text_and_keeps_its_printed_form():
    rows = parse(births("102", "102.3", "0.0", "-0.5"), "municipal_population").rows
    assert rows["raw_text"].tolist() == ["102", "102.3", "0.0", "-0.5"]
    assert rows["value"].tolist() == [102, 102.3, 0, -0.5]


def test_trap_9_cells_come_in_no_order():
    ordered = parse(content("prefecture_population"), "prefecture_population")
    mixed = content("prefecture_population", Estat(shuffled=True))
    key = ["series_id", "area_code", "period_start"]
    names = [*key, "value", "unit", "note"]
    found = parse(mixed, "prefecture_population").rows
    assert found["source_line"].tolist() == list(range(1, len(found) + 1))
    assert found[names].sort_values(key).to_numpy().tolist() == ordered.rows[names].sort_values(key).to_numpy().tolist()


def test_trap_10_areas_are_joined_by_code_because_two_may_have_one_name():
    answer = births("2829")
    areas = statistics(answer)["CLASS_INF"]["CLASS_OBJ"][2]
    areas["CLASS"] = [code("13206", "府中市"), code("34208", "府中市")]
    value = statistics(answer)["DATA_INF"]["VALUE"][0]
    statistics(answer)["DATA_INF"]["VALUE"] = [value | {"@area": "13206"}, value | {"@area": "34208"}]
    everywhere = CATALOG.model_copy(
        update={
            "datasets": tuple(
                d.model_copy(update={"options": d.options | {"codes": {"tab": ["00001"]}}}) for d in CATALOG.datasets
            )
        }
    )
    parsed = parse(answer, "municipal_population", everywhere)
    assert parsed.rows["area_code"].tolist() == ["13206", "34208"]
    assert parsed.areas["name_ja"].tolist() == ["府中市", "府中市"]


def test_trap_10_the_prefecture_before_a_name_and_the_code_in_a_name_are_no_part_of_it():
    parsed = parse(births("2829"), "municipal_population")
    assert parsed.areas.to_numpy().tolist() == [["17201", "金沢市", "municipality"]]
    assert parsed.rows["series_id"].tolist() == ["estat_ssds_municipal.A4101"]


def test_trap_11_a_table_may_be_listed_once_for_each_kind_of_its_areas():
    listed = json.loads(answered(f"http://127.0.0.1{PREFIX}getStatsList?statsCode=00450011"))
    ids = [entry["@id"] for entry in listed["GET_STATS_LIST"]["DATALIST_INF"]["TABLE_INF"]]
    assert ids == ["0003411598", "0003411598", "0003412062", "0003412062"]
    api = Estat()
    api.tables["0003412062"] = replace(api.tables["0003412062"], updated="2026-11-24")
    same = estat.untouched(CATALOG, held("2025-09-16"), TODAY, asking(api))
    assert set(LISTED) - {name.partition("/")[2] for name in same} == {"births_by_age"}


@pytest.mark.parametrize("level", ["2", "4", "", "3"])
def test_trap_12_the_level_of_an_area_says_nothing(level):
    answer = births("2829")
    for area in statistics(answer)["CLASS_INF"]["CLASS_OBJ"][2]["CLASS"]:
        area["@level"] = level
    assert parse(answer, "municipal_population").areas["level"].tolist() == ["municipality"]
    assert "lvArea" not in estat.question(CATALOG, CATALOG.dataset("municipal_population"))


@pytest.mark.parametrize(("printed", "dataset"), [("‐", "prefecture_population"), ("", "fertility")])
def test_trap_13_a_rate_has_a_dash_or_nothing_for_its_unit(printed, dataset):
    answer = content(dataset)
    rows = parse(answer, dataset).rows
    rates = rows[rows["series_id"].isin(["estat_ssds.A4103", "estat_vital.tfr"])]
    assert set(rates["raw_unit"]) == {printed}
    assert set(rates["unit"]) == {""}


@pytest.mark.parametrize(("printed", "value"), [("千人", 2_829_000), ("人", 2829)])
def test_trap_13_a_unit_that_converts_is_converted_and_the_printed_one_stays(printed, value):
    row = parse(births("2829", unit=printed), "municipal_population").rows.iloc[0]
    assert (row["value"], row["unit"], row["raw_unit"]) == (value, "人", printed)


@pytest.mark.parametrize("printed", ["ｈａ", "歳"])
def test_trap_13_a_unit_that_does_not_convert_stays_so_that_a_gate_stops_the_row(printed):
    row = parse(births("2829", unit=printed), "municipal_population").rows.iloc[0]
    assert (row["value"], row["unit"]) == (2829, printed)


def test_trap_14_the_newest_year_may_be_announced_before_it_has_figures():
    answer = content("municipal_population")
    times = statistics(answer)["CLASS_INF"]["CLASS_OBJ"][3]["CLASS"]
    assert times[-1]["@name"] == "2024年度"
    assert f"{parse(answer, 'municipal_population').rows['period_start'].max():%Y}" == "2023"


def test_trap_15_metadata_under_conditions_explain_only_what_was_asked_for():
    answer = content("municipal_population")
    items = statistics(answer)["CLASS_INF"]["CLASS_OBJ"][1]["CLASS"]
    assert [item["@code"] for item in items] == ["A1101", "A4101", "A4200", "A9101"]
    rows = parse(answer, "municipal_population").rows
    assert "estat_ssds_municipal.A2101" not in set(rows["series_id"])


class TestSymbols:
    """The same mark means something else in another table: only the table's own note counts."""

    @pytest.mark.parametrize(
        ("symbol", "meaning", "status"),
        [
            ("-", "データが得られないもの", "O"),
            ("-", "当該数値がないもの", "M"),
            ("-", "数字が得られないもの", "O"),
            ("…", "計数不明又は計数を表章することが不適当な場合", "O"),
            ("・", "統計項目のあり得ない場合", "M"),
            ("***", "調査又は集計していないもの", "L"),
            ("***", "該当データがない場合を示す。", "M"),
            ("X", "数値が秘匿されているもの", "Q"),
        ],
    )
    def test_a_symbol_means_what_its_table_says(self, symbol, meaning, status):
        row = parse(births(symbol, notes={"@char": symbol, "$": meaning}), "municipal_population").rows.iloc[0]
        assert math.isnan(row["value"])
        assert (row["raw_text"], row["obs_status"], row["symbol_meaning"]) == (symbol, status, meaning)

    @pytest.mark.parametrize("unit", ["人", "千人"])
    def test_a_dash_where_there_are_none_is_a_count_of_zero_and_stays_as_it_is_printed(self, unit):
        notes = [{"@char": "-", "$": "計数のない場合"}, {"@char": "…", "$": "計数不明の場合"}]
        rows = parse(births("12", "-", "…", "－", notes=notes, unit=unit), "municipal_population").rows
        assert rows["value"].tolist()[1::2] == [0, 0]
        assert rows["raw_text"].tolist() == ["12", "-", "…", "－"]
        assert rows["obs_status"].tolist() == ["A", "A", "O", "A"]
        assert rows["symbol_meaning"].tolist() == ["", "計数のない場合", "計数不明の場合", "計数のない場合"]
        assert math.isnan(rows["value"][2])

    def test_a_rate_of_none_is_no_zero(self):
        axes = {"tab": ("表章項目", code("11", "率", unit="")), **NO_AREA}
        of_nation = catalog("fertility", "estat_vital.tfr", items="tab", codes={}, area="00000")
        answer = table(axes, [cell("-", tab="11", time="2022000000")], notes={"@char": "-", "$": "計数のない場合"})
        row = parse(answer, "fertility", of_nation).rows.iloc[0]
        assert math.isnan(row["value"])
        assert (row["raw_text"], row["obs_status"], row["symbol_meaning"]) == ("-", "M", "計数のない場合")

    @pytest.mark.parametrize("symbol", ["*", "・", "", "…", "-"])
    def test_a_symbol_that_the_note_does_not_explain_has_no_status(self, symbol):
        row = parse(births("2829", symbol), "municipal_population").rows.iloc[1]
        assert math.isnan(row["value"])
        assert (row["obs_status"], row["symbol_meaning"]) == ("", "")

    @pytest.mark.parametrize(("symbol", "explained"), [("－", "-"), ("x", "X"), ("...", "…")])
    def test_the_width_of_a_symbol_makes_no_difference(self, symbol, explained):
        notes = [{"@char": explained, "$": "数値が秘匿されているもの"}]
        assert parse(births(symbol, notes=notes), "municipal_population").rows.iloc[0]["obs_status"] == "Q"

    @pytest.mark.parametrize("text", ["nan", "inf", "1_000", "1e3", "0x1F", " "])
    def test_what_only_a_programming_language_calls_a_number_is_none(self, text):
        row = parse(births(text), "municipal_population").rows.iloc[0]
        assert math.isnan(row["value"])
        assert row["obs_status"] == ""

    def test_a_remark_on_a_cell_is_in_its_note(self):
        answer = births("2829", remarks=[{"@annotation": "J1", "$": "速報値"}])
        statistics(answer)["DATA_INF"]["VALUE"][0]["@annotation"] = "J1"
        assert parse(answer, "municipal_population").rows.iloc[0]["note"] == "表記 2023年度 J1: 速報値"
        del statistics(answer)["DATA_INF"]["ANNOTATION"]
        assert parse(answer, "municipal_population").rows.iloc[0]["note"] == "表記 2023年度 J1"


class TestTimes:
    """The name of a time code in the table's own metadata is what counts: the ten digits differ from table to table."""

    @pytest.mark.parametrize(
        ("time", "name", "kind", "start", "end"),
        [
            ("2025000000", "2025年", "CY", "2025-01-01", "2025-12-31"),
            ("2025100000", "2025年度", "FY", "2025-04-01", "2026-03-31"),
            ("2021000000", "2021年度", "FY", "2021-04-01", "2022-03-31"),
            ("2026000909", "2026年9月", "month", "2026-09-01", "2026-09-30"),
            ("2015001212", "2015年12月", "month", "2015-12-01", "2015-12-31"),
            ("2023001010", "2023年10月", "month", "2023-10-01", "2023-10-31"),
        ],
    )
    def test_a_year_a_fiscal_year_or_a_month(self, time, name, kind, start, end):
        axes = {"tab": ("表章項目", code("11", "率", unit="")), "time": ("時間軸", code(time, name))}
        as_labelled = catalog("fertility", "estat_vital.tfr", items="tab", codes={}, area="00000")
        row = parse(table(axes, [cell("1.26", tab="11", time=time)]), "fertility", as_labelled).rows.iloc[0]
        assert (row["period_kind"], f"{row['period_start']:%F}", f"{row['period_end']:%F}") == (kind, start, end)

    @pytest.mark.parametrize("name", ["1994年1～3月期", "1994年上期", ""])
    def test_what_is_no_such_period_refuses_its_row_and_not_the_table(self, name):
        row = parse(births("2829", name=name), "municipal_population").rows.iloc[0]
        assert pd.isna(row["period_start"])
        assert row["note"].startswith("refused: ")

    def test_a_time_code_that_the_table_does_not_explain_refuses_its_row(self):
        answer = births("2829", "3022")
        statistics(answer)["DATA_INF"]["VALUE"][1]["@time"] = "2022100000"
        notes = parse(answer, "municipal_population").rows["note"].tolist()
        assert notes == ["表記 2023年度", "refused: the table does not explain the time code '2022100000'"]

    def test_births_are_of_the_calendar_year_although_their_table_says_fiscal_year(self):
        row = parse(births("2829"), "municipal_population").rows.iloc[0]
        assert (row["period_kind"], f"{row['period_start']:%F}", row["note"]) == ("CY", "2023-01-01", "表記 2023年度")

    def test_graduates_are_of_the_fiscal_year_as_their_table_says(self):
        rows = parse(content("prefecture_education"), "prefecture_education").rows
        assert set(rows["period_kind"]) == {"FY"}
        assert set(rows["note"]) == {""}

    def test_a_month_in_a_table_that_is_counted_by_years_refuses_its_row(self):
        row = parse(births("2829", name="2023年10月", time="2023001010"), "municipal_population").rows.iloc[0]
        assert row["note"] == "refused: 2023年10月 is no period of kind CY, as which the catalog counts this table"


@recorded
class TestRecordedAnswers:
    def test_the_population_of_a_city_is_read_from_the_whole_municipal_table(self):
        body = (SHARED / "real" / "estat_getStatsData_0000020201_A1101_municipality.json").read_bytes()
        rows = parse(body, "municipal_population").rows
        city = rows[rows["area_code"] == "17201"]
        assert city["value"].tolist()[-2:] == [465_699, 463_254]
        assert set(rows["series_id"]) == {"estat_ssds_municipal.A1101"}
        assert set(rows["period_kind"]) == {"CY"}
        page = typed_columns(body, "whole")
        not_there = page.reading.where(lambda read: read.symbol_meaning == "データが得られないもの")
        assert (len(page), not_there.sum()) == (17_188, 279)

    @pytest.mark.parametrize("path", sorted(WIRE.rglob("getStatsData*.json")), ids=lambda path: path.name)
    def test_every_recorded_answer_is_read_with_all_its_cells(self, path):
        body = path.read_bytes()
        position = decoded(body, path.name).position
        page = typed_columns(body, path.name)
        cells = json.loads(body)["GET_STATS_DATA"]["STATISTICAL_DATA"].get("DATA_INF", {}).get("VALUE", [])
        assert len(page) == len(cells)
        assert position is None or position.total >= len(page)

    def test_quarters_are_told_from_years(self):
        body = (WIRE / "derived" / "getStatsData_0003109741_quarters_2508rows.json").read_bytes()
        page = typed_columns(body, "quarters")
        assert {type(period) for period, _ in page.periods.there} == {str}
        assert set(page.unit.there) == {"10億円"}

    def test_a_dash_counts_as_none_there_in_the_wage_survey(self):
        body = (WIRE / "getStatsData_0003425893_wage_six_categories.json").read_bytes()
        page = typed_columns(body, "wages")
        assert page.meta.legend == {"-": "計数のない場合"}
        assert "cat06" in page.codes
