"""Cumulative counts: sums of yearly counts, gaps, falls. Figures are hypothetical."""

from __future__ import annotations

import pytest

from records import Period, Target
from tests.transforms.builders import kpi, row_at, rows_of, seen, target

PLAN = target((Period.fy(2014), 0.0), (Period.fy(2019), 50.0), baseline_is_none=True)
BY_YEAR = kpi("cumulative", PLAN, yearly_counts=True)
IN_TOTAL = kpi("cumulative", PLAN)


def fy(year: int, value: float | None, **options: object):
    return seen(Period.fy(year), value, **options)


def test_yearly_counts_are_summed_from_the_first_plan_year() -> None:
    counts = (fy(2013, 99.0), fy(2014, 7.0), fy(2015, 4.0), fy(2016, 6.0), fy(2017, 12.0))
    rows = {row.period: row.value for row in rows_of(BY_YEAR, *counts, as_of=Period.fy(2018).start)}
    assert rows == {"FY2015": 4.0, "FY2016": 10.0, "FY2017": 22.0}


def test_one_missing_year_leaves_every_later_sum_unknown() -> None:
    counts = (fy(2015, 4.0), fy(2017, 6.0), fy(2019, 9.0))
    assert row_at(BY_YEAR, Period.fy(2015), *counts).value == 4.0
    row = row_at(BY_YEAR, Period.fy(2017), *counts)
    assert (row.status, row.value, row.reason) == ("NA_NO_DATA", None, "SUM_HAS_GAP:FY2016")
    row = row_at(BY_YEAR, Period.fy(2019), *counts)
    assert (row.status, row.value, row.reason) == ("FINAL_PENDING", None, "SUM_HAS_GAP:FY2016")


def test_a_count_that_fills_the_gap_makes_the_sums_known() -> None:
    counts = (fy(2015, 4.0), fy(2017, 6.0), fy(2016, 1.0, known=Period.fy(2018).end))
    rows = [row for row in rows_of(BY_YEAR, *counts) if row.period == "FY2017"]
    assert [(row.value, row.status_prev_vintage) for row in rows] == [(None, None), (11.0, "NA_NO_DATA")]


def counted(first: int, last: int, value: float | None, **options: object):
    """A count of several fiscal years together, as a publisher prints a running total."""
    return seen(Period.window(first, last, fiscal=True), value, **options)


def test_a_published_total_stands_in_where_a_year_is_missing_as_in_the_worked_row_of_the_products() -> None:
    row = row_at(BY_YEAR, Period.fy(2017), fy(2015, 4.0), counted(2015, 2017, 22.0))
    assert (row.value, row.expected_value, row.status, row.jp_grade) == (22.0, pytest.approx(30.0), "NEAR", "C")
    assert (row.elapsed, row.achievement_rate, row.pace_ratio, row.simple_ratio) == (
        pytest.approx(0.6),
        pytest.approx(0.44),
        pytest.approx(0.733, abs=0.0005),
        pytest.approx(0.44),
    )
    assert row.period_kind == "FY"
    assert "POOLED_WINDOW" not in row.flags


def test_later_counts_go_on_from_a_published_total() -> None:
    counts = (fy(2015, 4.0), fy(2017, 6.0), counted(2015, 2017, 22.0), fy(2018, 3.0), fy(2020, 9.0))
    rows = {row.period: (row.value, row.reason) for row in rows_of(BY_YEAR, *counts)}
    assert rows["FY2016"][0] is None  # what is not known stays unknown
    assert (rows["FY2017"][0], rows["FY2018"][0]) == (22.0, 25.0)
    assert rows["FY2020"] == (None, "SUM_HAS_GAP:FY2019")


def test_a_published_total_replaces_no_sum_of_known_years_and_reaches_back_no_further_than_it_says() -> None:
    whole = (fy(2015, 4.0), fy(2016, 6.0), fy(2017, 12.0))
    assert row_at(BY_YEAR, Period.fy(2017), *whole, counted(2015, 2017, 23.0)).value == 22.0
    assert row_at(BY_YEAR, Period.fy(2017), fy(2015, 4.0), counted(2016, 2017, 18.0)).value == 22.0
    for count in (counted(2016, 2017, 18.0), counted(2013, 2017, 40.0), counted(2015, 2017, None)):
        assert row_at(BY_YEAR, Period.fy(2017), count).value is None


def test_a_published_total_is_upon_the_baseline_as_the_counts_are() -> None:
    begun = kpi("cumulative", target((Period.fy(2014), 10.0), (Period.fy(2019), 50.0)), yearly_counts=True)
    assert row_at(begun, Period.fy(2017), counted(2015, 2017, 12.0)).value == 22.0


def test_a_total_that_is_published_later_makes_the_sums_known_from_that_day_on() -> None:
    later = Period.fy(2018).end
    rows = rows_of(BY_YEAR, fy(2015, 4.0), fy(2017, 6.0), counted(2015, 2017, 22.0, known=later))
    found = [(row.value, row.vintage, row.status_prev_vintage) for row in rows if row.period == "FY2017"]
    assert found == [(None, Period.fy(2018).start, None), (22.0, later, "NA_NO_DATA")]


def test_a_published_total_that_falls_below_an_earlier_one_is_refused() -> None:
    row = row_at(BY_YEAR, Period.fy(2017), fy(2015, 30.0), counted(2015, 2017, 22.0))
    assert (row.value, row.reason) == (None, "CUMULATIVE_FELL:FY2015")


def test_a_sum_is_as_weak_as_its_weakest_part() -> None:
    parts = (fy(2015, 4.0, obs_status="P"), fy(2016, 6.0, evidence="secondary"), fy(2017, 5.0, acquisition="stale"))
    row = row_at(BY_YEAR, Period.fy(2017), *parts)
    assert (row.obs_status, row.evidence, row.acquisition, row.is_final) == ("P", "secondary", "stale", False)


def test_the_plan_start_may_be_declared() -> None:
    late = kpi("cumulative", PLAN, yearly_counts=True, plan_start=Period.fy(2016))
    assert row_at(late, Period.fy(2017), fy(2015, 4.0), fy(2016, 6.0), fy(2017, 1.0)).value == 7.0


def test_counts_upon_an_unknown_baseline_are_summed_but_not_graded() -> None:
    unknown = kpi("cumulative", target((Period.fy(2014), None), (Period.fy(2019), 50.0)), yearly_counts=True)
    row = row_at(unknown, Period.fy(2016), fy(2015, 4.0), fy(2016, 2.0))
    assert (row.value, row.status) == (6.0, "NA_NO_BASELINE")


def test_counts_without_any_start_make_no_total() -> None:
    endless = kpi("cumulative", Target(Period.fy(2019), 50.0, None, None), yearly_counts=True)
    assert rows_of(endless, fy(2015, 4.0), as_of=Period.fy(2019).end) == []


def test_a_total_that_falls_is_refused_as_a_data_error() -> None:
    row = row_at(IN_TOTAL, Period.fy(2017), fy(2015, 10.0), fy(2016, 20.0), fy(2017, 18.0))
    assert (row.status, row.value, row.reason) == ("NA_NO_DATA", None, "CUMULATIVE_FELL:FY2016")
    assert "CUMULATIVE_FELL" in row.flags


def test_a_total_is_projected_by_its_last_three_increments() -> None:
    totals = (fy(2014, 0.0), fy(2015, 4.0), fy(2016, 10.0), fy(2017, 22.0))
    row = row_at(IN_TOTAL, Period.fy(2017), *totals)
    assert row.projected_value == pytest.approx(22 + 2 * 22 / 3)
    assert (row.projection_method, row.projected_low80, row.cagr_ratio) == ("mean-increment", None, None)


def test_a_total_without_any_count_is_a_valid_zero() -> None:
    row = row_at(IN_TOTAL, Period.fy(2015), fy(2015, 0.0))
    assert (row.simple_ratio, row.achievement_rate, row.status) == (0.0, 0.0, "NO_CHANGE")
