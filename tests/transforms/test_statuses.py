"""The words: every threshold at its boundary, on the way and in the target year. Figures are hypothetical."""

from __future__ import annotations

from datetime import date

import pytest

from records import Noise, Period
from tests.transforms.builders import kpi, row_at, seen, target

# From 0 to 1,000 in ten years: after five years half the way is expected, and a value of 100 is 10 % of the way.
PLAN = kpi("increase", target((2010, 0.0), (2020, 1000.0)), noise=Noise.EXACT)
# From 1,000 to 2,000 where less than 50 is noise.
NOISY = kpi("increase", target((2010, 1000.0), (2020, 2000.0)))


@pytest.mark.parametrize(
    ("value", "status", "grade"),
    [
        (1000.0, "ACHIEVED_EARLY", "A"),
        (999.0, "ON_TRACK", "A"),
        (500.0, "ON_TRACK", "A"),
        (475.0, "ON_TRACK", "B"),
        (474.9, "NEAR", "B"),
        (400.0, "NEAR", "B"),
        (399.0, "NEAR", "C"),
        (300.0, "NEAR", "C"),
        (299.9, "BEHIND", "C"),
        (100.0, "BEHIND", "C"),
        (99.9, "NO_CHANGE", "C"),
        (0.0, "NO_CHANGE", "D"),
        (-99.9, "NO_CHANGE", "D"),
        (-100.0, "MOVING_AWAY", "D"),
    ],
)
def test_on_the_way_the_word_follows_pace_and_share_of_the_way(value: float, status: str, grade: str) -> None:
    row = row_at(PLAN, 2015, seen(2015, value))
    assert (row.status, row.jp_grade, row.verdict_kind) == (status, grade, "ongoing")


@pytest.mark.parametrize(
    ("value", "status", "grade"),
    [
        (1000.0, "FINAL_ACHIEVED", "A"),
        (999.9, "FINAL_MOSTLY", "B"),
        (800.0, "FINAL_MOSTLY", "B"),
        (799.9, "FINAL_PARTIAL", "C"),
        (100.0, "FINAL_PARTIAL", "C"),
        (99.9, "FINAL_NO_CHANGE", "C"),
        (-99.9, "FINAL_NO_CHANGE", "D"),
        (-100.0, "FINAL_WORSE", "D"),
    ],
)
def test_in_the_target_year_the_word_follows_the_share_of_the_way(value: float, status: str, grade: str) -> None:
    row = row_at(PLAN, 2020, seen(2020, value))
    assert (row.status, row.jp_grade, row.verdict_kind) == (status, grade, "final")


@pytest.mark.parametrize(("year", "status"), [(2012, "NO_CHANGE"), (2020, "FINAL_NO_CHANGE")])
def test_a_change_within_the_noise_is_no_change(year: int, status: str) -> None:
    row = row_at(NOISY, year, seen(year, 1050.0))
    assert (row.status, row.change_detectable) == (status, False)
    assert "CHANGE_NOT_DETECTABLE" in row.flags


def test_on_track_within_the_noise_stays_on_track_and_is_flagged() -> None:
    row = row_at(kpi("increase", target((2010, 1000.0), (2020, 1100.0))), 2012, seen(2012, 1020.0))
    assert row.status == "ON_TRACK"
    assert "CHANGE_NOT_DETECTABLE" in row.flags


def test_a_path_that_plans_nothing_yet_is_followed_by_staying_put() -> None:
    flat = kpi("increase", target((2010, 100.0), (2020, 200.0), path=((Period.cy(2012), 100.0),)), noise=Noise.EXACT)
    stayed, fell = row_at(flat, 2011, seen(2011, 100.0)), row_at(flat, 2011, seen(2011, 80.0))
    assert (stayed.pace_ratio, stayed.status) == (None, "ON_TRACK")
    assert (fell.pace_ratio, fell.status) == (None, "MOVING_AWAY")


@pytest.mark.parametrize(
    ("year", "options", "expected"),
    [
        (2018, {}, "high"),
        (2018, {"obs_status": "P"}, "medium"),
        (2018, {"evidence": "secondary"}, "medium"),
        (2012, {}, "low"),
    ],
)
def test_confidence_is_low_early_and_medium_for_unsettled_figures(year: int, options: dict, expected: str) -> None:
    earlier = [seen(y, 100.0 * (y - 2010)) for y in range(2009, year)]
    assert row_at(PLAN, year, *earlier, seen(year, 700.0, **options)).confidence == expected


def test_confidence_is_low_with_fewer_than_four_figures_on_the_way_but_not_at_the_end() -> None:
    assert row_at(PLAN, 2018, seen(2018, 700.0)).confidence == "low"
    assert row_at(PLAN, 2020, seen(2020, 700.0)).confidence == "high"


def test_confidence_is_medium_for_a_figure_that_came_more_than_a_year_late() -> None:
    assert row_at(PLAN, 2020, seen(2020, 700.0, known=date(2022, 3, 1))).confidence == "medium"
