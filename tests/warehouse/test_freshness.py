"""Who is late: the stored facts do not depend on the day, the view and its macro give the state on a day."""

from datetime import date, timedelta

import pytest

from clock import tokyo_day, utc_now
from records import Period
from tests.warehouse.figures import FINAL, TRIAL, births, dates, uses, visitors
from warehouse.build import building
from warehouse.connect import published
from warehouse.content import content_hash, tables

SERIES = [
    {"series_id": "monthly", "publisher_id": "p", "cadence": "month", "expected_lag_days": 58},
    {"series_id": "empty", "publisher_id": "p", "cadence": "year", "expected_lag_days": 100},
    {"series_id": "by_hand", "publisher_id": "q", "cadence": "none"},
    {"series_id": "nothing", "publisher_id": "q", "cadence": "none"},
]
MONTHLY = {
    "series_id": "monthly",
    "newest_period": "2026-06",
    "known_from": date(2026, 7, 1),
    "next_period": "2026-07",
    "next_period_end": date(2026, 7, 31),
    "expected_by": date(2026, 9, 27),
}
BY_HAND = {"series_id": "by_hand", "newest_period": "2013", "known_from": date(2016, 1, 1)}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    path = tmp_path_factory.mktemp("freshness") / "new.duckdb"
    with building(path) as builder:
        builder.insert("core.series", SERIES)
        builder.insert("mart.series_expected", [MONTHLY, BY_HAND])
    return path


def on(path, day):
    with published(path) as connection:
        rows = connection.execute("SELECT series_id, state, days_overdue FROM mart.source_freshness_on(?)", [day])
        return {series: (state, days) for series, state, days in rows.fetchall()}


@pytest.mark.parametrize(
    ("day", "state", "days"),
    [
        ("2026-07-31", "current", 0),
        ("2026-08-01", "due", 0),
        ("2026-09-27", "due", 0),
        ("2026-09-28", "overdue", 1),
        ("2027-09-27", "overdue", 365),
    ],
)
def test_a_figure_is_awaited_once_its_period_is_over_and_overdue_after_the_expected_day(warehouse, day, state, days):
    assert on(warehouse, day)["monthly"] == (state, days)


def test_a_series_that_nobody_promises_is_never_overdue(warehouse):
    assert on(warehouse, "2126-01-01")["by_hand"] == ("unscheduled", None)


def test_a_promised_series_without_any_figure_says_so_and_one_that_is_neither_is_left_out(warehouse):
    found = on(warehouse, "2026-09-01")
    assert found["empty"] == ("no_figure", None)
    assert "nothing" not in found


def test_the_latest_come_first(warehouse):
    assert next(iter(on(warehouse, "2026-12-01"))) == "monthly"


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_the_view_is_about_today_in_japan_wherever_the_reader_sits(warehouse, zone):
    with published(warehouse) as connection:
        connection.execute(f"SET TimeZone = '{zone}'")
        (days,) = connection.execute(
            "SELECT days_overdue FROM mart.source_freshness WHERE series_id = 'monthly'"
        ).fetchone()
    assert days == max((tokyo_day(utc_now()) - date(2026, 9, 27)).days, 0)


def test_the_content_of_a_file_does_not_depend_on_the_day_on_which_it_is_asked(warehouse):
    with published(warehouse) as connection:
        assert "mart.source_freshness" not in tables(connection)
        first = content_hash(connection)
    with published(warehouse) as connection:
        assert content_hash(connection) == first


def test_the_newest_period_is_that_of_any_area_and_counts_from_its_first_figure(tmp_path):
    only_a_symbol = visitors(float("nan"), "2025-04-01", obs_status="M") | dates(Period.month(2024, 2))
    elsewhere = births(2024, 3053, area_code="17202") | dates(Period.cy(2021))  # hypothetical
    with building(tmp_path / "new.duckdb") as builder:
        builder.load_figures(uses(tmp_path, [TRIAL, FINAL, only_a_symbol], [births(2022), elsewhere]))
        newest = builder.newest()
    assert newest["digital_tourism.visitors"] == (Period.month(2024, 1), date(2024, 2, 1))
    assert newest["ssdse_a.A4101"] == (Period.cy(2021), date(2024, 1, 1))


def test_a_night_can_ask_for_a_day_to_come(warehouse):
    tomorrow = date(2026, 9, 27) + timedelta(days=1)
    assert on(warehouse, tomorrow)["monthly"] == ("overdue", 1)
