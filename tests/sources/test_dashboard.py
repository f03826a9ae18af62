"""How answers of the Statistics Dashboard API become rows, how it is asked, and what each of its statuses leads to."""

import json
import math
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from records import KnownFromBasis
from sources import dashboard, http
from sources.answers import Said
from sources.dashboard_answer import judge
from sources.fetching import fetch_publisher
from sources.parsed import ParseError
from sources.publishers import CatalogError, publishers
from sources.snapshots import Outcome, SnapshotStore
from tests.publishers import Replica
from tests.publishers.dashboard import PREFIX, Dashboard, Figure
from tests.publishers.misbehaviour import maintenance_page, status

MODELLED = Path(__file__).parents[2].parent / "shared" / "wire" / "dashboard" / "modelled"
CATALOG = publishers()["dashboard"]
TODAY = date(2026, 11, 24)
LISTED = {resource.dataset: resource for resource in dashboard.resources(CATALOG, TODAY, lambda _: None)}
POPULATION, BIRTHS = "0201010000000010000", "0203010000000010000"


def asked(dataset):
    return {name: value for name, (value,) in parse_qs(urlsplit(LISTED[dataset].urls[0]).query).items()}


def answer(dataset="vital_municipality", **changes):
    """What the API answers to the call of a dataset, as bytes."""
    query = {name.lower(): value for name, value in asked(dataset).items()}
    return Dashboard(**changes).data(query)


def parse(content, dataset="vital_municipality"):
    return dashboard.parse(json.dumps(content).encode(), LISTED[dataset], CATALOG)


def data_of(content):
    return content["GET_STATS"]["STATISTICAL_DATA"]


def first_value(content):
    return data_of(content)["DATA_INF"]["DATA_OBJ"][0]["VALUE"]


class TestRequests:
    def test_a_dataset_is_one_call_that_fixes_cycle_rank_and_adjustment(self):
        assert asked("vital_municipality") == {
            "Lang": "JP",
            "MetaGetFlg": "Y",
            "IndicatorCode": "0203010000000010000,0203020000000010000,0203070000000010010",
            "RegionCode": "17201",
            "Cycle": "3",
            "RegionalRank": "4",
            "IsSeasonalAdjustment": "1",
        }
        assert [asked(f"vital_{level}")["RegionalRank"] for level in ("nation", "prefecture")] == ["2", "3"]

    def test_no_call_limits_the_period_because_the_api_answers_that_with_a_web_page(self):
        assert [name for dataset in LISTED for name in asked(dataset) if "Time" in name] == []

    def test_nothing_names_a_day_of_publication_so_figures_count_from_the_day_we_see_them(self):
        resource = LISTED["vital_nation"]
        assert (resource.known_from, resource.known_from_basis) == (TODAY, KnownFromBasis.FETCH)

    def test_calls_are_at_least_a_second_apart(self):
        assert CATALOG.min_interval_seconds >= 1

    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            ({"regions": [f"{code:05}" for code in range(51)]}, "at most 5 series and 50 regions; split it"),
            ({"cycle": "quarter"}, "cycle one of month, CY, FY"),
            ({"level": "village"}, "level is one of nation, prefecture, municipality"),
        ],
    )
    def test_a_dataset_that_cannot_be_one_call_is_refused_with_the_catalogs_entry(self, options, reason):
        changed = CATALOG.datasets[0].model_copy(update={"options": CATALOG.datasets[0].options | options})
        publisher = CATALOG.model_copy(update={"datasets": (changed,)})
        with pytest.raises(CatalogError, match=f"dashboard: dataset population_nation.*{reason}"):
            dashboard.resources(publisher, TODAY, lambda _: None)

    def test_six_series_are_two_calls(self):
        six = {"series": [series.id for series in CATALOG.series] + ["dashboard.more"]}
        more = CATALOG.series[0].model_copy(update={"id": "dashboard.more", "column": "0" * 19})
        changed = CATALOG.datasets[0].model_copy(update={"options": CATALOG.datasets[0].options | six})
        publisher = CATALOG.model_copy(update={"datasets": (changed,), "series": (*CATALOG.series, more)})
        with pytest.raises(CatalogError, match="at most 5 series"):
            dashboard.resources(publisher, TODAY, lambda _: None)


class TestRows:
    def test_a_figure_is_a_row_with_its_place_in_the_answer(self):
        row = parse(answer()).rows.iloc[2]
        assert (row["series_id"], row["area_code"], row["value"]) == ("dashboard.births", "17201", 2829)
        assert (row["period_kind"], row["period_start"]) == ("CY", pd.Timestamp("2023-01-01"))
        assert (row["unit"], row["raw_unit"], row["raw_text"], row["obs_status"]) == ("人", "人", "2829", "A")
        assert (row["source_line"], row["source_column"]) == (3, f"VALUE of {BIRTHS}")
        assert row["note"] == "人口動態調査"

    def test_the_area_has_its_name_and_level(self):
        assert parse(answer("vital_prefecture"), "vital_prefecture").areas.to_numpy().tolist() == [
            ["17000", "石川県", "prefecture"]
        ]

    def test_a_provisional_figure_has_status_p(self):
        tokyo = Dashboard().data({"indicatorcode": POPULATION, "regioncode": "13000"})
        rows = parse(tokyo, "population_prefecture").rows
        assert rows[["value", "obs_status"]].to_numpy().tolist() == [[14_246_219, "P"]]

    @pytest.mark.parametrize(
        ("code", "kind", "first", "last"),
        [
            ("2024CY00", "CY", "2024-01-01", "2024-12-31"),
            ("2024FY00", "FY", "2024-04-01", "2025-03-31"),
            ("20240100", "month", "2024-01-01", "2024-01-31"),
            ("20241200", "month", "2024-12-01", "2024-12-31"),
        ],
    )
    def test_a_time_code_is_a_year_a_fiscal_year_or_a_month(self, code, kind, first, last):
        row = parse(answer(figures=[Figure(BIRTHS, "17201", code, "1")])).rows.iloc[0]
        assert (row["period_kind"], *(f"{row[name]:%F}" for name in ("period_start", "period_end"))) == (
            kind,
            first,
            last,
        )

    @pytest.mark.parametrize("code", ["20242Q00", "20241300", "20240000", "2024CY01", "2024"])
    def test_any_other_time_code_is_refused_quarters_too(self, code):
        with pytest.raises(ParseError, match=f"line 1, column @time: '{code}' is no year or month"):
            parse(answer(figures=[Figure(BIRTHS, "17201", code, "1")]))

    def test_one_object_alone_may_come_without_a_list_around_it(self):
        content = answer(figures=[Figure(BIRTHS, "17201", "2023CY00", "2829")])
        data = data_of(content)
        data["DATA_INF"]["DATA_OBJ"] = data["DATA_INF"]["DATA_OBJ"][0]
        data["TABLE_INF"]["STAT_NAME"] = data["TABLE_INF"]["STAT_NAME"][0]
        for found in data["CLASS_INF"]["CLASS_OBJ"]:
            found["CLASS"] = found["CLASS"][0]
        assert parse(content).rows["value"].tolist() == [2829]

    def test_figures_of_another_cycle_rank_or_adjustment_are_left_out(self):
        content = answer()
        for field in ("@cycle", "@regionRank", "@isSeasonal"):
            first_value(content)[field] = "2"
            assert len(parse(content).rows) == 4
            content = answer()
        assert len(parse(content).rows) == 5

    @pytest.mark.parametrize(
        "annotation", ["改定値", {"$": "改定値"}, [{"$": "改定値"}], {"CELL_ANNOTATION": [{"$": "改定値"}]}]
    )
    def test_an_annotation_is_kept_in_the_note(self, annotation):
        content = answer()
        data_of(content)["DATA_INF"]["DATA_OBJ"][0]["CELL_ANNOTATIONS"] = annotation
        assert parse(content).rows["note"][0] == "人口動態調査 改定値"

    def test_a_symbol_without_a_legend_has_neither_value_nor_status(self):
        row = parse(answer(figures=[Figure(BIRTHS, "17201", "2023CY00", "***")])).rows.iloc[0]
        assert math.isnan(row["value"])
        assert (row["raw_text"], row["obs_status"]) == ("***", "")

    def test_a_unit_of_the_same_kind_is_converted_and_the_printed_one_kept(self):
        content = answer("population_prefecture")
        data_of(content)["CLASS_INF"]["CLASS_OBJ"][1]["CLASS"] = [{"@code": "090", "@name": "千人"}]
        row = parse(content, "population_prefecture").rows.iloc[0]
        assert (row["value"], row["unit"], row["raw_unit"]) == (1_132_526_000, "人", "千人")

    def test_a_unit_of_another_kind_stays_as_printed_for_the_gate(self):
        content = answer("population_prefecture")
        data_of(content)["CLASS_INF"]["CLASS_OBJ"][1]["CLASS"] = [{"@code": "090", "$": "ヘクトパスカル"}]
        row = parse(content, "population_prefecture").rows.iloc[0]
        assert (row["value"], row["unit"], row["raw_unit"]) == (1_132_526, "ヘクトパスカル", "ヘクトパスカル")

    def test_no_data_is_no_row(self):
        assert parse(answer(figures=[])).rows.empty


class TestRefused:
    @pytest.mark.parametrize("field", ["@indicator", "@unit", "@time", "@isProvisional", "@regionRank", "$"])
    def test_a_lost_field_is_named(self, field):
        content = answer()
        del first_value(content)[field]
        with pytest.raises(ParseError, match=rf"line 1, column {field.replace('$', '[$]')}: the field is gone"):
            parse(content)

    @pytest.mark.parametrize("field", ["$", "@time", "@unit", "@indicator", "@regionCode"])
    @pytest.mark.parametrize("odd", [None, 2829, [], {}], ids=repr)
    def test_a_field_that_is_no_text_is_named(self, field, odd):
        content = answer()
        first_value(content)[field] = odd
        with pytest.raises(ParseError, match=rf"line 1, column {field.replace('$', '[$]')}: .+ or no text; compare"):
            parse(content)

    def test_a_name_that_is_no_text_is_named(self):
        for at, kind in ((1, "unit"), (2, "regionCode")):
            content = answer()
            entry = data_of(content)["CLASS_INF"]["CLASS_OBJ"][at]
            assert entry["@id"] == kind
            entry["CLASS"][0]["$"] = 7
            with pytest.raises(ParseError, match=f"column {kind}: the name of '.+' is no text: 7; compare"):
                parse(content)
        content = answer()
        data_of(content)["TABLE_INF"]["STAT_NAME"][0]["$"] = ["人口動態調査"]
        with pytest.raises(ParseError, match=r"column STAT_NAME: the name of '.+' is no text"):
            parse(content)

    @pytest.mark.parametrize(("field", "code"), [("@indicator", "0" * 19), ("@isProvisional", "2")])
    def test_a_code_that_nobody_asked_for_is_named(self, field, code):
        content = answer()
        first_value(content)[field] = code
        with pytest.raises(ParseError, match=f"column {field}: code '{code}' is not known"):
            parse(content)

    def test_a_unit_without_a_name_is_refused(self):
        content = answer()
        first_value(content)["@unit"] = "999"
        with pytest.raises(ParseError, match="column @unit: unit '999' is not explained"):
            parse(content)

    def test_fewer_figures_than_announced_are_refused(self):
        content = answer()
        del data_of(content)["DATA_INF"]["DATA_OBJ"][0]
        with pytest.raises(ParseError, match="4 figures where TOTAL_NUMBER says 5"):
            parse(content)

    @pytest.mark.parametrize("part", ["CLASS_INF", "DATA_INF", "TABLE_INF"])
    def test_a_lost_part_is_named(self, part):
        content = answer()
        del data_of(content)[part]
        with pytest.raises(ParseError, match=f"'{part}' is not where it should be"):
            parse(content)

    @pytest.mark.parametrize(
        "body", [b"<html>\xe3\x81\x9f</html>", b"", b"[]", b'{"GET_STATS": 1}', b'{"GET_META": {}}', b"[" * 10**5]
    )
    def test_what_is_no_answer_of_the_api_is_told_so(self, body):
        with pytest.raises(ParseError, match="no answer of the Statistics Dashboard"):
            dashboard.parse(body, LISTED["vital_nation"], CATALOG)
        assert judge(body) == (Said.DATA, "")


@pytest.mark.parametrize(
    ("code", "said"),
    [("0", Said.DATA), ("1", Said.NOTHING), ("200", Said.BUSY), ("299", Said.BUSY)]
    + [(code, Said.ERROR) for code in ("101", "103", "104", "105", "106", "7")],
)
def test_the_status_in_the_body_decides(code, said):
    body = json.dumps({"GET_STATS": {"RESULT": {"status": code, "errorMsg": "理由"}}}).encode()
    assert judge(body)[0] is said


class TestVisits:
    @pytest.fixture
    def api(self, monkeypatch):
        monkeypatch.setattr(http, "FIRST_WAIT", 0.01)
        monkeypatch.setenv("NO_PROXY", "*")
        return Dashboard()

    @pytest.fixture
    def visit(self, api, tmp_path):
        store = SnapshotStore(tmp_path)
        publisher = CATALOG.model_copy(update={"datasets": CATALOG.datasets[-1:], "min_interval_seconds": 0})
        with Replica() as replica:
            replica.mount(PREFIX, api)

            def once():
                (fetch,) = fetch_publisher(publisher, dashboard, store, today=TODAY, base_url=replica.url)
                return fetch

            once.replica, once.store = replica, store
            yield once

    def test_an_answer_is_kept_as_it_came(self, visit):
        fetch = visit()
        assert (fetch.outcome, fetch.resource) == (Outcome.NEW, "dashboard/vital_municipality")
        assert len(dashboard.parse(visit.store.read(fetch.snapshot_id), LISTED[fetch.dataset], CATALOG).rows) == 5

    def test_trouble_of_their_server_is_tried_again(self, visit, api):
        api.says = [("200", "データベースエラー"), ("299", "その他のエラー")]
        assert visit().outcome is Outcome.NEW
        assert len(visit.replica.requests) == 3

    def test_trouble_that_lasts_is_given_up_with_their_words(self, visit, api):
        api.says = [("299", "その他のエラー")] * 9
        fetch = visit()
        assert fetch.outcome is Outcome.FAILED
        assert fetch.reason.endswith("the API answers with status 299: その他のエラー, 4 times; wait a night")

    def test_a_wrong_request_is_not_repeated_and_points_to_the_catalog(self, visit, api):
        api.says = [("101", "必須パラメータが設定されていません。")]
        fetch = visit()
        assert fetch.outcome is Outcome.FAILED
        assert "status 101: 必須パラメータが設定されていません。; correct the dataset in the catalog" in fetch.reason
        assert len(visit.replica.requests) == 1

    def test_no_data_is_no_failure_as_long_as_there_never_was_any(self, visit, api):
        api.figures.clear()
        assert visit().outcome is Outcome.NOT_OUT

    def test_no_data_where_there_was_some_is_a_failure_with_their_words(self, visit, api):
        visit()
        api.figures.clear()
        fetch = visit()
        assert fetch.outcome is Outcome.FAILED
        assert "status 1: 正常に終了しましたが" in fetch.reason

    def test_a_maintenance_page_is_refused_whatever_its_status(self, visit):
        visit.replica.misbehave(f"{PREFIX}getData", maintenance_page)
        assert visit().outcome is Outcome.REFUSED

    def test_an_api_that_is_gone_is_a_failure(self, visit):
        visit.replica.misbehave(f"{PREFIX}getData", status(404))
        assert visit().outcome is Outcome.FAILED


@pytest.mark.skipif(not MODELLED.is_dir(), reason="no folder ../shared/wire/dashboard with modelled answers")
class TestModelledAnswers:
    @pytest.fixture
    def tokyo(self):
        dataset = CATALOG.dataset("population_prefecture")
        return CATALOG.model_copy(update={"datasets": (dataset,)})

    def test_a_prefectures_population_is_read_with_its_provisional_year(self, tokyo):
        body = (MODELLED / "getData_population_tokyo.json").read_bytes()
        rows = dashboard.parse(body, LISTED["population_prefecture"], tokyo).rows
        assert rows[["area_code", "value", "obs_status"]].to_numpy().tolist()[1] == ["13000", 14_246_219, "P"]

    @pytest.mark.parametrize(
        ("name", "said"), [("status1_nodata", Said.NOTHING), ("status101_missing_param", Said.ERROR)]
    )
    def test_statuses_are_understood(self, name, said):
        assert judge((MODELLED / f"getData_{name}.json").read_bytes())[0] is said
