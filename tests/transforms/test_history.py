"""The table over time: vintages, revisions, frozen verdicts, the newest standing, and when it may change next."""

from __future__ import annotations

from datetime import date

import pytest

from records import Noise, Period
from tests.transforms.builders import kpi, row_at, rows_of, seen, target
from transforms.history import latest, next_event, verdict

PLAN = target((2014, 100.0), (2019, 200.0))
UP = kpi("increase", PLAN, noise=Noise.EXACT)


def test_no_period_that_has_not_ended_has_a_row_without_a_value() -> None:
    rows = rows_of(UP, as_of=date(2017, 6, 1))
    assert [(row.period, row.vintage) for row in rows] == [("2015", date(2016, 1, 1)), ("2016", date(2017, 1, 1))]


def test_a_period_has_not_ended_on_its_last_day() -> None:
    rows = rows_of(UP, seen(2015, 120.0, known=date(2016, 12, 31)), as_of=date(2016, 12, 31))
    assert {row.period for row in rows} == {"2015"}


def test_the_target_period_is_pending_from_the_day_after_its_end_until_its_value_is_known() -> None:
    figure = seen(2019, 190.0, known=date(2021, 3, 1))
    rows = [row for row in rows_of(UP, figure) if row.period == "2019"]
    assert [(row.vintage, row.status) for row in rows] == [
        (date(2020, 1, 1), "FINAL_PENDING"),
        (date(2021, 3, 1), "FINAL_MOSTLY"),
    ]
    assert rows[1].status_prev_vintage == "FINAL_PENDING"
    assert rows[1].status_changed_by_revision is False


def test_rows_are_only_cut_by_the_day_of_the_computation() -> None:
    figures = (seen(2014, 100.0), seen(2016, 150.0), seen(2016, 140.0, known=date(2018, 8, 1)), seen(2019, 190.0))
    whole = rows_of(UP, *figures)
    for day in (date(2016, 12, 31), date(2018, 8, 1), date(2020, 1, 1)):
        assert rows_of(UP, *figures, as_of=day) == [row for row in whole if row.vintage <= day]


def test_the_lag_of_a_row_is_that_of_the_day_it_became_known() -> None:
    row = row_at(UP, 2016, seen(2016, 150.0, known=date(2018, 1, 1)))
    assert row.data_lag == pytest.approx(366 / 365.25)
    assert row_at(UP, 2016, seen(2016, 150.0, known=date(2016, 9, 1))).data_lag == 0


def test_a_restated_figure_is_a_new_row_beside_the_old_one() -> None:
    rows = [r for r in rows_of(UP, seen(2016, 150.0), seen(2016, 105.0, known=date(2018, 8, 1))) if r.value]
    assert [(row.value, row.status) for row in rows] == [(150.0, "ON_TRACK"), (105.0, "NO_CHANGE")]
    assert (rows[0].status_prev_vintage, rows[0].status_changed_by_revision) == (None, None)
    assert (rows[1].status_prev_vintage, rows[1].status_changed_by_revision) == ("ON_TRACK", True)
    assert "REVISED" in rows[1].flags


def test_a_figure_repeated_unchanged_is_no_new_row() -> None:
    repeated = (seen(2016, 150.0), seen(2016, 150.0, known=date(2018, 8, 1)))
    assert len([row for row in rows_of(UP, *repeated) if row.period == "2016"]) == 1


def test_a_provisional_figure_never_displaces_a_final_one() -> None:
    figures = (seen(2016, 150.0), seen(2016, 140.0, known=date(2018, 8, 1), obs_status="P"))
    assert row_at(UP, 2016, *figures).value == 150.0


def test_a_withdrawn_figure_leaves_no_value_behind() -> None:
    row = row_at(UP, 2016, seen(2016, 150.0), seen(2016, None, known=date(2018, 8, 1), obs_status="M"))
    assert (row.status, row.value, row.status_changed_by_revision) == ("NA_NO_DATA", None, True)


def test_of_two_figures_of_one_day_the_last_one_counts() -> None:
    assert row_at(UP, 2016, seen(2016, 150.0), seen(2016, 151.0)).value == 151.0


def test_the_first_final_figure_decides_and_a_restatement_only_stands_beside_it() -> None:
    rows = rows_of(UP, seen(2019, 205.0, snapshot_id="first"), seen(2019, 190.0, known=date(2021, 5, 1)))
    decided = verdict(rows)
    assert decided is not None
    assert (decided.verdict_status, decided.verdict_value, decided.decided_on, decided.snapshot_id) == (
        "FINAL_ACHIEVED",
        205.0,
        date(2020, 1, 1),
        "first",
    )
    assert (decided.revised_status, decided.revised_value) == ("FINAL_MOSTLY", 190.0)
    assert latest(UP, rows, date(2022, 1, 1)).verdict_status == "FINAL_ACHIEVED"
    assert latest(UP, rows, date(2022, 1, 1)).latest_status == "FINAL_MOSTLY"


def test_provisional_figures_do_not_freeze_the_verdict() -> None:
    figures = (
        seen(2019, 190.0, obs_status="P"),
        seen(2019, 195.0, known=date(2020, 6, 1), obs_status="P"),
        seen(2019, 205.0, known=date(2020, 9, 1)),
    )
    provisional = verdict(rows_of(UP, *figures, as_of=date(2020, 8, 1)))
    final = verdict(rows_of(UP, *figures))
    assert provisional is not None
    assert final is not None
    assert (provisional.verdict_value, provisional.verdict_kind) == (195.0, "final_provisional")
    assert (final.verdict_value, final.verdict_kind, final.revised_status) == (205.0, "final", None)


def test_a_provisional_figure_confirmed_unchanged_changes_nothing_but_its_standing() -> None:
    rows = rows_of(UP, seen(2019, 190.0, obs_status="P"), seen(2019, 190.0, known=date(2020, 9, 1)))
    before, after = (row for row in rows if row.period == "2019")
    differing = {name for name in before.__slots__ if getattr(before, name) != getattr(after, name)}
    assert differing == {
        "verdict_kind",
        "is_final",
        "obs_status",
        "flags",
        "confidence",
        "vintage",
        "data_lag",
        "status_prev_vintage",
        "status_changed_by_revision",
    }
    assert after.status_changed_by_revision is False


def test_a_new_target_version_counts_from_its_day_on_and_leaves_the_old_verdict_alone() -> None:
    extended = target((2019, 205.0), (2024, 300.0), version=2, valid_from=date(2020, 6, 1))
    plan = kpi("increase", PLAN, extended, noise=Noise.EXACT)
    figures = (seen(2019, 205.0), seen(2021, 250.0))
    rows = rows_of(plan, *figures, as_of=date(2022, 2, 1))
    decided = verdict(rows)
    assert decided is not None
    assert (decided.target_version, decided.verdict_status) == (1, "FINAL_ACHIEVED")
    standing = latest(plan, rows, date(2022, 2, 1))
    assert (standing.verdict_status, standing.latest_period, standing.latest_status) == (None, "2021", "ON_TRACK")


def test_a_kpi_has_no_row_before_its_target_is_in_force() -> None:
    later = kpi("increase", target((2014, 100.0), (2019, 200.0), valid_from=date(2017, 6, 1)))
    rows = rows_of(later, seen(2015, 120.0))
    assert min(row.vintage for row in rows) == date(2017, 6, 1)


def test_a_proxy_without_any_target_version_has_rows_of_its_own() -> None:
    proxy = kpi("increase", is_proxy=True)
    (row,) = rows_of(proxy, seen(Period.month(2024, 1), 5.0))
    assert (row.status, row.target_version, row.confidence) == ("NA_NO_TARGET", None, "low")
    assert latest(proxy, [row], date(2026, 1, 1)).latest_period == "2024-01"


def test_a_running_kpi_is_stale_when_its_newest_figure_is_more_than_two_years_old() -> None:
    figures = (seen(2015, 120.0),)
    rows = rows_of(UP, *figures)
    assert latest(UP, rows, date(2017, 12, 31)).latest_status == "ON_TRACK"
    stale = latest(UP, rows, date(2018, 1, 1))
    assert (stale.latest_status, stale.latest_value, stale.reason) == ("NA_STALE", 120.0, "NEWEST_VALUE:2015")


def test_a_kpi_without_any_figure_is_ongoing_and_says_so() -> None:
    standing = latest(UP, rows_of(UP, as_of=date(2016, 6, 1)), date(2016, 6, 1))
    assert (standing.verdict_status, standing.latest_status, standing.reason) == (None, "NA_NO_DATA", "NO_VALUE")


def test_a_figure_published_late_may_still_change_every_earlier_vintage_column_but_no_earlier_row() -> None:
    early = rows_of(UP, seen(2016, 150.0))
    both = rows_of(UP, seen(2016, 150.0), seen(2015, 120.0, known=date(2018, 8, 1)))
    day = date(2018, 7, 31)
    assert [row for row in both if row.vintage <= day] == [row for row in early if row.vintage <= day]
    assert [row.yoy_change for row in both if row.period == "2016"] == [None, 30.0]


def test_the_next_event_is_the_end_of_a_plan_year_a_target_version_or_a_value_turning_stale() -> None:
    figures = (seen(2015, 120.0),)
    assert next_event(UP, figures, date(2016, 6, 1)) == date(2017, 1, 1)
    assert next_event(UP, figures, date(2017, 1, 1)) == date(2018, 1, 1)
    late_version = target((2014, 100.0), (2019, 200.0), version=2, valid_from=date(2016, 8, 1))
    assert next_event(kpi("increase", PLAN, late_version), figures, date(2016, 6, 1)) == date(2016, 8, 1)
    days = kpi("increase", target((2014, 100.0), (Period.fy(2019), 200.0)))
    assert next_event(days, figures, date(2017, 4, 1)) == date(2018, 1, 1)  # stale, between two plan years' ends


def test_after_the_plan_nothing_changes_without_new_data() -> None:
    assert next_event(UP, (seen(2015, 120.0),), date(2020, 1, 1)) is None
    assert next_event(kpi("increase", is_proxy=True), (), date(2020, 1, 1)) is None
