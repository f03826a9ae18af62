"""What holds for every KPI and figure, whatever the numbers."""

from __future__ import annotations

import math
from dataclasses import fields
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from records import Noise, Observation, Period
from tests.transforms.builders import kpi, row_at, rows_of, seen, target
from transforms.history import latest, verdict
from transforms.rows import ProgressRow

# Whole thousandths, as published figures are: no property should hang on the last bit of a float.
NUMBERS = st.integers(-(10**7), 10**7).map(lambda n: n / 1000)
YEARS = st.integers(2015, 2019)
WORST_TO_BEST = (
    ("MOVING_AWAY", "NO_CHANGE", "BEHIND", "NEAR", "ON_TRACK", "ACHIEVED_EARLY"),
    ("FINAL_WORSE", "FINAL_NO_CHANGE", "FINAL_PARTIAL", "FINAL_MOSTLY", "FINAL_ACHIEVED"),
)


def assessed(baseline: float, goal: float, value: float, year: int, noise: Noise = Noise.RELATIVE) -> ProgressRow:
    """A figure of ``year`` against baseline (2014) and goal (2019), direction by the numbers."""
    direction = "increase" if goal >= baseline else "decrease"
    return row_at(kpi(direction, target((2014, baseline), (2019, goal)), noise=noise), year, seen(year, value))


@given(NUMBERS, NUMBERS, NUMBERS, YEARS)
def test_mirrored_numbers_and_direction_give_the_same_progress(baseline, goal, value, year) -> None:
    assume(abs(goal - baseline) > 0.01)
    plain, mirrored = assessed(baseline, goal, value, year), assessed(-baseline, -goal, -value, year)
    assert mirrored.achievement_rate == pytest.approx(plain.achievement_rate)
    assert mirrored.pace_ratio == pytest.approx(plain.pace_ratio)
    assert (mirrored.status, mirrored.jp_grade) == (plain.status, plain.jp_grade)


@given(NUMBERS, NUMBERS, NUMBERS, YEARS)
def test_another_unit_gives_the_same_progress(baseline, goal, value, year) -> None:
    assume(abs(goal - baseline) > 0.01)
    assume(not math.isclose(abs(value - baseline), 0.05 * abs(baseline), rel_tol=1e-6))  # exactly at the noise
    plain = assessed(baseline, goal, value, year)
    scaled = assessed(baseline * 10_000, goal * 10_000, value * 10_000, year)
    assert scaled.achievement_rate == pytest.approx(plain.achievement_rate, abs=1e-6)
    assert scaled.pace_ratio == pytest.approx(plain.pace_ratio, abs=1e-6)
    assert scaled.status == plain.status


@given(NUMBERS, NUMBERS, NUMBERS, YEARS, NUMBERS)
def test_a_constant_added_to_all_figures_leaves_the_achievement_alone(baseline, goal, value, year, constant) -> None:
    assume(abs(goal - baseline) > 0.1)
    plain = assessed(baseline, goal, value, year)
    moved = assessed(baseline + constant, goal + constant, value + constant, year)
    assert moved.achievement_rate == pytest.approx(plain.achievement_rate, rel=1e-6, abs=1e-6)


@given(NUMBERS, NUMBERS, YEARS)
def test_standing_at_the_baseline_the_target_or_the_path_is_what_it_says(baseline, goal, year) -> None:
    assume(abs(goal - baseline) > 0.01)
    assert assessed(baseline, goal, baseline, year).achievement_rate == 0
    assert assessed(baseline, goal, goal, year).achievement_rate == 1
    on_path = assessed(baseline, goal, baseline + (goal - baseline) * (year - 2014) / 5, year)
    assert on_path.pace_ratio == pytest.approx(1)
    assert on_path.gap_to_expected == pytest.approx(0, abs=1e-6)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, YEARS, st.sampled_from(Noise))
def test_a_better_figure_never_gets_a_worse_word(baseline, goal, value, other, year, noise) -> None:
    assume(abs(goal - baseline) > 0.01)
    worse, better = sorted((value, other), reverse=goal < baseline)
    scale = WORST_TO_BEST[year == 2019]
    ranks = [scale.index(assessed(baseline, goal, figure, year, noise).status) for figure in (worse, better)]
    assert ranks[0] <= ranks[1]


@given(NUMBERS, NUMBERS, YEARS)
def test_a_baseline_that_equals_the_target_never_fails(baseline, value, year) -> None:
    row = assessed(baseline, baseline, value, year)
    assert (row.achievement_rate, row.pace_ratio, row.cagr_ratio) == (None, None, None)


@st.composite
def figures(draw: st.DrawFn) -> list[Observation]:
    """Any series: gaps, several vintages, provisional and withheld figures, breaks, standard errors."""
    found = []
    for year in draw(st.lists(st.integers(2010, 2024), max_size=12)):
        known = date(year + 1, 1, 1).toordinal() + draw(st.integers(0, 900))
        found.append(
            Observation(
                Period.cy(year),
                draw(st.none() | NUMBERS | st.just(0.0)),
                obs_status=draw(st.sampled_from("APEBM")),
                known_from=date.fromordinal(known),
                se=draw(st.none() | st.floats(0, 100)),
                value_low=draw(st.none() | NUMBERS),
            )
        )
    return found


@st.composite
def subjects(draw: st.DrawFn):
    """Any KPI with a yearly series and a target on the right side of its baseline."""
    direction = draw(st.sampled_from(("increase", "decrease", "maintain_min", "maintain_max", "range", "cumulative")))
    baseline, way = draw(st.none() | NUMBERS), draw(st.integers(0, 10**6)) / 1000
    goal = (baseline or 0.0) + (-way if direction == "decrease" else way)
    plan = target((2014, baseline), (2019, goal), low=goal, high=goal + way)
    return kpi(direction, plan, yearly_counts=direction == "cumulative" and draw(st.booleans()))


@given(subjects(), figures())
def test_no_column_is_ever_infinite_or_not_a_number_and_no_row_is_without_status_or_reason(subject, series) -> None:
    for row in rows_of(subject, *series):
        for column in fields(row):
            value = getattr(row, column.name)
            assert not isinstance(value, float) or math.isfinite(value), column.name
        assert row.status.is_graded != bool(row.reason)


@given(subjects(), figures(), st.dates(date(2012, 1, 1), date(2027, 1, 1)))
def test_no_row_depends_on_what_became_known_later(subject, series, day) -> None:
    known = [figure for figure in series if figure.known_from <= day]
    assert rows_of(subject, *known, as_of=day) == [row for row in rows_of(subject, *series) if row.vintage <= day]


@given(st.sampled_from(("increase", "maintain_min", "cumulative")), NUMBERS, figures())
def test_a_frozen_verdict_survives_whatever_is_published_later(direction, value, more) -> None:
    subject = kpi(direction, target((2014, 0.0), (2019, 5000.0)))
    first = seen(2019, value)
    later = [
        Observation(
            f.period, f.value, obs_status=f.obs_status, known_from=date.fromordinal(first.known_from.toordinal() + i)
        )
        for i, f in enumerate(more, start=1)
    ]
    before, after = verdict(rows_of(subject, first)), verdict(rows_of(subject, first, *later))
    assert before is not None
    frozen = ("verdict_status", "verdict_value", "verdict_period", "decided_on", "verdict_kind", "jp_grade")
    assert [getattr(after, name) for name in frozen] == [getattr(before, name) for name in frozen]


@given(subjects(), figures(), st.dates(date(2015, 1, 1), date(2027, 1, 1)))
def test_the_newest_standing_never_shows_a_value_that_no_row_has(subject, series, day) -> None:
    rows = rows_of(subject, *series, as_of=day)
    standing = latest(subject, rows, day)
    assert standing.latest_value is None or standing.latest_value in {row.value for row in rows}
    assert (standing.verdict_status is None) == (day <= date(2019, 12, 31))
