"""A series that is late is a warning of the night: in its message, its checks, `kpi status` and the report."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.freshness import expected_rows, sentence
from flows.run_record import past_runs
from flows.show import summary_markdown
from records import Period
from sources.publishers import CatalogError, publishers, read_publisher
from tests.flows.command import kpi
from tests.flows.town import edit
from tests.publishers.small_catalog import CATALOG

SERIES = "digital_tourism.visitors"  # of June 2026; July's figure is expected by 27 September


@pytest.fixture
def catalogue(tmp_path):
    """A catalog file that a test may change."""
    return Path(shutil.copy(CATALOG / "tfr_municipal.toml", tmp_path))


def test_a_cadence_is_a_word_of_the_list(catalogue):
    edit(catalogue, '^cadence = "five_years"', 'cadence = "now and then"')
    with pytest.raises(CatalogError, match=r"tfr_municipal.toml: cadence: .*'five_years'.* correct this entry"):
        read_publisher(catalogue)


def test_a_cadence_without_a_lag_is_refused(catalogue):
    edit(catalogue, "^expected_lag_days = .*$", "")
    with pytest.raises(CatalogError, match=r"mhlw.tfr_bayes comes every five_years and has no expected_lag_days"):
        read_publisher(catalogue)


def test_a_series_overrides_its_dataset_and_that_its_publisher():
    accommodation = publishers()["accommodation"]
    awaited = {series.id: accommodation.awaited(series) for series in accommodation.series}
    assert awaited["jta.guest_nights"] == ("year", 240)
    assert awaited["jta.guest_nights_monthly"] == ("month", 575)
    assert awaited["jta.room_occupancy_responding"] == ("month", 105)


def test_hand_kept_series_are_promised_by_nobody():
    register = publishers()["register"]
    assert {register.awaited(series) for series in register.series} == {("none", None)}


def test_a_series_without_a_figure_has_no_row_of_facts():
    [row] = expected_rows({SERIES: (Period.month(2026, 6), datetime(2026, 7, 1, tzinfo=UTC).date())})
    assert (row["series_id"], row["next_period"], f"{row['expected_by']}") == (SERIES, "2026-07", "2026-09-27")


def test_nothing_is_said_when_nobody_is_late():
    assert sentence([{"state": "due", "publisher_id": "x", "series_id": "x.y"}]) == ""


def at(moment):
    began = datetime.fromisoformat(moment)
    return {"started_at": began, "run_id": f"{began:%Y%m%dT%H%M%S}000Z"}


def test_a_passing_day_makes_a_series_overdue_and_no_new_file(new_town):
    first = new_town.night(**at("2026-09-27T00:00:00+00:00"))
    assert "digital_tourism" not in first.message
    second = new_town.night(**at("2026-09-27T15:00:00+00:00"))  # midnight in Japan
    assert (second.outcome, second.published) == ("unchanged", "")
    assert "digital_tourism 2026-07 by 2026-09-27 (digital_tourism.visitors and 1 more)" in second.message
    assert set(second.overdue) - set(first.overdue) == {"digital_tourism 2026-07, expected by 2026-09-27"}
    assert second.content_hash == first.content_hash


def test_a_build_on_a_late_day_warns_and_holds_the_same_content(new_town):
    early = new_town.night(**at("2026-09-20T00:00:00+00:00"))
    late = new_town.night(**at("2026-09-28T00:00:00+00:00"), anew=True)
    assert late.content_hash == early.content_hash
    [check] = new_town.ask("SELECT * FROM ops.check_result WHERE rule = 'expected_by' AND subject = 'digital_tourism'")
    assert (check["action"], check["success"], check["checked"], check["failed"]) == ("warn", False, 2, 2)
    assert late.outcome == "ok"
    assert "overdue: " in summary_markdown(late)
    page = (new_town.data / "report" / "en" / "run.html").read_text(encoding="utf-8")
    assert "Expected by" in page
    assert "digital_tourism.visitors" in page.partition('id="freshness"')[2]


def test_status_shows_who_is_late_and_json_stays_the_runs(offline):
    data, _ = offline
    shown = kpi("status", data=data).stdout
    assert "公表の遅れ / Overdue" in shown
    assert SERIES in shown
    runs = json.loads(kpi("status", "--format", "json", data=data).stdout)
    assert {frozenset(run) for run in runs} == {frozenset(past_runs(data / "runs")[0].row())}


def test_all_series_are_shown_as_data_with_freshness(offline):
    data, _ = offline
    rows = json.loads(kpi("status", "--freshness", "--format", "json", data=data).stdout)
    by_id = {row["series_id"]: row for row in rows}
    assert by_id[SERIES]["newest_period"] == "2026-06"
    assert (by_id["kanazawa.tfr"]["state"], by_id["kanazawa.tfr"]["days_overdue"]) == ("unscheduled", None)
    assert by_id["dashboard.births"]["state"] == "no_figure"
