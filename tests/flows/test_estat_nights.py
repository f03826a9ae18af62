"""Nights with e-Stat's API: what a good one brings, what an update changes, and what trouble costs."""

from dataclasses import replace

import pytest

from flows.verify import verify_published
from settings import load
from tests.flows.town import NOBODY
from tests.publishers.estat import PREFIX
from tests.publishers.misbehaviour import maintenance_page

BIRTHS = "series_id = 'estat_ssds_municipal.A4101' AND area_code = '17201'"
DATA, LIST = f"{PREFIX}getStatsData", f"{PREFIX}getStatsList"


@pytest.fixture
def api(town):
    return town.replica.handlers[PREFIX]


def cells_with(table, codes, text):
    """The table with another text in the cell of these codes."""
    return tuple(cell._replace(text=text) if cell.codes == codes else cell for cell in table.cells)


KANAZAWA_2023 = ("00001", "A4101", "17201", "2023100000")
BORN_IN_KANAZAWA_2023 = ("10040", "00100", "00100", "17201", "2023000000")


class TestGoodNight:
    def test_figures_are_known_from_the_day_on_which_their_table_was_updated(self, town):
        (row,) = town.ask(
            "SELECT value, unit, known_from, known_from_basis, acquisition, note FROM core.observation"
            f" WHERE {BIRTHS} AND period = '2023'"
        )
        assert (row["value"], row["unit"], f"{row['known_from']:%F}") == (2_829, "人", "2025-06-20")
        assert (row["known_from_basis"], row["acquisition"], row["note"]) == ("date", "live", "表記 2023年度")

    def test_series_of_the_same_indicator_stand_beside_each_other_and_are_not_mixed(self, town):
        found = town.ask(
            "SELECT series_id, value FROM core.observation JOIN core.series USING (series_id)"
            " WHERE indicator = 'births' AND area_code = '17201' AND period = '2023' ORDER BY 1"
        )
        assert [row["series_id"] for row in found] == [
            "dashboard.births",
            "estat_ssds_municipal.A4101",
            "estat_vital.births",
            "ssdse_a.A4101",
        ]
        assert {row["value"] for row in found} == {2_829}

    def test_a_second_night_asks_one_question_for_all_tables_and_records_that_they_are_unchanged(self, town):
        town.replica.requests.clear()
        assert town.night().outcome == "unchanged"
        assert (town.replica.count(LIST), town.replica.count(DATA)) == (1, 0)
        fetched = town.ask("SELECT outcome, count(*) AS n FROM ops.fetch WHERE resource_id LIKE 'estat/%' GROUP BY 1")
        assert fetched == [{"outcome": "new", "n": 6}]  # of the file that stays; the log has both nights
        log = (town.data / "snapshots" / "fetches.jsonl").read_text(encoding="utf-8").splitlines()
        assert sum('"publisher":"estat"' in line and '"outcome":"unchanged"' in line for line in log) == 6

    def test_where_the_vital_statistics_print_that_there_are_none_the_figure_is_zero(self, new_town):
        api = new_town.replica.handlers[PREFIX]
        table = api.tables["0003412062"]
        api.tables["0003412062"] = replace(table, cells=cells_with(table, BORN_IN_KANAZAWA_2023, "-"))
        new_town.night()
        (row,) = new_town.ask(
            "SELECT value, raw_text, obs_status, symbol_meaning FROM core.observation"
            " WHERE series_id = 'estat_vital.births' AND area_code = '17201' AND period = '2023'"
        )
        assert row == {"value": 0, "raw_text": "-", "obs_status": "A", "symbol_meaning": "計数のない場合"}


class TestUpdates:
    def test_an_updated_table_is_walked_alone_and_a_restated_figure_is_a_new_vintage(self, town, api):
        table = api.tables["0000020201"]
        # 2,829 as published; the other figure only stands for a restatement.
        api.tables["0000020201"] = replace(table, updated="2026-11-24", cells=cells_with(table, KANAZAWA_2023, "2830"))
        town.replica.requests.clear()
        assert town.night().outcome == "ok"
        assert town.replica.count(DATA) == 1
        vintages = town.figures(f"{BIRTHS} AND period = '2023'")
        assert [(value, f"{known:%F}") for _, _, value, known, _ in vintages] == [
            (2829, "2025-06-20"),
            (2830, "2026-11-24"),
        ]

    def test_a_table_that_was_updated_without_another_figure_costs_no_vintage_and_no_file(self, town, api):
        before = town.figures("series_id LIKE 'estat%'")
        api.tables = {name: replace(table, updated="2026-11-24") for name, table in api.tables.items()}
        assert town.night().outcome == "unchanged"
        assert town.figures("series_id LIKE 'estat%'") == before

    def test_without_the_list_the_tables_are_walked_and_equal_figures_in_other_bytes_are_unchanged(self, town):
        town.replica.misbehave(LIST, *[maintenance_page] * 4)
        assert town.night().outcome == "unchanged"
        assert town.replica.count(DATA) >= 6

    def test_a_change_that_no_update_announces_counts_from_the_day_on_which_it_is_seen(self, town, api):
        table = api.tables["0000020201"]
        api.tables["0000020201"] = replace(table, cells=cells_with(table, KANAZAWA_2023, "2830"))
        town.replica.misbehave(LIST, *[maintenance_page] * 4)
        town.night()
        first, second = town.ask(
            f"SELECT value, known_from_basis, known_from > DATE '2026-01-01' AS late FROM core.observation"
            f" WHERE {BIRTHS} AND period = '2023' ORDER BY known_from"
        )
        assert (first["value"], first["known_from_basis"]) == (2829, "date")
        assert (second["value"], second["known_from_basis"], second["late"]) == (2830, "fetch", True)


class TestTrouble:
    def test_a_wrong_key_stops_the_visit_after_one_request_and_names_the_setting(self, town, api):
        api.app_id = "another"
        before = town.figures("series_id LIKE 'estat%'")
        town.replica.requests.clear()
        record = town.night()
        source = town.source(record, "estat")
        assert (record.outcome, source["state"]) == ("degraded", "stale")
        assert "check KPI_ESTAT_APP_ID" in source["reason"]
        assert sum(request.target.startswith(PREFIX) for request in town.replica.requests) == 1
        assert town.figures("series_id LIKE 'estat%'") == before

    def test_a_withdrawn_table_is_told_in_the_publishers_words_and_its_last_figures_stay(self, town, api):
        del api.tables["0003411598"]
        town.replica.misbehave(LIST, *[maintenance_page] * 4)
        source = town.source(town.night(), "estat")
        assert "statsDataId=[0003411598]のデータは存在しません" in source["reason"]
        assert "run `kpi sources check`" in source["reason"]
        assert len(town.figures("series_id = 'estat_vital.tfr'")) == 13

    def test_an_api_that_is_down_leaves_its_last_figures_stale(self, town):
        town.base_url = {"estat": NOBODY}
        record = town.night()
        assert (record.outcome, town.source(record, "estat")["state"]) == ("degraded", "stale")

    def test_a_symbol_that_the_tables_own_note_does_not_explain_goes_to_quarantine(self, town, api):
        table = api.tables["0000020201"]
        cells = cells_with(table, KANAZAWA_2023, "・")
        api.tables["0000020201"] = replace(table, updated="2026-11-24", cells=cells)
        town.night()
        refused = town.ask("SELECT rule, reason FROM ops.quarantine WHERE series_id LIKE 'estat%'")
        assert {row["rule"] for row in refused} == {"status_listed", "figure_or_reason"}

    def test_a_period_that_is_none_goes_to_quarantine_and_the_others_count(self, new_town):
        api = new_town.replica.handlers[PREFIX]
        table = api.tables["0003411598"]
        *others, time = table.axes
        quarter = replace(time.codes[-1], name="2022年1～3月期")
        axes = (*others, replace(time, codes=(*time.codes[:-1], quarter)))
        api.tables["0003411598"] = replace(table, axes=axes)
        new_town.night()
        refused = new_town.ask("SELECT rule, reason FROM ops.quarantine WHERE series_id = 'estat_vital.tfr'")
        assert [row["rule"] for row in refused] == ["not_refused"]
        assert "2022年1～3月期" in refused[0]["reason"]
        assert len(new_town.figures("series_id = 'estat_vital.tfr'")) == 12


class TestBadAnswer:
    """An answer that came whole and is refused when it is read costs that night, and nothing that was known before."""

    def bad(self, api, **changes):
        table = api.tables["0000020201"]
        api.tables["0000020201"] = replace(table, updated="2026-11-24", **changes)
        return table

    def test_the_refusal_names_the_table_and_every_row_in_quarantine_is_counted(self, town, api):
        table = api.tables["0000020201"]
        self.bad(api, cells=tuple(cell._replace(text="・") for cell in table.cells))
        source = town.source(town.night(), "estat")
        assert source["state"] == "stale"
        assert source["reason"].startswith("estat/municipal_population: 100% of the rows are quarantined")
        (listed,) = town.ask("SELECT count(DISTINCT (resource_id, source_line)) AS rows FROM ops.quarantine")
        assert source["quarantined"] == listed["rows"] > 0

    def test_the_next_good_answer_counts_from_the_day_that_it_names_although_the_list_names_none(self, town, api):
        before = town.figures(f"{BIRTHS}")
        table = self.bad(api, cells=tuple(cell._replace(text="・") for cell in api.tables["0000020201"].cells))
        assert town.source(town.night(), "estat")["state"] == "stale"
        assert town.figures(f"{BIRTHS}") == before
        restated = cells_with(table, KANAZAWA_2023, "2830")
        api.tables["0000020201"] = replace(table, updated="2026-11-24", cells=restated)
        town.replica.requests.clear()
        assert town.source(town.night(), "estat")["state"] == "live"
        assert town.replica.count(DATA) == 1  # that table alone
        *_, (_, _, value, known_from, _) = town.figures(f"{BIRTHS} AND period = '2023'")
        assert (value, f"{known_from:%F}") == (2830, "2026-11-24")

    def test_a_bad_answer_that_does_not_change_is_no_news_each_night(self, town, api):
        self.bad(api, cells=tuple(cell._replace(text="・") for cell in api.tables["0000020201"].cells))
        town.night()
        source = town.source(town.night(), "estat")
        assert (source["state"], source["new"]) == ("stale", 0)


class TestLostBytes:
    """The bytes of a kept answer are damaged or gone."""

    @pytest.fixture
    def kept(self, town):
        (row,) = town.ask(
            "SELECT DISTINCT snapshot_id FROM core.observation WHERE series_id = 'estat_ssds_municipal.A4101'"
        )
        return town.begin().store.path(row["snapshot_id"])

    @pytest.mark.parametrize("lose", [lambda path: path.write_bytes(b"cut"), lambda path: path.unlink()])
    def test_the_next_night_fetches_others_that_say_the_same_and_all_figures_follow_from_them(self, town, kept, lose):
        before = town.figures("series_id LIKE 'estat%'")
        lose(kept)
        assert town.night().exit_code == 0
        assert town.figures("series_id LIKE 'estat%'") == before
        assert verify_published(load(town.data)).failures == []

    def test_what_rests_on_them_is_told_and_every_other_source_is_built_anew(self, town, kept):
        kept.unlink()
        record = town.night(anew=True, offline=True)
        source = town.source(record, "estat")
        assert (record.outcome, source["state"]) == ("degraded", "stale")
        assert f"{kept}: this snapshot is missing; restore it from a backup" in source["reason"]
        assert len(town.figures("series_id = 'estat_vital.tfr'")) == 13

    def test_restored_bytes_heal_it(self, town, kept):
        before, body = town.figures("series_id LIKE 'estat%'"), kept.read_bytes()
        kept.unlink()
        town.night(anew=True, offline=True)
        kept.write_bytes(body)
        assert town.source(town.night(offline=True), "estat")["state"] == "live"
        assert town.figures("series_id LIKE 'estat%'") == before


class TestWithoutKey:
    @pytest.fixture(autouse=True)
    def no_key(self, monkeypatch):
        monkeypatch.delenv("KPI_ESTAT_APP_ID")

    def test_a_night_without_a_key_is_not_degraded_by_it_and_says_how_to_get_one(self, new_town):
        record = new_town.night()
        source = new_town.source(record, "estat")
        assert (record.outcome, source["state"]) == ("ok", "not_configured")
        assert source["reason"] == (
            "KPI_ESTAT_APP_ID is not set; registration at https://www.e-stat.go.jp/api/ is free and gives a key"
        )
        assert not any(request.target.startswith(PREFIX) for request in new_town.replica.requests)
        assert new_town.ask("SELECT state FROM ops.run_source WHERE publisher_id = 'estat'") == [
            {"state": "not_configured"}
        ]

    def test_a_key_that_was_there_and_is_gone_leaves_the_figures_stale(self, town):
        record = town.night()
        source = town.source(record, "estat")
        assert (record.outcome, source["state"]) == ("degraded", "stale")
        assert "KPI_ESTAT_APP_ID is not set" in source["reason"]
        assert len(town.figures(f"{BIRTHS} AND acquisition = 'stale'")) == 6

    def test_offline_the_figures_fetched_before_are_simply_in_use(self, town):
        assert town.source(town.night(offline=True), "estat")["state"] == "live"
