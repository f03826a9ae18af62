"""The trace of a row is the decision itself: the rules in order, the last of which held and gave the status."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import Observation, Period
from tests.transforms.builders import kpi, row_at, rows_of, seen, target
from tests.transforms.test_properties import figures, subjects
from tests.transforms.test_worked_rows import FERTILITY, SE, WORKED
from transforms.rows import ProgressRow
from transforms.rules import Rule, first_match


def assert_tells_the_decision(row: ProgressRow) -> None:
    *tried, decided = row.trace
    assert (decided.held, decided.status) == (True, row.status)
    assert [step for step in tried if step.held] == []


def numbers(row: ProgressRow, status: str) -> dict[str, object]:
    (step,) = [step for step in row.trace if step.status == status]
    return dict(step.numbers)


@pytest.mark.parametrize("worked", WORKED, ids=lambda w: f"{w[2]} in {w[1]}")
def test_the_last_step_gives_the_status_of_every_worked_row(worked: tuple) -> None:
    subject, year, actual, *_, status, _ = worked
    se = SE if subject is FERTILITY else None
    start = subject.targets[0]
    known = (seen(start.baseline_period, start.baseline_value, se=se), seen(year, actual, se=se))
    for row in rows_of(subject, *known):
        assert_tells_the_decision(row)
    assert row_at(subject, year, *known).trace[-1].status == status


@given(subjects(), figures())
def test_the_last_step_gives_the_status_whatever_the_figures(subject, series) -> None:
    rows = rows_of(subject, *series)
    assert rows
    for row in rows:
        assert_tells_the_decision(row)


@given(st.lists(st.tuples(st.integers(2013, 2022), st.sampled_from((0.0, 1.0, None))), max_size=6))
def test_the_last_step_gives_the_status_of_every_milestone(states) -> None:
    plan = kpi("milestone", target((Period.fy(2014), None), (Period.fy(2019), None)))
    days = [Period.day(date(year, 5, 1)) for year, _ in states]
    known = [Observation(day, value, known_from=day.end) for day, (_, value) in zip(days, states, strict=True)]
    rows = rows_of(plan, *known)
    assert rows
    for row in rows:
        assert_tells_the_decision(row)


def test_the_numbers_of_a_step_are_those_that_the_rule_compared() -> None:
    row = row_at(kpi("increase", target((2013, 1.43), (2019, 1.6))), 2017, seen(2017, 1.53))
    assert [step.status for step in row.trace][-3:] == ["NO_CHANGE", "MOVING_AWAY", "NEAR"]
    assert numbers(row, "ON_TRACK") == {"judged_pace": row.pace_ratio, "on_track": 0.95}
    assert numbers(row, "NEAR") == {"judged_pace": row.pace_ratio, "near": 0.6}
    noise = numbers(row, "NO_CHANGE")
    assert noise["change"] == pytest.approx(0.10)
    assert (noise["smallest_change"], noise["detectable"]) == (row.min_detectable_change, True)


def test_only_rules_that_apply_to_the_period_are_tried() -> None:
    plan = kpi("increase", target((2014, 100.0), (2019, 200.0)))
    on_the_way, at_the_end = (row_at(plan, year, seen(year, 150.0)) for year in (2016, 2019))
    assert not any(step.status.startswith("FINAL_") for step in on_the_way.trace)
    assert at_the_end.trace[-1].status == "FINAL_PARTIAL"
    assert not any(step.status == "ON_TRACK" for step in at_the_end.trace)


def test_the_trace_alone_makes_no_new_row() -> None:
    """A later figure changes what the first rule read of an earlier period, and nothing that the row says."""
    plan = kpi("increase", target((2014, 100.0), (2019, 200.0)))
    rows = [row for row in rows_of(plan, seen(2015, 150.0), seen(2021, 160.0)) if row.period == "2015"]
    assert len(rows) == 1


def test_a_row_hands_out_its_columns_and_its_steps_apart() -> None:
    row = row_at(kpi("increase", target((2014, 100.0), (2019, 200.0))), 2016, seen(2016, 150.0))
    assert "trace" not in row.columns()
    steps = row.steps()
    assert [step["step"] for step in steps] == list(range(1, len(row.trace) + 1))
    assert steps[-1]["status"] == row.status
    assert steps[-1]["numbers"] == f'{{"judged_pace": {row.pace_ratio}, "on_track": 0.95}}'


def test_rules_that_all_fail_are_an_error_and_never_a_silent_status() -> None:
    with pytest.raises(LookupError, match="no rule holds"):
        first_match([Rule("A", "never", lambda _: False)], "facts")
