"""Milestones are dated states: absorbing once reached, late or missed after the target period, never a percentage."""

from __future__ import annotations

from datetime import date

from records import Observation, Period
from tests.transforms.builders import kpi, row_at, rows_of, seen, target
from transforms.history import latest, verdict

PLAN = kpi("milestone", target((Period.fy(2014), None), (Period.fy(2019), None)))
ENDED = date(2020, 4, 1)


def state(day: date, value: float, known: date | None = None, **options: object) -> Observation:
    return seen(Period.day(day), value, known=known or day, **options)


NOT_REACHED = state(date(2015, 6, 1), 0.0)
REACHED = state(date(2016, 4, 22), 1.0)


def test_a_state_not_reached_is_not_yet() -> None:
    (row,) = rows_of(PLAN, NOT_REACHED, as_of=date(2016, 1, 1))
    assert (row.status, row.verdict_kind, row.target_met, row.jp_grade) == ("NOT_YET", "ongoing", False, "−")


def test_nothing_known_gives_no_row_before_the_target_period_ended_and_pending_after() -> None:
    assert rows_of(PLAN, as_of=date(2020, 3, 31)) == []
    (row,) = rows_of(PLAN, as_of=ENDED)
    assert (row.period, row.status, row.reason, row.vintage) == ("FY2019", "FINAL_PENDING", "NO_VALUE:FY2019", ENDED)


def test_a_reached_state_decides_on_the_day_it_became_known() -> None:
    rows = rows_of(PLAN, NOT_REACHED, REACHED)
    decided = verdict(rows)
    assert [(row.period, row.status) for row in rows] == [("2015-06-01", "NOT_YET"), ("2016-04-22", "ACHIEVED")]
    assert decided is not None
    assert (decided.verdict_status, decided.decided_on, decided.verdict_kind) == (
        "ACHIEVED",
        date(2016, 4, 22),
        "final",
    )


def test_a_later_state_not_reached_is_ignored_with_a_flag() -> None:
    rows = rows_of(PLAN, REACHED, state(date(2018, 5, 1), 0.0))
    assert rows[-1].status == "ACHIEVED"
    assert rows[-1].flags == ("LATER_STATE_IGNORED",)
    decided = verdict(rows)
    assert decided is not None
    assert decided.verdict_period == "2016-04-22"
    assert latest(PLAN, rows, ENDED).verdict_status == "ACHIEVED"


def test_evidence_that_appears_only_later_settles_the_pending_target_period() -> None:
    late_news = state(date(2016, 4, 22), 1.0, known=date(2023, 1, 1))
    assert row_at(PLAN, Period.fy(2019), late_news, as_of=ENDED).status == "FINAL_PENDING"
    row = row_at(PLAN, Period.fy(2019), late_news)
    assert (row.status, row.reason) == ("ACHIEVED", "DECIDED_BY:2016-04-22")


def test_evidence_on_the_first_day_after_the_end_leaves_the_target_period_never_pending() -> None:
    rows = rows_of(PLAN, state(date(2016, 4, 22), 1.0, known=ENDED))
    assert [row.period for row in rows] == ["2016-04-22"]


def test_known_not_reached_at_the_end_is_final_and_a_later_success_is_late() -> None:
    missed, late = state(date(2020, 3, 31), 0.0), state(date(2021, 3, 1), 1.0)
    rows = rows_of(PLAN, missed, late)
    assert row_at(PLAN, Period.fy(2019), missed, late).status == "FINAL_NOT_ACHIEVED"
    assert rows[-1].status == "ACHIEVED_LATE"
    decided = verdict(rows)
    assert decided is not None
    assert (decided.verdict_status, decided.decided_on) == ("FINAL_NOT_ACHIEVED", date(2020, 4, 1))


def test_first_evidence_behind_the_target_period_is_achieved_late() -> None:
    rows = rows_of(PLAN, state(date(2021, 3, 1), 1.0))
    assert {row.status for row in rows} == {"FINAL_PENDING", "ACHIEVED_LATE"}
    assert latest(PLAN, rows, date(2022, 1, 1)).verdict_status == "ACHIEVED_LATE"


def test_a_provisional_state_gives_a_provisional_verdict() -> None:
    decided = verdict(rows_of(PLAN, state(date(2016, 4, 22), 1.0, obs_status="P")))
    assert decided is not None
    assert decided.verdict_kind == "final_provisional"


def test_a_state_without_value_and_a_proxy_say_why_they_are_not_graded() -> None:
    withheld = rows_of(PLAN, seen(Period.day(date(2016, 4, 22)), None), as_of=date(2017, 1, 1))
    assert (withheld[0].status, withheld[0].target_met) == ("NA_NO_DATA", None)
    proxy = kpi("milestone", *PLAN.targets, is_proxy=True)
    (row,) = rows_of(proxy, REACHED, as_of=date(2017, 1, 1))
    assert (row.status, row.reason, row.flags) == ("NA_NO_TARGET", "NO_TARGET_VALUE", ("PROXY",))
