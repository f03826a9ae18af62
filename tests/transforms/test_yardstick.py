"""Our KPIs under other people's yardsticks: who can judge, who cannot and why, and where the words part.

Visitors: 844万 (2014) to 1,000万 (2019), 1,022.1万 in 2017. All other figures are hypothetical.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from records import Observation, Period
from tests.transforms.builders import kpi, rows_of, seen, target
from tests.transforms.test_properties import figures, subjects
from transforms.methods import METHODS
from transforms.methods.scale import agrees
from transforms.yardstick import Yardstick, yardsticks

VISITORS = kpi("increase", target((2014, 8.44), (2019, 10.0)))
FERTILITY = kpi("increase", target((2013, 1.43), (2019, 1.6)))


def asked(subject, at: int | Period, *known: Observation) -> dict[str, Yardstick]:
    """The newest answers on one period, by method."""
    label = (Period.cy(at) if isinstance(at, int) else at).label
    answers = [a for a in yardsticks(subject, known, rows_of(subject, *known)) if a.period == label]
    return {answer.method_key: answer for answer in answers}


def test_a_target_met_early_is_called_so_by_all_who_can_judge() -> None:
    found = asked(VISITORS, 2017, seen(2014, 8.44), seen(2015, 10.064), seen(2017, 10.221))
    words = {key: answer.status for key, answer in found.items() if not answer.reason}
    assert words == {
        "statcan_target": "target_achieved",
        "eustat_target": "significant_progress",
        "sdsn": "up",
        "nagano": "A",
        "health_japan_21": "A",
        "simple_ratio": "",
    }
    assert found["simple_ratio"].metric == pytest.approx(102.2)
    assert found["statcan_target"].metric == pytest.approx(1.910, abs=0.0005)
    assert {answer.agrees for answer in found.values() if answer.status} == {True}
    assert {answer.own_status for answer in found.values()} == {"ACHIEVED_EARLY"}


def test_a_reader_sees_where_the_verdict_depends_on_the_yardstick() -> None:
    """41 % of the way, within noise: no change to us and to Health Japan 21, progress to all others."""
    found = asked(FERTILITY, 2017, seen(2013, 1.43), seen(2017, 1.50))
    assert found["nagano"].own_status == "NO_CHANGE"
    assert (found["health_japan_21"].status, found["health_japan_21"].agrees) == ("C", True)
    assert (found["statcan_target"].status, found["statcan_target"].agrees) == ("moderate_progress", None)
    assert (found["nagano"].status, found["nagano"].agrees) == ("C", None)
    assert found["simple_ratio"].metric == pytest.approx(93.8)
    assert found["simple_ratio"].agrees is None


def test_the_same_trend_carried_on_is_asked_of_destatis_only_with_enough_figures_of_one_regime() -> None:
    plan = kpi("increase", target((2012, 100.0), (2024, 160.0)))
    series = [seen(year, 100.0 + 5 * (year - 2012)) for year in range(2012, 2018)]
    assert asked(plan, 2017, *series)["destatis"].status == "SUN"
    assert asked(plan, 2014, *series)["destatis"].reason == "TOO_FEW_FIGURES:3"
    before = [seen(2010, 50.0), seen(2011, 90.0, obs_status="B"), *series[:2]]
    assert asked(plan, 2013, *before)["destatis"].reason == "BREAK:2011"


def test_carrying_a_trend_on_makes_no_sense_behind_the_target_year() -> None:
    series = [seen(year, 1.43 + (year - 2013) / 100) for year in (2011, 2012, 2013, 2014, 2021)]
    answer = asked(FERTILITY, 2021, *series)["destatis"]
    assert (answer.status, answer.reason) == (None, "AFTER_TARGET:2019")


def test_a_published_interim_target_is_the_one_that_nagano_judges_by() -> None:
    """Nagano's own table: 1.54 (2014) to 1.68 (2019), 目安値 1.62 in 2017, 1.56 in 2017 is a C."""
    slow = target((2014, 1.54), (2019, 1.68), path=((Period.cy(2017), 1.56),))
    for plan, milestone, grade in ((target((2014, 1.54), (2019, 1.68)), 1.624, "C"), (slow, 1.56, "A")):
        answer = asked(kpi("increase", plan), 2017, seen(2014, 1.54), seen(2017, 1.56))["nagano"]
        assert (answer.metric, answer.status) == (pytest.approx(milestone), grade)


@pytest.mark.parametrize(
    ("subject", "known", "at", "reason"),
    [
        (VISITORS, [], 2019, "NO_VALUE:2019"),
        (VISITORS, [seen(2014, 8.44)], 2014, "NOT_AFTER_BASELINE:2014"),
        (VISITORS, [seen(2016, 9.0, obs_status="B")], 2016, "BREAK:2016"),
        (
            kpi("range", target((2014, 8.0), (2019, None), low=5.0, high=7.0)),
            [seen(2016, 7.5)],
            2016,
            "RANGE_HAS_TWO_TARGETS",
        ),
        (
            kpi("milestone", target((Period.fy(2014), None), (Period.fy(2019), None))),
            [Observation(Period.day(date(2016, 4, 22)), 1.0, known_from=date(2016, 4, 22))],
            Period.day(date(2016, 4, 22)),
            "MILESTONE_IS_NO_SERIES",
        ),
        (
            kpi("increase", target((Period.month(2014, 1), 5.0), (Period.month(2019, 1), 9.0))),
            [seen(Period.month(2016, 1), 7.0)],
            Period.month(2016, 1),
            "NOT_YEARLY",
        ),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_where_no_method_can_judge_every_one_says_the_same_reason(subject, known, at, reason) -> None:
    found = asked(subject, at, *known)
    assert set(found) == set(METHODS)
    assert {(a.status, a.metric, a.agrees, a.reason) for a in found.values()} == {(None, None, None, reason)}


def test_methods_for_indicators_without_a_target_judge_only_those() -> None:
    without = kpi("increase", target((2014, 100.0), (2019, None)))
    found = asked(without, 2016, seen(2014, 100.0), seen(2016, 104.0))
    assert found["statcan_no_target"].status == "substantial_progress"
    assert found["eustat_no_target"].status == "significant_progress"
    assert found["nagano"].reason == found["sdsn"].reason == "NO_TARGET_VALUE"
    assert asked(VISITORS, 2016, seen(2016, 9.0))["statcan_no_target"].reason == "HAS_TARGET"


def test_a_target_to_keep_is_no_way_to_go() -> None:
    level = kpi("maintain_min", target((2014, 105.0), (2019, 100.0)))
    found = asked(level, 2016, seen(2014, 105.0), seen(2016, 95.0))
    assert found["nagano"].reason == "NO_WAY_TO_GO"
    assert found["health_japan_21"].status == "D"


def test_what_a_method_cannot_define_has_its_own_word_and_a_reason() -> None:
    crossing = kpi("increase", target((2014, -5.0), (2019, 5.0)))
    answer = asked(crossing, 2016, seen(2014, -5.0), seen(2016, 1.0))["statcan_target"]
    assert (answer.status, answer.reason, answer.agrees) == ("not_available", "METHOD_UNDEFINED", None)


def test_of_a_proxy_nothing_is_asked() -> None:
    proxy = kpi("increase", target((2014, 5.0), (2019, 6.0)), is_proxy=True)
    assert asked(proxy, 2016, seen(2016, 5.5)) == {}


def test_every_vintage_is_judged_with_what_was_known_then() -> None:
    first, restated = seen(2016, 9.0), seen(2016, 10.5, known=date(2018, 3, 1))
    answers = yardsticks(VISITORS, [first, restated], rows_of(VISITORS, first, restated))
    found = {a.vintage: a.status for a in answers if a.method_key == "statcan_target" and a.period == "2016"}
    assert found == {date(2017, 1, 1): "moderate_progress", date(2018, 3, 1): "target_achieved"}


@given(subjects(), figures())
def test_no_figures_whatever_bring_a_method_to_fall_and_silence_always_has_a_reason(subject, series) -> None:
    rows = rows_of(subject, *series)
    answers = yardsticks(subject, series, rows)
    asked_about = [row for row in rows if row.value is not None or row.period == row.target_period]
    assert len(answers) == len(METHODS) * len(asked_about)
    for answer in answers:
        assert answer.status is not None or answer.reason
        assert answer.agrees is None or not answer.reason


# ---------------------------------------------------------------- which words may be compared


@pytest.mark.parametrize(
    ("own", "method", "word", "same"),
    [
        ("ON_TRACK", "destatis", "SUN", True),
        ("NEAR", "sdsn", "up", False),
        ("BEHIND", "statcan_target", "limited_progress", True),
        ("MOVING_AWAY", "nagano", "C", None),  # C is also "slow" and "level"
        ("ON_TRACK", "nagano", "C", False),
        ("NO_CHANGE", "sdsn", "stagnating", None),  # SDSN has no word for "within noise"
        ("NO_CHANGE", "health_japan_21", "C", True),
        ("MISSED_IMPROVING", "statcan_target", "deterioration", None),
        ("ON_TRACK", "simple_ratio", "", None),
        ("FINAL_PENDING", "nagano", "A", None),
    ],
)
def test_words_are_compared_only_where_both_sides_have_one_for_it(own, method, word, same) -> None:
    assert agrees(own, method, word) is same
