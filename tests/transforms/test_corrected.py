"""Figures that a correction changed: it outranks every edition, and a dropped one says that it was dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from records import CORRECTED, ErrorModel, Observation, Period
from tests.transforms.builders import kpi, row_at, seen, target
from transforms.known import known_on
from transforms.uncertainty import with_standard_errors

VISITORS = kpi("increase", target((2014, 844.0), (2019, 1000.0)))
PRINTED = seen(2016, 900.0, date(2017, 6, 1))


def corrected(value: float | None, known: date = date(2018, 6, 1), **options: str) -> Observation:
    return seen(2016, value, known, flags=frozenset({CORRECTED}), **options)


@pytest.mark.parametrize("status", ["P", "E"])
def test_a_correction_may_make_a_final_figure_provisional_which_no_edition_may(status: str) -> None:
    edition = replace(corrected(900.0, obs_status=status), flags=frozenset())
    period = PRINTED.period
    assert known_on([PRINTED, edition], date(2020, 1, 1))[period] is PRINTED
    assert known_on([PRINTED, corrected(900.0, obs_status=status)], date(2020, 1, 1))[period].obs_status == status


def test_before_its_day_a_correction_is_not_known() -> None:
    assert known_on([PRINTED, corrected(910.0)], date(2018, 5, 31))[PRINTED.period] is PRINTED


def test_a_final_edition_after_the_correction_counts_again() -> None:
    later = seen(2016, 905.0, date(2019, 6, 1))
    assert known_on([PRINTED, corrected(None, obs_status="M"), later], date(2020, 1, 1))[PRINTED.period] is later


def test_a_corrected_figure_is_flagged_and_graded_by_what_is_right() -> None:
    row = row_at(VISITORS, 2016, PRINTED, corrected(940.0))
    assert (row.value, row.status) == (940.0, "ON_TRACK")
    assert {"CORRECTED", "REVISED"} <= set(row.flags)


def test_a_dropped_figure_has_no_grade_and_the_reason_says_that_it_was_dropped() -> None:
    row = row_at(VISITORS, 2016, PRINTED, corrected(None, obs_status="M"))
    assert (row.value, row.status, row.reason) == (None, "NA_NO_DATA", "DROPPED:2016")


def test_a_dropped_figure_of_the_target_period_leaves_the_verdict_pending() -> None:
    figures = (seen(2019, 990.0, obs_status="P"), seen(2019, None, date(2021, 1, 1), flags=frozenset({CORRECTED})))
    row = row_at(VISITORS, 2019, *figures)
    assert (row.status, row.reason) == ("FINAL_PENDING", "DROPPED:2019")


def test_a_corrected_baseline_rebases_a_relative_target_and_a_dropped_one_leaves_the_printed_baseline() -> None:
    plan = kpi("increase", target((2014, 800.0), (2019, 1000.0), kind="relative_to_baseline"))
    start, actual = seen(2014, 800.0), seen(2016, 900.0)
    better = seen(2014, 840.0, date(2016, 1, 1), flags=frozenset({CORRECTED}))
    row = row_at(plan, 2016, start, better, actual)
    assert (row.baseline_value, row.target_value) == (840.0, pytest.approx(1050.0))
    gone = replace(better, value=None, obs_status="M")
    row = row_at(plan, 2016, start, gone, actual)
    assert (row.baseline_value, row.target_value) == (800.0, 1000.0)


def test_births_that_were_dropped_say_nothing_any_more_about_how_sure_a_rate_is() -> None:
    rate, births = seen(2016, 1.5), seen(2016, 3600.0)
    dropped = replace(births, value=None, known_from=date(2018, 1, 1), flags=frozenset({CORRECTED}))
    found = with_standard_errors(ErrorModel.RATE, [rate], [births, dropped])
    assert [(o.known_from, o.se) for o in found] == [(rate.known_from, 1.5 / 60), (date(2018, 1, 1), None)]
    assert Period.cy(2016) == rate.period
