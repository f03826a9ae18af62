"""Table rules: what stops a whole part, what only warns, and that no row is ever lost."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.gate import Candidate, check_part, check_parts
from records import ROW_COLUMNS
from tests.expectations.rows import AREAS, NONE, SERIES, broken_rules, check, good_table, period, result, row, table


def test_a_part_with_too_few_rows_stops_and_says_how_many_are_expected():
    gate = check(good_table(3), min_rows=4)
    assert gate.stopped
    assert "only 3 rows where at least 4 are expected" in result(gate, "enough_rows").message
    assert not check(good_table(4), min_rows=4).stopped


def test_a_part_without_a_column_stops_and_names_the_column():
    gate = check(good_table(3).drop(columns=["unit", "known_from"]))
    assert gate.stopped
    message = result(gate, "required_columns").message
    assert "known_from" in message
    assert "unit" in message
    assert list(gate.accepted.columns) == list(ROW_COLUMNS)
    assert gate.accepted.empty


def test_a_column_more_than_the_contract_is_no_trouble_and_goes_no_further():
    gate = check(good_table(3).assign(extra="x"))
    assert not gate.stopped
    assert list(gate.accepted.columns) == list(ROW_COLUMNS)


def test_an_empty_part_stops_even_where_no_row_is_expected():
    gate = check(table(), min_rows=0)
    assert gate.stopped
    assert "only 0 rows" in result(gate, "enough_rows").message


def test_a_part_of_which_no_row_is_accepted_stops():
    gate = check(table(row(evidence="hearsay")))
    assert gate.stopped
    assert "not one row" in result(gate, "some_row_accepted").message


def test_one_fifth_of_quarantined_rows_is_let_pass_and_more_stops():
    bad = [row(evidence="hearsay", source_line=n) for n in range(2)]
    assert not check(pd.concat([good_table(4), table(bad[0])])).stopped
    gate = check(pd.concat([good_table(4), table(*bad)]))
    assert gate.stopped
    assert "33% of the rows are quarantined (limit 20%)" in result(gate, "few_quarantined").message


def test_a_refused_row_counts_as_quarantined():
    gate = check(table(row(note="refused: no citation")))
    assert gate.stopped
    assert not result(gate, "few_quarantined").success


def test_an_area_that_vanished_is_a_warning_that_names_it():
    gate = check(table(row()), previous=table(row(), row(area_code="17000")))
    gone = result(gate, "areas_still_there")
    assert (gone.action, gone.success) == ("warn", False)
    assert "area 17000 was there last time and is gone" in gone.message
    assert not gate.stopped


def test_a_revision_within_the_limit_of_its_series_is_silent():
    gate = check(table(row(value=3500.0)), previous=table(row(value=3200.0)))
    assert result(gate, "plausible_change").success


def test_a_revision_beyond_the_limit_warns_with_the_worst_example_first():
    before = table(row(value=1000.0), row(area_code="17000", value=1000.0))
    after = table(row(value=1500.0), row(area_code="17000", value=9000.0))
    changed = result(check(after, previous=before), "plausible_change")
    assert (changed.action, changed.failed) == ("warn", 2)
    assert changed.message.index("17000, 2019 was revised from 1,000 to 9,000") < changed.message.index(
        "17201, 2019 was"
    )


def test_a_figure_that_was_zero_has_changed_beyond_every_limit_and_one_that_stays_zero_has_not():
    zero = table(row(value=0.0))
    assert not result(check(table(row(value=1.0)), previous=zero), "plausible_change").success
    assert result(check(zero, previous=zero), "plausible_change").success


def test_a_series_without_limit_may_change_as_it_likes():
    tfr = {"series_id": "test.tfr", "unit": "", "raw_unit": ""}
    gate = check(table(row(value=9.0, **tfr)), previous=table(row(value=1.0, **tfr)))
    assert result(gate, "plausible_change").success


def test_the_change_is_taken_from_the_figure_that_was_known_last():
    before = table(row(value=1.0), row(value=3500.0, known_from=pd.Timestamp("2021-01-01")))
    assert result(check(table(row()), previous=before), "plausible_change").success


def test_without_an_earlier_part_nothing_is_compared():
    ruled = {found.rule for found in check(good_table(3)).results}
    assert "few_quarantined" in ruled
    assert not ruled & {"plausible_change", "areas_still_there"}


def test_no_known_areas_means_that_none_is_accepted_and_not_that_all_are():
    gate = check_part(Candidate("test/1", good_table(3)), series={}, areas=())
    assert gate.accepted.empty
    assert set(broken_rules(gate)) == {"series_catalogued", "area_known"}


@pytest.mark.parametrize("index", [[7, 7, 7], ["a", "b", "c"]])
def test_the_index_of_the_frame_means_nothing(index):
    rows = good_table(3)
    rows["unit"] = ["人", "千人", "人"]
    gate = check(rows.set_axis(index))
    assert list(gate.quarantine["source_line"]) == [1901]
    assert list(gate.accepted["source_line"]) == [1900, 1902]


LINES = st.builds(
    period,
    st.sampled_from(["CY", "FY", ""]),
    st.sampled_from(["2019-01-01", "2020-01-01"]),
    st.sampled_from(["2019-12-31", "2020-12-31"]),
    area_code=st.sampled_from(["17000", "17201", "?"]),
    value=st.sampled_from([NONE, 0.0, 1.0, 2.0, -1.0, float("inf")]),
    unit=st.sampled_from(["人", "人", "千人"]),
    obs_status=st.sampled_from(["A", "M", "", "?"]),
    note=st.sampled_from(["", "", "refused: 数字ではない"]),
)


@given(st.lists(LINES, min_size=1, max_size=12))
@settings(max_examples=25)
def test_no_row_is_lost_every_one_is_accepted_quarantined_or_repeats_an_accepted_one(lines):
    numbered = [line | {"source_line": number} for number, line in enumerate(lines, start=1)]
    gate = check(table(*numbered))
    accepted, quarantined = set(gate.accepted["source_line"]), set(gate.quarantine["source_line"])
    assert not accepted & quarantined
    kept = {tuple(str(line[name]) for name in line if name != "source_line") for line in numbered
            if line["source_line"] in accepted}  # fmt: skip
    for line in numbered:
        if line["source_line"] not in accepted | quarantined:
            assert tuple(str(line[name]) for name in line if name != "source_line") in kept
    assert len(accepted) == len(gate.accepted)
    assert not gate.quarantine.duplicated(["rule", "source_line"]).any()


def test_parts_that_are_checked_together_come_out_as_if_each_had_been_checked_alone():
    odd, late = good_table(4), good_table(2).assign(known_from=pd.NaT)
    odd["unit"] = ["人", "人", "千人", "人"]
    candidates = [
        Candidate("test/good", good_table(3)),
        Candidate("test/odd", odd, previous=good_table(5)),
        Candidate("test/no rows", good_table(3).head(0)),
        Candidate("test/late", late),
    ]
    together = check_parts(candidates, series=SERIES, areas=AREAS)
    for candidate, gate in zip(candidates, together, strict=True):
        alone = check_part(candidate, series=SERIES, areas=AREAS)
        assert gate.results == alone.results
        assert gate.stopped == alone.stopped
        pd.testing.assert_frame_equal(gate.accepted, alone.accepted)
        pd.testing.assert_frame_equal(gate.quarantine, alone.quarantine)
    assert [len(gate.accepted) for gate in together] == [3, 3, 0, 0]
    assert [len(gate.quarantine) for gate in together] == [0, 1, 0, 2]
