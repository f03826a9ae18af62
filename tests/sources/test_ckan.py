"""How a portal's list of facilities becomes a table, by which address it comes, and lists that must be refused."""

import json
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import KnownFromBasis
from sources import ckan, http
from sources.fetching import fetch_publisher
from sources.parsed import ParseError
from sources.publishers import publishers
from sources.snapshots import Outcome, SnapshotStore
from tests.publishers import Replica
from tests.publishers.ckan import DOWNLOAD, EXAMPLES, PREFIXES, RESOURCE, Portal, table
from tests.publishers.misbehaviour import maintenance_page, status

CATALOG = publishers()["ckan"]
TODAY = date(2026, 11, 24)
SHOW = "/api/3/action/package_show"
DUMP = f"/datastore/dump/{RESOURCE}"


def listed(page=None):
    (resource,) = ckan.resources(CATALOG, TODAY, lambda _: page)
    return resource


def parse(body):
    return ckan.parse(body if isinstance(body, bytes) else body.encode(), listed(), CATALOG)


def with_cell(column, text, rows=EXAMPLES):
    """The list with this text in one column of its first row."""
    return table((rows[0] | {column: text}, *rows[1:]))


class TestTable:
    def test_a_facility_has_name_kind_area_place_and_days(self):
        row = parse(table()).rows.iloc[0]
        assert (row["name"], row["kind"], row["area_code"]) == ("（例）一軒目", "飲食店営業", "17201")
        assert (row["latitude"], row["longitude"], row["address"]) == (36.561, 136.656, "石川県金沢市広坂1丁目1番1号")
        assert (row["publisher_id"], row["dataset"], row["facility_id"], row["source_line"]) == (
            "ckan",
            "food_permits",
            "1",
            2,
        )

    def test_days_are_read_in_every_form_that_one_file_mixes(self):
        rows = parse(table()).rows
        assert rows["valid_from"].tolist() == [pd.Timestamp(day) for day in ("2021-06-01", "2018-04-01", "2024-04-01")]
        assert rows["valid_to"].tolist()[:2] == [pd.Timestamp("2027-05-31"), pd.Timestamp("2026-10-31")]

    def test_what_the_list_leaves_empty_is_empty_and_no_trouble(self):
        row = parse(table()).rows.iloc[2]
        assert pd.isna(row[["latitude", "longitude", "valid_to"]]).all()
        assert row["note"] == ""

    def test_operators_telephones_and_remarks_are_not_taken_over(self):
        private = {"営業所電話番号": "000-0000", "法人名": "（例）株式会社", "備考": "（例）備考"}
        rows = parse(table((EXAMPLES[0] | private,))).rows
        assert not rows.astype(str).apply(lambda column: column.str.contains("000-0000|株式会社|備考")).any(axis=None)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
    def test_every_encoding_that_the_portal_had_gives_the_same(self, encoding):
        pd.testing.assert_frame_equal(parse(table().encode(encoding)).rows, parse(table()).rows)

    def test_the_datastores_copy_gives_the_same_as_the_file(self):
        pd.testing.assert_frame_equal(parse(table(with_id=True).encode("utf-8-sig")).rows, parse(table()).rows)

    @pytest.mark.parametrize("code", ["172014", "17201", "１７２０１４"])
    def test_an_area_code_may_have_its_check_digit(self, code):
        assert parse(with_cell("都道府県コード又は市区町村コード", code)).rows["area_code"][0] == "17201"

    @pytest.mark.parametrize(
        ("column", "text"), [("緯度", "36.5度"), ("経度", "36.561"), ("許可満了日", "R8.13.31"), ("許可年月日", "2024")]
    )
    def test_a_cell_that_cannot_be_read_is_empty_and_named_in_the_note(self, column, text):
        rows = parse(with_cell(column, text, rows=EXAMPLES[:1] + EXAMPLES[1:2] * 9)).rows
        assert rows["note"].tolist() == [f"not read: {column} '{text}'", *[""] * 9]
        assert rows.loc[0, ["latitude", "longitude", "valid_from", "valid_to"]].isna().sum() == 1


class TestRefused:
    @pytest.mark.parametrize("column", ["営業所名称", "緯度", "許可満了日"])
    def test_a_lost_column_is_named(self, column):
        with pytest.raises(ParseError, match=f"line 1, column {column}: the column is gone"):
            parse(table().replace(column, "ほか", 1))

    @pytest.mark.parametrize("code", ["172015", "1720", "金沢市", "", "1720x"])
    def test_a_row_of_no_municipality_is_named(self, code):
        with pytest.raises(ParseError, match=r"line 2, column 都道府県コード.*: '.*' is no municipality's code"):
            parse(with_cell("都道府県コード又は市区町村コード", code))

    def test_a_row_without_a_name_is_named(self):
        with pytest.raises(ParseError, match="line 2, column 営業所名称: no name"):
            parse(with_cell("営業所名称", " "))

    def test_many_cells_that_cannot_be_read_are_another_layout(self):
        with pytest.raises(ParseError, match=r"1 of 3 rows have cells that cannot be read \(not read: 緯度 '北緯'\)"):
            parse(with_cell("緯度", "北緯"))

    @given(st.binary(max_size=60))
    def test_no_bytes_break_it_in_another_way(self, body):
        with pytest.raises(ParseError):
            parse(body)


class TestAddresses:
    def entry(self, **changes):
        resource = {"id": RESOURCE, "url": "", "datastore_active": True, "last_modified": None} | changes
        package = {"metadata_modified": "2024-07-16T15:30:00.000000", "resources": [resource]}
        return listed(json.dumps({"success": True, "result": package}))

    def test_without_an_address_of_its_own_the_datastores_copy_is_asked_for(self):
        assert self.entry().urls == (f"{CATALOG.base_url}{DUMP}?bom=true",)

    def test_an_address_is_tried_before_the_copy(self):
        assert [url.rpartition("/")[2] for url in self.entry(url="https://a.jp/x.csv").urls] == [
            "x.csv",
            f"{RESOURCE}?bom=true",
        ]

    def test_the_day_of_the_last_change_is_a_day_in_japan(self):
        resource = self.entry()
        assert (resource.known_from, resource.known_from_basis) == (date(2024, 7, 17), KnownFromBasis.DATE)
        assert self.entry(last_modified="2024-08-01T00:00:00").known_from == date(2024, 8, 1)

    @pytest.mark.parametrize(
        "page", [None, "", "<html>", "[]", '{"success": false, "error": {}}', '{"success": true, "result": {}}']
    )
    def test_when_the_entry_cannot_be_read_the_pinned_resource_is_asked_for_all_the_same(self, page):
        resource = listed(page)
        assert resource.urls == (f"{CATALOG.base_url}{DUMP}?bom=true",)
        assert (resource.known_from, resource.known_from_basis) == (TODAY, KnownFromBasis.FETCH)

    @pytest.mark.parametrize("resources", ['"resources": null', '"resources": []', '"resources": [{"id": "another"}]'])
    def test_an_entry_without_the_pinned_resource_leads_to_the_datastores_copy(self, resources):
        page = f'{{"success": true, "result": {{"metadata_modified": "2024-07-16T03:00:00", {resources}}}}}'
        assert listed(page).urls == (f"{CATALOG.base_url}{DUMP}?bom=true",)

    def test_a_moment_that_says_its_zone_counts_as_it_says(self):
        assert self.entry(last_modified="2024-07-17T08:00:00+09:00").known_from == date(2024, 7, 17)

    @pytest.mark.parametrize("moment", ["2024/07/16 12:00", "9999-12-31T23:00:00", "yesterday", 20240716])
    def test_a_moment_in_another_form_is_refused_with_its_place(self, moment):
        with pytest.raises(ParseError, match=r"ckan/food_permits, package_show: .+ is no moment like .+; open"):
            self.entry(last_modified=moment)

    @pytest.mark.parametrize("resources", ["[null]", '{"id": "x"}', "7"])
    def test_a_list_of_resources_that_is_none_is_refused_with_its_place(self, resources):
        with pytest.raises(ParseError, match="ckan/food_permits, package_show: resources is no list of objects; open"):
            listed(f'{{"success": true, "result": {{"resources": {resources}}}}}')

    def test_an_address_that_is_no_text_is_refused_with_its_place(self):
        with pytest.raises(ParseError, match=f"the url of resource {RESOURCE} is no text; open"):
            self.entry(url=7)


class TestVisits:
    @pytest.fixture
    def portal(self, monkeypatch):
        monkeypatch.setattr(http, "FIRST_WAIT", 0.01)
        monkeypatch.setenv("NO_PROXY", "*")
        return Portal()

    @pytest.fixture
    def visit(self, portal, tmp_path):
        publisher = CATALOG.model_copy(update={"min_interval_seconds": 0})
        store = SnapshotStore(tmp_path)
        with Replica() as replica:
            for prefix in PREFIXES:
                replica.mount(prefix, portal)

            def once():
                (fetch,) = fetch_publisher(publisher, ckan, store, today=TODAY, base_url=replica.url)
                return fetch

            once.replica, once.store = replica, store
            yield once

    def test_the_copy_is_kept_and_known_since_the_portal_changed_it(self, visit):
        fetch = visit()
        assert (fetch.outcome, fetch.url) == (Outcome.NEW, f"{visit.replica.url}{DUMP}?bom=true")
        assert (fetch.known_from, fetch.known_from_basis) == (date(2024, 7, 16), KnownFromBasis.DATE)
        assert len(parse(visit.store.read(fetch.snapshot_id)).rows) == 3

    def test_a_download_that_answers_500_is_replaced_by_the_copy(self, visit, portal):
        portal.url = DOWNLOAD
        fetch = visit()
        assert (fetch.outcome, fetch.url) == (Outcome.NEW, f"{visit.replica.url}{DUMP}?bom=true")
        assert visit.replica.count(DOWNLOAD) == 4

    def test_a_second_visit_finds_nothing_new(self, visit):
        assert [visit().outcome for _ in "12"] == [Outcome.NEW, Outcome.UNCHANGED]

    def test_a_portal_whose_catalogue_is_down_still_gives_the_list(self, visit):
        visit.replica.misbehave(SHOW, *[status(503)] * 4)
        assert visit().outcome is Outcome.NEW

    def test_a_list_that_is_gone_is_a_failure_that_points_to_the_catalog(self, visit, portal):
        portal.datastore_active = False
        fetch = visit()
        assert fetch.outcome is Outcome.FAILED
        assert fetch.reason == "ckan/food_permits: not there any more; has it moved? correct the catalog"

    def test_a_maintenance_page_is_refused(self, visit):
        visit.replica.misbehave(DUMP, maintenance_page)
        assert visit().outcome is Outcome.REFUSED
