"""What is true today with the figures that exist: an offline night on recorded and registered figures, row by row."""

from datetime import date

import pytest

from warehouse.publish import CURRENT
from warehouse.read import ask


@pytest.fixture(scope="module")
def rows(offline):
    data, ended = offline
    assert ended.returncode == 0, ended.stderr
    return lambda query: [tuple(row.values()) for row in ask(data / "warehouse" / CURRENT, query)]


def progress(rows, kpi, period):
    """The row of one period as it is known today: status, value, p rounded, flags, reason."""
    (row,) = rows(
        "SELECT status, value, round(achievement_rate, 3), flags, reason FROM mart.kpi_progress"
        f" WHERE kpi_id = '{kpi}' AND period = '{period}' QUALIFY row_number() OVER (ORDER BY vintage DESC) = 1"
    )
    return row


def test_five_kpis_have_one_latest_row_each_with_these_verdicts(rows):
    assert rows("SELECT kpi_id, verdict_status, latest_period, latest_value FROM mart.kpi_latest") == [
        ("tfr", "FINAL_PENDING", "2022", 1.35),
        ("students", "FINAL_PENDING", None, None),
        ("visitors", "FINAL_PENDING", "2017", 10_221_000.0),
        ("brand", "FINAL_PENDING", None, None),
        ("vision", "ACHIEVED", "2016-04-22", 1.0),
    ]


def test_the_fertility_rate_of_2019_is_not_known_and_that_of_2022_is_late_and_secondary(rows):
    assert progress(rows, "tfr", "2019")[:2] == ("FINAL_PENDING", None)
    status, value, _, flags, _ = progress(rows, "tfr", "2022")
    assert value == 1.35
    assert {"POST_TARGET", "SECONDARY_SOURCE"} <= set(flags)
    assert not status.startswith("FINAL")


def test_the_rate_pooled_over_five_years_is_another_measure_and_grades_nothing(rows):
    assert rows("SELECT value FROM core.observation WHERE period = '2018-2022' AND area_code = '17201'") == [(1.36,)]
    assert rows("SELECT count(*) FROM mart.kpi_progress WHERE period = '2018-2022'") == [(0,)]


def test_visitors_passed_the_target_in_2015_and_2017_and_2019_is_not_known(rows):
    assert progress(rows, "visitors", "2015")[:3] == ("ACHIEVED_EARLY", 10_064_000.0, 1.041)
    assert progress(rows, "visitors", "2017")[:3] == ("ACHIEVED_EARLY", 10_221_000.0, 1.142)
    assert "SECONDARY_SOURCE" in progress(rows, "visitors", "2017")[3]
    assert progress(rows, "visitors", "2019")[:2] == ("FINAL_PENDING", None)


def test_a_lower_bound_from_the_press_is_kept_and_gives_no_verdict(rows):
    found = rows("SELECT value, value_low FROM core.observation WHERE series_id = 'press.visitors_lower_bound'")
    assert found == [(None, 10_000_000.0)]


def test_of_students_nothing_but_the_baseline_is_known(rows):
    assert progress(rows, "students", "FY2019")[:2] == ("FINAL_PENDING", None)
    assert rows(
        "SELECT count(*) FROM mart.kpi_progress WHERE kpi_id = 'students' AND period > 'FY2014' AND value > 0"
    ) == [(0,)]


def test_the_sum_of_certified_products_is_unknown_as_long_as_a_year_is_missing(rows):
    assert progress(rows, "brand", "FY2019")[:2] == ("FINAL_PENDING", None)
    assert rows("SELECT count(*) FROM mart.kpi_progress WHERE kpi_id = 'brand' AND value IS NOT NULL") == [(0,)]
    assert rows("SELECT period, value FROM core.observation WHERE series_id = 'kanazawa.brand_products_new'") == [
        ("FY2024", 4.0)
    ]


def test_the_vision_was_in_place_by_22_april_2016_at_the_latest(rows):
    verdict = rows("SELECT verdict_period, verdict_kind, decided_on FROM mart.kpi_verdict WHERE kpi_id = 'vision'")
    assert verdict == [("2016-04-22", "final", date(2016, 4, 22))]
    signed = rows("SELECT period FROM core.observation WHERE series_id = 'ishikawa_chuo.agreements_signed'")
    assert signed == [("2016-03-28",)]


def test_proxies_have_flagged_rows_of_their_own_and_never_a_verdict(rows):
    proxies = rows("SELECT kpi_id FROM core.kpi WHERE is_proxy")
    assert len(proxies) == 6
    assert rows(
        "SELECT DISTINCT kpi_id FROM mart.kpi_progress WHERE list_contains(flags, 'PROXY') ORDER BY 1"
    ) == sorted(proxies)
    graded = "SELECT kpi_id FROM {} JOIN core.kpi USING (kpi_id) WHERE is_proxy"
    assert rows(graded.format("mart.kpi_verdict")) == []
    assert rows(graded.format("mart.kpi_latest")) == []
    assert rows("SELECT DISTINCT verdict_kind FROM mart.kpi_progress JOIN core.kpi USING (kpi_id) WHERE is_proxy") == [
        ("none",)
    ]


def test_every_figure_of_the_marts_leads_to_an_observation_with_a_citation_or_an_address(rows):
    figures = (
        "SELECT count(*), count(*) FILTER (length(o.snapshot_id) = 64 AND (o.citation <> '' OR s.url <> ''))"
        " FROM mart.kpi_progress p JOIN core.kpi k USING (kpi_id)"
        " LEFT JOIN core.observation o ON o.snapshot_id = p.snapshot_id AND o.series_id = k.series_id"
        " AND o.area_code = k.area_code AND o.period = p.period AND o.value = p.value"
        " LEFT JOIN core.snapshot s ON s.snapshot_id = o.snapshot_id AND s.resource_id = o.resource_id"
        " WHERE p.value IS NOT NULL"
    )
    ((found, explained),) = rows(figures)
    assert found == explained > 0


def test_every_figure_in_force_stands_once_in_the_view_with_its_names_and_a_file_or_a_citation(rows):
    ((in_force,),) = rows("SELECT count(*) FROM core.observation WHERE known_to IS NULL")
    named = "name_ja <> '' AND name_en <> '' AND area_ja <> '' AND publisher_ja <> '' AND credit_ja <> ''"
    traced = "length(snapshot_id) = 64 AND (url <> '' OR citation <> '')"
    assert rows(f"SELECT count(*), count(*) FILTER ({named} AND {traced}) FROM mart.figure") == [(in_force, in_force)]
    january = "SELECT value FROM mart.figure WHERE series_id = 'digital_tourism.visitors' AND period = '2024-01'"
    assert rows(january) == [(288_767.0,)]


def test_figures_that_were_recorded_from_a_trimmed_copy_say_so(rows):
    noted = rows("SELECT DISTINCT resource_id FROM mart.figure WHERE file_note LIKE 'trimmed copy: %' ORDER BY 1")
    assert noted == [("digital_tourism/city-202606",), ("digital_tourism/pref-202606",), ("ssdse/A-2024",)]
    assert rows("SELECT resource_id FROM core.snapshot WHERE note <> '' ORDER BY 1") == [
        ("digital_tourism/city-202401",),  # its figure was restated since
        *noted,
    ]


def test_the_standing_of_a_kpi_says_how_its_newest_figure_is_known(rows):
    assert rows("SELECT kpi_id, latest_flags FROM mart.kpi_latest WHERE latest_value IS NOT NULL") == [
        ("tfr", ["COVID_2020_22", "POST_TARGET", "SECONDARY_SOURCE"]),
        ("visitors", ["OVERSHOOT", "SECONDARY_SOURCE"]),
        ("vision", []),
    ]


def test_no_number_is_nan_and_unknown_is_null(rows):
    assert rows("SELECT count(*) FROM core.observation WHERE isnan(value) OR isinf(value)") == [(0,)]
    assert rows("SELECT count(*) FROM mart.kpi_progress WHERE isnan(value) OR isnan(achievement_rate)") == [(0,)]


def test_the_night_says_that_it_rests_on_recorded_figures(rows):
    assert rows("SELECT publisher_id, state FROM ops.run_source ORDER BY 1") == [
        ("accommodation", "missing"),
        ("ckan", "missing"),
        ("dashboard", "missing"),
        ("digital_tourism", "recorded"),
        ("estat", "not_configured"),
        ("register", "register"),
        ("resident_register", "missing"),
        ("ssdse", "recorded"),
        ("tfr_municipal", "missing"),
    ]
    assert rows("SELECT DISTINCT reason FROM ops.run_source WHERE state = 'missing'") == [
        ("nothing was fetched yet (offline), nothing is recorded",)
    ]
    assert rows("SELECT outcome FROM ops.run") == [("degraded",)]


def test_series_of_one_indicator_measure_the_same_thing_so_their_figures_are_near_each_other(rows):
    far_apart = rows(
        "SELECT indicator, area_code, period, min(value), max(value) FROM core.observation JOIN core.series"
        " USING (series_id) WHERE known_to IS NULL AND indicator <> 'regional_vision'"
        " GROUP BY indicator, area_code, period_kind, period HAVING max(value) > 1.05 * min(value)"
    )
    assert far_apart == []
