"""Noise: which change can be told from none, and how sure an achievement rate is."""

from __future__ import annotations

import pytest

from records import Noise
from tests.transforms.builders import kpi, row_at, seen, target
from transforms.uncertainty import achievement_se, count_se, fertility_se, min_detectable_change


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
