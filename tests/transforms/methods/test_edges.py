"""Edge rules of the published methods where no printed case reaches: each as its source's text or code has it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.transforms.methods.builders import NONE, case, yearly
from transforms.methods import METHODS, Assessment
from transforms.methods.growth import observed_growth, room_to_limit


@pytest.mark.parametrize("key", ["statcan_target", "eustat_target"])
class TestGrowthRatio:
    def test_a_zero_target_is_replaced_by_a_thousandth(self, key: str) -> None:
        zero, thousandth = (METHODS[key](case("decrease", (2015, 10), (2030, t), (2023, 5))) for t in (0, 0.001))
        assert zero == thousandth
        assert zero.metric is not None

    def test_a_zero_baseline_is_replaced_by_a_thousandth(self, key: str) -> None:
        zero, thousandth = (METHODS[key](case("increase", (2015, b), (2030, 4), (2023, 2))) for b in (0, 0.001))
        assert zero == thousandth

    def test_a_value_that_crossed_zero_has_no_ratio(self, key: str) -> None:
        assert METHODS[key](case("increase", (2015, -2), (2030, 5), (2023, 1))) == Assessment(None, "not_available")

    def test_a_target_of_the_other_sign_has_no_ratio(self, key: str) -> None:
        assert METHODS[key](case("increase", (2015, -5), (2030, 5), (2023, -2))) == Assessment(None, "not_available")

    def test_a_target_equal_to_the_baseline_that_was_lost_has_no_ratio(self, key: str) -> None:
        assert METHODS[key](case("increase", (2015, 9.9), (2030, 9.9), (2023, 9.5))) == Assessment(
            None, "not_available"
        )

    @pytest.mark.parametrize("current", [(2015, 3.0), (2012, 3.0), (2023, None)])
    def test_less_than_two_years_or_no_value_is_not_available(
        self, key: str, current: tuple[int, float | None]
    ) -> None:
        assert METHODS[key](case("increase", (2015, 2), (2030, 5), current)) == Assessment(None, "not_available")


@pytest.mark.parametrize("direction", ["increase", "decrease"])
def test_nagano_gives_no_b_on_the_way_back_from_a_baseline_that_had_met_the_goal(direction: str) -> None:
    """No progress is planned there, and falling further than planned is not 80 % of it."""
    turned = 1 if direction == "increase" else -1
    found = METHODS["nagano"](case(direction, (2014, 10 * turned), (2019, 8 * turned), (2017, 8.2 * turned)))
    assert found.status == "C"


@pytest.mark.parametrize("key", ["statcan_no_target", "eustat_no_target"])
class TestGrowthWithoutTarget:
    def test_falling_below_zero_is_growth_when_less_is_wanted(self, key: str) -> None:
        found = METHODS[key](case("decrease", (2015, -4), NONE, (2023, -8), "no_target"))
        assert found.metric == pytest.approx(2 ** (1 / 8) - 1)

    def test_a_baseline_beyond_twice_the_limit_leaves_the_classes_alone(self, key: str) -> None:
        far, free = (METHODS[key](case("decrease", (2015, 250), NONE, (2023, 240), **o)) for o in ({"limit": 100}, {}))
        assert far == free

    def test_classes_shrink_from_both_sides_of_the_limit(self, key: str) -> None:
        """95 and 105 are equally near to 100, so the same growth gets the same word."""
        for baseline, current in ((95.0, 95.9), (105.0, 105 * 95.9 / 95)):
            assert METHODS[key](case("increase", (2015, baseline), NONE, (2022, current), limit=100)).status == (
                "moderate_progress"
            )

    def test_a_missing_baseline_is_not_available(self, key: str) -> None:
        assert METHODS[key](case("increase", (2015, None), NONE, (2022, 3))) == Assessment(None, "not_available")


def test_near_a_limit_the_classes_shrink_by_the_published_factor() -> None:
    """EUSTAT 2.4.1 prints a score of 1.7563286572956605, which is 250 times growth over the factor."""
    near = case("increase", (2016, 98.77), NONE, (2023, 99.03), limit=100)
    assert 250 * (observed_growth(near) or 0) / room_to_limit(near) == pytest.approx(1.7563286572956605, abs=1e-9)


@pytest.mark.parametrize(
    ("after_a_year", "status"),
    [
        (1011, "significant_progress"),
        (1009, "moderate_progress"),
        (1000.9, "no_progress"),
        (999.1, "no_progress"),
        (998.9, "moderate_deterioration"),
        (991, "moderate_deterioration"),
        (989, "significant_deterioration"),
    ],
)
def test_eustats_classes_lie_evenly_about_zero(after_a_year: float, status: str) -> None:
    assert METHODS["eustat_no_target"](case("increase", (2020, 1000), NONE, (2021, after_a_year))).status == status


class TestDestatis:
    def judge(self, *args: Any, **kwargs: Any) -> str:
        return METHODS["destatis"](case(*args, **kwargs)).status

    def test_three_points_are_not_rated(self) -> None:
        assert self.judge("increase", target=(2030, 9), observations=yearly(2018, 1, 2, 3)) == "not_rated"

    def test_only_six_points_up_to_the_current_year_count(self) -> None:
        points = yearly(2010, 50, 1, 2, 3, 4, 5, 6, 0)
        found = METHODS["destatis"](case("increase", target=(2020, 10), current=(2016, 6), observations=points))
        assert found == Assessment(pytest.approx(0.0), "SUN")

    @pytest.mark.parametrize(
        ("goal", "year", "symbol"),
        [(15, 2030, "SUN"), (25, 2039, "LIGHT_CLOUD"), (15, 2028, "LIGHT_CLOUD"), (15, 2027, "CLOUD")],
    )
    def test_the_symbol_follows_the_missed_share(self, goal: float, year: int, symbol: str) -> None:
        """One step a year from 5 in 2020: 0 %, exactly 5 %, exactly 20 % and 30 % of the gap would be missed."""
        assert self.judge("increase", target=(year, goal), observations=yearly(2015, 0, 1, 2, 3, 4, 5)) == symbol

    def test_a_series_that_stands_still_does_not_move_towards_its_target(self) -> None:
        assert self.judge("increase", target=(2030, 9), observations=yearly(2018, 3, 4, 2, 3)) == "THUNDER"

    def test_a_goal_to_keep_that_is_missed_but_holds_is_a_cloud(self) -> None:
        points = yearly(2018, 3, 4, 2, 3)
        assert self.judge("maintain_min", target=(None, 9), kind="maintain", observations=points) == "CLOUD"

    def test_a_met_goal_that_gets_worse_is_a_light_cloud(self) -> None:
        assert self.judge("increase", target=(2030, 2), observations=yearly(2018, 5, 5, 4, 3)) == "LIGHT_CLOUD"

    def test_after_the_target_year_the_whole_gap_is_missed(self) -> None:
        points = yearly(2018, 1, 2, 3, 4)
        found = METHODS["destatis"](case("increase", target=(2019, 9), observations=points))
        assert found == Assessment(1.0, "CLOUD")

    def test_a_turn_in_the_last_year_alone_is_a_cloud(self) -> None:
        points = yearly(2018, 5, 4, 3, 4)
        assert self.judge("increase", kind="direction_only", observations=points) == "CLOUD"

    def test_without_a_change_in_the_last_year_the_sun_is_half_covered(self) -> None:
        points = yearly(2018, 1, 2, 3, 3)
        assert self.judge("increase", kind="direction_only", observations=points) == "LIGHT_CLOUD"


class TestSdsn:
    def test_the_required_rate_spreads_over_the_plans_own_years_unless_told(self) -> None:
        own = METHODS["sdsn"](case("increase", (2014, 0), (2019, 10), (2016, 2)))
        assert own == Assessment(pytest.approx(0.5), "moderate")

    def test_losing_ground_that_started_at_the_threshold_is_down(self) -> None:
        found = METHODS["sdsn"](case("increase", (2014, 10), (2019, 10), (2016, 9)))
        assert found == Assessment(None, "down")

    def test_without_a_second_year_there_is_no_arrow(self) -> None:
        assert METHODS["sdsn"](case("increase", (2014, 1), (2019, 5), (2014, 1))).status == "not_available"


class TestNagano:
    @pytest.mark.parametrize(("actual", "grade"), [(60, "A"), (48, "B"), (47.9, "C"), (-3, "C")])
    def test_eighty_percent_of_the_planned_progress_is_a_b(self, actual: float, grade: str) -> None:
        assert METHODS["nagano"](case("increase", (2014, 0), (2019, 100), (2017, actual))) == Assessment(60.0, grade)

    def test_after_the_target_year_the_target_itself_is_the_yardstick(self) -> None:
        assert METHODS["nagano"](case("increase", (2014, 0), (2019, 100), (2024, 90))) == Assessment(100.0, "B")

    def test_less_is_better_where_a_decrease_is_wanted(self) -> None:
        assert METHODS["nagano"](case("decrease", (2014, 2000), (2019, 1800), (2017, 1900))).status == "B"

    def test_a_goal_to_stay_where_one_is_has_no_b(self) -> None:
        assert METHODS["nagano"](case("increase", (2014, 5), (2019, 5), (2017, 4))).status == "C"


class TestHealthJapan21:
    @pytest.mark.parametrize(
        ("actual", "grade"),
        [(20, "A"), (17.5, "B"), (17.4, "B*"), (11, "B*"), (10.9, "C"), (10.4, "C"), (9.6, "C"), (9.4, "D")],
    )
    def test_grades_from_reached_to_worse(self, actual: float, grade: str) -> None:
        """From 10 (2010) to 20 (2022): in 2019 the line is at 17.5, and 11 is a tenth of the way."""
        assert METHODS["health_japan_21"](case("increase", (2010, 10), (2022, 20), (2019, actual))).status == grade

    def test_five_percent_of_the_baseline_is_a_change(self) -> None:
        judge = METHODS["health_japan_21"]
        assert judge(case("decrease", (2010, 100), (2022, 60), (2019, 105))) == Assessment(pytest.approx(5.0), "D")

    def test_an_improvement_without_years_cannot_be_put_on_the_line(self) -> None:
        assert METHODS["health_japan_21"](case("increase", (None, 10), (None, 20), (None, 15))).status == "E"

    def test_a_baseline_of_zero_has_no_relative_change_but_a_grade(self) -> None:
        found = METHODS["health_japan_21"](case("increase", (2010, 0), (2022, 10), (2019, 8)))
        assert found == Assessment(None, "B")

    def test_missing_figures_cannot_be_judged(self) -> None:
        assert METHODS["health_japan_21"](case("increase", (2010, 10), (2022, 20), NONE)) == Assessment(None, "E")


class TestSimpleRatio:
    def test_a_half_is_rounded_up_as_printed(self) -> None:
        assert METHODS["simple_ratio"](case("increase", target=(2019, 400), current=(2015, 1))).metric == 0.3

    def test_a_missed_decrease_looks_like_more_than_full_achievement(self) -> None:
        assert METHODS["simple_ratio"](case("decrease", target=(2019, 1800), current=(2017, 1900))).metric == 105.6

    @pytest.mark.parametrize("goal", [0, -5, None])
    def test_without_a_positive_target_there_is_no_number(self, goal: float | None) -> None:
        assert METHODS["simple_ratio"](case("increase", target=(2019, goal), current=(2015, 3))) == Assessment(None, "")
