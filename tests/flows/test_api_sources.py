"""Nights with the publishers that are APIs: what they bring, what a changed envelope is worth, and how they fail."""

import json
from dataclasses import replace

import pytest

from tests.flows.town import NOBODY
from tests.publishers.ckan import EXAMPLES, PREFIXES
from tests.publishers.dashboard import PREFIX, Figure

KANAZAWA_BIRTHS = "series_id = 'dashboard.births' AND area_code = '17201'"


@pytest.fixture
def dashboard(town):
    return town.replica.handlers[PREFIX]


@pytest.fixture
def portal(town):
    return town.replica.handlers[PREFIXES[0]]


def as_if_fetched_on(town, day):
    """Let what came from the dashboard be known since another day: two editions of one day would be one."""
    log = town.data / "snapshots" / "fetches.jsonl"
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    aged = [line | ({"known_from": day} if line["publisher"] == "dashboard" else {}) for line in lines]
    log.write_text("".join(f"{json.dumps(line)}\n" for line in aged), encoding="utf-8")


def facilities(town):
    return [row["name"] for row in town.ask("SELECT name FROM core.facility ORDER BY source_line")]


class TestDashboard:
    def test_figures_of_all_three_levels_are_observations_with_their_statistics(self, town):
        found = town.ask(
            "SELECT area_code, value, note, known_from_basis FROM core.observation"
            " WHERE series_id = 'dashboard.births' AND period = '2020' ORDER BY 1"
        )
        assert [tuple(row.values()) for row in found] == [
            ("00000", 840_835, "人口動態調査", "fetch"),
            ("17000", 7_712, "人口動態調査", "fetch"),
            ("17201", 3_400, "人口動態調査", "fetch"),
        ]

    def test_a_night_in_which_only_the_moment_in_the_answers_differs_is_unchanged(self, town, dashboard):
        before, asked = town.published, len(town.replica.requests)
        for day in (25, 26):
            dashboard.date = f"Wed Nov {day} 03:15:00 JST 2026"
            assert town.night().outcome == "unchanged"
        assert town.published == before
        assert sum(request.target.startswith(PREFIX) for request in town.replica.requests[asked:]) == 12

    def test_a_restated_figure_is_a_new_vintage_and_the_others_stay(self, town, dashboard):
        before = town.figures("series_id LIKE 'dashboard.%'")
        as_if_fetched_on(town, "2026-01-15")
        # 2,829 births in 2023 as published; the other figure only stands for a restatement.
        births = Figure("0203010000000010000", "17201", "2023CY00", "2829")
        dashboard.figures[dashboard.figures.index(births)] = replace(births, text="2830")
        assert town.night().outcome == "ok"
        assert [value for _, _, value, _, _ in town.figures(f"{KANAZAWA_BIRTHS} AND period = '2023'")] == [2829, 2830]
        assert len(town.figures("series_id LIKE 'dashboard.%'")) == len(before) + 1

    def test_an_api_that_is_down_leaves_its_last_figures_stale(self, town):
        before = town.figures("series_id LIKE 'dashboard.%'")
        town.base_url = {"dashboard": NOBODY}
        record = town.night()
        assert (record.outcome, town.source(record, "dashboard")["state"]) == ("degraded", "stale")
        assert town.figures("series_id LIKE 'dashboard.%'") == before

    def test_an_answer_without_figures_where_there_were_some_is_told_in_the_apis_words(self, town, dashboard):
        dashboard.figures = [figure for figure in dashboard.figures if figure.region != "17201"]
        record = town.night()
        source = town.source(record, "dashboard")
        assert source["state"] == "stale"
        assert "該当データはありませんでした" in source["reason"]

    def test_figures_in_a_unit_that_does_not_convert_go_to_quarantine_and_the_others_count(self, new_town):
        api = new_town.replica.handlers[PREFIX]
        answer = api.data

        def in_couples(asked):
            content = answer(asked)
            for entry in content["GET_STATS"].get("STATISTICAL_DATA", {}).get("CLASS_INF", {}).get("CLASS_OBJ", ()):
                for unit in entry["CLASS"]:
                    unit.update({"$": "組"} if unit.get("$") == "件" else {})
            return content

        api.data = in_couples
        new_town.night()
        refused = new_town.ask("SELECT DISTINCT rule FROM ops.quarantine WHERE series_id = 'dashboard.marriages'")
        assert refused == [{"rule": "unit_is_series_unit"}]
        assert len(new_town.figures(KANAZAWA_BIRTHS)) == 3


class TestFacilities:
    def test_they_are_a_table_with_place_and_snapshot_and_no_figure(self, town):
        (row,) = town.ask(
            "SELECT f.name, a.name_ja, f.latitude, f.valid_to, s.url LIKE '%/datastore/dump/%' AS from_copy"
            " FROM core.facility f JOIN core.area a USING (area_code)"
            " JOIN core.snapshot s USING (snapshot_id, resource_id) WHERE f.facility_id = '2'"
        )
        assert (row["name"], row["name_ja"], row["latitude"], row["from_copy"]) == (
            "（例）二軒目",
            "金沢市",
            36.561,
            True,
        )
        assert f"{row['valid_to']:%F}" == "2026-10-31"
        assert town.ask("SELECT series_id FROM core.series WHERE publisher_id = 'ckan'") == []

    def test_an_unknown_place_is_null_and_not_a_number_that_is_none(self, town):
        assert town.ask("SELECT count(*) AS n FROM core.facility WHERE latitude IS NULL AND valid_to IS NULL") == [
            {"n": 1}
        ]

    def test_only_the_newest_edition_of_a_list_is_there(self, town, portal):
        portal.rows = (*EXAMPLES, EXAMPLES[0] | {"営業所名称": "（例）四軒目"})
        assert town.night().outcome == "ok"
        assert facilities(town) == ["（例）一軒目", "（例）二軒目", "（例）車両", "（例）四軒目"]

    @pytest.mark.parametrize(
        ("spoiled", "reason"),
        [
            (({**EXAMPLES[0], "都道府県コード又は市区町村コード": "999997"}, *EXAMPLES), "areas not known: 99999"),
            (({**EXAMPLES[0], "都道府県コード又は市区町村コード": "172015"}, *EXAMPLES), "no municipality's code"),
            (EXAMPLES[:1], "shrunk from"),
        ],
        ids=["an area that nobody knows", "a wrong check digit", "a part of the list"],
    )
    def test_a_list_that_cannot_be_right_is_refused_and_the_last_good_one_stays(self, town, portal, spoiled, reason):
        portal.rows = spoiled
        record = town.night()
        source = town.source(record, "ckan")
        assert (record.outcome, source["state"]) == ("degraded", "stale")
        assert reason in source["reason"]
        assert facilities(town) == ["（例）一軒目", "（例）二軒目", "（例）車両"]


class TestNothingYet:
    def test_offline_a_source_without_recorded_figures_is_missing_and_says_why(self, new_town):
        record = new_town.night(offline=True)
        assert (record.outcome, record.exit_code) == ("degraded", 0)
        for publisher in ("ckan", "dashboard"):
            source = new_town.source(record, publisher)
            assert (source["state"], source["reason"]) == (
                "missing",
                "nothing was fetched yet (offline), nothing is recorded",
            )
        missing, _, why = record.message.partition(" missing: ")
        assert "dashboard" in missing
        assert why.startswith("nothing was fetched yet (offline)")

    def test_an_api_that_never_had_data_for_us_is_missing_in_its_own_words(self, new_town):
        new_town.replica.handlers[PREFIX].figures.clear()
        source = new_town.source(new_town.night(), "dashboard")
        assert (source["state"], source["failed"]) == ("missing", 0)
        assert "the API answers with status 1" in source["reason"]
