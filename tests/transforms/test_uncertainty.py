"""Noise: which change can be told from none, and how sure an achievement rate is."""

from __future__ import annotations

from datetime import date

import pytest

from records import ErrorModel, Noise
from tests.transforms.builders import kpi, row_at, seen, target
from transforms.uncertainty import (
    achievement_se,
    count_se,
    fertility_se,
    min_detectable_change,
    share_se,
    with_standard_errors,
)


def test_a_citys_fertility_rate_must_move_by_0_069_to_be_seen() -> None:
    """3,342 births in Kanazawa in 2019 (vital statistics): a standard error of 0.025, rounded."""
    assert fertility_se(1.43, 3342) == pytest.approx(0.025, abs=0.0005)
    assert min_detectable_change(Noise.RELATIVE, 1.43, 0.025, 0.025) == pytest.approx(0.069, abs=0.0005)


def test_a_count_of_about_two_thousand_must_move_by_121_to_be_seen() -> None:
    assert min_detectable_change(Noise.EXACT, 2000.0, count_se(2000), count_se(1800)) == pytest.approx(121, abs=0.5)


@pytest.mark.parametrize(("noise", "smallest"), [(Noise.RELATIVE, 2.0), (Noise.SURVEY, 3.0), (Noise.EXACT, 0.0)])
@pytest.mark.parametrize("ses", [(None, None), (1.0, None), (None, 1.0)])
def test_without_both_standard_errors_the_declared_convention_holds(noise, smallest, ses) -> None:
    assert min_detectable_change(noise, -40.0, *ses) == pytest.approx(smallest)


def test_the_achievement_of_the_fertility_goal_is_only_known_to_about_a_fifth() -> None:
    """The required change is 0.17; both rates have a standard error of 0.025."""
    assert achievement_se(0.0, 0.17, 0.025, 0.025) == pytest.approx(0.21, abs=0.005)


def test_the_interval_of_the_achievement_stands_in_the_row_only_with_both_errors() -> None:
    plan = kpi("increase", target((2013, 1.43), (2019, 1.6)))
    row = row_at(plan, 2017, seen(2013, 1.43, se=0.025), seen(2017, 1.50, se=0.025))
    assert row.p_low95 == pytest.approx(row.achievement_rate - 1.96 * row.p_se)
    assert row.p_high95 == pytest.approx(row.achievement_rate + 1.96 * row.p_se)
    without = row_at(plan, 2017, seen(2013, 1.43), seen(2017, 1.50, se=0.025))
    assert (without.p_se, without.p_low95, without.p_high95) == (None, None, None)


def test_the_nearer_the_target_the_less_the_baselines_error_matters() -> None:
    assert achievement_se(0.5, -2.0, 0.3, 0.8) == pytest.approx(0.25)  # 0.3 and half of 0.8, upon a way of 2
    assert achievement_se(1.0, -2.0, 0.3, 0.8) == pytest.approx(0.15)


# ---------------------------------------------------------------- errors that follow from counted events


def test_a_share_of_four_hundred_asked_is_known_to_two_and_a_half_points() -> None:
    assert share_se(0.5, 400) == pytest.approx(0.025)
    assert share_se(50.0, 400, 100.0) == pytest.approx(2.5)


def test_a_fertility_rate_takes_its_error_from_the_births_of_its_own_year() -> None:
    births = [seen(2018, 3500.0), seen(2019, 3342.0)]
    (figure,) = with_standard_errors(ErrorModel.RATE, [seen(2019, 1.43)], births)
    assert figure.se == pytest.approx(1.43 / 3342**0.5)


def test_a_count_is_its_own_events_and_a_share_asks_how_many_were_asked() -> None:
    (count,) = with_standard_errors(ErrorModel.COUNT, [seen(2016, 2000.0)], [])
    assert count.se == pytest.approx(44.72, abs=0.005)
    (share,) = with_standard_errors(ErrorModel.SHARE, [seen(2016, 60.0)], [seen(2016, 1000.0)], 100.0)
    assert share.se == pytest.approx(1.549, abs=0.0005)


def test_births_that_become_known_later_give_a_further_vintage_and_change_nothing_before() -> None:
    rate, births = seen(2017, 1.50), seen(2017, 3500.0, known=date(2018, 9, 1))
    found = with_standard_errors(ErrorModel.RATE, [rate], [births])
    assert [(f.known_from, f.value, f.se is None) for f in found] == [
        (date(2018, 1, 1), 1.50, True),
        (date(2018, 9, 1), 1.50, False),
    ]
    row = row_at(kpi("increase", target((2013, 1.43), (2019, 1.6))), 2017, *found)
    assert "REVISED" not in row.flags


def test_an_error_never_outlives_the_figure_that_it_belongs_to() -> None:
    restated = seen(2017, 1.52, known=date(2018, 6, 1))
    births = seen(2017, 3500.0, known=date(2018, 9, 1))
    found = with_standard_errors(ErrorModel.RATE, [seen(2017, 1.50), restated], [births])
    assert [(f.known_from, f.value) for f in found] == [
        (date(2018, 1, 1), 1.50),
        (date(2018, 6, 1), 1.52),
        (date(2018, 9, 1), 1.52),
    ]


@pytest.mark.parametrize(
    ("model", "value", "events"),
    [
        (ErrorModel.RATE, 1.5, None),
        (ErrorModel.RATE, 1.5, 0.0),
        (ErrorModel.COUNT, 0.0, None),
        (ErrorModel.SHARE, 100.0, 50.0),
        (ErrorModel.SHARE, 120.0, 50.0),
    ],
)
def test_where_nothing_was_counted_no_error_is_made_up(model, value, events) -> None:
    counted = [] if events is None else [seen(2017, events)]
    (figure,) = with_standard_errors(model, [seen(2017, value)], counted, 100.0)
    assert figure.se is None


def test_a_standard_error_that_the_publisher_prints_stays() -> None:
    (figure,) = with_standard_errors(ErrorModel.RATE, [seen(2017, 1.5, se=0.3)], [seen(2017, 3500.0)])
    assert figure.se == pytest.approx(0.3)


def test_both_errors_stand_in_the_row_with_the_smallest_change_that_they_can_tell() -> None:
    births = [seen(2013, 3900.0), seen(2017, 3500.0)]
    known = with_standard_errors(ErrorModel.RATE, [seen(2013, 1.43), seen(2017, 1.50)], births)
    row = row_at(kpi("increase", target((2013, 1.43), (2019, 1.6))), 2017, *known)
    assert (row.se, row.baseline_se) == (pytest.approx(1.50 / 3500**0.5), pytest.approx(1.43 / 3900**0.5))
    assert row.min_detectable_change == pytest.approx(1.96 * (row.se**2 + row.baseline_se**2) ** 0.5)
