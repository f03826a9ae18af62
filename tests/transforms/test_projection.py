"""Projections: a damped trend with an interval, less with fewer points, never more certain than the data."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.projection import T90, project, project_total

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=10)


def yearly(values: list[float]) -> list[tuple[float, float]]:
    return [(2010.5 + i, value) for i, value in enumerate(values)]


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0]])
def test_fewer_than_three_points_give_no_projection(values: list[float]) -> None:
    assert project(yearly(values), 2030.5) is None
    assert project_total(yearly(values), 2030.5) is None


def test_three_points_give_no_trend_but_an_interval() -> None:
    found = project(yearly([1.0, 3.0, 4.0]), 2014.5)
    assert found is not None
    assert (found.value, found.method, found.points) == (4.0, "no-change", 3)
    half = T90[0] * math.sqrt(0.5) * math.sqrt(2 * (1 + 2 / 2))
    assert found.high80 == pytest.approx(4.0 + half)


def test_only_the_last_six_points_count() -> None:
    found = project(yearly([999.0, -999.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), 2019.5)
    assert found is not None
    assert found.value == pytest.approx(6.0 + 0.8 + 0.64)
    assert found.points == 6
    assert found.high80 == pytest.approx(found.value)  # a perfectly even series


def test_a_target_period_that_is_not_ahead_is_not_projected() -> None:
    assert project(yearly([1.0, 2.0, 3.0]), 2012.5) is None
    assert project_total(yearly([1.0, 2.0, 3.0]), 2012.5) is None


def test_limits_of_nature_hold_on_both_sides() -> None:
    found = project(yearly([50.0, 1.0, 70.0, 2.0]), 2016.5)
    assert found is not None
    kept = found.within(0.0, 60.0)
    assert (kept.low80, kept.high80) == (0.0, 60.0)
    assert 0 <= kept.value <= 60


@given(VALUES, st.integers(1, 8))
def test_the_interval_holds_the_value_and_widens_with_the_horizon(values: list[float], ahead: int) -> None:
    points = yearly(values)
    near, far = (project(points, points[-1][0] + step) for step in (ahead, ahead + 1))
    assert near is not None
    assert far is not None
    assert near.low80 <= near.value <= near.high80
    assert far.high80 - far.low80 >= near.high80 - near.low80


@given(VALUES, st.floats(-1e6, 1e6))
def test_moving_the_whole_series_moves_the_projection_with_it(values: list[float], by: float) -> None:
    points = yearly(values)
    at = points[-1][0] + 3
    plain, moved = project(points, at), project([(x, y + by) for x, y in points], at)
    assert plain is not None
    assert moved is not None
    assert moved.value == pytest.approx(plain.value + by, abs=1e-6)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4])
def test_the_tabled_quantiles_hold_ninety_percent_of_students_t(freedom: int) -> None:
    """Half the mass lies below 0; Simpson's rule sums the density from there to the quantile."""
    scale = math.gamma((freedom + 1) / 2) / (math.sqrt(freedom * math.pi) * math.gamma(freedom / 2))
    steps = 2000
    width = T90[freedom - 1] / steps
    weights = [1, *([4, 2] * (steps // 2))[:-1], 1]
    density = (scale * (1 + (i * width) ** 2 / freedom) ** (-(freedom + 1) / 2) for i in range(steps + 1))
    mass = sum(weight * value for weight, value in zip(weights, density, strict=True)) * width / 3
    assert 0.5 + mass == pytest.approx(0.9, abs=1e-10)
