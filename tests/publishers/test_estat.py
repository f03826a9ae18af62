"""The replica of e-Stat's API: what its answers look like, and that it refuses what the publisher refuses."""

from dataclasses import replace

import pytest
import requests

from tests.publishers import Replica, estat, estat_load
from tests.publishers import misbehaviour as bad
from tests.publishers.estat import APP_ID, PREFIX, STATUSES
from tests.publishers.estat_asked import is_in_span
from tests.publishers.estat_table import Axis, Cell, Code

CITY, RATES, PREFECTURE = "0000020201", "0003411598", "0000010101"
KANAZAWA_BIRTHS = {"statsDataId": CITY, "cdArea": "17201", "cdCat01": "A4101"}


@pytest.fixture
def served():
    with Replica() as replica:
        estat.mount(replica)
        yield replica


@pytest.fixture
def api(served):
    return served.handlers[PREFIX]


def get(served, call, **parameters):
    with requests.Session() as session:
        session.trust_env = False
        given = {"appId": APP_ID} | parameters
        return session.get(f"{served.url}{PREFIX}{call}", params=given, timeout=10)


@pytest.fixture
def ask(served):
    """Asks one call and gives HTTP code and what stands below the root of the answer."""

    def asked(call, **parameters):
        reply = get(served, call, **parameters)
        (content,) = reply.json().values()
        return reply.status_code, content

    return asked


@pytest.fixture
def data(ask):
    """The STATISTICAL_DATA of one request."""
    return lambda **parameters: ask("getStatsData", **parameters)[1]["STATISTICAL_DATA"]


def texts(statistical_data):
    values = statistical_data["DATA_INF"]["VALUE"]
    return [value["$"] for value in (values if isinstance(values, list) else [values])]


def classes(statistical_data):
    return {axis["@id"]: axis["CLASS"] for axis in statistical_data["CLASS_INF"]["CLASS_OBJ"]}


def status_of(content):
    return content["RESULT"]["STATUS"]


class TestFigures:
    def test_the_births_of_a_city_come_as_they_were_published(self, data):
        found = data(**KANAZAWA_BIRTHS)["DATA_INF"]["VALUE"]
        assert found[-1] == {
            "@tab": "00001",
            "@cat01": "A4101",
            "@area": "17201",
            "@time": "2023100000",
            "@unit": "人",
            "$": "2829",
        }
        assert [value["$"] for value in found] == ["3931", "3723", "3400", "3053", "3022", "2829"]

    @pytest.mark.parametrize(
        ("table", "conditions", "figure"),
        [
            (PREFECTURE, {"cdCat01": "A4103", "cdTime": "2022100000", "cdArea": "17000"}, "1.38"),
            (RATES, {"cdTab": "10060", "cdTime": "2022000000"}, "1.38"),
            ("0000010105", {"cdCat01": "E6502", "cdTime": "2022100000"}, "6222"),
            ("0000010107", {"cdCat01": "G7101", "cdTime": "2019100000", "cdArea": "17000"}, "7631900"),
            ("0003412062", {"cdArea": "17201", "cdTime": "2023000000"}, "2829"),
        ],
    )
    def test_every_table_has_its_check_value(self, data, table, conditions, figure):
        assert texts(data(statsDataId=table, **conditions)) == [figure]

    def test_boys_and_girls_are_all_births(self, data):
        born = {sex: texts(data(statsDataId="0003412062", cdArea="17000", cdCat01=sex)) for sex in ("00110", "00120")}
        total = texts(data(statsDataId="0003412062", cdArea="17000", cdCat01="00100"))
        assert [int(a) + int(b) for a, b in zip(*born.values(), strict=True)] == [int(text) for text in total]


class TestConditions:
    @pytest.mark.parametrize(
        ("conditions", "years"),
        [
            ({"cdTimeFrom": "2021100000"}, "2021 2022 2023"),
            ({"cdTimeTo": "2018100000"}, "2016 2018"),
            ({"cdTimeFrom": "2018100000", "cdTimeTo": "2021100000"}, "2018 2020 2021"),
            ({"cdTimeFrom": "min", "cdTimeTo": "max"}, "2016 2018 2020 2021 2022 2023"),
            ({"cdTime": "2016100000,2022100000", "cdTimeFrom": "2020100000"}, "2022"),
        ],
    )
    def test_codes_and_spans_of_codes_must_all_be_met(self, data, conditions, years):
        values = data(**KANAZAWA_BIRTHS, **conditions)["DATA_INF"]["VALUE"]
        found = values if isinstance(values, list) else [values]
        assert [value["@time"][:4] for value in found] == years.split()

    @pytest.mark.parametrize(
        ("level", "areas"), [("1", ["00000"]), ("2", ["17000"]), ("-2", ["00000", "17000"]), ("2-", ["17000"])]
    )
    def test_levels_are_one_or_a_span(self, data, level, areas):
        found = data(statsDataId=PREFECTURE, cdCat01="A4101", lvArea=level)["DATA_INF"]["VALUE"]
        assert sorted({value["@area"] for value in (found if isinstance(found, list) else [found])}) == areas

    def test_metadata_of_an_answer_have_the_chosen_codes_only_also_where_there_is_no_figure_yet(self, data):
        found = classes(data(**KANAZAWA_BIRTHS))
        assert found["cat01"] == {"@code": "A4101", "@name": "A4101_出生数", "@level": "1", "@unit": "人"}
        assert found["time"][-1]["@code"] == "2024100000"
        assert "2024" not in [value["@time"][:4] for value in data(**KANAZAWA_BIRTHS)["DATA_INF"]["VALUE"]]

    def test_what_was_asked_comes_back_with_numbers_and_text_mixed(self, ask):
        _, content = ask("getStatsData", **KANAZAWA_BIRTHS, limit=2, cdTimeFrom="2018100000", lvArea="2")
        assert content["PARAMETER"] == {
            "LANG": "J",
            "STATS_DATA_ID": CITY,
            "NARROWING_COND": {
                "CODE_AREA_SELECT": "17201",
                "CODE_CAT01_SELECT": "A4101",
                "CODE_TIME_FROM": "2018100000",
                "LEVEL_AREA_COND": "2",
            },
            "DATA_FORMAT": "J",
            "START_POSITION": 1,
            "METAGET_FLG": "Y",
            "LIMIT": 2,
        }


class TestPages:
    def test_the_next_key_leads_to_the_end_and_is_not_there_on_the_last_page(self, data):
        walked, position = [], 1
        while position:
            page = data(**KANAZAWA_BIRTHS, startPosition=position, limit=4)
            assert page["RESULT_INF"]["TOTAL_NUMBER"] == 6
            walked += texts(page)
            position = page["RESULT_INF"].get("NEXT_KEY")
        assert walked == texts(data(**KANAZAWA_BIRTHS))

    def test_nobody_gets_more_than_100_000_cells_at_once(self, api, data):
        table = estat_load.load(100_001)
        api.tables[table.id] = table
        page = data(statsDataId=table.id, limit=200_000, metaGetFlg="N")
        assert len(texts(page)) == 100_000
        assert page["RESULT_INF"]["NEXT_KEY"] == 100_001
        assert "CLASS_INF" not in page

    def test_a_count_has_no_figures(self, data):
        assert data(**KANAZAWA_BIRTHS, cntGetFlg="Y", metaGetFlg="N") == {"RESULT_INF": {"TOTAL_NUMBER": 6}}

    def test_a_release_in_mid_walk_changes_day_and_figures_from_that_page_on(self, api, data):
        restated = [cell._replace(text="2830") if cell.text == "2829" else cell for cell in api.tables[CITY].cells]
        api.release(replace(api.tables[CITY], cells=restated, updated="2026-06-19"), after=2)
        pages = [data(**KANAZAWA_BIRTHS, startPosition=position, limit=2) for position in (1, 3, 5)]
        assert [page["TABLE_INF"]["UPDATED_DATE"] for page in pages] == ["2025-06-20", "2025-06-20", "2026-06-19"]
        assert texts(pages[2]) == ["3022", "2830"]

    def test_values_come_in_no_order_on_request_but_in_the_same_one_on_all_pages(self, api, data):
        in_order = texts(data(**KANAZAWA_BIRTHS))
        api.shuffled = True
        walked = [text for start in (1, 4) for text in texts(data(**KANAZAWA_BIRTHS, startPosition=start, limit=3))]
        assert walked != in_order
        assert sorted(walked) == sorted(in_order)


class TestHabits:
    def test_the_moment_differs_from_answer_to_answer(self, ask):
        first, second = (ask("getStatsData", **KANAZAWA_BIRTHS)[1] for _ in range(2))
        assert first.pop("RESULT")["DATE"].endswith("+09:00")
        second.pop("RESULT")
        assert first == second

    def test_a_title_is_a_text_or_has_a_number(self, data):
        assert data(statsDataId=RATES)["TABLE_INF"]["TITLE"] == "都道府県別にみた年次別合計特殊出生率"
        assert data(statsDataId=CITY)["TABLE_INF"]["TITLE"] == {"@no": CITY, "$": "Ａ　人口・世帯"}

    def test_one_entry_is_an_object_and_several_are_a_list(self, data):
        one = data(**KANAZAWA_BIRTHS, cdTime="2023100000")
        assert isinstance(one["DATA_INF"]["VALUE"], dict)
        assert isinstance(data(**KANAZAWA_BIRTHS)["DATA_INF"]["VALUE"], list)
        assert isinstance(data(statsDataId="0003412062")["DATA_INF"]["NOTE"], dict)
        assert isinstance(one["DATA_INF"]["NOTE"], list)

    def test_a_table_without_units_prints_none(self, api, data):
        (tab, *others), table = api.tables[RATES].axes, api.tables[RATES]
        assert {value["@unit"] for value in data(statsDataId=RATES)["DATA_INF"]["VALUE"]} == {""}
        without = Axis(tab.id, tab.name, tuple(replace(code, unit=None) for code in tab.codes))
        api.tables[RATES] = replace(table, axes=(without, *others))
        assert all("@unit" not in value for value in data(statsDataId=RATES)["DATA_INF"]["VALUE"])

    def test_a_remark_stands_apart_from_the_figure_that_has_its_mark(self, api, data):
        table = api.tables[RATES]
        marked = [Cell(*cell[:2], "J1") for cell in table.cells[:1]]
        api.tables[RATES] = replace(table, cells=marked, annotations=(("J1", "例としての注釈"),))
        found = data(statsDataId=RATES)["DATA_INF"]
        assert found["ANNOTATION"] == {"@annotation": "J1", "$": "例としての注釈"}
        assert found["VALUE"]["@annotation"] == "J1"
        plain = data(statsDataId=RATES, annotationGetFlg="N")["DATA_INF"]
        assert not {"@annotation", "ANNOTATION"} & {*plain, *plain["VALUE"]}

    @pytest.mark.parametrize(("flag", "printed"), [("0", "***"), ("1", "0"), ("2", ""), ("3", "NA")])
    def test_symbols_are_replaced_when_it_is_asked_for(self, api, data, flag, printed):
        table = api.tables[CITY]
        unknown = Cell(("00001", "A4101", "17201", "2024100000"), "***")
        api.tables[CITY] = replace(table, cells=[*table.cells, unknown])
        assert texts(data(**KANAZAWA_BIRTHS, replaceSpChars=flag))[-2:] == ["2829", printed]


class TestRefusals:
    @pytest.mark.parametrize("key", ["", "wrong"])
    def test_a_key_that_is_not_known_is_http_403_with_status_100(self, ask, key):
        code, content = ask("getStatsData", **KANAZAWA_BIRTHS, appId=key)
        assert (code, status_of(content)) == (403, 100)
        assert content["RESULT"]["ERROR_MSG"].startswith("認証に失敗しました。")

    @pytest.mark.parametrize(
        ("call", "parameters", "status"),
        [
            ("getStatsData", {}, 101),
            ("getMetaInfo", {}, 101),
            ("getStatsData", {"statsDataId": "0009999999"}, 300),
            ("getMetaInfo", {"statsDataId": "0009999999"}, 300),
            ("getStatsData", {"statsDataId": CITY, "metaGetFlg": "yes"}, 102),
            ("getStatsData", {"statsDataId": CITY, "startPosition": "0"}, 102),
            ("getStatsData", {"statsDataId": CITY, "lvArea": "a"}, 102),
            ("getStatsList", {"collectArea": "4"}, 102),
            ("getStatsData", {"statsDataId": CITY, "cdArea": ",".join(["17201"] * 101)}, 105),
        ],
    )
    def test_a_request_that_cannot_be_answered_is_http_400_with_its_status(self, ask, call, parameters, status):
        code, content = ask(call, **parameters)
        assert (code, status_of(content)) == (400, status)

    def test_100_codes_are_not_too_many(self, ask):
        assert ask("getStatsData", statsDataId=CITY, cdArea=",".join(["17201"] * 100))[0] == 200

    def test_a_table_that_is_not_there_is_named(self, ask):
        _, content = ask("getStatsData", statsDataId="0009999999")
        assert content["RESULT"]["ERROR_MSG"].startswith("statsDataId=[0009999999]のデータは存在しません。")

    def test_no_figure_is_no_error(self, ask):
        code, content = ask("getStatsData", **KANAZAWA_BIRTHS, cdTime="2024100000")
        assert (code, status_of(content)) == (200, 1)
        assert content["STATISTICAL_DATA"] == {"RESULT_INF": {"TOTAL_NUMBER": 0}}

    @pytest.mark.parametrize("status", [status for status in STATUSES if status])
    def test_every_status_can_be_asked_for_once_and_comes_with_its_http_code(self, api, ask, status):
        api.says = [status]
        code, content = ask("getStatsData", **KANAZAWA_BIRTHS)
        assert (code, status_of(content)) == (STATUSES[status][0], status)
        assert status_of(ask("getStatsData", **KANAZAWA_BIRTHS)[1]) == 0

    def test_another_call_is_not_there(self, served):
        assert get(served, "getStatsDatas").status_code == 404

    def test_a_maintenance_page_comes_with_200_and_half_an_answer_with_its_whole_length(self, served):
        served.misbehave(f"{PREFIX}getStatsData", bad.maintenance_page, bad.truncated)
        page = get(served, "getStatsData", **KANAZAWA_BIRTHS)
        assert (page.status_code, page.content) == (200, bad.HTML)
        with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
            get(served, "getStatsData", **KANAZAWA_BIRTHS)


class TestMetadataAndLists:
    def test_metadata_have_every_code(self, ask):
        _, content = ask("getMetaInfo", statsDataId=CITY)
        found = content["METADATA_INF"]
        assert found["TABLE_INF"]["UPDATED_DATE"] == "2025-06-20"
        areas = classes(found)["area"]
        assert [area["@name"] for area in areas] == ["北海道 札幌市 中央区", "石川県 金沢市"]

    def test_one_table_is_listed_once_for_each_kind_of_area(self, ask):
        _, content = ask("getStatsList", statsCode="00450011", searchWord="合計特殊出生率")
        listed = content["DATALIST_INF"]["TABLE_INF"]
        assert {entry["@id"] for entry in listed} == {RATES}
        assert [entry["COLLECT_AREA"] for entry in listed] == ["全国", "都道府県"]

    def test_a_list_of_one_is_an_object(self, ask):
        _, content = ask("getStatsList", collectArea="3", statsCode="00200")
        assert content["DATALIST_INF"]["TABLE_INF"]["@id"] == CITY
        assert content["DATALIST_INF"]["NUMBER"] == 1

    def test_lists_have_pages(self, ask):
        first = ask("getStatsList", limit=5)[1]["DATALIST_INF"]
        rest = ask("getStatsList", startPosition=first["RESULT_INF"]["NEXT_KEY"])[1]["DATALIST_INF"]
        assert first["NUMBER"] == rest["NUMBER"] == len(first["TABLE_INF"]) + len(rest["TABLE_INF"]) == 8
        assert "NEXT_KEY" not in rest["RESULT_INF"]

    @pytest.mark.parametrize(
        ("span", "inside"),
        [
            ("2025", True),
            ("202506", True),
            ("20250620", True),
            ("20250621", False),
            ("2024-2025", True),
            ("20250621-20260101", False),
            ("202501-202505", False),
            ("2026", False),
        ],
    )
    def test_a_list_can_be_of_what_was_updated_in_a_span(self, span, inside):
        assert is_in_span("2025-06-20", span) is inside

    def test_a_list_of_nothing_has_a_text_where_an_object_is_expected(self, ask):
        code, content = ask("getStatsList", updatedDate="1999")
        assert (code, status_of(content)) == (200, 1)
        assert content["DATALIST_INF"] == {"NUMBER": 0, "RESULT_INF": ""}

    def test_files_are_in_the_catalog_one_as_an_object_and_several_as_a_list(self, ask):
        rates = ask("getDataCatalog", searchWord="市区町村別統計 AND 令和4年")[1]["DATA_CATALOG_LIST_INF"]
        one = rates["DATA_CATALOG_INF"]["RESOURCES"]["RESOURCE"]
        assert one["URL"].endswith("statInfId=000040174881&fileKind=0")
        lodging = ask("getDataCatalog", statsCode="00601020", dataType="XLS,CSV")[1]["DATA_CATALOG_LIST_INF"]
        assert len(lodging["DATA_CATALOG_INF"]["RESOURCES"]["RESOURCE"]) == 3
        assert ask("getDataCatalog", dataType="PDF")[1]["RESULT"]["STATUS"] == 1


class TestLoad:
    def test_it_has_so_many_cells_of_items_that_do_not_exist(self):
        table = estat_load.load(200_000)
        assert len(table.cells) == 200_000
        assert {cell.codes[1][0] for cell in table.cells[:1000]} == {"S"}
        assert len({cell.codes for cell in table.cells}) == 200_000

    def test_its_texts_are_published_figures_and_symbols_as_often_as_in_a_real_table(self):
        cells = estat_load.load(61_000).cells[:]
        assert sum(cell.text == "***" for cell in cells) == 1000
        known = {text for _, _, figures in estat_load.FIGURES for text in figures.values()}
        assert {cell.text for cell in cells} == known | {"***"}

    def test_a_page_is_the_same_however_it_is_reached(self):
        table = estat_load.load(5_000)
        assert table.cells[4_990:] == list(table.cells)[-10:]
        with pytest.raises(IndexError):
            table.cells[5_000]


def test_a_code_prints_only_what_it_has():
    assert Code("1", "a", "").entry() == {"@code": "1", "@name": "a", "@level": ""}
    assert Code("1", "a", unit="", parent="0").entry() == {
        "@code": "1",
        "@name": "a",
        "@level": "1",
        "@unit": "",
        "@parentCode": "0",
    }
