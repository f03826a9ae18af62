"""Nights with e-Stat's workbooks: their figures arrive, and a bad workbook leaves the last good one in place."""

import io

from openpyxl import load_workbook

from tests.flows.town import NOBODY
from tests.publishers import estat_files
from tests.publishers.estat_files import LODGING, MORE_OF_2018, RESIDENTS, RESIDENTS_2018, TFR, WOMEN, path
from tests.publishers.misbehaviour import maintenance_page

LODGING_MAY = "series_id = 'jta.guest_nights_responding'"
POPULATION = "series_id = 'juki.population' AND period = '2018-01-01' AND acquisition <> 'register'"


def observed(town, where):
    return town.ask(
        "SELECT area_code, period, value, obs_status, evidence, source_line, source_column, known_from_basis"
        f" FROM core.observation WHERE {where} ORDER BY area_code"
    )


def test_a_figure_of_a_workbook_says_sheet_line_and_column(town):
    assert [tuple(row.values()) for row in observed(town, LODGING_MAY)] == [
        ("17201", "2025-05", 336_340, "P", "primary", 7, "参考第６表(5月)!B", "date")
    ]


def test_five_pooled_years_are_estimates_and_the_registers_older_copy_of_the_figure_stays_its_first_vintage(town):
    rows = observed(town, "series_id = 'mhlw.tfr_bayes' AND area_code <> '17201'")
    assert {(row["period"], row["obs_status"]) for row in rows} == {("2018-2022", "E")}
    assert [row["value"] for row in rows] == [1.39, 1.62, 1.62, 1.24]
    assert {row["value"] for row in observed(town, "series_id = 'mhlw.tfr_bayes' AND area_code = '17201'")} == {1.36}


def test_a_web_page_in_place_of_a_workbook_leaves_the_last_good_figures(town):
    before = observed(town, POPULATION)
    town.replica.files[path(RESIDENTS)] += b"\0"
    town.replica.misbehave("/stat-search/file-download", *[maintenance_page] * 3)
    record = town.night()
    assert record.outcome == "degraded"
    assert "a web page or XML came in place of the data" in town.source(record, "resident_register")["reason"]
    assert observed(town, POPULATION) == before != []


def test_a_moved_header_is_refused_with_file_sheet_and_cell_and_the_last_good_figures_stay(town):
    before = observed(town, LODGING_MAY)
    book = estat_files.workbook(
        {
            "参考第６表(5月)": [["施設所在地"], ["石川県金沢市", 336_340]],
            "参考第１２表(5月)": [["施設所在地"], ["石川県金沢市", 76.2]],
        }
    )
    town.replica.files[path(LODGING)] = book
    record = town.night()
    source = town.source(record, "accommodation")
    assert (source["state"], source["refused"]) == ("stale", 1)
    assert source["reason"].startswith(
        "accommodation/municipal-2025-05, sheet 参考第６表(5月), cell A2: one column named"
    )
    assert observed(town, LODGING_MAY) == before


def test_a_workbook_that_takes_its_reader_down_is_refused_and_the_night_goes_on(town):
    before = observed(town, LODGING_MAY)
    book = load_workbook(io.BytesIO(town.replica.files[path(LODGING)]))
    book["参考第１２表(5月)"]["XFD1048576"] = 1
    changed = io.BytesIO()
    book.save(changed)
    town.replica.files[path(LODGING)] = changed.getvalue()
    record = town.night()
    source = town.source(record, "accommodation")
    assert (record.outcome, source["state"], source["refused"]) == ("degraded", "stale", 1)
    assert source["reason"].startswith(
        "accommodation/municipal-2025-05, sheet 参考第１２表(5月): the workbook took its reader down"
    )
    assert observed(town, LODGING_MAY) == before != []


def test_a_wrong_check_digit_puts_its_line_into_quarantine_and_takes_the_rest(town):
    lines = (*RESIDENTS_2018, *MORE_OF_2018)
    wrong = [("010007", *line[1:]) if line[0] == "010006" else line for line in lines]
    town.replica.files[path(RESIDENTS)] = estat_files.resident_register(wrong)
    town.night()
    refused = town.ask("SELECT DISTINCT source_line, reason FROM ops.quarantine WHERE rule = 'not_refused'")
    assert [row["source_line"] for row in refused] == [6]
    assert "the check digit of 010007 should be 6" in refused[0]["reason"]


def test_a_publisher_of_workbooks_that_was_never_reached_is_missing_and_the_others_go_on(new_town):
    new_town.base_url = {"tfr_municipal": NOBODY}
    record = new_town.night()
    source = new_town.source(record, "tfr_municipal")
    assert (record.outcome, source["state"]) == ("degraded", "missing")
    assert "no connection" in source["reason"]
    assert new_town.source(record, "accommodation")["state"] == "live"


def test_the_next_night_asks_with_the_marks_of_the_files_and_finds_nothing_new(town):
    town.replica.requests.clear()
    assert town.night().outcome == "unchanged"
    asked = {r.target: "If-None-Match" in r.headers for r in town.replica.requests if "file-download" in r.target}
    assert asked == {path(file): True for file in (TFR, LODGING, RESIDENTS, WOMEN)}
