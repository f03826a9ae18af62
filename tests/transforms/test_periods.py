"""Steps on the time axis: years back and forth, the years of a plan, equal lengths."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import Period, PeriodKind
from transforms.periods import equally_long, plan_periods, shifted, years_after

PERIODS = st.one_of(
    st.builds(Period.cy, st.integers(1950, 2100)),
    st.builds(Period.fy, st.integers(1950, 2100)),
    st.builds(Period.month, st.integers(1950, 2100), st.integers(1, 12)),
    st.integers(1950, 2100).map(lambda year: Period.window(year, year + 4)),
)


@given(PERIODS, st.integers(-20, 20))
def test_shifting_there_and_back_is_no_shift(period: Period, years: int) -> None:
    assert shifted(shifted(period, years), -years) == period
    assert shifted(period, years).middle == pytest.approx(period.middle + years)


def test_the_end_of_february_follows_the_leap_year() -> None:
    assert shifted(Period.month(2023, 2), 1) == Period.month(2024, 2)
    assert years_after(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert shifted(Period.day(date(2024, 2, 29)), -1) == Period.day(date(2023, 2, 28))


def test_a_plan_expects_every_year_behind_the_baseline() -> None:
    assert [p.label for p in plan_periods(Period.cy(2019), Period.cy(2014))] == ["2015", "2016", "2017", "2018", "2019"]
    assert [p.label for p in plan_periods(Period.fy(2017), Period.cy(2014))] == ["FY2015", "FY2016", "FY2017"]


def test_windows_and_plans_without_baseline_expect_only_the_target_period() -> None:
    window = Period.window(2018, 2022)
    assert plan_periods(window, Period.window(2008, 2012)) == (window,)
    assert plan_periods(Period.cy(2019), None) == (Period.cy(2019),)


def test_years_are_equally_long_whenever_they_start_and_months_are_not_years() -> None:
    assert equally_long(Period.cy(2014), Period.fy(2019))
    assert not equally_long(Period.cy(2014), Period.month(2019, 1))
    assert not equally_long(Period.cy(2014), Period(date(2019, 4, 1), date(2019, 12, 31), PeriodKind.FY))
    assert equally_long(Period.cy(2014), Period.day(date(2019, 10, 1)))
