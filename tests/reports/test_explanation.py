"""Rules, formulas and the whole chain in words: nothing is left without a word, in either language."""

import re

import pytest

from reports.formulas import formulas, plain, result_words
from reports.rule_words import CONDITION, condition_words
from reports.words import METHOD, REASON, reason_words
from transforms import milestones, status
from transforms.methods import METHODS

RULES = [
    *(rule for name in ("_NOT_ASSESSABLE", "_AT_TARGET", "_TO_KEEP", "_ON_THE_WAY") for rule in vars(status)[name]),
    *vars(milestones)["_RULES"],
]
# Visitors of 2017 as published; what is not printed there is hypothetical.
ROW = {
    "value": 10_221_000.0,
    "baseline_value": 8_440_000.0,
    "target_value": 10_000_000.0,
    "direction": "increase",
    "decimals": 0,
    "noise": "relative",
    "elapsed": 0.6,
    "expected_value": 9_376_000.0,
    "achievement_rate": 1.1416666666666666,
    "pace_ratio": 1.9027777777777777,
    "min_detectable_change": 422_000.0,
    **dict.fromkeys(("se", "baseline_se", "p_se", "p_low95", "p_high95", "projected_value", "projected_low80")),
    **dict.fromkeys(("projected_high80", "projection_method", "projection_n")),
}


def by_name(row):
    return {found["name"]: found for found in formulas(row)}


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.condition)
def test_every_rule_has_words_with_only_numbers_that_it_read(rule, lang):
    template = CONDITION[rule.condition][lang == "en"]
    names = {*rule.reads, *(name for name, _ in rule.limits)}
    bounds = {"wanted"} if {"low", "high"} <= names else set()
    assert set(re.findall(r"{(\w+)}", template)) <= names | bounds
    assert "{" not in condition_words(rule.condition, dict.fromkeys(names), lang)


def test_there_are_no_words_for_rules_that_do_not_exist():
    assert set(CONDITION) == {rule.condition for rule in RULES}


def test_every_method_has_a_name_and_every_reason_of_a_yardstick_has_words():
    assert set(METHOD) == {*METHODS, "all"}
    assert {"HAS_TARGET", "METHOD_UNDEFINED", "AFTER_TARGET", "NO_WAY_TO_GO"} <= set(REASON)


@pytest.mark.parametrize(
    ("reason", "ja", "en"),
    [
        ("NO_VALUE:FY2019", "2019年度の値が見つかっていない", "no figure for FY2019 is known"),
        ("NO_VALUE", "どの期間の値も見つかっていない", "no figure for any period is known"),
        ("", "", ""),
    ],
)
def test_a_reason_is_a_sentence_with_and_without_a_period(reason, ja, en):
    assert (reason_words(reason, "ja"), reason_words(reason, "en")) == (ja, en)


def test_numbers_are_said_as_people_say_them():
    numbers = {"judged_pace": 0.61764, "near": 0.6}
    assert condition_words("pace_at_least_near", numbers, "en") == "r = 0.6176 ≥ 0.6"
    assert condition_words("no_target", {"has_target": True}, "ja") == "目標値がない（ある：はい）"
    assert "–" in condition_words("missed_and_nothing_to_measure", {"to_keep": False, "achievement": None}, "en")


def test_a_figure_has_one_form_in_every_condition_and_formula():
    numbers = {"value": 1.35, "low": 1.6, "high": None, "met": False}
    assert condition_words("target_met", numbers, "en", decimals=2).startswith(
        "the target is met (A = 1.35, wanted 1.60"
    )
    stale = {"usable": False, "at_target": False, "stale_years": 2, "stale": True}
    assert "newest over 2 years older" in condition_words("no_figure_and_newest_too_old", stale, "en", decimals=2)
    expected = ROW | {"decimals": 2, "value": 1.35, "baseline_value": 1.43, "target_value": 1.6, "expected_value": 1.6}
    assert by_name(expected)["pace_ratio"]["numbers"].endswith("((1.60 − 1.43) / (1.60 − 1.43))")
    assert result_words("expected_value", 1.6, 2) == "1.60"


def test_a_rule_that_did_not_hold_does_not_read_as_if_it_had():
    tried = {"usable": True, "at_target": False, "stale_years": 2, "stale": False}
    assert condition_words("no_figure_and_newest_too_old", tried, "en") == (
        "no usable figure (there is one: yes), not the target period (it is: no),"
        " and the newest over 2 years older (it is: no)"
    )


@pytest.mark.parametrize(
    ("low", "high", "ja", "en"),
    [
        (10.0, None, "目標10以上：いいえ", "wanted 10 or more: no"),
        (None, 20.0, "目標20以下：いいえ", "wanted 20 or less: no"),
        (10.0, 20.0, "目標10以上・20以下：いいえ", "wanted 10 or more, 20 or less: no"),
    ],
)
def test_a_bound_that_is_not_wanted_is_not_said(low, high, ja, en):
    numbers = {"value": 5.0, "low": low, "high": high, "met": False}
    assert ja in condition_words("target_met", numbers, "ja")
    assert en in condition_words("target_met", numbers, "en")


def test_a_figure_that_needs_more_digits_keeps_them():
    assert plain(1.458333333333, 2) == "1.458333333"
    assert [plain(value) for value in (8_440_000.0, 10_709_633.14, -0.07999999999999985, 1e-07, 2e12, None)] == [
        *("8,440,000", "10,709,633.14", "-0.08", "0.0000001", "2,000,000,000,000", "–"),
    ]


def test_a_formula_stands_there_with_the_numbers_of_the_row():
    found = by_name(ROW)
    assert found["achievement_rate"]["formula"] == "p = (A − B) / (T − B)"
    assert found["achievement_rate"]["numbers"] == "(10,221,000 − 8,440,000) / (10,000,000 − 8,440,000)"
    assert found["expected_value"]["numbers"] == "8,440,000 + (10,000,000 − 8,440,000) × 0.6000"
    assert found["min_detectable_change"]["formula"] == "0.05 × |B|"
    assert set(found) == {"expected_value", "achievement_rate", "pace_ratio", "min_detectable_change"}


def test_a_published_interim_target_is_not_told_as_the_straight_line():
    assert by_name(ROW | {"expected_value": 9_000_000.0})["expected_value"]["formula"] == ""


def test_standard_errors_replace_the_convention_and_give_an_interval():
    errors = {"se": 1000.0, "baseline_se": 900.0, "p_se": 0.00065, "p_low95": 1.1404, "p_high95": 1.1429}
    found = by_name(ROW | errors)
    assert found["min_detectable_change"]["formula"] == "1.96 × √(SE_A² + SE_B²)"
    assert (found["p_low95"]["result"], found["p_high95"]["result"]) == (1.1404, 1.1429)


@pytest.mark.parametrize("change", [{"value": None}, {"direction": "milestone"}])
def test_without_a_figure_or_for_a_milestone_there_is_no_formula(change):
    assert formulas(ROW | change) == []
