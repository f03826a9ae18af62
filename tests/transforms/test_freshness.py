"""When the next figure of a series is due. The accommodation survey's days are those of its publisher's record."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from records import Cadence, Period
from transforms.freshness import expected

TFR_OF_FIVE_YEARS = Period.window(2018, 2022)


def test_after_a_month_comes_the_next_month():
    then = expected(Period.month(2026, 5), Cadence.MONTH, 105)
    assert (then.period, then.by) == (Period.month(2026, 6), date(2026, 10, 13))


def test_the_slowest_month_on_record_was_not_late():
    # Second preliminary figures of the accommodation survey for March 2021 came out on 30 June 2021, after 91 days.
    assert expected(Period.month(2021, 2), Cadence.MONTH, 105).by >= date(2021, 6, 30)


def test_december_is_followed_by_january_and_january_by_the_whole_of_february():
    assert expected(Period.month(2023, 12), Cadence.MONTH, 0).period == Period.month(2024, 1)
    assert expected(Period.month(2024, 1), Cadence.MONTH, 0).period == Period.month(2024, 2)
    assert expected(Period.month(2024, 2), Cadence.MONTH, 0).period == Period.month(2024, 3)


def test_after_a_year_comes_the_next_year_counted_alike():
    assert expected(Period.cy(2023), Cadence.YEAR, 913).period == Period.cy(2024)
    assert expected(Period.fy(2023), Cadence.YEAR, 913).period == Period.fy(2024)


def test_a_count_on_a_day_comes_again_on_that_day():
    then = expected(Period.day(date(2025, 1, 1)), Cadence.YEAR, 235)
    assert (then.period, then.by) == (Period.day(date(2026, 1, 1)), date(2026, 8, 24))


def test_the_last_day_of_february_stays_the_last_day_of_february():
    assert expected(Period.day(date(2023, 2, 28)), Cadence.YEAR, 0).period == Period.day(date(2024, 2, 29))
    assert expected(Period.day(date(2024, 2, 29)), Cadence.YEAR, 0).period == Period.day(date(2025, 2, 28))


def test_a_rate_of_five_years_is_followed_by_the_next_five_and_a_census_by_the_next_census():
    assert expected(TFR_OF_FIVE_YEARS, Cadence.FIVE_YEARS, 1000).period == Period.window(2023, 2027)
    assert expected(Period.cy(2020), Cadence.FIVE_YEARS, 913).period == Period.cy(2025)


def test_where_nobody_promises_a_figure_nothing_is_expected():
    assert expected(Period.cy(2013), Cadence.NONE, None) is None


DAYS = st.dates(date(1950, 1, 1), date(2150, 1, 1))
PERIODS = st.one_of(
    st.builds(Period.cy, st.integers(1950, 2100)),
    st.builds(Period.fy, st.integers(1950, 2100)),
    st.builds(Period.month, st.integers(1950, 2100), st.integers(1, 12)),
    st.builds(Period.day, DAYS),
)


@given(PERIODS, st.sampled_from([Cadence.YEAR, Cadence.FIVE_YEARS]), st.integers(0, 2000))
def test_the_next_period_begins_later_is_counted_alike_and_its_day_is_its_end_and_the_lag(newest, cadence, lag):
    then = expected(newest, cadence, lag)
    assert then.period.kind is newest.kind
    assert then.period.start > newest.end
    assert then.by == then.period.end + timedelta(days=lag)


@given(st.integers(1950, 2100), st.integers(1, 12))
def test_twelve_months_one_after_the_other_are_a_year(year, month):
    period = Period.month(year, month)
    for _ in range(12):
        period = expected(period, Cadence.MONTH, 0).period
    assert period == Period.month(year + 1, month)


@given(st.integers(1950, 2100))
def test_years_follow_each_other_without_a_gap(year):
    newest = Period.cy(year)
    assert expected(newest, Cadence.YEAR, 0).period.start == newest.end + timedelta(days=1)
