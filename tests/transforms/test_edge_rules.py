"""The edge rules of the specification, one test each. All figures are hypothetical unless said otherwise."""

from __future__ import annotations

from datetime import date

import pytest

from records import Noise, Observation, Period, PeriodKind
from tests.transforms.builders import kpi, row_at, rows_of, seen, target
from transforms.known import ProgressError
from transforms.status import Status

UP = kpi("increase", target((2014, 100.0), (2019, 200.0)))
DOWN = kpi("decrease", target((2014, 200.0), (2019, 100.0)))


def test_baseline_equal_to_the_target_is_kept_not_reached() -> None:
    row = row_at(kpi("increase", target((2014, 100.0), (2019, 100.0))), 2016, seen(2016, 101.0))
    assert (row.status, row.achievement_rate, row.pace_ratio, row.cagr_ratio) == ("MAINTAINED", None, None, None)
    assert "BASELINE_EQUALS_TARGET" in row.flags


def test_a_declared_baseline_better_than_the_target_is_kept_not_reached() -> None:
    plan = target((2014, 7.05), (2019, 70.0), baseline_already_met=True)
    row = row_at(kpi("decrease", plan), 2016, seen(2016, 12.58))
    assert (row.status, row.achievement_rate) == ("MAINTAINED_WEAKENING", None)
    assert "BASELINE_ALREADY_MET" in row.flags


@pytest.mark.parametrize(("direction", "goal"), [("increase", 50.0), ("decrease", 150.0), ("cumulative", 50.0)])
def test_an_undeclared_target_on_the_wrong_side_of_the_baseline_is_refused(direction: str, goal: float) -> None:
    with pytest.raises(ProgressError, match="wrong side of the baseline"):
        rows_of(kpi(direction, target((2014, 100.0), (2019, goal))))


@pytest.mark.parametrize("baseline", [0.0, -50.0])
def test_a_zero_or_negative_baseline_has_a_pace_but_no_growth_rate(baseline: float) -> None:
    row = row_at(kpi("increase", target((2014, baseline), (2019, 100.0))), 2017, seen(2017, 80.0))
    assert row.achievement_rate == pytest.approx((80 - baseline) / (100 - baseline))
    assert (row.cagr_obs, row.cagr_req, row.cagr_ratio) == (None, None, None)


def test_a_way_shorter_than_the_noise_is_flagged_and_of_low_confidence() -> None:
    row = row_at(kpi("increase", target((2014, 100.0), (2019, 104.0))), 2018, seen(2018, 104.0))
    assert "TARGET_WITHIN_NOISE" in row.flags
    assert row.confidence == "low"


def test_a_missing_plan_year_has_a_row_and_no_value_is_carried_forward() -> None:
    row = row_at(UP, 2016, seen(2015, 150.0), seen(2017, 170.0))
    assert (row.status, row.value, row.jp_grade, row.reason) == ("NA_NO_DATA", None, "−", "NO_VALUE:2016")
    assert row.achievement_rate is None


def test_a_plan_year_is_stale_when_the_newest_value_is_more_than_two_years_older() -> None:
    rows = {row.period: row for row in rows_of(UP, seen(2015, 150.0))}
    assert rows["2017"].status == "NA_NO_DATA"
    assert (rows["2018"].status, rows["2018"].reason) == ("NA_STALE", "NEWEST_VALUE:2015")


def test_a_missing_baseline_is_not_taken_from_a_neighbouring_year() -> None:
    row = row_at(kpi("increase", target((2014, None), (2019, 200.0))), 2016, seen(2013, 90.0), seen(2016, 210.0))
    assert (row.status, row.achievement_rate, row.reason) == ("NA_NO_BASELINE", None, "NO_BASELINE_VALUE:2014")
    assert row.target_met


def test_a_figure_of_the_baseline_period_is_too_early_to_grade() -> None:
    row = row_at(UP, 2014, seen(2014, 100.0))
    assert (row.status, row.reason, row.pace_ratio) == ("NA_TOO_EARLY", "NOT_AFTER_BASELINE:2014", None)
    assert row.flags == ()


@pytest.mark.parametrize("direction", ["increase", "maintain_min"])
def test_a_figure_before_the_baseline_is_kept_and_never_graded(direction: str) -> None:
    row = row_at(kpi(direction, target((2014, 100.0), (2019, 200.0))), 2012, seen(2012, 250.0))
    assert (row.status, row.verdict_kind, row.jp_grade) == ("NA_TOO_EARLY", "none", "−")
    assert "BEFORE_BASELINE" in row.flags


def test_figures_before_the_baseline_serve_the_trend() -> None:
    row = row_at(UP, 2015, *(seen(year, 100.0 + year - 2012) for year in (2012, 2013, 2014, 2015)))
    assert row.projection_n == 4


def test_an_overshoot_is_not_clipped() -> None:
    row = row_at(UP, 2016, seen(2016, 260.0))
    assert row.achievement_rate == pytest.approx(1.6)
    assert "OVERSHOOT" in row.flags


def test_calendar_and_fiscal_years_are_compared_by_their_middles_and_flagged() -> None:
    row = row_at(UP, Period.fy(2016), seen(Period.fy(2016), 150.0))
    assert row.elapsed == pytest.approx((2016.75 - 2014.5) / 5)
    assert "MIXED_PERIODS" in row.flags


def test_periods_of_unequal_length_are_refused() -> None:
    nine_months = Period(date(2016, 4, 1), date(2016, 12, 31), PeriodKind.CY)
    with pytest.raises(ProgressError, match="not as long as the baseline period 2014"):
        rows_of(UP, seen(nine_months, 150.0))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_no_finite_number_is_refused(value: float) -> None:
    with pytest.raises(ProgressError, match="no finite number"):
        rows_of(UP, seen(2016, value))


def test_a_lower_bound_can_prove_the_target_met_but_gives_no_achievement() -> None:
    row = row_at(UP, 2019, Observation(Period.cy(2019), None, value_low=200.0, known_from=date(2020, 2, 1)))
    assert (row.status, row.target_met, row.achievement_rate) == ("FINAL_ACHIEVED", True, None)
    assert "ESTIMATED" in row.flags


def test_a_bound_that_proves_nothing_leaves_the_verdict_pending() -> None:
    row = row_at(UP, 2019, Observation(Period.cy(2019), None, value_low=150.0, known_from=date(2020, 2, 1)))
    assert (row.status, row.target_met, row.reason) == ("FINAL_PENDING", None, "ONLY_A_BOUND:2019")


def test_an_upper_bound_below_the_target_proves_it_missed_and_nothing_else() -> None:
    row = row_at(UP, 2016, Observation(Period.cy(2016), None, value_high=190.0, known_from=date(2017, 2, 1)))
    assert (row.status, row.target_met) == ("NA_NO_DATA", False)


def test_a_withheld_figure_is_not_a_missing_row() -> None:
    row = row_at(UP, 2016, seen(2016, None, obs_status="M"))
    assert (row.status, row.reason) == ("NA_NO_DATA", "VALUE_WITHHELD:2016")


def test_a_break_since_the_baseline_suspends_every_later_grade() -> None:
    figures = (seen(2015, 120.0), seen(2016, 180.0, obs_status="B"), seen(2017, 190.0), seen(2019, 250.0))
    assert row_at(UP, 2015, *figures).status == "ON_TRACK"
    for year in (2016, 2017, 2019):
        row = row_at(UP, year, *figures)
        assert (row.status, row.verdict_kind, row.reason) == ("NA_BREAK", "none", "BREAK:2016")
        assert "BREAK" in row.flags
    assert row_at(UP, 2016, *figures).yoy_change is None


def test_a_break_in_the_baseline_period_itself_does_no_harm() -> None:
    assert row_at(UP, 2016, seen(2014, 100.0, obs_status="B"), seen(2016, 150.0)).status == "ON_TRACK"


def test_a_new_target_version_behind_the_break_repairs_it() -> None:
    rebased = target((2016, 180.0), (2019, 220.0), version=2, valid_from=date(2018, 4, 1))
    plan = kpi("increase", UP.targets[0], rebased)
    figures = (seen(2016, 180.0, obs_status="B"), seen(2017, 200.0))
    assert row_at(plan, 2017, *figures, as_of=date(2018, 3, 31)).status == "NA_BREAK"
    row = row_at(plan, 2017, *figures)
    assert (row.status, row.target_version) == ("ON_TRACK", 2)


def test_a_pooled_window_is_flagged_and_not_tested_against_a_year_that_it_holds() -> None:
    row = row_at(UP, Period.window(2013, 2017), seen(Period.window(2013, 2017), 120.0))
    assert "POOLED_WINDOW" in row.flags
    assert (row.min_detectable_change, row.change_detectable) == (None, None)


def test_covid_years_are_kept_flagged_and_left_out_of_the_trend() -> None:
    plan = kpi("increase", target((2014, 100.0), (2030, 200.0)))
    figures = [seen(year, 100.0 + year - 2014) for year in range(2014, 2025)]
    assert "COVID_2020_22" in row_at(plan, 2021, *figures).flags
    without = [figure for figure in figures if figure.period.year not in {2020, 2021, 2022}]
    assert row_at(plan, 2024, *figures).projected_value == row_at(plan, 2024, *without).projected_value


def test_a_trend_never_reaches_across_a_break() -> None:
    plan = kpi("increase", target((2017, 100.0), (2030, 200.0)))
    old_regime = [seen(year, 900.0) for year in range(2012, 2016)]
    new_regime = [seen(2016, 100.0, obs_status="B"), *(seen(year, 100.0) for year in (2017, 2018, 2019))]
    row = row_at(plan, 2019, *old_regime, *new_regime)
    assert (row.projection_n, row.projected_value) == (4, 100.0)


def test_projections_stay_within_the_natural_limits() -> None:
    plan = kpi("increase", target((2014, 60.0), (2019, 100.0)), upper_bound=100.0)
    row = row_at(plan, 2017, *(seen(2014 + i, value) for i, value in enumerate((60.0, 75.0, 84.0, 99.0))))
    assert row.projected_value == row.projected_high80 == 100.0


def test_more_than_the_target_is_meant_strictly() -> None:
    """Chiba Prefecture: 93 against "more than 93" is not reached."""
    plan = kpi("increase", target((2014, 90.0), (2019, 93.0), strict=True), noise=Noise.EXACT)
    assert row_at(plan, 2019, seen(2019, 93.0)).status == "FINAL_MOSTLY"
    assert row_at(plan, 2019, seen(2019, 93.1)).status == "FINAL_ACHIEVED"


def test_a_value_is_never_rounded_up_into_success() -> None:
    row = row_at(kpi("increase", target((2013, 1.43), (2019, 1.6)), decimals=1), 2019, seen(2019, 1.595))
    assert row.target_met is False


def test_a_target_without_value_has_a_reason() -> None:
    plan = kpi("increase", target((2014, 100.0), (2019, None)))
    assert row_at(plan, 2016, seen(2016, 150.0)).reason == "NO_TARGET_VALUE"
    assert row_at(plan, 2015, seen(2016, 150.0)).status == "NA_NO_DATA"


def test_secondary_provisional_estimated_and_stale_figures_say_so() -> None:
    row = row_at(UP, 2016, seen(2016, 150.0, obs_status="P", evidence="secondary", acquisition="stale"))
    assert {"PROVISIONAL", "SECONDARY_SOURCE", "STALE"} <= set(row.flags)
    assert row.is_final is False
    assert "ESTIMATED" in row_at(UP, 2016, seen(2016, 150.0, obs_status="E")).flags


def test_flags_of_the_figure_itself_are_passed_on() -> None:
    assert "OWN" in row_at(UP, 2016, seen(2016, 150.0, flags=frozenset({"OWN"}))).flags


def test_after_the_target_period_there_is_no_verdict_but_whether_the_target_is_met() -> None:
    sustained = row_at(UP, 2021, seen(2019, 210.0), seen(2021, 205.0))
    lost = row_at(UP, 2021, seen(2019, 210.0), seen(2021, 90.0))
    for row, met, status in ((sustained, True, Status.ON_TRACK), (lost, False, Status.MOVING_AWAY)):
        assert (row.target_met, row.verdict_kind, row.status) == (met, "none", status)
        assert "POST_TARGET" in row.flags


def test_every_row_without_a_grade_has_a_reason() -> None:
    figures = (seen(2012, 80.0), seen(2014, 100.0), seen(2016, 150.0, obs_status="B"), seen(2022, None))
    ungraded = [row for row in rows_of(UP, *figures) if not row.status.is_graded]
    assert {row.status for row in ungraded} == {"NA_TOO_EARLY", "NA_NO_DATA", "NA_BREAK", "NA_STALE"}
    assert all(row.reason for row in ungraded)
