"""A correction from file to page: applied from its day on, guarded, explained, verified, rebuilt. Errata are made up.

The register says, as known from 2026-11-23 on, that 10,064 thousand people visited in 2015; the hypothetical erratum
of the day after says otherwise.
"""

import json
import shutil
from datetime import date

import pytest

from flows.build import BuildRefusedError
from flows.verify import verify_published
from settings import load
from sources.corrections import CorrectionError
from tests.flows.command import kpi
from tests.flows.published import CITY_202606
from tests.flows.town import edit
from tests.sources.test_corrections import DROP, ENTRY, FLAG, written
from warehouse import read
from warehouse.publish import current

TO_8046 = ENTRY | {"value": 804.6}
AFTERWARDS = {"erratum": ENTRY["erratum"] | {"published_on": date(2026, 11, 24)}}
OF_2015 = "series_id = 'ishikawa.visitors' AND area_code = '17901' AND period = '2015'"
AMONG_FILES = {
    "id": "june-city",
    "series": "digital_tourism.visitors",
    "area": "17201",
    "period": "2026-06",
    "action": "override",
    "expect": 538_749,
    "value": 538_794,
    "unit": "人",
}


@pytest.fixture
def correct(town, tmp_path):
    """Write these corrections and run a night."""
    town.corrections = tmp_path / "corrections.toml"

    def night(*entries, **told):
        written(town.corrections, *entries)
        return town.night(**told)

    return night


def vintages(town):
    columns = "value, raw_text, obs_status, known_from, known_to, known_from_basis, correction_id"
    return [
        tuple(r.values())
        for r in town.ask(f"SELECT {columns} FROM core.observation WHERE {OF_2015} ORDER BY known_from")
    ]


def status_of_2015(town, as_of=None):
    (row,) = read.progress(town.current, "visitors", 2015, as_of)[:1]
    return row["status"], row["value"]


def verified(town):
    told = {"register_dir": town.register, "strategies_dir": town.strategies, "corrections_file": town.corrections}
    return verify_published(load(town.data).model_copy(update=told))


# ---------------------------------------------------------------- what an action does


def test_an_override_counts_from_the_day_of_its_erratum_and_what_was_printed_stays(town, correct):
    (before,) = vintages(town)
    correct(TO_8046 | AFTERWARDS)
    printed, corrected = vintages(town)
    assert printed == (*before[:4], date(2026, 11, 24), *before[5:])
    assert corrected == (8_046_000, "10064", "A", date(2026, 11, 24), None, "date", "visitors-2015")


def test_as_of_a_day_before_the_erratum_the_grade_is_that_of_the_printed_figure(town, correct):
    assert status_of_2015(town) == ("ACHIEVED_EARLY", 10_064_000)
    correct(TO_8046 | AFTERWARDS)
    assert status_of_2015(town) == ("NO_CHANGE", 8_046_000)
    assert status_of_2015(town, date(2026, 11, 23)) == ("ACHIEVED_EARLY", 10_064_000)
    assert status_of_2015(town, date(2026, 11, 24)) == ("NO_CHANGE", 8_046_000)


def test_an_erratum_older_than_the_file_leaves_no_day_on_which_the_wrong_figure_counted(town, correct):
    (before,) = vintages(town)
    correct(TO_8046 | {"erratum": ENTRY["erratum"] | {"published_on": date(2015, 1, 1)}})
    assert vintages(town) == [(8_046_000, *before[1:-1], "visitors-2015")]


def test_a_dropped_figure_leaves_the_period_without_one_and_the_reason_says_so(town, correct):
    correct(DROP | AFTERWARDS)
    assert vintages(town)[-1][:3] == (None, "10064", "M")
    (row,) = read.progress(town.current, "visitors", 2015)[:1]
    assert (row["value"], row["status"], row["reason"]) == (None, "NA_NO_DATA", "DROPPED:2015")
    assert "CORRECTED" in row["flags"]


def test_a_flag_keeps_the_figure_under_another_status_even_a_weaker_one(town, correct):
    correct(FLAG | AFTERWARDS)
    assert vintages(town)[-1][:3] == (10_064_000, "10064", "E")
    (row,) = read.progress(town.current, "visitors", 2015)[:1]
    assert (row["status"], row["is_final"]) == ("ACHIEVED_EARLY", False)
    assert {"ESTIMATED", "CORRECTED"} <= set(row["flags"])
    assert "REVISED" not in row["flags"]


def test_the_corrected_figure_carries_the_reason_in_its_note(town, correct):
    correct(FLAG | AFTERWARDS)
    notes = [row["note"] for row in town.ask(f"SELECT note FROM core.observation WHERE {OF_2015} ORDER BY known_from")]
    assert "数字の並びの誤り" not in notes[0]
    assert notes[1].endswith("数字の並びの誤り")


def test_a_correction_may_be_about_one_file_alone(town, correct):
    correct(TO_8046 | AFTERWARDS | {"resource": "register/visitors"})
    assert vintages(town)[-1][-1] == "visitors-2015"
    correct(TO_8046 | AFTERWARDS | {"resource": "register/births"})
    assert vintages(town)[-1][-1] is None
    (check,) = town.ask("SELECT action, message FROM ops.check_result WHERE suite = 'corrections' AND NOT success")
    assert check["action"] == "warn"
    assert "there is no figure of ishikawa.visitors 17901 2015 in register/births to correct" in check["message"]


# ---------------------------------------------------------------- the guard


def test_when_the_publisher_has_corrected_the_figure_the_night_stops_and_names_the_entry(town, correct):
    published = correct(TO_8046 | AFTERWARDS).published
    edit(town.register / "visitors.csv", r"^(ishikawa.visitors,17901,2015,)10064", r"\g<1>8046")
    with pytest.raises(BuildRefusedError) as refused:
        town.night()
    assert (
        "corrections.toml: visitors-2015: ishikawa.visitors 17901 2015 is now published as 8,046,000 in "
        "register/visitors, and the entry corrects 10,064,000; if the publisher has corrected it, remove the entry"
    ) in str(refused.value)
    assert current(town.data / "warehouse").file == published
    assert status_of_2015(town) == ("NO_CHANGE", 8_046_000)
    assert correct().outcome == "ok"
    assert vintages(town)[-1][0] == 8_046_000


def test_a_later_edition_that_corrects_the_figure_stops_the_night_too(town, correct):
    later = "ishikawa.visitors,17901,2015,8046,,,千人,A,primary,例,架空の資料,,2026-11-25,2026-11-25,\n"
    with (town.register / "visitors.csv").open("a", encoding="utf-8") as file:
        file.write(later)
    with pytest.raises(BuildRefusedError, match="is now published as 8,046,000"):
        correct(TO_8046 | AFTERWARDS)


def test_a_later_edition_that_repeats_the_wrong_figure_is_corrected_like_the_first(town, correct):
    later = "ishikawa.visitors,17901,2015,10064,,,千人,A,secondary,例,架空の資料,,2026-11-25,2026-11-25,\n"
    with (town.register / "visitors.csv").open("a", encoding="utf-8") as file:
        file.write(later)
    correct(TO_8046 | AFTERWARDS)
    assert [(row[0], row[-1]) for row in vintages(town)] == [(10_064_000, None), (8_046_000, "visitors-2015")]


def test_a_figure_that_is_not_there_stops_the_night(town, correct):
    with pytest.raises(
        BuildRefusedError, match=r"no figure of ishikawa\.visitors 17901 1999 to correct; correct the period"
    ):
        correct(TO_8046 | {"period": "1999"})


def test_where_a_source_brought_nothing_the_night_goes_on_with_a_warning(new_town, tmp_path):
    new_town.corrections = written(tmp_path / "corrections.toml", ENTRY | {"id": "elsewhere", "area": "17206"})
    assert new_town.night(offline=True).outcome == "degraded"
    (check,) = new_town.ask("SELECT action, success, message FROM ops.check_result WHERE suite = 'corrections'")
    assert (check["action"], check["success"]) == ("warn", False)
    assert "elsewhere" in check["message"]


def test_a_recorded_figure_may_be_older_than_the_correction_and_only_warns(new_town, tmp_path):
    entry = AMONG_FILES | {"series": "ssdse_b.A4103", "area": "17000", "period": "2022", "expect": 1.5, "value": 1.4}
    more = {"unit": "", "reason_ja": "例", "reason_en": "example", "erratum": ENTRY["erratum"]}
    entry = {k: v for k, v in (entry | more).items() if k != "value" and v != ""} | {"action": "flag", "status": "U"}
    new_town.corrections = written(tmp_path / "corrections.toml", entry)
    assert new_town.night(offline=True).outcome == "degraded"
    (check,) = new_town.ask("SELECT action, success FROM ops.check_result WHERE suite = 'corrections'")
    assert (check["action"], check["success"]) == ("warn", False)
    assert new_town.ask("SELECT * FROM core.observation WHERE correction_id IS NOT NULL") == []


def test_a_slip_in_the_file_ends_the_night_before_anybody_is_asked(town, correct):
    town.replica.requests.clear()
    with pytest.raises(CorrectionError, match="series nowhere is not catalogued"):
        correct(TO_8046 | {"series": "nowhere"})
    assert town.replica.requests == []


# ---------------------------------------------------------------- part of the projection


def test_a_correction_alone_is_news_and_without_a_change_there_is_none(town, correct):
    assert correct(TO_8046).outcome == "ok"
    assert correct(TO_8046).outcome == "unchanged"
    assert correct().outcome == "ok"
    assert vintages(town)[-1][-1] is None


def test_rebuilt_without_warehouse_and_parts_the_content_is_equal(town, correct):
    entry = AMONG_FILES | {"reason_ja": "例", "reason_en": "example", "erratum": ENTRY["erratum"]}
    correct(TO_8046 | AFTERWARDS, entry)
    content = town.night(offline=True).content_hash
    shutil.rmtree(town.data / "warehouse")
    shutil.rmtree(town.data / "parts")
    assert town.night(anew=True, offline=True).content_hash == content


def test_a_corrected_figure_follows_from_its_file_and_its_correction(town, correct):
    entry = AMONG_FILES | {"reason_ja": "例", "reason_en": "example", "erratum": ENTRY["erratum"]}
    correct(TO_8046 | AFTERWARDS, entry)
    assert verified(town).failures == []
    written(town.corrections, TO_8046 | AFTERWARDS | {"value": 900}, entry)
    assert any("core.correction visitors-2015: value: 9000000.0 recomputed" in f for f in verified(town).failures)


def test_a_corrected_figure_that_was_changed_afterwards_no_longer_follows(town, correct):
    import duckdb

    correct(TO_8046 | AFTERWARDS)
    with duckdb.connect(str(town.current.resolve())) as connection:
        connection.execute(f"UPDATE core.observation SET value = 9 WHERE correction_id IS NOT NULL AND {OF_2015}")
    failures = verified(town).failures
    assert any("ishikawa.visitors 17901 2015 is published as 9.0, the file says 8046000.0" in f for f in failures)


def test_the_run_diff_names_the_correction_as_the_cause(town, correct):
    record = correct(TO_8046 | AFTERWARDS)
    figure, grade = (
        town.ask(f"SELECT change, causes, is_alarm FROM mart.run_diff WHERE what = '{what}'")
        for what in ("figure", "grade")
    )
    assert {"change": "restated", "causes": ["correction"], "is_alarm": True} in figure
    assert [row["causes"] for row in grade] == [["correction"]]
    assert "visitors 2015 ACHIEVED_EARLY (A) → NO_CHANGE (D), correction" in record.message


def test_a_dropped_figure_is_no_vanished_one_in_the_run_diff(town, correct):
    correct(DROP | AFTERWARDS)
    (grade,) = town.ask("SELECT new_status, causes FROM mart.run_diff WHERE what = 'grade'")
    assert grade == {"new_status": "NA_NO_DATA", "causes": ["correction"]}


@pytest.mark.parametrize(("lang", "words"), [("ja", "数字の並びの誤り"), ("en", "digits were exchanged")])
def test_the_explanation_says_what_was_corrected_why_and_by_whom(town, correct, lang, words):
    correct(TO_8046 | AFTERWARDS)
    told = kpi(
        "explain", "visitors", "--period", "2015", "--lang", lang, data=town.data, KPI_REGISTER_DIR=town.register
    )
    assert f"10,064,000 人 → 8,046,000 人 [A, override, visitors-2015]: {words}" in told.stdout
    assert "例, 正誤表, 2026-11-24" in told.stdout
    assert "ishikawa.visitors,17901,2015,10064" in told.stdout  # the row as printed


def test_the_explanation_as_data_has_the_correction_beside_its_observation(town, correct):
    correct(TO_8046 | AFTERWARDS)
    told = kpi("explain", "visitors", "--period", "2015", "--format", "json", data=town.data)
    actual, baseline = json.loads(told.stdout)["periods"][0]["observations"]
    assert baseline["correction"] is None
    assert actual["correction"] == {
        "correction_id": "visitors-2015",
        "action": "override",
        "expected_value": 10_064_000,
        "expected_text": None,
        "reason_ja": "数字の並びの誤り",
        "reason_en": "digits were exchanged",
        "erratum": {"publisher": "例", "title": "正誤表", "url": "", "known_from": "2026-11-24"},
    }


def test_of_a_run_before_the_correction_nothing_is_corrected(town, correct):
    before = current(town.data / "warehouse").run_id
    correct(TO_8046)
    assert read.ask(town.current, f"SELECT value FROM core.observation WHERE {OF_2015}", run=before) == [
        {"value": 10_064_000}
    ]
    shipped = {row["correction_id"] for row in read.ask(town.current, "FROM core.correction", run=before)}
    assert "visitors-2015" not in shipped


def test_the_shipped_corrections_find_the_figures_that_they_correct(town):
    checks = town.ask("SELECT success FROM ops.check_result WHERE suite = 'corrections'")
    assert checks
    assert all(check["success"] for check in checks)
    assert CITY_202606 in town.replica.files  # the town has live figures, so that nothing here is only recorded
