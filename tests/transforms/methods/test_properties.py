"""What must hold for every case: an answer from the method's own words, no NaN, no unit, better is never worse."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.transforms.methods.builders import case
from transforms.methods import METHODS, Case

EUSTAT = ["significant_deterioration", "moderate_deterioration", "no_progress", "moderate_progress"]
# Every word a method may say, from worst to best.
WORDS = {
    "statcan_target": [
        "deterioration",
        "limited_progress",
        "moderate_progress",
        "substantial_progress",
        "target_achieved",
    ],
    "statcan_no_target": ["deterioration", "limited_progress", "moderate_progress", "substantial_progress"],
    "eustat_target": [*EUSTAT, "significant_progress"],
    "eustat_no_target": [*EUSTAT, "significant_progress"],
    "destatis": ["THUNDER", "CLOUD", "LIGHT_CLOUD", "SUN"],
    "sdsn": ["down", "stagnating", "moderate", "up"],
    "nagano": ["C", "B", "A"],
    "health_japan_21": ["D", "C", "B*", "B", "A"],
    "simple_ratio": [""],
}
NOT_JUDGED = {"not_available", "not_rated", "-", "E"}

VALUES = st.integers(-(10**6), 10**6).map(lambda n: n / 100)
POSITIVE = st.integers(1, 10**6).map(lambda n: n / 100)
YEARS = st.integers(2000, 2040)
DIRECTIONS = st.sampled_from(["increase", "decrease", "maintain_min", "maintain_max", "cumulative"])
OBSERVATIONS = st.dictionaries(YEARS, VALUES, max_size=9).map(lambda found: sorted(found.items()))


@st.composite
def cases(draw: st.DrawFn, values: st.SearchStrategy[float]) -> Case:
    maybe = st.none() | values
    maybe_year = st.none() | YEARS
    options = draw(
        st.fixed_dictionaries({}, optional={"limit": values, "milestone": values, "green_threshold": values})
    )
    return Case(
        draw(DIRECTIONS),
        draw(st.sampled_from(["target", "no_target", "direction_only", "maintain", "target_rebased"])),
        *(draw(part) for part in (maybe_year, maybe, maybe_year, maybe, maybe_year, maybe)),
        draw(OBSERVATIONS),
        options,
    )


@pytest.mark.parametrize("key", METHODS)
@given(cases(VALUES))
def test_every_case_gets_a_known_word_and_a_finite_number_or_none(key: str, given_case: Case) -> None:
    found = METHODS[key](given_case)
    assert found.status in {*WORDS[key], *NOT_JUDGED}
    assert found.metric is None or math.isfinite(found.metric)


@pytest.mark.parametrize("key", METHODS)
@given(cases(VALUES), st.sampled_from([2.0**-3, 2.0**10]))
def test_the_unit_makes_no_difference_where_no_zero_is_replaced(key: str, given_case: Case, factor: float) -> None:
    """Powers of two, so that the factor itself rounds nothing."""
    assume(0 not in (given_case.baseline_value, given_case.target_value))
    in_other_unit = replace(
        given_case,
        **{
            name: value * factor
            for name in ("baseline_value", "target_value", "current_value")
            if (value := getattr(given_case, name)) is not None
        },
        observations=[(year, value * factor) for year, value in given_case.observations],
        options={name: value * factor for name, value in given_case.options.items()},
    )
    assert METHODS[key](in_other_unit).status == METHODS[key](given_case).status


@pytest.mark.parametrize("key", ["statcan_target", "eustat_target", "sdsn", "nagano", "health_japan_21"])
@given(st.sampled_from(["increase", "decrease"]), POSITIVE, POSITIVE, POSITIVE, POSITIVE)
def test_a_better_value_never_gets_a_worse_word(
    key: str, direction: str, baseline: float, goal: float, one: float, other: float
) -> None:
    assume(abs(goal - baseline) > 0)
    worse, better = sorted((one, other), reverse=direction == "decrease")
    ranks = [
        WORDS[key].index(METHODS[key](case(direction, (2014, baseline), (2019, goal), (2017, value))).status)
        for value in (worse, better)
    ]
    assert ranks[0] <= ranks[1]
