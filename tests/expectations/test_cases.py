"""Cases: what a rule sees in place of rows, and that no row is lost behind them."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.cases import cases
from expectations.engine import evaluate_rows
from tests.expectations.rows import check, good_table, result

CELLS = st.tuples(
    st.sampled_from(["人", "千人", None]),
    st.sampled_from([0.0, 1.0, float("nan"), float("inf")]),
    st.sampled_from([pd.Timestamp("2019-01-01"), pd.NaT]),
    st.booleans(),
)


def frame(lines):
    types = {"unit": "str", "value": "float64", "day": "datetime64[s]", "known": "bool"}
    return pd.DataFrame(lines, columns=list(types)).astype(types)


@given(st.lists(CELLS, max_size=30))
@settings(max_examples=100)
def test_every_row_is_the_case_that_its_number_names_and_no_case_is_there_twice(lines):
    rows = frame(lines)
    distinct, numbers = cases(rows, list(rows.columns))
    pd.testing.assert_frame_equal(distinct.iloc[numbers].reset_index(drop=True), rows)
    assert not distinct.duplicated().any()


def test_cases_come_in_the_order_of_their_first_rows():
    distinct, numbers = cases(frame([("b", 1, None, True), ("a", 1, None, True), ("b", 1, None, True)]), ["unit"])
    assert list(distinct["unit"]) == ["b", "a"]
    assert numbers.tolist() == [0, 1, 0]


def test_a_broken_rule_names_every_row_of_the_case_by_the_label_that_it_has_in_its_own_frame():
    refused = pd.DataFrame({"note": ["", "refused: a", "", "refused: a"]}, index=[10, 20, 30, 40])
    good = pd.DataFrame({"note": ["", ""]})
    (first,), (second,) = evaluate_rows("rows", "read", [refused, good])
    assert (first.success, first.rows, first.checked) == (False, (20, 40), 4)
    assert (second.success, second.rows, second.checked) == (True, (), 2)


def test_rows_that_differ_in_nothing_that_rules_read_are_each_counted():
    gate = check(good_table(50).assign(evidence="hearsay"))
    assert (result(gate, "evidence_listed").checked, result(gate, "evidence_listed").failed) == (50, 50)
    assert len(gate.quarantine) == 50
