"""What must come out of the figures that are known of Kanazawa's strategy 2015 to 2019 today."""

from __future__ import annotations

from datetime import date

import pytest

from records import Period
from tests.transforms.builders import kpi, row_at, rows_of, seen, target
from transforms.history import latest, verdict

TODAY = date(2026, 11, 23)
OVERVIEW = date(2015, 10, 1)

# 金沢版総合戦略の概要 (Kanazawa City): 8.44 million visitors in H26, 10 million in H31.
VISITORS = kpi("increase", target((2014, 8_440_000.0), (2019, 10_000_000.0)))
VISITORS_KNOWN = (
    seen(2014, 8_440_000.0, known=OVERVIEW),
    # 観光経済新聞 (quoting the prefecture) and 福井新聞 2017: figures of 金沢地域.
    seen(2015, 10_064_000.0, evidence="secondary"),
    seen(2017, 10_221_000.0, evidence="secondary"),
)
# The overview: total fertility rate 1.43 in H25, 1.6 in H31; 1.35 in 2022 is the mayor's answer of 2024-06-20.
FERTILITY = kpi("increase", target((2013, 1.43), (2019, 1.6)))
FERTILITY_KNOWN = (seen(2013, 1.43, known=OVERVIEW), seen(2022, 1.35, known=date(2024, 6, 20), evidence="secondary"))
# The overview: no certified product in H26, 50 in total by H31; 4 in FY2024 is a news page of 2024-11-08.
PRODUCTS = kpi(
    "cumulative",
    target((Period.fy(2014), 0.0), (Period.fy(2019), 50.0), baseline_is_none=True),
    yearly_counts=True,
)
# The overview: vision not adopted in H26, adopted by H31; quoted by Nonoichi City on 2016-04-22.
VISION = kpi("milestone", target((Period.fy(2014), None), (Period.fy(2019), None)))
STUDENTS = kpi("decrease", target((Period.fy(2014), 2000.0), (Period.fy(2019), 1800.0)))


@pytest.mark.parametrize(("year", "achievement"), [(2015, 1.041), (2017, 1.142)])
def test_visitors_had_reached_the_target_early(year: int, achievement: float) -> None:
    row = row_at(VISITORS, year, *VISITORS_KNOWN, as_of=TODAY)
    assert row.status == "ACHIEVED_EARLY"
    assert row.achievement_rate == pytest.approx(achievement, abs=0.0005)
    assert {"SECONDARY_SOURCE", "OVERSHOOT"} <= set(row.flags)
    assert row.first_met_period == "2015"


def test_visitors_of_the_target_year_are_not_known() -> None:
    rows = rows_of(VISITORS, *VISITORS_KNOWN, as_of=TODAY)
    standing = latest(VISITORS, rows, TODAY)
    assert (standing.verdict_status, standing.verdict_value) == ("FINAL_PENDING", None)
    assert (standing.latest_period, standing.latest_value) == ("2017", 10_221_000)
    assert standing.reason == "NO_VALUE:2019"
    assert verdict(rows) is None


def test_the_fertility_rate_of_2022_is_no_substitute_for_2019() -> None:
    rows = rows_of(FERTILITY, *FERTILITY_KNOWN, as_of=TODAY)
    standing = latest(FERTILITY, rows, TODAY)
    assert standing.verdict_status == "FINAL_PENDING"
    later = row_at(FERTILITY, 2022, *FERTILITY_KNOWN, as_of=TODAY)
    assert {"POST_TARGET", "COVID_2020_22", "SECONDARY_SOURCE"} <= set(later.flags)
    assert (later.verdict_kind, later.target_met) == ("none", False)
    assert verdict(rows) is None


def test_one_yearly_count_of_products_makes_no_total() -> None:
    figures = (seen(Period.fy(2024), 4.0, known=date(2024, 11, 8), evidence="secondary"),)
    row = row_at(PRODUCTS, Period.fy(2024), *figures, as_of=TODAY)
    assert (row.value, row.reason) == (None, "SUM_HAS_GAP:FY2015")
    standing = latest(PRODUCTS, rows_of(PRODUCTS, *figures, as_of=TODAY), TODAY)
    assert (standing.verdict_status, standing.latest_value) == ("FINAL_PENDING", None)


def test_of_the_students_nothing_is_known_after_the_baseline() -> None:
    figures = (seen(Period.fy(2014), 2000.0, known=OVERVIEW),)
    standing = latest(STUDENTS, rows_of(STUDENTS, *figures, as_of=TODAY), TODAY)
    assert standing.verdict_status == "FINAL_PENDING"
    assert (standing.latest_period, standing.latest_status) == (None, "NA_NO_DATA")


def test_the_vision_was_in_place_by_the_day_it_was_quoted() -> None:
    day = Period.day(date(2016, 4, 22))
    rows = rows_of(VISION, seen(day, 1.0, known=day.end), as_of=TODAY)
    decided = verdict(rows)
    assert decided is not None
    assert (decided.verdict_status, decided.verdict_period) == ("ACHIEVED", "2016-04-22")
    assert latest(VISION, rows, TODAY).verdict_status == "ACHIEVED"


def test_the_fertility_rate_of_ishikawa_as_a_proxy_shows_its_change_and_no_verdict() -> None:
    """Ishikawa 1.49 (2013) and 1.46 (2019), vital statistics by way of SSDSE-B-2025."""
    proxy = kpi("increase", target((2013, None), (2019, None)), is_proxy=True)
    figures = (seen(2013, 1.49), seen(2018, 1.54), seen(2019, 1.46))
    row = row_at(proxy, 2019, *figures)
    assert (row.status, row.verdict_kind, row.jp_grade) == ("NA_NO_TARGET", "none", "−")
    assert "PROXY" in row.flags
    assert row.baseline_value == 1.49
    assert row.observed_annual_change == pytest.approx(-0.03 / 6)
    assert row.yoy_change == pytest.approx(-0.08)
    assert row.achievement_rate is None
    rows = rows_of(proxy, *figures)
    assert verdict(rows) is None
    assert latest(proxy, rows, TODAY).verdict_status is None
