"""A night without news leaves everything as it was; news become a new file and a new vintage."""

from datetime import timedelta

import pytest

from clock import tokyo_day, utc_now
from sources import digital_tourism, register, ssdse
from sources.snapshots import SnapshotStore
from tests.flows.published import B_2025, CITY_202606, E_2023
from warehouse.evidence import evidence

JUNE_2026 = "series_id = 'digital_tourism.visitors' AND area_code = '17201' AND period = '2026-06'"
PRINTED = b"538749"
RESTATED = b"538751"  # hypothetical


def restate(town):
    town.replica.files[CITY_202606] = town.replica.files[CITY_202606].replace(PRINTED, RESTATED)


@pytest.fixture
def parsed(monkeypatch):
    """The ids of all files that adapters parse from now on."""
    seen = []

    def counting(parse):
        return lambda body, resource, publisher: seen.append(resource.id) or parse(body, resource, publisher)

    for adapter in (digital_tourism, register, ssdse):
        monkeypatch.setattr(adapter, "parse", counting(adapter.parse))
    return seen


def test_a_night_without_news_builds_no_file_parses_nothing_and_is_well(town, parsed):
    before = town.published
    record = town.night()
    assert (record.outcome, record.exit_code, record.published) == ("unchanged", 0, "")
    assert town.published == before
    assert parsed == []


def test_a_night_without_news_asks_with_the_publishers_marks_and_downloads_nothing(town):
    record = town.night()
    (asked,) = [request for request in town.replica.requests if request.target == E_2023]
    assert "If-None-Match" in asked.headers
    assert town.source(record, "ssdse")["new"] == 0
    fetches = SnapshotStore(town.data / "snapshots").fetches()
    assert [fetch.status for fetch in fetches if fetch.resource == "ssdse/E-2023"] == [200, 304]


def test_new_bytes_that_say_the_same_are_no_news(town):
    before = town.published
    town.replica.files[B_2025] = town.replica.files[B_2025].replace(b"\r\n", b"\n")
    record = town.night()
    assert record.outcome == "unchanged"
    assert town.published == before
    kept = list((town.data / "snapshots" / "bytes").glob("*/*"))
    assert town.replica.files[B_2025] in [path.read_bytes() for path in kept]


def test_a_restated_figure_is_a_new_file_and_a_second_vintage_and_both_can_be_asked_for(town, parsed):
    today = tokyo_day(utc_now())
    restate(town)
    record = town.night()
    assert record.outcome == "ok"
    assert len(town.published) == 2
    assert parsed == ["digital_tourism/city-202606"]
    first, second = town.figures(JUNE_2026)
    assert (first[2], second[2]) == (538749, 538751)
    assert first[4] == second[3] == today
    assert second[4] is None
    asked = f"SELECT value FROM mart.observation_as_of(DATE '{{}}') WHERE {JUNE_2026}"
    assert town.ask(asked.format(today - timedelta(days=1))) == [{"value": 538749}]
    assert town.ask(asked.format(today)) == [{"value": 538751}]


def test_a_restated_figure_keeps_both_files_of_the_publisher(town):
    restate(town)
    town.night()
    rows = town.ask("SELECT snapshot_id FROM core.snapshot WHERE resource_id = 'digital_tourism/city-202606'")
    kept = [town.data / "snapshots" / "bytes" / row["snapshot_id"][:2] / row["snapshot_id"][2:] for row in rows]
    figures = {path.read_bytes().count(PRINTED) for path in kept}
    assert (len(kept), figures) == (2, {0, 1})


def test_a_figure_that_goes_back_to_what_it_was_is_a_third_vintage_not_a_lost_one(town):
    before = town.replica.files[CITY_202606]
    restate(town)
    town.night()
    town.replica.files[CITY_202606] = before
    town.night()
    # Both changes were seen on one day: the last one counts for that day, which leaves the first figure in force.
    assert [row[2] for row in town.figures(f"{JUNE_2026} AND known_to IS NULL")] == [538749]


def test_live_figures_are_those_that_were_recorded_from_the_same_files(town, new_town):
    query = (
        "SELECT series_id, area_code, period, known_from, value, unit, obs_status FROM core.observation"
        " WHERE split_part(resource_id, '/', 1) IN ('digital_tourism', 'ssdse') ORDER BY ALL"
    )
    new_town.night(offline=True)
    assert town.ask(query) == new_town.ask(query)


def test_a_running_total_that_is_published_is_recorded_with_its_years_and_decides(town):
    with (town.register / "brand.csv").open("a", encoding="utf-8") as register:  # hypothetical
        register.write(
            "kanazawa.brand_products_new,17201,平成27年度～平成31年度,51,,,品,A,secondary,架空,架空の累計,,"
            "2020-06-01,2026-11-23,\n"
        )
    town.night(offline=True)
    (standing,) = town.ask("SELECT verdict_status, verdict_value FROM mart.kpi_latest WHERE kpi_id = 'brand'")
    assert standing == {"verdict_status": "FINAL_ACHIEVED", "verdict_value": 51}
    about = evidence(town.current, "brand", "FY2019")
    behind = [(figure["role"], figure["period"], figure["value"]) for figure in about.figures_behind(about.rows[0])]
    assert behind == [("part", "FY2015-2019", 51)]
