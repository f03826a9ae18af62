"""What each direction wants: increase, decrease, keep at least, keep at most, a range. Figures are hypothetical."""

from __future__ import annotations

import pytest

from records import Noise, Period
from tests.transforms.builders import kpi, row_at, seen, target

KEEP_UP = kpi("maintain_min", target((2014, 90.0), (2019, 80.0)))
KEEP_DOWN = kpi("maintain_max", target((2014, 10.0), (2019, 20.0)))
IN_RANGE = kpi("range", target((2014, 50.0), (2019, None), low=40.0, high=60.0))
BELOW_RANGE = kpi("range", target((2014, 20.0), (2019, None), low=40.0, high=60.0))


@pytest.mark.parametrize(
    ("subject", "value", "status", "grade"),
    [
        (KEEP_UP, 89.0, "MAINTAINED", "A"),
        (KEEP_UP, 95.0, "MAINTAINED", "A"),
        (KEEP_UP, 81.0, "MAINTAINED_WEAKENING", "A"),
        (KEEP_UP, 79.0, "MISSED", "−"),
        (KEEP_DOWN, 10.4, "MAINTAINED", "A"),
        (KEEP_DOWN, 15.0, "MAINTAINED_WEAKENING", "A"),
        (KEEP_DOWN, 21.0, "MISSED", "−"),
        (IN_RANGE, 51.0, "MAINTAINED", "A"),
        (IN_RANGE, 59.0, "MAINTAINED_WEAKENING", "A"),
        (IN_RANGE, 61.0, "MISSED", "−"),
        (IN_RANGE, 39.0, "MISSED", "−"),
    ],
)
def test_a_target_to_keep_has_four_states_and_no_percentages(subject, value, status, grade) -> None:
    row = row_at(subject, 2016, seen(2016, value))
    assert (row.status, row.jp_grade) == (status, grade)
    assert (row.achievement_rate, row.pace_ratio, row.cagr_ratio, row.simple_ratio) == (None, None, None, None)


@pytest.mark.parametrize(
    ("value", "status"), [(70.0, "MISSED_IMPROVING"), (61.0, "MISSED"), (59.0, "MISSED"), (82.0, "MAINTAINED")]
)
def test_a_level_to_keep_that_the_baseline_missed_is_improving_only_beyond_the_noise(value: float, status: str) -> None:
    row = row_at(kpi("maintain_min", target((2014, 60.0), (2019, 80.0))), 2016, seen(2016, value))
    assert row.status == status


@pytest.mark.parametrize(("value", "status"), [(80.0, "FINAL_ACHIEVED"), (79.9, "FINAL_NOT_ACHIEVED")])
def test_a_level_to_keep_is_achieved_or_not_in_the_target_year(value: float, status: str) -> None:
    row = row_at(KEEP_UP, 2019, seen(2019, value))
    assert (row.status, row.verdict_kind) == (status, "final")


@pytest.mark.parametrize(
    ("value", "achievement", "gap", "remaining"),
    [(32.0, 0.6, 0.0, 8.0), (40.0, 1.0, 8.0, 0.0), (55.0, 1.0, 8.0, 0.0), (70.0, 0.5, -2.0, 10.0)],
)
def test_a_range_is_reached_from_outside_by_closing_the_distance(value, achievement, gap, remaining) -> None:
    """From 20 towards 40 to 60; after three of five years the path is at 32. Both bounds count."""
    row = row_at(BELOW_RANGE, 2017, seen(2017, value))
    assert row.expected_value == pytest.approx(32.0)
    assert row.achievement_rate == pytest.approx(achievement)
    assert row.gap_to_expected == pytest.approx(gap)
    assert row.remaining_gap == pytest.approx(remaining)
    assert row.target_met is (40.0 <= value <= 60.0)


def test_a_range_asks_for_the_change_to_its_nearest_bound() -> None:
    assert row_at(BELOW_RANGE, 2017, seen(2017, 30.0)).required_annual_change == pytest.approx(5.0)
    assert row_at(BELOW_RANGE, 2017, seen(2017, 70.0)).required_annual_change == pytest.approx(-5.0)
    assert row_at(BELOW_RANGE, 2017, seen(2017, 50.0)).required_annual_change == 0


def test_a_decrease_has_its_own_simple_ratio_and_required_change() -> None:
    """Students 2,000 to 1,800, hypothetically 1,900 after three years."""
    row = row_at(kpi("decrease", target((2014, 2000.0), (2019, 1800.0)), noise=Noise.EXACT), 2017, seen(2017, 1900.0))
    assert row.simple_ratio == pytest.approx(1800 / 1900)
    assert row.required_annual_change == pytest.approx(-50.0)
    assert row.observed_annual_change == pytest.approx(-100 / 3)
    assert row.remaining_gap == pytest.approx(100.0)
    assert row.gap_to_expected == pytest.approx(-20.0)


def test_a_path_may_start_with_the_plan_instead_of_the_baseline() -> None:
    row = row_at(
        kpi("increase", target((2010, 100.0), (2019, 200.0)), plan_start=Period.cy(2015)), 2015, seen(2015, 120.0)
    )
    assert row.elapsed == pytest.approx(0.2)
    assert row.pace_ratio == pytest.approx(1.0)
    assert row.observed_annual_change == pytest.approx(4.0)
