"""Row rules: what sends a single row to the quarantine, and with which words."""

import pandas as pd
import pytest

from expectations.suites import RULES_DIR, read_rules
from tests.expectations.rows import NONE, broken_rules, check, good_table, period, result, row, side_by_side, table

GOOD = {
    "an ordinary figure": row(),
    "a provisional figure": row(obs_status="P"),
    "a figure that the publisher withholds": row(value=NONE, obs_status="Q", raw_text="X"),
    "a figure that cannot exist": row(value=NONE, obs_status="M", raw_text="-"),
    "a figure that was not collected": row(value=NONE, obs_status="L", raw_text="…"),
    "a printed zero": row(value=0.0, raw_text="0"),
    "exactly the maximum": row(value=100_000.0),
    "only a lower bound": row(value=NONE, value_low=1000.0),
    "only an upper bound": row(value=NONE, value_high=10.0),
    "both bounds": row(value=NONE, value_low=1000.0, value_high=1000.0),
    "a series without unit": row(series_id="test.tfr", unit="", raw_unit="", value=1.4),
    "a secondary source": row(evidence="secondary"),
    "known on the first day of its period": row(known_from=pd.Timestamp("2019-01-01")),
    "a forecast known before its period": row(obs_status="F", known_from=pd.Timestamp("2015-01-01")),
    "a calendar year": period("CY", "2020-01-01", "2020-12-31"),
    "a fiscal year": period("FY", "2019-04-01", "2020-03-31"),
    "a leap February": period("month", "2020-02-01", "2020-02-29"),
    "five years pooled": period("window", "2018-01-01", "2022-12-31"),
    "five fiscal years pooled": period("window", "2018-04-01", "2023-03-31"),
    "one day": period("date", "2020-10-01", "2020-10-01"),
}

BAD = {
    "a series that nobody catalogued": (row(series_id="test.deaths"), "series_catalogued", "test.deaths"),
    "no series at all": (row(series_id=""), "series_catalogued", "add it there"),
    "an unknown area": (row(area_code="99999"), "area_known", "99999"),
    "an area code that lost its leading zeros": (row(area_code="0"), "area_known", "correct the code"),
    "an unknown kind of period": (row(period_kind="quarter"), "period_kind_listed", "quarter"),
    "a year of eleven months": (period("CY", "2020-01-01", "2020-11-30"), "period_fits_kind", "2020-11-30"),
    "a calendar year that begins in April": (period("CY", "2020-04-01", "2021-03-31"), "period_fits_kind", "CY"),
    "a fiscal year that begins in January": (period("FY", "2020-01-01", "2020-12-31"), "period_fits_kind", "FY"),
    "a month without its last day": (period("month", "2020-02-01", "2020-02-28"), "period_fits_kind", "2020-02-28"),
    "a window of one year": (period("window", "2020-01-01", "2020-12-31"), "period_fits_kind", "window"),
    "a date of two days": (period("date", "2020-01-01", "2020-01-02"), "period_fits_kind", "date"),
    "no period": (row(period_start=pd.NaT), "period_fits_kind", "- to 2019-12-31"),
    "no day of publication": (row(known_from=pd.NaT), "known_from_given", "give it"),
    "no basis for that day": (row(known_from_basis="guess"), "known_from_basis_listed", "guess"),
    "known before its period": (row(known_from=pd.Timestamp("2018-12-31")), "known_after_period_began", "2018-12-31"),
    "a status outside SDMX": (row(obs_status="Z"), "status_listed", "Z"),
    "a number that is not finite": (row(series_id="test.tfr", unit="", value=-float("inf")), "figure_finite", "check"),
    "swapped bounds": (row(value=NONE, value_low=20.0, value_high=10.0), "bounds_in_order", "swapped"),
    "a negative count": (row(value=-1.0, raw_text="△1"), "not_below_minimum", "△1"),
    "a lower bound below the range": (row(value=NONE, value_low=-5.0), "not_below_minimum", "-5"),
    "a figure in the wrong unit of thousands": (row(value=3_500_000.0), "not_above_maximum", "3,500,000"),
    "an upper bound above the range": (row(value=NONE, value_high=1e6), "not_above_maximum", "1,000,000"),
    "another unit": (row(unit="千人", raw_unit="千人"), "unit_is_series_unit", "千人"),
    "no unit where there is one": (row(unit="", raw_unit=""), "unit_is_series_unit", "check the conversion"),
    "an evidence class of its own": (row(evidence="hearsay"), "evidence_listed", "hearsay"),
    "no figure and no reason": (row(value=NONE, raw_text=""), "figure_or_reason", "status for missing"),
}


@pytest.fixture(scope="module")
def verdicts():
    """All bad rows, checked at once."""
    return check(side_by_side(line for line, _, _ in BAD.values())).quarantine


def test_good_rows_are_accepted_as_they_are():
    rows = side_by_side(GOOD.values())
    gate = check(rows)
    pd.testing.assert_frame_equal(gate.accepted, rows)
    assert gate.quarantine.empty
    assert not gate.stopped
    assert all(it.success and it.message == "" for it in gate.results)


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_quarantined_with_its_rule_and_a_readable_reason(case, verdicts):
    _, rule, word = BAD[case]
    mine = verdicts[verdicts["source_line"] == list(BAD).index(case)].set_index("rule")
    reason = mine.loc[rule, "reason"]
    assert word in reason
    japanese, _, english = reason.partition(" / ")
    assert japanese
    assert english
    assert "\n" not in reason


def test_every_row_rule_has_a_bad_case_here():
    elsewhere = {"not_refused", "one_figure_per_key", "period_in_order"}
    rules = {rule.id for rule in read_rules(RULES_DIR / "rows.toml")}
    assert {rule for _, rule, _ in BAD.values()} | elsewhere == rules


def test_a_row_is_listed_once_for_each_rule_that_it_breaks():
    gate = check(table(row(unit="千人", evidence="hearsay", value=-1.0)))
    assert broken_rules(gate) == ["not_below_minimum", "unit_is_series_unit", "evidence_listed"]


def test_a_period_that_ends_before_it_starts_is_refused_with_both_dates():
    gate = check(table(period("CY", "2020-12-31", "2020-01-01")))
    reason = gate.quarantine.set_index("rule").loc["period_in_order", "reason"]
    assert "2020-12-31" in reason
    assert "2020-01-01" in reason
    assert list(gate.quarantine["period_label"].unique()) == [""]


def test_an_unknown_symbol_is_quarantined_with_the_text_that_was_printed():
    gate = check(table(row(value=NONE, obs_status="", raw_text="※※")))
    assert "※※" in gate.quarantine.set_index("rule").loc["status_listed", "reason"]


def test_the_quarantine_says_where_the_row_stood_and_keeps_it_as_readable_json():
    line = check(table(row(unit="千人"))).quarantine.iloc[0]
    assert line[["source_line", "source_column", "series_id", "area_code", "period_label"]].tolist() == [
        12,
        "出生数",
        "test.births",
        "17201",
        "2019",
    ]
    assert '"unit": "千人"' in line["raw"]
    assert '"value_low": null' in line["raw"]


def test_a_row_that_its_adapter_refused_is_quarantined_with_that_reason_and_no_other():
    refused = row(
        note="refused: 単位「千人」がない",
        value=NONE,
        period_start=pd.NaT,
        period_kind="",
        obs_status="",
        source_line=7,
    )
    gate = check(table(row(), refused))
    assert broken_rules(gate) == ["not_refused"]
    assert "refused: 単位「千人」がない" in gate.quarantine["reason"].item()
    assert "line 7" in gate.quarantine["reason"].item()
    assert len(gate.accepted) == 1


def test_two_figures_for_one_key_are_both_quarantined_and_each_reason_shows_both():
    gate = check(table(row(), row(value=3600.0, raw_text="3,600", source_line=40), row(area_code="17000")))
    assert broken_rules(gate) == ["one_figure_per_key"] * 2
    for reason in gate.quarantine["reason"]:
        assert "3,500 (人, line 12)" in reason
        assert "3,600 (人, line 40)" in reason
    assert list(gate.accepted["area_code"]) == ["17000"]


def test_a_refused_row_takes_no_good_row_of_the_same_key_with_it():
    gate = check(table(row(), row(value=3600.0, note="refused: no citation")))
    assert broken_rules(gate) == ["not_refused"]
    assert len(gate.accepted) == 1


def test_the_same_key_with_another_day_of_publication_is_a_restatement_and_no_conflict():
    gate = check(table(row(), row(value=3600.0, known_from=pd.Timestamp("2021-06-04"))))
    assert len(gate.accepted) == 2


def test_an_identical_repeat_is_dropped_with_a_warning_and_no_error():
    gate = check(table(row(), row(source_line=13)))
    assert gate.quarantine.empty
    assert list(gate.accepted["source_line"]) == [12]
    repeated = result(gate, "no_repeated_rows")
    assert (repeated.action, repeated.success, repeated.failed) == ("warn", False, 2)
    assert "line 13" in repeated.message
    assert not gate.stopped


def test_rival_figures_are_named_with_their_unit_where_they_have_one():
    births = check(table(row(), row(value=9.0, raw_text="9", source_line=13)))
    assert "3,500 (人, line 12); 9 (人, line 13)" in births.quarantine["reason"].iloc[0]
    rate = {"series_id": "test.tfr", "unit": "", "raw_unit": "", "value": 1.35, "raw_text": "1.35"}
    rates = check(table(row(**rate), row(**rate | {"value": 1.45, "raw_text": "1.45", "source_line": 16})))
    assert "1.35 (line 12); 1.45 (line 16)" in rates.quarantine["reason"].iloc[0]


def test_cells_of_the_wrong_type_become_quarantined_rows_and_no_crash():
    rows = table(row(), row()).astype({"value": object, "known_from": object, "area_code": object})
    rows.loc[1, ["value", "known_from", "area_code"]] = ["many", "soon", None]
    gate = check(rows)
    assert broken_rules(gate) == ["area_known", "known_from_given", "figure_or_reason"]
    assert '"value": "many"' in gate.quarantine["raw"].iloc[0]


@pytest.mark.parametrize(
    ("column", "rule"),
    [("unit", "unit_is_series_unit"), ("obs_status", "status_listed"), ("evidence", "evidence_listed")],
)
def test_a_column_of_texts_that_holds_only_missing_numbers_is_empty_to_the_rules(column, rule):
    gate = check(table(row()).assign(**{column: float("nan")}))
    assert rule in broken_rules(gate)


def test_a_broken_rule_counts_its_rows_and_shows_the_first():
    rows = pd.concat([good_table(3), table(*[row(evidence="hearsay", source_line=n) for n in range(50, 55)])])
    broken = result(check(rows), "evidence_listed")
    assert (broken.suite, broken.subject, broken.checked, broken.failed) == ("rows", "test/1", 8, 5)
    assert broken.message.startswith("8行中5行：")
    assert " / 5 of 8 rows: " in broken.message  # both languages in one piece each
    assert broken.message.count("hearsay") == 2  # one reason, in two languages
