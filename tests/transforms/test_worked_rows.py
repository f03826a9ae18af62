"""The worked rows of the specification, every printed column; actuals marked hypothetical are no real figures."""

from __future__ import annotations

from datetime import date

import pytest

from records import Noise, Observation, Period
from tests.transforms.builders import kpi, row_at, rows_of, seen, target
from transforms.uncertainty import fertility_se

VISITORS = kpi("increase", target((2014, 8.44), (2019, 10.0)))
FERTILITY = kpi("increase", target((2013, 1.43), (2019, 1.6)))
# The students' rows are worked as a full count: under the 5 % rule their changes of 50 and 100 would be noise.
STUDENTS = kpi("decrease", target((2014, 2000.0), (2019, 1800.0)), noise=Noise.EXACT)
PRODUCTS = kpi("cumulative", target((2014, 0.0), (2019, 50.0), baseline_is_none=True))
LEVEL = kpi("increase", target((2014, 100.0), (2019, 100.0)))
SE = fertility_se(1.43, 3342)  # 3,342 births: Kanazawa 2019, vital statistics; gives the worked 0.0686

# KPI, year, actual, elapsed, expected, p, r, simple ratio, growth ratio, status, grade
# All actuals but the first are hypothetical.
WORKED = [
    (VISITORS, 2015, 10.064, 0.200, 8.752, 1.041, 5.205, 1.006, 5.577, "ACHIEVED_EARLY", "A"),
    (FERTILITY, 2017, 1.50, 0.667, 1.543, 0.412, 0.618, 0.938, 0.636, "NEAR", "C"),
    (FERTILITY, 2019, 1.40, 1.0, 1.60, -0.176, -0.176, 0.875, -0.187, "FINAL_NO_CHANGE", "D"),
    (FERTILITY, 2019, 1.36, 1.0, 1.60, -0.412, -0.412, 0.850, -0.441, "FINAL_WORSE", "D"),
    (STUDENTS, 2017, 1900.0, 0.600, 1880.0, 0.500, 0.833, 0.947, 0.813, "NEAR", "B"),
    (STUDENTS, 2017, 2050.0, 0.600, 1880.0, -0.250, -0.417, 0.878, -0.396, "MOVING_AWAY", "D"),
    (STUDENTS, 2019, 1830.0, 1.0, 1800.0, 0.850, 0.850, 0.984, 0.845, "FINAL_MOSTLY", "B"),
    (PRODUCTS, 2017, 22.0, 0.600, 30.0, 0.440, 0.733, 0.440, None, "NEAR", "C"),
    (PRODUCTS, 2015, 0.0, 0.200, 10.0, 0.0, 0.0, 0.0, None, "NO_CHANGE", "D"),
    (LEVEL, 2016, 99.0, 0.400, 100.0, None, None, 0.990, None, "MISSED", "−"),
]


@pytest.mark.parametrize("worked", WORKED, ids=lambda w: f"{w[2]} in {w[1]}")
def test_every_printed_column_of_a_worked_row_comes_out(worked: tuple) -> None:
    subject, year, actual, elapsed, expected, p, r, simple, growth, status, grade = worked
    se = SE if subject is FERTILITY else None
    baseline_year = subject.targets[0].baseline_period.year
    baseline = seen(baseline_year, subject.targets[0].baseline_value, se=se)
    row = row_at(subject, year, baseline, seen(year, actual, se=se))
    found = (row.elapsed, row.expected_value, row.achievement_rate, row.pace_ratio, row.simple_ratio, row.cagr_ratio)
    for computed, printed in zip(found, (elapsed, expected, p, r, simple, growth), strict=True):
        assert computed == (None if printed is None else pytest.approx(printed, abs=0.0006))
    assert (row.status, row.jp_grade) == (status, grade)


def test_the_worked_fertility_rows_rest_on_the_smallest_change_of_0_069() -> None:
    row = row_at(FERTILITY, 2017, seen(2013, 1.43, se=SE), seen(2017, 1.50, se=SE))
    assert row.min_detectable_change == pytest.approx(0.0686, abs=0.0001)
    assert row.change_detectable


def test_without_standard_errors_the_same_fertility_rate_is_no_change() -> None:
    """5 % of 1.43 is 0.0715, just more than the change of 0.07."""
    row = row_at(FERTILITY, 2017, seen(2017, 1.50))
    assert (row.status, row.change_detectable) == ("NO_CHANGE", False)


def test_the_vision_is_achieved_on_the_day_of_its_first_evidence() -> None:
    vision = kpi("milestone", target((Period.fy(2014), None), (Period.fy(2019), None)))
    day = Period.day(date(2016, 4, 22))
    (row,) = rows_of(vision, Observation(day, 1.0, "state", known_from=day.end))
    assert (row.status, row.jp_grade, row.period) == ("ACHIEVED", "A", "2016-04-22")
    computed = (row.elapsed, row.achievement_rate, row.pace_ratio, row.simple_ratio, row.cagr_ratio)
    assert set(computed) == {None}


def test_the_fertility_rate_of_ishikawa_is_projected_as_worked() -> None:
    """Ishikawa's total fertility rates 2013 to 2017 (vital statistics by way of SSDSE-B-2025), projected to 2019."""
    rates = zip(range(2013, 2018), (1.49, 1.45, 1.54, 1.53, 1.54), strict=True)
    row = row_at(FERTILITY, 2017, *(seen(year, rate) for year, rate in rates))
    assert row.projected_value == pytest.approx(1.559, abs=0.0005)
    assert row.projected_low80 == pytest.approx(1.401, abs=0.0005)
    assert row.projected_high80 == pytest.approx(1.716, abs=0.0005)
    assert (row.projection_method, row.projection_n) == ("damped-theil-sen", 5)
    assert row.projected_low80 < 1.46 < row.projected_high80  # the published rate of 2019
